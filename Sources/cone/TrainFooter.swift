import ConeReports
import ConeSolver
import Foundation
import NNLift

/// The end of a training log: each figure with what it is.
///
/// Bounds are printed with every digit: a rounded lower bound might no longer be one.
enum TrainFooter {
  /// - Parameter message: what stopped the relaxation when it was not an answer.
  static func lines(_ report: TrainReport, message: String) -> [String] {
    let residuals = report.liftResiduals
    let liftEnd = "\(report.liftStatus) after \(TrainingSummary.counted(report.liftIterations, "iteration"))"
    let cause = message.isEmpty || report.status == .cancelled ? [] : [LogField.line("", message)]
    return [
      LogField.line("status", meaning(report.status)),
      LogField.line(
        "lift",
        "\(report.liftValue.value): "
          + (report.liftValueIsBound
            ? "a lower bound on p*, as far as the solver's residuals go" : "unfinished, a bound on nothing")),
      LogField.line(
        "", liftEnd + String(
          format: ", residuals %.1e primal, %.1e dual, %.1e gap", residuals.primal.value, residuals.dual.value,
          residuals.gap.value)),
    ] + cause + bracket(report) + [
      LogField.line(
        "time", String(
          format: "%.2f s: read %.2f, lift %.2f, refit %.2f", report.time.total, report.time.read, report.time.lift,
          report.time.refit)),
    ]
  }

  /// The end of a search.
  static func searchLines(_ report: TrainReport) -> [String] {
    [LogField.line("status", meaning(report.status))] + bracket(report) + [
      LogField.line(
        "search",
        "\(TrainingSummary.counted(report.rounds ?? 0, "round")), \(TrainingSummary.counted(report.nodes ?? 0, "cone"))"),
      LogField.line(
        "time", String(
          format: "%.2f s: read %.2f, oracle %.2f, search %.2f", report.time.total, report.time.read, report.time.lift,
          report.time.refit)),
    ]
  }

  /// The end of a method that is not one program.
  static func methodLines(_ report: TrainReport) -> [String] {
    [
      LogField.line(
        "status", report.status == .complete ? "complete: the bounds meet" : "iteration limit: the best bracket so far"),
      LogField.line("lower bound", "\(report.lowerBound.value) ≤ p*, up to rounding"),
      LogField.line("upper bound", "\(report.upperBound.value) ≥ p*: the objective of the network"),
      LogField.line("gap", String(format: "%.2e of the upper bound", report.gap.value)),
      LogField.line("iterations", "\(report.liftIterations)"),
      LogField.line("network", TrainingSummary.counted(report.neurons ?? 0, "neuron") + accuracy(report.trainAccuracy)),
      LogField.line("time", String(format: "%.2f s: read %.2f", report.time.total, report.time.read)),
    ]
  }

  /// The end of a lift that is solved as it stands.
  static func liftLines(_ report: TrainReport, guarantee: Guarantee?, factor: Double?) -> [String] {
    let residuals = report.liftResiduals
    let meaning =
      switch guarantee {
      case .exact: "the optimum"
      case .lowerBound: "a lower bound on p*"
      case .upperBound: "an upper bound on p*"
      case nil: "the optimum of its own networks, no bound on p*"
      }
    let lower = report.lowerBound.value
    var lines = [
      LogField.line("status", liftMeaning(report.status)),
      LogField.line(
        "lift",
        "\(report.liftValue.value): "
          + (report.liftIsSolved ? "\(meaning), as far as the solver's residuals go" : "unfinished, a bound on nothing")),
      LogField.line(
        "", "\(report.liftStatus) after \(TrainingSummary.counted(report.liftIterations, "iteration"))"
          + String(
            format: ", residuals %.1e primal, %.1e dual, %.1e gap", residuals.primal.value, residuals.dual.value,
            residuals.gap.value)),
    ]
    if lower.isFinite {
      let divided = factor.map { String(format: " over the factor %.6g of the upper bound", $0) } ?? ""
      lines.append(LogField.line("lower bound", "\(lower): the solver's dual value\(divided), not proved"))
    }
    if report.upperBound.value.isFinite {
      lines.append(LogField.line("upper bound", "\(report.upperBound.value) ≥ p*: the objective of the network"))
    }
    if report.gap.value.isFinite {
      lines.append(LogField.line("gap", String(format: "%.2e of the upper bound", report.gap.value)))
    }
    if let neurons = report.neurons {
      lines.append(
        LogField.line("network", TrainingSummary.counted(neurons, "neuron") + accuracy(report.trainAccuracy)))
    }
    return lines + [
      LogField.line(
        "time", String(
          format: "%.2f s: read %.2f, lift %.2f", report.time.total, report.time.read, report.time.lift))
    ]
  }

  /// The end of a training by a closed form.
  static func closedFormLines(_ report: TrainReport, form: String) -> [String] {
    [
      LogField.line("status", "complete: the optimum is written down"),
      LogField.line("optimum", "\(report.upperBound.value) = p*, to rounding: \(form)"),
      LogField.line("network", "rank \(report.neurons ?? 0)" + accuracy(report.trainAccuracy)),
      LogField.line("time", String(format: "%.2f s: read %.2f, lift %.2f", report.time.total, report.time.read, report.time.lift)),
    ]
  }

  private static func liftMeaning(_ status: TrainingStatus) -> String {
    switch status {
    case .complete: "complete: the lift is solved"
    case .numericalFailure: "numerical failure: double precision ended before the tolerance; see the residuals"
    default: meaning(status)
    }
  }

  private static func bracket(_ report: TrainReport) -> [String] {
    [
      LogField.line(
        "lower bound", "\(report.lowerBound.value) ≤ p*: proved by \(BoundProof.name(report.lowerBoundKind))"),
      LogField.line("upper bound", "\(report.upperBound.value) ≥ p*: the objective of the network"),
      LogField.line("gap", BoundProof.gap(report.gap.value)),
      LogField.line("network", TrainingSummary.counted(report.neurons ?? 0, "neuron") + accuracy(report.trainAccuracy)),
    ]
  }

  private static func meaning(_ status: TrainingStatus) -> String {
    switch status {
    case .complete: "complete: the lower bound is proved, the network reaches the upper bound"
    case .iterationLimit: "iteration limit: the best bracket so far"
    case .timeLimit: "time limit: the best bracket so far"
    case .nodeLimit: "node limit: the best bracket so far"
    case .stalled: "stalled: double precision, or the oracle, gives no smaller gap"
    case .cancelled: "cancelled: the best bracket so far (stopped by Ctrl-C)"
    case .numericalFailure: "numerical failure: nothing was proved"
    }
  }

  static func accuracy(_ value: Double?) -> String {
    value.map { String(format: ", %.2f %% of the training samples classified correctly", 100 * $0) } ?? ""
  }
}

/// Words for bounds that the logs of training and checking share.
enum BoundProof {
  static func name(_ kind: String) -> String {
    switch SDPNNTraining.Proof(rawValue: kind) {
    case .sectors: "the exact maximum over the sectors of the circle"
    case .doublyNonnegative: "doubly-nonnegative multipliers"
    case .cones: "a bound on every cone of a cover of the sphere"
    case nil: kind
    }
  }

  static func gap(_ value: Double) -> String {
    String(format: "%.2e of the upper bound: the network is that close to optimal, or closer", value)
  }
}
