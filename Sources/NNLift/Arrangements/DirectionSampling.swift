/// Where directions `u` come from that stand for cells, or are neurons themselves, when there are too many to enumerate.
///
/// Patterns met by sampled directions give an upper bound on the optimum of training: they leave neurons out.
/// Sources: Gaussian: Y. Wang, J. Lacotte and M. Pilanci, ICLR 2022; convolutional: A. Mishkin, A. Sahiner and M. Pilanci, ICML
/// 2022; random and sketched generalised cross products: Y. Wang, S. Kim, P. Chu, I. Subramaniam and M. Pilanci, arXiv:2406.02806.
public enum DirectionSampling: Sendable, Equatable {
  /// `count` vectors of independent standard normal entries.
  case gaussian(count: Int)
  /// `count` vectors that are zero but on a random window of `filter` neighbouring columns, where they are Gaussian: filters for
  /// signals whose neighbouring features belong together.
  case convolutional(count: Int, filter: Int)
  /// `±` the generalised cross product of `r − 1` random rows: `2·count` extreme rays of the arrangement.
  case crossProducts(count: Int)
  /// The same for the rows sketched to `dimension` columns, `Sᵀ ×(Sx_{j_1}, …)`, with `S` a sparse embedding: one entry `±1` in
  /// each of its columns. The cost no longer grows with `d³`.
  case sketched(count: Int, dimension: Int)

  /// - Parameter X: `n × d`.
  /// - Returns: vectors in `ℝᵈ`; the same for the same seed. Fewer than asked for where rows drawn are dependent.
  public func directions(for X: DenseMatrix, seed: UInt64 = 1) -> [[Double]] {
    var random = GaussianSequence(seed: seed)
    let d = X.columns
    switch self {
    case .gaussian(let count): return (0..<count).map { _ in (0..<d).map { _ in random.next() } }
    case .convolutional(let count, let filter):
      let width = max(1, min(filter, d))
      return (0..<count).map { _ in
        let first = random.index(below: d - width + 1)
        return (0..<d).map { (first..<first + width).contains($0) ? random.next() : 0 }
      }
    case .crossProducts(let count):
      let reduction = DataReduction(X)
      return Self.crossProducts(of: reduction.directions.rowArrays, count: count, &random).map(reduction.expand)
    case .sketched(let count, let dimension):
      let S = (0..<d).map { _ in
        (row: random.index(below: dimension), sign: random.next() < 0 ? -1.0 : 1.0)
      }
      let sketch = (0..<X.rows).map { i in
        var row = [Double](repeating: 0, count: dimension)
        for j in 0..<d { row[S[j].row] += S[j].sign * X[i, j] }
        return row
      }
      return Self.crossProducts(of: sketch, count: count, &random).map { v in S.map { $0.sign * v[$0.row] } }
    }
  }

  private static func crossProducts(
    of rows: [[Double]], count: Int, _ random: inout GaussianSequence
  ) -> [[Double]] {
    guard let r = rows.first?.count, rows.count >= r - 1 else { return [] }
    return (0..<count).flatMap { _ -> [[Double]] in
      var chosen: [Int] = []
      while chosen.count < r - 1 {
        let row = random.index(below: rows.count)
        if !chosen.contains(row) { chosen.append(row) }
      }
      guard let ray = DenseSolve.crossProduct(chosen.map { rows[$0] }, dimension: r) else { return [] }
      return [ray, ray.map { -$0 }]
    }
  }
}

/// The extreme rays of an arrangement: the generalised cross products of `r − 1` of its rows.
enum ArrangementRays {
  /// `±` unit vectors, each once, of all `C(n, r − 1)` subsets of the rows that are independent.
  ///
  /// Complexity: O(C(n, r − 1) r³).
  static func all(_ rows: [[Double]], dimension r: Int) -> [[Double]] {
    var rays: [[Double]] = []
    var chosen: [Int] = []
    func extend(from first: Int) {
      if chosen.count == r - 1 {
        if let ray = DenseSolve.crossProduct(chosen.map { rows[$0] }, dimension: r) { rays.append(ray) }
        return
      }
      for row in first..<rows.count {
        chosen.append(row)
        extend(from: row + 1)
        chosen.removeLast()
      }
    }
    guard r > 0 else { return [] }
    extend(from: 0)
    let distinct = DataReduction.parallelClasses(rays, tolerance: CellWitnesses.degeneracy).first.map { rays[$0] }
    return distinct.flatMap { [$0, $0.map { -$0 }] }
  }

  /// How many subsets `all` looks at.
  static func subsetCount(rows n: Int, dimension r: Int) -> Double {
    (0..<max(0, r - 1)).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
  }
}
