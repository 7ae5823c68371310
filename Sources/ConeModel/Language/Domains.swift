extension Model {
  /// The set a scalar, vector or matrix variable lives in.
  public struct Domain: Sendable, Equatable {
    let kind: DomainKind

    /// Any real entries.
    public static let free = Domain(kind: .free)
    /// Entries of zero or more.
    public static let nonnegative = Domain(kind: .nonnegative)
    /// Entries between two numbers, either of which may be infinite. `lower > upper` is the fault
    /// `ModelError.emptyBox`.
    public static func box(_ lower: Double, _ upper: Double) -> Domain { Domain(kind: .box(lower, upper)) }
  }

  /// The set a symmetric variable of order `n` lives in.
  public struct SymmetricDomain: Sendable, Equatable {
    let kind: DomainKind

    /// 𝕊ⁿ.
    public static let free = SymmetricDomain(kind: .free)
    /// 𝕊ⁿ₊: no negative eigenvalue. Costs `n(n + 1)/2` rows.
    public static let positiveSemidefinite = SymmetricDomain(kind: .positiveSemidefinite)
    /// 𝕊ⁿ₊ ∩ ℝⁿˣⁿ₊: no negative eigenvalue and no negative entry. Costs `n(n + 1)/2` semidefinite rows and
    /// `n(n − 1)/2` nonnegative ones; the diagonal of a semidefinite matrix is nonnegative already.
    public static let doublyNonnegative = SymmetricDomain(kind: .doublyNonnegative)

    /// An outer approximation of the completely positive matrices, `conv{xxᵀ : x ≥ 0}`, by the relaxation that is
    /// named. An optimum over it is a bound; membership in the cone itself is co-NP-hard to decide. For order at most 4
    /// the doubly nonnegative matrices are the completely positive ones (Maxfield & Minc 1962).
    public static func completelyPositive(relaxation: CompletelyPositiveRelaxation) -> SymmetricDomain {
      switch relaxation {
      case .doublyNonnegative: .doublyNonnegative
      }
    }
  }

  /// Outer approximations of the cone of completely positive matrices.
  public enum CompletelyPositiveRelaxation: Sendable {
    /// Positive semidefinite and entrywise nonnegative.
    case doublyNonnegative
  }
}

/// The set a variable lives in, whatever its shape.
enum DomainKind: Sendable, Equatable {
  case free
  case nonnegative
  case box(Double, Double)
  case positiveSemidefinite
  case doublyNonnegative
}
