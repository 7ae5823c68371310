// Functions of expressions. Sums over a symmetric matrix run over all n² entries, so an entry off the diagonal counts
// twice, as it does in the matrix.

// MARK: - Affine

/// `Σ xᵢ`.
public func sum(_ x: Expression<Vector, Affine>) -> Expression<Scalar, Affine> { combined(x.body) { _ in 1 } }

/// `Σ Xᵢⱼ` over all entries.
public func sum(_ X: Expression<Matrix, Affine>) -> Expression<Scalar, Affine> { combined(X.body) { _ in 1 } }

/// `Σ Xᵢⱼ` over all n² entries.
public func sum(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Affine> {
  let weights = triangleWeights(order: X.order, offDiagonal: 2)
  return combined(X.body) { weights[$0] }
}

/// The sum of scalars, in one pass; `+` in a loop would copy the growing sum each time.
public func sum(_ terms: [Expression<Scalar, Affine>]) -> Expression<Scalar, Affine> { sum(vector(of: terms)) }

/// `Σ Xᵢᵢ`.
public func trace(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Affine> { sum(diagonal(X)) }

/// `cᵀx`.
public func inner(_ c: [Double], _ x: Expression<Vector, Affine>) -> Expression<Scalar, Affine> {
  inner(vectorBody(c), x.body) { c[$0] }
}

/// `⟨C, X⟩ = Σ Cᵢⱼ Xᵢⱼ`.
public func inner(_ C: Constant<Matrix>, _ X: Expression<Matrix, Affine>) -> Expression<Scalar, Affine> {
  inner(C.body, X.body) { C.values[$0] }
}

/// `⟨C, X⟩ = tr(CX)` over all n² entries.
public func inner(_ C: Constant<Symmetric>, _ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Affine> {
  let weights = triangleWeights(order: X.order, offDiagonal: 2)
  return inner(C.body, X.body) { weights[$0] * C.values[$0] }
}

// MARK: - Convex

/// `‖x‖₂² = Σ xᵢ²`. In an objective it becomes part of `P`, exactly, with no variable or cone of its own.
public func sumSquares(_ x: Expression<Vector, Affine>) -> Expression<Scalar, Convex> {
  curved(.sumSquares, x.body.affine)
}

/// `‖X‖_F²`, the sum of the squares of all entries.
public func sumSquares(_ X: Expression<Matrix, Affine>) -> Expression<Scalar, Convex> {
  curved(.sumSquares, X.body.affine)
}

/// `‖X‖_F²` over all n² entries.
public func sumSquares(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Convex> {
  let weights = triangleWeights(order: X.order, offDiagonal: 2.0.squareRoot())
  return curved(.sumSquares, X.body.affine.scaled { weights[$0] })
}

/// `a²`.
public func square(_ a: Expression<Scalar, Affine>) -> Expression<Scalar, Convex> {
  curved(.sumSquares, a.body.affine)
}

/// The Euclidean norm `‖x‖₂`, by a second-order cone.
public func norm(_ x: Expression<Vector, Affine>) -> Expression<Scalar, Convex> {
  curved(.norm, x.body.affine)
}

@available(*, unavailable, message: "A matrix has several norms; write norm(entries(M)) for the Frobenius norm.")
public func norm(_ X: Expression<Matrix, Affine>) -> Expression<Scalar, Convex> { curved(.norm, X.body.affine) }

// MARK: - Parts

/// The scalar `weight · φ(argument)` with weight 1.
private func curved(_ function: CurvedTerm.Function, _ argument: AffineRows) -> Expression<Scalar, Convex> {
  if let fault = argument.fault { return Expression(.faulty(fault), .scalar) }
  // The zero row names the model, so that a meeting of two models is found wherever it happens.
  let zero = AffineRows.constants([0], model: argument.model)
  let term = CurvedTerm(weight: 1, function: function, argument: argument)
  return Expression(ExpressionBody(extent: .scalar, affine: zero, curved: [term]))
}

private func combined(_ body: ExpressionBody, _ weight: (Int) -> Double) -> Expression<Scalar, Affine> {
  Expression(body.affine.weightedSum((0..<body.affine.count).map(weight)), .scalar)
}

private func inner(
  _ c: ExpressionBody, _ x: ExpressionBody, _ weight: (Int) -> Double
) -> Expression<Scalar, Affine> {
  if let fault = c.fault ?? x.fault { return Expression(.faulty(fault), .scalar) }
  guard c.extent == x.extent else {
    let fault = ModelError.shapeMismatch(operation: "inner", left: c.summary, right: x.summary)
    return Expression(.faulty(fault), .scalar)
  }
  return combined(x, weight)
}

/// 1 on the diagonal and `offDiagonal` above it, in the order of the upper triangle.
func triangleWeights(order: Int, offDiagonal: Double) -> [Double] {
  var weights = [Double](repeating: offDiagonal, count: Triangle.count(order: max(order, 0)))
  for i in 0..<max(order, 0) { weights[Triangle.index(i, i)] = 1 }
  return weights
}
