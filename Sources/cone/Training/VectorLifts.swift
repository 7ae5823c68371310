import ConeReports
import NNLift

/// The lifts of ReLU networks with any number of outputs: programs over moments in cells, and methods over faces.
enum VectorLifts {
  static let entries: [LiftEntry] = [
    .relu(scope: CellSplit.scope, split),
    .relu(scope: CopositiveProgram.scope) { training, _ in try CopositiveProgram(training) },
    .relu(scope: TriangulatedProgram.scope) { training, _ in try TriangulatedProgram(training) },
    .relu(scope: SpikeFreeCopositiveProgram.scope) { training, _ in try SpikeFreeCopositiveProgram(training) },
    .relu(scope: NuclearNormProgram.scope) { training, _ in try NuclearNormProgram(training) },
    .relu(scope: CPNN.scope) { training, _ in try CPNN(training) },
    method(CuttingPlanes.info, CuttingPlanes.scope) { training in
      let options = CuttingPlanes.Options()
      let outcome = try CuttingPlanes(training).run(options)
      return Bracket(network: outcome.network, lower: outcome.lowerBound, iterations: outcome.rounds, gap: Bracket.roundingGap)
    },
    method(WhitenedClosedForm.info, WhitenedClosedForm.scope) { training in
      let closed = try WhitenedClosedForm(training)
      return Bracket(network: closed.network, lower: closed.value, iterations: 0, gap: Bracket.roundingGap)
    },
    .relu(.conv, scope: CellSplit.scope, split),
    .relu(.conv, scope: CopositiveProgram.scope) { training, _ in try CopositiveProgram(training) },
    .relu(.conv, scope: TriangulatedProgram.scope) { training, _ in try TriangulatedProgram(training) },
  ]

  /// As many groups as `--splits` says, chosen greedily.
  @Sendable private static func split(_ training: ReLUTraining, _ options: LiftOptions) throws -> CellSplit {
    try CellSplit.greedy(training, count: options.splits ?? defaultSplits)
  }

  private static let defaultSplits = 3

  /// What a method that is not one program found.
  private struct Bracket {
    let network: TwoLayerReLUNetwork
    let lower: Double
    let iterations: Int
    /// Relative gap at which the bounds count as met.
    let gap: Double

    /// For methods whose gap is what their solver leaves.
    static let roundingGap = 1e-6
  }

  private static func method(
    _ info: LiftInfo, _ scope: TrainingScope, _ run: @escaping @Sendable (ReLUTraining) throws -> Bracket
  ) -> LiftEntry {
    LiftEntry(.relu, info, scope: scope) { request in
      let output = request.output
      let training = try request.reluTraining()
      output.console.lines([
        LogField.line("data", TrainingSummary.data(file: request.data, request.dataset)),
        LogField.line("training", TrainingSummary.network(training.terms)),
        LogField.line("method", info.name),
      ])
      output.progress.begin("training")
      let start = ContinuousClock.now
      let bracket = try run(training)
      output.progress.end()
      let judgement = NetworkJudgement(bracket.network, training, request.dataset)
      let upper = training.objective(of: bracket.network)
      let report = TrainReport(
        lowerBound: bracket.lower, upperBound: upper, guarantee: info.guarantee,
        isComplete: upper - bracket.lower <= bracket.gap * upper,
        iterations: bracket.iterations, neurons: judgement.neurons, accuracy: judgement.accuracy,
        time: .init(
          read: output.readTime, lift: seconds(since: start), refit: 0, total: seconds(since: output.clock)))
      try output.finish(report, footer: TrainFooter.methodLines(report), model: judgement.model?(bracket.lower))
    }
  }
}
