import LinearAlgebra

/// When a solution of the Newton system is accurate enough for a step.
///
/// What is left of the equations of `x` and of the equality rows adds to the residuals `Fₓ`, `F_z` of the embedding and to nothing
/// else: a small share of these, or of the tolerance that they have to meet in the end, does no harm (an inexact Newton method:
/// R. S. Dembo, S. C. Eisenstat and T. Steihaug, SIAM J. Numer. Anal. 19, 1982). Both are measured in the units of the program before
/// equilibration. What is left of a conic row shifts complementarity, which is as small as `μ`: there the right-hand side is the measure.
final class RefinementGoal {
  private let arena = Arena()
  /// Units of the equations before equilibration.
  private let unitX, unitZ: VectorView
  private let toleranceX, toleranceZ: Double
  private let equalities: [Range<Int>]
  private let conic: [Range<Int>]
  private var allowedX = 0.0
  private var allowedZ = 0.0

  init(_ scaled: Equilibration, cones: [any SymmetricCone], settings: Settings) {
    unitX = arena.vector(scaled.D.map { 1 / (scaled.costScale * scaled.rightHandScale * $0) })
    unitZ = arena.vector(scaled.E.map { 1 / (scaled.rightHandScale * $0) })
    equalities = cones.filter { $0 is ZeroCone }.map(\.rows)
    conic = cones.filter { !($0 is ZeroCone) }.map(\.rows)
    let (q, b) = (arena.vector(scaled.problem.q), arena.vector(scaled.problem.b))
    toleranceX = settings.epsAbs + settings.epsRel * Self.norm(q, unitX, 0..<q.count)
    toleranceZ = settings.epsAbs + settings.epsRel * Self.norm(b, unitZ, 0..<b.count)
  }

  /// Takes the residual of the iterate from which the next step goes.
  func update(_ residual: EmbeddingResidual, tau: Double) {
    let share = Tuning.refinementGoal
    allowedX = share * max(Self.norm(residual.x, unitX, 0..<unitX.count), toleranceX * tau)
    allowedZ = share * max(Self.norm(residual.z, unitZ, 0..<unitZ.count), toleranceZ * tau)
  }

  /// Whether a solution with residual `(x, z)` for a right-hand side of the given size will do.
  func isMet(x: VectorView, z: VectorView, size: Double) -> Bool {
    Self.norm(x, unitX, 0..<x.count) <= allowedX
      && equalities.allSatisfy { Self.norm(z, unitZ, $0) <= allowedZ }
      && conic.allSatisfy { z.slice($0).maximumNorm <= Tuning.refinementSufficient * size }
  }

  /// `‖Fₓ‖` and `‖F_z‖` in shares of the tolerances they have to meet in the end.
  func shares(x: VectorView, z: VectorView) -> (dual: Double, primal: Double) {
    (Self.norm(x, unitX, 0..<x.count) / toleranceX, Self.norm(z, unitZ, 0..<z.count) / toleranceZ)
  }

  private static func norm(_ v: VectorView, _ unit: VectorView, _ range: Range<Int>) -> Double {
    var largest = 0.0
    for i in range { largest = max(largest, abs(v[i] * unit[i])) }
    return largest
  }
}
