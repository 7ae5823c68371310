import ConeModel

// product of two variables by star
func wrong24(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: DCP: a product of two expressions is neither convex nor concave; one factor is data.
  _ = x[0] * x[1]
}
