import ConeSolver

/// How a solve ended. Each case holds what it entitles to: values only where there is a point, a proof where there is
/// none.
///
///     switch try problem.solve() {
///     case .optimal(let optimum): print(try optimum.value(of: x))
///     case .infeasible(let proof): print(proof)
///     case .unbounded(let ray): print(try ray.direction(of: x))
///     case .stopped(let stop): print(stop.status, stop.best.objective)
///     }
public enum Outcome: Sendable {
  /// Optimal to the tolerances asked for, recomputed on the program's data.
  case optimal(ModelSolution)
  /// No point satisfies all constraints.
  case infeasible(InfeasibilityProof)
  /// The objective improves without end, if there is a feasible point.
  case unbounded(UnboundedRay)
  /// Neither could be claimed: a limit, a cancellation, or double precision came first.
  case stopped(StoppedSolve)

  init(_ solution: ModelSolution) {
    switch solution.status {
    case .solved: self = .optimal(solution)
    case .primalInfeasible: self = .infeasible(InfeasibilityProof(solution: solution))
    case .dualInfeasible: self = .unbounded(UnboundedRay(solution: solution))
    default: self = .stopped(StoppedSolve(best: solution))
    }
  }

  /// What the solver returned, whatever it is worth: its status says.
  public var solution: ModelSolution {
    switch self {
    case .optimal(let solution): solution
    case .infeasible(let proof): proof.solution
    case .unbounded(let ray): ray.solution
    case .stopped(let stop): stop.best
    }
  }

  /// What the solver claims.
  public var status: Status { solution.status }

  /// The optimum.
  ///
  /// - Throws: `NotOptimal`, with the outcome, when there is none.
  public func optimum() throws(NotOptimal) -> ModelSolution {
    if case .optimal(let solution) = self { return solution }
    throw NotOptimal(outcome: self)
  }
}

/// An optimum was asked for where there is none.
public struct NotOptimal: Error, CustomStringConvertible {
  public let outcome: Outcome

  public var description: String {
    switch outcome {
    case .optimal: "optimal"
    case .infeasible(let proof): proof.description
    case .unbounded(let ray): ray.description
    case .stopped(let stop): stop.description
    }
  }
}

/// A direction along which the objective improves without end, in the model's variables.
public struct UnboundedRay: Sendable, CustomStringConvertible {
  let solution: ModelSolution

  /// How an expression changes along the ray, without its constant. The objective changes by −1 in a minimisation and
  /// by 1 in a maximisation, and no constraint is left.
  ///
  /// - Throws: the fault of the expression; `mixedModels` or `unknownVariable` when it is not about this problem.
  public func direction(
    of expression: Expression<Scalar, Affine>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> Double {
    try solution.values(of: expression.body.withoutConstants, at: SourcePlace(fileID, line))[0]
  }

  /// How an expression changes along the ray, without its constants.
  public func direction(
    of expression: Expression<Vector, Affine>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> [Double] {
    try solution.values(of: expression.body.withoutConstants, at: SourcePlace(fileID, line))
  }

  /// How an expression changes along the ray, without its constants.
  public func direction<S: MatrixShape>(
    of expression: Expression<S, Affine>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> Constant<S> {
    Constant(extent: expression.body.extent, values: try solution.values(of: expression.body.withoutConstants, at: SourcePlace(fileID, line)))
  }

  public var description: String {
    let moving = solution.compiled.blocks.filter { block in
      block.variables.contains { solution.point[$0].magnitude > 1e-9 }
    }
    let verb = solution.compiled.sense == .minimize ? "decreases" : "increases"
    return "The objective \(verb) without end along a direction of \(moving.map(\.name).joined(separator: ", "))."
  }
}

/// A solve that ended without a claim.
public struct StoppedSolve: Sendable, CustomStringConvertible {
  /// The best point found, whose residuals say how far it is from optimal.
  public let best: ModelSolution

  /// What came first.
  public var status: Status { best.status }
  /// One sentence by the solver on what stopped it.
  public var message: String { best.underlying.message }
  /// The residuals of the best point, on the program's data.
  public var residuals: Residuals { best.underlying.residuals }

  public var description: String {
    let r = residuals
    return """
      No answer at the tolerances asked for (\(status.rawValue)): \(message). The best point has residuals \
      \(r.primal.short) primal, \(r.dual.short) dual, gap \(r.gap.short).
      """
  }
}

extension ExpressionBody {
  fileprivate var withoutConstants: ExpressionBody {
    ExpressionBody(extent: extent, affine: affine.shifted { -affine.constant($0) })
  }
}
