import Foundation

/// A sound check of `κ̂ = max_{‖w‖≤1} ‖h(w)‖ ≤ θ`, `h` as in `ReducedDual`, by a `ConeCertificate`.
///
/// **The bound on a cone** `K = {Σλ_kv_k : λ ≥ 0}`, `v_k = By_k`. Terms `s(xᵀw)_+` with `xᵀv_k ≥ 0` for all `k` are linear, those
/// with `xᵀv_k ≤ 0` vanish; the others are *mixed*, `a_k = xᵀv_k`. For a vector `d` of outputs with `‖d‖ = 1` let `σ = dᵀs`,
/// `h = (dᵀh)d + h⊥`, and let `l_k > 0`, `e` a direction with `eᵀv_k ≥ ρl_k‖e‖`, `ρ > 0`, so that `Σλ_kl_k ≤ ‖w‖/ρ`.
///
/// 1. `dᵀh(w) ≤ Σλ_kq_k`: a mixed term with `σ ≥ 0` is at most its chord, `σΣλ_k(a_k)_+`; one with `σ < 0` is at most `τσΣλ_ka_k`
///    for any `0 ≤ τ ≤ 1`.
/// 2. `‖h⊥(w)‖ ≤ Σλ_kB_k`, because `(xᵀw)_+` lies between `½Σλ_ka_k` and `Σλ_k(a_k)_+`: `B_k` is the norm of the `h⊥` of the
///    means plus `¼Σ‖s⊥‖|a_k|`. So `‖h⊥‖ ≤ b‖w‖`, `b = max B_k/(ρl_k)`, and by convexity of the square
///    `‖h⊥‖² ≤ (Σλ_kl_k)(Σλ_kB_k²/l_k)`.
/// 3. `dᵀh(w) ≥ Σλ_kp_k`, dropping the mixed terms with `σ ≥ 0` and taking chords of the others; if
///    `max_k(−p_k/(ρl_k)) ≤ √(θ² − b²)`, then `‖h(w)‖ ≤ θ‖w‖` wherever `dᵀh(w) ≤ 0`.
/// 4. Elsewhere it holds if `dᵀh ≤ √(θ²‖w‖² − ‖h⊥‖²)`. The root is at least `θ‖w‖ − ω‖h⊥‖²/(θ‖w‖)`, with
///    `ω = (1 − √(1 − (b/θ)²))/(b/θ)²`, by concavity. Hence it suffices that some `z` with `‖z‖ ≤ θ` satisfies
///    `zᵀv_k ≥ q_k + ωB_k²/(θρl_k)` for all `k`: then the right sides add up to at most `zᵀw ≤ θ‖w‖`.
///
/// Any `d`, `l`, `e`, `τ`, `z` prove the bound; they are chosen in floating point and not trusted. A single output needs no
/// `h⊥`: both `d = 1` and `d = −1` are tried with 1 and 4.
///
/// **Rounding.** Vertices `y_k` are exact (checked). With `N = n + 4r + 4c + 32`, `Λ = Σ‖s_g‖‖x_g‖` and `‖B‖_F`, every computed
/// product `xᵀv_k`, linear part, coefficient `q_k`, `p_k` and `B_k` is a sum of at most `N` products whose sizes add up to at most
/// `2Λ‖B‖_F‖y_k‖`, hence off by at most `4γ_NΛ‖B‖_F‖y_k‖`; a row settled by rounded signs, here or in a cone above, changes `h` by at most
/// `γ_NΛ‖B‖_F Σλ_k‖y_k‖` over the cone where it was settled, which is at most `√r` times the same sum over any cone inside (in
/// an orthant `Σλ_k‖y_k‖ ≤ ‖y‖₁`). All of this is below `ε_k = 16√r γ_NΛ‖B‖_F‖y_k‖`, which is added to each `q_k`, `B_k`, `−p_k`, and
/// whatever remains, some dozens of scalar operations on positive numbers, below the factor `1 + 2⁻⁴⁰` on each result.
///
/// Complexity: O(m(r + c)) for a cone with `m` mixed rows. The certificate may be short of splits: a leaf that fails is split
/// on, up to `Tuning.extraDepth`. Source: the subdivision is that of S. Bundfuss & M. Dür, SIAM J. Optim. 20 (2009), for
/// copositivity.
struct KappaByCones {
  enum Tuning {
    /// Splits below a leaf of the certificate before it counts as refuted.
    static let extraDepth = 24
    /// Nodes that may be added to those of the certificate, relative to their number, and at least.
    static let extraNodes = (factor: 1.0, least: 10_000)
    /// Largest rank for which `2ʳ` orthants are walked.
    static let largestRank = 10
    /// What scalar operations may lose, relatively.
    static let scalar = 1 + 0x1p-40
    static let cuts = 8
    static let bisections = 12
  }

  /// True only if `θ` is proved. `Λ` and the bound are those of `dual`; nothing of the search is used.
  static func proves(_ certificate: ConeCertificate, dual: ReducedDual) throws(CertificateError) -> Bool {
    let r = dual.directions.columns
    let B = certificate.basis
    guard r >= 1, r <= Tuning.largestRank else { throw .rankTooLarge(rank: r) }
    guard B.rows == r, B.columns == r else { throw .shape(what: "the order of the basis", found: B.rows, expected: r) }
    if let (i, k) = B.firstNonFinite { throw .notFinite(what: "the basis", place: "row \(i), column \(k)") }
    for j in 0..<r {
      for i in j..<r where (i == j) == (B[i, j] == 0) {
        throw .basisNotTriangular(row: i, column: j)
      }
    }
    var bits = NodeReader(certificate.tree)
    let walk = ConeWalk(dual: dual, basis: B, theta: certificate.theta)
    walk.allowance = Tuning.extraNodes.least + Int(Tuning.extraNodes.factor * Double(8 * certificate.tree.count))
    for orthant in 0..<1 << r {
      guard walk.orthant(orthant, &bits) else { return false }
    }
    guard bits.isAtEnd else { throw .treeDoesNotEnd }
    return true
  }
}

/// The bits of a tree, one by one.
private struct NodeReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ data: Data) { bytes = [UInt8](data) }

  /// `nil` behind the end.
  mutating func next() -> Bool? {
    guard position < 8 * bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position >> 3] >> (position & 7) & 1 == 1
  }

  /// Whether less than a byte is left, and nothing in it.
  var isAtEnd: Bool {
    8 * bytes.count - position < 8
      && (position..<8 * bytes.count).allSatisfy { bytes[$0 >> 3] >> ($0 & 7) & 1 == 0 }
  }
}

/// The depth-first walk over the cones of a certificate, in scalar arithmetic.
private final class ConeWalk {
  private let r: Int
  private let c: Int
  private let basis: DenseMatrix
  private let theta: Double
  /// `x_g` and `s_g` of the terms, one after the other.
  private var x: [Double] = []
  private var s: [Double] = []
  private var sizes: [Double] = []
  /// `16√r γ_N Λ‖B‖_F`, from above.
  private let errorFactor: Double
  /// `γ_N‖B‖_F`, from above: what an inner product with a vector of length 1 loses for each `‖y_k‖`.
  private let productError: Double
  var allowance = 0

  init(dual: ReducedDual, basis: DenseMatrix, theta: Double) {
    (r, c) = (dual.directions.columns, dual.outputDimension)
    self.basis = basis
    self.theta = theta
    var total = 0.0
    for g in 0..<dual.directions.rows {
      let row = dual.directions.row(g)
      for (sign, side) in [(1.0, dual.positive), (-1, dual.negative)] {
        let weight = side.row(g)
        guard weight.contains(where: { $0 != 0 }) else { continue }
        x += row.map { sign * $0 }
        s += weight
        let size = RoundingBounds.normUp(weight)
        sizes.append(size)
        total = RoundingBounds.addUp(total, RoundingBounds.multiplyUp(size, RoundingBounds.normUp(row)))
      }
    }
    let gamma = RoundingBounds.gamma(sizes.count + 4 * r + 4 * c + 32)
    productError = RoundingBounds.multiplyUp(gamma, RoundingBounds.normUp(basis.values))
    let roots = RoundingBounds.multiplyUp(16, RoundingBounds.rootUp(Double(r)))
    errorFactor = RoundingBounds.multiplyUp(roots, RoundingBounds.multiplyUp(productError, total))
  }

  /// A cone: vertices `y_k` as rows, the linear part `M`, `c × r`, of the settled rows, and the mixed rows.
  private struct Cone {
    var y: [[Double]]
    var M: [Double]
    var mixed: [Int]
  }

  func orthant(_ number: Int, _ bits: inout NodeReader) -> Bool {
    let y = (0..<r).map { k in (0..<r).map { $0 == k ? (number >> k & 1 == 1 ? -1.0 : 1) : 0 } }
    return walk(settled(Cone(y: y, M: [Double](repeating: 0, count: c * r), mixed: Array(sizes.indices))), &bits)
  }

  private func walk(_ cone: Cone, _ bits: inout NodeReader) -> Bool {
    guard let isSplit = bits.next() else { return false }
    guard isSplit else { return isProved(cone, depth: 0) }
    guard let halves = split(cone) else { return false }
    return walk(settled(halves.0), &bits) && walk(settled(halves.1), &bits)
  }

  /// The bound on a leaf, or on the parts it takes.
  private func isProved(_ cone: Cone, depth: Int) -> Bool {
    if isBelow(cone) { return true }
    allowance -= 2
    guard depth < KappaByCones.Tuning.extraDepth, allowance >= 0, let halves = split(cone) else { return false }
    return isProved(settled(halves.0), depth: depth + 1) && isProved(settled(halves.1), depth: depth + 1)
  }

  // MARK: Subdivision

  /// The halves along the longest edge; `nil` when a sum is not exact.
  private func split(_ cone: Cone) -> (Cone, Cone)? {
    let squares = cone.y.map { y in y.reduce(0) { $0 + $1 * $1 } }
    var edge = (0, 1)
    var smallest = Double.infinity
    for i in 0..<r {
      for j in i + 1..<max(r, i + 1) {
        var product = 0.0
        for d in 0..<r { product += cone.y[i][d] * cone.y[j][d] }
        let cosine = product * abs(product) / (squares[i] * squares[j])
        if cosine < smallest { (smallest, edge) = (cosine, (i, j)) }
      }
    }
    guard r > 1 else { return nil }
    var m = [Double](repeating: 0, count: r)
    for d in 0..<r {
      let (a, b) = (cone.y[edge.0][d], cone.y[edge.1][d])
      let sum = a + b
      let part = sum - a
      guard sum.isFinite, (a - (sum - part)) + (b - part) == 0 else { return nil }
      m[d] = sum
    }
    if m.reduce(0, { $0 + $1 * $1 }) >= 2 { m = m.map { 0.5 * $0 } }
    var halves = (cone, cone)
    halves.0.y[edge.1] = m
    halves.1.y[edge.0] = m
    return halves
  }

  /// `By`.
  private func image(_ y: [Double]) -> [Double] {
    (0..<r).map { i in
      var sum = 0.0
      for k in i..<r { sum += basis[i, k] * y[k] }
      return sum
    }
  }

  /// The cone with its rows of one sign moved into the linear part.
  private func settled(_ cone: Cone) -> Cone {
    let v = cone.y.map(image)
    var result = Cone(y: cone.y, M: cone.M, mixed: [])
    for g in cone.mixed {
      var (least, greatest) = (Double.infinity, -Double.infinity)
      for k in 0..<r {
        let a = product(g, v[k])
        least = min(least, a)
        greatest = max(greatest, a)
      }
      if least < 0 && greatest > 0 {
        result.mixed.append(g)
      } else if greatest > 0 {
        for j in 0..<c {
          for i in 0..<r { result.M[j * r + i] += s[g * c + j] * x[g * r + i] }
        }
      }
    }
    return result
  }

  private func product(_ g: Int, _ v: [Double]) -> Double {
    var sum = 0.0
    for i in 0..<r { sum += x[g * r + i] * v[i] }
    return sum
  }

  // MARK: The bound

  /// What is known of a cone at its vertices.
  private struct Vertices {
    var v: [[Double]]
    var lengths: [Double]
    /// `ε_k`.
    var errors: [Double]
    /// What an inner product of a unit vector with `v_k` may be off.
    var productErrors: [Double]
    /// `Mv_k`.
    var linear: [[Double]]
    /// `a_k` of the mixed rows.
    var products: [[Double]]
    /// `e` and `ρ`.
    var axis: [Double]
    var rho: Double
  }

  private func isBelow(_ cone: Cone) -> Bool {
    let v = cone.y.map(image)
    let lengths = v.map { DenseKernels.norm($0) }
    guard lengths.allSatisfy({ $0 > 0 && $0.isFinite }) else { return false }
    let norms = cone.y.map { RoundingBounds.normUp($0) }
    var axis = [Double](repeating: 0, count: r)
    for k in 0..<r {
      for i in 0..<r { axis[i] += v[k][i] / lengths[k] }
    }
    let axisLength = RoundingBounds.normUp(axis)
    guard axisLength > 0 else { return false }
    axis = axis.map { $0 / axisLength }
    let productErrors = norms.map { 2 * productError * $0 }
    let rho = (0..<r).reduce(Double.infinity) { least, k in
      min(least, (DenseKernels.dot(axis, v[k]) - productErrors[k]) / lengths[k])
    } / KappaByCones.Tuning.scalar
    guard rho > 0 else { return false }
    let linear = v.map { v in
      (0..<c).map { j in
        var sum = 0.0
        for i in 0..<r { sum += cone.M[j * r + i] * v[i] }
        return sum
      }
    }
    let vertices = Vertices(
      v: v, lengths: lengths, errors: norms.map { errorFactor * $0 }, productErrors: productErrors, linear: linear,
      products: cone.mixed.map { g in v.map { product(g, $0) } }, axis: axis, rho: rho)
    if c == 1 { return isBelow(cone, vertices, [1]) && isBelow(cone, vertices, [-1]) }
    var value = [Double](repeating: 0, count: c)
    for j in 0..<c { value[j] = vertices.linear.reduce(0) { $0 + $1[j] } }
    for (m, g) in cone.mixed.enumerated() {
      let sum = vertices.products[m].reduce(0, +)
      guard sum > 0 else { continue }
      for j in 0..<c { value[j] += s[g * c + j] * sum }
    }
    let size = DenseKernels.norm(value)
    if size > 0, isBelow(cone, vertices, value.map { $0 / size }) { return true }
    return isSmall(cone, vertices)
  }

  /// The plain bound: the norms of the means plus the radii.
  private func isSmall(_ cone: Cone, _ at: Vertices) -> Bool {
    (0..<r).allSatisfy { k in
      let (mean, radius) = middle(cone, at, k) { self.sizes[$0] }
      let bound = (RoundingBounds.normUp(mean) + radius + at.errors[k]) * KappaByCones.Tuning.scalar
      return bound / (at.rho * at.lengths[k]) * KappaByCones.Tuning.scalar <= theta
    }
  }

  /// `h` at vertex `k` with the mixed rows at the middle of their range, and the sum of half the ranges.
  private func middle(
    _ cone: Cone, _ at: Vertices, _ k: Int, size: (Int) -> Double
  ) -> (mean: [Double], radius: Double) {
    var mean = at.linear[k]
    var radius = 0.0
    for (m, g) in cone.mixed.enumerated() {
      let a = at.products[m][k]
      let value = a > 0 ? 0.75 * a : 0.25 * a
      for j in 0..<c { mean[j] += s[g * c + j] * value }
      radius += 0.25 * size(g) * abs(a)
    }
    return (mean, radius)
  }

  /// The directional bound; see `KappaByCones`.
  private func isBelow(_ cone: Cone, _ at: Vertices, _ d: [Double]) -> Bool {
    let scalar = KappaByCones.Tuning.scalar
    let sigma = cone.mixed.map { g in (0..<c).reduce(0.0) { $0 + d[$1] * s[g * c + $1] } }
    var q = (0..<r).map { k in (0..<c).reduce(0.0) { $0 + d[$1] * at.linear[k][$1] } }
    var p = q
    for m in cone.mixed.indices {
      for k in 0..<r {
        let positive = max(0, at.products[m][k])
        if sigma[m] >= 0 { q[k] += sigma[m] * positive } else { p[k] += sigma[m] * positive }
      }
    }
    var across = [Double](repeating: 0, count: r)
    if c > 1 {
      var place: [Int: Double] = [:]
      for (m, g) in cone.mixed.enumerated() { place[g] = sigma[m] }
      var b = 0.0
      for k in 0..<r {
        let (mean, radius) = middle(cone, at, k) { g in
          let along = place[g]!
          // √(‖s‖² − σ²), where cancellation may cost √u of ‖s‖.
          return max(0, sizes[g] * sizes[g] * scalar - along * along).squareRoot() * scalar
        }
        let along = (0..<c).reduce(0.0) { $0 + d[$1] * mean[$1] }
        let part = (0..<c).map { mean[$0] - along * d[$0] }
        across[k] = (RoundingBounds.normUp(part) + radius + at.errors[k]) * scalar
        b = max(b, across[k] / at.lengths[k])
      }
      b = b / at.rho * scalar
      let ratio = b / theta * scalar
      guard ratio < 1 else { return false }
      let root = (1 - ratio * ratio).squareRoot()
      // (1 − √(1 − x))/x = 1/(1 + √(1 − x)).
      let omega = 1 / (1 + root) * scalar
      let factor = omega / (theta * at.rho) * scalar
      let floor = (0..<r).reduce(0.0) { max($0, (at.errors[$1] - p[$1]) / (at.rho * at.lengths[$1])) } * scalar
      guard floor <= theta * root / scalar else { return false }
      for k in 0..<r { q[k] += factor * across[k] * across[k] / at.lengths[k] * scalar }
    }
    for k in 0..<r { q[k] += at.errors[k] }
    return hasShortCut(at, q, concave: cone.mixed.indices.filter { sigma[$0] < 0 }.map { (sigma[$0], at.products[$0]) })
  }

  /// Looks for slopes and a `z` with `‖z‖ ≤ θ` above all coefficients; both are proved by `isAbove`.
  private func hasShortCut(_ at: Vertices, _ linear: [Double], concave: [(sigma: Double, a: [Double])]) -> Bool {
    let program = LeastNorm(at.v)
    func sharpest(_ multipliers: [Double]) -> [Double] {
      var q = linear
      for row in concave where DenseKernels.dot(row.a, multipliers) > 0 {
        for k in 0..<r { q[k] += row.sigma * row.a[k] }
      }
      return q
    }
    var q = sharpest([Double](repeating: 1, count: r))
    for _ in 0..<KappaByCones.Tuning.cuts {
      guard let (z, multipliers) = program.solve(q) else { return false }
      if isAbove(z, q, at) { return true }
      let cut = sharpest(multipliers)
      let change = zip(cut, q).map { $0 - $1 }
      guard DenseKernels.dot(change, multipliers) < 0 else { return false }
      // The norm is convex along the way: halve until its slope changes sign.
      var (low, high) = (0.0, 1.0)
      for step in 0..<KappaByCones.Tuning.bisections {
        let t = step == 0 ? 1 : 0.5 * (low + high)
        let trial = zip(q, change).map { $0 + t * $1 }
        guard let (z, multipliers) = program.solve(trial) else { return false }
        if isAbove(z, trial, at) { return true }
        if DenseKernels.dot(change, multipliers) < 0 { low = t } else { high = t }
        if low == 1 { break }
      }
      q = zip(q, change).map { $0 + low * $1 }
    }
    return false
  }

  /// Whether `z`, lengthened along the axis where it falls short, is above all coefficients and not longer than `θ`.
  private func isAbove(_ z: [Double], _ q: [Double], _ at: Vertices) -> Bool {
    let length = RoundingBounds.normUp(z)
    var missing = 0.0
    for k in 0..<r {
      let reached = DenseKernels.dot(z, at.v[k]) - length * at.productErrors[k]
      let allowance = abs(q[k]) * (KappaByCones.Tuning.scalar - 1)
      missing = max(missing, (q[k] + allowance - reached) / (at.rho * at.lengths[k]))
    }
    // z + missing·axis, and the axis is at most a few roundings longer than 1.
    let direction = zip(z, at.axis).map { $0 + missing * KappaByCones.Tuning.scalar * $1 }
    return RoundingBounds.normUp(direction) * KappaByCones.Tuning.scalar <= theta
  }
}

/// `min ‖z‖` subject to `zᵀv_k ≥ q_k`, by the nonnegative least-squares algorithm of C. L. Lawson and R. J. Hanson (1974) on
/// its dual. What it returns is proposed, not proved.
private struct LeastNorm {
  private let v: [[Double]]
  private let gram: [[Double]]

  init(_ v: [[Double]]) {
    self.v = v
    gram = v.map { a in v.map { DenseKernels.dot(a, $0) } }
  }

  func solve(_ q: [Double]) -> (z: [Double], multipliers: [Double])? {
    let r = v.count
    var mu = [Double](repeating: 0, count: r)
    var passive: [Int] = []
    for _ in 0..<4 * r {
      let shortfall = (0..<r).map { q[$0] - DenseKernels.dot(gram[$0], mu) }
      let scale = (0..<r).reduce(0.0) { max($0, abs(q[$1])) }
      guard let entering = (0..<r).filter({ !passive.contains($0) && shortfall[$0] > 1e-14 * scale }).max(by: {
        shortfall[$0] < shortfall[$1]
      }) else { break }
      passive.append(entering)
      while !passive.isEmpty {
        guard let solution = positiveSolve(passive, q) else { return nil }
        if solution.allSatisfy({ $0 > 0 }) {
          mu = [Double](repeating: 0, count: r)
          for (k, value) in zip(passive, solution) { mu[k] = value }
          break
        }
        // Back to the boundary of the positive orthant.
        var t = 1.0
        for (k, value) in zip(passive, solution) where value <= 0 { t = min(t, mu[k] / (mu[k] - value)) }
        for (k, value) in zip(passive, solution) { mu[k] += t * (value - mu[k]) }
        let kept = zip(passive, solution).filter { mu[$0.0] > 0 && !($0.1 <= 0 && mu[$0.0] < 1e-300) }.map(\.0)
        guard kept.count < passive.count else { return nil }
        for k in passive where !kept.contains(k) { mu[k] = 0 }
        passive = kept
      }
    }
    var z = [Double](repeating: 0, count: v[0].count)
    for k in 0..<r {
      for i in z.indices { z[i] += mu[k] * v[k][i] }
    }
    return (z, mu)
  }

  /// Cholesky on the rows and columns of `set`.
  private func positiveSolve(_ set: [Int], _ q: [Double]) -> [Double]? {
    let m = set.count
    var L = set.map { i in set.map { gram[i][$0] } }
    var b = set.map { q[$0] }
    for k in 0..<m {
      guard L[k][k] > 0 else { return nil }
      let root = L[k][k].squareRoot()
      for i in k..<m { L[i][k] /= root }
      b[k] /= root
      for j in k + 1..<max(m, k + 1) {
        for i in j..<m { L[i][j] -= L[i][k] * L[j][k] }
        b[j] -= L[j][k] * b[k]
      }
    }
    for k in (0..<m).reversed() {
      for i in k + 1..<max(m, k + 1) { b[k] -= L[i][k] * b[i] }
      b[k] /= L[k][k]
    }
    return b
  }
}
