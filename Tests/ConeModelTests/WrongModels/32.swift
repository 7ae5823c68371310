import ConeModel

// star for a matrix product
func wrong32(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: A linear map is written A ⋅ x; * between matrices has two readings.
  _ = sumSquares(A * x - y)
}
