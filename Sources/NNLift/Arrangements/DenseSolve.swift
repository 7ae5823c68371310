/// Small dense systems, by Gaussian elimination with complete pivoting: a handful of unknowns.
enum DenseSolve {
  /// Relative size of a pivot below which rows count as dependent.
  static let dependence = 1e-11

  /// A triangular form of `A` under row and column exchanges, with the right sides carried along.
  struct Elimination {
    var rows: [[Double]]
    var rightSides: [[Double]]
    /// `order[k]`: the column of pivot `k`, then the free columns.
    var columnOrder: [Int]
    /// The rows in the order of their pivots.
    var rowOrder: [Int]
    var rank: Int

    /// - Parameter A: rows of equal length.
    init(_ A: [[Double]], rightSides: [[Double]]? = nil) {
      let columns = A.first?.count ?? 0
      rows = A
      self.rightSides = rightSides ?? A.map { _ in [] }
      columnOrder = Array(0..<columns)
      rowOrder = Array(A.indices)
      rank = 0
      let largest = A.reduce(0) { $1.reduce($0) { max($0, abs($1)) } }
      while rank < min(A.count, columns) {
        var best = (value: 0.0, row: rank, column: rank)
        for i in rank..<A.count {
          for j in rank..<columns where abs(rows[i][columnOrder[j]]) > best.value {
            best = (abs(rows[i][columnOrder[j]]), i, j)
          }
        }
        guard best.value > DenseSolve.dependence * largest else { break }
        rows.swapAt(rank, best.row)
        self.rightSides.swapAt(rank, best.row)
        rowOrder.swapAt(rank, best.row)
        columnOrder.swapAt(rank, best.column)
        let pivot = columnOrder[rank]
        for i in A.indices where i != rank {
          let factor = rows[i][pivot] / rows[rank][pivot]
          guard factor != 0 else { continue }
          for j in 0..<columns { rows[i][j] -= factor * rows[rank][j] }
          for j in self.rightSides[i].indices { self.rightSides[i][j] -= factor * self.rightSides[rank][j] }
          rows[i][pivot] = 0
        }
        rank += 1
      }
    }
  }

  /// A unit vector orthogonal to `r − 1` rows of length `r`: their generalised cross product, up to sign and length. `nil` when
  /// the rows are dependent, where that product is zero.
  static func crossProduct(_ rows: [[Double]], dimension r: Int) -> [Double]? {
    guard r > 1 else { return r == 1 ? [1] : nil }
    let elimination = Elimination(rows)
    guard elimination.rank == r - 1 else { return nil }
    let free = elimination.columnOrder[r - 1]
    var x = [Double](repeating: 0, count: r)
    x[free] = 1
    for k in 0..<r - 1 {
      let pivot = elimination.columnOrder[k]
      x[pivot] = -elimination.rows[k][free] / elimination.rows[k][pivot]
    }
    let norm = DenseKernels.norm(x)
    return x.map { $0 / norm }
  }

  /// The inverse of a square matrix, by rows; `nil` when it is singular.
  static func inverse(_ A: [[Double]]) -> [[Double]]? {
    let n = A.count
    let identity = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
    let elimination = Elimination(A, rightSides: identity)
    guard elimination.rank == n else { return nil }
    var inverse = identity
    for k in 0..<n {
      let pivot = elimination.columnOrder[k]
      inverse[pivot] = elimination.rightSides[k].map { $0 / elimination.rows[k][pivot] }
    }
    return inverse
  }

  /// The `x` of least norm with `rowᵢᵀx = valueᵢ`; `nil` when the rows are dependent.
  static func leastNormSolution(rows: [[Double]], values: [Double]) -> [Double]? {
    let gram = rows.map { a in rows.map { DenseKernels.dot(a, $0) } }
    guard let inverse = inverse(gram) else { return nil }
    let multipliers = inverse.map { DenseKernels.dot($0, values) }
    var x = [Double](repeating: 0, count: rows[0].count)
    for (i, row) in rows.enumerated() {
      for a in x.indices { x[a] += multipliers[i] * row[a] }
    }
    return x
  }
}
