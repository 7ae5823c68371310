import ConeModel
import ConeReports
import Foundation
import NNLift

/// `cone train --lift sdp-nn`: relaxation, proof, rounding and refit.
struct SDPNNSession {
  private let request: TrainRequest

  init(_ request: TrainRequest) { self.request = request }

  func train() throws {
    let output = request.output
    let problem = try request.reluTraining()
    output.progress.begin("reducing the data")
    let training = try SDPNNTraining(problem)
    output.console.lines(
      TrainingSummary.lines(
        file: request.data, dataset: request.dataset, training: problem, reduction: training.lift.reduction,
        outputs: training.lift.outputs))
    let monitor = TrainingMonitor(console: output.console, progress: output.progress, settings: request.solver.settings)
    let outcome = try run(training, monitor)
    output.progress.end()
    let report = TrainReport(
      outcome, status: TrainingStatus(outcome, stopped: monitor.stopped),
      accuracy: request.dataset.classIndices.map { problem.accuracy(of: outcome.network, classes: $0) },
      time: .init(
        read: output.readTime, lift: monitor.liftTime, refit: monitor.refitTime, total: seconds(since: output.clock)))
    // When the numbers left double precision there is nothing to write.
    let model = outcome.upperBound.isFinite ? modelFile(outcome) : nil
    try output.finish(
      report, footer: TrainFooter.lines(report, message: outcome.relaxation.solution.message), model: model)
  }

  private func run(_ training: SDPNNTraining, _ monitor: TrainingMonitor) throws -> SDPNNTraining.Outcome {
    do {
      return try training.run(request.solver.settings, observer: monitor.observe)
    } catch let error as ModelError {
      throw InputFault("\(request.data): the lift cannot be solved: \(error); \(Self.remedy(for: error))")
    } catch let error as CertificateError {
      Console.standardError.line("\(request.data): no bound can be proved: \(error)")
      throw ExitStatus.numericalFailure
    }
  }

  private static func remedy(for error: ModelError) -> String {
    if case .refused(.tooLarge) = error { return "give fewer samples, or fewer that differ in direction" }
    return "scale features and targets to moderate size"
  }

  private func modelFile(_ outcome: SDPNNTraining.Outcome) -> ModelFile {
    ModelFile(
      problem: .init(dataset: request.dataset, terms: request.terms), network: outcome.network,
      upperBound: outcome.upperBound, lowerBound: ModelFile.claim(provenLowerBound: outcome.lowerBound),
      lowerBoundKind: .certified, certificate: outcome.certificate)
  }
}
