import ArgumentParser
import ConeFormats
import ConeModel
import ConeReports
import Foundation
import NNLift

/// `cone export`: writes the program of a lift for any solver.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the convex program of a training problem as a file for any solver.",
    discussion: """
      The data and the training problem are those of cone train, the formats those of cone convert: the extension decides.

      Exit codes:
        0  the file was written
        2  a file, an option or a path is at fault, or the format cannot state the program; the message says how to mend it
      """)

  @Argument(help: ArgumentHelp("The samples.", valueName: "DATA.csv"))
  var data: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to be written.", valueName: "FILE.cbf"))
  var output: String

  @OptionGroup var lift: LiftOptions

  @OptionGroup var training: TrainingOptions

  @Flag(help: "Print no log.")
  var quiet = false

  func validate() throws {
    _ = try training.terms(else: lift.fallbackTerms)
    try OptionRule.check(output != data, "--output would overwrite the data; give it another path.")
  }

  func run() throws {
    let clock = ContinuousClock.now
    let console = quiet ? Console.silent : .standardOutput
    let file = try OutputFile(path: output, option: "--output")
    let progress = PhaseProgress(to: console)
    let dataset = try DataFile.read(data, targets: training.targets(), progress)
    let request = TrainRequest(
      data: data, dataset: dataset, terms: try training.terms(else: lift.fallbackTerms), options: lift, search: try .parse([]),
      solver: try .parse([]),
      output: TrainOutput(
        console: console, progress: progress, destination: .none, model: nil, readTime: seconds(since: clock), clock: clock))
    let (entry, reason) = try LiftCatalogue.entry(for: request)
    guard let state = entry.program else {
      let names = LiftCatalogue.entries(for: lift.network).filter { $0.program != nil }.map(\.info.name)
      throw InputFault("--lift \(entry.info.name) is a method, not one program; give \(names.joined(separator: ", "))")
    }
    progress.begin("stating the lift")
    let (problem, constant) = try state(request)
    let compiled = try problem.compile()
    let bytes: [UInt8]
    do {
      bytes = try compiled.encode(name: output)
    } catch {
      throw InputFault(error.description)
    }
    try file.write(Data(bytes))
    progress.end()
    console.lines([
      "cone \(ConeCommand.version)",
      LogField.line("data", TrainingSummary.data(file: data, dataset)),
      LogField.line("training", TrainingSummary.network(request)),
      LogField.line("lift", "\(entry.info.name)\(reason.map { " (\($0))" } ?? ""): \(entry.info.guarantee.rawValue)"),
    ])
    if constant != 0 { console.line(LogField.line("constant", "\(constant), to be added to the program's value")) }
    console.line(LogField.line("written", "\(output): \(bytes.count) bytes"))
  }
}
