import ConeFormats
import ConeSolver
import Foundation

/// The table of the log, one line an iteration. Objectives are in the file's own sense; the residuals are the relative
/// ones of `Iteration`; the time is since the solver was set up.
enum IterationLog {
  private static let columns: [(title: String, width: Int)] = [
    ("iter", 4), ("primal objective", 17), ("dual objective", 17), ("primal res", 10), ("dual res", 9), ("gap", 9),
    ("κ/τ", 9), ("μ", 9), ("step", 7), ("time", 9),
  ]

  static let heading = row(columns.map(\.title))

  static func line(_ iteration: Iteration, of program: ImportedProblem) -> String {
    func small(_ value: Double) -> String { String(format: "%.1e", value) }
    func objective(_ value: Double) -> String { String(format: "%.9e", program.fileObjective(ofSolverValue: value)) }
    return row([
      "\(iteration.number)", objective(iteration.primalObjective), objective(iteration.dualObjective),
      small(iteration.primalResidual), small(iteration.dualResidual), small(iteration.gap),
      small(iteration.kappaOverTau), small(iteration.mu), String(format: "%.3f", iteration.step),
      String(format: "%.2f s", iteration.elapsed),
    ])
  }

  /// Right-justifies by characters; `String(format:)` would count the bytes of κ.
  private static func row(_ cells: [String]) -> String {
    zip(cells, columns).map { cell, column in
      String(repeating: " ", count: max(0, column.width - cell.count)) + cell
    }.joined(separator: " ")
  }
}
