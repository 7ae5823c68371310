import ConeSolver
import LinearAlgebra

/// A problem as a conic program, and the way back from its solution.
///
/// Columns are the variables that the problem mentions, in the order of their declaration, then those that atoms
/// needed. Rows are the equalities, the inequalities, the second-order cones, the semidefinite cones; within a kind in
/// the order of the constraints, the variables' domains last.
///
/// Parameters may be set and the program solved again (see `Parameter`): what was compiled is kept, and with it the solver, whose ordering and
/// symbolic factorisation serve every solve with the same settings. Copies share it; two that solve at the same time have one each.
public struct CompiledProblem: Sendable {
  /// The conic program at the present values of the parameters; its objective is that of the model, negated for a
  /// maximisation, without the constant.
  public private(set) var problem: ConicProblem
  /// The program with every parameter zero.
  private let base: ConicProblem
  private let places: ParameterPlaces
  private let offsets: ParametricOffset
  /// The constant of the objective to be minimised.
  private(set) var offset: Double
  private(set) var parameters: [Double]

  let sourceProblem: Problem
  let model: Model
  let blocks: [VariableBlock]
  /// Column of each variable of the model, or `noColumn`.
  let columns: [Int]
  /// First row of each kind of cone.
  let kindStarts: [Int]
  let constraintParts: [ObjectIdentifier: ConstraintPart]
  let domainParts: [Int: ConstraintPart]
  /// What was merged or left out, a sentence each.
  let notes: [String]
  /// Keeps the solver of the last solve for the next one.
  var idleSolver = IdleSolver()

  static let noColumn = -1

  init(
    base: ConicProblem, places: ParameterPlaces, offset: ParametricOffset, sourceProblem: Problem, model: Model,
    blocks: [VariableBlock], columns: [Int], kindStarts: [Int], constraintParts: [ObjectIdentifier: ConstraintPart],
    domainParts: [Int: ConstraintPart], notes: [String]
  ) {
    self.base = base
    self.places = places
    offsets = offset
    parameters = model.parameters.flatMap(\.values)
    self.sourceProblem = sourceProblem
    self.model = model
    self.blocks = blocks
    self.columns = columns
    self.kindStarts = kindStarts
    self.constraintParts = constraintParts
    self.domainParts = domainParts
    self.notes = notes
    problem = base
    self.offset = 0
    applyParameters(0..<parameters.count)
  }

  var sense: Problem.Sense { sourceProblem.sense }

  /// The rows of the conic program that state a constraint, atoms of its own included: a range for each kind of cone.
  ///
  /// - Throws: `ModelError.unknownConstraint` when the problem does not contain it.
  public func rows<S: Shape>(
    of constraint: Constraint<S>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> [Range<Int>] {
    do throws(ModelError) {
      return try part(of: constraint.block).ranges.map(rows)
    } catch {
      throw error.asked(at: SourcePlace(fileID, line))
    }
  }

  /// An objective of the conic program, primal or dual, in the model's own sense and with its constant.
  public func objective(ofSolverValue value: Double) -> Double { sense.sign * (value + offset) }

  /// Reads a solution of `problem` as one of the model.
  ///
  /// - Throws: `ModelError.wrongPoint` when it has not as many entries as the conic program.
  public func interpret(_ solution: Solution) throws(ModelError) -> ModelSolution {
    guard solution.x.count == problem.variableCount else {
      throw .wrongPoint(what: "x", found: solution.x.count, expected: problem.variableCount)
    }
    guard solution.z.count == problem.rowCount else {
      throw .wrongPoint(what: "z", found: solution.z.count, expected: problem.rowCount)
    }
    // A solution that is kept shall not keep a solver.
    var own = self
    own.idleSolver = IdleSolver()
    return ModelSolution(compiled: own, underlying: solution)
  }

  func part(of block: ConstraintBlock) throws(ModelError) -> ConstraintPart {
    guard let part = constraintParts[ObjectIdentifier(block.identity)] else {
      throw .unknownConstraint(block.name.map { "constraint \"\($0)\"" } ?? "the constraint")
    }
    return part
  }

  func rows(of range: RowRange) -> Range<Int> {
    let start = kindStarts[range.kind.rawValue]
    return start + range.rows.lowerBound..<start + range.rows.upperBound
  }

  // MARK: Parameters

  // A new value is written into those of `P`, `q`, `A` and `b` in which the parameter stands; nothing else is touched.

  /// Gives a parameter a new value.
  ///
  /// Complexity: O(coefficients of parameters in the arrays that the parameter stands in).
  ///
  /// - Throws: `ModelError.wrongPoint`, `.notFinite` or `.parameterSign` for a value it may not have.
  public mutating func set(
    _ parameter: Parameter<Scalar>, to value: Double, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) {
    try set(parameter.model, parameter.block, [value], at: SourcePlace(fileID, line))
  }

  /// Gives a parameter a new value.
  public mutating func set(
    _ parameter: Parameter<Vector>, to values: [Double], fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) {
    try set(parameter.model, parameter.block, values, at: SourcePlace(fileID, line))
  }

  /// Gives a parameter a new value.
  public mutating func set<S: MatrixShape>(
    _ parameter: Parameter<S>, to value: Constant<S>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) {
    let place = SourcePlace(fileID, line)
    if let fault = value.fault { throw fault.asked(at: place) }
    guard value.extent == parameter.block.extent else {
      let (left, right) = ("the \(parameter.block.extent) parameter \(parameter.block.name)", "a \(value.extent) constant")
      throw ModelError.shapeMismatch(operation: "set", left: left, right: right).asked(at: place)
    }
    try set(parameter.model, parameter.block, value.values, at: place)
  }

  private mutating func set(
    _ model: Model, _ block: ParameterBlock, _ values: [Double], at place: SourcePlace
  ) throws(ModelError) {
    guard model === self.model else { throw ModelError.mixedModels.asked(at: place) }
    guard block.numbers.upperBound <= parameters.count else { throw ModelError.unknownVariable(block.name).asked(at: place) }
    guard values.count == block.count else {
      let fault = ModelError.wrongPoint(what: "the parameter \(block.name)", found: values.count, expected: block.count)
      throw fault.asked(at: place)
    }
    do throws(ModelError) { try block.check(values) } catch { throw error.asked(at: place) }
    parameters.replaceSubrange(block.numbers, with: values)
    applyParameters(block.numbers)
  }

  /// Writes the values of the arrays that some of these parameters stand in.
  private mutating func applyParameters(_ changed: Range<Int>) {
    offset = offsets.value(at: parameters)
    places.P.apply(parameters, changed, base.P.values, to: &problem.P.values)
    places.q.apply(parameters, changed, base.q, to: &problem.q)
    places.A.apply(parameters, changed, base.A.values, to: &problem.A.values)
    places.b.apply(parameters, changed, base.b, to: &problem.b)
  }
}

/// Where parameters stand in a program.
struct ParameterPlaces: Sendable {
  var P = ParameterRuns()
  var q = ParameterRuns()
  var A = ParameterRuns()
  var b = ParameterRuns()

  /// To be called after the last place.
  mutating func finish() {
    P.finish()
    q.finish()
    A.finish()
    b.finish()
  }
}

extension ParameterBlock {
  /// - Throws: `ModelError.notFinite` or `ModelError.parameterSign` for a value the parameter may not have.
  func check(_ values: [Double]) throws(ModelError) {
    if let fault { throw fault }
    for value in values {
      if !value.isFinite { throw .notFinite(place: "the parameter \(name)", value: value) }
      if sign == .nonnegative, value < 0 { throw .parameterSign(name: name, value: value) }
    }
  }
}
