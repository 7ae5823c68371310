import LinearAlgebra

/// The optimality conditions of a point `(x, s, z)`, evaluated on the user's data.
///
/// Each residual comes with the largest of its own terms, so a test reads `residual ≤ ε_abs + ε_rel·scale` with nothing in
/// the denominator but what was added up (the form of SCS, algorithm notes on termination):
///
///     primal  ‖Ax + s − b‖∞            against  ‖Ax‖∞, ‖s‖∞, ‖b‖∞
///     dual    ‖Px + Aᵀz + q‖∞          against  ‖Px‖∞, ‖Aᵀz‖∞, ‖q‖∞
///     gap     |xᵀPx + qᵀx + bᵀz|       against  |xᵀPx|, |qᵀx|, |bᵀz|
///     DIMACS  the largest of e1, e3, e5, e6     against  `Tuning.dimacsFactor` times the tolerance
struct OptimalityMeasures {
  var primalResidual, primalScale: Double
  var dualResidual, dualScale: Double
  var gap, gapScale: Double
  var primalObjective, dualObjective: Double
  /// Euclidean norms, for the DIMACS errors.
  private var primalResidual2, dualResidual2, complementarity: Double
  private var qNorm, bNorm: Double
  /// `bᵀz` and `qᵀx`: negative ones of a certificate and of a ray.
  private var bz, qx: Double

  /// Complexity: O(n + m + nonzeros).
  init(_ problem: ConicProblem, x: [Double], s: [Double], z: [Double]) {
    let arena = Arena()
    let xv = arena.vector(x)
    let sv = arena.vector(s)
    let zv = arena.vector(z)
    let Px = arena.vector(x.count)
    let ATz = arena.vector(x.count)
    let Ax = arena.vector(s.count)
    let q = arena.vector(problem.q)
    let b = arena.vector(problem.b)
    problem.P.symmetricMultiplyAdd(1, xv, into: Px)
    problem.A.transposeMultiplyAdd(1, zv, into: ATz)
    problem.A.multiplyAdd(1, xv, into: Ax)
    let xPx = Px.dot(xv)
    qx = q.dot(xv)
    bz = b.dot(zv)
    complementarity = sv.dot(zv)
    qNorm = q.maximumNorm
    bNorm = b.maximumNorm
    primalScale = max(Ax.maximumNorm, sv.maximumNorm, b.maximumNorm)
    dualScale = max(Px.maximumNorm, ATz.maximumNorm, q.maximumNorm)
    gapScale = max(abs(xPx), abs(qx), abs(bz))
    Ax.add(1, sv)
    Ax.add(-1, b)
    ATz.add(1, Px)
    ATz.add(1, q)
    primalResidual = Ax.maximumNorm
    primalResidual2 = Ax.euclideanNorm
    dualResidual = ATz.maximumNorm
    dualResidual2 = ATz.euclideanNorm
    primalObjective = 0.5 * xPx + qx
    dualObjective = -0.5 * xPx - bz
    gap = abs(xPx + qx + bz)
  }

  /// Whether `z` may be close to a certificate of primal infeasibility, or `(x, s)` to a ray: the objective outweighs what the residual
  /// and the right-hand side leave of `Aᵀz` or of `Ax + s`.
  var mayBeCertificate: Bool {
    bz < 0 && dualResidual + qNorm <= -Tuning.certificateHint * bz
      || qx < 0 && primalResidual + bNorm <= -Tuning.certificateHint * qx
  }

  /// The largest residual in units of its tolerance; at most 1 passes. NaN never passes.
  func worstRatio(epsAbs: Double, epsRel: Double) -> Double {
    let ratios = [
      Self.ratio(primalResidual, epsAbs, epsRel, primalScale),
      Self.ratio(dualResidual, epsAbs, epsRel, dualScale),
      Self.ratio(gap, epsAbs, epsRel, gapScale),
      Self.ratio(worstDIMACS, Tuning.dimacsFactor * max(epsAbs, epsRel), 0, 1),
    ]
    return ratios.contains { $0.isNaN } ? .infinity : ratios.max()!
  }

  /// Whether the gap is within `Tuning.dimacsFactor` times the tolerances of the objectives with the user's constant.
  func hasSmallGap(_ settings: Settings) -> Bool {
    let constant = settings.objectiveConstant
    let size = max(abs(primalObjective + constant), abs(dualObjective + constant))
    return gap <= Tuning.dimacsFactor * (settings.epsAbs + settings.epsRel * size)
  }

  /// The six DIMACS errors without the two cone margins, largest modulus; the complementarity `sᵀz` among them notices a
  /// residual that is small against its terms but multiplies a large `x` or `z`.
  var worstDIMACS: Double {
    let objectives = 1 + abs(primalObjective) + abs(dualObjective)
    return max(dualResidual2 / (1 + qNorm), primalResidual2 / (1 + bNorm), gap / objectives, abs(complementarity) / objectives)
  }

  private static func ratio(_ residual: Double, _ epsAbs: Double, _ epsRel: Double, _ scale: Double) -> Double {
    residual == 0 ? 0 : residual / (epsAbs + epsRel * scale)
  }

  /// Residuals with the six DIMACS errors; see `Residuals.dimacs`.
  func residuals(margins: ConeMargins) -> Residuals {
    let objectives = 1 + abs(primalObjective) + abs(dualObjective)
    return Residuals(
      primal: primalResidual, dual: dualResidual, gap: gap,
      dimacs: [
        dualResidual2 / (1 + qNorm), max(0, -margins.dual) / (1 + qNorm),
        primalResidual2 / (1 + bNorm), max(0, -margins.primal) / (1 + bNorm),
        (primalObjective - dualObjective) / objectives, complementarity / objectives,
      ])
  }
}
