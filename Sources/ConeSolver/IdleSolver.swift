import Synchronization

/// Keeps the solver of one solve for the next one, for callers that solve programs of one pattern over and over without holding a `Solver`.
///
/// A program of the same pattern under the same settings, but for `objectiveConstant`, is handed to the solver of the last solve by
/// `Solver.update`; any other gets a solver of its own, which is then kept. It may be shared: two solves at a time have a solver each.
public final class IdleSolver: Sendable {
  /// Handed from one solve to the next, never to two at a time.
  private struct Idle: @unchecked Sendable {
    let solver: Solver
    let settings: Settings
  }

  private let idle = Mutex<Idle?>(nil)

  public init() {}

  /// `Solver.analyses` of the solver that is kept; 0 when none is.
  public var analyses: Int { idle.withLock { $0?.solver.analyses ?? 0 } }

  /// Runs `body` with a solver of the program.
  ///
  /// - Throws: what `Solver.init` or `Solver.update` throws.
  public func withSolver<Result>(
    of problem: ConicProblem, _ settings: Settings, _ body: (Solver) -> Result
  ) throws(ProblemError) -> Result {
    let waiting = idle.withLock { idle in
      defer { idle = nil }
      return idle
    }
    let solver: Solver
    if let waiting, waiting.settings == settings.withoutConstant, waiting.solver.fits(problem) {
      solver = waiting.solver
      try solver.update(
        P: problem.P.values, q: problem.q, A: problem.A.values, b: problem.b, objectiveConstant: settings.objectiveConstant)
    } else {
      solver = try Solver(problem, settings: settings)
    }
    let result = body(solver)
    let used = Idle(solver: solver, settings: settings.withoutConstant)
    idle.withLock { $0 = used }
    return result
  }
}

extension Settings {
  /// The settings without what new values may change.
  fileprivate var withoutConstant: Settings {
    var settings = self
    settings.objectiveConstant = 0
    return settings
  }
}
