import ConeModel

// log determinant
func wrong22(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: maximise rootDeterminant
  _ = Problem.maximize(logDet(X))
}
