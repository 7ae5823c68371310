import ArgumentParser
import ConeReports
import Foundation
import NNLift

/// The options of a global search.
struct SearchOptions: ParsableArguments {
  static let defaultGap = 1e-4

  @Option(help: ArgumentHelp("Relative gap at which a search ends.", valueName: "G"))
  var gap: Double?

  @Option(help: ArgumentHelp("Cones the oracle may bound.", valueName: "N"))
  var nodeLimit: Int?

  @Option(help: ArgumentHelp("Write the search round by round as CSV.", valueName: "PATH"))
  var trace: String?

  @Option(help: ArgumentHelp("Plot the bracket against time; gnuplot draws it.", valueName: "PATH.svg|png"))
  var plot: String?

  @Option(help: ArgumentHelp("Plot the decision regions of two features; gnuplot draws them.", valueName: "PATH.svg|png"))
  var regions: String?

  func validate() throws {
    try OptionRule.check(
      gap ?? 0 >= 0 && gap ?? 0 < 1, "--gap is \(gap ?? 0); give a number of at least 0 and below 1.")
    try OptionRule.check(nodeLimit ?? 0 >= 0, "--node-limit is \(nodeLimit ?? 0); give a number of at least 0.")
    for (option, path) in [("--plot", plot), ("--regions", regions)] {
      try OptionRule.check(
        path.map { Gnuplot.terminal(for: $0) != nil } ?? true, "\(option) writes .svg or .png; give it such a path.")
    }
  }

  var isUsed: Bool { gap != nil || nodeLimit != nil || trace != nil || plot != nil || regions != nil }
}

/// A global search for a command: header, live table, files, footer.
struct SearchSession {
  let data: String
  let dataset: Dataset
  let training: ReLUTraining
  let options: SearchOptions
  let solver: SolverOptions
  let console: Console
  let progress: PhaseProgress
  let readTime: Double
  let clock: ContinuousClock.Instant

  private static let table = LogTable(columns: [
    ("round", 5), ("atoms", 6), ("lower bound", 16), ("upper bound", 16), ("gap", 8), ("potential", 9), ("cones", 10),
    ("cones/s", 9), ("time", 9),
  ])
  /// Seconds between two lines of the live table.
  private static let linePeriod = 0.5

  private static let header = "time,round,atoms,lower_bound,upper_bound,gap,potential_gap,nodes"

  /// What a search gives, with its trace.
  struct Run {
    let outcome: GlobalSearch.Outcome
    let trace: [GlobalSearch.Progress]
  }

  func run(from initial: TwoLayerReLUNetwork? = nil) throws -> Run {
    let search = try GlobalSearch(training)
    console.lines(
      TrainingSummary.lines(
        file: data, dataset: dataset, training: training, reduction: search.reduction, outputs: search.outputs))
    var settings = GlobalSearch.Options()
    settings.gap = options.gap ?? SearchOptions.defaultGap
    settings.timeLimit = solver.timeLimit
    settings.nodeLimit = options.nodeLimit
    settings.threads = solver.threads ?? ProcessInfo.processInfo.activeProcessorCount
    console.line(LogField.line("search", "global optimum to a gap of \(settings.gap), \(settings.threads) threads"))
    console.lines(["", Self.table.heading])
    progress.begin("searching", patience: PhaseProgress.iterationPatience)
    var trace: [GlobalSearch.Progress] = []
    var printed = -Double.infinity
    do {
      let outcome = try search.run(settings, from: initial, isCancelled: { Interrupt.isRequested }) { state in
        trace.append(state)
        guard state.time >= printed + Self.linePeriod else { return }
        printed = state.time
        console.line(Self.line(state))
        progress.begin("searching", patience: PhaseProgress.iterationPatience)
      }
      if let last = trace.last { console.line(Self.line(last)) }
      progress.end()
      return Run(outcome: outcome, trace: trace)
    } catch let error as CertificateError {
      Console.standardError.line("\(data): no bound can be proved: \(error); scale features and targets to moderate size")
      throw ExitStatus.badInput
    }
  }

  private static func gap(_ upper: Double, _ lower: Double) -> Double { upper > 0 ? (upper - lower) / upper : 0 }

  private static func line(_ state: GlobalSearch.Progress) -> String {
    let speed = state.oracleTime > 0 ? Double(state.nodes) / state.oracleTime : 0
    return table.row([
      "\(state.round)", "\(state.atoms)", String(format: "%.9e", state.lowerBound), String(format: "%.9e", state.upperBound),
      String(format: "%.1e", gap(state.upperBound, state.lowerBound)),
      String(format: "%.1e", gap(state.upperBound, state.potential)), "\(state.nodes)", String(format: "%.0f", speed),
      String(format: "%.2f s", state.time),
    ])
  }

  /// `cone train --lift exact`.
  func train(_ output: TrainOutput) throws {
    let files = try outputFiles()
    let result = try run()
    let outcome = result.outcome
    let oracleTime = result.trace.last?.oracleTime ?? 0
    let total = seconds(since: clock)
    let report = TrainReport(
      outcome, accuracy: dataset.classIndices.map { training.accuracy(of: outcome.network, classes: $0) },
      time: .init(read: readTime, lift: oracleTime, refit: max(0, total - readTime - oracleTime), total: total))
    try write(result, to: files)
    try output.finish(
      report, footer: TrainFooter.searchLines(report), model: outcome.upperBound.isFinite ? modelContent(outcome) : nil)
  }

  func modelContent(_ outcome: GlobalSearch.Outcome) -> ModelFile {
    ModelFile(
      problem: .init(dataset: dataset, terms: training.terms), network: outcome.network,
      upperBound: outcome.upperBound, lowerBound: ModelFile.claim(provenLowerBound: outcome.lowerBound),
      lowerBoundKind: .certified, certificate: outcome.certificate)
  }

  // MARK: Files

  struct OutputFiles {
    var trace, plot, regions: OutputFile?
  }

  /// Tries the paths before the work.
  func outputFiles() throws(InputFault) -> OutputFiles {
    if options.plot != nil || options.regions != nil { try Gnuplot.check() }
    if options.regions != nil, dataset.features.columns != 2 || dataset.classIndices == nil {
      throw InputFault("\(data): decision regions need two features and classes; leave --regions")
    }
    var files = OutputFiles()
    if let path = options.trace { files.trace = try OutputFile(path: path, option: "--trace") }
    if let path = options.plot { files.plot = try OutputFile(path: path, option: "--plot") }
    if let path = options.regions { files.regions = try OutputFile(path: path, option: "--regions") }
    return files
  }

  func write(_ run: Run, to files: OutputFiles) throws {
    if let file = files.trace {
      let rows = run.trace.map { state in
        "\(state.time),\(state.round),\(state.atoms),\(state.lowerBound),\(state.upperBound),"
          + "\(Self.gap(state.upperBound, state.lowerBound)),\(Self.gap(state.upperBound, state.potential)),\(state.nodes)"
      }
      try file.write(Data(([Self.header] + rows).joined(separator: "\n").utf8) + Data("\n".utf8))
    }
    if files.plot != nil, let path = options.plot { try SearchPlots.gap(run.trace, to: path) }
    if files.regions != nil, let path = options.regions {
      try SearchPlots.regions(dataset, run.outcome.network, terms: training.terms, to: path)
    }
    for (name, path) in [("trace", options.trace), ("plot", options.plot), ("regions", options.regions)] {
      if let path { console.line(LogField.line(name, path)) }
    }
  }
}

extension SearchSession {
  init(_ request: TrainRequest) throws(InputFault) {
    self.init(
      data: request.data, dataset: request.dataset, training: try request.reluTraining(), options: request.search,
      solver: request.solver, console: request.output.console, progress: request.output.progress,
      readTime: request.output.readTime, clock: request.output.clock)
  }
}
