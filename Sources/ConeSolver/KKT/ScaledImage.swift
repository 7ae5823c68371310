import LinearAlgebra

/// `H⁻¹r` at one scaling, kept for the multiples of `r`: the right-hand sides of predictor, corrector and constant part are all
/// multiples of the primal residual, and corrections have none.
final class ScaledImage {
  private let arena = Arena()
  private let source, image: VectorView
  private var isKnown = false

  /// - Parameter rows: dimension of the cone, or 0 to keep nothing.
  init(rows: Int) {
    source = arena.vector(rows)
    image = arena.vector(rows)
  }

  func forget() { isKnown = false }

  func apply(_ cone: any SymmetricCone, _ r: VectorView, into target: VectorView) {
    let size = r.maximumNorm
    if size == 0 { return target.fill(0) }
    if isKnown, let factor = multiple(r, size: size) {
      target.copy(image)
      return target.scale(factor)
    }
    cone.applyHInverse(r, into: target)
    if source.count > 0, size.isFinite {
      source.copy(r)
      image.copy(target)
      isKnown = true
    }
  }

  /// `t` with `r = t·source` up to rounding.
  private func multiple(_ r: VectorView, size: Double) -> Double? {
    let factor = r.dot(source) / source.dot(source)
    guard factor.isFinite else { return nil }
    for i in 0..<r.count where abs(r[i] - factor * source[i]) > Tuning.proportional * size { return nil }
    return factor
  }
}
