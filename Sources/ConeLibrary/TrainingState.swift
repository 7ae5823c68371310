import CConeSolver
import ConeModel
import ConeReports
import ConeSolver
import Foundation
import NNLift

/// A training problem with its options, its callback and what its last run gave.
struct TrainingState: Sendable {
  /// The convex program that training goes through, by the names of `cone train`.
  enum Lift: String, CaseIterable, Sendable {
    case exact
    case sdpNN = "sdp-nn"
  }

  struct Observer: @unchecked Sendable {
    let function: cone_training_observer
    let context: UnsafeMutableRawPointer?
  }

  /// The two texts of a run.
  struct Result: Sendable {
    let report: String
    let model: String
  }

  let training: ReLUTraining
  var solver = OptionTable()
  var lift = Lift.exact
  var gap = 1e-4
  var nodeLimit: Int?
  var observer: Observer?
  var result: Result?

  init(_ training: ReLUTraining) { self.training = training }

  mutating func set(_ name: String, _ value: OptionTable.Value) throws(Fault) -> cone_code {
    switch name {
    case "lift": lift = try value.choice(name)
    case "gap":
      let gap = try value.number(name)
      guard 0.0..<1.0 ~= gap else { throw Fault(CONE_INVALID_OPTION, "the gap is \(gap); give a number of at least 0 and below 1") }
      self.gap = gap
    case "node_limit", "nodeLimit": nodeLimit = try value.count(name)
    default: return try solver.set(name, value)
    }
    return CONE_OK
  }
}

extension TrainingState {
  /// Trains through the lift that is set.
  func train(isCancelled: @escaping @Sendable () -> Bool) throws(Fault) -> Result {
    switch lift {
    case .exact:
      let (outcome, time) = try search(from: nil, isCancelled)
      return try Result(TrainReport(outcome, accuracy: nil, time: time), model(outcome.network, outcome.certificate, outcome.lowerBound, outcome.upperBound))
    case .sdpNN: return try relax(isCancelled)
    }
  }

  /// Brackets the optimum from a network.
  func certify(_ network: TwoLayerReLUNetwork, isCancelled: @escaping @Sendable () -> Bool) throws(Fault) -> Result {
    let given = training.objective(of: network)
    let neuron = try proving { try GlobalSearch(training).steepestNeuron(for: network) }
    let (outcome, time) = try search(from: network, isCancelled)
    let report = CertifyReport(
      outcome, given: given, neurons: network.width, neuron: neuron, names: featureNames, bias: training.bias,
      weightDecay: training.weightDecay, time: time.total)
    return try Result(report, model(outcome.network, outcome.certificate, outcome.lowerBound, outcome.upperBound))
  }

  private func search(
    from network: TwoLayerReLUNetwork?, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws(Fault) -> (GlobalSearch.Outcome, TrainReport.Time) {
    let start = ContinuousClock.now
    var options = GlobalSearch.Options()
    options.gap = gap
    options.timeLimit = solver.settings.timeLimit
    options.nodeLimit = nodeLimit
    options.threads = solver.settings.threads ?? ProcessInfo.processInfo.activeProcessorCount
    // Set by the observer in the thread of the run, read by the workers of the oracle.
    let stop = StopRequest(isCancelled)
    var oracle = 0.0
    let outcome = try proving {
      try GlobalSearch(training).run(options, from: network, isCancelled: { stop.isWanted }) { state in
        oracle = state.oracleTime
        observe(state.round, state.lowerBound, state.upperBound, state.time, stop)
      }
    }
    let total = start.duration(to: .now) / .seconds(1)
    return (outcome, .init(read: 0, lift: oracle, refit: max(0, total - oracle), total: total))
  }

  private func relax(_ isCancelled: @escaping @Sendable () -> Bool) throws(Fault) -> Result {
    let start = ContinuousClock.now
    let stop = StopRequest(isCancelled)
    var lower = 0.0
    var upper = Double.infinity
    var liftTime = 0.0
    var stopped: TrainingStatus?
    var elapsed: Double { start.duration(to: .now) / .seconds(1) }
    let outcome = try proving {
      try SDPNNTraining(training).run(solver.settings) { event in
        var isTimed = false
        switch event {
        case .relaxation(let iteration): observe(iteration.number, lower, upper, elapsed, stop)
        case .bounded(let bound): (lower, liftTime) = (bound, elapsed)
        case .refit(let round, let objective, _):
          upper = min(upper, objective)
          observe(round, lower, upper, elapsed, stop)
          isTimed = true
        case .fitting: isTimed = true
        default: break
        }
        // The solver watches the time of the relaxation itself.
        if isTimed, let limit = solver.settings.timeLimit, elapsed >= limit { stopped = .timeLimit }
        if stop.isWanted { stopped = .cancelled }
        return stopped == nil ? .proceed : .stop
      }
    }
    let report = TrainReport(
      outcome, status: TrainingStatus(outcome, stopped: stopped), accuracy: nil,
      time: .init(read: 0, lift: liftTime, refit: max(0, elapsed - liftTime), total: elapsed))
    return try Result(report, model(outcome.network, outcome.certificate, outcome.lowerBound, outcome.upperBound))
  }

  private func observe(_ number: Int, _ lower: Double, _ upper: Double, _ seconds: Double, _ stop: StopRequest) {
    guard let observer else { return }
    var progress = cone_progress(number: Int64(number), lower_bound: lower, upper_bound: upper, seconds: seconds)
    if observer.function(&progress, observer.context) != 0 { stop.request() }
  }

  private func proving<Value>(_ body: () throws -> Value) throws(Fault) -> Value {
    do {
      return try body()
    } catch let error as CertificateError {
      throw Fault(CONE_NUMERICAL_ERROR, "no bound can be proved: \(error); scale features and targets to moderate size")
    } catch ModelError.refused(.tooLarge(let reason)) {
      throw Fault(CONE_TOO_LARGE, "the lift does not fit: \(reason); give fewer samples, or fewer that differ in direction")
    } catch {
      throw Fault(CONE_NUMERICAL_ERROR, "the lift cannot be solved: \(error)")
    }
  }

  // MARK: Texts

  private var featureNames: [String] {
    let count = training.inputDimension - (training.bias == .regularized ? 1 : 0)
    return (0..<count).map { "x\($0 + 1)" }
  }

  private func model(
    _ network: TwoLayerReLUNetwork, _ certificate: ModelFile.Certificate, _ lower: Double, _ upper: Double
  ) -> ModelFile {
    ModelFile(
      problem: .init(
        terms: training.terms, featureNames: featureNames,
        targets: .outputs((0..<training.outputDimension).map { "y\($0 + 1)" })),
      network: network, upperBound: upper, lowerBound: ModelFile.claim(provenLowerBound: lower), lowerBoundKind: .certified,
      certificate: certificate)
  }
}

extension TrainingState.Result {
  fileprivate init(_ report: some Encodable, _ model: ModelFile) throws(Fault) {
    do {
      self.report = String(decoding: try report.jsonText(indented: false), as: UTF8.self)
      self.model = String(decoding: try model.json(), as: UTF8.self)
    } catch {
      throw Fault(CONE_NUMERICAL_ERROR, "the result cannot be written: \(error)")
    }
  }
}
