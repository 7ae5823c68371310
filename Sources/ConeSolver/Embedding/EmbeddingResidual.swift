import LinearAlgebra

/// The residual of the homogeneous embedding of a program with quadratic objective,
///
///     Fₓ = Px + Aᵀz + qτ,   F_z = Ax + s − bτ,   F_τ = κ + xᵀPx/τ + qᵀx + bᵀz.
///
/// `F = 0` with `s ∈ K, z ∈ K*, τ, κ ≥ 0` gives an optimum `(x, s, z)/τ` when `τ > 0` and a certificate of infeasibility when
/// `κ > 0` (Goulart & Chen 2024, section 2).
final class EmbeddingResidual {
  private let arena = Arena()
  let x, z, Px: VectorView
  private(set) var tau = 0.0
  private(set) var xPx = 0.0
  private let q, b: VectorView

  init(_ problem: ConicProblem) {
    x = arena.vector(problem.variableCount)
    z = arena.vector(problem.rowCount)
    Px = arena.vector(problem.variableCount)
    q = arena.vector(problem.q)
    b = arena.vector(problem.b)
  }

  func update(_ problem: ConicProblem, at point: Iterate) {
    Px.fill(0)
    problem.P.symmetricMultiplyAdd(1, point.x, into: Px)
    xPx = Px.dot(point.x)
    x.copy(Px)
    problem.A.transposeMultiplyAdd(1, point.z, into: x)
    x.add(point.tau, q)
    z.copy(point.s)
    problem.A.multiplyAdd(1, point.x, into: z)
    z.add(-point.tau, b)
    tau = point.kappa + xPx / point.tau + q.dot(point.x) + b.dot(point.z)
  }
}
