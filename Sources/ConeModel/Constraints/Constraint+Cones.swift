// Membership in cones, and the semidefinite order.

/// Cones a vector may be asked to lie in.
public enum VectorCone: Sendable {
  /// Every entry is zero or more.
  case nonnegative
  /// `{(t, v) : t ≥ ‖v‖₂}`, the first entry being `t`.
  case secondOrder
  /// `{(t, s, v) : ts ≥ ‖v‖₂², t ≥ 0, s ≥ 0}`, the first entries being `t` and `s`.
  case rotatedSecondOrder
  /// Every entry is zero; its dual is free.
  case zero
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

/// `ts ≥ ‖v‖₂²` with `t, s ≥ 0`. Its dual is the vector for the perturbations of `t`, of `s` and of `v`.
public func rotatedSecondOrder(
  _ t: Expression<Scalar, Affine>, _ s: Expression<Scalar, Affine>, _ v: Expression<Vector, Affine>
) -> Constraint<Vector> {
  stack([vector(of: [t, s]), v]).isMember(of: .rotatedSecondOrder)
}

extension Expression where S == Vector, C == Affine {
  /// The vector lies in the cone.
  public func isMember(of cone: VectorCone) -> Constraint<Vector> {
    switch cone {
    case .nonnegative: Constraint(body, in: .nonnegative)
    case .secondOrder: Constraint(body.demandingEntries(1, of: "a second-order cone"), in: .secondOrder)
    case .rotatedSecondOrder:
      Constraint(body.demandingEntries(2, of: "a rotated second-order cone"), in: .rotatedSecondOrder)
    case .zero: Constraint(body, in: .zero)
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

extension ExpressionBody {
  fileprivate func demandingEntries(_ count: Int, of what: String) -> ExpressionBody {
    affine.count >= count ? self : faulty(.indexOutOfRange(what: what, index: count - 1, count: affine.count))
  }
}
