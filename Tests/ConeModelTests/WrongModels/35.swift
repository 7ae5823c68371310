import ConeModel

// coefficient behind
func wrong35(
  _ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>, _ y: Expression<Vector, Affine>,
  _ M: Expression<Matrix, Affine>, _ X: Expression<Symmetric, Affine>, _ A: Constant<Matrix>
) {
  // error: A coefficient stands in front: 2 ⋅ x.
  _ = norm(x) * 2
}
