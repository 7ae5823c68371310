/// What a solve may claim. Every claim but the limits was recomputed on the data as the user gave it.
///
/// A certificate of infeasibility passes at `Settings.epsInfeasible`, or, when double precision stops short of that, at ten times
/// as much.
public enum Status: String, Sendable, Equatable {
  /// Optimal: residuals, cone margins and gap pass the requested tolerances.
  case solved
  /// The same at the reduced tolerances of `Tuning.almost`.
  case almostSolved = "almost_solved"
  /// `z` proves that no `x` is feasible: `z ∈ K*`, `Aᵀz = 0`, `bᵀz = −1`.
  case primalInfeasible = "primal_infeasible"
  /// `x` proves that the dual has no feasible point: `Px = 0`, `−Ax ∈ K`, `qᵀx = −1`.
  case dualInfeasible = "dual_infeasible"
  case iterationLimit = "iteration_limit"
  case timeLimit = "time_limit"
  /// The observer asked to stop.
  case cancelled
  /// No further progress in double precision; the best iterate comes back with its residuals.
  case numericalFailure = "numerical_failure"

  /// True when the status is a verified answer about the program: an optimum or a certificate.
  public var isVerified: Bool {
    switch self {
    case .solved, .primalInfeasible, .dualInfeasible: true
    default: false
    }
  }
}

/// How far a point is from satisfying the optimality conditions, on the user's data.
public struct Residuals: Sendable, Equatable {
  /// `‖Ax + s − b‖∞`.
  public var primal: Double
  /// `‖Px + Aᵀz + q‖∞`.
  public var dual: Double
  /// `|xᵀPx + qᵀx + bᵀz|`.
  public var gap: Double
  /// The six errors of the seventh DIMACS challenge. Its primal, `⟨C, X⟩` with `𝒜X = b`, is our dual:
  /// e1 `‖Px + Aᵀz + q‖₂/(1 + ‖q‖∞)`, e2 how far `z` is outside `K*` over the same, e3 `‖Ax + s − b‖₂/(1 + ‖b‖∞)`,
  /// e4 how far `s` is outside `K` over the same, e5 the gap and e6 `sᵀz`, both over `1 + |primal| + |dual|`.
  public var dimacs: [Double]

  public init(primal: Double, dual: Double, gap: Double, dimacs: [Double]) {
    self.primal = primal
    self.dual = dual
    self.gap = gap
    self.dimacs = dimacs
  }
}

/// The outcome of a solve, in the user's variables and scale.
///
/// For `primalInfeasible` the certificate is `z` (and `x`, `s` are zero); for `dualInfeasible` it is `x` with
/// `s = −Ax` (and `z` is zero). For every other status `x`, `s`, `z` are the best point found.
public struct Solution: Sendable {
  public var status: Status
  /// Primal variables, `n`.
  public var x: [Double]
  /// Slacks, `m`, in `K` up to the cone margin reported.
  public var s: [Double]
  /// Dual variables, `m`, in `K*` up to the cone margin reported.
  public var z: [Double]
  /// `½xᵀPx + qᵀx`; `+∞` when primal infeasible, `−∞` when dual infeasible.
  public var primalObjective: Double
  /// `−½xᵀPx − bᵀz`; `+∞` when primal infeasible, `−∞` when dual infeasible.
  public var dualObjective: Double
  public var iterations: Int
  public var residuals: Residuals
  /// Seconds spent before the first iteration.
  public var setupTime: Double
  /// Seconds spent iterating and verifying.
  public var solveTime: Double
  /// The strategy that was used.
  public var kkt: KKTChoice
  /// One sentence that says what stopped the solve when it was not an answer.
  public var message: String
}

/// One interior-point iteration, as an observer sees it. Residuals are relative, in the user's scale.
public struct Iteration: Sendable {
  public var number: Int
  public var primalObjective: Double
  public var dualObjective: Double
  /// `‖Ax + s − b‖∞` over the largest of its terms.
  public var primalResidual: Double
  /// `‖Px + Aᵀz + q‖∞` over the largest of its terms.
  public var dualResidual: Double
  /// The duality gap over the largest of its terms.
  public var gap: Double
  /// `κ/τ` of the embedding.
  public var kappaOverTau: Double
  /// Complementarity `μ`.
  public var mu: Double
  /// Step length taken to get here.
  public var step: Double
  /// Seconds since the solve began.
  public var elapsed: Double
}

/// An observer's answer to an iteration.
public enum ObserverAction: Sendable {
  case proceed
  /// Stop and return the best iterate with `Status.cancelled`.
  case stop
}
