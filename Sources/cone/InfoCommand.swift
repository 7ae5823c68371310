import ArgumentParser
import ConeFormats
import ConeReports
import ConeSolver

/// `cone info`: what a program is, without solving it.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Say how large a program is, how its coefficients range, and what an iteration is forecast to take.",
    discussion: """
      Exit codes:
        0  the program can be solved as far as its data goes
        2  the file or an option is at fault, or the program does not fit; the message says how to mend it
      """)

  @Argument(help: "The program.")
  var file: String

  @Option(help: "The linear system of each iteration.")
  var kkt = Settings().kkt

  @OptionGroup var report: ReportOptions

  func run() throws {
    OpenBLASKernels.choose()
    let destination = try report.destination()
    let console = report.console
    let progress = PhaseProgress(to: console)
    let program = try ProgramFile.read(file, progress)
    let info = ProgramInfo(program)
    console.line("cone \(ConeCommand.version)")
    console.lines(ProgramSummary.sizes(file: file, program: program) + info.lines)

    var settings = Settings()
    settings.kkt = kkt
    progress.begin("setting up")
    defer { progress.end() }
    do {
      let solver = try Solver(program.problem, settings: settings)
      console.line(LogField.line("presolve", solver.presolveSummary))
      console.line(LogField.line("system", solver.strategyReason))
      try destination.write(InfoReport(program, info, kkt: solver.kkt, reason: solver.strategyReason))
    } catch let error as ProblemError {
      // The sizes stand in the log: a program that does not fit is one whose size one wants to see.
      throw InputFault("\(file): \(error.description)")
    }
  }
}
