import LinearAlgebra

/// The elimination of the conic rows that every Schur complement shares:
///
///     z_c = H⁻¹(A_c x − r_c),     (P + A_cᵀH⁻¹A_c) x + Fᵀz_e = rₓ + A_cᵀH⁻¹r_c,     Fx = r_e
///
/// with `F` the equality rows.
final class ConicElimination {
  private let problem: ConicProblem
  private let cones: [any SymmetricCone]
  private let images: [ScaledImage]
  private let arena = Arena()
  private let work: VectorView

  init(_ problem: ConicProblem, cones: [any SymmetricCone]) {
    self.problem = problem
    self.cones = cones
    images = cones.map { ScaledImage(rows: $0 is any SemidefiniteScaling ? $0.rows.count : 0) }
    work = arena.vector(problem.rowCount)
  }

  /// A new scaling: images of the last one say nothing any more.
  func forget() {
    for image in images { image.forget() }
  }

  /// `target ← rₓ + A_cᵀH⁻¹r_c`.
  func reduce(_ x: VectorView, _ z: VectorView, into target: VectorView) {
    // H⁻¹r_c on conic rows, zero on equalities.
    for (cone, image) in zip(cones, images) {
      let rows = work.slice(cone.rows)
      if cone is ZeroCone { rows.fill(0) } else { image.apply(cone, z.slice(cone.rows), into: rows) }
    }
    target.copy(x)
    problem.A.transposeMultiplyAdd(1, work, into: target)
  }

  /// Overwrites `r_c` by `z_c = H⁻¹(A_c x − r_c)`; equality rows are left alone.
  func substitute(_ x: VectorView, into z: VectorView) {
    work.copy(z)
    work.scale(-1)
    problem.A.multiplyAdd(1, x, into: work)
    for cone in cones where !(cone is ZeroCone) {
      cone.applyHInverse(work.slice(cone.rows), into: z.slice(cone.rows))
    }
  }
}
