import ConeFormats
import ConeReports
import ConeSolver
import Foundation

/// The header of the log: what is about to be solved, and how.
enum ProgramSummary {
  static func lines(
    file: String, program: ImportedProblem, presolveSummary: String, strategyReason: String, settings: Settings
  ) -> [String] {
    sizes(file: file, program: program) + [
      LogField.line("presolve", presolveSummary),
      LogField.line("system", strategyReason),
      LogField.line("tolerances", String(format: "%g absolute, %g relative", settings.epsAbs, settings.epsRel)),
      LogField.line("limits", limits(settings)),
    ]
  }

  /// What the program is and how large.
  static func sizes(file: String, program: ImportedProblem) -> [String] {
    let problem = program.problem
    var variables = "\(problem.variableCount)"
    if !program.matrixVariableOrders.isEmpty {
      variables += ": \(program.scalarVariableCount) scalar, symmetric matrices of order "
        + sizeList(program.matrixVariableOrders)
    }
    return [
      LogField.line("program", "\(file) (\(program.format.displayName), \(program.objectiveSense.rawValue))"),
      LogField.line("variables", variables),
      LogField.line("rows", "\(problem.rowCount): \(coneSizes(problem.cones))"),
    ]
  }

  static func limits(_ settings: Settings) -> String {
    "at most \(settings.maxIterations) iterations" + (settings.timeLimit.map { ", \($0) s" } ?? "")
  }

  /// The sizes of the cones by kind, such as `equalities 3, nonnegative 10, second-order 5×3, PSD 2×6+4`.
  static func coneSizes(_ cones: [Cone]) -> String {
    var equalities = 0
    var nonnegative = 0
    var secondOrder: [Int] = []
    var semidefinite: [Int] = []
    for cone in cones {
      switch cone {
      case .zero(let n): equalities += n
      case .nonnegative(let n): nonnegative += n
      case .secondOrder(let n): secondOrder.append(n)
      case .positiveSemidefinite(let k): semidefinite.append(k)
      }
    }
    var parts: [String] = []
    if equalities > 0 { parts.append("equalities \(equalities)") }
    if nonnegative > 0 { parts.append("nonnegative \(nonnegative)") }
    if !secondOrder.isEmpty { parts.append("second-order \(sizeList(secondOrder))") }
    if !semidefinite.isEmpty { parts.append("PSD \(sizeList(semidefinite))") }
    return parts.isEmpty ? "no cones" : parts.joined(separator: ", ")
  }

  /// Distinct sizes that are listed one by one; the smaller ones after them are only counted.
  private static let listedSizes = 6

  /// Sizes with their multiplicities, the largest first: `2×6+4` for 6, 4, 6.
  static func sizeList(_ sizes: [Int]) -> String {
    var counts: [Int: Int] = [:]
    for size in sizes { counts[size, default: 0] += 1 }
    let ordered = counts.sorted { $0.key > $1.key }
    var terms = ordered.prefix(listedSizes).map { $0.value == 1 ? "\($0.key)" : "\($0.value)×\($0.key)" }
    let others = ordered.dropFirst(listedSizes).reduce(0) { $0 + $1.value }
    if others > 0 { terms.append("\(others) smaller") }
    return terms.joined(separator: "+")
  }
}

extension ConicFileFormat {
  var displayName: String {
    switch self {
    case .sdpa: "SDPA sparse"
    case .cbf: "CBF"
    case .mps: "MPS"
    case .json: "JSON"
    }
  }
}
