extension Problem {
  /// The model whose variables the problem mentions, after the check that there is one only, that no expression carries
  /// a fault and that every number is finite.
  func validated() throws(ModelError) -> Model {
    var model: Model?
    var visited: Set<ObjectIdentifier> = []
    try validate(objective, at: place.map { "the objective at \($0)" } ?? "the objective", &model, &visited)
    for constraint in constraints {
      try validate(constraint.body, at: constraint.label, &model, &visited)
    }
    let objective = place.map { "the objective at \($0)" } ?? "the objective"
    guard let model else { throw .within(place: objective, .noVariables) }
    for parameter in model.parameters {
      do throws(ModelError) { try parameter.check(parameter.values) } catch { throw .within(place: parameter.label, error) }
    }
    return model
  }

  private func validate(
    _ body: ExpressionBody, at place: String, _ model: inout Model?, _ visited: inout Set<ObjectIdentifier>
  ) throws(ModelError) {
    if let fault = body.fault { throw .within(place: place, fault) }
    let rows = body.affine
    if let mentioned = rows.model {
      if let model, model !== mentioned { throw .within(place: place, .mixedModels) }
      model = mentioned
    }
    if let fault = rows.firstNotFinite() { throw .within(place: place, fault) }
    for node in rows.storage.atoms where visited.insert(ObjectIdentifier(node)).inserted {
      for argument in node.arguments { try validate(argument, at: place, &model, &visited) }
    }
  }
}

extension AffineRows {
  /// The first coefficient or constant that is not a finite number.
  fileprivate func firstNotFinite() -> ModelError? {
    if allTerms.allSatisfy({ $0.coefficient.isFinite }), (0..<count).allSatisfy({ constant($0).isFinite }) {
      return nil
    }
    for row in 0..<count {
      if !constant(row).isFinite { return .notFinite(place: "the constant of entry \(row)", value: constant(row)) }
      for term in terms(row) where !term.coefficient.isFinite {
        let name =
          atom(of: term.variable)?.name ?? model?.name(ofVariable: term.variable) ?? "variable \(term.variable)"
        return .notFinite(place: "the coefficient of \(name) in entry \(row)", value: term.coefficient)
      }
    }
    return nil
  }
}
