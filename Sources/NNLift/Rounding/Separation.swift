/// New neuron directions for a dual matrix: local maxima of `κ_Z(w) = ‖h(w)‖` on the unit sphere, `h` as in `ReducedDual`.
///
/// A neuron along `w` lowers the objective of the refit exactly when `κ_Z(w) > γ`, `Z` the residual. Rank at most 2 has the
/// maxima in closed form (`KappaBySectors`). Beyond, each start climbs by **great circles**: on the circle through `w` and `p`
/// every row is active on a half circle, so `κ_Z²` is piecewise a quadratic form and its global maximum over the circle is the
/// rank-2 problem again, `O(g log g + gc)`; kinks, where the maxima of a residual of mixed signs sit, are found exactly. `p` runs
/// over the gradient projected off `w`, the same projected off each row that `w` lies on, and a few random directions. A
/// heuristic, which is all that an upper bound needs.
struct Separation {
  /// Circles climbed from one start.
  static let climbSteps = 30
  /// Relative rise below which a climb ends.
  static let climbProgress = 1e-11
  /// Random tangents tried at each step.
  static let randomTangents = 2
  /// A row counts as met when its cosine with `w` is below this.
  static let kink = 1e-9
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
    let dual = ReducedDual(Z: Z, reduction: reduction)
    var found: [(w: [Double], value: Double)] = []
    var random = GaussianSequence(seed: 2)
    let drawn = (0..<Self.randomStarts).compactMap { _ in
      NeuronCandidates.unit((0..<reduction.rank).map { _ in random.next() })
    }
    for start in starts.prefix(Self.starts) + drawn {
      let peak = climb(dual, from: start, &random)
      guard peak.value > threshold else { continue }
      if !found.contains(where: { Self.areSame($0.w, peak.w) }) { found.append(peak) }
    }
    return Found(directions: found.sorted { $0.value > $1.value }.map(\.w), kappa: nil)
  }

  private func climb(_ dual: ReducedDual, from start: [Double], _ random: inout GaussianSequence) -> (w: [Double], value: Double) {
    var best = (w: start, value: DenseKernels.norm(dual.value(at: start)))
    for _ in 0..<Self.climbSteps {
      let before = best.value
      let w = best.w
      for p in tangents(dual, at: w, &random) {
        for peak in CircleSweep(dual.restricted(to: w, p)).maximum().peaks {
          let point = zip(w, p).map { peak[0] * $0 + peak[1] * $1 }
          let value = DenseKernels.norm(dual.value(at: point))
          if value > best.value { best = (NeuronCandidates.unit(point) ?? w, value) }
        }
      }
      if best.value <= before * (1 + Self.climbProgress) { break }
    }
    return best
  }

  /// Unit directions orthogonal to `w` in which to look.
  private func tangents(_ dual: ReducedDual, at w: [Double], _ random: inout GaussianSequence) -> [[Double]] {
    let M = dual.activeMatrix(at: w)
    let image = DenseKernels.product(M, DenseMatrix(rows: w.count, columns: 1, values: w))
    let gradient = DenseKernels.product(M, image, transposeA: true).values
    var list = [gradient]
    for g in 0..<dual.directions.rows {
      let row = dual.directions.row(g)
      guard abs(DenseKernels.dot(row, w)) < Self.kink else { continue }
      list.append(Self.projected(gradient, off: row))
    }
    for _ in 0..<Self.randomTangents { list.append(w.map { _ in random.next() }) }
    return list.compactMap { p in
      let tangent = Self.projected(p, off: w)
      guard DenseKernels.norm(tangent) > Self.kink * DenseKernels.norm(p) else { return nil }
      return NeuronCandidates.unit(Self.projected(tangent, off: w))
    }
  }

  private static func projected(_ p: [Double], off unit: [Double]) -> [Double] {
    let overlap = DenseKernels.dot(p, unit) / DenseKernels.dot(unit, unit)
    return zip(p, unit).map { $0 - overlap * $1 }
  }

  static func areSame(_ a: [Double], _ b: [Double]) -> Bool {
    zip(a, b).allSatisfy { abs($0 - $1) <= sameDirection }
  }
}
