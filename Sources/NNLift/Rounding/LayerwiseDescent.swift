import ConeModel
import ConeSolver

/// Descent on a linear network one layer at a time: with the others fixed, loss, weight decay and constraints on the product are
/// convex in `W_l`: least squares without constraints, a quadratic program with them.
///
///     minimize over W_l   ½‖√Ω ∘ (XPW_lQ − Y)‖_F² + (λ/2)‖W_l‖_F²,   P = W₁⋯W_{l−1},  Q = W_{l+1}⋯W_L
///
/// Up to rounding the objective never rises, and every network after the first layer's program satisfies the constraints. It ends where a round
/// gains less than `gain`: a **local** optimum, so an upper bound on `p*` and no more. Source: block coordinate descent; for two
/// layers alternating least squares (F. W. Young, Y. Takane & J. de Leeuw, Psychometrika 43, 1978).
struct LayerwiseDescent {
  /// Relative gain of a round below which the descent ends.
  static let gain = 1e-12
  static let maximalRounds = 2000

  let training: EndToEndTraining
  /// `L`: with `κ‖M‖_p^p`, `L = 2/p`; two without a penalty.
  private var depth: Int { training.penalty.map { Int((2 / $0.exponent).rounded()) } ?? 2 }
  /// `λ = κp`.
  private var weightDecay: Double { training.penalty.map { $0.weight * $0.exponent } ?? 0 }

  /// The end-to-end matrix reached from that of `start`, whose singular values beyond the `r`-th are left out; `nil` when no layer
  /// can be fitted to the constraints.
  func run(from start: DenseMatrix, settings: Settings) throws(ModelError) -> DenseMatrix? {
    var layers = DeepLinearNetwork(
      endToEnd: start, hiddenWidths: [Int](repeating: training.rank, count: depth - 1)).layers
    var value = Double.infinity
    for _ in 0..<Self.maximalRounds {
      for l in layers.indices {
        guard let W = try fit(l, of: layers, settings) else {
          if value == .infinity { continue }
          break
        }
        layers[l] = W
      }
      let M = DeepLinearNetwork(layers: layers).endToEnd
      let next = training.objective(M)
      let done = next >= value - Self.gain * max(1, next)
      value = min(value, next)
      // Balanced layers have the same product and the least decay.
      layers = DeepLinearNetwork(endToEnd: M, hiddenWidths: [Int](repeating: training.rank, count: depth - 1)).layers
      if done { break }
    }
    return value < .infinity ? DeepLinearNetwork(layers: layers).endToEnd : nil
  }

  private func fit(_ l: Int, of layers: [DenseMatrix], _ settings: Settings) throws(ModelError) -> DenseMatrix? {
    let identity = { (n: Int) in DenseMatrix.identity(n) }
    let P = layers[..<l].reduce(identity(training.inputDimension)) { DenseKernels.product($0, $1) }
    let Q = layers[(l + 1)...].reversed().reduce(identity(training.outputDimension)) { DenseKernels.product($1, $0) }
    if training.constraints.isEmpty, let W = leastSquares(DenseKernels.product(training.X, P), Q) { return W }
    let W = Model().matrix("W", rows: layers[l].rows, columns: layers[l].columns)
    let M = product(P.constant ⋅ W, Q.constant)
    let problem = Problem.minimize(training.loss(M) + (0.5 * weightDecay) ⋅ sumSquares(W)) { training.conditions(M) }
    let solution = try problem.solve(settings).solution
    guard [.solved, .almostSolved].contains(solution.status) else { return nil }
    return DenseMatrix(try solution.value(of: W))
  }

  /// The normal equations `Σ ω_ij (f_i ⊗ q_j)(f_i ⊗ q_j)ᵀ w + λw = Σ ω_ijY_ij f_i ⊗ q_j` for the rows `f_i` of `F = XP` and the columns
  /// `q_j` of `Q`; `nil` when they are singular, or with interpolation.
  private func leastSquares(_ F: DenseMatrix, _ Q: DenseMatrix) -> DenseMatrix? {
    guard training.fit != .interpolation else { return nil }
    let (a, b) = (F.columns, Q.rows)
    var normal = DenseMatrix(rows: a * b, columns: a * b)
    var right = DenseMatrix(rows: a, columns: b)
    for j in 0..<Q.columns {
      var scaled = F
      for k in 0..<a {
        for i in 0..<F.rows { scaled[i, k] *= training.weight(i, j) }
      }
      let gram = DenseKernels.product(F, scaled, transposeA: true)
      let target = DenseKernels.product(
        scaled, DenseMatrix(rows: F.rows, columns: 1, values: training.Y.column(j)), transposeA: true)
      for p in 0..<b where Q[p, j] != 0 {
        for k in 0..<a { right[k, p] += target[k, 0] * Q[p, j] }
        for q in 0..<b where Q[q, j] != 0 {
          for l in 0..<a {
            for k in 0..<a { normal[p * a + k, q * a + l] += Q[p, j] * Q[q, j] * gram[k, l] }
          }
        }
      }
    }
    for k in 0..<a * b { normal[k, k] += weightDecay }
    let solved = DenseKernels.solvePositiveDefinite(
      normal, DenseMatrix(rows: a * b, columns: 1, values: right.values))
    return solved.map { DenseMatrix(rows: a, columns: b, values: $0.values) }
  }
}
