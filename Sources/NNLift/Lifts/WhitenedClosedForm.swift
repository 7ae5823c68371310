/// The optimum of training on whitened data in closed form, A. Sahiner et al. (ICLR 2021, Theorem 2). **Exact.**
///
/// Let `XXᵀ = I` (so `n ≤ d`) and `XᵀY = Σ σ_ia_ib_iᵀ`. If `Xa_i ≥ 0` for every `σ_i > γ`, with the sign of the pair `(a_i, b_i)` chosen for it, then
///
///     W* = Σ (σ_i − γ)_+ a_ib_iᵀ,       p* = Σ (½ min(σ_i, γ)² + γ(σ_i − γ)_+):
///
/// the soft threshold of the singular values, which solves the nuclear-norm problem of a linear network, is a sum of neurons
/// active on every sample. `YYᵀ` being all that the data have to say, it costs one decomposition of `Y` in any dimension.
///
/// With a repeated singular value the condition is tested for the basis that the decomposition returns.
public struct WhitenedClosedForm: Sendable {
  public let value: Double
  public let network: TwoLayerReLUNetwork
  /// `σ_i`, decreasing.
  public let singularValues: [Double]

  enum Tolerance {
    /// Largest entry of `XXᵀ − I`.
    static let whitened = 1e-9
    /// Negative entries of the unit vector `Xa_i` taken as zero.
    static let sign = 1e-9
  }

  public static let scope = TrainingScope()

  /// - Throws: `UnsupportedTraining` outside `scope`; `LiftError.notWhitened` or `.mixedSigns` when a condition of the theorem
  ///   fails.
  public init(_ training: ReLUTraining) throws {
    try Self.scope.require(training, by: "The closed form for whitened data")
    let (X, Y, gamma) = (training.X, training.Y, training.weightDecay)
    guard Self.isWhitened(X) else { throw LiftError.notWhitened }
    guard let svd = DenseKernels.rightSingularVectors(Y) else { throw LiftError.notWhitened }
    var neurons: [(u: [Double], v: [Double])] = []
    for (i, sigma) in svd.values.enumerated() where sigma > gamma {
      // Xa = Yb/σ, as a = Xᵀ(Yb)/σ and XXᵀ = I.
      let b = svd.vectors.column(i)
      let Xa = Y.times(b).map { $0 / sigma }
      let sign: Double
      if Xa.allSatisfy({ $0 >= -Tolerance.sign }) {
        sign = 1
      } else if Xa.allSatisfy({ $0 <= Tolerance.sign }) {
        sign = -1
      } else {
        throw LiftError.mixedSigns(singularValue: sigma)
      }
      neurons.append((X.transposed.times(Xa.map { sign * $0 }), b.map { sign * (sigma - gamma) * $0 }))
    }
    singularValues = svd.values
    value = svd.values.reduce(0) { sum, sigma in
      let fitted = max(0, sigma - gamma)
      let left = min(sigma, gamma)
      return sum + 0.5 * left * left + gamma * fitted
    }
    network = TwoLayerReLUNetwork(
      U: DenseMatrix(rowArrays: neurons.map(\.u), columns: X.columns),
      V: DenseMatrix(rowArrays: neurons.map(\.v), columns: Y.columns)
    ).balanced()
  }

  private static func isWhitened(_ X: DenseMatrix) -> Bool {
    guard X.rows <= X.columns else { return false }
    let gram = DenseKernels.product(X, X, transposeB: true)
    for j in 0..<X.rows {
      for i in 0...j where abs(gram[i, j] - (i == j ? 1 : 0)) > Tolerance.whitened { return false }
    }
    return true
  }
}
