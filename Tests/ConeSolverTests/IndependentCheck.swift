/// Arithmetic that shares no code with the solver: plain rows of doubles, its own triangles, its own eigenvalues.
typealias Rows = [[Double]]

func transpose(_ A: Rows, columns: Int) -> Rows {
  (0..<columns).map { j in A.map { $0[j] } }
}

func product(_ A: Rows, _ x: [Double]) -> [Double] { A.map { inner($0, x) } }

func product(_ A: Rows, _ B: Rows) -> Rows {
  let columns = B.first?.count ?? 0
  return A.map { row in (0..<columns).map { j in row.indices.reduce(0) { $0 + row[$1] * B[$1][j] } } }
}

func inner(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

func sum(_ a: [Double], _ b: [Double], _ factor: Double = 1) -> [Double] { a.indices.map { a[$0] + factor * b[$0] } }

/// Largest modulus; a NaN wins.
func largest(_ a: [Double]) -> Double { a.reduce(0) { $1.isNaN || $0.isNaN ? .nan : max($0, abs($1)) } }

func norm(_ a: [Double]) -> Double { inner(a, a).squareRoot() }

func identity(_ n: Int) -> Rows { (0..<n).map { i in (0..<n).map { $0 == i ? 1 : 0 } } }

/// The symmetric matrix of a packed upper triangle 11 12 22 13 23 33 with off-diagonals times √2.
func smat(_ v: [Double], order: Int) -> Rows {
  var M = Rows(repeating: [Double](repeating: 0, count: order), count: order)
  var position = 0
  for column in 0..<order {
    for row in 0...column {
      let value = row == column ? v[position] : v[position] / 2.0.squareRoot()
      M[row][column] = value
      M[column][row] = value
      position += 1
    }
  }
  return M
}

func svec(_ M: Rows) -> [Double] {
  M.indices.flatMap { j in (0...j).map { i in i == j ? M[i][i] : (M[i][j] + M[j][i]) / 2.0.squareRoot() } }
}

/// Ascending eigenvalues by cyclic Jacobi rotations (Golub & Van Loan, section 8.5).
func jacobiEigenvalues(_ matrix: Rows) -> [Double] {
  var M = matrix
  let n = M.count
  for _ in 0..<60 {
    var off = 0.0
    for i in 0..<n { for j in 0..<n where j != i { off += M[i][j] * M[i][j] } }
    if off == 0 { break }
    for p in 0..<n {
      for q in 0..<n where q > p && M[p][q] != 0 {
        let theta = (M[q][q] - M[p][p]) / (2 * M[p][q])
        let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<n { (M[p][k], M[q][k]) = (c * M[p][k] - s * M[q][k], s * M[p][k] + c * M[q][k]) }
        for k in 0..<n { (M[k][p], M[k][q]) = (c * M[k][p] - s * M[k][q], s * M[k][p] + c * M[k][q]) }
        M[p][q] = 0
        M[q][p] = 0
      }
    }
  }
  return (0..<n).map { M[$0][$0] }.sorted()
}

/// Gaussian elimination with partial pivoting; `nil` when a pivot vanishes.
func gaussianSolve(_ matrix: Rows, _ rightHandSide: [Double]) -> [Double]? {
  var M = matrix
  var x = rightHandSide
  let n = x.count
  for k in 0..<n {
    guard let pivot = (k..<n).max(by: { abs(M[$0][k]) < abs(M[$1][k]) }), M[pivot][k] != 0 else { return nil }
    M.swapAt(k, pivot)
    x.swapAt(k, pivot)
    for i in 0..<n where i > k {
      let factor = M[i][k] / M[k][k]
      if factor == 0 { continue }
      for j in k..<n { M[i][j] -= factor * M[k][j] }
      x[i] -= factor * x[k]
    }
  }
  for k in stride(from: n - 1, through: 0, by: -1) {
    for j in 0..<n where j > k { x[k] -= M[k][j] * x[j] }
    x[k] /= M[k][k]
  }
  return x
}

/// Whether `v` is a combination of `rows`, by elimination with full pivoting.
func spans(_ rows: Rows, _ v: [Double], tolerance: Double = 1e-9) -> Bool {
  var basis = rows
  var target = v
  var used = 0
  while used < basis.count {
    var best = (size: tolerance, row: -1, column: -1)
    for i in used..<basis.count {
      for j in v.indices where abs(basis[i][j]) > best.size { best = (abs(basis[i][j]), i, j) }
    }
    if best.row < 0 { break }
    basis.swapAt(used, best.row)
    let pivot = basis[used]
    for i in basis.indices.dropFirst(used + 1) {
      basis[i] = sum(basis[i], pivot, -basis[i][best.column] / pivot[best.column])
      basis[i][best.column] = 0
    }
    target = sum(target, pivot, -target[best.column] / pivot[best.column])
    target[best.column] = 0
    used += 1
  }
  return largest(target) <= tolerance * max(1, largest(v))
}
