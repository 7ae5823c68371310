import ConeFormats
import ConeReports
import ConeSolver

/// The vectors behind a `SolveReport`, for `--solution`.
///
/// A certificate stands under a key of its own, so that no reader takes it for a point.
struct SolutionFile: Encodable {
  /// A point, or the part of one that makes a certificate. What is `nil` leaves no key.
  struct Vectors: Encodable {
    /// The file's scalar variables.
    var x: [JSONNumber]?
    /// The file's matrix variables, row by row.
    var matrixVariables: [[[JSONNumber]]]?
    /// Slacks in `K`.
    var s: [JSONNumber]?
    /// Dual variables in `K*`.
    var z: [JSONNumber]?

    enum CodingKeys: String, CodingKey {
      case x
      case matrixVariables = "matrix_variables"
      case s, z
    }
  }

  let status: Status
  let vectors: Vectors
  /// The names that belong to `x`, and those that belong to `s` and `z`; `nil` where the format has none.
  let variableNames, rowNames: [String]?

  init(_ solution: Solution, of program: ImportedProblem) {
    status = solution.status
    variableNames = program.variableNames.isEmpty ? nil : program.variableNames
    rowNames = program.variableNames.isEmpty ? nil : program.rowNames
    var vectors = Vectors()
    if status != .primalInfeasible {
      vectors.x = program.scalarVariables(of: solution.x).map(JSONNumber.init)
      vectors.matrixVariables = Self.matrices(solution.x, of: program)
      vectors.s = solution.s.map(JSONNumber.init)
    }
    if status != .dualInfeasible { vectors.z = solution.z.map(JSONNumber.init) }
    self.vectors = vectors
  }

  private static func matrices(_ x: [Double], of program: ImportedProblem) -> [[[JSONNumber]]] {
    zip(program.matrixVariables(of: x), program.matrixVariableOrders).map { entries, order in
      (0..<order).map { i in (0..<order).map { j in JSONNumber(entries[i + j * order]) } }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case status
    case certificate
    case variableNames = "variable_names"
    case rowNames = "row_names"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(status.rawValue, forKey: .status)
    try container.encodeIfPresent(variableNames, forKey: .variableNames)
    try container.encodeIfPresent(rowNames, forKey: .rowNames)
    switch status {
    case .primalInfeasible, .dualInfeasible: try container.encode(vectors, forKey: .certificate)
    default: try vectors.encode(to: encoder)
    }
  }
}
