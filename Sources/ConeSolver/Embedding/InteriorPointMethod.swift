import Foundation
import LinearAlgebra

/// The primal–dual interior-point method on the homogeneous embedding: Mehrotra's predictor and corrector, one step length. Stopping tests are evaluated on the user's program at every iteration.
final class InteriorPointMethod {
  private let prepared: Preparation
  private let scaled: Equilibration
  private let cones: [any SymmetricCone]
  private let settings: Settings
  private let control: StepControl
  private var stepFraction: Double
  private let clock: Stopwatch
  private let goal: RefinementGoal
  private let system: KKTSystem
  private let newton: NewtonDirection
  private let point: Iterate
  private var affine, combined: Iterate
  /// How many corrections beyond the first an iteration may make.
  private let corrections: Int
  private let residual: EmbeddingResidual
  private let shift, deviation: VectorView
  private let arena = Arena()
  private let degree: Int
  private var best: BestIterate
  private var lastStep = 0.0

  init(
    _ prepared: Preparation, strategy: any KKTStrategy, settings: Settings,
    stepControl: StepControl, clock: Stopwatch
  ) {
    control = stepControl
    stepFraction = control.fractions.lowerBound
    self.prepared = prepared
    scaled = prepared.scaled
    cones = strategy.cones
    self.settings = settings
    self.clock = clock
    let n = scaled.problem.variableCount
    let m = scaled.problem.rowCount
    goal = RefinementGoal(scaled, cones: cones, settings: settings)
    system = KKTSystem(scaled.problem, strategy: strategy, goal: goal)
    newton = NewtonDirection(scaled.problem, system: system)
    corrections = control.furtherCorrections(strategy)
    point = Iterate(variables: n, rows: m)
    affine = Iterate(variables: n, rows: m)
    combined = Iterate(variables: n, rows: m)
    residual = EmbeddingResidual(scaled.problem)
    shift = arena.vector(m)
    deviation = arena.vector(n)
    degree = cones.reduce(0) { $0 + $1.degree }
    best = BestIterate(settings)
  }

  /// Iterates until an answer is verified, a limit is reached, or rounding allows no more progress.
  /// - Parameter first: number of the first iteration.
  func run(from first: Int, observer: ((Iteration) -> ObserverAction)?) -> Outcome {
    guard point.setStart(scaled.problem, cones: cones, system: system, goal: goal) else {
      return finish(.numericalFailure, iteration: first, "the starting system could not be factored")
    }
    if system.strategy.maybeSingular, let answer = nullSpaceCertificate() { return finish(answer, iteration: first) }
    guard updateScaling() else { return finish(.numericalFailure, iteration: first, "the starting point is not interior") }
    var iteration = first
    while true {
      residual.update(scaled.problem, at: point)
      let answer = examine()
      let action = best.latest.flatMap { observer?(report(iteration, $0)) }
      if let answer { return finish(answer, iteration: iteration) }
      if action == .stop { return finish(.cancelled, iteration: iteration, "stopped by the observer") }
      if best.isStalled { return finish(.numericalFailure, iteration: iteration, "no further progress in double precision") }
      if iteration >= settings.maxIterations {
        return finish(.iterationLimit, iteration: iteration, "\(settings.maxIterations) iterations reached")
      }
      if let limit = settings.timeLimit, clock.seconds >= limit {
        return finish(.timeLimit, iteration: iteration, "the time limit of \(limit) s was reached")
      }
      if let failure = step() { return finish(.numericalFailure, iteration: iteration, failure) }
      iteration += 1
    }
  }

  /// One predictor–corrector step; a sentence when it breaks down.
  private func step() -> String? {
    let mu = point.mu(degree: degree)
    goal.update(residual, tau: point.tau)
    guard newton.prepare(at: point, residual: residual) else { return "the Newton system could not be factored" }

    // Predictor: σ = 0, ζ = z, d_κ = τκ.
    shift.copy(point.z)
    for cone in cones where cone is ZeroCone { shift.slice(cone.rows).fill(0) }
    guard
      newton.solve(
        at: point, residual: residual, fraction: 1, shift: shift, dKappa: point.tau * point.kappa, into: affine)
    else { return "the predictor direction is not finite" }
    let affineStep = stepLength(affine)
    let sigma = control.centring(affineStep)
    stepFraction = control.fraction(affineStep)

    // Corrector: second-order term of the predictor and centring to σμ. Where that leads nowhere, firm centring without it.
    guard var longest = correct(sigma: sigma, mu: mu, secondOrder: affine, into: combined) else {
      return "the corrector direction is not finite"
    }
    if longest < Tuning.recentringStep {
      affine.clear()
      guard let recentred = correct(sigma: max(sigma, Tuning.recentringSigma), mu: mu, secondOrder: affine, into: combined) else {
        return "the recentring direction is not finite"
      }
      longest = recentred
    } else {
      longest = correctFurther(sigma: sigma, mu: mu, step: longest)
    }
    let (step, remainder) = curvatureStep(longest)
    guard step > Tuning.minimumStep else { return "the step length fell to \(step)" }
    point.advance(step, along: combined)
    point.kappa -= remainder
    lastStep = step
    best.note(step: step)
    rescale()
    // Rounding may put the new point outside after all: pull it back towards the old one.
    for _ in 0..<Tuning.pullBacks {
      if updateScaling() { return nil }
      let back = Tuning.pullBack * lastStep
      point.advance(-back, along: combined)
      lastStep -= back
    }
    return updateScaling() ? nil : "an iterate left the interior of its cone"
  }

  /// Corrects again, with the second-order term of the corrected direction and less centring, as often as the strategy's costs allow and as
  /// long as the residual that the step leaves, `1 − α(1 − σ)`, shrinks enough; returns the step of the direction kept.
  private func correctFurther(sigma: Double, mu: Double, step: Double) -> Double {
    var (sigma, step) = (sigma, step)
    for _ in 0..<corrections {
      let left = 1 - step * (1 - sigma)
      if left < Tuning.correctorSufficient { break }
      let target = Tuning.correctorCentring * sigma
      guard let next = correct(sigma: target, mu: mu, secondOrder: combined, into: affine),
        1 - next * (1 - target) < left / Tuning.correctorGain
      else { break }
      swap(&affine, &combined)
      (sigma, step) = (target, next)
    }
    return step
  }

  /// Solves for the direction with centring `σ` and another direction's second-order term; returns the step it allows, or `nil` on
  /// breakdown.
  private func correct(sigma: Double, mu: Double, secondOrder: Iterate, into direction: Iterate) -> Double? {
    let sigmaMu = sigma * mu
    for cone in cones {
      let rows = cone.rows
      cone.combinedTerm(
        z: point.z.slice(rows), ds: secondOrder.s.slice(rows), dz: secondOrder.z.slice(rows), sigmaMu: sigmaMu,
        into: shift.slice(rows))
    }
    let dKappa = point.tau * point.kappa + secondOrder.tau * secondOrder.kappa - sigmaMu
    guard
      newton.solve(
        at: point, residual: residual, fraction: 1 - sigma, shift: shift, dKappa: dKappa, into: direction)
    else { return nil }
    return stepFraction * stepLength(direction, limit: 1 / stepFraction)
  }

  private func updateScaling() -> Bool {
    for cone in cones {
      guard cone.updateScaling(s: point.s.slice(cone.rows), z: point.z.slice(cone.rows)) else { return false }
    }
    return true
  }

  /// The largest step that keeps `s`, `z`, `τ`, `κ` in their cones.
  private func stepLength(_ direction: Iterate, limit: Double = 1) -> Double {
    var alpha = limit
    if direction.tau < 0 { alpha = min(alpha, -point.tau / direction.tau) }
    if direction.kappa < 0 { alpha = min(alpha, -point.kappa / direction.kappa) }
    for cone in cones {
      let rows = cone.rows
      alpha = cone.maximumStep(
        s: point.s.slice(rows), ds: direction.s.slice(rows), z: point.z.slice(rows), dz: direction.z.slice(rows),
        limit: alpha)
    }
    return alpha
  }

  /// Along a ray the gap equation's term `xᵀPx/τ` outgrows its linearisation, by `R(α) = α²‖Δx − ξΔτ‖²_P/(τ + αΔτ)`. Once
  /// `κ > τ`, a sign of infeasibility, the step is shortened a little if that lets `κ` pay for `R`, and `κ` does.
  private func curvatureStep(_ longest: Double) -> (step: Double, remainder: Double) {
    guard scaled.problem.P.nonzeros > 0, point.kappa > point.tau else { return (longest, 0) }
    for j in 0..<deviation.count { deviation[j] = combined.x[j] - point.x[j] / point.tau * combined.tau }
    let curvature = max(0, scaled.problem.P.quadraticForm(deviation))
    var step = longest
    for _ in 0..<Tuning.curvatureBacktracks {
      let remainder = step * step * curvature / (point.tau + step * combined.tau)
      if remainder <= Tuning.curvatureShare * (point.kappa + step * combined.kappa) { return (step, remainder) }
      step *= Tuning.curvatureBacktrack
    }
    return (longest, 0)
  }

  /// Keeps `max(τ, κ)` near one, since the embedding only knows rays.
  private func rescale() {
    let size = max(point.tau, point.kappa)
    guard size < 1e-3 || size > 1e3 else { return }
    point.scale(1 / size)
    combined.scale(1 / size)
  }

  // MARK: Claims

  /// Verifies on the user's data whatever the iterate may now claim.
  private func examine() -> Answer? {
    let candidate = best.examine(prepared.original, prepared.restore(point))
    if candidate.passes, candidate.isInside(prepared.original) { return best.accept(candidate).map { .optimum($0) } }
    if let accepted = best.accepted { return .optimum(accepted) }
    guard point.kappa / point.tau > Tuning.certificateKappaOverTau || candidate.measures.mayBeCertificate else { return nil }
    return verifiedCertificate(of: point)
  }

  /// A certificate of infeasibility in a point's `z` or in its `(x, s)`, if one passes.
  private func verifiedCertificate(of point: Iterate) -> Answer? {
    for certificate in prepared.certificates(in: point) where certificate.isInside(prepared.original, within: settings.epsInfeasible) {
      best.note(certificate)
      if certificate.residual <= settings.epsInfeasible { return .certificate(certificate) }
    }
    return nil
  }

  /// Certificates that need no cone: `d` with `Pd = 0, Ad = 0, qᵀd < 0`, or multipliers of contradictory equality rows.
  ///
  /// They are exactly the null space of `K` at `W = I` seen by `(−q, b)`. A strategy's regularised solve multiplies that
  /// component by `1/δ`, and a second one, as in inverse iteration, leaves nothing else.
  private func nullSpaceCertificate() -> Answer? {
    let candidate = Iterate(variables: scaled.problem.variableCount, rows: scaled.problem.rowCount)
    for j in 0..<candidate.x.count { candidate.x[j] = -scaled.problem.q[j] }
    for cone in cones where cone is ZeroCone {
      for row in cone.rows { candidate.z[row] = scaled.problem.b[row] }
    }
    for pass in 0..<Tuning.nullSpacePasses {
      system.strategy.solve(candidate.x, candidate.z)
      for cone in cones where !(cone is ZeroCone) { candidate.z.slice(cone.rows).fill(0) }
      let size = max(candidate.x.maximumNorm, candidate.z.maximumNorm)
      guard size > 0, size.isFinite else { return nil }
      candidate.scale(1 / size)
      // The equality rows enter K as −δI, so each further solve turns the sign of their part.
      if pass > 0 { candidate.z.scale(-1) }
      if let answer = verifiedCertificate(of: candidate) { return answer }
    }
    return nil
  }

  private func report(_ iteration: Int, _ measures: OptimalityMeasures) -> Iteration {
    Iteration(
      number: iteration, primalObjective: measures.primalObjective, dualObjective: measures.dualObjective,
      primalResidual: measures.primalResidual / max(1, measures.primalScale),
      dualResidual: measures.dualResidual / max(1, measures.dualScale), gap: measures.gap / max(1, measures.gapScale),
      kappaOverTau: point.kappa / point.tau, mu: point.mu(degree: degree), step: lastStep, elapsed: clock.seconds)
  }

  private func finish(_ answer: Answer, iteration: Int) -> Outcome {
    Outcome(answer: answer, status: answer.status, iterations: iteration, message: "")
  }

  /// A stop without an answer: the best iterate, promoted to `almostSolved` when it passes the reduced tolerances.
  private func finish(_ status: Status, iteration: Int, _ message: String) -> Outcome {
    if let accepted = best.accepted { return finish(.optimum(accepted), iteration: iteration) }
    if status == .numericalFailure, let certificate = best.certificate,
      certificate.residual <= Tuning.stalledCertificateFactor * settings.epsInfeasible
    {
      return finish(.certificate(certificate), iteration: iteration)
    }
    guard let candidate = best.candidate else {
      return Outcome(answer: nil, status: status, iterations: iteration, message: message)
    }
    let almost = candidate.almostPasses && candidate.isInside(prepared.original)
    return Outcome(
      answer: .optimum(candidate), status: almost ? .almostSolved : status, iterations: iteration, message: message)
  }
}

/// Wall-clock seconds since it was made.
struct Stopwatch {
  private let start: ContinuousClock.Instant

  /// - Parameter seconds: what has passed already.
  init(after seconds: Double = 0) { start = ContinuousClock.now - .seconds(seconds) }

  var seconds: Double {
    let elapsed = ContinuousClock.now - start
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
  }
}
