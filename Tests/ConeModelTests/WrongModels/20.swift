import ConeModel

// logarithm
func wrong20(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: log needs an exponential cone
  _ = log(t)
}
