/// Values for variables of a model, to evaluate expressions and constraints at a point of one's own.
///
///     var point = ModelPoint(model)
///     try point.set(x, to: [1, 2, 3])
///     print(try problem.violations(at: point))
///
/// Variables that are not set are zero; parameters have the values they were declared with.
public struct ModelPoint: Sendable {
  let model: Model
  private(set) var x: [Double]

  /// The origin.
  public init(_ model: Model) {
    self.model = model
    x = [Double](repeating: 0, count: model.blocks.last?.variables.upperBound ?? 0)
  }

  init(_ model: Model, _ x: [Double]) {
    self.model = model
    self.x = x
  }

  /// - Throws: `ModelError.notAVariable` unless `variable` is what `Model` returned.
  public mutating func set(
    _ variable: Expression<Scalar, Affine>, to value: Double, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) {
    try set(variable.body, [value], at: SourcePlace(fileID, line))
  }

  /// - Throws: `ModelError.notAVariable` unless `variable` is what `Model` returned.
  public mutating func set(
    _ variable: Expression<Vector, Affine>, to values: [Double], fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) {
    try set(variable.body, values, at: SourcePlace(fileID, line))
  }

  /// - Throws: `ModelError.notAVariable` unless `variable` is what `Model` returned.
  public mutating func set<S: MatrixShape>(
    _ variable: Expression<S, Affine>, to value: Constant<S>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) {
    if let fault = value.fault { throw fault.asked(at: SourcePlace(fileID, line)) }
    try set(variable.body, value.values, at: SourcePlace(fileID, line))
  }

  /// The value of an expression.
  ///
  /// - Throws: the fault of the expression, or `mixedModels`.
  public func value<C: Curvature>(
    of expression: Expression<Scalar, C>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> Double {
    do throws(ModelError) { return try values(of: expression.body)[0] } catch { throw error.asked(at: SourcePlace(fileID, line)) }
  }

  private mutating func set(_ body: ExpressionBody, _ values: [Double], at place: SourcePlace) throws(ModelError) {
    do throws(ModelError) { try set(body, values) } catch { throw error.asked(at: place) }
  }

  private mutating func set(_ body: ExpressionBody, _ values: [Double]) throws(ModelError) {
    if let fault = body.fault { throw fault }
    guard body.affine.model === model else { throw .mixedModels }
    let blocks = model.blocks
    guard let index = wholeVariable(body.affine, in: blocks) else { throw .notAVariable(body.summary) }
    guard values.count == blocks[index].count else {
      throw .wrongPoint(what: blocks[index].name, found: values.count, expected: blocks[index].count)
    }
    let end = blocks.last?.variables.upperBound ?? 0
    x += [Double](repeating: 0, count: end - x.count)
    x.replaceSubrange(blocks[index].variables, with: values)
  }

  func values(of body: ExpressionBody) throws(ModelError) -> [Double] {
    if let fault = body.fault { throw fault }
    if let other = body.affine.model, other !== model { throw .mixedModels }
    let end = model.blocks.last?.variables.upperBound ?? 0
    let full = x + [Double](repeating: 0, count: end - x.count)
    return Valuation(x: full, parameters: model.parameters.flatMap(\.values)).values(of: body.affine)
  }
}
