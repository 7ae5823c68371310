import ArgumentParser
import Foundation
import NNLift

extension Bias: ExpressibleByArgument {}
extension InputNorm: ExpressibleByArgument {}
extension Loss: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// What is trained on which columns: the options that every command with a training problem has.
struct TrainingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The column of integer classes; the last one otherwise.", valueName: "COLUMN"))
  var label: String?

  @Option(help: ArgumentHelp("The columns of regression targets.", valueName: "C1,C2,…"))
  var outputs: String?

  @Option(help: ArgumentHelp("Weight decay γ > 0 of both layers.", valueName: "G"))
  var weightDecay: Double?

  @Option(
    help: ArgumentHelp(
      "squared, absolute, huber[:δ], hinge, squared-hinge, or interpolation: least norm with no loss.", valueName: "LOSS"))
  var loss: Loss?

  @Option(help: "Bias of the first layer; regularized is a column of ones, free one whose weights do not decay.")
  var bias: Bias?

  @Option(help: "Norm of the input weights that decays.")
  var inputNorm: InputNorm?

  @Flag(help: "Linear units beside the ReLU units.")
  var skip = false

  @Option(help: ArgumentHelp("Columns of a window, for --network conv; the outputs of the windows are added.", valueName: "N"))
  var filter: Int?

  @Option(help: ArgumentHelp("Columns from one window to the next.", valueName: "N"))
  var stride: Int?

  func validate() throws {
    try OptionRule.check(
      weightDecay.map { $0.isFinite && $0 > 0 } ?? true,
      "--weight-decay is \(weightDecay ?? 0); give a finite number greater than 0.")
    try OptionRule.check(
      label == nil || outputs == nil, "--label and --outputs exclude each other; give one of them.")
    try OptionRule.check(
      outputNames?.allSatisfy { !$0.isEmpty } ?? true,
      "--outputs names an empty column; give column names with commas between them.")
    try OptionRule.check(stride == nil || filter != nil, "--stride says how far apart windows are; give --filter too.")
  }

  private var outputNames: [String]? {
    outputs?.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }

  /// - Parameter fallback: what holds where neither option is given.
  func targets(else fallback: TargetColumns = .lastColumn) -> TargetColumns {
    outputNames.map(TargetColumns.outputs) ?? label.map(TargetColumns.label) ?? fallback
  }

  /// - Parameter fallback: what holds where an option is not given.
  /// - Throws: `ValidationError` without a weight decay; interpolation needs none.
  func terms(else fallback: TrainingTerms? = nil) throws -> TrainingTerms {
    let loss = self.loss ?? fallback?.loss ?? .squared
    let decay = weightDecay ?? fallback?.weightDecay ?? (loss == .interpolation ? 1 : nil)
    guard let decay else { throw ValidationError("--weight-decay is missing; give a number greater than 0.") }
    return TrainingTerms(
      weightDecay: decay, loss: loss, bias: bias ?? fallback?.bias ?? .none,
      inputNorm: inputNorm ?? fallback?.inputNorm ?? .l2, skip: skip || fallback?.skip ?? false,
      patches: filter.map { Patches(filter: $0, stride: stride ?? 1) } ?? fallback?.patches)
  }

  /// The training problem of a table; its faults are those of the file.
  func training(_ dataset: Dataset, terms: TrainingTerms, file: String) throws(InputFault) -> ReLUTraining {
    do {
      return try ReLUTraining(dataset: dataset, terms: terms)
    } catch {
      throw InputFault("\(file): \(error)")
    }
  }
}

/// Reading a table for a command.
enum DataFile {
  static func read(
    _ path: String, targets: TargetColumns, _ progress: PhaseProgress
  ) throws(InputFault) -> Dataset {
    progress.begin("reading")
    defer { progress.end() }
    do {
      return try Dataset(csv: path, targets: targets)
    } catch {
      throw InputFault(error.description)
    }
  }
}
