/// Exact maxima of `‖h‖` over great circles of the unit sphere, and climbing by them.
///
/// On `w + τp`, `w ⊥ p` unit vectors, the term of a row is active where `a + τb > 0`, `a = x_gᵀw`, `b = x_gᵀp`: each row
/// changes once, at `τ = −a/b`. Between two changes `‖h‖²` is the quadratic form of the `2 × 2` matrix `MᵀM`,
/// `M = Σ_active s_g (a, b)`, over `(1, τ)`, with a closed-form maximum; the other half of the circle has the complementary
/// rows active, so one sorted walk covers both. The result is the *global* maximum over the circle, kinks included, in
/// O(n r + n log n + n c). A climb repeats this with tangents from the gradient, projected off every subset of the rows whose
/// kinks `w` lies on (where the maxima of weights of mixed sign sit) until no circle improves.
final class GreatCircle {
  enum Tuning {
    /// Circles rounds in one climb.
    static let steps = 60
    /// Relative rise below which a climb ends.
    static let progress = 1e-13
    /// Cosine with `w` below which a row counts as met.
    static let kink = 1e-10
    /// Rows met at once whose subsets are all tried.
    static let subsetRows = 4
  }

  private let map: KinkedMap
  private let a, b, key, tau: UnsafeMutablePointer<Double>
  private let order, place: UnsafeMutablePointer<Int32>
  private let bucket: UnsafeMutablePointer<Int32>
  /// `M` and the sum over all rows: two columns of `c` each.
  private let active, total: UnsafeMutablePointer<Double>
  private var random = GaussianSequence(seed: 0)

  init(_ map: KinkedMap) {
    self.map = map
    let n = max(map.count, 1)
    a = .allocate(capacity: n)
    b = .allocate(capacity: n)
    key = .allocate(capacity: n)
    tau = .allocate(capacity: n)
    order = .allocate(capacity: n)
    place = .allocate(capacity: n)
    bucket = .allocate(capacity: n + 2)
    active = .allocate(capacity: 2 * map.outputs + 2)
    total = .allocate(capacity: 2 * map.outputs + 2)
  }

  deinit {
    for pointer in [a, b, key, tau, active, total] { pointer.deallocate() }
    for pointer in [order, place, bucket] { pointer.deallocate() }
  }

  /// A point of the circle as `cosine·w + sine·p`, and `‖h‖²` there.
  struct Peak {
    var square: Double
    var cosine: Double
    var sine: Double
  }

  /// The maximum of `‖h‖²` over the circle through the orthonormal `w` and `p`.
  func maximum(_ w: [Double], _ p: [Double]) -> Peak {
    let (n, r, c) = (map.count, map.rank, map.outputs)
    for k in 0..<2 * c {
      active[k] = 0
      total[k] = 0
    }
    var crossings = 0
    map.rows.withUnsafeBufferPointer { rows in
      map.weights.withUnsafeBufferPointer { weights in
        for g in 0..<n {
          var (x, y) = (0.0, 0.0)
          for i in 0..<r {
            x += rows[g * r + i] * w[i]
            y += rows[g * r + i] * p[i]
          }
          a[g] = x
          b[g] = y
          // Active at the start of the half circle, τ = −∞.
          let starts = y < 0 || (y == 0 && x > 0)
          for k in 0..<c {
            let s = weights[g * c + k]
            total[k] += s * x
            total[c + k] += s * y
            if starts {
              active[k] += s * x
              active[c + k] += s * y
            }
          }
          guard y != 0 else { continue }
          let t = -x / y
          tau[g] = t
          key[g] = t / (1 + abs(t))
          order[crossings] = Int32(truncatingIfNeeded: g)
          crossings += 1
        }
      }
    }
    sort(crossings)
    return walk(crossings)
  }

  /// Sorts the crossings by key: a counting sort into as many buckets, then insertion.
  private func sort(_ m: Int) {
    guard m > 1 else { return }
    for k in 0...m { bucket[k] = 0 }
    let scale = 0.5 * Double(m)
    // A crossing beyond the largest number has no key (∞/∞); the maximum with 0 first takes NaN to 0.
    @inline(__always) func index(_ g: Int) -> Int { min(m - 1, Int(max(0, (key[g] + 1) * scale))) }
    for k in 0..<m { bucket[index(Int(order[k])) + 1] += 1 }
    for k in 0..<m { bucket[k + 1] += bucket[k] }
    for k in 0..<m {
      let g = order[k]
      let i = index(Int(g))
      place[Int(bucket[i])] = g
      bucket[i] += 1
    }
    for k in 0..<m {
      let g = place[k]
      let value = key[Int(g)]
      var position = k
      while position > 0, key[Int(order[position - 1])] > value {
        order[position] = order[position - 1]
        position -= 1
      }
      order[position] = g
    }
  }

  private func walk(_ m: Int) -> Peak {
    let c = map.outputs
    var best = Peak(square: -1, cosine: 1, sine: 0)
    map.weights.withUnsafeBufferPointer { weights in
      // The ends τ = ∓∞ are ±p.
      var startTau = -Double.infinity
      for step in 0...m {
        let endTau = step < m ? tau[Int(order[step])] : .infinity
        for side in 0..<2 {
          var (alpha, beta, delta) = (0.0, 0.0, 0.0)
          for k in 0..<c {
            let x = side == 0 ? active[k] : total[k] - active[k]
            let y = side == 0 ? active[c + k] : total[c + k] - active[c + k]
            alpha += x * x
            beta += x * y
            delta += y * y
          }
          guard alpha + delta > best.square else { continue }
          consider(alpha, beta, delta, from: startTau, to: endTau, sign: side == 0 ? 1 : -1, &best)
        }
        guard step < m else { break }
        let g = Int(order[step])
        let sign = b[g] > 0 ? 1.0 : -1
        for k in 0..<c {
          let s = sign * weights[g * c + k]
          active[k] += s * a[g]
          active[c + k] += s * b[g]
        }
        startTau = endTau
      }
    }
    return best
  }

  /// Greatest value of `(α + 2βτ + δτ²)/(1 + τ²)` on a piece: the top eigenvalue when its direction is inside, else an end.
  private func consider(
    _ alpha: Double, _ beta: Double, _ delta: Double, from start: Double, to end: Double, sign: Double, _ best: inout Peak
  ) {
    let half = 0.5 * (alpha - delta)
    // top = ½(α + δ) + √(half² + β²); the root is not needed to see that it is below the best.
    let missing = best.square - 0.5 * (alpha + delta)
    let squared = half * half + beta * beta
    guard missing < 0 || squared > missing * missing else { return }
    let amplitude = squared.squareRoot()
    let top = 0.5 * (alpha + delta) + amplitude
    // The top direction (1, τ): τ = β/(top − δ) = (top − α)/β.
    let inside = half >= 0 ? beta / (half + amplitude) : (beta == 0 ? .infinity : (amplitude - half) / beta)
    if inside >= start && inside <= end {
      let cosine = inside.isFinite ? 1 / (1 + inside * inside).squareRoot() : 0
      best = Peak(square: top, cosine: sign * cosine, sine: sign * (inside.isFinite ? cosine * inside : 1))
      return
    }
    for t in [start, end] {
      let cosine = t.isFinite ? 1 / (1 + t * t).squareRoot() : 0
      let sine = t.isFinite ? cosine * t : (t > 0 ? 1 : -1)
      let square = alpha * cosine * cosine + 2 * beta * cosine * sine + delta * sine * sine
      if square > best.square { best = Peak(square: square, cosine: sign * cosine, sine: sign * sine) }
    }
  }

  // MARK: Climbing

  /// The unit `w` of a local maximum of `‖h‖` above `start`, with its value.
  ///
  /// - Parameter normal: a unit vector to whose complement the climb keeps, `start` being projected; `nil` for the whole sphere.
  func climb(from start: [Double], seed: UInt64, off normal: [Double]? = nil) -> (w: [Double], value: Double) {
    random = GaussianSequence(seed: seed)
    guard map.rank > 2 || normal == nil, var w = normal.map({ Self.unit(start, off: [$0]) }) ?? start else { return (start, 0) }
    var square = 0.0
    for k in map.value(at: w) { square += k * k }
    let fixed = normal.map { [$0] } ?? []
    guard map.rank > 1 else { return (w, square.squareRoot()) }
    for _ in 0..<(normal == nil ? Tuning.steps : GlobalSearch.Tuning.kinkSteps) {
      let before = square
      for p in tangents(at: w, off: fixed) {
        let peak = maximum(w, p)
        guard peak.square > square * (1 + Tuning.progress) else { continue }
        let point = zip(w, p).map { peak.cosine * $0 + peak.sine * $1 }
        let length = DenseKernels.norm(point)
        w = point.map { $0 / length }
        square = peak.square
        break
      }
      if square <= before * (1 + Tuning.progress) { break }
    }
    return (w, map.norm(at: w))
  }

  /// Unit tangents at `w` orthogonal to `fixed`, the most promising first.
  private func tangents(at w: [Double], off fixed: [[Double]]) -> [[Double]] {
    let (n, r, c) = (map.count, map.rank, map.outputs)
    var M = [Double](repeating: 0, count: c * r)
    var h = [Double](repeating: 0, count: c)
    var met: [Int] = []
    for g in 0..<n {
      var product = 0.0
      for i in 0..<r { product += map.rows[g * r + i] * w[i] }
      if abs(product) < Tuning.kink {
        if met.count < Tuning.subsetRows { met.append(g) }
        continue
      }
      guard product > 0 else { continue }
      for k in 0..<c {
        let s = map.weights[g * c + k]
        h[k] += s * product
        for i in 0..<r { M[k * r + i] += s * map.rows[g * r + i] }
      }
    }
    var gradient = [Double](repeating: 0, count: r)
    for k in 0..<c {
      for i in 0..<r { gradient[i] += M[k * r + i] * h[k] }
    }
    var list: [[Double]] = []
    // All subsets of the rows met, the whole set first: along it the gradient is that of one piece.
    for subset in stride(from: (1 << met.count) - 1, through: 0, by: -1) {
      var basis = [w] + fixed
      for (k, g) in met.enumerated() where subset >> k & 1 == 1 {
        if let direction = Self.unit(Array(map.rows[g * r..<(g + 1) * r]), off: basis) { basis.append(direction) }
      }
      guard basis.count < r else { continue }
      if let p = Self.unit(gradient, off: basis) { list.append(p) }
    }
    if let p = Self.unit(w.map { _ in random.next() }, off: [w] + fixed) { list.append(p) }
    return list
  }

  /// `p` orthogonalised twice against an orthonormal `basis`, of unit length; `nil` when nothing is left.
  private static func unit(_ p: [Double], off basis: [[Double]]) -> [Double]? {
    var q = p
    let size = DenseKernels.norm(p)
    guard size > 0 else { return nil }
    for _ in 0..<2 {
      for u in basis {
        let overlap = DenseKernels.dot(q, u)
        for i in q.indices { q[i] -= overlap * u[i] }
      }
    }
    let length = DenseKernels.norm(q)
    guard length > 1e-9 * size else { return nil }
    return q.map { $0 / length }
  }
}
