import ConeModel

// maximum of concave functions
func wrong28(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: maximum of concave functions is not concave
  _ = max(vector(of: [min(x), min(y)]))
}
