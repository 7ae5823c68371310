import ArgumentParser
import ConeReports
import Foundation
import NNLift

/// `cone certify`: how far is a given network from the global optimum?
struct CertifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certify",
    abstract: "Prove how far a trained two-layer ReLU network is from the global optimum.",
    discussion: """
      The network is a model file of this command, whose terms of training hold where no option says otherwise, or two tables without header: U with a row of input weights a neuron \
      (the bias first, with --bias regularized), V with a row of output weights. Its objective is taken as it stands; its \
      neurons are where the search for the optimum starts. The samples are read as by cone train.

      Exit codes:
        0  the optimum is bracketed to the gap asked for
        2  a file, an option or a path is at fault; the message says how to mend it
        3  a limit or Ctrl-C came first; the bracket so far is reported
        4  the gap asked for is out of reach
      """)

  @Option(help: ArgumentHelp("The network as a model file.", valueName: "PATH"))
  var model: String?

  @Option(help: ArgumentHelp("The network as two tables of numbers.", valueName: "U.csv,V.csv"))
  var weights: String?

  @Argument(help: ArgumentHelp("The samples.", valueName: "DATA.csv"))
  var data: String

  @OptionGroup var training: TrainingOptions

  @Option(help: ArgumentHelp("Write the improved network with its certificate.", valueName: "PATH"))
  var polish: String?

  @OptionGroup var solver: SolverOptions

  @OptionGroup var search: SearchOptions

  @OptionGroup var report: ReportOptions

  func validate() throws {
    try OptionRule.check((model == nil) != (weights == nil), "Give the network by --model or by --weights.")
    try OptionRule.check(
      weights == nil || training.weightDecay != nil, "--weights says nothing of the weight decay; give --weight-decay.")
    try OptionRule.check(polish != data, "--polish would overwrite the data; give it another path.")
  }

  func run() throws {
    OpenBLASKernels.choose()
    Interrupt.listen()
    let clock = ContinuousClock.now
    let console = report.console
    let progress = PhaseProgress(to: console)
    let destination = try report.destination()
    let polishFile = try polish.map { path throws(InputFault) in try OutputFile(path: path, option: "--polish") }
    let file = try model.map(readModel)
    let dataset = try DataFile.read(data, targets: training.targets(else: file?.problem.targetColumns ?? .lastColumn), progress)
    let problem = try training.training(dataset, terms: training.terms(else: file?.problem.terms), file: data)
    let network = try file?.network ?? weightTables()
    guard network.inputDimension == problem.inputDimension, network.outputDimension == problem.outputDimension else {
      throw InputFault(
        "\(model ?? weights ?? ""): the network maps \(network.inputDimension) inputs to \(network.outputDimension) outputs, but "
          + "the data has \(problem.inputDimension) (bias included) and \(problem.outputDimension); give matching columns")
    }
    console.line("cone \(ConeCommand.version)")
    let session = SearchSession(
      data: data, dataset: dataset, training: problem, options: search, solver: solver, console: console,
      progress: progress, readTime: seconds(since: clock), clock: clock)
    let files = try session.outputFiles()
    let given = problem.objective(of: network)
    let neuron = try GlobalSearch(problem).steepestNeuron(for: network)
    let result = try session.run(from: network)
    let certify = CertifyReport(
      result.outcome, given: given, neurons: network.width, neuron: neuron, names: dataset.featureNames, bias: problem.bias,
      weightDecay: problem.weightDecay, time: seconds(since: clock))
    console.lines([""] + certify.lines)
    if let polishFile, let polish {
      try session.modelContent(result.outcome).write(to: polishFile)
      console.line(LogField.line("polished", polish))
    }
    try session.write(result, to: files)
    try destination.write(certify)
    if certify.status.exitStatus != .verified { throw certify.status.exitStatus }
  }

  private func readModel(_ path: String) throws(InputFault) -> ModelFile {
    do {
      return try ModelFile(contentsOf: path)
    } catch {
      throw InputFault(error.description)
    }
  }

  private func weightTables() throws(InputFault) -> TwoLayerReLUNetwork {
    let paths = (weights ?? "").split(separator: ",").map(String.init)
    guard paths.count == 2 else { throw InputFault("--weights \(weights ?? ""): give two paths with a comma between them") }
    let U = try WeightTable.read(paths[0])
    let V = try WeightTable.read(paths[1])
    guard U.rows == V.rows else {
      throw InputFault("\(paths[1]): has \(V.rows) rows, but \(paths[0]) has \(U.rows); give one row a neuron in both")
    }
    return TwoLayerReLUNetwork(U: U, V: V)
  }
}

/// A table of numbers without header.
enum WeightTable {
  static func read(_ path: String) throws(InputFault) -> DenseMatrix {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw InputFault("\(path): cannot be read; check the path")
    }
    var rows: [[Double]] = []
    for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      let row = line.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
      guard row.allSatisfy({ $0?.isFinite ?? false }) else {
        throw InputFault("\(path):\(number + 1): has a cell that is not a finite number; give rows of numbers, no header")
      }
      guard rows.first.map({ $0.count == row.count }) ?? true else {
        throw InputFault("\(path):\(number + 1): has \(row.count) numbers, the first row \(rows[0].count); give rows of one length")
      }
      rows.append(row.compactMap { $0 })
    }
    return DenseMatrix(rowArrays: rows, columns: rows.first?.count ?? 0)
  }
}

extension CertifyReport {
  var lines: [String] {
    let terms = zip(neuron, names).map { String(format: "%+.4g", $0) + "·\($1)" }.joined(separator: " ")
    return [
      LogField.line("given", "\(objective): the objective of the network with \(TrainingSummary.counted(neurons, "neuron"))"),
      LogField.line("lower bound", "\(lowerBound) ≤ p*: proved by \(BoundProof.name(lowerBoundKind))"),
      LogField.line("upper bound", "\(upperBound) ≥ p*: the best network found"),
      LogField.line("excess", String(format: "%.2e of its objective: the given network is that close to optimal, or closer", excess)),
      LogField.line(
        "neuron",
        neuronGain > 1
          ? "(\(terms))₊ would improve it most: κ/γ = \(String(format: "%.6g", neuronGain))"
          : "none of the directions found would improve it"),
      LogField.line("time", String(format: "%.2f s", time)),
    ]
  }
}
