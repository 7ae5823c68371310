import ConeModel

// a comparison of numbers
func wrong30(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: compares numbers, not expressions
  _ = Problem.minimize(t) { x.count == 3 }
}
