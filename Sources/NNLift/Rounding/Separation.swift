/// New neuron directions for a dual matrix: local maxima of `κ_Z(w) = ‖h(w)‖` on the unit sphere, `h` as in `ReducedDual`.
///
/// A neuron along `w` lowers the objective of the refit exactly when `κ_Z(w) > γ`, `Z` the residual. Rank at most 2 has the
/// maxima in closed form (`KappaBySectors`). Beyond, each start climbs by great circles (`GreatCircle`): a heuristic, which is
/// all that an upper bound needs.
struct Separation {
  /// Starts of one search.
  static let starts = 60
  static let randomStarts = 10
  /// Directions closer than this are one.
  static let sameDirection = 1e-7

  let reduction: DataReduction

  /// What was found for one `Z`.
  struct Found {
    /// Unit directions `w` with `κ_Z(w)` above the threshold, largest first.
    let directions: [[Double]]
    /// A proven bound on `κ(Z)`, where the maxima are known in closed form.
    let kappa: Double?
  }

  func violated(by Z: DenseMatrix, threshold: Double, starts: [[Double]]) throws(CertificateError) -> Found {
    if reduction.rank <= 2 {
      let sectors = try KappaBySectors(Z: Z, reduction: reduction, threshold: threshold)
      let directions = sectors.maxima.compactMap { NeuronCandidates.unit(reduction.coordinates($0.direction)) }
      return Found(directions: directions, kappa: sectors.kappa)
    }
    var random = GaussianSequence(seed: 2)
    let drawn = (0..<Self.randomStarts).compactMap { _ in
      NeuronCandidates.unit((0..<reduction.rank).map { _ in random.next() })
    }
    let maxima = LocalMaxima(
      map: KinkedMap(ReducedDual(Z: Z, reduction: reduction)), threads: 1,
      limits: SearchLimits(timeLimit: nil, isCancelled: { false }))
    return Found(directions: maxima.above(threshold, from: starts.prefix(Self.starts) + drawn).map(\.w), kappa: nil)
  }

  static func areSame(_ a: [Double], _ b: [Double]) -> Bool {
    zip(a, b).allSatisfy { abs($0 - $1) <= sameDirection }
  }
}
