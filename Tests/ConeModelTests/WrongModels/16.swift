import ConeModel

// eigenvalue of a matrix that is not symmetric
func wrong16(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: symmetric by construction
  _ = lambdaMax(M)
}
