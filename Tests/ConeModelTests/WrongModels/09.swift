import ConeModel

// difference of convex functions
func wrong09(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: difference of two convex expressions
  _ = norm(x) - norm(y)
}
