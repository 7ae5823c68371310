/// The thin decomposition `A = left · Diag(values) · rightᵀ` cut at the numerical rank: singular values of the size of rounding,
/// `OutputReduction.rankFactor · max(rows, columns) · ε` times the largest, are left out. A small power of them, as in a Schatten
/// penalty, would be anything but small.
struct RankFactors {
  let left: DenseMatrix
  /// In decreasing order, all above zero.
  let values: [Double]
  let right: DenseMatrix

  /// `nil` when LAPACK does not converge.
  init?(_ A: DenseMatrix) {
    guard let svd = DenseKernels.singularValues(A) else { return nil }
    let threshold = (svd.values.first ?? 0) * OutputReduction.rankFactor * Double(max(A.rows, A.columns)) * .ulpOfOne
    let rank = svd.values.count { $0 > threshold }
    let cut = { (B: DenseMatrix) in
      DenseMatrix(rows: B.rows, columns: rank, values: Array(B.values.prefix(B.rows * rank)))
    }
    left = cut(svd.left)
    values = Array(svd.values.prefix(rank))
    right = cut(svd.right)
  }

  var rank: Int { values.count }
}

extension DenseMatrix {
  /// Singular values above the size of rounding.
  public var numericalRank: Int { RankFactors(self)?.rank ?? min(rows, columns) }
}
