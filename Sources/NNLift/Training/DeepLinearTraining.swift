/// Training a deep linear network `f(x) = xᵀW₁⋯W_L` with weight decay `λ ≥ 0`:
///
///     p* = min  ½‖√Ω ∘ (XW₁⋯W_L − Y)‖_F² + (λ/2) Σ_l ‖W_l‖_F²
///
/// optionally under linear constraints on the product `W₁⋯W_L`, or the least `½ Σ‖W_l‖_F²` of a network with `XW₁⋯W_L = Y`.
/// Shapes: `X` is `n × d`, `Y` is `n × c`, `W_l` is `d_{l−1} × d_l`.
public struct DeepLinearTraining: Sendable, Equatable {
  /// `d₁, …, d_{L−1}`; empty for a network of one layer.
  public let hiddenWidths: [Int]
  /// `λ`; 1 with interpolation.
  public let weightDecay: Double
  /// The same problem in terms of `M = W₁⋯W_L`.
  public let endToEnd: EndToEndTraining

  /// - Throws: `LinearTrainingError` for a fault in the data, a width below 1, or a decay that is negative or not finite.
  public init(
    features: DenseMatrix, outputs: DenseMatrix, hiddenWidths: [Int], weightDecay: Double = 0,
    fit: EndToEndTraining.Fit = .squared, constraints: [ProductConstraint] = []
  ) throws(LinearTrainingError) {
    if let layer = hiddenWidths.firstIndex(where: { $0 < 1 }) {
      throw .invalidWidth(layer: layer + 1, width: hiddenWidths[layer])
    }
    guard weightDecay.isFinite, weightDecay >= 0 else { throw .invalidWeightDecay(weightDecay) }
    let decay = fit == .interpolation ? 1 : weightDecay
    let depth = Double(hiddenWidths.count + 1)
    self.hiddenWidths = hiddenWidths
    self.weightDecay = decay
    endToEnd = try EndToEndTraining(
      X: features, Y: outputs, fit: fit, rank: (hiddenWidths + [features.columns, outputs.columns]).min()!,
      penalty: decay > 0 ? SchattenPenalty(weight: 0.5 * decay * depth, exponent: 2 / depth) : nil,
      constraints: constraints)
  }

  /// Bilinear factorisation `min ½‖√Ω ∘ (AB − Y)‖_F² + (λ/2)(‖A‖_F² + ‖B‖_F²)` with inner dimension `rank`: a network of two
  /// layers on the inputs `X = I`.
  public static func bilinear(
    _ Y: DenseMatrix, rank: Int, weightDecay: Double = 0, fit: EndToEndTraining.Fit = .squared,
    constraints: [ProductConstraint] = []
  ) throws(LinearTrainingError) -> DeepLinearTraining {
    try DeepLinearTraining(
      features: .identity(Y.rows), outputs: Y, hiddenWidths: [rank], weightDecay: weightDecay, fit: fit,
      constraints: constraints)
  }

  /// `L`.
  public var depth: Int { hiddenWidths.count + 1 }

  /// The objective at a network: an upper bound on `p*` when the constraints hold. The layers are taken as they are.
  public func objective(of network: DeepLinearNetwork) -> Double {
    endToEnd.loss(network.endToEnd) + 0.5 * weightDecay * network.squaredNorm
  }

  /// The balanced network with the given end-to-end matrix; `objective(of:)` there is `endToEnd.objective(M)`.
  public func network(endToEnd M: DenseMatrix) -> DeepLinearNetwork {
    DeepLinearNetwork(endToEnd: M, hiddenWidths: hiddenWidths)
  }
}
