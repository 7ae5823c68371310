import ConeModel

// convex below convex
func wrong05(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: 'convex <= convex' is not a convex set
  _ = norm(x) <= norm(y)
}
