/// The neural isometry condition: when minimum-norm interpolation with a skip connection finds a planted linear model.
///
/// For `y = Xw*`, `ŵ = w*/‖w*‖`, the condition is
///
///     max_s ‖XᵀD_sX(XᵀX)⁻¹ŵ‖₂ < 1        over the patterns s but the one with all rows active,
///
/// and then `z_0 = w*`, no neurons, is the only optimum of `ConvexReLU` with `Loss.interpolation` and a skip connection: the dual
/// `λ = X(XᵀX)⁻¹ŵ` has `Xᵀλ = ŵ`, and `max |λᵀD_sXu| < 1` over unit `u` makes every neuron cost more than it is worth. A neuron
/// active on all rows is linear, its value is 1, and it only repeats the skip connection.
///
/// For Gaussian `X` it holds with high probability for `n > 2d`, and recovery fails for `n < 2d`. Over sampled patterns the value
/// is a lower bound, so the condition can be refuted, not proved. Source: Y. Wang, Y. Hua, E. Candès and M. Pilanci, IEEE Trans.
/// Inf. Theory, 2025 (NIC-L).
public struct NeuralIsometry: Sendable {
  /// The maximum over the patterns looked at; 0 without any.
  public let value: Double
  /// Whether all patterns were looked at.
  public let isComplete: Bool

  /// Whether the planted model is proved to be found.
  public var holds: Bool { isComplete && value < 1 }

  /// - Parameters:
  ///   - weights: `w*`, nonzero on the row space of `X`; it is projected there.
  ///   - sampling: where the patterns come from; `nil` for all.
  public init(_ X: DenseMatrix, weights: [Double], sampling: DirectionSampling? = nil, seed: UInt64 = 1) {
    let patterns =
      sampling.map { SignPatterns(X, meeting: $0.directions(for: X, seed: seed)) } ?? SignPatterns(X)
    let inputs = DenseKernels.product(X, patterns.reduction.Q)
    let r = inputs.columns
    let w = patterns.reduction.coordinates(weights)
    let norm = DenseKernels.norm(w)
    let gram = DenseKernels.product(inputs, inputs, transposeA: true)
    let inverse = DenseSolve.inverse(gram.rowArrays) ?? []
    let lambda = (0..<inputs.rows).map { i in
      inverse.indices.reduce(0) { $0 + inputs[i, $1] * DenseKernels.dot(inverse[$1], w) / norm }
    }
    var value = 0.0
    for cell in patterns {
      let active = patterns.activeRows(cell)
      guard zip(active, patterns.reduction.group).contains(where: { !$0 && $1 != nil }) else { continue }
      var sum = [Double](repeating: 0, count: r)
      for i in active.indices where active[i] {
        for a in 0..<r { sum[a] += inputs[i, a] * lambda[i] }
      }
      value = max(value, DenseKernels.norm(sum))
    }
    self.value = value
    isComplete = patterns.isComplete
  }
}
