import LinearAlgebra

/// The Newton system with refinement: a strategy's solves, corrected against the unregularised operator.
///
/// The corrections are combined by the generalised conjugate residual method with the strategy as preconditioner (Eisenstat,
/// Elman & Schultz, SIAM J. Numer. Anal. 20, 1983): each step minimises the residual over all corrections so far, so a few bad
/// eigenvalues of a worn-out factorisation cost a few steps instead of divergence. With a good one it is plain refinement.
final class KKTSystem {
  let strategy: any KKTStrategy
  private let problem: ConicProblem
  private let cones: [any SymmetricCone]
  private let arena = Arena()
  /// Residual of the current solution.
  private let residual: Point
  /// Corrections `d` and their images `Kd`, the images orthonormal; made when first needed.
  private var corrections: [(direction: Point, image: Point)] = []

  /// A vector `(x, z)` of the system.
  private struct Point {
    let x, z: VectorView

    init(_ arena: Arena, variables n: Int, rows m: Int) {
      x = arena.vector(n)
      z = arena.vector(m)
    }

    func add(_ alpha: Double, _ other: Point) {
      x.add(alpha, other.x)
      z.add(alpha, other.z)
    }

    func scale(_ alpha: Double) {
      x.scale(alpha)
      z.scale(alpha)
    }

    func dot(_ other: Point) -> Double { x.dot(other.x) + z.dot(other.z) }
  }

  init(_ problem: ConicProblem, cones: [any SymmetricCone], strategy: any KKTStrategy) {
    self.problem = problem
    self.cones = cones
    self.strategy = strategy
    residual = Point(arena, variables: problem.variableCount, rows: problem.rowCount)
  }

  func factorize() -> Bool { strategy.factorize() }

  /// Solves for right-hand side `(rₓ, r_z)`, refining while each step pays.
  /// - Returns: false when the solution is not finite.
  func solve(_ rx: VectorView, _ rz: VectorView, into x: VectorView, _ z: VectorView) -> Bool {
    x.copy(rx)
    z.copy(rz)
    strategy.solve(x, z)
    residual.x.copy(rx)
    residual.z.copy(rz)
    subtractOperator(x, z, from: residual)
    let target = Tuning.refinementAbsolute + Tuning.refinementRelative * max(rx.maximumNorm, rz.maximumNorm)
    var error = max(residual.x.maximumNorm, residual.z.maximumNorm)
    guard error.isFinite, residual.z.maximumNorm.isFinite else { return false }
    var step = 0
    while error > target, step < Tuning.refinementSteps {
      guard let alpha = nextCorrection(step) else { break }
      let correction = corrections[step]
      x.add(alpha, correction.direction.x)
      z.add(alpha, correction.direction.z)
      residual.add(-alpha, correction.image)
      let refined = max(residual.x.maximumNorm, residual.z.maximumNorm)
      let progress = error / refined
      error = refined
      step += 1
      if progress < Tuning.refinementProgress, step > Tuning.refinementPatience { break }
    }
    return true
  }

  /// `z·e_z − x·eₓ` with the residual `e` of the last solve: what that solve is short of in `qᵀx + bᵀz`.
  func shortfall(_ x: VectorView, _ z: VectorView) -> Double { z.dot(residual.z) - x.dot(residual.x) }

  /// Forms correction number `step` from the current residual and returns its optimal length; `nil` when it is useless.
  private func nextCorrection(_ step: Int) -> Double? {
    if corrections.count == step {
      let n = problem.variableCount
      let m = problem.rowCount
      corrections.append((Point(arena, variables: n, rows: m), Point(arena, variables: n, rows: m)))
    }
    let (direction, image) = corrections[step]
    direction.x.copy(residual.x)
    direction.z.copy(residual.z)
    strategy.solve(direction.x, direction.z)
    image.x.fill(0)
    image.z.fill(0)
    subtractOperator(direction.x, direction.z, from: image)
    image.scale(-1)
    for earlier in corrections[..<step] {
      let overlap = image.dot(earlier.image)
      image.add(-overlap, earlier.image)
      direction.add(-overlap, earlier.direction)
    }
    let norm = image.dot(image).squareRoot()
    // A correction that the operator all but annihilates lies in its null space: it cannot reduce the residual.
    guard norm > Tuning.refinementUseful * residual.dot(residual).squareRoot(), norm.isFinite else { return nil }
    image.scale(1 / norm)
    direction.scale(1 / norm)
    let alpha = residual.dot(image)
    return alpha.isFinite ? alpha : nil
  }

  /// `target ← target − K(x, z)`, on the rows that the strategy does not satisfy by construction; those become zero.
  private func subtractOperator(_ x: VectorView, _ z: VectorView, from target: Point) {
    problem.P.symmetricMultiplyAdd(-1, x, into: target.x)
    problem.A.transposeMultiplyAdd(-1, z, into: target.x)
    problem.A.multiplyAdd(-1, x, into: target.z)
    for cone in cones where !(cone is ZeroCone) {
      let rows = target.z.slice(cone.rows)
      if strategy.substitutesConicRows {
        rows.fill(0)
      } else {
        cone.applyH(z.slice(cone.rows), into: conicWork.slice(cone.rows))
        rows.add(1, conicWork.slice(cone.rows))
      }
    }
  }

  private lazy var conicWork: VectorView = arena.vector(problem.rowCount)
}
