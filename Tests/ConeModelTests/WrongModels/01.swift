import ConeModel

// maximize a convex function
func wrong01(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: cannot maximize a convex expression
  _ = Problem.maximize(norm(x))
}
