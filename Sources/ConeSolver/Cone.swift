/// One factor of the cone `K` in `Ax + s = b, s ∈ K`.
///
/// A positive-semidefinite block travels as the upper triangle, column by column (11 12 22 13 23 33), its off-diagonal
/// entries times √2, so that `⟨S, Z⟩ = sᵀz`. A second-order cone is `{(t, v) : t ≥ ‖v‖₂}`.
public enum Cone: Sendable, Hashable {
  /// `{0}ⁿ`: equality rows. Its dual is free.
  case zero(Int)
  /// `ℝⁿ₊`.
  case nonnegative(Int)
  /// `{(t, v) ∈ ℝ × ℝⁿ⁻¹ : t ≥ ‖v‖₂}`, of dimension `n`.
  case secondOrder(Int)
  /// Symmetric positive-semidefinite matrices of the given order `k`, of dimension `k(k + 1)/2`.
  case positiveSemidefinite(order: Int)

  /// Rows of `A` that the cone occupies.
  public var dimension: Int {
    switch self {
    case .zero(let n), .nonnegative(let n), .secondOrder(let n): n
    case .positiveSemidefinite(let k): k * (k + 1) / 2
    }
  }

  /// Barrier degree `ν`: 0 for the zero cone, `n` for `ℝⁿ₊`, 1 for a second-order cone (in the `s ∘ z` scaling), `k` for PSD.
  public var degree: Int {
    switch self {
    case .zero: 0
    case .nonnegative(let n): n
    case .secondOrder(let n): n == 0 ? 0 : 1
    case .positiveSemidefinite(let k): k
    }
  }

  /// The argument the cone was made with: dimension, or order for a PSD block.
  var size: Int {
    switch self {
    case .zero(let n), .nonnegative(let n), .secondOrder(let n): n
    case .positiveSemidefinite(let k): k
    }
  }
}
