/// New neuron directions for a dual matrix: local maxima of `κ_Z(w) = ‖h(w)‖` on the unit sphere, `h` as in `ReducedDual`.
///
/// A neuron along `w` lowers the objective of the refit exactly when `κ_Z(w) > γ`, `Z` the residual. Rank at most 2 has the
/// maxima in closed form (`KappaBySectors`); beyond, fixed-point ascent `w ← MᵀMw/‖MᵀMw‖` with the matrix `M` of the active
/// pattern, from the given starts: a heuristic, which is all that an upper bound needs.
struct Separation {
  /// Ascent steps from one start.
  static let ascentSteps = 60
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
    let dual = ReducedDual(Z: Z, reduction: reduction)
    var found: [(w: [Double], value: Double)] = []
    for start in starts {
      let peak = ascend(dual, from: start)
      guard peak.value > threshold else { continue }
      if !found.contains(where: { Self.areSame($0.w, peak.w) }) { found.append(peak) }
    }
    return Found(directions: found.sorted { $0.value > $1.value }.map(\.w), kappa: nil)
  }

  private func ascend(_ dual: ReducedDual, from start: [Double]) -> (w: [Double], value: Double) {
    var w = start
    var value = DenseKernels.norm(dual.value(at: w))
    for _ in 0..<Self.ascentSteps {
      let M = dual.activeMatrix(at: w)
      let image = DenseKernels.product(M, DenseMatrix(rows: w.count, columns: 1, values: w))
      guard let next = NeuronCandidates.unit(DenseKernels.product(M, image, transposeA: true).values) else { break }
      let nextValue = DenseKernels.norm(dual.value(at: next))
      // Across a kink the fixed point may fall back; the best point so far is kept.
      guard nextValue > value * (1 + 1e-12) else { break }
      w = next
      value = nextValue
    }
    return (w, value)
  }

  static func areSame(_ a: [Double], _ b: [Double]) -> Bool {
    zip(a, b).allSatisfy { abs($0 - $1) <= sameDirection }
  }
}
