import ConeModel

// star for times
func wrong32(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: cannot convert value of type 'Expression<Vector, Affine>'
  _ = 2 * x + y
}
