import ConeSolver
import LinearAlgebra

/// Writer for the Conic Benchmark Format, version 1.
///
/// The variables are free scalars and the rows say `b − Ax ∈ K`: `zero` is `L=`, `nonnegative` is `L+`, `secondOrder`
/// is `Q`, and `positiveSemidefinite` is a `PSDCON`. Read back, neighbouring linear cones of one kind are one, and the
/// semidefinite blocks come after all others, each group in its order; nothing else differs.
///
/// The format has no quadratic objective. With `P = FᵀF` the file minimizes `qᵀx + t` under a further last constraint
///
///     (t, 1, Fx) ∈ QR,   that is   2t ≥ ‖Fx‖²
///
/// with a further last variable `t`, which is `½xᵀPx` at an optimum.
struct CBFWriter {
  private let problem: ConicProblem
  private let objective: WrittenObjective
  /// `F`, when there is a quadratic objective.
  private let factor: SparseMatrix?
  private var rows: [Row] = []
  /// `CON`, without the cone of the quadratic objective.
  private var cones = CBFConeList()
  private var orders: [Int] = []
  private var writer = TextWriter()

  /// Where a row of `s` went.
  private enum Row {
    case scalar(Int)
    /// Entry of the lower triangle of a matrix constraint.
    case entry(matrix: Int, i: Int, j: Int)
  }

  static func text(of problem: ConicProblem, objective: WrittenObjective, file: String) throws(FormatError) -> [UInt8] {
    var factor: SparseMatrix?
    if problem.P.values.contains(where: { $0 != 0 }) {
      factor = problem.P.semidefiniteFactor()
      guard factor != nil else {
        throw FormatError(
          kind: .unsupported, file: file, line: 1,
          what: "the matrix of the quadratic objective cannot be factored as FᵀF",
          remedy: "state it through a cone of your own")
      }
    }
    var writer = CBFWriter(problem, objective, factor)
    writer.writeStructure()
    writer.writeObjective()
    writer.writeConstraints()
    writer.writeMatrixConstraints()
    return writer.writer.bytes
  }

  private init(_ problem: ConicProblem, _ objective: WrittenObjective, _ factor: SparseMatrix?) {
    self.problem = problem
    self.objective = objective
    self.factor = factor
    rows.reserveCapacity(problem.rowCount)
    for cone in problem.cones where cone.dimension > 0 {
      switch cone {
      case .zero(let n): append(.zero, n)
      case .nonnegative(let n): append(.positive, n)
      case .secondOrder(let n): append(.quadratic, n)
      case .positiveSemidefinite(let order):
        for j in 0..<order { for i in 0...j { rows.append(.entry(matrix: orders.count, i: j, j: i)) } }
        orders.append(order)
      }
    }
  }

  private mutating func append(_ cone: CBFCone, _ dimension: Int) {
    for i in 0..<dimension { rows.append(.scalar(cones.dimension + i)) }
    cones.append(cone, dimension: dimension)
  }

  // MARK: Blocks

  private mutating func writeStructure() {
    let variables = problem.variableCount + (factor == nil ? 0 : 1)
    writer.line("VER\n1\n")
    writer.line("OBJSENSE\n\(objective.sense == .minimize ? "MIN" : "MAX")\n")
    writer.line("VAR\n\(variables) 1\nF \(variables)\n")
    if !orders.isEmpty {
      writer.line("PSDCON\n\(orders.count)")
      for order in orders { writer.line("\(order)") }
      writer.line("")
    }
    var list = cones
    if let factor { list.append(.rotatedQuadratic, dimension: 2 + factor.rows) }
    if list.cones.isEmpty { return }
    writer.line("CON\n\(list.dimension) \(list.cones.count)")
    for (cone, dimension) in list.cones { writer.line("\(cone.rawValue) \(dimension)") }
    writer.line("")
  }

  private mutating func writeObjective() {
    var entries = problem.q.enumerated().filter { $0.element != 0 }.map { (index: $0.offset, value: $0.element) }
    if factor != nil { entries.append((problem.variableCount, 1)) }
    let sign = objective.sign
    writeBlock("OBJACOORD", entries) { $0.line($1.index, value: sign * $1.value) }
    if objective.constant != 0 { writer.line("OBJBCOORD\n\(DecimalNumber.shortest(objective.constant))\n") }
  }

  private mutating func writeConstraints() {
    var coefficients: [SparseMatrix.Entry] = []
    for entry in problem.A.entries where entry.value != 0 {
      if case .scalar(let i) = rows[entry.row] { coefficients.append(.init(i, entry.column, -entry.value)) }
    }
    var constants: [(index: Int, value: Double)] = []
    for (row, value) in zip(rows, problem.b) where value != 0 {
      if case .scalar(let i) = row { constants.append((i, value)) }
    }
    if let factor {
      let start = cones.dimension
      coefficients.append(.init(start, problem.variableCount, 1))
      constants.append((start + 1, 1))
      for entry in factor.entries { coefficients.append(.init(start + 2 + entry.row, entry.column, entry.value)) }
    }
    writeBlock("ACOORD", coefficients) { $0.line($1.row, $1.column, value: $1.value) }
    writeBlock("BCOORD", constants) { $0.line($1.index, value: $1.value) }
  }

  private mutating func writeMatrixConstraints() {
    var coefficients: [(matrix: Int, variable: Int, i: Int, j: Int, value: Double)] = []
    for entry in problem.A.entries where entry.value != 0 {
      guard case .entry(let matrix, let i, let j) = rows[entry.row] else { continue }
      coefficients.append((matrix, entry.column, i, j, i == j ? -entry.value : DecimalNumber.unscaled(-entry.value)))
    }
    var constants: [(matrix: Int, i: Int, j: Int, value: Double)] = []
    for (row, value) in zip(rows, problem.b) where value != 0 {
      guard case .entry(let matrix, let i, let j) = row else { continue }
      constants.append((matrix, i, j, i == j ? value : DecimalNumber.unscaled(value)))
    }
    writeBlock("HCOORD", coefficients) { $0.line($1.matrix, $1.variable, $1.i, $1.j, value: $1.value) }
    writeBlock("DCOORD", constants) { $0.line($1.matrix, $1.i, $1.j, value: $1.value) }
  }

  /// A keyword, the number of entries, and a line for each; nothing when there are none.
  private mutating func writeBlock<Entry>(
    _ keyword: String, _ entries: [Entry], _ body: (inout TextWriter, Entry) -> Void
  ) {
    if entries.isEmpty { return }
    writer.line("\(keyword)\n\(entries.count)")
    for entry in entries { body(&writer, entry) }
    writer.line("")
  }
}
