import ConeModel

// square root of a convex function
func wrong25(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: need not be concave
  _ = squareRoot(sumSquares(x))
}
