extension DenseMatrix {
  /// The matrix with the same singular vectors and all nonzero singular values 1: `UVᵀ` for `A = USVᵀ`.
  ///
  /// Its columns are orthonormal for full column rank (`AᵀA = I`), its rows for full row rank. For centred data it is `√n` times
  /// less than what ZCA whitening gives. Complexity: O(rows · columns · min(rows, columns)).
  public func whitened() -> DenseMatrix? {
    RankFactors(self).map { DenseKernels.product($0.left, $0.right, transposeB: true) }
  }
}
