/// The proof of the bound on one cone, as derived at `KappaByCones`. Scalars only, workspaces made once.
final class ConeCheck {
  private typealias Buffer = UnsafeMutablePointer<Double>

  private let r: Int
  private let c: Int
  private let theta: Double
  private let errorFactor, productError: Double
  private let s, sizes: [Double]
  /// Of the vertices: `l_k`, `ε_k`, loss of inner products; `Mv_k` and the middles, `r × c`.
  private let lengths, errors, losses, linear, middle: UnsafeMutablePointer<Double>
  private let axis, direction, q, p, across, change, trial: UnsafeMutablePointer<Double>
  /// `σ` and `‖s⊥‖` of the mixed rows.
  private let sigma: UnsafeMutablePointer<Double>
  private var rho = 0.0
  private let leastNorm: LeastNorm

  init(_ program: ConeProgram) {
    (r, c, theta) = (program.r, program.c, program.theta)
    (errorFactor, productError) = (program.errorFactor, program.productError)
    (s, sizes) = (program.s, program.sizes)
    lengths = .allocate(capacity: r)
    errors = .allocate(capacity: r)
    losses = .allocate(capacity: r)
    linear = .allocate(capacity: max(1, r * c))
    middle = .allocate(capacity: max(1, r * c))
    axis = .allocate(capacity: r)
    direction = .allocate(capacity: max(1, c))
    q = .allocate(capacity: r)
    p = .allocate(capacity: r)
    across = .allocate(capacity: r)
    change = .allocate(capacity: r)
    trial = .allocate(capacity: r)
    sigma = .allocate(capacity: max(1, program.sizes.count))
    leastNorm = LeastNorm(r)
  }

  deinit {
    for buffer in [lengths, errors, losses, linear, middle, axis, direction, q, p, across, change, trial, sigma] {
      buffer.deallocate()
    }
  }

  /// The cone at hand.
  private struct Cone {
    let v, products: Buffer
    let mixed: UnsafeMutablePointer<Int>
    let count: Int
  }

  /// - Parameters:
  ///   - y, v: vertices, as rows of `r`.
  ///   - M: the linear part, `c` rows of `r`.
  ///   - products: `a_k` of the mixed rows, `r` each.
  func isBelow(
    y: UnsafeMutablePointer<Double>, v: UnsafeMutablePointer<Double>, M: UnsafeMutablePointer<Double>,
    mixed: UnsafeMutablePointer<Int>, products: UnsafeMutablePointer<Double>, count: Int
  ) -> Bool {
    let cone = Cone(v: v, products: products, mixed: mixed, count: count)
    guard measure(y, v) else { return false }
    for k in 0..<r {
      for j in 0..<c {
        var sum = 0.0
        for i in 0..<r { sum += M[j * r + i] * v[k * r + i] }
        linear[k * c + j] = sum
      }
    }
    leastNorm.setVertices(v)
    if c == 1 {
      for sign in [1.0, -1] {
        direction[0] = sign
        guard isBelow(cone) else { return false }
      }
      return true
    }
    for k in 0..<r * c { middle[k] = linear[k] }
    for j in 0..<c {
      direction[j] = 0
      for k in 0..<r { direction[j] += linear[k * c + j] }
    }
    for m in 0..<count {
      let g = mixed[m]
      var sum = 0.0
      for k in 0..<r {
        let a = products[m * r + k]
        let value = a > 0 ? 0.75 * a : 0.25 * a
        sum += a
        for j in 0..<c { middle[k * c + j] += s[g * c + j] * value }
      }
      if sum > 0 { for j in 0..<c { direction[j] += s[g * c + j] * sum } }
    }
    var square = 0.0
    for j in 0..<c { square += direction[j] * direction[j] }
    if square > 0 {
      let size = square.squareRoot()
      for j in 0..<c { direction[j] /= size }
      if isBelow(cone) { return true }
    }
    return isSmall(cone)
  }

  /// Lengths, losses, and an axis with its `ρ`; false when there is none.
  private func measure(_ y: Buffer, _ v: Buffer) -> Bool {
    for i in 0..<r { axis[i] = 0 }
    for k in 0..<r {
      let length = norm(v + k * r, r)
      guard length > 0, length.isFinite else { return false }
      lengths[k] = length
      let size = norm(y + k * r, r) * KappaByCones.Tuning.scalar
      errors[k] = errorFactor * size
      losses[k] = productError * size
      for i in 0..<r { axis[i] += v[k * r + i] / length }
    }
    let length = norm(axis, r)
    guard length > 0 else { return false }
    for i in 0..<r { axis[i] /= length }
    rho = .infinity
    for k in 0..<r { rho = min(rho, (dot(axis, v + k * r, r) - losses[k]) / lengths[k]) }
    rho /= KappaByCones.Tuning.scalar
    return rho > 0 && rho.isFinite
  }

  /// The plain bound: the norms of the middles plus the radii.
  private func isSmall(_ cone: Cone) -> Bool {
    let scalar = KappaByCones.Tuning.scalar
    for k in 0..<r {
      var radius = 0.0
      for m in 0..<cone.count { radius += 0.25 * sizes[cone.mixed[m]] * abs(cone.products[m * r + k]) }
      let bound = (norm(middle + k * c, c) * scalar + radius + errors[k]) * scalar
      guard bound / (rho * lengths[k]) * scalar <= theta else { return false }
    }
    return true
  }

  /// The directional bound for the present `d`.
  private func isBelow(_ cone: Cone) -> Bool {
    let scalar = KappaByCones.Tuning.scalar
    for k in 0..<r {
      q[k] = dot(direction, linear + k * c, c)
      p[k] = q[k]
      across[k] = 0
    }
    for m in 0..<cone.count {
      let g = cone.mixed[m]
      var along = 0.0
      for j in 0..<c { along += direction[j] * s[g * c + j] }
      sigma[m] = along
      // √(‖s‖² − σ²), where cancellation may cost √u of ‖s‖.
      let rest = c > 1 ? 0.25 * max(0, sizes[g] * sizes[g] * scalar - along * along).squareRoot() * scalar : 0
      for k in 0..<r {
        let a = cone.products[m * r + k]
        across[k] += rest * abs(a)
        guard a > 0 else { continue }
        if along >= 0 { q[k] += along * a } else { p[k] += along * a }
      }
    }
    if c > 1 {
      var b = 0.0
      for k in 0..<r {
        let along = dot(direction, middle + k * c, c)
        var square = 0.0
        for j in 0..<c {
          let part = middle[k * c + j] - along * direction[j]
          square += part * part
        }
        across[k] = (square.squareRoot() * scalar + across[k] + errors[k]) * scalar
        b = max(b, across[k] / lengths[k])
      }
      let ratio = b / (rho * theta) * scalar
      guard ratio < 1 else { return false }
      let root = (1 - ratio * ratio).squareRoot()
      // (1 − √(1 − x))/x = 1/(1 + √(1 − x)).
      let factor = scalar / ((1 + root) * theta * rho) * scalar
      for k in 0..<r {
        guard (errors[k] - p[k]) / (rho * lengths[k]) * scalar <= theta * root / scalar else { return false }
        q[k] += factor * across[k] * across[k] / lengths[k] * scalar
      }
    }
    for k in 0..<r { q[k] += errors[k] }
    return hasShortCut(cone)
  }

  /// Looks for slopes and a `z` with `‖z‖ ≤ θ` above all coefficients; both are proved by `isAbove`.
  private func hasShortCut(_ cone: Cone) -> Bool {
    let mu = leastNorm.multipliers
    // Terms of the concave rows with their best slopes at Σμ_kv_k, added to `into` with a factor.
    func addCut(_ into: Buffer) {
      for m in 0..<cone.count where sigma[m] < 0 {
        guard dot(cone.products + m * r, mu, r) > 0 else { continue }
        for k in 0..<r { into[k] += sigma[m] * cone.products[m * r + k] }
      }
    }
    let linear = p
    for k in 0..<r {
      linear[k] = q[k]
      mu[k] = 1
    }
    addCut(q)
    for _ in 0..<KappaByCones.Tuning.cuts {
      guard leastNorm.solve(q) else { return false }
      if isAbove(q, cone) { return true }
      for k in 0..<r { change[k] = linear[k] }
      addCut(change)
      // The concave program's value in the direction of z is a lower bound on all of this.
      let value = dot(change, mu, r)
      guard value <= theta * norm(leastNorm.z, r) else { return false }
      for k in 0..<r { change[k] -= q[k] }
      guard dot(change, mu, r) < 0 else { return false }
      // The norm is convex along the way: halve until its slope changes sign.
      var (low, high) = (0.0, 1.0)
      for step in 0..<KappaByCones.Tuning.bisections {
        let t = step == 0 ? 1 : 0.5 * (low + high)
        for k in 0..<r { trial[k] = q[k] + t * change[k] }
        guard leastNorm.solve(trial) else { return false }
        if isAbove(trial, cone) { return true }
        if dot(change, mu, r) < 0 { low = t } else { high = t }
        if low == 1 { break }
      }
      for k in 0..<r { q[k] += low * change[k] }
    }
    return false
  }

  /// Whether `z`, lengthened along the axis where it falls short, is above all coefficients and not longer than `θ`.
  private func isAbove(_ q: Buffer, _ cone: Cone) -> Bool {
    let scalar = KappaByCones.Tuning.scalar
    let z = leastNorm.z
    let length = norm(z, r) * scalar
    guard length <= theta else { return false }
    var missing = 0.0
    for k in 0..<r {
      let reached = dot(z, cone.v + k * r, r) - length * losses[k]
      let aim = q[k] + abs(q[k]) * (scalar - 1)
      let lack = (aim - reached) / (rho * lengths[k])
      // Not a comparison that NaN passes.
      guard lack < .infinity else { return false }
      missing = max(missing, lack)
    }
    // z + missing·axis; the axis is longer than 1 by a few roundings at most.
    var square = 0.0
    for i in 0..<r {
      let entry = z[i] + missing * scalar * axis[i]
      square += entry * entry
    }
    return square.squareRoot() * scalar <= theta
  }

  private func dot(_ a: Buffer, _ b: Buffer, _ n: Int) -> Double {
    var sum = 0.0
    for i in 0..<n { sum += a[i] * b[i] }
    return sum
  }

  private func norm(_ a: Buffer, _ n: Int) -> Double { dot(a, a, n).squareRoot() }
}
