import CConeSolver
import ConeFormats
import ConeReports
import ConeSolver
import Foundation
import LinearAlgebra

/// A program as its owner gave it, with its options, its callbacks and its last solution.
struct SolverState: Sendable {
  /// A callback with the context it is handed. The header says in which thread it is called.
  struct Log: @unchecked Sendable {
    let function: cone_log
    let context: UnsafeMutableRawPointer?
  }

  struct Observer: @unchecked Sendable {
    let function: cone_observer
    let context: UnsafeMutableRawPointer?
  }

  var program: ImportedProblem
  var options = OptionTable()
  var log: Log?
  var observer: Observer?
  var solution: Solution?
  /// Serves the next solve too, where only values have changed.
  private let idle = IdleSolver()

  init(_ program: ImportedProblem) {
    self.program = program
    let constant = program.objectiveSense == .minimize ? program.objectiveConstant : -program.objectiveConstant
    if constant != 0 { _ = try? options.set("objectiveConstant", .number(constant)) }
  }

  /// A program that comes from no file.
  init(_ problem: ConicProblem) throws(Fault) {
    do {
      try problem.checkData()
    } catch {
      throw Fault(error)
    }
    self.init(
      ImportedProblem(
        problem: problem, objectiveSense: .minimize, objectiveConstant: 0, format: .json,
        scalarVariableCount: problem.variableCount, matrixVariableOrders: []))
  }
}

extension SolverState {
  /// Solves the program.
  /// - Parameter isCancelled: asked at each iteration.
  func solve(isCancelled: @escaping () -> Bool) throws(Fault) -> Solution {
    do {
      let solution = try idle.withSolver(of: program.problem, options.settings) { solver in
        write(["cone \(Library.version)", LogField.line("presolve", solver.presolveSummary),
               LogField.line("system", solver.strategyReason), "", IterationLog.heading])
        return solver.solve { iteration in
          write([IterationLog.line(iteration, of: program)])
          return isCancelled() || observe(iteration) ? .stop : .proceed
        }
      }
      let reason = solution.message.isEmpty ? "" : " (\(solution.message))"
      write(["", LogField.line("status", solution.status.rawValue + reason)])
      return solution
    } catch {
      throw Fault(error)
    }
  }

  /// Whether the observer wants the solve to stop.
  private func observe(_ iteration: Iteration) -> Bool {
    guard let observer else { return false }
    var seen = cone_iteration(
      number: Int64(iteration.number), primal_objective: iteration.primalObjective, dual_objective: iteration.dualObjective,
      primal_residual: iteration.primalResidual, dual_residual: iteration.dualResidual, gap: iteration.gap,
      kappa_over_tau: iteration.kappaOverTau, mu: iteration.mu, step: iteration.step, seconds: iteration.elapsed)
    return observer.function(&seen, observer.context) != 0
  }

  /// Hands lines of the log to whoever takes them; their making is put off until someone does.
  private func write(_ lines: @autoclosure () -> [String]) {
    if let log {
      for line in lines() { line.withCString { log.function($0, log.context) } }
    } else if options.verbose {
      for line in lines() { print(line) }
      fflush(nil)
    }
  }
}

extension cone_info {
  init(_ solution: Solution) {
    self.init()
    let status =
      switch solution.status {
      case .solved: CONE_SOLVED
      case .almostSolved: CONE_ALMOST_SOLVED
      case .primalInfeasible: CONE_PRIMAL_INFEASIBLE
      case .dualInfeasible: CONE_DUAL_INFEASIBLE
      case .iterationLimit: CONE_ITERATION_LIMIT
      case .timeLimit: CONE_TIME_LIMIT
      case .cancelled: CONE_CANCELLED
      case .numericalFailure: CONE_NUMERICAL_FAILURE
      }
    self.status = Int64(status.rawValue)
    iterations = Int64(solution.iterations)
    primal_objective = solution.primalObjective
    dual_objective = solution.dualObjective
    primal_residual = solution.residuals.primal
    dual_residual = solution.residuals.dual
    gap = solution.residuals.gap
    withUnsafeMutableBytes(of: &dimacs) { $0.copyBytes(from: solution.residuals.dimacs.withUnsafeBytes { Array($0.prefix(48)) }) }
    setup_seconds = solution.setupTime
    solve_seconds = solution.solveTime
  }
}
