import ConeSolver

/// A problem as a conic program, and the way back from its solution.
///
/// Columns are the variables that the problem mentions, in the order of their declaration, then one for each norm that
/// needed a bound of its own. Rows are the equalities, the inequalities, the second-order cones, the semidefinite
/// cones; within a kind in the order of the constraints, the variables' domains last.
public struct CompiledProblem: Sendable {
  /// The conic program; its objective is that of the model, negated for a maximisation, without the constant.
  public let problem: ConicProblem
  let sense: Problem.Sense
  /// The constant of the objective to be minimised.
  let offset: Double
  let model: Model
  let blocks: [VariableBlock]
  /// Column of each variable of the model, or `noColumn`.
  let columns: [Int]
  /// First row of each kind of cone.
  let kindStarts: [Int]
  let constraintDuals: [ObjectIdentifier: [DualPiece]]
  let domainDuals: [Int: [DualPiece]]

  static let noColumn = -1

  /// The rows of the conic program that state a constraint: one range, or two for a doubly nonnegative one.
  ///
  /// - Throws: `ModelError.unknownConstraint` when the problem does not contain it.
  public func rows<S: Shape>(of constraint: Constraint<S>) throws(ModelError) -> [Range<Int>] {
    try pieces(of: constraint.block).map { rows(of: $0) }
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

  func pieces(of block: ConstraintBlock) throws(ModelError) -> [DualPiece] {
    guard let pieces = constraintDuals[ObjectIdentifier(block.identity)] else {
      throw .unknownConstraint(block.name.map { "constraint \"\($0)\"" } ?? "the constraint")
    }
    return pieces
  }

  func rows(of piece: DualPiece) -> Range<Int> {
    let start = kindStarts[piece.kind.rawValue] + piece.start
    return start..<start + piece.rowCount
  }
}
