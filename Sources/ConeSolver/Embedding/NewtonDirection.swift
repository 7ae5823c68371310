import LinearAlgebra

/// Newton directions of the embedding at one scaling, from one factorisation.
///
/// The linearised system
///
///     PΔx + AᵀΔz + qΔτ = dₓ,   AΔx + Δs − bΔτ = d_z,   HΔz + Δs = −d_s
///     Δκ + 2ξᵀPΔx − ξᵀPξ Δτ + qᵀΔx + bᵀΔz = d_τ,       κΔτ + τΔκ = −d_κ,      ξ = x/τ
///
/// splits over two solves with `K = [P Aᵀ; A −H]`: `K(x₁, z₁) = (dₓ, d_z + d_s)` and `K(x₂, z₂) = (−q, b)`, with
/// `Δx = x₁ + Δτ x₂`, `Δz = z₁ + Δτ z₂` and
///
///     Δτ = (d_τ + d_κ/τ − (2Pξ + q)ᵀx₁ − bᵀz₁) / (−κ/τ + qᵀx₂ + bᵀz₂ − ‖x₂ − ξ‖²_P + ‖x₂‖²_P)
///
/// (Goulart & Chen 2024, section 3; the second solve is shared by predictor and corrector).
final class NewtonDirection {
  private let problem: ConicProblem
  private let cones: [any SymmetricCone]
  private let system: KKTSystem
  private let arena = Arena()
  private let q, b, minusQ: VectorView
  private let x1, z1, x2, z2, rhsX, rhsZ, shifted, product: VectorView
  private var denominator = -1.0

  init(_ problem: ConicProblem, cones: [any SymmetricCone], system: KKTSystem) {
    self.problem = problem
    self.cones = cones
    self.system = system
    let n = problem.variableCount
    let m = problem.rowCount
    q = arena.vector(problem.q)
    minusQ = arena.vector(problem.q.map { -$0 })
    b = arena.vector(problem.b)
    x1 = arena.vector(n)
    x2 = arena.vector(n)
    rhsX = arena.vector(n)
    shifted = arena.vector(n)
    product = arena.vector(n)
    z1 = arena.vector(m)
    z2 = arena.vector(m)
    rhsZ = arena.vector(m)
  }

  /// Factors at the present scaling and solves for the constant part; false on breakdown.
  func prepare(at point: Iterate) -> Bool {
    guard system.factorize(), system.solve(minusQ, b, into: x2, z2) else { return false }
    for j in 0..<shifted.count { shifted[j] = x2[j] - point.x[j] / point.tau }
    denominator =
      -point.kappa / point.tau + q.dot(x2) + b.dot(z2) - problem.P.quadraticForm(shifted) + problem.P.quadraticForm(x2)
    return denominator.isFinite && denominator < 0
  }

  /// The direction for the fraction `ρ = 1 − σ` of the residual `F` and the centrality terms `d_s`, `d_κ`.
  func solve(
    at point: Iterate, residual: EmbeddingResidual, fraction: Double, ds: VectorView, dKappa: Double,
    into direction: Iterate
  ) -> Bool {
    rhsX.copy(residual.x)
    rhsX.scale(-fraction)
    for i in 0..<rhsZ.count { rhsZ[i] = -fraction * residual.z[i] + ds[i] }
    guard system.solve(rhsX, rhsZ, into: x1, z1) else { return false }
    let tau = point.tau
    let numerator =
      -fraction * residual.tau + dKappa / tau - 2 * residual.Px.dot(x1) / tau - q.dot(x1) - b.dot(z1)
    let deltaTau = numerator / denominator
    direction.tau = deltaTau
    direction.kappa = -(dKappa + point.kappa * deltaTau) / tau
    direction.x.copy(x1)
    direction.x.add(deltaTau, x2)
    direction.z.copy(z1)
    direction.z.add(deltaTau, z2)
    // Δs from the linear equation, not from centrality: HΔz cancels badly once H is large, and a residual that enters Ax + s = b
    // never leaves again.
    let s = direction.s
    for i in 0..<s.count { s[i] = -fraction * residual.z[i] + deltaTau * b[i] }
    problem.A.multiplyAdd(-1, direction.x, into: s)
    for cone in cones where cone is ZeroCone { s.slice(cone.rows).fill(0) }
    return direction.tau.isFinite && direction.kappa.isFinite
      && direction.x.maximumNorm.isFinite && direction.z.maximumNorm.isFinite && direction.s.maximumNorm.isFinite
  }
}
