/// The bound of one cone: whether `‖h(w)‖ ≤ θ‖w‖` on all of it.
///
/// On `K = {Σλ_kv_k, λ ≥ 0}` fix a unit direction `v₀` of the outputs, `h` at the barycentre, and write `h = (v₀ᵀh)v₀ + h⊥`.
///
/// *Along `v₀`.* A mixed row with `σ = v₀ᵀs > 0` is convex and lies below its chord `Σλ_kσ(a_k)_+`; one with `σ < 0` is concave
/// and lies below every line `στΣλ_ka_k`, `0 ≤ τ ≤ 1`. So `v₀ᵀh ≤ Σλ_kq_k`, linear, with `τ` to be chosen.
/// *Across.* `(a)_+` lies between a line and its chord, so `‖h⊥‖ ≤ Σλ_kB_k` with `B_k` the norm of the middle plus the radii,
/// and, `‖·‖²` being convex, `‖h⊥‖² ≤ (Σλ_kl_k)Σλ_kB_k²/l_k`, `l_k = ‖v_k‖`, where `Σλ_kl_k ≤ ‖w‖/ρ`.
/// *Together.* With `b ≥ ‖h⊥‖/‖w‖` on `K` and `√(1 − x) ≥ 1 − ωx` for `0 ≤ x ≤ (b/θ)²`, it suffices that
///
///     Σλ_k (q_k + ωB_k²/(θρl_k)) ≤ θ‖w‖,
///
/// and that `v₀ᵀh ≥ −√(θ² − b²)‖w‖`. The first holds if some `z` with `‖z‖ ≤ θ` has `zᵀv_k` above every coefficient: the
/// shortest such `z` is a nonnegative least-squares problem of order `r`. At its solution a concave row is best cut by
/// `τ = 1` where `xᵀz > 0` and `τ = 0` where `xᵀz < 0`; coordinate descent over `τ` makes the bound that of the concave
/// program `max v₀ᵀh` over `K`: kinks on which maxima sit cost nothing, and the error is of second order in the cone's size.
final class ConeBound<Lanes: SIMD> where Lanes.Scalar == Double {
  enum Verdict {
    case proved
    case violated([Double])
    case undecided
  }

  /// Cuts tried, and points of a line search.
  private static var passes: Int { 6 }
  private static var lineSteps: Int { 6 }
  /// Relative slope at which a line search ends.
  private static var flat: Double { 1e-6 }

  private let r: Int
  private let c: Int
  private let weights: UnsafeMutablePointer<Double>
  private let weightNorms: UnsafeMutablePointer<Double>
  private let threshold: Double
  private let middle: UnsafeMutablePointer<Lanes>
  private let along: UnsafeMutablePointer<Double>
  private var direction: [Double]
  private var centre: [Double]
  private var program: ShortestVector<Lanes>

  init(
    rank: Int, outputs: Int, weights: UnsafeMutablePointer<Double>, weightNorms: UnsafeMutablePointer<Double>,
    threshold: Double, capacity: Int
  ) {
    (r, c) = (rank, outputs)
    self.weights = weights
    self.weightNorms = weightNorms
    self.threshold = threshold
    middle = .allocate(capacity: max(outputs, 1))
    along = .allocate(capacity: max(capacity, 1))
    direction = [Double](repeating: 0, count: outputs)
    centre = [Double](repeating: 0, count: outputs)
    program = ShortestVector(rank: rank)
  }

  deinit {
    middle.deallocate()
    along.deallocate()
  }

  func verdict(_ cone: ConeLevel<Lanes>) -> Verdict {
    // Lengths of the vertices, and ρ through the direction of their mean.
    var squares = Lanes(repeating: 0)
    for d in 0..<r { squares += cone.w[d] * cone.w[d] }
    for k in r..<Lanes.scalarCount { squares[k] = 1 }
    let lengths = squares.squareRoot()
    var meanSquare = 0.0
    var overlap = Lanes(repeating: 0)
    var centreSquare = 0.0
    for d in 0..<r {
      let unit = cone.w[d] / lengths
      let mean = unit.sum()
      meanSquare += mean * mean
      overlap += mean * unit
      let sum = cone.w[d].sum()
      centreSquare += sum * sum
    }
    for k in r..<Lanes.scalarCount { overlap[k] = .infinity }
    let rho = overlap.min() / meanSquare.squareRoot()

    // One pass over the mixed rows: value at the barycentre, middle and radii.
    for j in 0..<c {
      centre[j] = cone.settled[j].sum()
      middle[j] = cone.settled[j]
    }
    var radii = Lanes(repeating: 0)
    for m in 0..<cone.mixed {
      let g = Int(cone.rows[m])
      let a = cone.products[m]
      let positive = a.replacing(with: 0, where: a .< 0)
      let sum = a.sum()
      // ¾a₊ − ¼a₋ and ¼|a|.
      let mid = 0.25 * a + 0.5 * positive
      radii += (0.25 * weightNorms[g]) * (2 * positive - a)
      for j in 0..<c {
        let s = weights[g * c + j]
        middle[j] += s * mid
        if sum > 0 { centre[j] += s * sum }
      }
    }
    var centreNorm = 0.0
    for j in 0..<c { centreNorm += centre[j] * centre[j] }
    centreNorm = centreNorm.squareRoot()
    if centreNorm > threshold * centreSquare.squareRoot() {
      return .violated((0..<r).map { cone.w[$0].sum() / centreSquare.squareRoot() })
    }
    guard rho > 0 else { return .undecided }

    // Everything is small.
    var norms = Lanes(repeating: 0)
    for j in 0..<c { norms += middle[j] * middle[j] }
    var largest = (norms.squareRoot() + radii) / lengths
    for k in r..<Lanes.scalarCount { largest[k] = 0 }
    if largest.max() <= threshold * rho { return .proved }

    program.setVertices(cone.w)
    if c == 1 {
      direction[0] = 1
      guard isBelow(cone, lengths, rho) else { return .undecided }
      direction[0] = -1
      return isBelow(cone, lengths, rho) ? .proved : .undecided
    }
    guard centreNorm > 0 else { return .undecided }
    for j in 0..<c { direction[j] = centre[j] / centreNorm }
    return isBelow(cone, lengths, rho) ? .proved : .undecided
  }

  /// The directional bound for the present `v₀`.
  private func isBelow(_ cone: ConeLevel<Lanes>, _ lengths: Lanes, _ rho: Double) -> Bool {
    var q = Lanes(repeating: 0)
    var overlap = Lanes(repeating: 0)
    for j in 0..<c {
      q += direction[j] * cone.settled[j]
      overlap += direction[j] * middle[j]
    }
    var least = q
    var radii = Lanes(repeating: 0)
    var concave = 0
    for m in 0..<cone.mixed {
      let g = Int(cone.rows[m])
      let a = cone.products[m]
      let positive = a.replacing(with: 0, where: a .< 0)
      var sigma = 0.0
      for j in 0..<c { sigma += direction[j] * weights[g * c + j] }
      if c > 1 {
        let across = max(0, weightNorms[g] * weightNorms[g] - sigma * sigma).squareRoot()
        radii += (0.25 * across) * (2 * positive - a)
      }
      along[m] = sigma
      if sigma > 0 {
        q += sigma * positive
      } else {
        least += sigma * positive
        concave += 1
      }
    }
    if c > 1 {
      var across = Lanes(repeating: 0)
      for j in 0..<c {
        let part = middle[j] - direction[j] * overlap
        across += part * part
      }
      let B = (across.squareRoot() + radii) / lengths
      let b = (0..<r).reduce(0.0) { max($0, B[$1]) } / rho
      let x = (b / threshold) * (b / threshold)
      guard x < 1 else { return false }
      let omega = x > 1e-8 ? (1 - (1 - x).squareRoot()) / x : 0.5 + 0.25 * x
      q += (omega / (threshold * rho)) * (B * B * lengths)
      let floor = (0..<r).reduce(0.0) { max($0, -least[$1] / lengths[$1]) } / rho
      guard floor * floor <= threshold * threshold - b * b else { return false }
    }
    return bestCut(cone, q, concave)
  }

  /// Whether some slopes `τ` bring the shortest `z` to `θ`.
  ///
  /// `‖z(τ)‖²` is convex in `τ`, and the slopes that are best at the present maximiser `μ` are `τ = 1` where `aᵀμ > 0`. They give
  /// the value of the concave program at `μ`: above `θ`, no slopes help. Otherwise the coefficients move towards theirs by an
  /// exact line search, whose derivative is `dᵀμ`.
  private func bestCut(_ cone: ConeLevel<Lanes>, _ linear: Lanes, _ concave: Int) -> Bool {
    let limit = threshold * threshold
    var centreWeights = Lanes(repeating: 0)
    for k in 0..<r { centreWeights[k] = 1 }
    var q = linear + cut(cone, at: centreWeights)
    var square = program.solve(q)
    if square <= limit { return true }
    guard concave > 0 else { return false }
    for _ in 0..<Self.passes {
      let sharp = linear + cut(cone, at: program.multipliers)
      let value = (sharp * program.multipliers).sum()
      // The concave program's value at z/‖z‖ is value/‖z‖.
      guard value * value <= limit * square else { return false }
      let change = sharp - q
      var (low, high) = (0.0, 1.0)
      var lowSlope = (change * program.multipliers).sum()
      guard lowSlope < 0 else { return false }
      let end = program.solve(sharp)
      if end <= limit { return true }
      var highSlope = (change * program.multipliers).sum()
      if highSlope <= 0 {
        q = sharp
        square = end
        continue
      }
      for step in 0..<Self.lineSteps {
        let t = step % 3 == 2 ? 0.5 * (low + high) : low + (high - low) * lowSlope / (lowSlope - highSlope)
        let trial = q + t * change
        square = program.solve(trial)
        if square <= limit { return true }
        let slope = (change * program.multipliers).sum()
        if abs(slope) <= Self.flat * square {
          low = t
          break
        }
        if slope < 0 { (low, lowSlope) = (t, slope) } else { (high, highSlope) = (t, slope) }
      }
      q += low * change
      square = program.solve(q)
    }
    return false
  }

  /// The terms of the concave rows with their best slopes at `Σμ_kv_k`.
  private func cut(_ cone: ConeLevel<Lanes>, at multipliers: Lanes) -> Lanes {
    var result = Lanes(repeating: 0)
    for m in 0..<cone.mixed where along[m] < 0 {
      let a = cone.products[m]
      if (a * multipliers).sum() > 0 { result += along[m] * a }
    }
    return result
  }
}
