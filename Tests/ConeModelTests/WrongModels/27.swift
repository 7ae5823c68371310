import ConeModel

// square of a concave function
func wrong27(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: need not be convex
  _ = square(min(x))
}
