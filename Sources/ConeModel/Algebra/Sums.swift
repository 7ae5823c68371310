// Sums and inner products. Over a symmetric matrix they run over all n² entries, so an entry off the diagonal counts
// twice, as it does in the matrix.

/// `Σ xᵢ`, of the curvature of the entries.
public func sum<C: Curvature>(_ x: Expression<Vector, C>) -> Expression<Scalar, C> { combined(x.body) { _ in 1 } }

/// `Σ Xᵢⱼ` over all entries.
public func sum(_ X: Expression<Matrix, Affine>) -> Expression<Scalar, Affine> { combined(X.body) { _ in 1 } }

/// `Σ Xᵢⱼ` over all n² entries.
public func sum(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Affine> {
  let weights = triangleWeights(order: X.order, offDiagonal: 2)
  return combined(X.body) { weights[$0] }
}

/// The sum of scalars, in one pass; `+` in a loop would copy the growing sum each time.
public func sum<C: Curvature>(_ terms: [Expression<Scalar, C>]) -> Expression<Scalar, C> { sum(vector(of: terms)) }

/// `Σ Xᵢᵢ`.
public func trace(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Affine> { sum(diagonal(X)) }

/// `Σ Mᵢᵢ` of a square matrix.
public func trace(_ M: Expression<Matrix, Affine>) -> Expression<Scalar, Affine> { sum(diagonal(M)) }

/// `cᵀx`.
public func inner(_ c: [Double], _ x: Expression<Vector, Affine>) -> Expression<Scalar, Affine> {
  inner(vectorBody(c), x.body) { c[$0] }
}

/// `Σ cᵢfᵢ` of convex or concave functions.
///
/// - Parameter c: zero or more, every entry; anything else is the fault `ModelError.negativeWeight`.
public func inner<C: CurvedCurvature>(_ c: [Double], _ f: Expression<Vector, C>) -> Expression<Scalar, C> {
  if let negative = c.first(where: { !($0 >= 0) }) { return Expression(f.body.faulty(.negativeWeight(negative))) }
  return inner(vectorBody(c), f.body) { c[$0] }
}

/// `⟨C, X⟩ = Σ Cᵢⱼ Xᵢⱼ`.
public func inner(_ C: Constant<Matrix>, _ X: Expression<Matrix, Affine>) -> Expression<Scalar, Affine> {
  inner(extent: C.extent, fault: C.fault, X) { use in C.forEachNonzero { i, j, value in use(value, j * C.rows + i) } }
}

/// `⟨C, X⟩ = tr(CX)` over all n² entries.
public func inner(_ C: Constant<Symmetric>, _ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Affine> {
  inner(extent: C.extent, fault: C.fault, X) { use in
    C.forEachNonzero { i, j, value in use(i == j ? value : 2 * value, Triangle.index(i, j)) }
  }
}

// MARK: - Parts

private func combined<C: Curvature>(_ body: ExpressionBody, _ weight: (Int) -> Double) -> Expression<Scalar, C> {
  Expression(body.affine.weightedSum((0..<body.affine.count).map(weight)), .scalar)
}

private func inner<C: Curvature>(
  _ c: ExpressionBody, _ x: ExpressionBody, _ weight: (Int) -> Double
) -> Expression<Scalar, C> {
  if let fault = c.fault ?? x.fault { return Expression(.faulty(fault), .scalar) }
  guard c.extent == x.extent else {
    let fault = ModelError.shapeMismatch(operation: "inner", left: c.summary, right: x.summary)
    return Expression(.faulty(fault), .scalar)
  }
  return combined(x, weight)
}

/// `Σ weight · (row of X)` over the weights and rows that `forEach` gives.
private func inner<S: MatrixShape>(
  extent: Extent, fault: ModelError?, _ X: Expression<S, Affine>, _ forEach: ((Double, Int) -> Void) -> Void
) -> Expression<Scalar, Affine> {
  if let fault = fault ?? X.body.fault { return Expression(.faulty(fault), .scalar) }
  guard extent == X.body.extent else {
    let left = "a \(extent) constant"
    return Expression(.faulty(.shapeMismatch(operation: "inner", left: left, right: X.body.summary)), .scalar)
  }
  return Expression(
    .combination(of: [X.body.affine]) { writer in
      writer.add(of: X.body.affine, forEach)
      writer.endRow()
    }, .scalar)
}

/// 1 on the diagonal and `offDiagonal` above it, in the order of the upper triangle.
func triangleWeights(order: Int, offDiagonal: Double) -> [Double] {
  var weights = [Double](repeating: offDiagonal, count: Triangle.count(order: Swift.max(order, 0)))
  for i in 0..<Swift.max(order, 0) { weights[Triangle.index(i, i)] = 1 }
  return weights
}
