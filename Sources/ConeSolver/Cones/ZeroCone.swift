import LinearAlgebra

/// `K = {0}ⁿ`, `K* = ℝⁿ`: equality rows. `s` stays zero, `H = 0`, and `z` is free, so every operator is trivial.
final class ZeroCone: SymmetricCone {
  let rows: Range<Int>
  let degree = 0

  init(rows: Range<Int>) { self.rows = rows }

  func margin(_ v: VectorView) -> Double { .infinity }
  func addIdentity(_ t: Double, to v: VectorView) {}
  func setIdentityScaling() {}
  func updateScaling(s: VectorView, z: VectorView) -> Bool { true }
  func applyH(_ x: VectorView, into y: VectorView) { y.fill(0) }
  func applyHInverse(_ x: VectorView, into y: VectorView) { y.fill(.nan) }
  func combinedTerm(z: VectorView, ds: VectorView, dz: VectorView, sigmaMu: Double, into shift: VectorView) { shift.fill(0) }
  func maximumStep(s: VectorView, ds: VectorView, z: VectorView, dz: VectorView, limit: Double) -> Double { limit }
}
