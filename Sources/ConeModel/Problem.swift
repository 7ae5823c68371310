import ConeSolver

/// An objective and the constraints it is optimised over.
///
///     let problem = Problem.minimize(sumSquares(A ⋅ x - b)) { sum(x) <= 10 }
///     let solution = try problem.solve()
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

  private init(_ sense: Sense, _ objective: ExpressionBody, _ constraints: Constraints) {
    self.sense = sense
    self.objective = objective
    self.constraints = constraints.blocks
  }

  public static func minimize(
    _ objective: Expression<Scalar, Affine>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() }
  ) -> Problem {
    Problem(.minimize, objective.body, constraints())
  }

  public static func minimize(
    _ objective: Expression<Scalar, Convex>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() }
  ) -> Problem {
    Problem(.minimize, objective.body, constraints())
  }

  public static func maximize(
    _ objective: Expression<Scalar, Affine>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() }
  ) -> Problem {
    Problem(.maximize, objective.body, constraints())
  }

  public static func maximize(
    _ objective: Expression<Scalar, Concave>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() }
  ) -> Problem {
    Problem(.maximize, objective.body, constraints())
  }

  @available(*, unavailable, message: "DCP: cannot minimize a concave expression; only a convex or affine one.")
  public static func minimize(
    _ objective: Expression<Scalar, Concave>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() }
  ) -> Problem {
    Problem(.minimize, objective.body, constraints())
  }

  @available(*, unavailable, message: "DCP: cannot maximize a convex expression; only a concave or affine one.")
  public static func maximize(
    _ objective: Expression<Scalar, Convex>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() }
  ) -> Problem {
    Problem(.maximize, objective.body, constraints())
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
  /// - Throws: `ModelError` for a fault in the problem. How the solve itself ended is the solution's `status`.
  public func solve(
    _ settings: Settings = Settings(), observer: ((Iteration) -> ObserverAction)? = nil
  ) throws(ModelError) -> ModelSolution {
    let compiled = try compile()
    var settings = settings
    settings.objectiveConstant = compiled.offset
    let solution: Solution
    do {
      solution = try compiled.problem.solve(settings, observer: observer)
    } catch {
      throw .refused(error)
    }
    return try compiled.interpret(solution)
  }
}
