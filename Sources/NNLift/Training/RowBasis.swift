/// An orthonormal basis `Q`, `d × r`, of the span of some rows. The identity is recognised, so that full column rank
/// costs neither time nor rounding.
struct RowBasis {
  let Q: DenseMatrix
  private let isIdentity: Bool

  init(_ Q: DenseMatrix) {
    self.Q = Q
    isIdentity = Q == .identity(Q.rows)
  }

  /// The identity when the rows span `ℝᵈ`, else the leading right singular vectors; see `DataReduction.Tolerance`.
  init(spanning rows: [[Double]], dimension d: Int) {
    guard !rows.isEmpty else {
      self.init(DenseMatrix(rows: d, columns: 0))
      return
    }
    // Without a factorisation there is no reduction: the identity is always a valid basis.
    guard let svd = DenseKernels.rightSingularVectors(DenseMatrix(rowArrays: rows, columns: d)) else {
      self.init(.identity(d))
      return
    }
    let relative = DataReduction.Tolerance.rankFactor * Double(max(rows.count, d)) * Double.ulpOfOne
    let rank = svd.values.count { $0 > svd.values[0] * relative }
    guard rank < d else {
      self.init(.identity(d))
      return
    }
    self.init(DenseMatrix(rows: d, columns: rank, values: Array(svd.vectors.values.prefix(d * rank))))
  }

  /// Products summed in one entry of `combination`.
  var termCount: Int { isIdentity ? 0 : Q.columns }

  /// `Qᵀx`.
  func coordinates(_ x: [Double]) -> [Double] {
    isIdentity ? x : (0..<Q.columns).map { DenseKernels.dot(Q.column($0), x) }
  }

  /// `Qw`.
  func combination(_ w: [Double]) -> [Double] {
    guard !isIdentity else { return w }
    var x = [Double](repeating: 0, count: Q.rows)
    for k in 0..<Q.columns {
      for i in 0..<Q.rows { x[i] += Q[i, k] * w[k] }
    }
    return x
  }

  /// `|Q||w|`: the sizes of the terms of `combination`.
  func absoluteCombination(_ w: [Double]) -> [Double] {
    guard !isIdentity else { return w.map(abs) }
    var x = [Double](repeating: 0, count: Q.rows)
    for k in 0..<Q.columns {
      for i in 0..<Q.rows { x[i] += abs(Q[i, k] * w[k]) }
    }
    return x
  }

  /// An upper bound on `‖Q‖₂`: `‖Q‖₂² ≤ ‖QᵀQ‖_∞`, every entry of `QᵀQ` with its rounding bound.
  var norm: Double {
    guard !isIdentity else { return 1 }
    let columns = (0..<Q.columns).map(Q.column)
    var largest = 0.0
    for a in columns {
      var rowSum = 0.0
      for b in columns {
        let (value, error) = RoundingBounds.dot(a, b)
        rowSum = RoundingBounds.addUp(rowSum, RoundingBounds.addUp(abs(value), error))
      }
      largest = RoundingBounds.greaterBound(largest, rowSum)
    }
    return RoundingBounds.rootUp(largest)
  }
}
