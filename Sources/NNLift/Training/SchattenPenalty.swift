import Foundation

/// `κ‖M‖_p^p = κ Σ σᵢ(M)^p`: what weight decay on the factors of `M` costs at its best.
///
/// `min {(λ/2) Σ‖W_l‖_F² : W₁⋯W_L = M}` has `κ = λL/2` and `p = 2/L`: a ridge for one layer, the nuclear norm for two, not
/// convex beyond. Parallel networks with `(λ/2) Σ‖W_{l,j}‖_F^L` have `κ = λL/2` and `p = 1` at every depth.
public struct SchattenPenalty: Sendable, Equatable {
  /// `κ > 0`.
  public let weight: Double
  /// `p ∈ (0, 2]`.
  public let exponent: Double

  /// `κ‖M‖_p^p`.
  public func value(_ M: DenseMatrix) -> Double {
    weight * (RankFactors(M)?.values ?? []).reduce(0) { $0 + pow($1, exponent) }
  }

  /// The minimiser `t ≥ 0` of `½(at − s)² + κt^p`, `a > 0`, `s ≥ 0`.
  ///
  /// Soft thresholding for `p = 1`. For `p < 1` the derivative `h(t) − as`, `h(t) = a²t + κpt^{p−1}` convex with its least value
  /// at `t₀ = (κp(1 − p)/a²)^{1/(2−p)}`, has a root beyond `t₀` when `h(t₀) < as`: Newton's method falls to it from `s/a`
  /// monotonically. That root or 0 is the minimiser. Source: as for `ℓ_p` shrinkage, G. Marjanovic & V. Solo, IEEE Trans.
  /// Signal Process. 60, 2012.
  func shrink(_ s: Double, scale a: Double = 1) -> Double {
    let p = exponent
    let square = a * a
    if p == 2 { return a * s / (square + 2 * weight) }
    if p == 1 { return max(0, (a * s - weight) / square) }
    let turn = pow(weight * p * (1 - p) / square, 1 / (2 - p))
    let h = { (t: Double) in square * t + self.weight * p * pow(t, p - 1) }
    guard h(turn) < a * s else { return 0 }
    var t = s / a
    while true {
      let slope = square + weight * p * (p - 1) * pow(t, p - 2)
      let next = t - (h(t) - a * s) / slope
      guard next < t, next > turn else { break }
      t = next
    }
    let cost = { (t: Double) in 0.5 * (a * t - s) * (a * t - s) + self.weight * pow(t, p) }
    return cost(t) < cost(0) ? t : 0
  }
}

/// `x^{1/k}` for `x ≥ 0`.
func root(_ x: Double, _ k: Double) -> Double { k == 2 ? x.squareRoot() : pow(x, 1 / k) }
