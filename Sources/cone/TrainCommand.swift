import ArgumentParser
import ConeReports
import Foundation
import NNLift

/// `cone train`: reads a table, trains a network through one of the lifts, and keeps it with its bounds.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network through a convex program, with a bound on how far it is from optimal.",
    discussion: """
      DATA.csv has a header row of column names and one row of numbers a sample. The last column holds integer classes \
      unless --label or --outputs says otherwise; all other columns are features.

      cone lifts lists the formulations. --lift exact searches for the global optimum and proves it; sdp-nn, the default, \
      solves a relaxation, whose bound may stay below; auto chooses by the data and says why.

      Ctrl-C stops at the next iteration or round and reports the best so far; a second one ends at once.

      Exit codes:
        0  complete: the lift is solved, or its bound proved, and the network returned
        2  a file, an option or a path is at fault, or the lift does not cover the problem; the message says how to mend it
        3  a limit or Ctrl-C came first; the bracket and the network so far are reported and written
        4  nothing was proved, or the gap asked for is out of reach
      """)

  @Argument(help: ArgumentHelp("The samples.", valueName: "DATA.csv"))
  var data: String

  @OptionGroup var lift: LiftOptions

  @OptionGroup var training: TrainingOptions

  @Option(help: ArgumentHelp("Write the network and the certificate of its bounds.", valueName: "PATH"))
  var model: String?

  @OptionGroup var solver: SolverOptions

  @OptionGroup var search: SearchOptions

  @OptionGroup var report: ReportOptions

  @Flag(help: "Say more about the machine.")
  var verbose = false

  func validate() throws {
    _ = try training.terms(else: lift.fallbackTerms)
    try OptionRule.check(
      !(report.quiet && verbose), "--quiet and --verbose exclude each other; give one of them.")
    try OptionRule.check(model != "-", "--model writes to a file only; give it a path.")
    try OptionRule.check(model != data, "--model would overwrite the data; give it another path.")
    try OptionRule.check(
      [GlobalSearch.info.name, LiftOptions.automatic].contains(lift.lift) || !search.isUsed,
      "--gap, --node-limit, --trace, --plot and --regions belong to --lift exact; give it too, or leave them.")
    try OptionRule.check(
      (lift.network == .conv) == (training.filter != nil), "--network conv and --filter belong together; give both or neither.")
  }

  func run() throws {
    OpenBLASKernels.choose()
    // A search brackets from its first moment, so Ctrl-C is heard while the data are read.
    if lift.lift == GlobalSearch.info.name { Interrupt.listen() }
    let clock = ContinuousClock.now
    let modelFile = try model.map { path throws(InputFault) in (path, try OutputFile(path: path, option: "--model")) }
    let destination = try report.destination()
    let console = report.console
    let progress = PhaseProgress(to: console)
    let dataset = try DataFile.read(data, targets: training.targets(), progress)
    let request = TrainRequest(
      data: data, dataset: dataset, terms: try training.terms(else: lift.fallbackTerms), options: lift, search: search, solver: solver,
      output: TrainOutput(
        console: console, progress: progress, destination: destination, model: modelFile, readTime: seconds(since: clock),
        clock: clock))
    console.line("cone \(ConeCommand.version)")
    if verbose { console.line(OpenBLASKernels.logLine) }
    let (entry, reason) = try LiftCatalogue.entry(for: request)
    if let reason { console.line(LogField.line("choice", "\(entry.info.name): \(reason)")) }
    try entry.train(request)
  }
}
