import LinearAlgebra

/// Newton directions of the embedding at one scaling, from one factorisation.
///
/// The linearised system, with `ρ = 1 − σ` and `ξ = x/τ`,
///
///     PΔx + AᵀΔz + qΔτ = −ρFₓ,   AΔx + Δs − bΔτ = −ρF_z,   H(Δz + ζ) + Δs = 0
///     Δκ + 2ξᵀPΔx − ξᵀPξ Δτ + qᵀΔx + bᵀΔz = −ρF_τ,         κΔτ + τΔκ = −d_κ
///
/// splits over two solves with `K = [P Aᵀ; A −H]` as `Δx = x₁ + Δτ x₂`, `Δz = z₁ + Δτ z₂`, where
/// `K(x₁, z₁ + ζ) = (Aᵀζ − ρFₓ, −ρF_z)` and `K(x₂, z₂) = (−q, b)`, and
///
///     Δτ = (d_κ/τ − ρF_τ − (2Pξ + q)ᵀx₁ − bᵀz₁) / (−κ/τ − ‖x₂ − ξ‖²_P − ‖z₂‖²_H)
///
/// (Goulart & Chen 2024, section 3; the second solve is shared by predictor and corrector).
///
/// `H⁻¹` grows like `1/μ` on active constraints, so nothing large may reach it: a rounding error there comes back multiplied.
/// Hence the shift by `ζ` above instead of a right-hand side `Hζ`, and the second solve is centred at the iterate: since
/// `b = (Ax + Hz − F_z)/τ` and `−q = (Px + Aᵀz − Fₓ)/τ`,
///
///     x₂ = ξ + x₂',  z₂ = z₂' − z/τ,   K(x₂', z₂') = (2Aᵀz − Fₓ, −F_z)/τ.
///
/// For the same reason the denominator is the sum of negative terms (and of the part of `(−q, b)` left unsolved), and `Δs` comes from the linear equation.
final class NewtonDirection {
  private let problem: ConicProblem
  private let cones: [any SymmetricCone]
  private let system: KKTSystem
  private let arena = Arena()
  private let q, b: VectorView
  private let x1, z1, x2, z2, rhsX, rhsZ, conicZ, Hz: VectorView
  private var denominator = -1.0

  init(_ problem: ConicProblem, system: KKTSystem) {
    self.problem = problem
    cones = system.strategy.cones
    self.system = system
    let n = problem.variableCount
    let m = problem.rowCount
    q = arena.vector(problem.q)
    b = arena.vector(problem.b)
    x1 = arena.vector(n)
    x2 = arena.vector(n)
    rhsX = arena.vector(n)
    z1 = arena.vector(m)
    z2 = arena.vector(m)
    rhsZ = arena.vector(m)
    conicZ = arena.vector(m)
    Hz = arena.vector(m)
  }

  /// Factors at the present scaling and solves for the constant part; false on breakdown.
  func prepare(at point: Iterate, residual: EmbeddingResidual) -> Bool {
    guard system.factorize() else { return false }
    // Equality rows have H = 0 and no shift: there z₂ = z₂' and b − Aξ = −F_z/τ.
    conicZ.copy(point.z)
    for cone in cones where cone is ZeroCone { conicZ.slice(cone.rows).fill(0) }
    let tau = point.tau
    rhsX.fill(0)
    problem.A.transposeMultiplyAdd(1, point.z, into: rhsX)
    problem.A.transposeMultiplyAdd(1, conicZ, into: rhsX)
    rhsX.add(-1, residual.x)
    rhsX.scale(1 / tau)
    for i in 0..<rhsZ.count { rhsZ[i] = -residual.z[i] / tau }
    guard system.solve(rhsX, rhsZ, into: x2, z2) else { return false }
    denominator = -point.kappa / tau - problem.P.quadraticForm(x2)
    z2.add(-1 / tau, conicZ)
    applyH(at: point)
    denominator -= max(0, z2.dot(Hz))
    x2.add(1 / tau, point.x)
    // K is singular when a direction meets no cone and no curvature, or equality rows depend on one another; (−q, b) may then be
    // out of its range, and the unsolved part is what drives τ to zero.
    denominator += min(0, system.shortfall(x2, z2))
    return denominator.isFinite && denominator < 0
  }

  /// `Hz ← Hz₂` for the second solve's `z₂ = z₂' − z/τ`, while `x₂` is still `x₂'`. Where conic rows hold by construction they
  /// give it without `H`: `Hz₂' = Ax₂' − r_z`, and `Hz = s`.
  private func applyH(at point: Iterate) {
    guard system.strategy.substitutesConicRows else {
      for cone in cones {
        let part = z2.slice(cone.rows)
        let image = Hz.slice(cone.rows)
        cone.enterFrame(part)
        cone.applyFramedH(part, into: image)
        cone.leaveFrame(part)
        cone.leaveFrame(image)
      }
      return
    }
    Hz.copy(rhsZ)
    Hz.scale(-1)
    problem.A.multiplyAdd(1, x2, into: Hz)
    Hz.add(-1 / point.tau, point.s)
    for cone in cones where cone is ZeroCone { Hz.slice(cone.rows).fill(0) }
  }

  /// The direction for the fraction `ρ` of the residual and the centrality terms `ζ`, `d_κ`.
  func solve(
    at point: Iterate, residual: EmbeddingResidual, fraction: Double, shift: VectorView, dKappa: Double,
    into direction: Iterate
  ) -> Bool {
    rhsX.copy(residual.x)
    rhsX.scale(-fraction)
    problem.A.transposeMultiplyAdd(1, shift, into: rhsX)
    for i in 0..<rhsZ.count { rhsZ[i] = -fraction * residual.z[i] }
    guard system.solve(rhsX, rhsZ, into: x1, z1) else { return false }
    z1.add(-1, shift)
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
    let s = direction.s
    for i in 0..<s.count { s[i] = -fraction * residual.z[i] + deltaTau * b[i] }
    problem.A.multiplyAdd(-1, direction.x, into: s)
    for cone in cones where cone is ZeroCone { s.slice(cone.rows).fill(0) }
    return direction.tau.isFinite && direction.kappa.isFinite
      && direction.x.maximumNorm.isFinite && direction.z.maximumNorm.isFinite && direction.s.maximumNorm.isFinite
  }
}
