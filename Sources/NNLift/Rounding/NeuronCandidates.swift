/// Directions in which a lifted solution may have its neurons.
///
/// From the moments `T` over `(s, w, v)`: the `w`-parts of the eigenvectors, with both signs; the `w`-means weighted by each
/// hidden value, `T_αw` and `T_βw` (a neuron is the only one active somewhere more often than not); and Gaussian mixtures
/// `w = T_ww^½ g`. All of unit length in reduced coordinates. Source: docs/sdp-nn.md, rounding.
enum NeuronCandidates {
  /// Gaussian mixtures drawn.
  static let mixtures = 64

  static func from(_ relaxation: SDPNN.Relaxation, reduction: DataReduction) -> [[Double]] {
    let g = reduction.groupCount
    let r = reduction.rank
    let T = relaxation.moments
    var candidates: [[Double]] = []
    if let eigen = DenseKernels.symmetricEigen(T) {
      for k in 0..<T.columns where eigen.values[k] > 0 {
        let w = (0..<r).map { eigen.vectors[g + $0, k] }
        candidates.append(w)
        candidates.append(w.map { -$0 })
      }
    }
    for i in 0..<g {
      let x = reduction.directions.row(i)
      let direct = (0..<r).map { T[i, g + $0] }
      let linear = (0..<r).map { a in (0..<r).reduce(0) { $0 + x[$1] * T[g + $1, g + a] } }
      candidates.append(zip(direct, linear).map { $0 + $1 })
      candidates.append(zip(direct, linear).map { $0 - $1 })
    }
    candidates += gaussianMixtures(T, first: g, rank: r)
    return candidates.compactMap(unit)
  }

  private static func gaussianMixtures(_ T: DenseMatrix, first g: Int, rank r: Int) -> [[Double]] {
    var block = DenseMatrix(rows: r, columns: r)
    for a in 0..<r {
      for b in 0..<r { block[a, b] = T[g + a, g + b] }
    }
    guard let eigen = DenseKernels.symmetricEigen(block) else { return [] }
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
