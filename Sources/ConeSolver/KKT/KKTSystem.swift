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
  /// Cones whose rows of the system are held in the frames of `H`; the other rows hold by construction.
  private let framed: [any SymmetricCone]
  /// When a solution is accurate enough; without one, refinement goes on while it pays.
  private let goal: RefinementGoal?
  private let arena = Arena()
  /// Residual of the current solution.
  private let residual: Point
  /// Corrections `d` and their images `Kd`, the images orthonormal; made when first needed. The first `known` of them belong to the
  /// present factorisation and serve every solve with it.
  private var corrections: [(direction: Point, image: Point)] = []
  private var known = 0

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

    var norm: Double { max(x.maximumNorm, z.maximumNorm) }
  }

  init(_ problem: ConicProblem, strategy: any KKTStrategy, goal: RefinementGoal? = nil) {
    self.goal = goal
    self.problem = problem
    cones = strategy.cones
    framed = strategy.substitutesConicRows ? [] : cones.filter { !($0 is ZeroCone) }
    self.strategy = strategy
    residual = Point(arena, variables: problem.variableCount, rows: problem.rowCount)
  }

  func factorize() -> Bool {
    known = 0
    return strategy.factorize()
  }

  /// Solves for right-hand side `(rₓ, r_z)`, refining while each step pays.
  /// - Returns: false when the solution is not finite.
  func solve(_ rx: VectorView, _ rz: VectorView, into x: VectorView, _ z: VectorView) -> Bool {
    residual.x.copy(rx)
    residual.z.copy(rz)
    for cone in framed { cone.enterFrame(residual.z.slice(cone.rows)) }
    x.copy(residual.x)
    z.copy(residual.z)
    strategy.solve(x, z)
    subtractOperator(x, z, from: residual)
    let size = max(rx.maximumNorm, rz.maximumNorm)
    let target = Tuning.refinementAbsolute + Tuning.refinementRelative * size
    let sufficient = Tuning.refinementSufficient * size
    guard residual.norm.isFinite else { return false }
    for earlier in corrections[..<known] where residual.norm > target { apply(earlier, to: x, z) }
    var error = residual.norm
    for _ in 0..<Tuning.refinementSteps where error > target && known < Tuning.recycledCorrections {
      if let goal, goal.isMet(x: residual.x, z: residual.z, size: size) { break }
      guard formCorrection() else { break }
      apply(corrections[known - 1], to: x, z)
      let progress = error / residual.norm
      error = residual.norm
      if error <= sufficient, progress < Tuning.refinementProgress { break }
    }
    for cone in framed {
      cone.leaveFrame(z.slice(cone.rows))
      cone.leaveFrame(residual.z.slice(cone.rows))
    }
    return true
  }

  /// `z·e_z − x·eₓ` with the residual `e` of the last solve: what that solve is short of in `qᵀx + bᵀz`.
  func shortfall(_ x: VectorView, _ z: VectorView) -> Double { z.dot(residual.z) - x.dot(residual.x) }

  /// Adds the optimal multiple of a correction to a solution.
  private func apply(_ correction: (direction: Point, image: Point), to x: VectorView, _ z: VectorView) {
    let alpha = residual.dot(correction.image)
    x.add(alpha, correction.direction.x)
    z.add(alpha, correction.direction.z)
    residual.add(-alpha, correction.image)
  }

  /// Forms the next correction from the current residual; false when it is useless.
  private func formCorrection() -> Bool {
    if corrections.count == known {
      let n = problem.variableCount
      let m = problem.rowCount
      corrections.append((Point(arena, variables: n, rows: m), Point(arena, variables: n, rows: m)))
    }
    let (direction, image) = corrections[known]
    direction.x.copy(residual.x)
    direction.z.copy(residual.z)
    strategy.solve(direction.x, direction.z)
    image.x.fill(0)
    image.z.fill(0)
    subtractOperator(direction.x, direction.z, from: image)
    image.scale(-1)
    for earlier in corrections[..<known] {
      let overlap = image.dot(earlier.image)
      image.add(-overlap, earlier.image)
      direction.add(-overlap, earlier.direction)
    }
    let norm = image.dot(image).squareRoot()
    // A correction that the operator all but annihilates lies in its null space: it cannot reduce the residual.
    guard norm > Tuning.refinementUseful * residual.dot(residual).squareRoot(), norm.isFinite else { return false }
    image.scale(1 / norm)
    direction.scale(1 / norm)
    known += 1
    return true
  }

  /// `target ← target − K(x, z)`, conic rows in their frames, on the rows that the strategy does not satisfy by construction; those become zero.
  private func subtractOperator(_ x: VectorView, _ z: VectorView, from target: Point) {
    problem.P.symmetricMultiplyAdd(-1, x, into: target.x)
    work.copy(z)
    for cone in framed { cone.leaveFrame(work.slice(cone.rows)) }
    problem.A.transposeMultiplyAdd(-1, work, into: target.x)
    if strategy.substitutesConicRows {
      problem.A.multiplyAdd(-1, x, into: target.z)
      for cone in cones where !(cone is ZeroCone) { target.z.slice(cone.rows).fill(0) }
      return
    }
    work.fill(0)
    problem.A.multiplyAdd(-1, x, into: work)
    for cone in framed { cone.enterFrame(work.slice(cone.rows)) }
    target.z.add(1, work)
    for cone in framed {
      let part = work.slice(cone.rows)
      cone.applyFramedH(z.slice(cone.rows), into: part)
      target.z.slice(cone.rows).add(1, part)
    }
  }

  private lazy var work: VectorView = arena.vector(problem.rowCount)
}
