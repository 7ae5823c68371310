// Constant matrices applied to expressions. The product with a plain variable costs one term per nonzero of the
// constant and entry of the result; entries of zero leave no term. `⋅` maps from the left, shape to same shape; the
// other products are functions, because every further overload of an operator is paid in the compiler's time.

extension Expression where S: ColumnShape, C == Affine {
  /// `AX`, for `A` m × n and `X` a vector in ℝⁿ or an n × p matrix.
  ///
  /// Complexity: O(nonzeros of A · p) terms when the entries of `X` are single variables.
  public static func ⋅ (A: Constant<Matrix>, X: Self) -> Self {
    let height = X.body.extent.rows
    return Self(product(A, X.body) { k, j in j * height + k })
  }
}

extension Constant where S == Matrix {
  /// `A(x)`, the same as `A ⋅ x`.
  public func callAsFunction<T: ColumnShape>(_ x: Expression<T, Affine>) -> Expression<T, Affine> { self ⋅ x }
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

/// `Xc`, for `X` m × n and `c` in ℝⁿ.
public func product(_ X: Expression<Matrix, Affine>, _ c: [Double]) -> Expression<Vector, Affine> {
  Expression(product(X, Constant(rows: c.count, columns: 1, columnMajor: c)).body)
}

/// `Xc`, for `X` symmetric of order n and `c` in ℝⁿ.
public func product(_ X: Expression<Symmetric, Affine>, _ c: [Double]) -> Expression<Vector, Affine> {
  Expression(product(X, Constant(rows: c.count, columns: 1, columnMajor: c)).body)
}

/// `xcᵀ`, the matrix of all products of an entry of `x` and one of `c`.
public func outer(_ x: Expression<Vector, Affine>, _ c: [Double]) -> Expression<Matrix, Affine> {
  let n = x.body.affine.count
  let rows = AffineRows.combination(of: [x.body.affine]) { writer in
    for factor in c {
      for i in 0..<n {
        writer.add(factor, i, of: x.body.affine)
        writer.endRow()
      }
    }
  }
  return Expression(rows, Extent(rows: n, columns: c.count))
}

/// The congruence `AXAᵀ`, for `A` m × n and `X` symmetric of order n: symmetric of order m.
///
/// Complexity: O(m² z²) terms, `z` the nonzeros in a row of `A`, when the entries of `X` are single variables.
public func congruence(_ A: Constant<Matrix>, _ X: Expression<Symmetric, Affine>) -> Expression<Symmetric, Affine> {
  if let fault = A.fault ?? X.body.fault { return .init(.faulty(fault), .square(A.rows)) }
  guard A.columns == X.order else {
    return .init(X.body.faulty(mismatch("congruence", A, X.body)))
  }
  let nonzeros = A.nonzeroRows
  let rows = AffineRows.combination(of: [X.body.affine]) { writer in
    for j in 0..<A.rows {
      for i in 0...j {
        for (k, a) in nonzeros[i] {
          for (l, b) in nonzeros[j] { writer.add(a * b, Triangle.index(k, l), of: X.body.affine) }
        }
        writer.endRow()
      }
    }
  }
  return .init(rows, .square(A.rows))
}

/// The Kronecker product `A ⊗ X`: the blocks `AᵢⱼX`.
///
/// Complexity: O(nonzeros of A · entries of X) terms when those are single variables.
public func kronecker(_ A: Constant<Matrix>, _ X: Expression<Matrix, Affine>) -> Expression<Matrix, Affine> {
  kronecker(A, X, isConstantFirst: true)
}

/// The Kronecker product `X ⊗ A`: the blocks `XᵢⱼA`.
public func kronecker(_ X: Expression<Matrix, Affine>, _ A: Constant<Matrix>) -> Expression<Matrix, Affine> {
  kronecker(A, X, isConstantFirst: false)
}

/// The Kronecker product `A ⊗ X` of symmetric matrices, which is symmetric.
public func kronecker(_ A: Constant<Symmetric>, _ X: Expression<Symmetric, Affine>) -> Expression<Symmetric, Affine> {
  if let fault = A.fault ?? X.body.fault { return .init(.faulty(fault), .square(A.order * X.order)) }
  let n = X.order
  let rows = AffineRows.combination(of: [X.body.affine]) { writer in
    Triangle.forEach(order: A.order * n) { _, i, j in
      writer.add(A[i / n, j / n], Triangle.index(i % n, j % n), of: X.body.affine)
      writer.endRow()
    }
  }
  return .init(rows, .square(A.order * n))
}

private func kronecker(
  _ A: Constant<Matrix>, _ X: Expression<Matrix, Affine>, isConstantFirst: Bool
) -> Expression<Matrix, Affine> {
  let extent = Extent(rows: A.rows * X.rows, columns: A.columns * X.columns)
  if let fault = A.fault ?? X.body.fault { return .init(.faulty(fault), extent) }
  // Entry (i, j) of the product is that of the slow factor at the quotients times that of the fast one at the rest.
  let fast = isConstantFirst ? X.body.extent : A.extent
  let rows = AffineRows.combination(of: [X.body.affine]) { writer in
    for j in 0..<extent.columns {
      for i in 0..<extent.rows {
        let (slowI, slowJ) = (i / fast.rows, j / fast.columns)
        let (fastI, fastJ) = (i % fast.rows, j % fast.columns)
        let factor = isConstantFirst ? A[slowI, slowJ] : A[fastI, fastJ]
        let place = isConstantFirst ? fastJ * X.rows + fastI : slowJ * X.rows + slowI
        writer.add(factor, place, of: X.body.affine)
        writer.endRow()
      }
    }
  }
  return .init(rows, extent)
}

/// The rows of `AX` column by column; `position(k, j)` finds entry (k, j) of `X` among its rows.
private func product(
  _ A: Constant<Matrix>, _ X: ExpressionBody, _ position: (Int, Int) -> Int
) -> ExpressionBody {
  if let fault = A.fault ?? X.fault { return X.faulty(fault) }
  guard A.columns == X.extent.rows else { return X.faulty(mismatch("⋅", A, X)) }
  let nonzeros = A.nonzeroRows
  let rows = AffineRows.combination(of: [X.affine]) { writer in
    for j in 0..<X.extent.columns {
      for i in 0..<A.rows {
        for (k, a) in nonzeros[i] { writer.add(a, position(k, j), of: X.affine) }
        writer.endRow()
      }
    }
  }
  return ExpressionBody(extent: Extent(rows: A.rows, columns: X.extent.columns), affine: rows)
}

private func mismatch(_ operation: String, _ A: Constant<Matrix>, _ X: ExpressionBody) -> ModelError {
  .shapeMismatch(operation: operation, left: "a \(A.extent) constant", right: X.summary)
}
