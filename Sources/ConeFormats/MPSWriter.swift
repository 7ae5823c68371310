import ConeSolver
import LinearAlgebra

/// Writer for free MPS, with the quadratic objective of QPS.
///
/// Columns are `C1 …`, all free, and rows `R1 …`: `E` for the zero cone, `L` for the nonnegative one, `aᵀx ≤ b`. The
/// objective is that of the file's sense, its constant the negative right-hand side of its row. Second-order and
/// semidefinite cones cannot be stated.
struct MPSWriter {
  static func text(of problem: ConicProblem, objective: WrittenObjective, file: String) throws(FormatError) -> [UInt8] {
    var codes: [String] = []
    for cone in problem.cones where cone.dimension > 0 {
      switch cone {
      case .zero(let n): codes += repeatElement("E", count: n)
      case .nonnegative(let n): codes += repeatElement("L", count: n)
      case .secondOrder, .positiveSemidefinite:
        throw FormatError(
          kind: .unsupported, file: file, line: 1, what: "MPS cannot state a second-order or semidefinite cone",
          remedy: "write .cbf or .json")
      }
    }
    let number = DecimalNumber.shortest
    let sign = objective.sign
    var writer = TextWriter()
    writer.line("NAME program")
    if objective.sense == .maximize {
      writer.line("OBJSENSE")
      writer.line(" MAX")
    }
    writer.line("ROWS")
    writer.line(" N COST")
    for (i, code) in codes.enumerated() { writer.line(" \(code) R\(i + 1)") }
    writer.line("COLUMNS")
    for j in 0..<problem.variableCount {
      // A column is known by its first line, so one without coefficients states its cost of zero.
      let range = problem.A.columnPointers[j]..<problem.A.columnPointers[j + 1]
      if problem.q[j] != 0 || range.isEmpty { writer.line(" C\(j + 1) COST \(number(sign * problem.q[j] + 0))") }
      for k in range { writer.line(" C\(j + 1) R\(problem.A.rowIndices[k] + 1) \(number(problem.A.values[k]))") }
    }
    writer.line("RHS")
    if objective.constant != 0 { writer.line(" RHS COST \(number(0 - objective.constant))") }
    for (i, value) in problem.b.enumerated() where value != 0 { writer.line(" RHS R\(i + 1) \(number(value))") }
    writer.line("BOUNDS")
    for j in 0..<problem.variableCount { writer.line(" FR BND C\(j + 1)") }
    if problem.P.nonzeros > 0 {
      writer.line("QUADOBJ")
      for entry in problem.P.entries where entry.value != 0 {
        writer.line(" C\(entry.row + 1) C\(entry.column + 1) \(number(sign * entry.value))")
      }
    }
    writer.line("ENDATA")
    return writer.bytes
  }
}
