extension Problem: CustomStringConvertible {
  /// The problem as mathematics:
  ///
  ///     maximize    [5]·w
  ///     over        w ∈ ℝ⁵, w ≥ 0
  ///     subject to  sum(w) = 1                  (budget)
  public var description: String {
    let blocks = mentionedBlocks
    let writer = FormulaWriter(blocks.all)
    let verb = sense == .minimize ? "minimize" : "maximize"
    var lines: [(String, String)] = [(verb, objective.fault.map { "\($0)" } ?? writer.formula(objective))]
    for (k, block) in blocks.mentioned.enumerated() {
      let domain = block.domain == .free ? "" : ", \(block.domainFormula)"
      lines.append((k == 0 ? "over" : "", "\(block.name) ∈ \(block.space)\(domain)"))
    }
    for (k, constraint) in constraints.enumerated() {
      let name = constraint.name.map { "   (\($0))" } ?? ""
      lines.append((k == 0 ? "subject to" : "", (constraint.body.fault.map { "\($0)" } ?? constraint.formula) + name))
    }
    return lines.map { label, text in label + String(repeating: " ", count: 12 - label.count) + text }
      .joined(separator: "\n")
  }

  /// The variables of the model, and those that the problem mentions.
  private var mentionedBlocks: (all: [VariableBlock], mentioned: [VariableBlock]) {
    var waiting = [objective.affine] + constraints.map(\.body.affine)
    guard let model = waiting.lazy.compactMap(\.model).first else { return ([], []) }
    let blocks = model.blocks
    var indices: Set<Int> = []
    var visited: Set<ObjectIdentifier> = []
    while let rows = waiting.popLast() {
      for term in rows.allTerms where term.variable < AtomNode.firstNumber {
        indices.insert(VariableBlock.index(of: term.variable, in: blocks))
      }
      for node in rows.storage.atoms where visited.insert(ObjectIdentifier(node)).inserted {
        waiting += node.arguments.map(\.affine)
      }
    }
    return (blocks, indices.sorted().map { blocks[$0] })
  }
}

extension Expression: CustomStringConvertible {
  /// The expression in symbols, or its fault.
  public var description: String {
    body.fault.map { "\($0)" } ?? FormulaWriter(body.affine.model?.blocks ?? []).formula(body)
  }
}

extension Constraint: CustomStringConvertible {
  /// The constraint in symbols, or its fault.
  public var description: String { block.body.fault.map { "\($0)" } ?? block.formula }
}
