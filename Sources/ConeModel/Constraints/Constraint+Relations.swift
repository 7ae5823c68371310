// The relations, each kept as left side minus right side and a set; see `ConstraintBlock`. `==` holds entry by entry
// for every shape, `<=` and `>=` for scalars and vectors only.

// MARK: - Equality

extension Expression where C == Affine {
  public static func == (a: Self, b: Self) -> Constraint<S> { .init(equal: a.body.adding(-1, b.body, as: "==")) }
}

extension Expression where S: OrderedShape, C == Affine {
  public static func == (a: Self, b: Double) -> Constraint<S> { .init(equal: a.body.shifted(by: -b)) }
}

extension Expression where S == Vector, C == Affine {
  public static func == (a: Self, b: [Double]) -> Constraint<S> {
    .init(equal: a.body.adding(-1, vectorBody(b), as: "=="))
  }
}

extension Expression where S: MatrixShape, C == Affine {
  public static func == (a: Self, b: Constant<S>) -> Constraint<S> {
    .init(equal: a.body.adding(-1, b.body, as: "=="))
  }
}

// MARK: - Order

extension Expression where S: OrderedShape, C == Affine {
  public static func <= (a: Self, b: Self) -> Constraint<S> { .init(atMost: a.body.adding(-1, b.body, as: "<=")) }
  public static func <= (a: Self, b: Double) -> Constraint<S> { .init(atMost: a.body.shifted(by: -b)) }
  public static func <= (a: Double, b: Self) -> Constraint<S> {
    .init(atMost: b.body.scaled(by: -1).shifted(by: a))
  }
  public static func <= (a: Self, b: Expression<S, Concave>) -> Constraint<S> {
    .init(atMost: a.body.adding(-1, b.body, as: "<="))
  }

  public static func >= (a: Self, b: Self) -> Constraint<S> { .init(atLeast: a.body.adding(-1, b.body, as: ">=")) }
  public static func >= (a: Self, b: Double) -> Constraint<S> { .init(atLeast: a.body.shifted(by: -b)) }
  public static func >= (a: Double, b: Self) -> Constraint<S> {
    .init(atLeast: b.body.scaled(by: -1).shifted(by: a))
  }
  public static func >= (a: Self, b: Expression<S, Convex>) -> Constraint<S> {
    .init(atLeast: a.body.adding(-1, b.body, as: ">="))
  }
}

extension Expression where S == Vector, C == Affine {
  public static func <= (a: Self, b: [Double]) -> Constraint<S> {
    .init(atMost: a.body.adding(-1, vectorBody(b), as: "<="))
  }
  public static func >= (a: Self, b: [Double]) -> Constraint<S> {
    .init(atLeast: a.body.adding(-1, vectorBody(b), as: ">="))
  }
}

extension Expression where S: OrderedShape, C == Convex {
  public static func <= (a: Self, b: Expression<S, Affine>) -> Constraint<S> {
    .init(atMost: a.body.adding(-1, b.body, as: "<="))
  }
  public static func <= (a: Self, b: Double) -> Constraint<S> { .init(atMost: a.body.shifted(by: -b)) }
  public static func <= (a: Self, b: Expression<S, Concave>) -> Constraint<S> {
    .init(atMost: a.body.adding(-1, b.body, as: "<="))
  }
  public static func >= (a: Double, b: Self) -> Constraint<S> {
    .init(atLeast: b.body.scaled(by: -1).shifted(by: a))
  }
}

extension Expression where S: OrderedShape, C == Concave {
  public static func >= (a: Self, b: Expression<S, Affine>) -> Constraint<S> {
    .init(atLeast: a.body.adding(-1, b.body, as: ">="))
  }
  public static func >= (a: Self, b: Double) -> Constraint<S> { .init(atLeast: a.body.shifted(by: -b)) }
  public static func >= (a: Self, b: Expression<S, Convex>) -> Constraint<S> {
    .init(atLeast: a.body.adding(-1, b.body, as: ">="))
  }
  public static func <= (a: Double, b: Self) -> Constraint<S> {
    .init(atMost: b.body.scaled(by: -1).shifted(by: a))
  }
}
