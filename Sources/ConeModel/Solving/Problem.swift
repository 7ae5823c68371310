import ConeSolver

/// An objective and the constraints it is optimised over.
///
///     let problem = Problem.minimize(sumSquares(A ⋅ x - b)) { sum(x) <= 10 }
///     let optimum = try problem.solve().optimum()
///
/// A problem is a value. The variables' own domains (nonnegative, positive semidefinite, …) come with the variables and
/// are not repeated here.
public struct Problem: Sendable {
  enum Sense: Sendable {
    case minimize, maximize

    /// The factor that makes the objective one to be minimised.
    var sign: Double { self == .minimize ? 1 : -1 }
  }

  let sense: Sense
  let objective: ExpressionBody
  let constraints: [ConstraintBlock]
  /// Where the objective was stated.
  let place: SourcePlace?

  init(_ sense: Sense, _ objective: ExpressionBody, _ constraints: [ConstraintBlock], at place: SourcePlace?) {
    self.sense = sense
    self.objective = objective
    self.constraints = constraints.enumerated().map { index, block in
      var block = block
      block.number = block.number ?? index
      return block
    }
    self.place = place
  }

  public static func minimize(
    _ objective: Expression<Scalar, Affine>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() },
    fileID: StaticString = #fileID, line: Int = #line
  ) -> Problem {
    Problem(.minimize, objective.body, constraints().blocks, at: SourcePlace(fileID, line))
  }

  public static func minimize(
    _ objective: Expression<Scalar, Convex>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() },
    fileID: StaticString = #fileID, line: Int = #line
  ) -> Problem {
    Problem(.minimize, objective.body, constraints().blocks, at: SourcePlace(fileID, line))
  }

  public static func maximize(
    _ objective: Expression<Scalar, Affine>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() },
    fileID: StaticString = #fileID, line: Int = #line
  ) -> Problem {
    Problem(.maximize, objective.body, constraints().blocks, at: SourcePlace(fileID, line))
  }

  public static func maximize(
    _ objective: Expression<Scalar, Concave>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() },
    fileID: StaticString = #fileID, line: Int = #line
  ) -> Problem {
    Problem(.maximize, objective.body, constraints().blocks, at: SourcePlace(fileID, line))
  }

  @available(*, unavailable, message: "DCP: cannot minimize a concave expression; only a convex or affine one.")
  public static func minimize(
    _ objective: Expression<Scalar, Concave>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() },
    fileID: StaticString = #fileID, line: Int = #line
  ) -> Problem {
    Problem(.minimize, objective.body, constraints().blocks, at: SourcePlace(fileID, line))
  }

  @available(*, unavailable, message: "DCP: cannot maximize a convex expression; only a concave or affine one.")
  public static func maximize(
    _ objective: Expression<Scalar, Convex>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() },
    fileID: StaticString = #fileID, line: Int = #line
  ) -> Problem {
    Problem(.maximize, objective.body, constraints().blocks, at: SourcePlace(fileID, line))
  }

  /// The conic program that states this problem, with the way back from its solution.
  ///
  /// Complexity: O(terms), and the product `FᵀF` when the objective holds `‖Fx + g‖²`.
  ///
  /// - Throws: the first fault met while the problem was written, with its place.
  public func compile() throws(ModelError) -> CompiledProblem {
    var canonicalization = try Canonicalization(self)
    return try canonicalization.compile()
  }

  /// Compiles and solves.
  ///
  /// To solve with several values of a parameter, compile once (`CompiledProblem`).
  ///
  /// - Throws: `ModelError` for a fault in the problem. How the solve itself ended is the outcome.
  public func solve(
    _ settings: Settings = Settings(), observer: ((Iteration) -> ObserverAction)? = nil
  ) throws(ModelError) -> Outcome {
    try compile().solve(settings, keepsSolver: false, observer)
  }
}

extension CompiledProblem {
  /// Solves the program at the present values of its parameters.
  ///
  /// Solved again with the same settings, it keeps the elimination order, the symbolic factorisation and the workspaces of the last solve; the
  /// answer is that of a first solve. Every solve begins at the method's own starting point: the optimum of a neighbouring program lies on
  /// the boundary of the cones, where an interior-point method cannot begin.
  public func solve(
    _ settings: Settings = Settings(), observer: ((Iteration) -> ObserverAction)? = nil
  ) throws(ModelError) -> Outcome {
    try solve(settings, keepsSolver: true, observer)
  }

  func solve(
    _ settings: Settings, keepsSolver: Bool, _ observer: ((Iteration) -> ObserverAction)?
  ) throws(ModelError) -> Outcome {
    var settings = settings
    settings.objectiveConstant = offset
    let solution: Solution
    do {
      solution =
        keepsSolver
        ? try idleSolver.withSolver(of: problem, settings) { $0.solve(observer: observer) }
        : try problem.solve(settings, observer: observer)
    } catch {
      throw .refused(error)
    }
    return Outcome(try interpret(solution))
  }
}
