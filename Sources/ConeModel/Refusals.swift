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

extension Expression where S: OrderedShape, C == Concave {
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
    *, unavailable, message: "⪰ needs a matrix that is symmetric by construction; build it with symmetric(order:_:)."
  )
  public static func ⪰ (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body) }
}
