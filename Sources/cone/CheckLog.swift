import ConeReports
import Foundation
import NNLift

/// The log of a check: what is checked, what was found, the verdict.
enum CheckLog {
  static func header(modelFile: String, _ model: ModelFile, dataFile: String, _ dataset: Dataset) -> [String] {
    [
      LogField.line("model", "\(modelFile): \(TrainingSummary.counted(model.network.width, "neuron"))"),
      LogField.line(
        "training", TrainingSummary.network(model.problem.terms)),
      LogField.line("data", TrainingSummary.data(file: dataFile, dataset)),
    ]
  }

  /// Bounds are printed with every digit: a rounded lower bound might no longer be one.
  static func footer(_ report: CheckReport) -> [String] {
    var lines = [
      LogField.line(
        "upper bound",
        "claimed \(report.claimedUpperBound), computed \(text(report.upperBound)): the objective of the network"),
      LogField.line(
        "lower bound", "claimed \(report.claimedLowerBound), proved \(report.lowerBound)\(proof(report))"),
    ]
    if let kappa = report.kappa {
      lines.append(
        LogField.line(
          "dual matrix",
          "κ(Z) ≤ \(kappa), γ = \(report.weightDecay), multiple \(report.scale), inputs of rank \(report.rank)"))
    }
    if let gap = report.gap { lines.append(LogField.line("gap", BoundProof.gap(gap))) }
    lines.append(
      LogField.line(
        "network",
        TrainingSummary.counted(report.neurons, "neuron") + TrainFooter.accuracy(report.trainAccuracy)))
    lines += report.remarks.map { LogField.line("remark", $0) }
    lines.append(
      LogField.line("verdict", report.passed ? "passed: every claim of the file holds" : "a claim does not hold"))
    lines += report.failures.map { LogField.line("", $0) }
    lines.append(
      LogField.line(
        "time", String(
          format: "%.2f s: read %.2f, check %.2f", report.time.total, report.time.read, report.time.check)))
    return lines
  }

  private static func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "nothing" }

  private static func proof(_ report: CheckReport) -> String {
    report.kappa == nil ? "" : report.lowerBoundKind.map { ": by \(BoundProof.name($0))" } ?? ""
  }
}
