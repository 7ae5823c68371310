import ConeFormats
import ConeSolver
import LinearAlgebra

extension CompiledProblem {
  /// Writes the compiled program at the present values of its parameters, in the model's sense and with its constant
  /// where the format has them. The extension decides: `.cbf`, `.dat-s`, `.mps` or `.json` (Clarabel's), with or
  /// without `.gz`.
  ///
  /// - Throws: `FormatError` when the format cannot state the program, or the file cannot be written.
  public func write(path: String) throws(FormatError) {
    try ConicFile.write(problem, objectiveSense: fileSense, objectiveConstant: sense.sign * offset, path: path)
  }

  /// The bytes that `write` would write to a file of the given name.
  public func encode(name: String) throws(FormatError) -> [UInt8] {
    try ConicFile.encode(problem, objectiveSense: fileSense, objectiveConstant: sense.sign * offset, name: name)
  }

  private var fileSense: ObjectiveSense { sense == .minimize ? .minimize : .maximize }
}

/// A program read from a file as a model: its variables, and a problem over them.
///
/// The file's scalar variables are one vector `x`, its matrix variables symmetric ones `X0`, `X1`, …; every cone is one
/// constraint, or, among linear rows with names, every row.
public struct ImportedModel: Sendable {
  public let model: Model
  /// The scalar variables; `nil` when the file has none.
  public let x: Expression<Vector, Affine>?
  /// The matrix variables.
  public let matrices: [Expression<Symmetric, Affine>]
  public let problem: Problem

  /// Reads a file in any format that `ConicFile` reads.
  ///
  /// - Throws: `FormatError` with the line of the fault.
  public init(path: String) throws(FormatError) {
    self.init(try ConicFile.read(path: path))
  }

  /// States an imported program as a model.
  public init(_ imported: ImportedProblem) {
    let program = imported.problem
    let model = Model()
    self.model = model
    let count = imported.scalarVariableCount
    x = count > 0 ? model.vector("x", count: count) : nil
    matrices = imported.matrixVariableOrders.enumerated().map { model.symmetric("X\($0)", order: $1) }
    // The model's variables are the columns of the program, in the same order.
    let columns = AffineRows.variables(0..<program.variableCount, model: model)

    let sign = imported.objectiveSense == .minimize ? 1.0 : -1.0
    let linear = Expression<Scalar, Affine>(columns.weightedSum(program.q.map { sign * $0 }), .scalar)
    var objective = linear.body.shifted(by: imported.objectiveConstant)
    if program.P.values.contains(where: { $0 != 0 }) {
      let everything = Expression<Vector, Affine>(columns, .vector(program.variableCount))
      let P = Constant<Symmetric>(
        order: program.variableCount, entries: program.P.entries.map { ($0.row, $0.column, $0.value) })
      objective = objective.adding(0.5 * sign, quadForm(everything, P).body, as: "+")
    }

    let rows = Self.slacks(of: program, model)
    var constraints: [ConstraintBlock] = []
    var start = 0
    for cone in program.cones where cone.dimension > 0 {
      let range = start..<start + cone.dimension
      start = range.upperBound
      let part = rows.slice(range)
      switch cone {
      case .zero, .nonnegative:
        let set: ConeSet = if case .zero = cone { .zero } else { .nonnegative }
        if imported.rowNames.isEmpty {
          constraints.append(ConstraintBlock(.vector(part), set, orientation: 1))
        } else {
          for i in range {
            constraints.append(
              ConstraintBlock(.vector(rows.slice(i)), set, orientation: 1, name: imported.rowNames[i]))
          }
        }
      case .secondOrder: constraints.append(ConstraintBlock(.vector(part), .secondOrder, orientation: 1))
      case .positiveSemidefinite(let order):
        let weights = triangleWeights(order: order, offDiagonal: 0.5.squareRoot())
        let matrix = ExpressionBody(extent: .square(order), affine: part.scaled { weights[$0] })
        constraints.append(ConstraintBlock(matrix, .positiveSemidefinite, orientation: 1))
      }
    }
    let sense: Problem.Sense = imported.objectiveSense == .minimize ? .minimize : .maximize
    problem = Problem(sense, objective, constraints, at: nil)
  }

  /// `b − Ax`, row by row.
  private static func slacks(of program: ConicProblem, _ model: Model) -> AffineRows {
    let transposed = program.A.transposed()
    let terms = zip(transposed.rowIndices, transposed.values).map { Term(variable: $0, coefficient: -$1) }
    return AffineRows(
      AffineStorage(model: model, starts: transposed.columnPointers, terms: terms, constants: program.b))
  }
}

extension ExpressionBody {
  fileprivate static func vector(_ rows: AffineRows) -> ExpressionBody {
    ExpressionBody(extent: .vector(rows.count), affine: rows)
  }
}
