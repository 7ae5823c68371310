import ConeModel

// product of two variables
func wrong33(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: a product of two expressions is neither convex nor concave
  _ = t ⋅ t
}
