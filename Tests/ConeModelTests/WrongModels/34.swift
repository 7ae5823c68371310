import ConeModel

// convex plus concave
func wrong34(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: sum of a convex and a concave
  _ = sum {
    norm(x)
    min(y)
  }
}
