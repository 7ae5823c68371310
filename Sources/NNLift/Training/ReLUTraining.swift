/// How a bias enters the first layer.
public enum Bias: String, Sendable, Codable, CaseIterable {
  /// No bias.
  case none
  /// A column of ones is put before the features; its weights are regularised like the others.
  case regularized
}

/// A fault in a training problem.
public enum TrainingError: Error, Sendable, Equatable {
  case noSamples
  case noFeatures
  case noOutputs
  case rowCountsDiffer(features: Int, outputs: Int)
  case invalidWeightDecay(Double)
  /// Zero-based place of a NaN or infinity in `features` or `outputs`.
  case notFinite(matrix: String, row: Int, column: Int, value: Double)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSamples: return "there are no samples; give at least one row"
    case .noFeatures: return "the samples have no features; give at least one column"
    case .noOutputs: return "there is nothing to predict; give at least one output column"
    case .rowCountsDiffer(let features, let outputs):
      return "there are \(features) rows of features but \(outputs) of outputs; give one of each per sample"
    case .invalidWeightDecay(let value):
      return "the weight decay is \(value); it must be a finite number greater than zero"
    case .notFinite(let matrix, let row, let column, let value):
      return "\(matrix) has \(value) at row \(row), column \(column); every entry must be a finite number"
    }
  }
}

/// Training a two-layer ReLU network of any width by squared loss with weight decay `γ > 0`:
///
///     p* = min  ½‖Σ_j (Xu_j)_+ v_jᵀ − Y‖_F² + (γ/2) Σ_j (‖u_j‖² + ‖v_j‖²)
///
/// Shapes: `X` is `n × d` with the bias column first when there is one, `Y` is `n × c`. The optimum is attained with at
/// most `nc + 1` neurons. Source: K. Prakhya, T. Birdal and A. Yurtsever, arXiv:2410.22311, eq. NN-TRAIN; the same
/// scaling as A. Sahiner et al., ICLR 2021, eq. (5).
public struct ReLUTraining: Sendable, Equatable {
  /// `n × d`, after bias handling.
  public let X: DenseMatrix
  /// `n × c`.
  public let Y: DenseMatrix
  /// `γ`.
  public let weightDecay: Double
  public let bias: Bias

  /// - Parameter features: `n × d`, without a bias column.
  /// - Throws: `TrainingError` when a matrix is empty, the row counts differ, an entry is not finite, or `γ` is not a
  ///   finite positive number.
  public init(
    features: DenseMatrix, outputs: DenseMatrix, weightDecay: Double, bias: Bias = .none
  ) throws(TrainingError) {
    guard features.rows > 0 || outputs.rows > 0 else { throw .noSamples }
    guard features.rows == outputs.rows else {
      throw .rowCountsDiffer(features: features.rows, outputs: outputs.rows)
    }
    guard features.columns > 0 else { throw .noFeatures }
    guard outputs.columns > 0 else { throw .noOutputs }
    guard weightDecay.isFinite, weightDecay > 0 else { throw .invalidWeightDecay(weightDecay) }
    for (name, matrix) in [("features", features), ("outputs", outputs)] {
      guard let (i, j) = matrix.firstNonFinite else { continue }
      throw .notFinite(matrix: name, row: i, column: j, value: matrix[i, j])
    }
    X = Self.design(features, bias: bias)
    Y = outputs
    self.weightDecay = weightDecay
    self.bias = bias
  }

  public init(dataset: Dataset, weightDecay: Double, bias: Bias = .none) throws(TrainingError) {
    try self.init(features: dataset.features, outputs: dataset.Y, weightDecay: weightDecay, bias: bias)
  }

  /// The inputs a network sees: the features, after a column of ones when there is a bias.
  public static func design(_ features: DenseMatrix, bias: Bias) -> DenseMatrix {
    switch bias {
    case .none: features
    case .regularized:
      DenseMatrix(
        rows: features.rows, columns: features.columns + 1,
        values: [Double](repeating: 1, count: features.rows) + features.values)
    }
  }

  public var sampleCount: Int { X.rows }
  public var inputDimension: Int { X.columns }
  public var outputDimension: Int { Y.columns }

  /// `Y − Σ_j (Xu_j)_+ v_jᵀ`, `n × c`; at an optimum, the dual solution.
  public func residual(of network: TwoLayerReLUNetwork) -> DenseMatrix {
    var R = Y
    let outputs = network.predict(X)
    for k in R.values.indices { R.values[k] -= outputs.values[k] }
    return R
  }

  /// The objective at a network: an upper bound on `p*`. The weights are taken as they are, not balanced first.
  public func objective(of network: TwoLayerReLUNetwork) -> Double {
    let squares = { (values: [Double]) in values.reduce(0) { $0 + $1 * $1 } }
    let loss = 0.5 * squares(residual(of: network).values)
    return loss + 0.5 * weightDecay * (squares(network.U.values) + squares(network.V.values))
  }
}
