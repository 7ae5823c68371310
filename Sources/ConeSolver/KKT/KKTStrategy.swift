import LinearAlgebra

/// One way to solve the Newton system of an iteration,
///
///     [P  Aᵀ; A  −H] [x; z] = [rₓ; r_z],
///
/// with `H` the block-diagonal Nesterov–Todd operator of the cones (zero on the zero cone). Strategies differ in the order
/// of elimination only, so none changes the step; each may regularise, since `KKTSystem` refines against the matrix above.
protocol KKTStrategy: AnyObject {
  var kind: KKTChoice { get }
  /// Whether the conic part of `z` is computed as `H⁻¹(Ax − r_z)`. Those rows then hold by construction, up to a rounding
  /// that `H` would only magnify, and refinement looks at the other rows.
  var substitutesConicRows: Bool { get }
  /// Factors the system at the present scaling of the cones; false when it broke down for good.
  func factorize() -> Bool
  /// Overwrites the right-hand side `(rₓ, r_z)` by the solution of the (regularised) system.
  func solve(_ x: VectorView, _ z: VectorView)
}

/// The Newton system with refinement: a strategy's solves, corrected against the unregularised operator.
final class KKTSystem {
  let strategy: any KKTStrategy
  private let problem: ConicProblem
  private let cones: [any SymmetricCone]
  private let arena = Arena()
  private let residualX, residualZ, correctionX, correctionZ, bestX, bestZ: VectorView
  /// Solves and refinement steps so far, for the log.
  private(set) var solves = 0
  private(set) var refinements = 0

  init(_ problem: ConicProblem, cones: [any SymmetricCone], strategy: any KKTStrategy) {
    self.problem = problem
    self.cones = cones
    self.strategy = strategy
    let n = problem.variableCount
    let m = problem.rowCount
    residualX = arena.vector(n)
    residualZ = arena.vector(m)
    correctionX = arena.vector(n)
    correctionZ = arena.vector(m)
    bestX = arena.vector(n)
    bestZ = arena.vector(m)
  }

  func factorize() -> Bool { strategy.factorize() }

  /// Solves for right-hand side `(rₓ, r_z)`, refining while each step pays.
  /// - Returns: false when the solution is not finite.
  func solve(_ rx: VectorView, _ rz: VectorView, into x: VectorView, _ z: VectorView) -> Bool {
    solves += 1
    x.copy(rx)
    z.copy(rz)
    strategy.solve(x, z)
    let target =
      Tuning.refinementAbsolute + Tuning.refinementRelative * max(rx.maximumNorm, rz.maximumNorm)
    var error = residual(rx, rz, x, z)
    guard error.isFinite else { return false }
    for _ in 0..<Tuning.refinementSteps where error > target {
      correctionX.copy(residualX)
      correctionZ.copy(residualZ)
      strategy.solve(correctionX, correctionZ)
      bestX.copy(x)
      bestZ.copy(z)
      x.add(1, correctionX)
      z.add(1, correctionZ)
      let refined = residual(rx, rz, x, z)
      refinements += 1
      if !(refined < error) {
        x.copy(bestX)
        z.copy(bestZ)
        break
      }
      let progress = error / refined
      error = refined
      if progress < Tuning.refinementProgress { break }
    }
    return true
  }

  private func applyH(_ z: VectorView, into y: VectorView) {
    for cone in cones { cone.applyH(z.slice(cone.rows), into: y.slice(cone.rows)) }
  }

  /// Fills the residual of the unregularised system and returns its ∞-norm.
  private func residual(_ rx: VectorView, _ rz: VectorView, _ x: VectorView, _ z: VectorView) -> Double {
    residualX.copy(rx)
    problem.P.symmetricMultiplyAdd(-1, x, into: residualX)
    problem.A.transposeMultiplyAdd(-1, z, into: residualX)
    if strategy.substitutesConicRows { residualZ.fill(0) } else { applyH(z, into: residualZ) }
    residualZ.add(1, rz)
    problem.A.multiplyAdd(-1, x, into: residualZ)
    if strategy.substitutesConicRows {
      for cone in cones where !(cone is ZeroCone) { residualZ.slice(cone.rows).fill(0) }
    }
    let ex = residualX.maximumNorm
    let ez = residualZ.maximumNorm
    return ex.isNaN ? ex : max(ex, ez)
  }
}
