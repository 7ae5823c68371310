import ConeFormats
import ConeSolver
import Foundation

/// The table of the log, one line an iteration. The residuals are the relative ones of `Iteration`; the time is since
/// the solver was set up.
package enum IterationLog {
  private static let table = LogTable(columns: [
    ("iter", 4), ("primal objective", 17), ("dual objective", 17), ("primal res", 10), ("dual res", 9), ("gap", 9),
    ("κ/τ", 9), ("μ", 9), ("step", 7), ("time", 9),
  ])

  package static let heading = table.heading

  /// The line with objectives in the file's own sense.
  package static func line(_ iteration: Iteration, of program: ImportedProblem) -> String {
    var iteration = iteration
    iteration.primalObjective = program.fileObjective(ofSolverValue: iteration.primalObjective)
    iteration.dualObjective = program.fileObjective(ofSolverValue: iteration.dualObjective)
    return line(iteration)
  }

  package static func line(_ iteration: Iteration) -> String {
    func small(_ value: Double) -> String { String(format: "%.1e", value) }
    func objective(_ value: Double) -> String { String(format: "%.9e", value) }
    return table.row([
      "\(iteration.number)", objective(iteration.primalObjective), objective(iteration.dualObjective),
      small(iteration.primalResidual), small(iteration.dualResidual), small(iteration.gap),
      small(iteration.kappaOverTau), small(iteration.mu), String(format: "%.3f", iteration.step),
      String(format: "%.2f s", iteration.elapsed),
    ])
  }
}
