import ConeModel

/// Inner products of samples of like and unlike labels, which decide whether training splits by label.
///
/// With `λ_iy_i ≥ 0` the dual constraint `max_u λᵀ(Xu)_+ ≤ γ` needs the samples of one label only, when samples of different
/// labels have `x_iᵀx_j ≤ 0`: the maximum over `u` of `Σ_{y_i>0} λ_i(x_iᵀu)_+` alone is attained at `u = X₊ᵀDiag(λ)s`, `s ∈
/// {0, 1}ⁿ`, where every sample of the other label is inactive.
public enum LabelCorrelation: Sendable, Equatable {
  /// `x_iᵀx_j ≤ 0` for unlike labels, `x_iᵀx_j > 0` for like ones.
  case orthogonallySeparable
  /// `x_iᵀx_j ≤ 0` for unlike labels.
  case negative
  /// Neither, or a target is zero. The place of a pair that says so.
  case general(Int, Int)

  /// - Parameter labels: whose signs are the labels.
  public init(_ X: DenseMatrix, labels: [Double]) {
    let gram = DenseKernels.product(X, X, transposeB: true)
    var isSeparable = true
    for i in labels.indices {
      if labels[i] == 0 {
        self = .general(i, i)
        return
      }
      for j in 0..<i {
        let isLike = labels[i] * labels[j] > 0
        if !isLike, gram[i, j] > 0 {
          self = .general(j, i)
          return
        }
        if isLike, gram[i, j] <= 0 { isSeparable = false }
      }
    }
    self = isSeparable ? .orthogonallySeparable : .negative
  }
}

/// Data that lack what a lift rests on.
public struct UnmetCondition: Error, Sendable, Equatable, CustomStringConvertible {
  public let lift: String
  /// What the data would have to be, and where they are not.
  public let condition: String

  public var description: String { "\(lift) needs \(condition)" }
}

/// Training on orthogonally separable data: two neurons, one for each label. **Exact** for the hinge losses.
///
///     minimize    ℓ(f, y) + γ(‖w₊‖ + ‖w₋‖),      f_i = x_iᵀw₊ for y_i > 0,   f_i = −x_iᵀw₋ for y_i < 0
///     subject to  each neuron is active on its own label and inactive on the other
///
/// For `λ_iy_i ≥ 0` the dual constraint is `‖X₊ᵀλ₊‖ ≤ γ`, `‖X₋ᵀλ₋‖ ≤ γ` (`LabelCorrelation`, with `s = 1` since like samples
/// add up): that of a group lasso of two groups. Its solutions `w₊ ∝ X₊ᵀλ₊` satisfy the constraints by themselves; with them the
/// program is a network, an **upper bound**, whatever the signs of `λ`. Hinge losses have `λ_iy_i ≥ 0` always; for the others
/// `isOptimal` checks the residual.
///
/// Size: two second-order cones of order `r + 1`, `2n` rows. Source: Y. Wang and M. Pilanci, "Polynomial-time solutions for ReLU
/// network training", arXiv:2311.10972; the reduction to two groups is proved here.
public struct OrthogonallySeparableReLU: Lift {
  public static let info = LiftInfo(
    name: "separable", guarantee: .upperBound,
    condition: "exact for hinge losses, else when residuals keep the signs of the labels; orthogonally separable data only",
    size: "2 second-order cones of order r + 1, 2n rows", theorem: "the dual constraint splits by label",
    source: "Wang & Pilanci 2023")
  public static let scope = TrainingScope(
    losses: Loss.Kind.allCases, biases: [.none, .regularized], vectorOutputs: false)

  public let training: ReLUTraining

  /// - Throws: `UnsupportedTraining` outside `scope`; `UnmetCondition` when the data are not orthogonally separable.
  public init(_ training: ReLUTraining) throws {
    try Self.scope.require(training, by: "The separable program")
    self.training = training
    switch LabelCorrelation(training.X, labels: training.Y.values) {
    case .orthogonallySeparable: break
    case .negative: throw unmet("like labels have inner products that are not positive")
    case .general(let i, let j): throw unmet("rows \(i) and \(j) say otherwise")
    }
    func unmet(_ reason: String) -> UnmetCondition {
      UnmetCondition(
        lift: "The separable program",
        condition: "orthogonally separable data (positive inner products of samples of like labels, others not), but \(reason)")
    }
  }

  public var guarantee: Guarantee { training.loss.isMargin ? .exact : .upperBound }

  /// Whether a network of the solved program is proved optimal: its residual has nowhere the sign of the other label.
  public func isOptimal(_ network: TwoLayerReLUNetwork) -> Bool {
    zip(training.residual(of: network).values, training.Y.values).allSatisfy { $0 * $1 >= 0 }
  }

  public func program() -> LiftedProgram<TwoLayerReLUNetwork> {
    let coordinates = WeightCoordinates(training, DataReduction(training.X))
    let model = Model()
    let neurons = [1.0, -1].map { (sign: $0, w: model.vector($0 > 0 ? "w₊" : "w₋", count: coordinates.count)) }
    let y = training.Y.values
    let inputs = coordinates.inputs
    /// `x_iᵀw` with the sign that each sample asks for: of its own label's neuron, or of the other's.
    func rows(_ own: Bool) -> AffineVector {
      vector(count: y.count) { rows in
        for i in y.indices {
          let neuron = neurons[(y[i] > 0) == own ? 0 : 1]
          for a in 0..<coordinates.count { rows.add(own ? inputs[i, a] : -inputs[i, a], neuron.w[a], to: i) }
        }
      }
    }
    let own = rows(true)
    let f = vector(count: y.count) { rows in
      for i in y.indices { rows.add(y[i] > 0 ? 1 : -1, own[i], to: i) }
    }
    let loss = LossTerm(training.loss, outputs: f, targets: y)
    let objective: ConvexScalar = sum {
      if let loss = loss.objective { loss }
      training.weightDecay ⋅ (coordinates.norm(neurons[0].w) + coordinates.norm(neurons[1].w))
    }
    let problem = Problem.minimize(objective) {
      loss.constraints
      own >= 0
      rows(false) >= 0
    }
    return LiftedProgram(problem) { [training] solution in
      TwoLayerReLUNetwork(
        neurons: try neurons.map { ($0.sign, coordinates.weights(try solution.value(of: $0.w))) },
        linear: [Double](repeating: 0, count: training.inputDimension), training: training)
    }
  }
}

/// A bound in polynomial time for negatively correlated data. **Lower bound**, within `√(π/2)`.
///
///     maximize    −Σ_i ℓ*(−λ_i, y_i)
///     subject to  λ_iy_i ≥ 0,   [Diag(μ) A(λ)ᵀ; A(λ) I] ⪰ 0,   1ᵀμ ≤ γ²        for each label, A(λ) = ½X₊ᵀ[λ₊, Diag(λ₊)]
///
/// The dual constraint is `max ‖X₊ᵀDiag(λ)s‖ ≤ γ` over `s ∈ {0, 1}ⁿ` (`LabelCorrelation`), that is `max ‖A(λ)ε‖` over `ε ∈ {1} ×
/// {±1}ⁿ`. Its semidefinite relaxation `min {1ᵀμ : Diag(μ) ⪰ AᵀA}` is at most `π/2` times the square (Y. Nesterov, 1998), so `p ≤
/// p* ≤ √(π/2) p` where an optimal `λ` has `λ_iy_i ≥ 0`, which hinge losses grant; the lower bound needs nothing.
///
/// Size: two semidefinite blocks of order `n₊ + r + 1` and `n₋ + r + 1`. Source: Y. Wang and M. Pilanci, arXiv:2311.10972.
public struct NegativeCorrelationBound: Lift {
  public static let info = LiftInfo(
    name: "negative-correlation", guarantee: .lowerBound,
    condition: "p* ≤ √(π/2) times the value for hinge losses; negatively correlated data only",
    size: "2 PSD blocks of order n± + r + 1", theorem: "Nesterov's π/2 for the dual constraint", source: "Wang & Pilanci 2023")
  public static let scope = TrainingScope(
    losses: Loss.Kind.allCases, biases: [.none, .regularized], vectorOutputs: false)
  /// `√(π/2)`.
  public static let factor = (Double.pi / 2).squareRoot()

  public let training: ReLUTraining

  /// - Throws: `UnsupportedTraining` outside `scope`; `UnmetCondition` when the data are not negatively correlated.
  public init(_ training: ReLUTraining) throws {
    try Self.scope.require(training, by: "The bound of negatively correlated data")
    self.training = training
    if case .general(let i, let j) = LabelCorrelation(training.X, labels: training.Y.values) {
      throw UnmetCondition(
        lift: "The bound of negatively correlated data",
        condition: "inner products of at most zero between samples of unlike labels, but rows \(i) and \(j) say otherwise")
    }
  }

  /// The moments say nothing of neurons, so there is no network.
  public func program() -> LiftedProgram<TwoLayerReLUNetwork> {
    let inputs = WeightCoordinates(training, DataReduction(training.X)).inputs
    let y = training.Y.values
    let model = Model()
    let lambda = model.vector("λ", count: y.count)
    let sides = [1.0, -1].map { sign in y.indices.filter { y[$0] * sign > 0 } }.filter { !$0.isEmpty }
    let multipliers = sides.map { model.vector("μ", count: $0.count + 1) }
    let blocks = zip(sides, multipliers).map { side, mu in
      let A = entries(rows: side.count + 1, columns: inputs.columns) { row, a in
        sum {
          if row == 0 {
            for i in side { (0.5 * inputs[i, a]) ⋅ lambda[i] }
          } else {
            (0.5 * inputs[side[row - 1], a]) ⋅ lambda[side[row - 1]]
          }
        }
      }
      return symmetricBlock(diagonalMatrix(mu), A, Self.identity(inputs.columns))
    }
    let dual = DualLossTerm(training.loss, multipliers: lambda, targets: y)
    let gamma = training.weightDecay
    let signs = vector(count: y.count) { rows in for i in y.indices { rows.add(y[i], lambda[i], to: i) } }
    let problem = Problem.maximize(dual.objective) {
      dual.constraints
      signs >= 0
      for (block, mu) in zip(blocks, multipliers) {
        block ⪰ 0
        sum(mu) <= gamma * gamma
      }
    }
    return LiftedProgram(problem) { _ in nil }
  }

  private static func identity(_ order: Int) -> AffineSymmetric {
    symmetric(order: order) { i, j in sum { i == j ? 1.0 : 0 } }
  }

  private func entries(rows: Int, columns: Int, _ entry: (Int, Int) -> AffineScalar) -> AffineMatrix {
    matrix(columns: (0..<columns).map { a in vector(of: (0..<rows).map { entry($0, a) }) })
  }
}
