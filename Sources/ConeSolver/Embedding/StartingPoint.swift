import LinearAlgebra

extension Iterate {
  /// The start of the iteration: the least-norm point with `W = I`, moved into the cones.
  ///
  /// With a quadratic objective one solve of `[P Aᵀ; A −I](x, z) = (−q, b)` gives `x`, `z` and `s = −z`. Without one the
  /// primal point comes from `(0, b)` with `s = −z`, and the dual from `(−q, 0)` (Vandenberghe 2010, section 5.3).
  func setStart(_ problem: ConicProblem, cones: [any SymmetricCone], system: KKTSystem, goal: RefinementGoal) -> Bool {
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
    let start = StartingMargins(of: self, problem, cones: cones, goal: goal)
    Self.move(s, cones, from: start.s, to: start.target.s)
    Self.move(z, cones, from: start.z, to: start.target.z)
    tau = 1
    kappa = 1
    return true
  }

  /// Adds a multiple of the identity so that every cone has at least the margin `target`.
  private static func move(_ v: VectorView, _ cones: [any SymmetricCone], from margin: Double, to target: Double) {
    guard margin < target else { return }
    for cone in cones { cone.addIdentity(target - margin, to: v.slice(cone.rows)) }
  }
}

/// How far inside their cones `s` and `z` start: at least `θ` and `1/θ`, times `Tuning.startingMargin`.
///
/// Moving `s` and `z` into the cones by multiples of the identity `e` leaves these multiples of `e` and of `Aᵀe` as residuals, and the
/// embedding reduces both of them and `μ` at one rate: what is furthest from its tolerance decides how long it takes. Every `θ` begins
/// at the same `μ`. With `⟨J, Z⟩ = 0` for the matrix `J` of ones among the equations, `Aᵀe` is as large as the order of the cone, and
/// with `θ = 1` the equation would be that much longer on its way than the gap. For programs with semidefinite cones `θ ≥ 1` brings both
/// residuals, in shares of their tolerances, closest to each other. Linear programs gain and lose by it alike; they start at `θ = 1`.
private struct StartingMargins {
  /// The margins of `s` and `z` before they are moved.
  let s, z: Double
  let target: (s: Double, z: Double)

  init(of point: Iterate, _ problem: ConicProblem, cones: [any SymmetricCone], goal: RefinementGoal) {
    s = Self.margin(point.s, cones)
    z = Self.margin(point.z, cones)
    guard problem.cones.contains(where: { if case .positiveSemidefinite = $0 { true } else { false } }) else {
      target = (Tuning.startingMargin, Tuning.startingMargin)
      return
    }
    let arena = Arena()
    let identity = arena.vector(problem.rowCount)
    for cone in cones { cone.addIdentity(1, to: identity.slice(cone.rows)) }
    let image = arena.vector(problem.variableCount)
    problem.A.transposeMultiplyAdd(1, identity, into: image)
    let share = goal.shares(x: image, z: identity)
    // The dual residual falls and the primal one grows with θ: bisection on log θ.
    var (low, high) = (1.0, Tuning.startingBalance)
    for _ in 0..<Tuning.startingBisections {
      let middle = (low * high).squareRoot()
      let dual = max(0, Tuning.startingMargin / middle - z) * share.dual
      let primal = max(0, Tuning.startingMargin * middle - s) * share.primal
      if dual > primal { low = middle } else { high = middle }
    }
    target = (Tuning.startingMargin * high, Tuning.startingMargin / high)
  }

  private static func margin(_ v: VectorView, _ cones: [any SymmetricCone]) -> Double {
    cones.reduce(.infinity) { min($0, $1.margin(v.slice($1.rows))) }
  }
}
