/// A proven lower bound on the training optimum `p*` from any `Z`, `n × c`, and any sound upper bound `κ̄ ≥ κ(Z)`,
///
///     κ(Z) = max_{‖u‖≤1} ‖Zᵀ(Xu)_+‖₂.
///
/// For `s ≥ 0` with `sκ̄ ≤ γ` the matrix `sZ` is feasible for the dual of `ReLUTraining`, whose value is
///
///     D(s) = −½‖sZ − Y‖² + ½‖Y‖² = s⟨Z, Y⟩ − ½s²‖Z‖²  ≤  p*,
///
/// greatest at `s = min(⟨Z, Y⟩/‖Z‖², γ/κ̄)`. Source: A. Sahiner et al., ICLR 2021, eq. (11).
///
/// **Rounding.** `value ≤ p*` holds for the printed number, not up to a tolerance:
/// `s` is first chosen in floating point and lowered below `γ/κ̄` by one unit in the last place, then taken as exact;
/// `⟨Z, Y⟩` is replaced by its computed value less the a-priori error `γ_N Σ|z y|`, `‖Z‖²` by its computed value plus
/// `γ_N ‖Z‖²` (`N = nc`), and the three remaining operations are each rounded towards the safe side (`RoundingBounds`).
/// The form without `‖Y‖²` is used because it does not cancel.
///
/// Errors: none; when nothing is proved (`⟨Z, Y⟩ ≤ 0`, an infinite or NaN `κ̄`, overflow) the value is 0, which is
/// always a bound. Complexity: O(nc).
public struct DualBound: Sendable, Equatable {
  /// A number not greater than `p*`, and not less than 0.
  public let value: Double
  /// The scale `s` of `Z` that was used.
  public let scale: Double

  /// - Parameters:
  ///   - Z: `n × c`; at an optimum of the training problem, the residual `Y − f(X)`.
  ///   - Y: `n × c`.
  ///   - kappa: an upper bound on `κ(Z)`.
  public init(Z: DenseMatrix, Y: DenseMatrix, weightDecay: Double, kappa: Double) {
    precondition(Z.rows == Y.rows && Z.columns == Y.columns, "Z and Y differ in shape")
    let (product, productError) = RoundingBounds.dot(Z.values, Y.values)
    let (square, squareError) = RoundingBounds.dot(Z.values, Z.values)
    let productLow = RoundingBounds.subtractDown(product, productError)
    let squareHigh = RoundingBounds.addUp(square, squareError)
    let largest = kappa == 0 ? .infinity : RoundingBounds.divideDown(weightDecay, kappa)
    let scale = min(productLow / squareHigh, largest)
    guard kappa >= 0, scale > 0, scale.isFinite else {
      (self.value, self.scale) = (0, 0)
      return
    }
    let gain = RoundingBounds.multiplyDown(scale, productLow)
    let scaledSquare = RoundingBounds.multiplyUp(RoundingBounds.multiplyUp(scale, scale), squareHigh)
    let cost = RoundingBounds.multiplyUp(0.5, scaledSquare)
    let value = RoundingBounds.subtractDown(gain, cost)
    (self.value, self.scale) = value > 0 && value.isFinite ? (value, scale) : (0, 0)
  }
}
