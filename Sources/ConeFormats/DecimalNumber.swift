/// Decimal text to the nearest double, ties to even, independent of any locale.
///
/// A number `± w · 10ᵉ` with `w < 2⁶⁴` and `|e| ≤ 27` is decided in 128-bit integers: `5²⁷ < 2⁶³`, so `w · 5ᵉ` and the
/// quotient `w / 5⁻ᵉ` with its remainder are exact, and one rounding follows. Small `w` and `e` need no more than one
/// floating-point operation on exact operands (Clinger, How to read floating point numbers accurately, 1990).
/// Everything else, rare in practice, goes to the standard library.
enum DecimalNumber {
  /// Digits that always fit `UInt64`.
  static let exactDigits = 19

  /// The double nearest to `w · 10ᵉ`, or `nil` when the exact arithmetic above does not reach.
  ///
  /// - Parameter truncated: further nonzero digits of `w` were cut off, so the number lies in `(w, w + 1) · 10ᵉ`; it is
  ///   decided when both ends round to the same double.
  static func nearest(_ w: UInt64, tenTo e: Int, truncated: Bool) -> Double? {
    guard let value = nearest(w, tenTo: e) else { return nil }
    guard truncated else { return value }
    guard w < .max, let next = nearest(w + 1, tenTo: e), next == value else { return nil }
    return value
  }

  private static let exactlyRepresentable: UInt64 = 1 << 53

  private static func nearest(_ w: UInt64, tenTo e: Int) -> Double? {
    if w == 0 { return 0 }
    if w <= exactlyRepresentable {
      if e == 0 { return Double(w) }
      if e > 0, e < exactPowersOfTen.count { return Double(w) * exactPowersOfTen[e] }
      if e < 0, -e < exactPowersOfTen.count { return Double(w) / exactPowersOfTen[-e] }
    }
    if e >= 0 { return e < powersOfFive.count ? product(w, fiveTo: e) : nil }
    return -e < powersOfFive.count ? quotient(w, fiveTo: -e) : nil
  }

  /// `w · 5ᵉ · 2ᵉ`.
  private static func product(_ w: UInt64, fiveTo e: Int) -> Double {
    let (high, low) = w.multipliedFullWidth(by: powersOfFive[e])
    if high == 0 { return rounded(low, inexact: false, twoTo: e) }
    let shift = high.leadingZeroBitCount
    let top = shift == 0 ? high : high << UInt64(shift) | low >> UInt64(64 - shift)
    return rounded(top, inexact: low << UInt64(shift) != 0, twoTo: e + 64 - shift)
  }

  /// `w / (5ᵏ · 2ᵏ)`, `w > 0`.
  private static func quotient(_ w: UInt64, fiveTo k: Int) -> Double {
    let wShift = w.leadingZeroBitCount
    let numerator = w << UInt64(wShift)
    let dShift = powersOfFive[k].leadingZeroBitCount
    let denominator = powersOfFive[k] << UInt64(dShift)
    // numerator · 2⁶³ / denominator lies in (2⁶², 2⁶⁴), so the quotient fits and keeps more bits than a double has.
    let (q, r) = denominator.dividingFullWidth((numerator >> 1, numerator << 63))
    return rounded(q, inexact: r != 0, twoTo: dShift - wShift - 63 - k)
  }

  /// `(q + δ) · 2ᵖ` rounded once, where `q > 0` and `0 < δ < 1` if `inexact`, else `δ = 0`. If `q` has fewer than 54
  /// bits, `inexact` must be false.
  private static func rounded(_ q: UInt64, inexact: Bool, twoTo p: Int) -> Double {
    let shift = q.leadingZeroBitCount
    let bits = q << UInt64(shift)
    var significand = bits >> 11
    let rest = bits & 0x7FF
    let half: UInt64 = 0x400
    if rest > half || (rest == half && (inexact || significand & 1 == 1)) { significand += 1 }
    // |p| stays below 200, so the power of two is a normal double and the product is exact.
    return Double(significand) * Double(bitPattern: UInt64(1023 + p - shift + 11) << 52)
  }

  /// `10⁰ … 10²²`, all exact in double precision.
  private static let exactPowersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// `5⁰ … 5²⁷`, all below `2⁶³`.
  private static let powersOfFive: [UInt64] = {
    var powers: [UInt64] = [1]
    while powers.count <= 27 { powers.append(powers[powers.count - 1] * 5) }
    return powers
  }()
}
