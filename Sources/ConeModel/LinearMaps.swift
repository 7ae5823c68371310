// Constant matrices applied to expressions. The product with a plain variable costs one term per nonzero of the
// constant and entry of the result; entries of zero leave no term. `⋅` maps from the left, shape to same shape; the
// other products are functions, because every further overload of an operator is paid in the compiler's time.

extension Expression where S: ColumnShape, C == Affine {
  /// `AX`, for `A` m × n and `X` a vector in ℝⁿ or an n × p matrix.
  ///
  /// Complexity: O(mnp) terms when the entries of `X` are single variables.
  public static func ⋅ (A: Constant<Matrix>, X: Self) -> Self {
    let height = X.body.extent.rows
    return Self(product(A, X.body) { k, j in j * height + k })
  }
}

/// `AX`, for `A` m × n and `X` symmetric of order n; the product is an ordinary matrix.
public func product(_ A: Constant<Matrix>, _ X: Expression<Symmetric, Affine>) -> Expression<Matrix, Affine> {
  .init(product(A, X.body, Triangle.index))
}

/// `XB`, for `X` symmetric of order n and `B` n × p; the product is an ordinary matrix.
public func product(_ X: Expression<Symmetric, Affine>, _ B: Constant<Matrix>) -> Expression<Matrix, Affine> {
  product(B.transposed(), X).transposed()
}

/// `XB`, for `X` m × n and `B` n × p.
public func product(_ X: Expression<Matrix, Affine>, _ B: Constant<Matrix>) -> Expression<Matrix, Affine> {
  (B.transposed() ⋅ X.transposed()).transposed()
}

/// The congruence `AXAᵀ`, for `A` m × n and `X` symmetric of order n: symmetric of order m.
///
/// Complexity: O(m² z²) terms, `z` the nonzeros in a row of `A`, when the entries of `X` are single variables.
public func congruence(_ A: Constant<Matrix>, _ X: Expression<Symmetric, Affine>) -> Expression<Symmetric, Affine> {
  if let fault = A.fault ?? X.body.fault { return .init(.faulty(fault), .square(A.rows)) }
  guard A.columns == X.order else {
    return .init(X.body.faulty(mismatch("congruence", A, X.body)))
  }
  let support = (0..<A.rows).map { i in (0..<A.columns).filter { A[i, $0] != 0 } }
  let rows = AffineRows.combination(of: [X.body.affine]) { writer in
    for j in 0..<A.rows {
      for i in 0...j {
        for k in support[i] {
          for l in support[j] { writer.add(A[i, k] * A[j, l], Triangle.index(k, l), of: X.body.affine) }
        }
        writer.endRow()
      }
    }
  }
  return .init(rows, .square(A.rows))
}

/// The rows of `AX` column by column; `position(k, j)` finds entry (k, j) of `X` among its rows.
private func product(
  _ A: Constant<Matrix>, _ X: ExpressionBody, _ position: (Int, Int) -> Int
) -> ExpressionBody {
  if let fault = A.fault ?? X.fault { return X.faulty(fault) }
  guard A.columns == X.extent.rows else { return X.faulty(mismatch("⋅", A, X)) }
  let rows = AffineRows.combination(of: [X.affine]) { writer in
    for j in 0..<X.extent.columns {
      for i in 0..<A.rows {
        for k in 0..<A.columns { writer.add(A[i, k], position(k, j), of: X.affine) }
        writer.endRow()
      }
    }
  }
  return ExpressionBody(extent: Extent(rows: A.rows, columns: X.extent.columns), affine: rows, curved: [])
}

private func mismatch(_ operation: String, _ A: Constant<Matrix>, _ X: ExpressionBody) -> ModelError {
  .shapeMismatch(operation: operation, left: "a \(A.extent) constant", right: X.summary)
}
