import ConeModel

// affine below convex
func wrong04(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: 'affine <= convex' is not a convex set
  _ = t <= norm(x)
}
