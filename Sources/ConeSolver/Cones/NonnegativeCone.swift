import LinearAlgebra

/// `K = K* = ℝⁿ₊`, `e = 1`, `∘` entrywise.
///
/// `W = diag(√(s/z))`, `H = diag(s/z)`, `λ = √(s z)`, and the combined term reduces to
/// `ζ = z + (Δs Δz − σμ)/s`, free of square roots.
final class NonnegativeCone: SymmetricCone {
  let rows: Range<Int>
  var degree: Int { rows.count }
  private let arena = Arena()
  /// `h = s/z`, the diagonal of `H`.
  let scaling: VectorView
  private let s: VectorView

  init(rows: Range<Int>) {
    self.rows = rows
    scaling = arena.vector(rows.count)
    s = arena.vector(rows.count)
  }

  func margin(_ v: VectorView) -> Double {
    var least = Double.infinity
    for i in 0..<v.count { least = min(least, v[i]) }
    return least
  }

  func addIdentity(_ t: Double, to v: VectorView) {
    for i in 0..<v.count { v[i] += t }
  }

  func setIdentityScaling() {
    scaling.fill(1)
    s.fill(1)
  }

  func updateScaling(s: VectorView, z: VectorView) -> Bool {
    for i in 0..<s.count {
      guard s[i] > 0, z[i] > 0 else { return false }
      let h = s[i] / z[i]
      guard h > 0, h.isFinite else { return false }
      scaling[i] = h
      self.s[i] = s[i]
    }
    return true
  }

  func applyH(_ x: VectorView, into y: VectorView) {
    for i in 0..<x.count { y[i] = scaling[i] * x[i] }
  }

  func applyHInverse(_ x: VectorView, into y: VectorView) {
    for i in 0..<x.count { y[i] = x[i] / scaling[i] }
  }

  func combinedTerm(z: VectorView, ds: VectorView, dz: VectorView, sigmaMu: Double, into shift: VectorView) {
    for i in 0..<z.count { shift[i] = z[i] + (ds[i] * dz[i] - sigmaMu) / s[i] }
  }

  func maximumStep(s: VectorView, ds: VectorView, z: VectorView, dz: VectorView, limit: Double) -> Double {
    var alpha = limit
    for i in 0..<s.count {
      if ds[i] < 0 { alpha = min(alpha, -s[i] / ds[i]) }
      if dz[i] < 0 { alpha = min(alpha, -z[i] / dz[i]) }
    }
    return alpha
  }
}
