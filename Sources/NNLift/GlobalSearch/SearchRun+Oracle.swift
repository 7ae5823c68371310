import Foundation

/// The exact oracle: what is asked of it, and when.
extension SearchRun {
  /// Asks for the bound on `κ` that the gap needs. Directions that forbid it come back.
  func ask(_ Z: DenseMatrix, kappa found: Double, gapTarget: Double) throws -> [[Double]] {
    let theta = max(kappa(closing: Tuning.gapRoom * gapTarget, Z), found * (1 + 1e-9))
    switch try attempt(Z, theta, nodeLimit: rank <= Tuning.easyRank ? .max : Tuning.firstNodes) {
    case .violated(let points): return points
    case .proved: return []
    case .stopped: break
    }
    // Too many nodes for one attempt: any-time bounds on the way to it.
    var excess = Tuning.ladder.first
    while limits.reason == nil, nodesLeft > 0 {
      let rung = max(theta, found * (1 + excess))
      if rung < provenKappa(Z) {
        switch try attempt(Z, rung, nodeLimit: .max) {
        case .violated(let points): return points
        case .stopped: return []
        case .proved: break
        }
      }
      if rung <= theta { break }
      excess *= Tuning.ladder.factor
    }
    return []
  }

  private var nodesLeft: Int { options.nodeLimit.map { max(0, $0 - nodes) } ?? .max }

  var elapsed: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// A bound while the master is still far from done costs a share of the time, so that a long run has a bracket.
  var isInterimDue: Bool {
    elapsed > Tuning.interim.begin && oracleTime < Tuning.interim.share * elapsed && nodesLeft > 0
  }

  /// A bound as sharp as the last attempts suggest. Directions that forbid it come back.
  func interimBound(_ Z: DenseMatrix, kappa found: Double) throws -> [[Double]] {
    let theta = found * (1 + excess)
    guard theta < provenKappa(Z) else {
      excess *= Tuning.ladder.factor
      return []
    }
    switch try attempt(Z, theta, nodeLimit: .max, seconds: Tuning.interim.share * elapsed) {
    case .violated(let points): return points
    case .proved: excess *= Tuning.ladder.factor
    case .stopped: excess /= Tuning.ladder.factor
    }
    return []
  }

  /// The `κ` at which `Z` would give no more than the present bound.
  private func provenKappa(_ Z: DenseMatrix) -> Double {
    lowerBound > 0 ? kappa(closing: 1 - lowerBound / best.objective, Z) : .infinity
  }

  private enum Answer {
    case proved
    case violated([[Double]])
    case stopped
  }

  /// One run of branch and bound; a proof raises the bound.
  ///
  /// - Parameters:
  ///   - seconds: of the attempt; the limits of the run hold as well, unless it has ended (`grace`).
  ///   - refined: whether the cones are split until they show half of the excess over the largest known `κ`, so that a cone that is
  ///     only just below `θ` leaves room for the rounding of its proof. Without it that room may cost more than the gap asked for.
  private func attempt(
    _ Z: DenseMatrix, _ theta: Double, nodeLimit: Int, seconds: Double? = nil, grace: Bool = false, refined: Bool = false
  ) throws -> Answer {
    let dual = ReducedDual(Z: Z, reduction: search.reduction)
    let basis = ConePartition.whitening(search.reduction.directions, floor: gamma / dual.lipschitz)
    guard let basis, theta.isFinite else { return .stopped }
    let map = KinkedMap(dual)
    let threshold = refined ? 0.5 * (theta + min(theta, promising?.kappa ?? theta)) : theta
    let clock = ContinuousClock.now
    defer { oracleTime += (ContinuousClock.now - clock) / .seconds(1) }
    let limits = limits
    let own = SearchLimits(timeLimit: seconds, isCancelled: { !grace && limits.reason != nil })
    let isStopped: @Sendable () -> Bool = { own.reason != nil }
    let nodeLimit = grace ? nodeLimit : min(nodeLimit, nodesLeft)
    let result =
      rank <= 4
      ? ConeSearch<SIMD4<Double>>(map: map, basis: basis, threshold: threshold).run(
        threads: options.threads, nodeLimit: nodeLimit, isStopped: isStopped)
      : ConeSearch<SIMD8<Double>>(map: map, basis: basis, threshold: threshold).run(
        threads: options.threads, nodeLimit: nodeLimit, isStopped: isStopped)
    nodes += result.nodes
    switch result.outcome {
    case .violated(let points): return .violated(points)
    case .stopped: return .stopped
    case .proved(let tree):
      let proven = try ProvenBound(
        cones: ConeCertificate.packed(tree), basis: basis, theta: theta, Z: expanded(Z), training, search.reduction)
      if let proven, proven.value > lowerBound { bound = proven }
      let isSharp = (proven?.value ?? 0) >= dualValue(Z, kappa: theta) - (1 - Tuning.gapRoom) * options.gap * best.objective
      if !isSharp, !refined, !grace {
        return try attempt(Z, theta, nodeLimit: nodeLimit, seconds: seconds, refined: true)
      }
      return proven == nil ? .stopped : .proved
    }
  }

  /// A bound in any case: when the run was stopped before the oracle spoke, or cones are out of reach.
  func secureBound() throws {
    let known = promising
    let Z = known.map { expanded($0.Z) } ?? training.Y
    if usesCones, !isClosed, let known, known.potential > lowerBound {
      var left = max(Tuning.last.least, Tuning.last.share * elapsed)
      for _ in 0..<Tuning.last.attempts where left > 0 {
        let theta = known.kappa * (1 + excess)
        let clock = ContinuousClock.now
        if theta < provenKappa(known.Z) {
          guard case .proved = try attempt(known.Z, theta, nodeLimit: .max, seconds: left, grace: true) else { break }
        }
        excess *= Tuning.ladder.factor
        left -= (ContinuousClock.now - clock) / .seconds(1)
      }
    }
    guard bound == nil || (!isClosed && !usesCones && rank > 2) else { return }
    if rank <= 2 {
      bound = try ProvenBound(sectors: Z, training, search.reduction)
    } else {
      let groups = search.reduction.groupCount
      let trivial = DNNCertificate(
        Z: groups <= Tuning.spectralGroups ? Z : Z.map { 0 * $0 }, alphaAlpha: [], betaBeta: [], alphaBeta: [],
        mu: [Double](repeating: 0, count: groups))
      let proven = try ProvenBound(dnn: trivial, training, search.reduction)
      if proven.value > lowerBound || bound == nil { bound = proven }
    }
  }
}
