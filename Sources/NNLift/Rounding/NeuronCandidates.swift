/// Directions in which a lifted solution may have its neurons.
///
/// From the moments `T` over `(s, w, v)`: the `w`-parts of the eigenvectors, with both signs; the `w`-means weighted by each
/// hidden value, `T_αw` and `T_βw` (a neuron is the only one active somewhere more often than not); and Gaussian mixtures
/// `w = T_ww^½ g`. All of unit length in reduced coordinates. Source: docs/sdp-nn.md, rounding.
enum NeuronCandidates {
  /// Gaussian mixtures drawn.
  static let mixtures = 64

  static func from(_ T: DenseMatrix, _ y: MomentCoordinates) -> [[Double]] {
    var candidates: [[Double]] = []
    if let eigen = DenseKernels.symmetricEigen(T) {
      for k in 0..<T.columns where eigen.values[k] > 0 {
        let w = y.w.map { eigen.vectors[$0, k] }
        candidates.append(w)
        candidates.append(w.map { -$0 })
      }
    }
    for i in 0..<y.data.groupCount {
      for sign in [1, -1] { candidates.append(y.mean(T, y.hidden(i, sign: sign))) }
    }
    candidates += gaussianMixtures(T.block(y.w, y.w))
    return candidates.compactMap(unit)
  }

  private static func gaussianMixtures(_ moments: DenseMatrix) -> [[Double]] {
    guard let eigen = DenseKernels.symmetricEigen(moments) else { return [] }
    let r = moments.rows
    var generator = GaussianSequence(seed: 1)
    return (0..<mixtures).map { _ in
      var w = [Double](repeating: 0, count: r)
      for k in 0..<r {
        let amplitude = max(0, eigen.values[k]).squareRoot() * generator.next()
        for a in 0..<r { w[a] += amplitude * eigen.vectors[a, k] }
      }
      return w
    }
  }

  /// The vector scaled to unit length; `nil` when it is zero or not finite.
  static func unit(_ w: [Double]) -> [Double]? {
    let norm = DenseKernels.norm(w)
    return norm > 0 && norm.isFinite ? w.map { $0 / norm } : nil
  }
}
