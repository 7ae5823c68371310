import ConeReports
import ConeSolver
import Foundation
import NNLift

/// What a run of `cone train` is given, read and checked: a lift takes from it what it needs.
struct TrainRequest {
  /// Path of the table.
  let data: String
  let dataset: Dataset
  let terms: TrainingTerms
  let options: LiftOptions
  let search: SearchOptions
  let solver: SolverOptions
  let output: TrainOutput

  /// The training problem of a two-layer ReLU network; its faults are those of the file.
  func reluTraining() throws(InputFault) -> ReLUTraining {
    do {
      return try ReLUTraining(dataset: dataset, terms: terms)
    } catch {
      throw InputFault("\(data): \(error)")
    }
  }
}

/// Where a training run writes, and its clock.
struct TrainOutput {
  let console: Console
  let progress: PhaseProgress
  let destination: ReportDestination
  /// Path and file of `--model`.
  let model: (path: String, file: OutputFile)?
  let readTime: Double
  let clock: ContinuousClock.Instant

  /// Writes the report and, when it can be written, the model; leaves with the code of the status.
  func finish(_ report: TrainReport, footer: [String], model content: ModelFile?) throws {
    console.lines([""] + footer)
    if let model, let content {
      try content.write(to: model.file)
      console.line(LogField.line("model", model.path))
    }
    try destination.write(report)
    if report.status.exitStatus != .verified { throw report.status.exitStatus }
  }
}

extension ModelFile {
  func write(to file: OutputFile) throws(InputFault) {
    let text: Data
    do {
      text = try json()
    } catch {
      throw InputFault("\(error)")
    }
    try file.write(text)
  }
}
