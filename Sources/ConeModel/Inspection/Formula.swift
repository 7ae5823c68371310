// Expressions and constraints in the symbols of mathematics. What is printed is what the rows say, not how they were
// written: `x + x` prints as `2·x`, and a sum over every entry as `sum(x)`. Numbers that fill a vector or a matrix are
// shown by its size, as in `[5×3]·x`.

/// Writes formulas about the variables of one model.
struct FormulaWriter {
  private let blocks: [VariableBlock]

  init(_ blocks: [VariableBlock]) {
    self.blocks = blocks
  }

  /// A whole expression.
  func formula(_ body: ExpressionBody) -> String {
    var sum = FormulaSum()
    addVariables(of: body, to: &sum)
    if let constant = constant(of: body, sign: 1) { sum.add(constant) }
    return sum.text
  }

  /// The part with variables, `0` if there is none.
  func variablePart(_ body: ExpressionBody) -> String {
    var sum = FormulaSum()
    addVariables(of: body, to: &sum)
    return sum.text
  }

  /// Minus the constants, as the other side of a relation.
  func oppositeConstant(_ body: ExpressionBody) -> String {
    var sum = FormulaSum()
    if let constant = constant(of: body, sign: -1) { sum.add(constant) }
    return sum.text
  }

  // MARK: Parts

  private func addVariables(of body: ExpressionBody, to sum: inout FormulaSum) {
    for part in parts(of: body.affine) {
      for term in body.affine.count == 1 ? scalar(part) : [whole(part, body)] { sum.add(term) }
    }
  }

  /// The terms of rows that belong to one declared variable, or to one atom.
  private struct Part {
    let name: String
    let first: Int
    let count: Int
    let isSymmetric: Bool
    let isScalar: Bool
    let entryName: (Int) -> String
    var entries: [(row: Int, position: Int, coefficient: Double)] = []
  }

  private func parts(of rows: AffineRows) -> [Part] {
    var order: [Int] = []
    var parts: [Int: Part] = [:]
    for row in 0..<rows.count {
      for term in rows.terms(row) where term.coefficient != 0 {
        let key: Int
        if let node = rows.atom(of: term.variable) {
          key = node.numbers.lowerBound
          if parts[key] == nil { parts[key] = part(node) }
        } else {
          let block = blocks[VariableBlock.index(of: term.variable, in: blocks)]
          key = block.first
          if parts[key] == nil {
            parts[key] = Part(
              name: block.name, first: block.first, count: block.count, isSymmetric: block.isSymmetric,
              isScalar: block.extent == .scalar, entryName: { block.name(ofEntry: block.first + $0) })
          }
        }
        if parts[key]!.entries.isEmpty { order.append(key) }
        parts[key]!.entries.append((row, term.variable - parts[key]!.first, term.coefficient))
      }
    }
    return order.map { parts[$0]! }
  }

  private func part(_ node: AtomNode) -> Part {
    let name: String
    switch node.content {
    case .atom(let atom):
      name = "\(atom.name)(\(atom.shownArguments.map(formula).joined(separator: ", ")))"
    case .parametric(let rows):
      let inner = formula(rows.inner)
      name = inner == "1" ? rows.name : "\(rows.name)·\(inner.contains(" ") ? "(\(inner))" : inner)"
    }
    return Part(
      name: name, first: node.numbers.lowerBound, count: node.numbers.count, isSymmetric: false,
      isScalar: node.numbers.count == 1, entryName: { "\(name)[\($0)]" })
  }

  private func scalar(_ part: Part) -> [(coefficient: Double, text: String)] {
    if part.isScalar { return part.entries.map { ($0.coefficient, part.name) } }
    let order = part.isSymmetric ? Triangle.place(part.count - 1).column + 1 : 0
    if part.entries.count == part.count {
      let first = part.entries[0].coefficient
      let isUniform = part.entries.allSatisfy { entry in
        let place = part.isSymmetric ? Triangle.place(entry.position) : (0, 0)
        return entry.coefficient == (place.0 == place.1 ? first : 2 * first)
      }
      if isUniform { return [(first, "sum(\(part.name))")] }
    }
    if part.isSymmetric, part.entries.count == order,
      part.entries.enumerated().allSatisfy({
        $1.position == Triangle.index($0, $0) && $1.coefficient == part.entries[0].coefficient
      })
    {
      return [(part.entries[0].coefficient, "tr(\(part.name))")]
    }
    if part.entries.count <= 4 { return part.entries.map { ($0.coefficient, part.entryName($0.position)) } }
    return [(1, "⟨[\(part.entries.count)], \(part.name)⟩")]
  }

  /// The rows of a part as one term: the variable itself, a run of it, its diagonal, or a matrix times it.
  private func whole(_ part: Part, _ body: ExpressionBody) -> (coefficient: Double, text: String) {
    let first = part.entries[0]
    let isOnePerRow =
      part.entries.count == body.affine.count
      && part.entries.enumerated().allSatisfy { $1.row == $0 && $1.coefficient == first.coefficient }
    if isOnePerRow {
      if part.entries.enumerated().allSatisfy({ $1.position == first.position + $0 }) {
        if part.entries.count == part.count { return (first.coefficient, part.name) }
        return (first.coefficient, "\(part.name)[\(first.position)…\(first.position + part.entries.count - 1)]")
      }
      if part.isSymmetric, part.entries.enumerated().allSatisfy({ $1.position == Triangle.index($0, $0) }) {
        return (first.coefficient, "diag(\(part.name))")
      }
      if part.entries.allSatisfy({ $0.position == first.position }) {
        return (first.coefficient, "\(part.entryName(first.position))·1")
      }
    }
    let name = part.name.contains(" ") ? "(\(part.name))" : part.name
    return (1, "[\(body.affine.count)×\(part.count)]·\(name)")
  }

  private func constant(of body: ExpressionBody, sign: Double) -> (coefficient: Double, text: String)? {
    let values = (0..<body.affine.count).map { sign * body.affine.constant($0) }
    guard let first = values.first, values.contains(where: { $0 != 0 }) else { return nil }
    if values.count == 1 { return (first, "") }
    if body.isTriangle, body.extent.rows > 1 {
      let isMultiple = values.enumerated().allSatisfy { position, value in
        let (i, j) = Triangle.place(position)
        return value == (i == j ? first : 0)
      }
      if isMultiple { return (first, "I") }
    } else if values.allSatisfy({ $0 == first }) {
      return (first, "")
    }
    return (1, body.extent.columns == 1 ? "[\(values.count)]" : "[\(body.extent.rows)×\(body.extent.columns)]")
  }
}

/// Terms with their signs, joined as `a + 2·b − c`.
private struct FormulaSum {
  private var parts = ""

  var text: String { parts.isEmpty ? "0" : parts }

  mutating func add(_ term: (coefficient: Double, text: String)) {
    let magnitude = term.coefficient.magnitude
    let isNegative = term.coefficient < 0
    let body = term.text.isEmpty ? magnitude.short : magnitude == 1 ? term.text : "\(magnitude.short)·\(term.text)"
    if parts.isEmpty {
      parts = isNegative ? "−\(body)" : body
    } else {
      parts += isNegative ? " − \(body)" : " + \(body)"
    }
  }
}

extension ConstraintBlock {
  /// The constraint in symbols, its variables on the left and its constants on the right.
  var formula: String {
    let writer = FormulaWriter(body.affine.model?.blocks ?? [])
    func relation(_ sign: String) -> String {
      "\(writer.variablePart(body)) \(sign) \(writer.oppositeConstant(body))"
    }
    switch set {
    case .zero: return relation("=")
    case .nonnegative: return relation(orientation < 0 ? "≤" : "≥")
    case .positiveSemidefinite: return relation(orientation < 0 ? "⪯" : "⪰")
    case .doublyNonnegative: return "\(writer.formula(body)) ⪰ 0, and ≥ 0 entry by entry"
    case .secondOrder:
      let rest = ExpressionBody(
        extent: .vector(body.affine.count - 1), affine: body.affine.slice(1..<body.affine.count))
      return "norm(\(writer.formula(rest))) ≤ \(writer.formula(entry(0)))"
    case .rotatedSecondOrder:
      let rest = ExpressionBody(
        extent: .vector(body.affine.count - 2), affine: body.affine.slice(2..<body.affine.count))
      return "sumSquares(\(writer.formula(rest))) ≤ (\(writer.formula(entry(0))))·(\(writer.formula(entry(1))))"
    }
  }

  private func entry(_ index: Int) -> ExpressionBody {
    ExpressionBody(extent: .scalar, affine: body.affine.slice(index))
  }
}

extension VariableBlock {
  /// The space the variable lives in.
  var space: String {
    if isSymmetric { return "𝕊\(extent.rows.superscript)" }
    if extent == .scalar { return "ℝ" }
    return extent.columns == 1
      ? "ℝ\(extent.rows.superscript)" : "ℝ\(extent.rows.superscript)ˣ\(extent.columns.superscript)"
  }

  /// The domain in symbols.
  var domainFormula: String {
    switch domain {
    case .free: "\(name) ∈ \(space)"
    case .nonnegative: "\(name) ≥ 0"
    case .box(let lower, let upper): "\(lower.short) ≤ \(name) ≤ \(upper.short)"
    case .positiveSemidefinite: "\(name) ⪰ 0"
    case .doublyNonnegative: "\(name) ⪰ 0, and ≥ 0 entry by entry"
    }
  }
}

extension Int {
  fileprivate var superscript: String {
    String("\(self)".map { Array("⁰¹²³⁴⁵⁶⁷⁸⁹")[$0.wholeNumberValue!] })
  }
}
