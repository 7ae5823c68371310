import ConeModel
import ConeSolver

/// From candidate directions to a network: group-lasso refit, then rounds that add the directions the residual still asks for.
///
/// Every round solves the convex `GroupLasso` over the present directions, drops those it leaves at zero, and adds the local
/// maxima of `‖Zᵀ(Xu)_+‖` above `γ`, `Z` the residual (`Separation`). The objective never rises, and when nothing is violated
/// the network is optimal among all networks. Column generation as in docs/sdp-nn.md; for rank at most 2 each round also
/// proves a lower bound.
struct NetworkRefit {
  enum Tuning {
    static let rounds = 40
    /// Rounds without relative improvement above `progress` before giving up.
    static let patience = 3
    static let progress = 1e-9
    /// Directions whose weight is below this, relative to the largest, are dropped.
    static let negligible = 1e-7
    /// A direction counts as violated when its `κ` exceeds `γ` by this factor.
    static let violation = 1 + 1e-9
    /// Directions added in one round.
    static let additions = 80
    /// The refit ends when the proven bracket is this narrow, relatively.
    static let gap = 1e-8
    /// Tolerance of the group lasso.
    static let tolerance = 1e-10
  }

  /// The best network met.
  struct Result {
    let network: TwoLayerReLUNetwork
    let objective: Double
    /// The best lower bound proved on the way, with its `Z`; rank at most 2 only.
    let lowerBound: (value: Double, Z: DenseMatrix)?
  }

  let training: ReLUTraining
  let reduction: DataReduction
  let outputs: OutputReduction

  /// The limits of `settings` are not for the refit, which has its own.
  ///
  /// - Parameters:
  ///   - fitting: receives the iterations of every round after the first and may end that round's.
  ///   - observer: receives the round, the objective and the number of neurons; false stops.
  func run(
    from candidates: [[Double]], settings: Settings, fitting: @escaping (Int, Iteration) -> ObserverAction,
    observer: (Int, Double, Int) -> Bool
  ) throws -> Result {
    var settings = settings
    settings.maxIterations = Settings().maxIterations
    settings.epsAbs = Tuning.tolerance
    settings.epsRel = Tuning.tolerance
    settings.timeLimit = nil
    let separation = Separation(reduction: reduction)
    var directions = distinct(candidates)
    var best: (network: TwoLayerReLUNetwork, objective: Double)?
    var bestBound: (value: Double, Z: DenseMatrix)?
    var sinceProgress = 0
    for round in 0..<Tuning.rounds {
      // A network must come out of the first round even when the run is being stopped.
      let weights = try fit(directions, settings, observer: round == 0 ? nil : { fitting(round, $0) })
      let sizes = directions.indices.map { DenseKernels.norm(weights.row($0)) }
      let kept = directions.indices.filter { sizes[$0] > Tuning.negligible * (sizes.max() ?? 0) }
      let network = self.network(kept.map { directions[$0] }, kept.map { weights.row($0) })
      let objective = training.objective(of: network)
      sinceProgress = objective < (best?.objective ?? .infinity) * (1 - Tuning.progress) ? 0 : sinceProgress + 1
      if objective < best?.objective ?? .infinity { best = (network, objective) }
      directions = kept.map { directions[$0] }

      let Z = training.residual(of: network)
      let found = try separation.violated(
        by: Z, threshold: training.weightDecay * Tuning.violation, starts: directions + candidates)
      if let kappa = found.kappa {
        let scaled = DualBound(Z: Z, Y: training.Y, weightDecay: training.weightDecay, kappa: kappa)
        if scaled.value > bestBound?.value ?? -1 { bestBound = (scaled.value, Z) }
      }
      guard observer(round, best?.objective ?? objective, kept.count) else { break }
      if let bound = bestBound, let best, best.objective - bound.value <= Tuning.gap * best.objective { break }
      if found.directions.isEmpty || sinceProgress >= Tuning.patience { break }
      directions = distinct(directions + found.directions.prefix(Tuning.additions))
    }
    let zero = TwoLayerReLUNetwork(
      U: DenseMatrix(rows: 0, columns: training.inputDimension), V: DenseMatrix(rows: 0, columns: training.outputDimension))
    let zeroObjective = training.objective(of: zero)
    if zeroObjective < best?.objective ?? .infinity { best = (zero, zeroObjective) }
    return Result(network: best!.network, objective: best!.objective, lowerBound: bestBound)
  }

  /// The optimal output weights `G`, `k × ρ`, for unit directions in reduced coordinates.
  private func fit(
    _ directions: [[Double]], _ settings: Settings, observer: ((Iteration) -> ObserverAction)?
  ) throws -> DenseMatrix {
    guard !directions.isEmpty, outputs.rank > 0 else { return DenseMatrix(rows: directions.count, columns: outputs.rank) }
    let U = DenseMatrix(rowArrays: directions.map(reduction.expand), columns: training.inputDimension)
    let hidden = DenseKernels.product(training.X, U, transposeB: true).map { max($0, 0) }
    return try GroupLasso.solve(
      features: hidden, targets: outputs.Y, weight: training.weightDecay, settings: settings, observer: observer)
  }

  private func network(_ directions: [[Double]], _ weights: [[Double]]) -> TwoLayerReLUNetwork {
    let reduced = TwoLayerReLUNetwork(
      U: DenseMatrix(rowArrays: directions.map(reduction.expand), columns: training.inputDimension),
      V: DenseMatrix(rowArrays: weights, columns: outputs.rank))
    return outputs.expand(reduced).balanced()
  }

  /// The directions in order, each only once. Complexity: O(k²r) at worst.
  private func distinct(_ directions: [[Double]]) -> [[Double]] {
    var kept: [[Double]] = []
    for w in directions where !kept.contains(where: { Separation.areSame($0, w) }) { kept.append(w) }
    return kept
  }
}
