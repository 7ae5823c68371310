import LinearAlgebra

/// A validated and prepared program, ready to be solved.
///
/// Making one checks the data, equilibrates it and chooses the linear system; `solve` iterates. The log's header is
/// `summary`.
public final class Solver {
  private let problem: ConicProblem
  private let scaled: Equilibration
  private let cones: [any SymmetricCone]
  private let strategy: any KKTStrategy
  private let settings: Settings
  private let clock = Stopwatch()
  private let setupTime: Double
  /// Why the linear system was chosen, with its forecast.
  public let strategyReason: String
  /// The linear system that each iteration factors.
  public var kkt: KKTChoice { strategy.kind }

  /// - Throws: `ProblemError` naming the place of the fault in the user's data, or what does not fit in memory.
  public init(_ problem: ConicProblem, settings: Settings = Settings()) throws(ProblemError) {
    try settings.validate()
    self.problem = try problem.validated()
    self.settings = settings
    if let threads = settings.threads { Dense.setThreads(threads) }
    scaled = Equilibration(self.problem)
    cones = self.problem.makeConeOperators()
    let choice = try StrategyChoice(scaled.problem, cones: cones, requested: settings.kkt)
    strategy = choice.strategy
    strategyReason = choice.reason
    setupTime = clock.seconds
  }

  /// Solves the program. The observer sees every iteration and may stop the solve; the best iterate then comes back.
  public func solve(observer: ((Iteration) -> ObserverAction)? = nil) -> Solution {
    var outcome = run(strategy, from: 0, observer)
    var used = strategy.kind
    // A system that wears out in one elimination order may hold in the other.
    if settings.kkt == .automatic, settings.retriesOtherKKT, outcome.status == .numericalFailure || outcome.status == .almostSolved,
      let other = StrategyChoice.alternative(to: used, scaled.problem, cones: cones)
    {
      let second = run(other, from: outcome.iterations, observer)
      if second.isBetter(than: outcome) { (outcome, used) = (second, other.kind) }
    }
    var solution = Self.solution(problem, outcome)
    solution.kkt = used
    solution.setupTime = setupTime
    solution.solveTime = clock.seconds - setupTime
    return solution
  }

  private func run(
    _ strategy: any KKTStrategy, from iteration: Int, _ observer: ((Iteration) -> ObserverAction)?
  ) -> Outcome {
    strategy.reset()
    let method = InteriorPointMethod(
      original: problem, scaled: scaled, cones: cones, strategy: strategy, settings: settings, clock: clock)
    return method.run(from: iteration, observer: observer)
  }

  private static func solution(_ problem: ConicProblem, _ outcome: Outcome) -> Solution {
    let n = problem.variableCount
    let m = problem.rowCount
    var x = [Double](repeating: 0, count: n)
    var s = [Double](repeating: 0, count: m)
    var z = s
    switch outcome.answer {
    case .optimum(let candidate): (x, s, z) = (candidate.x, candidate.s, candidate.z)
    case .certificate(let certificate): (x, s, z) = (certificate.x, certificate.s, certificate.z)
    case nil: break
    }
    let measures = OptimalityMeasures(problem, x: x, s: s, z: z)
    var primal = measures.primalObjective
    var dual = measures.dualObjective
    if outcome.status == .primalInfeasible { (primal, dual) = (.infinity, .infinity) }
    if outcome.status == .dualInfeasible { (primal, dual) = (-.infinity, -.infinity) }
    return Solution(
      status: outcome.status, x: x, s: s, z: z, primalObjective: primal, dualObjective: dual,
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
