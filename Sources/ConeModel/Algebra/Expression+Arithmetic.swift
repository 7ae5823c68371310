// Sums, differences and scalings, by the rules of disciplined convex programming: what would lose its curvature has no
// operator.
//
// Each operator has as few overloads as the rules allow, all of them members of `Expression`, and numbers are `Double`
// parameters of their own, never converted to expressions. That is what keeps the compiler quick, and its message
// exact, on a model with a mistake in it.

extension Expression {
  /// Affine with affine, convex with convex, concave with concave.
  public static func + (a: Self, b: Self) -> Self { Self(a.body.adding(1, b.body, as: "+")) }

  /// Affine minus affine, convex minus concave, concave minus convex.
  public static func - (a: Self, b: Expression<S, C.Opposite>) -> Self { Self(a.body.adding(-1, b.body, as: "-")) }

  public static prefix func - (a: Self) -> Expression<S, C.Opposite> { .init(a.body.scaled(by: -1)) }
}

// MARK: - A number with every entry

extension Expression where S: OrderedShape {
  public static func + (a: Self, b: Double) -> Self { Self(a.body.shifted(by: b)) }
  public static func + (a: Double, b: Self) -> Self { Self(b.body.shifted(by: a)) }
  public static func - (a: Self, b: Double) -> Self { Self(a.body.shifted(by: -b)) }
  public static func - (a: Double, b: Self) -> Expression<S, C.Opposite> {
    .init(b.body.scaled(by: -1).shifted(by: a))
  }
}

// MARK: - Affine

extension Expression where C == Affine {
  public static func ⋅ (k: Double, a: Self) -> Self { Self(a.body.scaled(by: k)) }
  /// The same as `k ⋅ a`, for those who come from elsewhere. A mistake in a chain of these costs the compiler more.
  @_disfavoredOverload
  public static func * (k: Double, a: Self) -> Self { k ⋅ a }
  public static func / (a: Self, k: Double) -> Self { Self(a.body.scaled(by: 1 / k)) }
}

extension Expression where S == Vector, C == Affine {
  public static func + (a: Self, b: [Double]) -> Self { Self(a.body.adding(1, vectorBody(b), as: "+")) }
  public static func + (a: [Double], b: Self) -> Self { Self(vectorBody(a).adding(1, b.body, as: "+")) }
  public static func - (a: Self, b: [Double]) -> Self { Self(a.body.adding(-1, vectorBody(b), as: "-")) }
  public static func - (a: [Double], b: Self) -> Self { Self(vectorBody(a).adding(-1, b.body, as: "-")) }
}

extension Expression where S: MatrixShape, C == Affine {
  public static func + (a: Self, b: Constant<S>) -> Self { Self(a.body.adding(1, b.body, as: "+")) }
  public static func + (a: Constant<S>, b: Self) -> Self { Self(a.body.adding(1, b.body, as: "+")) }
  public static func - (a: Self, b: Constant<S>) -> Self { Self(a.body.adding(-1, b.body, as: "-")) }
  public static func - (a: Constant<S>, b: Self) -> Self { Self(a.body.adding(-1, b.body, as: "-")) }
}

/// Numbers as the body of a vector expression.
func vectorBody(_ values: [Double]) -> ExpressionBody {
  ExpressionBody(extent: .vector(values.count), affine: .constants(values))
}

// MARK: - Convex and concave

extension Expression where C: CurvedCurvature {
  public static func + (a: Self, b: Expression<S, Affine>) -> Self { Self(a.body.adding(1, b.body, as: "+")) }
  public static func + (a: Expression<S, Affine>, b: Self) -> Self { Self(a.body.adding(1, b.body, as: "+")) }
  public static func - (a: Self, b: Expression<S, Affine>) -> Self { Self(a.body.adding(-1, b.body, as: "-")) }
  public static func - (a: Expression<S, Affine>, b: Self) -> Expression<S, C.Opposite> {
    .init(a.body.adding(-1, b.body, as: "-"))
  }

  /// - Parameter k: zero or more; anything else is the fault `ModelError.negativeWeight`.
  public static func ⋅ (k: Double, a: Self) -> Self { Self(a.body.weighted(by: k, written: k)) }
  /// The same as `k ⋅ a`.
  @_disfavoredOverload
  public static func * (k: Double, a: Self) -> Self { k ⋅ a }
  /// - Parameter k: positive; anything else is the fault `ModelError.negativeWeight`.
  public static func / (a: Self, k: Double) -> Self { Self(a.body.weighted(by: 1 / k, written: k)) }
}

extension ExpressionBody {
  /// `k` times a convex or concave expression, refused when that would turn its curvature.
  fileprivate func weighted(by k: Double, written: Double) -> ExpressionBody {
    k >= 0 ? scaled(by: k) : faulty(.negativeWeight(written))
  }
}
