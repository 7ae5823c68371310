import ConeModel
import ConeReports
import ConeSolver
import Foundation
import NNLift

/// A lift with what its log and its network need.
struct PreparedLift<L: Lift> {
  let lift: L
  /// What is trained, in words.
  let training: String
  /// What the value is, where the use of the lift decides; `nil` for a bound on nothing but its own networks.
  let guarantee: Guarantee?
  /// For an upper bound, a `ρ` with `p ≤ ρp*`, once it is worth its time.
  var factor: () -> Double? = { nil }
  let judge: (L.Network) throws -> NetworkJudgement

  init(lift: L, training: String, judge: @escaping (L.Network) throws -> NetworkJudgement) {
    self.init(lift: lift, training: training, guarantee: lift.guarantee, judge: judge)
  }

  init(
    lift: L, training: String, guarantee: Guarantee?, judge: @escaping (L.Network) throws -> NetworkJudgement
  ) {
    self.lift = lift
    self.training = training
    self.guarantee = guarantee
    self.judge = judge
  }
}

/// What a network is worth on the data.
struct NetworkJudgement {
  /// `nil` where the lift's value is the objective.
  let objective: Double?
  let neurons: Int
  /// Of classes.
  let accuracy: Double?
  /// The model file, with this lower bound.
  let model: ((_ lowerBound: Double) -> ModelFile)?

  init(objective: Double?, neurons: Int, accuracy: Double?, model: ((_ lowerBound: Double) -> ModelFile)?) {
    self.objective = objective
    self.neurons = neurons
    self.accuracy = accuracy
    self.model = model
  }

  init(_ network: TwoLayerReLUNetwork, _ training: ReLUTraining, _ dataset: Dataset) {
    let objective = training.objective(of: network)
    self.init(
      objective: objective, neurons: network.width,
      accuracy: dataset.classIndices.map { training.accuracy(of: network, classes: $0) },
      model: { lowerBound in
        ModelFile(
          problem: .init(dataset: dataset, terms: training.terms), network: network, upperBound: objective,
          lowerBound: lowerBound, lowerBoundKind: .numerical, certificate: nil)
      })
  }

  static func accuracy(_ outputs: DenseMatrix, _ terms: TrainingTerms, _ dataset: Dataset) -> Double? {
    dataset.classIndices.map { classes in
      Double(zip(terms.classes(ofOutputs: outputs), classes).count { $0 == $1 }) / Double(classes.count)
    }
  }
}

/// Solves a lift for `cone train`: header, iterations, what value and network are.
struct LiftSession<L: Lift> {
  private let request: TrainRequest
  private let prepared: PreparedLift<L>

  init(_ request: TrainRequest, _ prepared: PreparedLift<L>) {
    self.request = request
    self.prepared = prepared
  }

  func train() throws {
    let output = request.output
    output.console.lines([
      LogField.line("data", TrainingSummary.data(file: request.data, request.dataset)),
      LogField.line("training", prepared.training),
    ])
    output.progress.begin("stating the lift")
    let start = ContinuousClock.now
    let program = try prepared.lift.program()
    let compiled = try program.problem.compile()
    output.progress.end()
    output.console.lines([
      LogField.line(
        "lift",
        "\(L.info.name), \(prepared.guarantee?.phrase ?? "no bound"): \(TrainingSummary.counted(compiled.problem.variableCount, "variable")), "
          + TrainingSummary.counted(compiled.problem.b.count, "row")),
      LogField.line("limits", ProgramSummary.limits(request.solver.settings)),
    ])
    let optimum = try solve(program)
    let liftTime = seconds(since: start)
    let judgement = try optimum.network.map(prepared.judge)
    let factor = prepared.guarantee == .upperBound ? prepared.factor() : nil
    let report = TrainReport(
      optimum, guarantee: prepared.guarantee, factor: factor, upperBound: judgement.map { $0.objective ?? optimum.value },
      neurons: judgement?.neurons, accuracy: judgement?.accuracy,
      time: .init(
        read: output.readTime, lift: liftTime, refit: 0, total: seconds(since: output.clock)))
    try output.finish(
      report, footer: TrainFooter.liftLines(report, guarantee: prepared.guarantee, factor: factor),
      model: judgement?.model?(report.lowerBound.value.isFinite ? report.lowerBound.value : 0))
  }

  private func solve(_ program: LiftedProgram<L.Network>) throws -> LiftedOptimum<L.Network> {
    let output = request.output
    output.console.lines(["", IterationLog.heading])
    Interrupt.listen()
    output.progress.begin("starting point")
    defer { output.progress.end() }
    do {
      return try program.solve(request.solver.settings) { iteration in
        output.console.line(IterationLog.line(iteration))
        output.progress.begin("iteration \(iteration.number + 1)", patience: PhaseProgress.iterationPatience)
        return Interrupt.isRequested ? .stop : .proceed
      }
    } catch let error as NotOptimal {
      throw InputFault("\(request.data): the lift has no optimum: \(error)")
    } catch let error as ModelError {
      throw InputFault("\(request.data): the lift cannot be solved: \(error)")
    }
  }
}

extension Guarantee {
  /// After the name of a lift.
  var phrase: String {
    switch self {
    case .exact: "exact"
    case .lowerBound: "a lower bound"
    case .upperBound: "an upper bound"
    }
  }
}
