import ConeReports
import NNLift

/// The header of a training log: the data, what its reductions found, and the lift.
enum TrainingSummary {
  static func lines(
    file: String, dataset: Dataset, training problem: ReLUTraining, reduction: DataReduction, outputs: OutputReduction
  ) -> [String] {
    [
      LogField.line("data", data(file: file, dataset)),
      LogField.line("training", network(problem.terms)),
      LogField.line("inputs", inputs(reduction)),
      LogField.line("outputs", "\(problem.outputDimension) of rank \(outputs.rank)"),
    ]
  }

  static func data(file: String, _ dataset: Dataset) -> String {
    let targets =
      switch dataset.targets {
      case .classes(let label, let names, _): "\(counted(names.count, "class", "classes")) of \(label): \(list(names))"
      case .outputs(let names): "\(counted(names.count, "output")): \(list(names))"
      }
    return "\(file): \(counted(dataset.sampleCount, "sample")), "
      + "\(counted(dataset.features.columns, "feature")), \(targets)"
  }

  static func network(_ terms: TrainingTerms) -> String {
    var parts = ["two-layer ReLU network", "\(terms.loss) loss", "weight decay \(terms.weightDecay)"]
    if terms.inputNorm == .l1 { parts.append("ℓ1 norm of input weights") }
    parts.append(terms.bias == .none ? "no bias" : "\(terms.bias.rawValue) bias")
    if terms.skip { parts.append("skip connection") }
    if let patches = terms.patches { parts.append("filters of \(patches.filter) columns, stride \(patches.stride)") }
    return parts.joined(separator: ", ")
  }

  /// Of any kind of network.
  static func network(_ request: TrainRequest) -> String {
    let options = request.options
    guard options.network == .linear || options.network == .bilinear else { return network(request.terms) }
    let widths = options.hiddenWidths ?? [request.dataset.Y.columns]
    let shape =
      options.network == .bilinear
      ? "bilinear factorisation, inner dimension \(widths.map(String.init).joined(separator: ", "))"
      : "linear network, hidden widths \(widths.map(String.init).joined(separator: ", "))"
    let decay = request.terms.weightDecay > 0 ? "weight decay \(request.terms.weightDecay)" : "no weight decay"
    return "\(shape), \(request.terms.loss) loss, \(decay)"
  }

  static func inputs(_ reduction: DataReduction) -> String {
    let zero = reduction.zeroRows.count
    let merged = reduction.rowCount - zero - reduction.groupCount
    return "rank \(reduction.rank), \(counted(reduction.groupCount, "direction")): "
      + "\(counted(zero, "zero row")) dropped, \(counted(merged, "parallel row")) merged"
  }

  static func lift(order: Int, equalities: Int, inequalities: Int) -> String {
    LogField.line(
      "lift",
      "SDP-NN, a lower bound: moment matrix of order \(order), \(counted(equalities, "equality", "equalities")), "
        + counted(inequalities, "nonnegative row"))
  }

  static func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
  }

  /// Names that are listed one by one.
  private static let listedNames = 8

  private static func list(_ names: [String]) -> String {
    names.prefix(listedNames).joined(separator: ", ") + (names.count > listedNames ? ", …" : "")
  }
}
