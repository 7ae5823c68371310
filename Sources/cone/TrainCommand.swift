import ArgumentParser
import ConeModel
import ConeReports
import ConeSolver
import Foundation
import NNLift

extension Bias: ExpressibleByArgument {}

/// What `cone train` can train.
enum NetworkKind: String, CaseIterable, ExpressibleByArgument {
  /// Two layers, ReLU between them, squared loss with weight decay.
  case relu
}

/// The convex program that the training goes through.
enum LiftKind: String, CaseIterable, ExpressibleByArgument {
  /// The doubly-nonnegative relaxation `SDPNN`.
  case sdpNN = "sdp-nn"
  /// No relaxation: `GlobalSearch`, to a proved optimum.
  case exact
}

/// `cone train`: reads a table, brackets the optimum of training and keeps the network.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a two-layer ReLU network, with a proven bound on how far it is from optimal.",
    discussion: """
      DATA.csv has a header row of column names and one row of numbers a sample. The last column holds integer classes \
      unless --label or --outputs says otherwise; all other columns are features.

      --lift exact searches for the global optimum and proves it; sdp-nn solves a relaxation, whose bound may stay below.

      Ctrl-C stops at the next iteration or round and reports the best bracket so far; a second one ends at once.

      Exit codes:
        0  complete: the lower bound is proved and the network returned
        2  a file, an option or a path is at fault; the message says how to mend it
        3  a limit or Ctrl-C came first; the bracket and the network so far are reported and written
        4  nothing was proved, or the gap asked for is out of reach
      """)

  @Argument(help: ArgumentHelp("The samples.", valueName: "DATA.csv"))
  var data: String

  @Option(help: "What is trained.")
  var network = NetworkKind.relu

  @Option(help: "The convex program it is trained through.")
  var lift = LiftKind.sdpNN

  @Option(help: ArgumentHelp("Weight decay γ > 0 of both layers.", valueName: "G"))
  var weightDecay: Double

  @Option(help: "Bias of the first layer; regularized is a column of ones.")
  var bias = Bias.none

  @Option(help: ArgumentHelp("The column of integer classes; the last one otherwise.", valueName: "COLUMN"))
  var label: String?

  @Option(help: ArgumentHelp("The columns of regression targets.", valueName: "C1,C2,…"))
  var outputs: String?

  @Option(help: ArgumentHelp("Write the network and the certificate of its bounds.", valueName: "PATH"))
  var model: String?

  @OptionGroup var solver: SolverOptions

  @OptionGroup var search: SearchOptions

  @OptionGroup var report: ReportOptions

  @Flag(help: "Say more about the machine.")
  var verbose = false

  func validate() throws {
    try OptionRule.check(
      weightDecay.isFinite && weightDecay > 0, "--weight-decay is \(weightDecay); give a finite number greater than 0.")
    try OptionRule.check(
      label == nil || outputs == nil, "--label and --outputs exclude each other; give one of them.")
    try OptionRule.check(
      outputNames?.allSatisfy { !$0.isEmpty } ?? true,
      "--outputs names an empty column; give column names with commas between them.")
    try OptionRule.check(
      !(report.quiet && verbose), "--quiet and --verbose exclude each other; give one of them.")
    try OptionRule.check(model != "-", "--model writes to a file only; give it a path.")
    try OptionRule.check(model != data, "--model would overwrite the data; give it another path.")
    try OptionRule.check(
      lift == .exact || !search.isUsed,
      "--gap, --node-limit, --trace, --plot and --regions belong to --lift exact; give it too, or leave them.")
  }

  func run() throws {
    OpenBLASKernels.choose()
    // A search brackets from its first moment, so Ctrl-C is heard while the data are read.
    if lift == .exact { Interrupt.listen() }
    let clock = ContinuousClock.now
    let modelFile = try model.map { path throws(InputFault) in try OutputFile(path: path, option: "--model") }
    let destination = try report.destination()
    let console = report.console

    let progress = PhaseProgress(to: console)
    let dataset = try DataFile.read(data, targets: targets, progress)
    let readTime = seconds(since: clock)
    console.line("cone \(ConeCommand.version)")
    if verbose { console.line(OpenBLASKernels.logLine) }
    let problem = try trainingProblem(dataset)
    if lift == .exact {
      try SearchSession(
        data: data, dataset: dataset, training: problem, options: search, solver: solver, console: console,
        progress: progress, readTime: readTime, clock: clock
      ).train(model: model, modelFile: modelFile, destination: destination)
      return
    }
    progress.begin("reducing the data")
    let training = try SDPNNTraining(problem)
    console.lines(
      TrainingSummary.lines(
        file: data, dataset: dataset, training: problem, reduction: training.lift.reduction, outputs: training.lift.outputs))
    let monitor = TrainingMonitor(console: console, progress: progress, settings: solver.settings)
    let outcome = try run(training, monitor)
    progress.end()

    let result = TrainReport(
      outcome, status: TrainingStatus(outcome, stopped: monitor.stopped),
      accuracy: dataset.classIndices.map { problem.accuracy(of: outcome.network, classes: $0) },
      time: .init(
        read: readTime, lift: monitor.liftTime, refit: monitor.refitTime, total: seconds(since: clock)))
    console.lines([""] + TrainFooter.lines(result, message: outcome.relaxation.solution.message))
    if let modelFile, try write(outcome, dataset, to: modelFile), let model {
      console.line(LogField.line("model", model))
    }
    try destination.write(result)
    if result.status.exitStatus != .verified { throw result.status.exitStatus }
  }

  private var outputNames: [String]? {
    outputs?.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }

  private var targets: TargetColumns {
    if let outputNames { return .outputs(outputNames) }
    return label.map(TargetColumns.label) ?? .lastColumn
  }

  private func trainingProblem(_ dataset: Dataset) throws(InputFault) -> ReLUTraining {
    do {
      return try ReLUTraining(dataset: dataset, weightDecay: weightDecay, bias: bias)
    } catch {
      throw InputFault("\(data): \(error)")
    }
  }

  private func run(_ training: SDPNNTraining, _ monitor: TrainingMonitor) throws -> SDPNNTraining.Outcome {
    do {
      return try training.run(solver.settings, observer: monitor.observe)
    } catch let error as ModelError {
      throw InputFault("\(data): the lift cannot be solved: \(error); \(Self.remedy(for: error))")
    } catch let error as CertificateError {
      Console.standardError.line("\(data): no bound can be proved: \(error)")
      throw ExitStatus.numericalFailure
    }
  }

  private static func remedy(for error: ModelError) -> String {
    if case .refused(.tooLarge) = error { return "give fewer samples, or fewer that differ in direction" }
    return "scale features and targets to moderate size"
  }

  /// False when the numbers left double precision, so that there is nothing to write.
  private func write(
    _ outcome: SDPNNTraining.Outcome, _ dataset: Dataset, to file: OutputFile
  ) throws(InputFault) -> Bool {
    guard outcome.upperBound.isFinite else { return false }
    try ModelFile(
      problem: .init(dataset: dataset, terms: .init(weightDecay: weightDecay, bias: bias)), network: outcome.network,
      upperBound: outcome.upperBound, lowerBound: ModelFile.claim(provenLowerBound: outcome.lowerBound),
      lowerBoundKind: .certified, certificate: outcome.certificate
    ).write(to: file)
    return true
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
