import ConeSolver
import LinearAlgebra

/// Writer for the SDPA sparse format.
///
/// The file states `minimize qᵀx` with `Σ Fⱼxⱼ − F₀ = s`, so `F₀ = −b` and `Fⱼ` is the negative of column `j` of `A`.
/// Each cone becomes one block, in the order of the program; empty ones are left out.
///
/// | cone | block |
/// |---|---|
/// | `nonnegative(n)` | diagonal, of size `n` |
/// | `zero(n)` | diagonal, of size `2n`: `s ≥ 0`, then `−s ≥ 0` |
/// | `positiveSemidefinite(k)` | of order `k` |
/// | `secondOrder(n)` | of order `n`: the arrow `[t vᵀ; v tI] ⪰ 0`, which says `t ≥ ‖v‖` |
///
/// A quadratic objective cannot be stated. The format has neither a constant nor a maximisation: the file asks for the
/// minimum without the constant, and a comment says so.
struct SDPAWriter {
  private let problem: ConicProblem
  private var blocks: [Int] = []
  private var rows: [Row] = []
  private var writer = TextWriter()

  /// What an entry of a row of `s` becomes.
  private struct Row {
    enum Kind {
      case diagonal
      /// Entry `(i, i)`, and its negative at `(mirror, mirror)`.
      case equality(mirror: Int)
      /// Entry `(i, j)`, `i < j`, times 1/√2.
      case offDiagonal(j: Int)
      /// The whole diagonal of a block of the given order.
      case arrowHead(order: Int)
      /// Entry `(1, j)`.
      case arrowSide(j: Int)
    }

    var block: Int
    var i: Int
    var kind: Kind
  }

  static func text(of problem: ConicProblem, objective: WrittenObjective, file: String) throws(FormatError) -> [UInt8] {
    guard problem.P.values.allSatisfy({ $0 == 0 }) else {
      throw FormatError(
        kind: .unsupported, file: file, line: 1, what: "SDPA sparse cannot state a quadratic objective",
        remedy: "write .cbf, which states it through a cone")
    }
    var writer = SDPAWriter(problem)
    writer.writeHeader(objective)
    writer.writeEntries()
    return writer.writer.bytes
  }

  private init(_ problem: ConicProblem) {
    self.problem = problem
    rows.reserveCapacity(problem.rowCount)
    for cone in problem.cones where cone.dimension > 0 { append(cone) }
  }

  private mutating func append(_ cone: Cone) {
    let block = blocks.count + 1
    func row(_ i: Int, _ kind: Row.Kind) -> Row { Row(block: block, i: i, kind: kind) }
    switch cone {
    case .nonnegative(let n):
      blocks.append(-n)
      for i in 1...n { rows.append(row(i, .diagonal)) }
    case .zero(let n):
      blocks.append(-2 * n)
      for i in 1...n { rows.append(row(i, .equality(mirror: n + i))) }
    case .positiveSemidefinite(let order):
      blocks.append(order)
      for j in 1...order { for i in 1...j { rows.append(row(i, i == j ? .diagonal : .offDiagonal(j: j))) } }
    case .secondOrder(let n):
      blocks.append(n)
      rows.append(row(1, .arrowHead(order: n)))
      for j in 1..<n { rows.append(row(1, .arrowSide(j: j + 1))) }
    }
  }

  private mutating func writeHeader(_ objective: WrittenObjective) {
    if objective.sense == .maximize || objective.constant != 0 {
      let sign = objective.sense == .maximize ? "-" : "+"
      writer.line("\"Objective of the source: \(DecimalNumber.shortest(objective.constant)) \(sign) the one below")
    }
    writer.line("\(problem.variableCount)")
    writer.line("\(blocks.count)")
    writer.line(blocks.map(String.init).joined(separator: " "))
    writer.line(problem.q.map(DecimalNumber.shortest).joined(separator: " "))
  }

  private mutating func writeEntries() {
    for (i, value) in problem.b.enumerated() where value != 0 { write(matrix: 0, row: rows[i], value: -value) }
    for entry in problem.A.entries where entry.value != 0 {
      write(matrix: entry.column + 1, row: rows[entry.row], value: -entry.value)
    }
  }

  private mutating func write(matrix: Int, row: Row, value: Double) {
    let (block, i) = (row.block, row.i)
    switch row.kind {
    case .diagonal: writer.line(matrix, block, i, i, value: value)
    case .equality(let mirror):
      writer.line(matrix, block, i, i, value: value)
      writer.line(matrix, block, mirror, mirror, value: -value)
    case .offDiagonal(let j): writer.line(matrix, block, i, j, value: DecimalNumber.unscaled(value))
    case .arrowHead(let order): for k in 1...order { writer.line(matrix, block, k, k, value: value) }
    case .arrowSide(let j): writer.line(matrix, block, i, j, value: value)
    }
  }
}
