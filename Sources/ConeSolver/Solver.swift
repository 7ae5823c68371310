import LinearAlgebra

/// A validated and prepared program, ready to be solved, and solved again with other numbers.
///
/// Making one checks the data, reduces and equilibrates it and chooses the linear system; `solve` iterates; `update` replaces values in
/// the same pattern and keeps what only the pattern decides (docs/solving-again.md):
///
///     let solver = try Solver(problem)
///     for b in rightHandSides {
///       try solver.update(b: b)
///       print(solver.solve().primalObjective)
///     }
public final class Solver {
  /// The program as it was given, with the present values.
  private var given: ConicProblem
  private var bounds: InfiniteBounds
  private var prepared: Preparation
  private var choice: StrategyChoice
  private var settings: Settings
  private let objectiveUnit: Double
  private var clock: Stopwatch
  private var setupTime: Double
  /// How many times a linear system was chosen, ordered and analysed: once, and once more for each update that changed the pattern of what
  /// presolve leaves.
  public private(set) var analyses = 1

  private var problem: ConicProblem { bounds.finite }
  private var strategy: any KKTStrategy { choice.strategy }
  /// Whether further attempts are wanted, and an iteration forecast to be so cheap that they are worth their time.
  private var mayRetry: Bool { settings.retries && choice.forecast <= Tuning.retryForecast }
  /// Why the linear system was chosen, with its forecast.
  public var strategyReason: String { choice.reason }
  /// What presolve removed, or found.
  public var presolveSummary: String { bounds.summary(besides: prepared.summary) }
  /// Why presolve took the dual or a face, a sentence each.
  public var presolveReasons: [String] { prepared.reduction.reasons }
  /// The linear system that each iteration factors.
  public var kkt: KKTChoice { strategy.kind }

  /// - Throws: `ProblemError` naming the place of the fault in the user's data, or what does not fit in memory.
  public convenience init(_ problem: ConicProblem, settings: Settings = Settings()) throws(ProblemError) {
    try self.init(problem, settings: settings, objectiveUnit: 1)
  }

  /// - Parameter objectiveUnit: multiplies the scale that equilibration gives the objective.
  private init(_ problem: ConicProblem, settings: Settings, objectiveUnit: Double) throws(ProblemError) {
    clock = Stopwatch()
    try settings.validate()
    given = problem
    bounds = InfiniteBounds(try problem.validated())
    self.settings = settings
    self.objectiveUnit = objectiveUnit
    if let threads = settings.threads { Dense.setThreads(threads) }
    prepared = Preparation(bounds.finite, settings: settings, objectiveUnit: objectiveUnit)
    choice = try StrategyChoice(prepared.scaled.problem, requested: settings.kkt)
    setupTime = clock.seconds
  }

  /// Whether the program differs in values only from the one that was given, so that `update` can take them.
  func fits(_ problem: ConicProblem) -> Bool { problem.hasArrays(of: given) }

  /// Replaces values of the program, in the order of the arrays it was made with, and the constant that `Settings` knows of the objective;
  /// `nil` leaves them as they are.
  ///
  /// Validation, presolve and equilibration see the new values, O(n + m + nonzeros), so that the next solve is the one of a new solver.
  /// Where presolve leaves the pattern that it left before, the elimination order, the symbolic factorisation, the choice of the linear system and
  /// its workspaces are kept; otherwise they are made anew (`analyses`). Nothing of the last solution is used.
  ///
  /// - Throws: `ProblemError`; the solver is then as before.
  public func update(
    P: [Double]? = nil, q: [Double]? = nil, A: [Double]? = nil, b: [Double]? = nil, objectiveConstant: Double? = nil
  ) throws(ProblemError) {
    let start = Stopwatch()
    var program = given
    if let P { program.P.values = P }
    if let q { program.q = q }
    if let A { program.A.values = A }
    if let b { program.b = b }
    try program.expectCounts(of: given)
    var settings = settings
    settings.objectiveConstant = objectiveConstant ?? settings.objectiveConstant
    try settings.validate()
    let bounds = InfiniteBounds(try program.validated(isConvex: P == nil || program.P.values == given.P.values))
    let prepared = Preparation(bounds.finite, settings: settings, objectiveUnit: objectiveUnit)
    let (old, new) = (self.prepared.scaled.problem, prepared.scaled.problem)
    if new.hasPattern(of: old), let updated = choice.updated(to: new) {
      choice = updated
    } else {
      choice = try StrategyChoice(new, requested: settings.kkt)
      analyses += 1
    }
    (given, self.settings, self.bounds, self.prepared) = (program, settings, bounds, prepared)
    setupTime = start.seconds
  }

  /// Solves the program. The observer sees every iteration and may stop the solve; the best iterate then comes back.
  public func solve(observer: ((Iteration) -> ObserverAction)? = nil) -> Solution {
    clock = Stopwatch(after: setupTime)
    if let threads = settings.threads { Dense.setThreads(threads) }
    let (outcome, used) = bestOutcome(from: 0, observer)
    var solution = solution(outcome)
    solution.kkt = used
    solution.setupTime = setupTime
    solution.solveTime = clock.seconds - setupTime
    return solution
  }

  /// The outcome of the solve, or the best of several attempts, with the linear system that gave it.
  private func bestOutcome(
    from iteration: Int, _ observer: ((Iteration) -> ObserverAction)?
  ) -> (outcome: Outcome, kkt: KKTChoice) {
    if let verdict = prepared.verdict { return (Outcome(verdict, iterations: iteration), strategy.kind) }
    var outcome = run(strategy, strategy.stepControl, from: iteration, observer)
    var used = strategy.kind
    /// Keeps the better of the last outcome and another attempt.
    func retry(_ attempt: (outcome: Outcome, kkt: KKTChoice)) {
      if attempt.outcome.isBetter(than: outcome) { (outcome, used) = attempt }
    }
    // Shorter steps meet the limits of double precision elsewhere, and so does another unit of the objective, which decides how large
    // z is beside x and τ; a system that wears out in one elimination order may hold in the other; and rounding treats the unreduced
    // program in another way.
    if outcome.isShort, mayRetry {
      retry((run(strategy, strategy.stepControl.cautious, from: outcome.iterations, observer), strategy.kind))
    }
    for unit in Tuning.objectiveUnits where outcome.isShort && mayRetry {
      guard let other = try? Solver(problem, settings: remaining, objectiveUnit: unit) else { continue }
      retry((other.run(other.strategy, other.strategy.stepControl, from: outcome.iterations, observer), other.strategy.kind))
    }
    let alternatives = StrategyChoice.alternatives(to: strategy.kind, requested: settings.kkt, prepared.scaled.problem)
    for alternative in alternatives where outcome.isShort && mayRetry {
      guard let other = alternative() else { continue }
      retry((run(other, other.stepControl, from: outcome.iterations, observer), other.kind))
    }
    if outcome.isShort, mayRetry, let unreduced = unreduced() {
      retry(unreduced.bestOutcome(from: outcome.iterations, observer))
      return (outcome, used)
    }
    if outcome.status == .numericalFailure, mayRetry, problem.P.nonzeros > 0, let certificate = linearCertificate(observer) {
      outcome = Outcome(certificate, iterations: outcome.iterations)
    }
    return (outcome, used)
  }

  /// A solver of the same program without presolve, if presolve changed it; `nil` when that does not fit.
  private func unreduced() -> Solver? {
    guard !prepared.reduction.isEmpty else { return nil }
    var settings = remaining
    settings.presolve = false
    return try? Solver(problem, settings: settings)
  }

  /// The settings for what is left of the time.
  private var remaining: Settings {
    var settings = settings
    if let limit = settings.timeLimit { settings.timeLimit = max(0, limit - clock.seconds) }
    return settings
  }

  private func run(
    _ strategy: any KKTStrategy, _ stepControl: StepControl, from iteration: Int, _ observer: ((Iteration) -> ObserverAction)?
  ) -> Outcome {
    strategy.reset()
    let method = InteriorPointMethod(
      prepared, strategy: strategy, settings: settings, stepControl: stepControl, clock: clock)
    return method.run(from: iteration, observer: observer)
  }

  /// A certificate of infeasibility of a quadratic program, sought without its curvature.
  ///
  /// Along a ray the embedding's term `xᵀPx/τ` divides two vanishing numbers. But whether a program is primal infeasible does not
  /// depend on `P` and `q`, and its dual is infeasible exactly when `min qᵀd, Pd = 0, Ad + s = 0, s ∈ K` is unbounded: two linear
  /// programs with the user's own rows, so what verifies their certificates verifies the user's.
  private func linearCertificate(_ observer: ((Iteration) -> ObserverAction)?) -> InfeasibilityCertificate? {
    let n = problem.variableCount
    var settings = remaining
    settings.kkt = .automatic
    let feasibility = ConicProblem(
      q: [Double](repeating: 0, count: n), A: problem.A, b: problem.b, cones: problem.cones)
    if let solution = try? feasibility.solve(settings, observer: observer), solution.status == .primalInfeasible {
      return InfeasibilityCertificate(status: solution.status, x: solution.x, s: solution.s, z: solution.z, residual: 0)
    }
    let wholeP = problem.P.entries + problem.P.entries.filter { $0.row != $0.column }.map { .init($0.column, $0.row, $0.value) }
    let rows = wholeP + problem.A.entries.map { .init(n + $0.row, $0.column, $0.value) }
    let ray = ConicProblem(
      q: problem.q, A: SparseMatrix(rows: n + problem.rowCount, columns: n, entries: rows),
      b: [Double](repeating: 0, count: n + problem.rowCount), cones: [.zero(n)] + problem.cones)
    guard let solution = try? ray.solve(settings, observer: observer), solution.status == .dualInfeasible else { return nil }
    return InfeasibilityCertificate(
      status: solution.status, x: solution.x, s: Array(solution.s[n...]), z: Array(solution.z[n...]), residual: 0)
  }

  /// What is reported of an outcome: in the user's rows, its residuals on every row that says something.
  private func solution(_ outcome: Outcome) -> Solution {
    var point = HomogeneousPoint.zero(problem)
    switch outcome.answer {
    case .optimum(let candidate): point = HomogeneousPoint(x: candidate.x, s: candidate.s, z: candidate.z, tau: 1)
    case .certificate(let certificate): (point.x, point.s, point.z) = (certificate.x, certificate.s, certificate.z)
    case nil: break
    }
    let (x, s, z) = (point.x, point.s, point.z)
    let measures = OptimalityMeasures(problem, x: x, s: s, z: z)
    var primal = measures.primalObjective
    var dual = measures.dualObjective
    if outcome.status == .primalInfeasible { (primal, dual) = (.infinity, .infinity) }
    if outcome.status == .dualInfeasible { (primal, dual) = (-.infinity, -.infinity) }
    let user = bounds.restore(point)
    return Solution(
      status: outcome.status, x: user.x, s: user.s, z: user.z, primalObjective: primal, dualObjective: dual,
      iterations: outcome.iterations,
      residuals: measures.residuals(margins: ConeMargins(problem, s: s, z: z)), setupTime: 0, solveTime: 0,
      kkt: .automatic, message: outcome.message)
  }
}

extension ConicProblem {
  /// Solves the program; see `Solver`.
  /// - Parameter observer: receives each iteration and may stop the solve.
  /// - Throws: `ProblemError` when the data or a setting is at fault. How the solve went is a `Status`, not an error.
  public func solve(
    _ settings: Settings = Settings(), observer: ((Iteration) -> ObserverAction)? = nil
  ) throws(ProblemError) -> Solution {
    try Solver(self, settings: settings).solve(observer: observer)
  }
}
