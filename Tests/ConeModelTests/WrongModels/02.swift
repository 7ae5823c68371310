import ConeModel

// minimize a concave function
func wrong02(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: cannot minimize a concave expression
  _ = Problem.minimize(geometricMean(x))
}
