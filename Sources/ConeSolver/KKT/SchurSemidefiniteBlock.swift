import LinearAlgebra

/// The part `AᵀH⁻¹A` of one PSD block, entry `(i, j) = tr(Aᵢ B Aⱼ C)` for a scaling `H⁻¹(V) = ½(BVC + CVB)`.
///
/// Columns are visited by falling number of entries, and each column `i` is paired with those after it by the cheapest of
/// (Fujisawa, Kojima & Nakata, "Exploiting sparsity in primal-dual interior-point methods for semidefinite programming",
/// Math. Prog. 79, 1997), all of them using only the rows `ℛ` where `Aᵢ` is nonzero:
///
///     F1  U = B Aᵢ C by a dense product, 2k²|ℛ| flops; then two products per entry of Aⱼ
///     F2  T = B Aᵢ, k·nnz(Aᵢ); then two dot products of length |ℛ| per entry of Aⱼ
///     F3  4 nnz(Aᵢ) products per entry of Aⱼ
///
/// An entry at packed position `(p, q)` with stored value `v` carries `c = v` off the diagonal and `v/√2` on it, so that
/// `tr(AᵢBAⱼC) = Σ c c' ½(BₚᵣC_qs + BₚₛC_qr + CₚᵣB_qs + CₚₛB_qr)`.
final class SchurSemidefiniteBlock {
  private enum Method { case product, rowProducts, entries }

  let cone: any SemidefiniteScaling
  private let order: Int
  /// Columns of `A` with entries in this block, most entries first.
  private let columns: [Int]
  private let starts: [Int]
  private let p: [Int32]
  private let q: [Int32]
  private let c: [Double]
  private let methods: [Method]
  /// Distinct nonzero rows of each column's matrix, concatenated.
  private let supportStarts: [Int]
  private let supports: [Int32]
  private let arena = Arena()
  private let T, gathered, U: VectorView
  /// Forecast seconds of one accumulation.
  let cost: Double

  init(_ problem: ConicProblem, cone: any SemidefiniteScaling) {
    self.cone = cone
    let k = cone.order
    order = k
    let A = problem.A
    let first = cone.rows.lowerBound
    let end = cone.rows.upperBound
    var rowOf = [Int32](repeating: 0, count: cone.rows.count)
    var columnOf = rowOf
    var position = 0
    for j in 0..<k {
      for i in 0...j {
        rowOf[position] = Int32(i)
        columnOf[position] = Int32(j)
        position += 1
      }
    }
    // Column j's entries of this block are a contiguous run of its sorted rows.
    var runs: [(column: Int, range: Range<Int>)] = []
    for j in 0..<A.columns {
      let range = A.columnPointers[j]..<A.columnPointers[j + 1]
      let from = A.rowIndices.firstPosition(in: range, notBelow: first)
      let to = A.rowIndices.firstPosition(in: from..<range.upperBound, notBelow: end)
      if from < to { runs.append((j, from..<to)) }
    }
    runs.sort { ($0.range.count, $1.column) > ($1.range.count, $0.column) }
    var starts = [0]
    var p: [Int32] = []
    var q: [Int32] = []
    var c: [Double] = []
    var supportStarts = [0]
    var supports: [Int32] = []
    var seen = [Int](repeating: -1, count: k)
    let halfRoot = 0.5.squareRoot()
    for (index, run) in runs.enumerated() {
      for entry in run.range {
        let local = A.rowIndices[entry] - first
        let i = rowOf[local]
        let j = columnOf[local]
        p.append(i)
        q.append(j)
        c.append(i == j ? A.values[entry] * halfRoot : A.values[entry])
        for row in [i, j] where seen[Int(row)] != index {
          seen[Int(row)] = index
          supports.append(row)
        }
      }
      starts.append(p.count)
      supportStarts.append(supports.count)
    }
    columns = runs.map(\.column)
    self.starts = starts
    self.p = p
    self.q = q
    self.c = c
    self.supportStarts = supportStarts
    self.supports = supports

    var methods: [Method] = []
    var total = 0.0
    for i in 0..<runs.count {
      let own = Double(starts[i + 1] - starts[i])
      let remaining = Double(p.count - starts[i])
      let support = Double(supportStarts[i + 1] - supportStarts[i])
      let rowProducts = 2 * own * Double(k) * Tuning.dotOperation
      let f1 = rowProducts + 2 * Double(k * k) * support * Tuning.denseFlop + 2 * remaining * Tuning.gatherOperation
      let f2 = rowProducts + remaining * (2 * support * Tuning.dotOperation + Tuning.gatherOperation)
      let f3 = 4 * own * remaining * Tuning.gatherOperation
      let best = min(f1, f2, f3)
      methods.append(best == f3 ? .entries : best == f2 ? .rowProducts : .product)
      total += best
    }
    self.methods = methods
    cost = total
    let largest = (0..<runs.count).map { supportStarts[$0 + 1] - supportStarts[$0] }.max() ?? 0
    T = arena.vector(k * largest)
    gathered = arena.vector(k * largest)
    U = arena.vector(methods.contains(.product) ? k * k : 0)
  }

  /// Adds the block to the lower triangle of the dense `M` of order `n`.
  func accumulate(into M: VectorView, order n: Int) {
    let B = cone.left
    let C = cone.right
    for i in 0..<columns.count {
      switch methods[i] {
      case .entries: accumulateByEntries(i, B, C, M, n)
      case .rowProducts: accumulateByRowProducts(i, B, C, M, n)
      case .product: accumulateByProduct(i, B, C, M, n)
      }
    }
  }

  private func add(_ value: Double, _ i: Int, _ j: Int, _ M: VectorView, _ n: Int) {
    let a = columns[i]
    let b = columns[j]
    M[max(a, b) + min(a, b) * n] += value
  }

  private func accumulateByEntries(_ i: Int, _ B: VectorView, _ C: VectorView, _ M: VectorView, _ n: Int) {
    let k = order
    p.withUnsafeBufferPointer { p in
      q.withUnsafeBufferPointer { q in
        c.withUnsafeBufferPointer { c in
          for j in i..<columns.count {
            var sum = 0.0
            for f in starts[j]..<starts[j + 1] {
              let r = Int(p[f]) * k
              let s = Int(q[f]) * k
              var inner = 0.0
              for e in starts[i]..<starts[i + 1] {
                let pe = Int(p[e])
                let qe = Int(q[e])
                inner += c[e] * (B[pe + r] * C[qe + s] + B[pe + s] * C[qe + r] + C[pe + r] * B[qe + s] + C[pe + s] * B[qe + r])
              }
              sum += 0.5 * c[f] * inner
            }
            add(sum, i, j, M, n)
          }
        }
      }
    }
  }

  /// Fills `T` with the columns `(B Aᵢ)[:, ℛ]` and `gathered` with `C[:, ℛ]`, stored with `ℛ` as the fast index when
  /// `rowsFast`.
  private func formRowProducts(_ i: Int, _ B: VectorView, _ C: VectorView, rowsFast: Bool) -> Int {
    let k = order
    let support = supportStarts[i]..<supportStarts[i + 1]
    let count = support.count
    var slot = [Int](repeating: 0, count: k)
    for (index, s) in support.enumerated() { slot[Int(supports[s])] = index }
    let column = rowsFast ? 1 : k
    let row = rowsFast ? count : 1
    for t in 0..<k * count { T[t] = 0 }
    let root = 2.0.squareRoot()
    for e in starts[i]..<starts[i + 1] {
      let pe = Int(p[e])
      let qe = Int(q[e])
      // The matrix entry itself: c/√2 off the diagonal, √2 c on it.
      let value = pe == qe ? c[e] * root : c[e] / root
      let atQ = slot[qe] * column
      for t in 0..<k { T[atQ + t * row] += value * B[t + pe * k] }
      if pe != qe {
        let atP = slot[pe] * column
        for t in 0..<k { T[atP + t * row] += value * B[t + qe * k] }
      }
    }
    for (index, s) in support.enumerated() {
      let source = Int(supports[s]) * k
      for t in 0..<k { gathered[index * column + t * row] = C[t + source] }
    }
    return count
  }

  private func accumulateByRowProducts(_ i: Int, _ B: VectorView, _ C: VectorView, _ M: VectorView, _ n: Int) {
    let count = formRowProducts(i, B, C, rowsFast: true)
    let halfRoot = 0.5.squareRoot()
    for j in i..<columns.count {
      var sum = 0.0
      for f in starts[j]..<starts[j + 1] {
        let a = Int(p[f]) * count
        let b = Int(q[f]) * count
        var dot = 0.0
        for t in 0..<count { dot += T[a + t] * gathered[b + t] + T[b + t] * gathered[a + t] }
        sum += c[f] * dot
      }
      add(halfRoot * sum, i, j, M, n)
    }
  }

  private func accumulateByProduct(_ i: Int, _ B: VectorView, _ C: VectorView, _ M: VectorView, _ n: Int) {
    let count = formRowProducts(i, B, C, rowsFast: false)
    Dense.multiply(1, T, gathered, transposeB: true, into: U, m: order, n: order, k: count)
    let halfRoot = 0.5.squareRoot()
    let k = order
    for j in i..<columns.count {
      var sum = 0.0
      for f in starts[j]..<starts[j + 1] { sum += c[f] * (U[Int(p[f]) + Int(q[f]) * k] + U[Int(q[f]) + Int(p[f]) * k]) }
      add(halfRoot * sum, i, j, M, n)
    }
  }
}

extension Array where Element == Int {
  /// First position in `range` whose (ascending) element is at least `bound`.
  func firstPosition(in range: Range<Int>, notBelow bound: Int) -> Int {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
