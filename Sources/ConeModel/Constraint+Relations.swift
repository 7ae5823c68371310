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

// MARK: - Cones

/// Cones a vector may be asked to lie in.
public enum VectorCone: Sendable {
  /// Every entry is zero or more.
  case nonnegative
  /// `{(t, v) : t ≥ ‖v‖₂}`, the first entry being `t`.
  case secondOrder
}

/// Cones a symmetric matrix may be asked to lie in.
public enum SymmetricCone: Sendable {
  /// No negative eigenvalue.
  case positiveSemidefinite
  /// No negative eigenvalue and no negative entry.
  case doublyNonnegative
}

/// `t ≥ ‖v‖₂`. Its dual is the vector `(y₀, y)` for the perturbations of `t` and of `v`.
public func secondOrder(_ t: Expression<Scalar, Affine>, _ v: Expression<Vector, Affine>) -> Constraint<Vector> {
  stack(t, v).isMember(of: .secondOrder)
}

extension Expression where S == Vector, C == Affine {
  /// The vector lies in the cone.
  public func isMember(of cone: VectorCone) -> Constraint<Vector> {
    switch cone {
    case .nonnegative: Constraint(body, in: .nonnegative)
    case .secondOrder: Constraint(body, in: .secondOrder)
    }
  }
}

extension Expression where S == Symmetric, C == Affine {
  /// The matrix lies in the cone.
  public func isMember(of cone: SymmetricCone) -> Constraint<Symmetric> {
    switch cone {
    case .positiveSemidefinite: Constraint(body, in: .positiveSemidefinite)
    case .doublyNonnegative: Constraint(body, in: .doublyNonnegative)
    }
  }

  /// `X ⪰ 0`.
  public var isPositiveSemidefinite: Constraint<Symmetric> { isMember(of: .positiveSemidefinite) }

  public static func ⪰ (a: Self, b: Self) -> Constraint<Symmetric> {
    Constraint(a.body.adding(-1, b.body, as: "⪰"), in: .positiveSemidefinite)
  }
  public static func ⪰ (a: Self, b: Constant<Symmetric>) -> Constraint<Symmetric> {
    Constraint(a.body.adding(-1, b.body, as: "⪰"), in: .positiveSemidefinite)
  }
  /// - Parameter zero: 0; any other number has two readings and is the fault `ModelError.ambiguousBound`.
  public static func ⪰ (a: Self, zero: Double) -> Constraint<Symmetric> {
    Constraint(zero == 0 ? a.body : a.body.faulty(.ambiguousBound(zero)), in: .positiveSemidefinite)
  }

  public static func ⪯ (a: Self, b: Self) -> Constraint<Symmetric> {
    Constraint(ConstraintBlock(a.body.adding(-1, b.body, as: "⪯"), .positiveSemidefinite, orientation: -1))
  }
  public static func ⪯ (a: Self, b: Constant<Symmetric>) -> Constraint<Symmetric> {
    Constraint(ConstraintBlock(a.body.adding(-1, b.body, as: "⪯"), .positiveSemidefinite, orientation: -1))
  }
  /// - Parameter zero: 0; any other number has two readings and is the fault `ModelError.ambiguousBound`.
  public static func ⪯ (a: Self, zero: Double) -> Constraint<Symmetric> {
    let body = zero == 0 ? a.body : a.body.faulty(.ambiguousBound(zero))
    return Constraint(ConstraintBlock(body, .positiveSemidefinite, orientation: -1))
  }
}
