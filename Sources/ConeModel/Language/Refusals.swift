// What is not a convex program, or has two readings, said at compile time. The bodies are never run.

extension Expression where S: OrderedShape, C == Affine {
  @available(*, unavailable, message: "DCP: 'affine <= convex' is not a convex set; only 'convex <= concave' is.")
  public static func <= (a: Self, b: Expression<S, Convex>) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "DCP: 'affine >= concave' is not a convex set; only 'concave >= convex' is.")
  public static func >= (a: Self, b: Expression<S, Concave>) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "DCP: an equality needs affine sides; the right side is convex.")
  public static func == (a: Self, b: Expression<S, Convex>) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "DCP: an equality needs affine sides; the right side is concave.")
  public static func == (a: Self, b: Expression<S, Concave>) -> Constraint<S> { .init(equal: a.body) }

  @available(*, unavailable, message: "A strict inequality is not a closed set; write <=.")
  public static func < (a: Self, b: Self) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "A strict inequality is not a closed set; write <=.")
  public static func < (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "A strict inequality is not a closed set; write >=.")
  public static func > (a: Self, b: Self) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "A strict inequality is not a closed set; write >=.")
  public static func > (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body) }
}

extension Expression where S: OrderedShape, C == Convex {
  @available(*, unavailable, message: "DCP: a convex expression may only be bounded from above.")
  public static func >= (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "DCP: a convex expression may only be bounded from above.")
  public static func >= (a: Self, b: Expression<S, Affine>) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "DCP: an equality needs affine sides; the left side is convex.")
  public static func == (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "DCP: an equality needs affine sides; the left side is convex.")
  public static func == (a: Self, b: Expression<S, Affine>) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "DCP: the difference of two convex expressions need not be convex.")
  public static func - (a: Self, b: Self) -> Self { a }
}

extension Expression where S: OrderedShape, C == Convex {
  @available(*, unavailable, message: "DCP: 'convex <= convex' is not a convex set; only 'convex <= concave' is.")
  public static func <= (a: Self, b: Self) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "DCP: 'convex >= convex' is not a convex set; only 'concave >= convex' is.")
  public static func >= (a: Self, b: Self) -> Constraint<S> { .init(equal: a.body) }
}

extension Expression where S: OrderedShape, C == Concave {
  @available(*, unavailable, message: "DCP: 'concave >= concave' is not a convex set; only 'concave >= convex' is.")
  public static func >= (a: Self, b: Self) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "DCP: a concave expression may only be bounded from below.")
  public static func <= (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "DCP: a concave expression may only be bounded from below.")
  public static func <= (a: Self, b: Expression<S, Affine>) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "DCP: an equality needs affine sides; the left side is concave.")
  public static func == (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "DCP: an equality needs affine sides; the left side is concave.")
  public static func == (a: Self, b: Expression<S, Affine>) -> Constraint<S> { .init(equal: a.body) }
}

extension Expression where S: MatrixShape, C == Affine {
  @available(
    *, unavailable, message: "A matrix >= has two readings: X ⪰ B (by eigenvalues) or entries(X) >= b (by entries)."
  )
  public static func >= (a: Self, b: Self) -> Constraint<S> { .init(equal: a.body) }
  @available(
    *, unavailable, message: "A matrix >= has two readings: X ⪰ 0 (by eigenvalues) or entries(X) >= 0 (by entries)."
  )
  public static func >= (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body) }
  @available(
    *, unavailable, message: "A matrix <= has two readings: X ⪯ B (by eigenvalues) or entries(X) <= b (by entries)."
  )
  public static func <= (a: Self, b: Self) -> Constraint<S> { .init(equal: a.body) }
  @available(
    *, unavailable, message: "A matrix <= has two readings: X ⪯ 0 (by eigenvalues) or entries(X) <= 0 (by entries)."
  )
  public static func <= (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body) }
  @available(
    *, unavailable, message: "A matrix + number has two readings; add the Constant you mean, such as the identity."
  )
  public static func + (a: Self, b: Double) -> Self { a }
  @available(
    *, unavailable, message: "A matrix - number has two readings; subtract the Constant you mean, such as the identity."
  )
  public static func - (a: Self, b: Double) -> Self { a }
  @available(*, unavailable, message: "A matrix == number has two readings; write entries(X) == b, or X == a Constant.")
  public static func == (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body) }
}

extension Expression where S == Matrix, C == Affine {
  @available(
    *, unavailable,
    message: "⪰ needs a matrix that is symmetric by construction; build it with symmetric(order:_:) or symmetricPart."
  )
  public static func ⪰ (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body) }
}

extension Expression where S == Vector, C == Affine {
  @available(*, unavailable, message: "⪰ compares symmetric matrices by eigenvalues; for vectors write >=.")
  public static func ⪰ (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body) }
  @available(*, unavailable, message: "A vector + scalar expression is not guessed: write repeated(t, count: n).")
  public static func + (a: Self, b: Expression<Scalar, Affine>) -> Self { a }
  @available(*, unavailable, message: "A vector - scalar expression is not guessed: write repeated(t, count: n).")
  public static func - (a: Self, b: Expression<Scalar, Affine>) -> Self { a }
  @available(*, unavailable, message: "A vector <= scalar expression is not guessed: write repeated(t, count: n).")
  public static func <= (a: Self, b: Expression<Scalar, Affine>) -> Constraint<S> { .init(equal: a.body) }
}

extension Constraint {
  @available(*, unavailable, message: "A chain a <= x <= b is two constraints; write both, or the domain .box(a, b).")
  public static func <= (a: Constraint, b: Double) -> Constraint { a }
  @available(*, unavailable, message: "A chain a >= x >= b is two constraints; write both, or the domain .box(b, a).")
  public static func >= (a: Constraint, b: Double) -> Constraint { a }
}

// MARK: - Objectives

extension Problem {
  @available(*, unavailable, message: "An objective is a scalar; write sum(x), norm(x) or max(x).")
  public static func minimize<C: Curvature>(
    _ objective: Expression<Vector, C>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() }
  ) -> Problem { Problem(.minimize, objective.body, [], at: nil) }

  @available(*, unavailable, message: "An objective is a scalar; write sum(x) or min(x).")
  public static func maximize<C: Curvature>(
    _ objective: Expression<Vector, C>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() }
  ) -> Problem { Problem(.maximize, objective.body, [], at: nil) }

  @available(*, unavailable, message: "An objective is a scalar; write trace(X), sum(X) or a norm.")
  public static func minimize<S: MatrixShape, C: Curvature>(
    _ objective: Expression<S, C>,
    @ConstraintBuilder subjectTo constraints: () -> Constraints = { Constraints() }
  ) -> Problem { Problem(.minimize, objective.body, [], at: nil) }
}

// MARK: - Functions

@available(*, unavailable, message: "abs takes an affine argument; of a convex one it need not be convex.")
public func abs<S: Shape>(_ f: Expression<S, Convex>) -> Expression<S, Convex> { f }

@available(*, unavailable, message: "abs takes an affine argument; of a concave one it need not be convex.")
public func abs<S: Shape>(_ f: Expression<S, Concave>) -> Expression<S, Convex> { .init(f.body) }

@available(
  *, unavailable,
  message: "DCP: the square root of a convex expression need not be concave; norm(x) is the root of sumSquares(x)."
)
public func squareRoot(_ f: Expression<Scalar, Convex>) -> Expression<Scalar, Concave> { .init(f.body) }

@available(
  *, unavailable,
  message: "DCP: the geometric mean of convex expressions is not concave; its argument is affine or concave."
)
public func geometricMean(_ f: Expression<Vector, Convex>) -> Expression<Scalar, Concave> { .init(f.body) }

@available(
  *, unavailable,
  message: "lambdaMax needs a matrix that is symmetric by construction: symmetricPart(M), or spectralNorm(M)."
)
public func lambdaMax(_ M: Expression<Matrix, Affine>) -> Expression<Scalar, Convex> { .init(M.body) }

@available(*, unavailable, message: "lambdaMin needs a matrix that is symmetric by construction: symmetricPart(M).")
public func lambdaMin(_ M: Expression<Matrix, Affine>) -> Expression<Scalar, Concave> { .init(M.body) }

@available(*, unavailable, message: "quadForm needs a Constant<Symmetric>.")
public func quadForm(_ x: Expression<Vector, Affine>, _ C: Constant<Matrix>) -> Expression<Scalar, Convex> {
  .init(x.body)
}

@available(
  *, unavailable,
  message: "DCP: the inner product of two expressions is not convex; one side is data. For xᵀx write sumSquares(x)."
)
public func inner<S: Shape>(_ a: Expression<S, Affine>, _ b: Expression<S, Affine>) -> Expression<Scalar, Affine> {
  .init(a.body)
}

// MARK: - What needs an exponential cone

@available(*, unavailable, message: "exp needs an exponential cone, which this package does not solve.")
public func exp<S: Shape, C: Curvature>(_ f: Expression<S, C>) -> Expression<S, Convex> { .init(f.body) }

@available(
  *, unavailable,
  message: "log needs an exponential cone, which this package does not solve; to maximise a product use geometricMean."
)
public func log<S: Shape, C: Curvature>(_ f: Expression<S, C>) -> Expression<S, Concave> { .init(f.body) }

@available(*, unavailable, message: "entropy needs an exponential cone, which this package does not solve.")
public func entropy<S: Shape, C: Curvature>(_ f: Expression<S, C>) -> Expression<Scalar, Concave> { .init(f.body) }

@available(
  *, unavailable,
  message: "logSumExp needs an exponential cone, which this package does not solve; max is within log n of it."
)
public func logSumExp<C: Curvature>(_ f: Expression<Vector, C>) -> Expression<Scalar, Convex> { .init(f.body) }

@available(
  *, unavailable,
  message:
    "logDet needs an exponential cone, which this package does not solve; maximise rootDeterminant, which has the same maximisers."
)
public func logDet(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Concave> { .init(X.body) }

// MARK: - Products

// Overloads of `*` are disfavoured: the compiler tries them last, so that products of numbers cost it what they did.

extension Expression {
  @available(
    *, unavailable, message: "DCP: a product of two expressions is neither convex nor concave; one factor is data."
  )
  public static func ⋅ (a: Self, b: Expression<Scalar, Affine>) -> Self { a }

  @_disfavoredOverload
  @available(
    *, unavailable, message: "DCP: a product of two expressions is neither convex nor concave; one factor is data."
  )
  public static func * <D: Curvature>(a: Self, b: Expression<Scalar, D>) -> Self { a }
  @_disfavoredOverload
  @available(*, unavailable, message: "A coefficient stands in front: 2 ⋅ x.")
  public static func * (a: Self, k: Double) -> Self { a }
}

extension Expression where S: ColumnShape, C == Affine {
  @_disfavoredOverload
  @available(*, unavailable, message: "A linear map is written A ⋅ x; * between matrices has two readings.")
  public static func * (A: Constant<Matrix>, x: Self) -> Self { x }
}
