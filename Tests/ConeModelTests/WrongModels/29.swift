import ConeModel

// an expression where a constraint is wanted
func wrong29(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: This line is no constraint
  _ = Problem.minimize(t) { sum(x) }
}
