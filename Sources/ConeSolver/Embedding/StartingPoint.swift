import LinearAlgebra

extension Iterate {
  /// The start of the iteration: the least-norm point with `W = I`, moved into the cones.
  ///
  /// With a quadratic objective one solve of `[P Aᵀ; A −I](x, z) = (−q, b)` gives `x`, `z` and `s = −z`. Without one the
  /// primal point comes from `(0, b)` with `s = −z`, and the dual from `(−q, 0)` (Vandenberghe 2010, section 5.3).
  func setStart(_ problem: ConicProblem, cones: [any SymmetricCone], system: KKTSystem) -> Bool {
    let arena = Arena()
    let n = problem.variableCount
    let m = problem.rowCount
    for cone in cones { cone.setIdentityScaling() }
    guard system.factorize() else { return false }
    let minusQ = arena.vector(problem.q.map { -$0 })
    let b = arena.vector(problem.b)
    if problem.P.nonzeros > 0 {
      guard system.solve(minusQ, b, into: x, z) else { return false }
      for i in 0..<m { s[i] = -z[i] }
    } else {
      guard system.solve(arena.vector(n), b, into: x, z) else { return false }
      for i in 0..<m { s[i] = -z[i] }
      guard system.solve(minusQ, arena.vector(m), into: arena.vector(n), z) else { return false }
    }
    for cone in cones where cone is ZeroCone { s.slice(cone.rows).fill(0) }
    Self.moveInside(s, cones)
    Self.moveInside(z, cones)
    tau = 1
    kappa = 1
    return true
  }

  /// Adds a multiple of the identity so that every cone has at least the starting margin.
  private static func moveInside(_ v: VectorView, _ cones: [any SymmetricCone]) {
    var margin = Double.infinity
    for cone in cones { margin = min(margin, cone.margin(v.slice(cone.rows))) }
    guard margin < Tuning.startingMargin else { return }
    for cone in cones { cone.addIdentity(Tuning.startingMargin - margin, to: v.slice(cone.rows)) }
  }
}
