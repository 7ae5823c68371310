/// The sum of the lines, each a number, an affine expression, or one of the curvature of the whole; `if` and `for` are
/// allowed:
///
///     sum {
///       inner(cost, x)
///       0.5 ⋅ sumSquares(x)
///       for group in groups { norm(x[group]) }
///     }
///
/// The compiler checks each line alone, so that a mistake in a long sum is found at once and in its line.
public func sum<C: Curvature>(@SumBuilder _ terms: () -> Expression<Scalar, C>) -> Expression<Scalar, C> { terms() }

/// Collects the terms of `sum { … }`.
@resultBuilder
public enum SumBuilder {
  public static func buildExpression<C: Curvature>(_ term: Expression<Scalar, C>) -> Expression<Scalar, C> { term }

  public static func buildExpression(_ number: Double) -> Expression<Scalar, Affine> {
    Expression(.constants([number]), .scalar)
  }

  @available(*, unavailable, message: "The terms of a sum are scalars; write sum(x) for the entries of a vector.")
  public static func buildExpression<C: Curvature>(_ term: Expression<Vector, C>) -> Expression<Scalar, C> {
    Expression(term.body)
  }

  public static func buildPartialBlock<C: Curvature>(first: Expression<Scalar, C>) -> Expression<Scalar, C> { first }

  public static func buildPartialBlock<C: Curvature>(
    accumulated: Expression<Scalar, C>, next: Expression<Scalar, C>
  ) -> Expression<Scalar, C> { accumulated + next }

  public static func buildPartialBlock<C: CurvedCurvature>(
    accumulated: Expression<Scalar, C>, next: Expression<Scalar, Affine>
  ) -> Expression<Scalar, C> { accumulated + next }

  public static func buildPartialBlock<C: CurvedCurvature>(
    accumulated: Expression<Scalar, Affine>, next: Expression<Scalar, C>
  ) -> Expression<Scalar, C> { accumulated + next }

  @available(*, unavailable, message: "DCP: the sum of a convex and a concave expression need not be either.")
  public static func buildPartialBlock(
    accumulated: Expression<Scalar, Convex>, next: Expression<Scalar, Concave>
  ) -> Expression<Scalar, Convex> { accumulated }

  @available(*, unavailable, message: "DCP: the sum of a concave and a convex expression need not be either.")
  public static func buildPartialBlock(
    accumulated: Expression<Scalar, Concave>, next: Expression<Scalar, Convex>
  ) -> Expression<Scalar, Convex> { next }

  public static func buildArray<C: Curvature>(_ parts: [Expression<Scalar, C>]) -> Expression<Scalar, C> { sum(parts) }

  public static func buildOptional<C: Curvature>(_ part: Expression<Scalar, C>?) -> Expression<Scalar, C> {
    part ?? Expression(.constants([0]), .scalar)
  }

  public static func buildEither<C: Curvature>(first part: Expression<Scalar, C>) -> Expression<Scalar, C> { part }
  public static func buildEither<C: Curvature>(second part: Expression<Scalar, C>) -> Expression<Scalar, C> { part }
}
