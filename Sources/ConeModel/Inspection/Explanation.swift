import ConeSolver
import LinearAlgebra

/// What became of a problem: the cone rows of every constraint, sizes, ranges of the numbers, and what the solver would
/// do with it.
public struct Explanation: Sendable, CustomStringConvertible {
  /// A constraint, a domain or the objective, and its rows.
  public struct Line: Sendable {
    /// What was stated, by name or number and place.
    public let label: String
    /// It in symbols.
    public let formula: String
    /// The cones it became, with their sizes.
    public let cones: String
  }

  public let lines: [Line]
  /// Columns of the program, and how many of them are not variables of the model.
  public let variableCount: Int
  public let auxiliaryCount: Int
  /// Rows of the program.
  public let rowCount: Int
  /// Smallest and largest magnitude among the nonzeros of `P`, `q`, `A` and `b`; `nil` where all are zero.
  public let ranges: [(name: String, range: ClosedRange<Double>?)]
  /// What was merged, and what the solver's presolve removes or dualises.
  public let notes: [String]
  /// The linear system the solver would factor in each iteration, with its forecast.
  public let system: String

  public var description: String {
    let width = lines.reduce(0) { Swift.max($0, $1.label.count) }
    var text = lines.map { line in
      line.label + String(repeating: " ", count: width - line.label.count) + "  " + line.formula + "\n"
        + String(repeating: " ", count: width) + "  → " + (line.cones.isEmpty ? "no rows" : line.cones)
    }
    text.append("\(variableCount) columns (\(auxiliaryCount) for atoms), \(rowCount) rows")
    text += ranges.map { name, range in
      "\(name): " + (range.map { "\($0.lowerBound.short) to \($0.upperBound.short)" } ?? "zero")
    }
    text += notes
    text.append(system)
    return text.joined(separator: "\n")
  }
}

extension Problem {
  /// What becomes of the problem when it is solved.
  ///
  /// - Throws: `ModelError` for a fault in the problem, or a program the solver refuses.
  public func explain(_ settings: Settings = Settings()) throws(ModelError) -> Explanation {
    try compile().explain(settings)
  }
}

extension CompiledProblem {
  /// What became of the problem, and what the solver would do with it.
  ///
  /// - Throws: `ModelError.refused` for a program the solver refuses.
  public func explain(_ settings: Settings = Settings()) throws(ModelError) -> Explanation {
    let solver: Solver
    do { solver = try Solver(problem, settings: settings) } catch { throw .refused(error) }
    var lines: [Explanation.Line] = []
    func add(_ label: String, _ formula: String, _ ranges: [RowRange]) {
      lines.append(Explanation.Line(label: label, formula: formula, cones: cones(of: ranges)))
    }
    let quadratic = problem.P.nonzeros == 0 ? "" : "; P with \(problem.P.nonzeros) entries"
    add("the objective", FormulaWriter(blocks).formula(sourceProblem.objective) + quadratic, objectiveRanges)
    var seen: Set<ObjectIdentifier> = []
    for block in sourceProblem.constraints {
      let key = ObjectIdentifier(block.identity)
      guard seen.insert(key).inserted, let part = constraintParts[key] else { continue }
      add(part.label, block.formula, part.ranges)
    }
    for (index, part) in domainParts.sorted(by: { $0.key < $1.key }) {
      add(part.label, blocks[index].domainFormula, part.ranges)
    }
    let modelColumns = columns.count { $0 != Self.noColumn }
    return Explanation(
      lines: lines, variableCount: problem.variableCount, auxiliaryCount: problem.variableCount - modelColumns,
      rowCount: problem.rowCount,
      ranges: [
        ("P", range(problem.P.values)), ("q", range(problem.q)), ("A", range(problem.A.values)),
        ("b", range(problem.b)),
      ], notes: notes + exposedFaces + ["presolve: \(solver.presolveSummary)"] + solver.presolveReasons, system: solver.strategyReason)
  }

  /// The rows that no constraint and no domain accounts for: epigraphs of the objective's atoms, which come first.
  private var objectiveRanges: [RowRange] {
    ConeKind.allCases.compactMap { kind in
      let others = (constraintParts.values.map { $0 } + domainParts.values.map { $0 }).flatMap(\.ranges)
      let end = others.filter { $0.kind == kind }.map(\.rows.lowerBound).min() ?? kindCount(kind)
      return end == 0 ? nil : RowRange(kind: kind, rows: 0..<end)
    }
  }

  private func kindCount(_ kind: ConeKind) -> Int {
    let end = kind.rawValue + 1 < kindStarts.count ? kindStarts[kind.rawValue + 1] : problem.rowCount
    return end - kindStarts[kind.rawValue]
  }

  /// The cones over some rows, in words.
  private func cones(of ranges: [RowRange]) -> String {
    ranges.map { range in
      let rows = self.rows(of: range)
      switch range.kind {
      case .zero: return "\(rows.count) \(rows.count == 1 ? "equality" : "equalities")"
      case .nonnegative: return "\(rows.count) nonnegative \(rows.count == 1 ? "row" : "rows")"
      case .secondOrder, .positiveSemidefinite:
        var start = 0
        var sizes: [String] = []
        for cone in problem.cones {
          defer { start += cone.dimension }
          guard rows.contains(start), cone.dimension > 0 else { continue }
          switch cone {
          case .secondOrder(let n): sizes.append("\(n)")
          case .positiveSemidefinite(let k): sizes.append("\(k)")
          default: break
          }
        }
        let name = range.kind == .secondOrder ? "second-order" : "semidefinite"
        let distinct = Set(sizes)
        if sizes.count > 3, distinct.count == 1 { return "\(sizes.count) \(name) cones of \(sizes[0])" }
        let shown = sizes.count > 6 ? sizes.prefix(6).joined(separator: " ") + " …" : sizes.joined(separator: " ")
        return sizes.count == 1 ? "a \(name) cone of \(shown)" : "\(name) cones of \(shown)"
      }
    }.joined(separator: ", ")
  }

  private func range(_ values: [Double]) -> ClosedRange<Double>? {
    let magnitudes = values.lazy.map(\.magnitude).filter { $0 > 0 }
    guard let least = magnitudes.min(), let largest = magnitudes.max() else { return nil }
    return least...largest
  }
}
