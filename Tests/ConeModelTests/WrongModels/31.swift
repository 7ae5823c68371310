import ConeModel

// a long sum with one mistake
func wrong31(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: need not be concave
  _ =
    sum {
      2 ⋅ t
      3 ⋅ sum(x)
      -1.5 ⋅ t
      4 ⋅ sum(y)
      squareRoot(sumSquares(x))
      -2 ⋅ t
    } <= 10
}
