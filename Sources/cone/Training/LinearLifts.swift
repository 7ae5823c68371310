import ConeReports
import ConeSolver
import NNLift

/// The lifts of linear and bilinear networks.
enum LinearLifts {
  static let entries = entries(for: .linear) + entries(for: .bilinear)

  private static let closedForm = LiftInfo(
    name: "closed-form", guarantee: .exact, condition: "no decay, whitened inputs, one layer, or interpolation",
    size: "a singular value decomposition", theorem: "von Neumann's trace inequality",
    source: "Izenman 1975; Cai, Candès & Shen 2010")

  private static func entries(for network: NetworkKind) -> [LiftEntry] {
    [
      LiftEntry(network, closedForm, scope: nil, train: train),
      entry(network) { try ConvexLift($0) }, entry(network) { try FantopeLift($0) },
      entry(network) { try NuclearNormLift($0) }, entry(network) { try PerspectiveLift($0) },
      entry(network) { try KroneckerRelaxation($0) },
    ]
  }

  private static func entry<L: Lift>(
    _ network: NetworkKind, _ make: @escaping @Sendable (EndToEndTraining) throws -> L
  ) -> LiftEntry where L.Network == DenseMatrix {
    LiftEntry(network) { request in
      let training = try request.linearTraining()
      let problem = training.endToEnd
      let lift: L
      do { lift = try make(problem) } catch { throw InputFault("\(request.data): \(error)") }
      return PreparedLift(lift: lift, training: TrainingSummary.network(request)) { M in
        let network = try LinearTrainingRun(problem).network(
          from: M, value: problem.objective(M), settings: request.solver.settings)
        return NetworkJudgement(
          objective: network.map(problem.objective), neurons: (network ?? M).numericalRank, accuracy: request.accuracy(network ?? M),
          model: nil)
      }
    }
  }

  /// The name of the lift that `LinearTrainingRun` chooses, and why.
  static func automatic(_ request: TrainRequest) throws(InputFault) -> (String, String?) {
    let run = LinearTrainingRun(try request.linearTraining().endToEnd)
    if case .closedForm(let form) = run.method { return (closedForm.name, "\(form.rawValue), \(run.reason)") }
    return (run.method.name, run.reason)
  }

  @Sendable private static func train(_ request: TrainRequest) throws {
    let output = request.output
    let training = try request.linearTraining()
    output.console.lines([
      LogField.line("data", TrainingSummary.data(file: request.data, request.dataset)),
      LogField.line("training", TrainingSummary.network(request)),
    ])
    let start = ContinuousClock.now
    let run = LinearTrainingRun(training.endToEnd)
    guard case .closedForm(let form) = run.method else {
      throw InputFault("\(request.data): there is no closed form here; \(run.method.name) is the lift: \(run.reason)")
    }
    let outcome: LinearTrainingRun.Outcome
    do { outcome = try run.run(request.solver.settings) } catch { throw InputFault("\(request.data): \(error)") }
    let liftTime = seconds(since: start)
    let report = TrainReport(
      closedForm: outcome.upperBound, rank: outcome.endToEnd.numericalRank, accuracy: request.accuracy(outcome.endToEnd),
      time: .init(read: output.readTime, lift: liftTime, refit: 0, total: seconds(since: output.clock)))
    try output.finish(report, footer: TrainFooter.closedFormLines(report, form: form.rawValue), model: nil)
  }
}

extension TrainRequest {
  /// The training problem of a linear network on the table; its faults are those of the file or the options.
  func linearTraining() throws(InputFault) -> DeepLinearTraining {
    guard [.squared, .interpolation].contains(terms.loss), terms.bias != .free, !terms.skip, terms.inputNorm == .l2 else {
      throw InputFault(
        "--network \(options.network.rawValue) is trained with squared loss or interpolation, bias none or regularized; leave the others")
    }
    let isBilinear = options.network == .bilinear
    do {
      return try DeepLinearTraining(
        features: isBilinear ? .identity(dataset.Y.rows) : terms.design(dataset.features), outputs: dataset.Y,
        hiddenWidths: options.hiddenWidths ?? [dataset.Y.columns], weightDecay: terms.weightDecay,
        fit: terms.loss == .interpolation ? .interpolation : .squared)
    } catch {
      throw InputFault("\(data): \(error)")
    }
  }

  /// Of classes on the training data, by the end-to-end matrix.
  func accuracy(_ M: DenseMatrix) -> Double? {
    let inputs = options.network == .bilinear ? DenseMatrix.identity(M.rows) : terms.design(dataset.features)
    return NetworkJudgement.accuracy(DeepLinearNetwork(layers: [M]).predict(inputs), terms, dataset)
  }
}
