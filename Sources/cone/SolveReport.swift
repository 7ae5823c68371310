import ConeFormats
import ConeReports
import ConeSolver
import Foundation

/// The result of `cone solve` for programs to read. The JSON keys are a promise; see docs/command.md.
///
/// Objectives are in the file's own sense and with its constant.
struct SolveReport: Encodable, Equatable {
  struct Time: Encodable, Equatable {
    /// Seconds spent on reading the file.
    var read: Double
    /// Seconds spent before the first iteration.
    var setup: Double
    /// Seconds spent on iterating and verifying.
    var solve: Double
    /// All of it, and what lies between.
    var total: Double
  }

  struct Residuals: Encodable, Equatable {
    var primal, dual, gap: JSONNumber
    /// The six DIMACS errors.
    var dimacs: [JSONNumber]
  }

  var status: String
  var primalObjective, dualObjective: JSONNumber
  var iterations: Int
  var time: Time
  var residuals: Residuals
  var kkt: String

  enum CodingKeys: String, CodingKey {
    case status
    case primalObjective = "primal_objective"
    case dualObjective = "dual_objective"
    case iterations, time, residuals, kkt
  }

  init(_ solution: Solution, of program: ImportedProblem, readTime: Double, totalTime: Double) {
    status = solution.status.rawValue
    primalObjective = JSONNumber(program.fileObjective(ofSolverValue: solution.primalObjective))
    dualObjective = JSONNumber(program.fileObjective(ofSolverValue: solution.dualObjective))
    iterations = solution.iterations
    time = Time(read: readTime, setup: solution.setupTime, solve: solution.solveTime, total: totalTime)
    residuals = Residuals(solution, of: program.problem)
    kkt = solution.kkt.rawValue
  }
}

extension SolveReport.Residuals {
  /// Residuals of what the status claims: of the optimality conditions, or of the certificate, which has no gap and no
  /// DIMACS errors.
  init(_ solution: Solution, of problem: ConicProblem) {
    if let certificate = CertificateResidual(solution, of: problem) {
      primal = JSONNumber(certificate.primal ?? .nan)
      dual = JSONNumber(certificate.dual)
      gap = JSONNumber(.nan)
      dimacs = solution.residuals.dimacs.map { _ in JSONNumber(.nan) }
    } else {
      primal = JSONNumber(solution.residuals.primal)
      dual = JSONNumber(solution.residuals.dual)
      gap = JSONNumber(solution.residuals.gap)
      dimacs = solution.residuals.dimacs.map(JSONNumber.init)
    }
  }
}
