/// Rigorous one-sided arithmetic on doubles, without directed rounding modes.
///
/// Two devices, both for IEEE-754 round-to-nearest with unit roundoff `u = 2⁻⁵³`:
///
/// 1. One operation is off by at most half a unit in the last place, so `fl(a ∘ b).nextUp ≥ a ∘ b` and
///    `fl(a ∘ b).nextDown ≤ a ∘ b`. This holds through underflow (the neighbour of a flushed zero is
///    a positive number) and through overflow (the bound becomes infinite, which the callers treat as "nothing
///    proved").
/// 2. A sum of `n` products, in any order, fused or not, satisfies `|fl(xᵀy) − xᵀy| ≤ γ_n |x|ᵀ|y| + nη`,
///    `γ_n = nu/(1 − nu)`, `η` the smallest positive number: N. J. Higham, *Accuracy and Stability of Numerical
///    Algorithms*, 2nd ed., SIAM 2002, §3.1.
enum RoundingBounds {
  /// Unit roundoff of binary64.
  static let unitRoundoff = 0x1p-53

  /// An upper bound on `γ_n = nu/(1 − nu)`; `+∞` when `nu ≥ 1`.
  static func gamma(_ n: Int) -> Double {
    let nu = Double(n) * unitRoundoff
    return nu < 1 ? (nu / (1 - nu).nextDown).nextUp : .infinity
  }

  static func addUp(_ a: Double, _ b: Double) -> Double { (a + b).nextUp }
  static func multiplyUp(_ a: Double, _ b: Double) -> Double { (a * b).nextUp }
  static func divideUp(_ a: Double, _ b: Double) -> Double { (a / b).nextUp }
  static func rootUp(_ a: Double) -> Double { a.squareRoot().nextUp }

  /// The greater of two upper bounds, where NaN (from an overflow) means that nothing is known.
  static func greaterBound(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .infinity : max(a, b) }

  static func subtractDown(_ a: Double, _ b: Double) -> Double { (a - b).nextDown }
  static func multiplyDown(_ a: Double, _ b: Double) -> Double { (a * b).nextDown }
  static func divideDown(_ a: Double, _ b: Double) -> Double { (a / b).nextDown }

  /// An upper bound on `‖x‖₂`.
  static func normUp(_ x: some Sequence<Double>) -> Double {
    var sum = 0.0
    var nonzero = false
    for entry in x where entry != 0 {
      nonzero = true
      sum = addUp(sum, multiplyUp(entry, entry))
    }
    return nonzero ? rootUp(sum) : 0
  }

  /// An upper bound on `Σ|x_i|`, in the order given.
  static func absoluteSumUp(_ x: some Sequence<Double>) -> Double {
    var sum = 0.0
    for entry in x where entry != 0 { sum = addUp(sum, abs(entry)) }
    return sum
  }

  /// `fl(xᵀy)` and a bound on its distance from `xᵀy`.
  static func dot(_ x: [Double], _ y: [Double]) -> (value: Double, error: Double) {
    var sum = 0.0
    var absolute = 0.0
    for i in 0..<x.count {
      let product = x[i] * y[i]
      sum += product
      absolute = addUp(absolute, abs(product).nextUp)
    }
    let underflow = Double(x.count) * Double.leastNormalMagnitude
    return (sum, addUp(multiplyUp(gamma(x.count), absolute), underflow))
  }
}

/// A running sum of products in twice the working precision: "Dot2" of T. Ogita, S. M. Rump and S. Oishi, "Accurate
/// sum and dot product", SIAM J. Sci. Comput. 26 (2005), Prop. 5.5.
///
/// After `n` products `|value − Σ x_i y_i| ≤ u |Σ x_i y_i| + γ_n² Σ|x_i y_i|`, up to underflow: terms may enter and
/// leave a thousand times and the sum does not drift.
struct CompensatedSum {
  private var high = 0.0
  private var low = 0.0

  var value: Double { high + low }

  /// Adds `x·y`: the product split exactly by a fused multiply-add, the addition by Knuth's two-sum.
  mutating func add(product x: Double, _ y: Double) {
    let product = x * y
    let productError = (-product).addingProduct(x, y)
    let sum = high + product
    let virtual = sum - high
    let sumError = (high - (sum - virtual)) + (product - virtual)
    high = sum
    low += sumError + productError
  }
}
