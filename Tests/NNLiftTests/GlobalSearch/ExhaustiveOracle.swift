@testable import NNLift

/// `κ(Z) = max_{‖u‖≤1} ‖Zᵀ(Xu)_+‖` by enumeration of every sign pattern and every face, for a handful of rows.
///
/// The maximum lies in the relative interior of some face of some cell, where it is a local, hence the global maximum of a
/// quadratic form over the sphere of the face's span: the top eigenvector of the form there. All faces are tried, and what
/// is feasible for the pattern it was made for counts. Exponential in the rows, and shares no idea with the search.
enum ExhaustiveOracle {
  static func kappa(_ Z: DenseMatrix, _ X: DenseMatrix) -> (value: Double, direction: [Double]) {
    let (n, d) = (X.rows, X.columns)
    var best = (value: 0.0, direction: [Double](repeating: 0, count: d))
    for subset in 0..<1 << n where subset.nonzeroBitCount < d {
      let met = (0..<n).filter { subset >> $0 & 1 == 1 }
      let basis = complement(of: met.map(X.row), dimension: d)
      guard !basis.isEmpty else { continue }
      let others = (0..<n).filter { subset >> $0 & 1 == 0 }
      for pattern in 0..<1 << others.count {
        let active = others.indices.filter { pattern >> $0 & 1 == 1 }.map { others[$0] }
        for u in topDirections(Z, X, active, basis) {
          let value = dualValue(Z, X, u)
          if value > best.value { best = (value, u) }
        }
      }
    }
    return best
  }

  /// `±` the top eigenvector of the pattern's form on the span of `basis`, as unit vectors.
  private static func topDirections(
    _ Z: DenseMatrix, _ X: DenseMatrix, _ active: [Int], _ basis: [[Double]]
  ) -> [[Double]] {
    let k = basis.count
    var M = DenseMatrix(rows: Z.columns, columns: k)
    for i in active {
      for a in 0..<k {
        let product = DenseKernels.dot(X.row(i), basis[a])
        for j in 0..<Z.columns { M[j, a] += Z[i, j] * product }
      }
    }
    let form = DenseKernels.product(M, M, transposeA: true)
    guard let eigen = DenseKernels.symmetricEigen(form) else { return [] }
    let top = eigen.vectors.column(k - 1)
    let u = (0..<basis[0].count).map { i in (0..<k).reduce(0) { $0 + top[$1] * basis[$1][i] } }
    return [u, u.map { -$0 }]
  }

  /// An orthonormal basis of the complement of some rows' span.
  private static func complement(of rows: [[Double]], dimension d: Int) -> [[Double]] {
    var span: [[Double]] = []
    func reduced(_ v: [Double]) -> [Double]? {
      var w = v
      for _ in 0..<2 {
        for u in span {
          let overlap = DenseKernels.dot(u, w)
          w = zip(w, u).map { $0 - overlap * $1 }
        }
      }
      let length = DenseKernels.norm(w)
      return length > 1e-9 * max(DenseKernels.norm(v), 1e-300) ? w.map { $0 / length } : nil
    }
    for row in rows { if let u = reduced(row) { span.append(u) } }
    let count = span.count
    for i in 0..<d {
      var unit = [Double](repeating: 0, count: d)
      unit[i] = 1
      if span.count < d, let u = reduced(unit) { span.append(u) }
    }
    return Array(span[count...])
  }

  /// The optimum of training between two numbers, by column generation with the exhaustive maximum.
  static func optimum(_ training: ReLUTraining) -> (lower: Double, upper: Double) {
    let constant = 0.5 * training.Y.values.reduce(0) { $0 + $1 * $1 }
    var master = AtomMaster(inputs: training.X, targets: training.Y, weight: training.weightDecay)
    var bracket = (lower: 0.0, upper: constant)
    for _ in 0..<200 {
      master.solve()
      let Z = master.residual()
      let penalty = master.atoms.indices.reduce(0.0) { $0 + master.size($1) }
      bracket.upper = min(
        bracket.upper, 0.5 * Z.values.reduce(0) { $0 + $1 * $1 } + training.weightDecay * penalty)
      let top = kappa(Z, training.X)
      let bound = DualBound(Z: Z, Y: training.Y, weightDecay: training.weightDecay, kappa: top.value * (1 + 1e-13))
      bracket.lower = max(bracket.lower, bound.value)
      if bracket.upper - bracket.lower <= 1e-9 * bracket.upper || top.value <= training.weightDecay { break }
      master.add([top.direction])
    }
    return bracket
  }
}
