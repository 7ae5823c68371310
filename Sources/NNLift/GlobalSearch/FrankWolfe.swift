/// Algorithm 1 of A. Sahiner et al. (ICLR 2021): Frank–Wolfe over cells with exact cone-constrained PCA, bisection on the penalty.
///
/// For a budget `t` the inner problem is `F(t) = min ½‖Y − f‖²` over networks with `Σ‖u_k‖‖v_k‖ ≤ t`, the convex hull of the atoms
/// `t(Xu)_+gᵀ`, `‖u‖ = ‖g‖ = 1`. A step finds the atom best correlated with the residual `R = Y − f`, exactly, over all cells
/// (`FaceOracle`): `u` attains `κ(R)`, `g = Rᵀ(Xu)_+/κ(R)`; then
///
///     f ← (1 − a)f + a t(Xu)_+gᵀ,       a = 2/(2 + k)   or by exact line search.
///
/// `tκ(R) − ⟨R, f⟩` bounds what is left of `F`. `p* = min_t F(t) + γt`, and `F′(t) = −κ(R_t)` at its optimum, so `t` is bisected on the sign
/// of `κ(R) − γ`; every `R` also gives a lower bound on `p*` (`DualBound`).
///
/// *When not to use it*: convergence is `O(t²‖X‖²/k)`; for accuracy use `GlobalSearch`, which solves over all atoms met so far.
/// Low rank only: the faces are enumerated.
public struct FrankWolfe: Sendable {
  /// How far a step goes.
  public enum Step: String, Sendable, CaseIterable {
    /// `2/(2 + k)`, as published.
    case published
    /// The least loss along the step.
    case lineSearch
  }

  public struct Options: Sendable {
    public var step = Step.lineSearch
    /// Steps for each budget.
    public var iterations = 1_000
    /// A budget's problem is left when its Frank–Wolfe gap falls below this part of `½‖Y‖²`.
    public var fitGap = 1e-6
    /// `(upper − lower)/upper` at which the method ends.
    public var gap = 1e-3
    /// Budgets tried.
    public var bisections = 40

    public init() {}
  }

  /// The problem for one budget, solved.
  public struct Fit: Sendable {
    public let network: TwoLayerReLUNetwork
    /// `½‖Y − f‖²`.
    public let loss: Double
    /// Bounds `loss − F(t)`.
    public let gap: Double
    /// `κ(R)`.
    public let steepest: Double
    public let iterations: Int
    /// A lower bound on `p*` by the residual, up to rounding.
    public let lowerBound: Double
  }

  /// The best bracket met; both bounds hold up to rounding.
  public struct Outcome: Sendable {
    public let network: TwoLayerReLUNetwork
    public let lowerBound: Double
    public let upperBound: Double
    /// `t` of the network.
    public let budget: Double
    public let iterations: Int
  }

  public let training: ReLUTraining
  private let data: MomentData
  private let oracle: FaceOracle

  public static let info = LiftInfo(
    name: "frank-wolfe", guarantee: .upperBound, condition: "optimal to the gap that is reached, up to rounding",
    size: "O(n^(r−1)) faces, each with a singular vector, at every step",
    theorem: "Frank–Wolfe over the hull of neurons, an exact oracle over faces; bisection on the budget",
    source: "Sahiner et al., ICLR 2021, algorithm 1; Asteris et al., ICML 2014")
  public static let scope = TrainingScope(patches: true)

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(_ training: ReLUTraining) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: "Frank–Wolfe")
    self.training = training
    data = try MomentData(training, for: "Frank–Wolfe")
    oracle = FaceOracle(data.directions)
  }

  /// Neurons with `‖w‖ = ‖g‖ = 1`, and their outputs.
  private struct Iterate {
    var neurons: [(w: [Double], g: [Double], weight: Double)] = []
    var f: DenseMatrix

    mutating func scale(by factor: Double) {
      for k in neurons.indices { neurons[k].weight *= factor }
      for k in f.values.indices { f.values[k] *= factor }
    }
  }

  /// Minimises the loss at `Σ‖u_k‖‖v_k‖ ≤ budget`, from zero.
  public func fit(budget t: Double, _ options: Options = Options()) -> Fit {
    var iterate = Iterate(f: DenseMatrix(rows: data.targets.rows, columns: data.targets.columns))
    return fit(budget: t, options, from: &iterate)
  }

  private func fit(budget t: Double, _ options: Options, from iterate: inout Iterate) -> Fit {
    let Y = data.targets
    let scale = 0.5 * Y.values.reduce(0) { $0 + $1 * $1 }
    var (gap, kappa, bound, iteration) = (Double.infinity, Double.infinity, 0.0, 0)
    while true {
      let R = DenseMatrix(rows: Y.rows, columns: Y.columns, values: zip(Y.values, iterate.f.values).map { $0 - $1 })
      let top = oracle.maximum(GroupDual(R, data))
      kappa = top.value
      gap = t * kappa - DenseKernels.dot(R.values, iterate.f.values)
      bound = max(bound, DualBound(Z: R, Y: Y, weightDecay: data.weightDecay, kappa: kappa).value)
      guard iteration < options.iterations, gap > options.fitGap * scale, kappa > 0 else { break }
      let phi = data.hiddenOutputs(top.direction)
      let g = R.transposed.times(phi).map { $0 / kappa }
      var step = iterate.f.map { -$0 }
      for k in g.indices {
        for i in phi.indices { step[i, k] += t * phi[i] * g[k] }
      }
      let a = length(of: step, R, iteration, options.step)
      iterate.neurons = iterate.neurons.filter { $0.weight > 0 }
      for k in iterate.neurons.indices { iterate.neurons[k].weight *= 1 - a }
      iterate.neurons.append((top.direction, g, a * t))
      for k in step.values.indices { iterate.f.values[k] += a * step.values[k] }
      iteration += 1
    }
    let network = data.network(
      iterate.neurons.filter { $0.weight > 0 }.map { neuron in (neuron.w, neuron.g.map { $0 * neuron.weight }) })
    let loss = 0.5 * zip(Y.values, iterate.f.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return Fit(
      network: network, loss: loss + data.lossConstant, gap: gap, steepest: kappa, iterations: iteration,
      lowerBound: bound + data.lossConstant)
  }

  /// Trains by bisection on the budget. Each budget starts from the networks of the one before, scaled down where it must be.
  public func run(_ options: Options = Options()) -> Outcome {
    let constant = 0.5 * training.Y.values.reduce(0) { $0 + $1 * $1 }
    let zero = fit(budget: 0, options)
    var best = Outcome(
      network: zero.network, lowerBound: zero.lowerBound, upperBound: constant, budget: 0, iterations: 0)
    // γt ≤ p* ≤ ½‖Y‖² bounds the budget of an optimal network.
    var (low, high) = (0.0, constant / training.weightDecay)
    var total = 0
    var iterate = Iterate(f: DenseMatrix(rows: data.targets.rows, columns: data.targets.columns))
    for _ in 0..<options.bisections {
      guard zero.steepest > training.weightDecay else { break }
      let t = 0.5 * (low + high)
      let used = iterate.neurons.reduce(0) { $0 + $1.weight }
      if used > t { iterate.scale(by: t / used) }
      let fit = fit(budget: t, options, from: &iterate)
      total += fit.iterations
      let objective = training.objective(of: fit.network)
      let isBetter = objective < best.upperBound
      best = Outcome(
        network: isBetter ? fit.network : best.network, lowerBound: max(best.lowerBound, fit.lowerBound),
        upperBound: min(best.upperBound, objective), budget: isBetter ? t : best.budget, iterations: total)
      if best.upperBound - best.lowerBound <= options.gap * best.upperBound { break }
      if fit.steepest > training.weightDecay { low = t } else { high = t }
    }
    return best
  }

  private func length(of step: DenseMatrix, _ R: DenseMatrix, _ k: Int, _ rule: Step) -> Double {
    switch rule {
    case .published: return 2 / (2 + Double(k))
    case .lineSearch:
      let square = DenseKernels.dot(step.values, step.values)
      return square > 0 ? min(1, max(0, DenseKernels.dot(R.values, step.values) / square)) : 0
    }
  }
}
