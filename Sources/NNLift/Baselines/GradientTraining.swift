/// A training objective as a function of a flat vector of weights.
public protocol DifferentiableTraining: Sendable {
  associatedtype Network: Sendable
  /// Standard deviation of the weights at a random start, one for each.
  var initialScales: [Double] { get }
  /// The objective at `weights`, its gradient (a subgradient at kinks) written into `gradient`.
  func objective(at weights: [Double], gradient: inout [Double]) -> Double
  func network(_ weights: [Double]) -> Network
}

/// Plain gradient training, the baseline of the tables: gradient descent with heavy-ball momentum on all samples at once, the
/// learning rate halved when the objective no longer falls, the best of several random starts.
///
///     m ← μm − η∇f(θ),   θ ← θ + m
///
/// A start whose objective is no longer finite, or above ten times its first value, begins anew with a quarter of the rate. An
/// **upper bound**, with no claim about `p*`. Source: B. T. Polyak, 1964; rate and momentum as in arXiv:2410.22311.
public struct GradientTraining: Sendable {
  public var learningRate = 1e-3
  public var momentum = 0.95
  public var steps = 5000
  public var starts = 5
  public var seed: UInt64 = 1
  /// Steps without a new least value after which the rate is halved.
  public var patience = 50
  /// A new least value is one below the old by this, relatively.
  static let progress = 1e-6
  static let divergence = 10.0
  static let restartFactor = 0.25
  static let maximalRestarts = 20

  public struct Outcome<Network: Sendable>: Sendable {
    public let network: Network
    public let objective: Double
    /// The least objective of every start.
    public let objectives: [Double]
  }

  public init() {}

  public func run<Training: DifferentiableTraining>(_ training: Training) -> Outcome<Training.Network> {
    let scales = training.initialScales
    var best: (value: Double, weights: [Double]) = (.infinity, scales)
    var objectives: [Double] = []
    for start in 0..<max(starts, 1) {
      var random = GaussianSequence(seed: seed &+ UInt64(start))
      let initial = scales.map { $0 * random.next() }
      var rate = learningRate
      var (value, weights, diverged) = descend(training, from: initial, rate)
      for _ in 0..<Self.maximalRestarts where diverged {
        rate *= Self.restartFactor
        (value, weights, diverged) = descend(training, from: initial, rate)
      }
      objectives.append(value)
      if value < best.value { best = (value, weights) }
    }
    return Outcome(network: training.network(best.weights), objective: best.value, objectives: objectives)
  }

  private func descend<Training: DifferentiableTraining>(
    _ training: Training, from initial: [Double], _ learningRate: Double
  ) -> (value: Double, weights: [Double], diverged: Bool) {
    var rate = learningRate
    var weights = initial
    var velocity = [Double](repeating: 0, count: weights.count)
    var gradient = velocity
    var best: (value: Double, weights: [Double]) = (.infinity, weights)
    var first: Double?
    var stale = 0
    for _ in 0..<steps {
      let value = training.objective(at: weights, gradient: &gradient)
      first = first ?? value
      guard value.isFinite, value <= Self.divergence * first! else { return (best.value, best.weights, true) }
      stale = value < best.value - Self.progress * abs(best.value) || best.value == .infinity ? 0 : stale + 1
      if value < best.value { best = (value, weights) }
      if stale > patience {
        rate *= 0.5
        stale = 0
      }
      for k in weights.indices {
        velocity[k] = momentum * velocity[k] - rate * gradient[k]
        weights[k] += velocity[k]
      }
    }
    return (best.value, best.weights, false)
  }
}

/// A two-layer ReLU network of a given width.
public struct ReLUGradient: DifferentiableTraining {
  public static let scope = TrainingScope(losses: [.squared, .absolute, .huber, .hinge, .squaredHinge])

  public let training: ReLUTraining
  public let width: Int

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(_ training: ReLUTraining, width: Int) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: "Gradient training")
    self.training = training
    self.width = width
  }

  private var inputs: Int { training.inputDimension }
  private var outputs: Int { training.outputDimension }

  /// `1/√d` for the first layer and `1/√k` for the second.
  public var initialScales: [Double] {
    [Double](repeating: 1 / Double(inputs).squareRoot(), count: width * inputs)
      + [Double](repeating: 1 / Double(width).squareRoot(), count: width * outputs)
  }

  public func network(_ weights: [Double]) -> TwoLayerReLUNetwork {
    TwoLayerReLUNetwork(
      U: DenseMatrix(rows: width, columns: inputs, values: Array(weights.prefix(width * inputs))),
      V: DenseMatrix(rows: width, columns: outputs, values: Array(weights.suffix(width * outputs))))
  }

  public func objective(at weights: [Double], gradient: inout [Double]) -> Double {
    let network = network(weights)
    let gamma = training.weightDecay
    let hidden = network.hiddenLayer(training.X)
    var R = DenseKernels.product(hidden, network.V)
    var loss = 0.0
    for k in R.values.indices {
      let (f, y) = (R.values[k], training.Y.values[k])
      loss += training.loss.value(f, y)
      R.values[k] = training.loss.derivative(f, y)
    }
    var back = DenseKernels.product(R, network.V, transposeB: true)
    for k in back.values.indices where hidden.values[k] <= 0 { back.values[k] = 0 }
    let dU = DenseKernels.product(back, training.X, transposeA: true)
    let dV = DenseKernels.product(hidden, R, transposeA: true)
    let split = dU.values.count
    for k in dU.values.indices { gradient[k] = dU.values[k] + gamma * weights[k] }
    for k in dV.values.indices { gradient[split + k] = dV.values[k] + gamma * weights[split + k] }
    return loss + 0.5 * gamma * DenseKernels.dot(weights, weights)
  }
}

/// A deep linear network; constraints on the product are not looked at.
public struct LinearGradient: DifferentiableTraining {
  public let training: DeepLinearTraining

  public init(_ training: DeepLinearTraining) { self.training = training }

  private var widths: [Int] {
    [training.endToEnd.inputDimension] + training.hiddenWidths + [training.endToEnd.outputDimension]
  }

  /// `1/√d_{l−1}` for layer `l`.
  public var initialScales: [Double] {
    zip(widths, widths.dropFirst()).flatMap { [Double](repeating: 1 / Double($0).squareRoot(), count: $0 * $1) }
  }

  public func network(_ weights: [Double]) -> DeepLinearNetwork {
    var start = 0
    return DeepLinearNetwork(
      layers: zip(widths, widths.dropFirst()).map { rows, columns in
        defer { start += rows * columns }
        return DenseMatrix(rows: rows, columns: columns, values: Array(weights[start..<start + rows * columns]))
      })
  }

  public func objective(at weights: [Double], gradient: inout [Double]) -> Double {
    let layers = network(weights).layers
    let problem = training.endToEnd
    var activations = [problem.X]
    for W in layers { activations.append(DenseKernels.product(activations.last!, W)) }
    var R = activations.removeLast()
    var loss = 0.0
    for j in 0..<R.columns {
      for i in 0..<R.rows {
        let residual = R[i, j] - problem.Y[i, j]
        R[i, j] = problem.weight(i, j) * residual
        loss += 0.5 * R[i, j] * residual
      }
    }
    var end = weights.count
    for (W, input) in zip(layers, activations).reversed() {
      let start = end - W.values.count
      let dW = DenseKernels.product(input, R, transposeA: true)
      for k in dW.values.indices { gradient[start + k] = dW.values[k] + training.weightDecay * W.values[k] }
      R = DenseKernels.product(R, W, transposeB: true)
      end = start
    }
    return loss + 0.5 * training.weightDecay * DenseKernels.dot(weights, weights)
  }
}
