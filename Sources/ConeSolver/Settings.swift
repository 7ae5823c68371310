/// What a user may ask of a solve. Numbers that tune the algorithm itself live in `Tuning`.
public struct Settings: Sendable, Equatable {
  /// Absolute part of the stopping tolerances.
  public var epsAbs: Double = 1e-8
  /// Relative part of the stopping tolerances; each residual is measured against its own terms.
  public var epsRel: Double = 1e-8
  /// Tolerance of an infeasibility certificate; see `Verification`.
  public var epsInfeasible: Double = 1e-8
  /// Interior-point iterations allowed.
  public var maxIterations: Int = 200
  /// Wall-clock seconds allowed, setup included; `nil` for no limit.
  public var timeLimit: Double? = nil
  /// Threads given to the dense kernels; `nil` leaves the library's own choice.
  public var threads: Int? = nil
  /// Whether the program is reduced before it is solved; see docs/presolve.md.
  public var presolve: Bool = true
  /// A constant that the caller adds to the objective. An answer within the tolerances is improved, while that is possible, until its gap
  /// is small against the objective with this constant too.
  public var objectiveConstant: Double = 0
  /// Which linear system each iteration factors.
  public var kkt: KKTChoice = .automatic

  /// Whether a solve that double precision stops short begins anew where that is cheap: with shorter steps, and (for
  /// `KKTChoice.automatic`) with the other linear system.
  public var retries: Bool = true

  public init() {}
}

/// The elimination order of the Newton system; see docs/kkt-strategies.md.
public enum KKTChoice: String, Sendable, CaseIterable {
  /// Whichever is forecast to be cheaper.
  case automatic = "auto"
  /// Sparse LDLᵀ of the quasidefinite matrix `[P Aᵀ; A −H]`.
  case quasidefinite
  /// Dense Cholesky of the Schur complement `P + AᵀH⁻¹A`, equality rows bordering it.
  case schur
}
