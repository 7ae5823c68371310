import LinearAlgebra

/// Orthonormal eigenvectors `Q` of `H = η²(2wwᵀ − J)`, the frame in which the operator of a second-order cone is diagonal.
///
/// With `u = w₁/‖w₁‖` and `ρ = w₀ + ‖w₁‖`, so that `w₀ − ‖w₁‖ = 1/ρ`,
///
///     c₊ = (1, u)/√2    eigenvalue η²ρ²
///     c₋ = (1, −u)/√2   eigenvalue η²/ρ²
///     (0, t), t ⊥ u     eigenvalue η²
///
/// `c₊`, `c₋` are the Jordan frame of `w`. Of the vectors `t` the columns of the reflection that takes `u` to `±e₁` are taken:
/// `Qᵀ` is that reflection of the tail, followed by a turn of the first two coordinates by 45°; O(d) each way.
///
/// The eigenvalues are spread over `ρ⁴`. A vector held by its coordinates in the frame keeps the digits of each of them, and the
/// product with `H` those of every term; in the rows of the cone the largest eigenvalue drowns the others in rounding.
struct SecondOrderFrame {
  /// `u`.
  let axis: VectorView
  /// `ρ`.
  private(set) var spread = 1.0

  /// - Parameter axis: memory for `u`, one entry less than the cone has rows.
  init(axis: VectorView) {
    self.axis = axis
    reset()
  }

  /// The frame of `w = (1, 0)`.
  mutating func reset() {
    axis.fill(0)
    if !axis.isEmpty { axis[0] = 1 }
    spread = 1
  }

  /// The frame of `w`.
  mutating func update(_ w: VectorView) {
    let tail = w.slice(1..<w.count)
    let norm = tail.euclideanNorm
    guard norm > 0 else { return reset() }
    for i in 0..<axis.count { axis[i] = tail[i] / norm }
    spread = w[0] + norm
  }

  /// `v ← Qᵀv`.
  func enter(_ v: VectorView) {
    guard !axis.isEmpty else { return }
    let tail = v.slice(1..<v.count)
    let along = axis.dot(tail)
    let factor = (along + sign * tail[0]) / (1 + abs(axis[0]))
    for i in 1..<axis.count { tail[i] -= factor * axis[i] }
    (v[0], v[1]) = ((v[0] + along) * 0.5.squareRoot(), (v[0] - along) * 0.5.squareRoot())
  }

  /// `v ← Qv`.
  func leave(_ v: VectorView) {
    guard !axis.isEmpty else { return }
    let tail = v.slice(1..<v.count)
    var across = 0.0
    for i in 1..<axis.count { across += axis[i] * tail[i] }
    let along = (v[0] - v[1]) * 0.5.squareRoot()
    let factor = along - across / (1 + abs(axis[0]))
    v[0] = (v[0] + v[1]) * 0.5.squareRoot()
    tail[0] = along * axis[0] - sign * across
    for i in 1..<axis.count { tail[i] += factor * axis[i] }
  }

  /// The eigenvalue of coordinate `k`, over `η²`.
  func eigenvalue(_ k: Int) -> Double { k == 0 ? spread * spread : k == 1 ? 1 / (spread * spread) : 1 }

  private var sign: Double { axis[0] < 0 ? -1 : 1 }
}
