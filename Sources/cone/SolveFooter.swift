import ConeReports
import ConeSolver
import Foundation

/// The end of the log: the claim, what was recomputed to back it, and what it took.
enum SolveFooter {
  static func lines(_ report: SolveReport, solution: Solution, interrupted: Bool = false) -> [String] {
    var status = meaning(solution.status)
    let cause = interrupted ? "stopped by Ctrl-C" : solution.message
    if !cause.isEmpty { status += " (\(cause))" }
    var lines = [LogField.line("status", status)]
    if let certificate = certificate(report, solution.status) {
      lines.append(LogField.line("certificate", certificate))
    } else {
      lines.append(
        LogField.line(
          "objective", String(
            format: "%.12g primal, %.12g dual", report.primalObjective.value, report.dualObjective.value)))
      lines.append(
        LogField.line(
          "residuals", String(
            format: "%.1e primal, %.1e dual, %.1e gap", report.residuals.primal.value, report.residuals.dual.value,
            report.residuals.gap.value)))
      let errors = report.residuals.dimacs.map { String(format: "%.1e", $0.value) }
      lines.append(LogField.line("DIMACS", errors.joined(separator: "  ")))
    }
    lines.append(LogField.line("iterations", "\(report.iterations)"))
    let time = report.time
    lines.append(
      LogField.line(
        "time", String(
          format: "%.2f s: read %.2f, setup %.2f, solve %.2f", time.total, time.read, time.setup, time.solve)))
    return lines
  }

  private static func meaning(_ status: Status) -> String {
    switch status {
    case .solved: "solved"
    case .almostSolved: "almost solved: within reduced tolerances, not within the requested ones"
    case .primalInfeasible: "primal infeasible: no point satisfies the constraints"
    case .dualInfeasible: "dual infeasible: the objective is unbounded wherever the constraints can be satisfied"
    case .iterationLimit: "iteration limit"
    case .timeLimit: "time limit"
    case .cancelled: "cancelled"
    case .numericalFailure: "numerical failure"
    }
  }

  private static func certificate(_ report: SolveReport, _ status: Status) -> String? {
    let residuals = report.residuals
    switch status {
    case .primalInfeasible:
      return String(format: "z in K* with bᵀz = −1 and ‖Aᵀz‖∞ = %.1e", residuals.dual.value)
    case .dualInfeasible:
      return String(
        format: "x with qᵀx = −1, ‖Px‖∞ = %.1e and −Ax within %.1e of K", residuals.dual.value, residuals.primal.value)
    default: return nil
    }
  }
}
