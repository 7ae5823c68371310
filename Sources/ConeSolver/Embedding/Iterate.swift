import LinearAlgebra

/// A point, or a direction, of the homogeneous embedding: `(x, s, z, τ, κ)`.
final class Iterate {
  private let arena = Arena()
  let x, s, z: VectorView
  var tau = 1.0
  var kappa = 1.0

  init(variables n: Int, rows m: Int) {
    x = arena.vector(n)
    s = arena.vector(m)
    z = arena.vector(m)
  }

  /// `self ← self + α·direction`.
  func advance(_ alpha: Double, along direction: Iterate) {
    x.add(alpha, direction.x)
    s.add(alpha, direction.s)
    z.add(alpha, direction.z)
    tau += alpha * direction.tau
    kappa += alpha * direction.kappa
  }

  func clear() {
    for part in [x, s, z] { part.fill(0) }
    (tau, kappa) = (0, 0)
  }

  /// The embedding is homogeneous: every positive multiple of an iterate says the same.
  func scale(_ t: Double) {
    x.scale(t)
    s.scale(t)
    z.scale(t)
    tau *= t
    kappa *= t
  }

  /// Complementarity `μ = (sᵀz + τκ)/(ν + 1)`.
  func mu(degree: Int) -> Double { (s.dot(z) + tau * kappa) / Double(degree + 1) }
}
