extension Problem {
  /// The model whose variables the problem mentions, after the check that there is one only, that no expression carries
  /// a fault and that every number is finite.
  func validated() throws(ModelError) -> Model {
    var model: Model?
    try validate(objective, at: "the objective", &model)
    for (index, constraint) in constraints.enumerated() {
      let place = constraint.name.map { "constraint \"\($0)\"" } ?? "constraint \(index)"
      try validate(constraint.body, at: place, &model)
    }
    guard let model else { throw .noVariables }
    return model
  }

  private func validate(_ body: ExpressionBody, at place: String, _ model: inout Model?) throws(ModelError) {
    if let fault = body.fault { throw .within(place: place, fault) }
    for rows in [body.affine] + body.curved.map(\.argument) {
      if let mentioned = rows.model {
        if let model, model !== mentioned { throw .within(place: place, .mixedModels) }
        model = mentioned
      }
      if let fault = rows.firstNotFinite() { throw .within(place: place, fault) }
    }
    if let odd = body.curved.first(where: { !$0.weight.isFinite }) {
      throw .within(place: place, .notFinite(place: "the weight of a convex or concave part", value: odd.weight))
    }
  }
}

extension AffineRows {
  /// The first coefficient or constant that is not a finite number.
  fileprivate func firstNotFinite() -> ModelError? {
    for row in 0..<count {
      if !constant(row).isFinite { return .notFinite(place: "the constant of entry \(row)", value: constant(row)) }
      for term in terms(row) where !term.coefficient.isFinite {
        let name = model?.name(ofVariable: term.variable) ?? "variable \(term.variable)"
        return .notFinite(place: "the coefficient of \(name) in entry \(row)", value: term.coefficient)
      }
    }
    return nil
  }
}
