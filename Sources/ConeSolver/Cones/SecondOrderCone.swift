import LinearAlgebra

/// `K = K* = {(t, v) ∈ ℝ × ℝⁿ⁻¹ : t ≥ ‖v‖}`, `e = (1, 0)`, `a ∘ b = (aᵀb, a₀b₁ + b₀a₁)`.
///
/// With `J = diag(1, −I)` and `|a| = √(aᵀJa)`, normalise `s̄ = s/|s|`, `z̄ = z/|z|` and set
///
///     γ = √((1 + s̄ᵀz̄)/2),   w = (s̄ + J z̄)/(2γ),   η = √(|s|/|z|)
///     W  = η [w₀ w₁ᵀ; w₁ I + w₁w₁ᵀ/(1 + w₀)]           (symmetric)
///     H  = η² (2wwᵀ − J),     H⁻¹ = η⁻² (2(Jw)(Jw)ᵀ − J)
///
/// (Vandenberghe 2010, section 4; Domahidi, Chu & Boyd, "ECOS: an SOCP solver for embedded systems", 2013.)
/// Dimension 1 is the half line `t ≥ 0`, which the same formulas cover.
/// A trivial value, its vectors belonging to the `SecondOrderBlock` that it is part of; methods are those of `SymmetricCone`.
struct SecondOrderCone {
  let rows: Range<Int>
  /// The unit-determinant scaling point `w`.
  let w: VectorView
  /// `η²`.
  private(set) var etaSquared = 1.0
  /// Eigenvectors of `H`.
  private(set) var frame: SecondOrderFrame
  private let lambda: VectorView
  private let scaledS: VectorView
  private let scaledZ: VectorView

  /// - Parameter arena: owns the vectors.
  init(rows: Range<Int>, _ arena: Arena) {
    self.rows = rows
    w = arena.vector(rows.count)
    frame = SecondOrderFrame(axis: arena.vector(rows.count - 1))
    lambda = arena.vector(rows.count)
    scaledS = arena.vector(rows.count)
    scaledZ = arena.vector(rows.count)
  }

  private static func tailNorm(_ v: VectorView) -> Double {
    var sum = 0.0
    for i in 1..<v.count { sum += v[i] * v[i] }
    // Squares that neither overflow nor vanish need no scaling.
    return sum > .leastNormalMagnitude / .ulpOfOne && sum.isFinite ? sum.squareRoot() : v.slice(1..<v.count).euclideanNorm
  }

  /// `aᵀJa` as `(a₀ − ‖a₁‖)(a₀ + ‖a₁‖)`, which keeps its digits near the boundary.
  private static func determinant(_ a: VectorView) -> Double {
    let norm = tailNorm(a)
    return (a[0] - norm) * (a[0] + norm)
  }

  static func margin(_ v: VectorView) -> Double { v[0] - tailNorm(v) }

  mutating func setIdentityScaling() {
    w.fill(0)
    w[0] = 1
    etaSquared = 1
    frame.reset()
    lambda.fill(0)
    lambda[0] = 1
  }

  mutating func updateScaling(s: VectorView, z: VectorView) -> Bool {
    let sDeterminant = Self.determinant(s)
    let zDeterminant = Self.determinant(z)
    guard sDeterminant > 0, zDeterminant > 0, s[0] > 0, z[0] > 0 else { return false }
    let sNorm = sDeterminant.squareRoot()
    let zNorm = zDeterminant.squareRoot()
    var inner = 0.0
    for i in 0..<s.count { inner += (s[i] / sNorm) * (z[i] / zNorm) }
    let gamma = ((1 + inner) / 2).squareRoot()
    guard gamma.isFinite, gamma > 0 else { return false }
    w[0] = (s[0] / sNorm + z[0] / zNorm) / (2 * gamma)
    var tail = 0.0
    for i in 1..<s.count {
      w[i] = (s[i] / sNorm - z[i] / zNorm) / (2 * gamma)
      tail += w[i] * w[i]
    }
    // wᵀJw = 1 holds exactly in exact arithmetic; restoring it keeps W orthogonal to itself under J.
    w[0] = (1 + tail).squareRoot()
    etaSquared = sNorm / zNorm
    guard etaSquared.isFinite, etaSquared > 0, w[0].isFinite else { return false }
    frame.update(w)
    applyW(z, into: lambda)
    return true
  }

  /// `y ← W x`.
  private func applyW(_ x: VectorView, into y: VectorView) {
    let eta = etaSquared.squareRoot()
    var inner = 0.0
    for i in 1..<x.count { inner += w[i] * x[i] }
    let factor = x[0] + inner / (1 + w[0])
    y[0] = eta * (w[0] * x[0] + inner)
    for i in 1..<x.count { y[i] = eta * (x[i] + factor * w[i]) }
  }

  /// `y ← W⁻¹ x`.
  private func applyWInverse(_ x: VectorView, into y: VectorView) {
    let eta = etaSquared.squareRoot()
    var inner = 0.0
    for i in 1..<x.count { inner += w[i] * x[i] }
    let factor = -x[0] + inner / (1 + w[0])
    y[0] = (w[0] * x[0] - inner) / eta
    for i in 1..<x.count { y[i] = (x[i] + factor * w[i]) / eta }
  }

  func applyH(_ x: VectorView, into y: VectorView) {
    let inner = 2 * w.dot(x)
    y[0] = etaSquared * (inner * w[0] - x[0])
    for i in 1..<x.count { y[i] = etaSquared * (inner * w[i] + x[i]) }
  }

  func applyHInverse(_ x: VectorView, into y: VectorView) {
    var inner = w[0] * x[0]
    for i in 1..<x.count { inner -= w[i] * x[i] }
    inner *= 2
    y[0] = (inner * w[0] - x[0]) / etaSquared
    for i in 1..<x.count { y[i] = (x[i] - inner * w[i]) / etaSquared }
  }

  func applyFramedH(_ x: VectorView, into y: VectorView) {
    for k in 0..<x.count { y[k] = etaSquared * frame.eigenvalue(k) * x[k] }
  }

  func combinedTerm(z: VectorView, ds: VectorView, dz: VectorView, sigmaMu: Double, into shift: VectorView) {
    applyWInverse(ds, into: scaledS)
    applyW(dz, into: scaledZ)
    // v = (W⁻ᵀΔs) ∘ (WΔz) − σμe, held in shift.
    shift[0] = scaledS.dot(scaledZ) - sigmaMu
    for i in 1..<z.count { shift[i] = scaledS[0] * scaledZ[i] + scaledZ[0] * scaledS[i] }
    // u = λ \ v: u₀ = (λ₀v₀ − λ₁ᵀv₁)/|λ|², u₁ = (v₁ − u₀λ₁)/λ₀.
    var cross = 0.0
    for i in 1..<z.count { cross += lambda[i] * shift[i] }
    let u0 = (lambda[0] * shift[0] - cross) / Self.determinant(lambda)
    for i in 1..<z.count { scaledS[i] = (shift[i] - u0 * lambda[i]) / lambda[0] }
    scaledS[0] = u0
    applyWInverse(scaledS, into: shift)
    shift.add(1, z)
  }

  func maximumStep(s: VectorView, ds: VectorView, z: VectorView, dz: VectorView, limit: Double) -> Double {
    return min(Self.stepToBoundary(s, ds, limit: limit), Self.stepToBoundary(z, dz, limit: limit))
  }

  /// The largest `α ≤ limit` with `x + αd ∈ K`, from the roots of `(x + αd)ᵀJ(x + αd) = c + 2bα + aα²`.
  private static func stepToBoundary(_ x: VectorView, _ d: VectorView, limit: Double) -> Double {
    let a = determinant(d)
    var b = x[0] * d[0]
    for i in 1..<x.count { b -= x[i] * d[i] }
    let c = max(0, determinant(x))
    var alpha = limit
    let discriminant = b * b - a * c
    if discriminant >= 0 {
      // Both roots without cancellation: q = −(b + sign(b)√Δ), roots q/a and c/q.
      let q = -(b + (b < 0 ? -1 : 1) * discriminant.squareRoot())
      if a != 0, q / a >= 0 { alpha = min(alpha, q / a) }
      if q != 0, c / q >= 0 { alpha = min(alpha, c / q) }
    }
    if d[0] < 0 { alpha = min(alpha, -x[0] / d[0]) }
    // Close to the boundary the discriminant cancels: the point that will be taken must be inside as computed.
    for _ in 0..<Tuning.boundaryBacktracks where !isInterior(x, d, Tuning.stepFraction * alpha) {
      alpha *= Tuning.boundaryBacktrack
    }
    return alpha
  }

  /// Whether `x + αd` has a positive determinant and head.
  private static func isInterior(_ x: VectorView, _ d: VectorView, _ alpha: Double) -> Bool {
    var tail = 0.0
    for i in 1..<x.count {
      let v = x[i] + alpha * d[i]
      tail += v * v
    }
    return x[0] + alpha * d[0] > tail.squareRoot()
  }
}
