import ConeSolver

/// A solution in the terms in which its problem was written: the optimum, or what its status says.
///
/// **Duals.** The dual of a constraint is the derivative of the optimal value, in the problem's own sense, by the
/// right-hand side: when `lhs R rhs` is replaced by `lhs R rhs + δ`, the optimal value changes by `⟨dual, δ⟩` to first
/// order. So in a minimisation the dual of `>=` and of `⪰` is nonnegative (in the dual cone), that of `<=` and of `⪯`
/// nonpositive, that of `==` of either sign; in a maximisation the other way round. For a cone membership `e ∈ K` the
/// right-hand side is the zero of `e − 0 ∈ K`. Inner products of symmetric matrices run over all n² entries.
///
/// When the status is `primalInfeasible` the duals are a proof instead, with the signs of a minimisation. For affine
/// constraints and cone memberships of affine expressions, `Σ ⟨dual, lhs − rhs⟩`, the variables' domains included, is
/// the constant −1, though at a feasible point every summand would be zero or more. When it is `dualInfeasible`,
/// `value(of:)` evaluates at a direction in which the objective improves without end.
public struct ModelSolution: Sendable {
  let compiled: CompiledProblem
  /// The solution of the conic program, with its residuals, times and message.
  public let underlying: Solution
  /// Value of every variable of the model.
  let point: [Double]

  init(compiled: CompiledProblem, underlying: Solution) {
    self.compiled = compiled
    self.underlying = underlying
    point = compiled.columns.map { $0 == CompiledProblem.noColumn ? 0 : underlying.x[$0] }
  }

  /// What the solver claims.
  public var status: Status { underlying.status }

  /// The objective at the solution, in the problem's own sense and with its constant.
  public var objective: Double { compiled.objective(ofSolverValue: underlying.primalObjective) }

  /// The dual objective in the same terms: a lower bound when minimising, an upper bound when maximising.
  public var bound: Double { compiled.objective(ofSolverValue: underlying.dualObjective) }

  // MARK: Values

  // A variable that the problem does not mention may take any value in its domain and is reported as 0. A convex or
  // concave function is evaluated itself, not the bound the solver worked with.

  /// - Throws: the fault of the expression; `mixedModels` or `unknownVariable` when it is not about this problem.
  public func value<C: Curvature>(
    of expression: Expression<Scalar, C>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> Double {
    try values(of: expression.body, at: SourcePlace(fileID, line))[0]
  }

  /// - Throws: the fault of the expression; `mixedModels` or `unknownVariable` when it is not about this problem.
  public func value<C: Curvature>(
    of expression: Expression<Vector, C>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> [Double] {
    try values(of: expression.body, at: SourcePlace(fileID, line))
  }

  /// - Throws: the fault of the expression; `mixedModels` or `unknownVariable` when it is not about this problem.
  public func value<S: MatrixShape, C: Curvature>(
    of expression: Expression<S, C>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> Constant<S> {
    Constant(extent: expression.body.extent, values: try values(of: expression.body, at: SourcePlace(fileID, line)))
  }

  // MARK: Duals

  /// - Throws: `ModelError.unknownConstraint` when the problem does not contain the constraint.
  public func dual(
    of constraint: Constraint<Scalar>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> Double {
    try dualEntries(of: constraint.block, at: SourcePlace(fileID, line))[0]
  }

  /// - Throws: `ModelError.unknownConstraint` when the problem does not contain the constraint.
  public func dual(
    of constraint: Constraint<Vector>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> [Double] {
    try dualEntries(of: constraint.block, at: SourcePlace(fileID, line))
  }

  /// - Throws: `ModelError.unknownConstraint` when the problem does not contain the constraint.
  public func dual(
    of constraint: Constraint<Matrix>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> Constant<Matrix> {
    Constant(extent: constraint.block.body.extent, values: try dualEntries(of: constraint.block, at: SourcePlace(fileID, line)))
  }

  /// For a doubly nonnegative constraint, the sum of its semidefinite and its nonnegative part.
  ///
  /// - Throws: `ModelError.unknownConstraint` when the problem does not contain the constraint.
  public func dual(
    of constraint: Constraint<Symmetric>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> Constant<Symmetric> {
    Constant(extent: constraint.block.body.extent, values: try dualEntries(of: constraint.block, at: SourcePlace(fileID, line)))
  }

  // MARK: Domains

  /// The dual of the domain of a number: of `x ≥ 0`, or of both ends of a box together, the lower with positive sign
  /// when minimising; zero for a free variable.
  ///
  /// - Throws: `ModelError.notAVariable` unless `x` is what `Model` returned.
  public func dual(
    ofDomain x: Expression<Scalar, Affine>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> Double {
    try domainEntries(x.body, at: SourcePlace(fileID, line))[0]
  }

  /// The dual of the domain of a vector, entry by entry.
  ///
  /// - Throws: `ModelError.notAVariable` unless `x` is what `Model` returned.
  public func dual(
    ofDomain x: Expression<Vector, Affine>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> [Double] {
    try domainEntries(x.body, at: SourcePlace(fileID, line))
  }

  /// The dual of the domain of a matrix, entry by entry.
  ///
  /// - Throws: `ModelError.notAVariable` unless `X` is what `Model` returned.
  public func dual(
    ofDomain X: Expression<Matrix, Affine>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> Constant<Matrix> {
    Constant(extent: X.body.extent, values: try domainEntries(X.body, at: SourcePlace(fileID, line)))
  }

  /// The dual of a symmetric variable's domain: a semidefinite part `S` and an entrywise nonnegative part `N` (in a
  /// minimisation). For a doubly nonnegative variable `S + N` lies in the dual cone; for a semidefinite one `N` is 0.
  ///
  /// - Throws: `ModelError.notAVariable` unless `X` is what `Model` returned.
  public func dual(
    ofDomain X: Expression<Symmetric, Affine>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> (positiveSemidefinite: Constant<Symmetric>, nonnegative: Constant<Symmetric>) {
    let pieces = try domainPieces(X.body, at: SourcePlace(fileID, line))
    let zero = [Double](repeating: 0, count: X.body.affine.count)
    let parts = [ConeKind.positiveSemidefinite, .nonnegative].map { kind in
      Constant<Symmetric>(extent: X.body.extent, values: read(pieces.filter { $0.kind == kind }, 1, zero))
    }
    return (parts[0], parts[1])
  }

  // MARK: Parts

  func values(of body: ExpressionBody, at place: SourcePlace) throws(ModelError) -> [Double] {
    do throws(ModelError) { return try values(of: body) } catch { throw error.asked(at: place) }
  }

  func values(of body: ExpressionBody) throws(ModelError) -> [Double] {
    if let fault = body.fault { throw fault }
    if let model = body.affine.model, model !== compiled.model { throw .mixedModels }
    var nodes = [body.affine]
    var visited: Set<ObjectIdentifier> = []
    while let rows = nodes.popLast() {
      if let late = rows.allTerms.first(where: { point.count <= $0.variable && $0.variable < AtomNode.firstNumber }) {
        throw .unknownVariable(compiled.model.name(ofVariable: late.variable))
      }
      for node in rows.storage.atoms where visited.insert(ObjectIdentifier(node)).inserted {
        nodes += node.arguments.map(\.affine)
      }
    }
    return Valuation(x: point, parameters: compiled.parameters).values(of: body.affine)
  }

  private func dualEntries(of block: ConstraintBlock, at place: SourcePlace) throws(ModelError) -> [Double] {
    do throws(ModelError) { return try dualEntries(of: block) } catch { throw error.asked(at: place) }
  }

  func dualEntries(of block: ConstraintBlock) throws(ModelError) -> [Double] {
    let zero = [Double](repeating: 0, count: block.body.affine.count)
    return read(try compiled.part(of: block).pieces, block.orientation, zero)
  }

  private func domainEntries(_ body: ExpressionBody, at place: SourcePlace) throws(ModelError) -> [Double] {
    read(try domainPieces(body, at: place), 1, [Double](repeating: 0, count: body.affine.count))
  }

  private func domainPieces(_ body: ExpressionBody, at place: SourcePlace) throws(ModelError) -> [DualPiece] {
    if let fault = body.fault { throw fault.asked(at: place) }
    guard body.affine.model === compiled.model else { throw ModelError.mixedModels.asked(at: place) }
    guard let index = wholeVariable(body.affine, in: compiled.blocks) else {
      throw ModelError.notAVariable(body.summary).asked(at: place)
    }
    return compiled.domainParts[index]?.pieces ?? []
  }

  /// `z ∈ K*` is the derivative by `b`, negated; see `ConstraintBlock.orientation` for the sign that leaves.
  func read(_ pieces: [DualPiece], _ orientation: Double, _ zero: [Double]) -> [Double] {
    let sense = status == .primalInfeasible ? 1 : compiled.sense.sign
    var dual = zero
    for piece in pieces {
      let start = compiled.kindStarts[piece.kind.rawValue] + piece.start
      piece.accumulate(sense * orientation, underlying.z[start...], into: &dual)
    }
    return dual
  }
}
