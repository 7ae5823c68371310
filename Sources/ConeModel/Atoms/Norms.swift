// Norms of vectors and of the entries of matrices.

/// `‖v‖₂` of each group of consecutive entries.
struct EuclideanNorms: Atom {
  let argument: ExpressionBody
  let sizes: [Int]

  var name: String { "norm" }
  var arguments: [ExpressionBody] { [argument] }
  var parameters: [Double] { sizes.map(Double.init) }
  var count: Int { sizes.count }
  var isNonnegative: Bool { true }

  func values(_ arguments: [[Double]]) -> [Double] {
    groups(of: sizes).map { group in arguments[0][group].reduce(0) { $0 + $1 * $1 }.squareRoot() }
  }

  func state(_ bound: AffineRows, in program: inout some ConeProgram) {
    for (k, group) in groups(of: sizes).enumerated() {
      program.secondOrder(.stack([bound.slice(k), argument.affine.slice(group)]))
    }
  }
}

/// Consecutive ranges of the given sizes.
func groups(of sizes: [Int]) -> [Range<Int>] {
  var start = 0
  return sizes.map { size in
    defer { start += size }
    return start..<start + size
  }
}

/// The Euclidean norm `‖x‖₂`, by a second-order cone.
public func norm(_ x: Expression<Vector, Affine>) -> Expression<Scalar, Convex> {
  Expression(EuclideanNorms(argument: x.body, sizes: [x.body.affine.count]), .scalar)
}

/// `‖f‖₂` of convex functions that are known to be nonnegative, such as norms; any other sign is the fault
/// `ModelError.unknownSign`.
public func norm(_ f: Expression<Vector, Convex>) -> Expression<Scalar, Convex> {
  Expression(EuclideanNorms(argument: f.body.demandingSign(of: "norm"), sizes: [f.body.affine.count]), .scalar)
}

@available(*, unavailable, message: "A matrix has several norms; write frobeniusNorm, spectralNorm or nuclearNorm.")
public func norm(_ X: Expression<Matrix, Affine>) -> Expression<Scalar, Convex> { .init(X.body) }

@available(*, unavailable, message: "A matrix has several norms; write frobeniusNorm, spectralNorm or nuclearNorm.")
public func norm(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Convex> { .init(X.body) }

@available(*, unavailable, message: "DCP: the norm of a concave expression need not be convex; its argument is affine.")
public func norm<S: Shape>(_ f: Expression<S, Concave>) -> Expression<Scalar, Convex> { .init(f.body) }

/// `‖X‖_F`, the Euclidean norm of all entries.
public func frobeniusNorm(_ X: Expression<Matrix, Affine>) -> Expression<Scalar, Convex> {
  norm(entries(X))
}

/// `‖X‖_F` over all n² entries.
public func frobeniusNorm(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Convex> {
  let entries = Expression<Vector, Affine>(X.body.isometric, .vector(X.body.affine.count))
  return norm(entries)
}

/// The Euclidean norms of the rows of a matrix; `sum(rowNorms(X))` is the group norm of its rows.
public func rowNorms(_ X: Expression<Matrix, Affine>) -> Expression<Vector, Convex> {
  columnNorms(X.transposed())
}

/// The Euclidean norms of the columns of a matrix.
public func columnNorms(_ X: Expression<Matrix, Affine>) -> Expression<Vector, Convex> {
  let sizes = [Int](repeating: X.rows, count: X.columns)
  return Expression(EuclideanNorms(argument: X.body, sizes: sizes), .vector(X.columns))
}

/// `‖x‖₁ = Σ|xᵢ|`.
public func norm1(_ x: Expression<Vector, Affine>) -> Expression<Scalar, Convex> { sum(abs(x)) }

/// `Σ|Mᵢⱼ|` over all entries.
public func norm1(_ M: Expression<Matrix, Affine>) -> Expression<Scalar, Convex> { norm1(entries(M)) }

/// `Σ|Xᵢⱼ|` over all n² entries.
public func norm1(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Convex> {
  inner(triangleWeights(order: X.order, offDiagonal: 2), abs(entries(X)))
}

/// `‖x‖_∞ = max |xᵢ|`.
public func normInfinity(_ x: Expression<Vector, Affine>) -> Expression<Scalar, Convex> {
  let both = ExpressionBody.absolutePairs(x.body)
  return Expression(
    Maxima(name: "normInfinity", argument: both, sizes: [both.affine.count], isNonnegative: true, isPaired: true),
    .scalar)
}

extension ExpressionBody {
  /// The upper triangle of a symmetric matrix with √2 off the diagonal: its Euclidean norm is Frobenius' norm.
  var isometric: AffineRows {
    let weights = triangleWeights(order: extent.rows, offDiagonal: 2.0.squareRoot())
    return affine.scaled { weights[$0] }
  }

  /// The expression, or the fault that its sign is unknown, for a function that increases on nonnegative numbers only.
  func demandingSign(of function: String) -> ExpressionBody {
    if fault != nil || isNonnegative { return self }
    return faulty(.unknownSign(function: function, argument: summary))
  }
}
