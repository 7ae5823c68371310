import LinearAlgebra

/// One way to solve the Newton system of an iteration,
///
///     [P  Aᵀ; A  −H] [x; z] = [rₓ; r_z],
///
/// with `H` the block-diagonal Nesterov–Todd operator of the cones (zero on the zero cone). Strategies differ in the order
/// of elimination only, so none changes the step; each may regularise, since `KKTSystem` refines against the matrix above.
protocol KKTStrategy: AnyObject {
  var kind: KKTChoice { get }
  /// The operators of the cones whose scaling is factored.
  var cones: [any SymmetricCone] { get }
  /// Whether the conic part of `z` is computed as `H⁻¹(Ax − r_z)`. Those rows then hold by construction, up to a rounding
  /// that `H` would only magnify, and refinement looks at the other rows. A strategy that does not takes conic rows, and gives
  /// the part of `z` on them, in the frames of the cones' operators (`SymmetricCone.enterFrame`).
  var substitutesConicRows: Bool { get }
  /// Forecast seconds of a factorisation, and of one more solve with it; both without the cones' own operations.
  var factorizationCost: Double { get }
  var solveCost: Double { get }
  /// Forgets what factorisations of an earlier solve taught.
  func reset()
  /// This strategy for other values in the same pattern: elimination order, symbolic factorisation, cones and large workspaces are
  /// handed on, and this one is not to be used any more. `nil` when that cannot be done.
  func updated(to problem: ConicProblem) -> (any KKTStrategy)?
  /// Factors the system at the present scaling of the cones; false when it broke down for good.
  func factorize() -> Bool
  /// Whether the last factorisation leaves open that the system is singular without its regularisation.
  var maybeSingular: Bool { get }
  /// Overwrites the right-hand side `(rₓ, r_z)` by the solution of the (regularised) system.
  func solve(_ x: VectorView, _ z: VectorView)
}

extension KKTStrategy {
  /// How long steps are and how far they centre, as suits the cones' direction.
  var stepControl: StepControl { cones.contains { $0 is HKMSemidefiniteCone || $0 is ChordalSemidefiniteCone } ? .hkm : .nesterovTodd }
}
