import ConeSolver
import LinearAlgebra

/// A problem as a conic program, and the way back from its solution.
///
/// Columns are the variables that the problem mentions, in the order of their declaration, then those that atoms
/// needed. Rows are the equalities, the inequalities, the second-order cones, the semidefinite cones; within a kind in
/// the order of the constraints, the variables' domains last.
///
/// Parameters may be set and the program solved again; what was compiled is kept (see `Parameter`).
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
    applyParameters()
  }

  var sense: Problem.Sense { sourceProblem.sense }

  /// The rows of the conic program that state a constraint, atoms of its own included: a range for each kind of cone.
  ///
  /// - Throws: `ModelError.unknownConstraint` when the problem does not contain it.
  public func rows<S: Shape>(of constraint: Constraint<S>) throws(ModelError) -> [Range<Int>] {
    try part(of: constraint.block).ranges.map(rows)
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
    return ModelSolution(compiled: self, underlying: solution)
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

  /// Gives a parameter a new value.
  ///
  /// Complexity: O(coefficients of parameters in the program).
  public mutating func set(_ parameter: Parameter<Scalar>, to value: Double) throws(ModelError) {
    try set(parameter.model, parameter.block, [value])
  }

  /// Gives a parameter a new value.
  public mutating func set(_ parameter: Parameter<Vector>, to values: [Double]) throws(ModelError) {
    try set(parameter.model, parameter.block, values)
  }

  /// Gives a parameter a new value.
  public mutating func set(_ parameter: Parameter<Matrix>, to value: Constant<Matrix>) throws(ModelError) {
    if let fault = value.fault { throw fault }
    try set(parameter.model, parameter.block, value.values)
  }

  private mutating func set(_ model: Model, _ block: ParameterBlock, _ values: [Double]) throws(ModelError) {
    guard model === self.model else { throw .mixedModels }
    guard block.numbers.upperBound <= parameters.count else { throw .unknownVariable(block.name) }
    guard values.count == block.count else {
      throw .wrongPoint(what: "the parameter \(block.name)", found: values.count, expected: block.count)
    }
    try block.check(values)
    parameters.replaceSubrange(block.numbers, with: values)
    applyParameters()
  }

  private mutating func applyParameters() {
    offset = offsets.value(at: parameters)
    places.P.apply(parameters, base.P.values, to: &problem.P.values)
    places.q.apply(parameters, base.q, to: &problem.q)
    places.A.apply(parameters, base.A.values, to: &problem.A.values)
    places.b.apply(parameters, base.b, to: &problem.b)
  }
}

/// Where parameters stand in a program.
struct ParameterPlaces: Sendable {
  var P = ParameterRuns()
  var q = ParameterRuns()
  var A = ParameterRuns()
  var b = ParameterRuns()
}

/// Places of one array, each linear in one parameter; neighbouring places of one parameter are one run.
struct ParameterRuns: Sendable {
  private struct Run: Sendable {
    let parameter: Int32
    let index: Int32
    let start: Int
    var count: Int32
  }

  private var runs: [Run] = []
  private var coefficients: [Double] = []

  mutating func append(_ index: Int, _ parameter: Int, _ coefficient: Double) {
    coefficients.append(coefficient)
    if let last = runs.last, Int(last.parameter) == parameter, Int(last.index) + Int(last.count) == index {
      runs[runs.count - 1].count += 1
    } else {
      runs.append(Run(parameter: Int32(parameter), index: Int32(index), start: coefficients.count - 1, count: 1))
    }
  }

  /// Sets `values` to `base + Σ coefficient · parameter` at the places.
  func apply(_ parameters: [Double], _ base: [Double], to values: inout [Double]) {
    if runs.isEmpty { return }
    values.withUnsafeMutableBufferPointer { values in
      if coefficients.count >= base.count {
        _ = values.update(fromContentsOf: base)
      } else {
        for run in runs {
          for k in Int(run.index)..<Int(run.index + run.count) { values[k] = base[k] }
        }
      }
      coefficients.withUnsafeBufferPointer { coefficients in
        for run in runs {
          let p = parameters[Int(run.parameter)]
          let (index, start) = (Int(run.index), run.start)
          for k in 0..<Int(run.count) { values[index + k] += coefficients[start + k] * p }
        }
      }
    }
  }
}

extension ParameterBlock {
  /// - Throws: `ModelError.notFinite` or `ModelError.parameterSign` for a value the parameter may not have.
  func check(_ values: [Double]) throws(ModelError) {
    for value in values {
      if !value.isFinite { throw .notFinite(place: "the parameter \(name)", value: value) }
      if sign == .nonnegative, value < 0 { throw .parameterSign(name: name, value: value) }
    }
  }
}
