import ConeModel

// vector objective
func wrong19(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: An objective is a scalar
  _ = Problem.minimize(A ⋅ x)
}
