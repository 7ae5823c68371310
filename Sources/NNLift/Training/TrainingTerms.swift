/// How a bias enters the first layer.
public enum Bias: String, Sendable, Codable, CaseIterable {
  /// No bias.
  case none
  /// A column of ones is put before the features; its weights are regularised like the others.
  case regularized
  /// The same column, its weights not regularised.
  ///
  /// A neuron with no weight but its bias then costs nothing in the limit of a large bias and a small output weight, so the
  /// infimum is that of a network with a constant `t` added to its outputs, where it is attained: that is what is trained.
  case free
}

/// The norm of the input weights that weight decay measures.
public enum InputNorm: String, Sendable, Codable, CaseIterable {
  /// `‖u‖₂`.
  case l2
  /// `‖u‖₁`: neurons of few features.
  case l1
}

/// Windows over the columns of the features: a convolution with sum pooling. A window is `filter` columns, the next one begins
/// `stride` columns later. (For average pooling divide the features by the number of windows.)
public struct Patches: Sendable, Equatable, Codable {
  public var filter: Int
  public var stride: Int

  public init(filter: Int, stride: Int = 1) {
    self.filter = filter
    self.stride = stride
  }

  /// Windows over `columns` columns; 0 when none fits.
  public func count(columns: Int) -> Int {
    filter > 0 && stride > 0 && columns >= filter ? (columns - filter) / stride + 1 : 0
  }
}

/// All that is asked of a two-layer ReLU network but the data; see `ReLUTraining`.
public struct TrainingTerms: Sendable, Equatable {
  /// `γ`.
  public var weightDecay: Double
  public var loss: Loss
  public var bias: Bias
  public var inputNorm: InputNorm
  /// Whether linear units stand beside the ReLU units, regularised like them.
  public var skip: Bool
  /// `nil` for a dense first layer.
  public var patches: Patches?

  public init(
    weightDecay: Double, loss: Loss = .squared, bias: Bias = .none, inputNorm: InputNorm = .l2, skip: Bool = false,
    patches: Patches? = nil
  ) {
    self.weightDecay = weightDecay
    self.loss = loss
    self.bias = bias
    self.inputNorm = inputNorm
    self.skip = skip
    self.patches = patches
  }

  /// Entries of an input weight for `columns` columns of features.
  public func inputDimension(columns: Int) -> Int { (patches?.filter ?? columns) + (bias == .none ? 0 : 1) }

  /// The rows that a hidden unit sees, for features `n × columns`: with patches those of the first window come first, then those
  /// of the second, `nK` in all; with a bias every row begins with a one.
  public func design(_ features: DenseMatrix) -> DenseMatrix {
    let (n, K) = (features.rows, patches?.count(columns: features.columns) ?? 1)
    let width = patches?.filter ?? features.columns
    let stride = patches?.stride ?? 0
    var columns: [Double] = bias == .none ? [] : [Double](repeating: 1, count: n * K)
    for j in 0..<width {
      for k in 0..<K { columns += features.column(k * stride + j) }
    }
    return DenseMatrix(rows: n * K, columns: inputDimension(columns: features.columns), values: columns)
  }

  /// The sums over the windows: `n × c` from the `nK × c` outputs of `design`'s rows.
  public func pooled(_ rows: DenseMatrix, samples n: Int) -> DenseMatrix {
    guard rows.rows != n else { return rows }
    var sums = DenseMatrix(rows: n, columns: rows.columns)
    for j in 0..<rows.columns {
      for i in 0..<rows.rows { sums[i % n, j] += rows[i, j] }
    }
    return sums
  }

  /// The outputs for features `n × columns`.
  public func predict(_ network: TwoLayerReLUNetwork, features: DenseMatrix) -> DenseMatrix {
    pooled(network.predict(design(features)), samples: features.rows)
  }

  /// The class each row of outputs stands for: the largest, or the sign of the only output of a margin loss.
  public func classes(ofOutputs outputs: DenseMatrix) -> [Int] {
    (0..<outputs.rows).map { i in
      if outputs.columns == 1, loss.isMargin { return outputs[i, 0] > 0 ? 1 : 0 }
      return (0..<outputs.columns).reduce(0) { outputs[i, $1] > outputs[i, $0] ? $1 : $0 }
    }
  }
}
