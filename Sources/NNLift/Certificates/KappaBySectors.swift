import Foundation

/// The exact `κ(Z) = max_{‖u‖≤1} ‖Zᵀ(Xu)_+‖₂` for inputs of rank at most 2, as a sound upper bound.
///
/// In reduced coordinates `w = (cos t, sin t)`. The lines `x̂_gᵀw = 0` cut the circle at `2g` breakpoints
/// `θ_g ± π/2`; in the sector between two of them `h(w) = Mw` with the constant `c × 2` matrix
///
///     M = Σ_{x̂_gᵀw>0} Ẑ₊_g x̂_gᵀ − Σ_{x̂_gᵀw<0} Ẑ₋_g x̂_gᵀ.
///
/// On an arc shorter than `π`, `‖Mw‖² = ½(a + b) + ½(a − b)cos 2t + d sin 2t` (`a`, `d`, `b` the entries of `MᵀM`) is
/// greatest at the top right singular direction if `±` it lies in the arc, and otherwise at an end of the arc. Rank 1
/// is two rays.
///
/// **Why the bound is sound.** `κ̂ ≤ max over sectors + margin`, where
/// - the sectors are the arcs between the *computed* breakpoints, which cover the circle whatever their error (up to
///   the rounding of `+2π` at the seam), and the sign pattern of each follows from the computed order alone. A
///   breakpoint or the seam is off by less than `δ/2`, `δ = Tuning.angleError` (arctangent and π are within a few units
///   in the last place), so a group with the wrong sign at `w` has `|x̂_gᵀw| ≤ ½δ‖x̂_g‖`: with the seam, at most `δL`
///   in all, `L = Σ(‖Ẑ₊_g‖ + ‖Ẑ₋_g‖)‖x̂_g‖`;
/// - `M` is kept by adding and removing rank-one terms in compensated summation, off by at most
///   `u‖M‖_F + 3γ_N²L` after the `N ≤ 5g` products: updating costs O(c) a breakpoint and does not drift, so no
///   recomputation is needed;
/// - the top direction counts as inside when it is within its own error of the arc, and then the full spectral norm is
///   taken, which bounds every direction. When rounding could hide the direction altogether, likewise.
/// `ReducedDual.userBound` then leads to the user's `X`.
///
/// The bound exceeds `κ` by about `10⁻¹⁴L`. Complexity: O(g log g + gc).
/// Source: A. Sahiner et al., ICLR 2021 (cone-constrained PCA); M. Asteris et al., ICML 2014, for its exact solution.
public struct KappaBySectors: Sendable {
  /// A local maximum of `‖Zᵀ(Xu)_+‖` on the unit sphere of the row space.
  public struct Maximum: Sendable {
    /// `u`, `d` entries, of unit length.
    public let direction: [Double]
    /// The value there, in plain floating point.
    public let value: Double
  }

  enum Tuning {
    /// Radians by which a computed breakpoint, top direction or difference of two may be off: a dozen roundings of
    /// numbers below `2π`.
    static let angleError = 0x1p-47
    /// The same for a computed `(cos t, sin t)`.
    static let directionError = 0x1p-50
  }

  /// An upper bound on `κ(Z)` for the user's `X`; `+∞` when the numbers overflow.
  public let kappa: Double
  /// Local maxima above the threshold, largest first.
  public let maxima: [Maximum]

  /// - Parameters:
  ///   - Z: `n × c`.
  ///   - threshold: value above which local maxima are returned; `γ` when they are to become neurons.
  /// - Throws: `CertificateError.rankTooLarge`, `.shape`.
  public init(
    Z: DenseMatrix, reduction: DataReduction, threshold: Double = .infinity
  ) throws(CertificateError) {
    guard reduction.rank <= 2 else { throw .rankTooLarge(rank: reduction.rank) }
    guard Z.rows == reduction.rowCount else {
      throw .shape(what: "the number of rows of Z", found: Z.rows, expected: reduction.rowCount)
    }
    let dual = ReducedDual(Z: Z, reduction: reduction)
    let found: (bound: Double, peaks: [[Double]])
    switch reduction.rank {
    case 0: found = (0, [])
    case 1: found = Self.rays(dual)
    default: found = CircleSweep(dual).maximum()
    }
    kappa = dual.userBound(found.bound)
    maxima = found.peaks.map { w in
      Maximum(direction: reduction.expand(w), value: DenseKernels.norm(dual.value(at: w)))
    }.filter { $0.value > threshold }.sorted { $0.value > $1.value }
  }

  /// Rank 1: `w = ±1`. `‖h‖` is a norm of at most `g` products per entry.
  private static func rays(_ dual: ReducedDual) -> (bound: Double, peaks: [[Double]]) {
    let peaks = [[1.0], [-1.0]]
    let values = peaks.map { RoundingBounds.normUp(dual.value(at: $0)) }
    let rounding = RoundingBounds.multiplyUp(RoundingBounds.gamma(dual.directions.rows + 2), dual.lipschitz)
    return (RoundingBounds.addUp(RoundingBounds.greaterBound(values[0], values[1]), rounding), peaks)
  }
}

/// One walk around the circle of rank-2 reduced coordinates.
struct CircleSweep {
  /// A line `x̂_gᵀw = 0` met at angle `t`, the group becoming positive or negative.
  private struct Breakpoint {
    var angle: Double
    var group: Int
    var becomesPositive: Bool
  }

  /// Where a sector takes its maximum.
  private enum Place { case start, interior(Double), end }

  private let dual: ReducedDual
  private let breakpoints: [Breakpoint]
  /// Entries of `M`, column by column.
  private var M: [CompensatedSum]

  init(_ dual: ReducedDual) {
    self.dual = dual
    M = [CompensatedSum](repeating: CompensatedSum(), count: 2 * dual.outputDimension)
    var list: [Breakpoint] = []
    var startsPositive: [Bool] = []
    for g in 0..<dual.directions.rows {
      let angle = atan2(dual.directions[g, 1], dual.directions[g, 0])
      let enter = Self.wrapped(angle - .pi / 2)
      let leave = Self.wrapped(angle + .pi / 2)
      list.append(Breakpoint(angle: enter, group: g, becomesPositive: true))
      list.append(Breakpoint(angle: leave, group: g, becomesPositive: false))
      startsPositive.append(enter > leave)
    }
    breakpoints = list.sorted { $0.angle < $1.angle }
    for (g, positive) in startsPositive.enumerated() { add(g, positive: positive, sign: 1) }
  }

  private static func wrapped(_ angle: Double) -> Double {
    angle < -.pi ? angle + 2 * .pi : angle > .pi ? angle - 2 * .pi : angle
  }

  /// Adds (or removes, `sign` −1) the term of group `g` on its positive or negative side.
  private mutating func add(_ g: Int, positive: Bool, sign: Double) {
    let c = dual.outputDimension
    for k in 0..<c {
      let z = positive ? sign * dual.positive[g, k] : -sign * dual.negative[g, k]
      M[k].add(product: z, dual.directions[g, 0])
      M[c + k].add(product: z, dual.directions[g, 1])
    }
  }

  /// The bound on `κ̂` and the unit `w` at the local maxima.
  func maximum() -> (bound: Double, peaks: [[Double]]) {
    var sweep = self
    var largest = 0.0
    var places: [(start: Double, end: Double, place: Place)] = []
    for (k, event) in breakpoints.enumerated() {
      sweep.add(event.group, positive: !event.becomesPositive, sign: -1)
      sweep.add(event.group, positive: event.becomesPositive, sign: 1)
      let end = k + 1 < breakpoints.count ? breakpoints[k + 1].angle : breakpoints[0].angle + 2 * .pi
      // A sector of no width is a point of its neighbours.
      guard end > event.angle else { continue }
      let sector = sweep.sectorMaximum(from: event.angle, to: end)
      largest = RoundingBounds.greaterBound(largest, sector.bound)
      places.append((event.angle, end, sector.place))
    }
    return (RoundingBounds.addUp(largest, margin), Self.localMaxima(places))
  }

  /// Wrong signs near breakpoints and the tail of the compensated sums; see `KappaBySectors`.
  private var margin: Double {
    let gamma = RoundingBounds.gamma(5 * dual.directions.rows)
    let factor = 3 * gamma * gamma + KappaBySectors.Tuning.angleError
    return RoundingBounds.addUp(RoundingBounds.multiplyUp(factor.nextUp, dual.lipschitz), Double.leastNormalMagnitude)
  }

  private func sectorMaximum(from start: Double, to end: Double) -> (bound: Double, place: Place) {
    let c = dual.outputDimension
    let m = M.map(\.value)
    var (a, b, d) = (0.0, 0.0, 0.0)
    for k in 0..<c {
      a += m[k] * m[k]
      b += m[c + k] * m[c + k]
      d += m[k] * m[c + k]
    }
    let frobenius = RoundingBounds.normUp(m)
    let gamma = RoundingBounds.gamma(c + 8)
    let entryError = gamma * frobenius * frobenius
    let amplitude = ((a - b) / 2 * ((a - b) / 2) + d * d).squareRoot()
    let top = 0.5 * atan2(d, (a - b) / 2)
    // Half the angle between the computed and the true (½(a − b), d), each entry off by at most entryError.
    let topError = 2 * entryError / amplitude + KappaBySectors.Tuning.angleError
    let offset = (top - start) - .pi * ((top - start) / .pi).rounded(.down)
    let isJustBefore = offset >= .pi - topError
    let isInside = offset <= (end - start) + topError || isJustBefore
    // M itself is off by u‖M‖_F, a unit direction by directionError: both are covered by `slack`.
    let slack = RoundingBounds.multiplyUp(frobenius, KappaBySectors.Tuning.directionError + 4 * gamma)
    if isInside || !(4 * entryError < amplitude) {
      let t = isJustBefore ? start : start + min(offset, end - start)
      let square = RoundingBounds.addUp((a + b) / 2 + amplitude, 4 * entryError)
      return (RoundingBounds.addUp(RoundingBounds.rootUp(square), slack), .interior(t))
    }
    let values = [start, end].map { t in
      RoundingBounds.normUp((0..<c).map { m[$0] * cos(t) + m[c + $0] * sin(t) })
    }
    let bound = RoundingBounds.addUp(RoundingBounds.greaterBound(values[0], values[1]), slack)
    return (bound, values[0] >= values[1] ? .start : .end)
  }

  /// Interior maxima, and breakpoints where both neighbouring sectors are greatest.
  private static func localMaxima(_ places: [(start: Double, end: Double, place: Place)]) -> [[Double]] {
    var angles: [Double] = []
    for (k, sector) in places.enumerated() {
      switch sector.place {
      case .interior(let t): angles.append(t)
      case .start:
        if case .end = places[(k + places.count - 1) % places.count].place { angles.append(sector.start) }
      case .end: break
      }
    }
    return angles.map { [cos($0), sin($0)] }
  }
}
