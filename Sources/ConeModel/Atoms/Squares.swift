import LinearAlgebra

// Quadratic functions. In an objective they become part of `P`, with no variable or cone of their own.

/// `‖v‖₂²` of each group of consecutive entries.
struct SquaredNorms: Atom {
  let argument: ExpressionBody
  let sizes: [Int]

  var name: String { sizes == [argument.affine.count] ? "sumSquares" : "square" }
  var arguments: [ExpressionBody] { [argument] }
  var parameters: [Double] { sizes.map(Double.init) }
  var count: Int { sizes.count }
  var isNonnegative: Bool { true }

  func values(_ arguments: [[Double]]) -> [Double] {
    groups(of: sizes).map { group in arguments[0][group].reduce(0) { $0 + $1 * $1 } }
  }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    for (k, group) in groups(of: sizes).enumerated() {
      program.rotated(bound.slice(k), .constants([1]), argument.affine.slice(group))
    }
  }
}

/// `vᵀCv` for a positive-semidefinite `C`, kept for `P` as it was given and factored `C = FᵀF` for a cone.
struct QuadraticForm: Atom {
  let argument: ExpressionBody
  let matrix: SparseMatrix
  /// `Fv`.
  let factored: ExpressionBody

  var name: String { "quadForm" }
  var arguments: [ExpressionBody] { [argument] }
  var parameters: [Double] { matrix.entries.flatMap { [Double($0.row), Double($0.column), $0.value] } }
  var count: Int { 1 }
  var isNonnegative: Bool { true }

  func values(_ arguments: [[Double]]) -> [Double] {
    let arena = Arena()
    return withExtendedLifetime(arena) { [Swift.max(0, matrix.quadraticForm(arena.vector(arguments[0])))] }
  }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    program.rotated(bound, .constants([1]), factored.affine)
  }
}

/// `‖v‖₂²/y` for `y > 0`.
struct QuadraticOverLinear: Atom {
  let numerator: ExpressionBody
  let denominator: ExpressionBody

  var name: String { "quadOverLinear" }
  var arguments: [ExpressionBody] { [numerator, denominator] }
  var count: Int { 1 }
  var isNonnegative: Bool { true }

  func values(_ arguments: [[Double]]) -> [Double] {
    let squares = arguments[0].reduce(0) { $0 + $1 * $1 }
    let y = arguments[1][0]
    return [squares == 0 && y >= 0 ? 0 : y > 0 ? squares / y : .infinity]
  }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    program.rotated(bound, denominator.affine, numerator.affine)
  }
}

/// `‖x‖₂² = Σ xᵢ²`. In an objective it becomes part of `P`, exactly, with no variable or cone of its own.
public func sumSquares(_ x: Expression<Vector, Affine>) -> Expression<Scalar, Convex> { squares(x.body.affine) }

/// `‖X‖_F²`, the sum of the squares of all entries.
public func sumSquares(_ X: Expression<Matrix, Affine>) -> Expression<Scalar, Convex> { squares(X.body.affine) }

/// `‖X‖_F²` over all n² entries.
public func sumSquares(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Convex> { squares(X.body.isometric) }

/// `Σ fᵢ²` of convex functions known to be nonnegative, such as `sumSquares(positivePart(e))`; any other sign is the
/// fault `ModelError.unknownSign`.
public func sumSquares(_ f: Expression<Vector, Convex>) -> Expression<Scalar, Convex> {
  squares(f.body.demandingSign(of: "sumSquares").affine)
}

/// `a²`.
public func square(_ a: Expression<Scalar, Affine>) -> Expression<Scalar, Convex> { squares(a.body.affine) }

/// `f²` of a convex function known to be nonnegative; any other sign is the fault `ModelError.unknownSign`.
public func square(_ f: Expression<Scalar, Convex>) -> Expression<Scalar, Convex> {
  squares(f.body.demandingSign(of: "square").affine)
}

/// `xᵢ²`, entry by entry.
public func square(_ x: Expression<Vector, Affine>) -> Expression<Vector, Convex> {
  let n = x.body.affine.count
  return Expression(SquaredNorms(argument: x.body, sizes: [Int](repeating: 1, count: n)), .vector(n))
}

@available(*, unavailable, message: "DCP: the square of a concave expression need not be convex.")
public func square<S: Shape>(_ f: Expression<S, Concave>) -> Expression<S, Convex> { .init(f.body) }

/// `xᵀCx` for a positive-semidefinite `C`; one that is not is the fault `ModelError.notPositiveSemidefinite`.
///
/// Semidefinite is what a Cholesky factorisation finds up to rounding; a negative eigenvalue is refused, not rounded
/// away. Complexity: a sparse Cholesky factorisation of `C`.
public func quadForm(_ x: Expression<Vector, Affine>, _ C: Constant<Symmetric>) -> Expression<Scalar, Convex> {
  func faulty(_ fault: ModelError) -> Expression<Scalar, Convex> { Expression(.faulty(fault), .scalar) }
  if let fault = x.body.fault ?? C.fault { return faulty(fault) }
  guard C.order == x.count else {
    return faulty(.shapeMismatch(operation: "quadForm", left: x.body.summary, right: C.body.summary))
  }
  if let odd = C.values.first(where: { !$0.isFinite }) {
    return faulty(.notFinite(place: "the matrix of quadForm", value: odd))
  }
  let matrix = C.upperTriangle
  guard let factor = matrix.semidefiniteFactor() else {
    return faulty(.notPositiveSemidefinite(leastEigenvalue: C.eigenvalues.first ?? .nan))
  }
  let F = Constant<Matrix>(sparse: factor)
  return Expression(
    QuadraticForm(argument: x.body, matrix: matrix, factored: (F ⋅ x).body), .scalar)
}

/// `‖x‖₂²/y` on `y > 0`, which it implies.
///
/// - Parameter y: affine or concave.
public func quadOverLinear<C: ConcaveCurvature>(
  _ x: Expression<Vector, Affine>, _ y: Expression<Scalar, C>
) -> Expression<Scalar, Convex> {
  Expression(QuadraticOverLinear(numerator: x.body, denominator: y.body), .scalar)
}

private func squares(_ rows: AffineRows) -> Expression<Scalar, Convex> {
  let body = ExpressionBody(extent: .vector(rows.count), affine: rows)
  return Expression(SquaredNorms(argument: body, sizes: [rows.count]), .scalar)
}
