/// A deep linear network `f(x) = xᵀW₁W₂⋯W_L`.
///
/// Shapes: `W_l` is `d_{l−1} × d_l`, `d₀` inputs and `d_L` outputs.
public struct DeepLinearNetwork: Sendable, Equatable {
  /// `W₁, …, W_L`.
  public var layers: [DenseMatrix]

  /// - Parameter layers: at least one, each with as many rows as the one before has columns.
  public init(layers: [DenseMatrix]) {
    precondition(!layers.isEmpty, "a network has at least one layer")
    for (a, b) in zip(layers, layers.dropFirst()) {
      precondition(a.columns == b.rows, "a layer of \(a.columns) outputs is followed by one of \(b.rows) inputs")
    }
    self.layers = layers
  }

  /// The balanced network with end-to-end matrix `M = UΣVᵀ`: `W₁ = UΣ^{1/L}`, `W_l = Σ^{1/L}`, `W_L = Σ^{1/L}Vᵀ`, with zeros
  /// up to the widths asked for.
  ///
  /// Then `W_lᵀW_l = W_{l+1}W_{l+1}ᵀ`, and `Σ‖W_l‖_F² = L‖M‖_{2/L}^{2/L}` is least among the networks with that end-to-end
  /// matrix. Sources: F. Shang, Y. Liu & J. Cheng, AISTATS 2016 (Schatten norms as sums of factors); S. Arora, N. Cohen,
  /// N. Golowich & W. Hu, ICLR 2019 (balancedness).
  ///
  /// - Parameters:
  ///   - M: `d₀ × d_L`; singular values beyond the narrowest width are lost.
  ///   - hiddenWidths: `d₁, …, d_{L−1}`.
  public init(endToEnd M: DenseMatrix, hiddenWidths: [Int]) {
    guard !hiddenWidths.isEmpty, let svd = RankFactors(M) else {
      self.init(layers: [M])
      return
    }
    let rank = min(svd.rank, hiddenWidths.min()!)
    let depth = Double(hiddenWidths.count + 1)
    let roots = svd.values.prefix(rank).map { root($0, depth) }
    var layers: [DenseMatrix] = []
    for (inputs, outputs) in zip([M.rows] + hiddenWidths, hiddenWidths + [M.columns]) {
      var W = DenseMatrix(rows: inputs, columns: outputs)
      for k in 0..<rank {
        if layers.isEmpty {
          for i in 0..<inputs { W[i, k] = svd.left[i, k] * roots[k] }
        } else if layers.count == hiddenWidths.count {
          for j in 0..<outputs { W[k, j] = roots[k] * svd.right[j, k] }
        } else {
          W[k, k] = roots[k]
        }
      }
      layers.append(W)
    }
    self.init(layers: layers)
  }

  /// `L`.
  public var depth: Int { layers.count }

  /// `W₁W₂⋯W_L`.
  public var endToEnd: DenseMatrix {
    layers.dropFirst().reduce(layers[0]) { DenseKernels.product($0, $1) }
  }

  /// `XW₁⋯W_L` for inputs `X`, `n × d₀`.
  public func predict(_ X: DenseMatrix) -> DenseMatrix {
    layers.reduce(X) { DenseKernels.product($0, $1) }
  }

  /// `Σ‖W_l‖_F²`.
  public var squaredNorm: Double {
    layers.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1 * $1 } }
  }
}
