import ConeSolver
import Synchronization

/// A solver between two solves of one compiled problem.
final class IdleSolver: Sendable {
  /// Handed from one solve to the next, never to two at a time.
  private struct Idle: @unchecked Sendable {
    let solver: Solver
    let settings: Settings
  }

  private let idle = Mutex<Idle?>(nil)

  /// How often the solver has analysed a linear system; 0 before the first solve.
  var analyses: Int { idle.withLock { $0?.solver.analyses ?? 0 } }

  /// Solves a program: by the solver of the last solve, if it is not in use and had these settings, with the program's values; the program's
  /// pattern is always the same.
  func solve(
    _ problem: ConicProblem, _ settings: Settings, observer: ((Iteration) -> ObserverAction)?
  ) throws(ProblemError) -> Solution {
    let waiting = idle.withLock { idle in
      defer { idle = nil }
      return idle
    }
    let solver: Solver
    if let waiting, waiting.settings == settings.withoutConstant {
      solver = waiting.solver
      try solver.update(
        P: problem.P.values, q: problem.q, A: problem.A.values, b: problem.b, objectiveConstant: settings.objectiveConstant)
    } else {
      solver = try Solver(problem, settings: settings)
    }
    let solution = solver.solve(observer: observer)
    let used = Idle(solver: solver, settings: settings.withoutConstant)
    idle.withLock { $0 = used }
    return solution
  }
}

extension Settings {
  /// The settings without what a new value of a parameter changes.
  fileprivate var withoutConstant: Settings {
    var settings = self
    settings.objectiveConstant = 0
    return settings
  }
}
