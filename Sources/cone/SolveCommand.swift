import ArgumentParser
import ConeFormats
import ConeReports
import ConeSolver
import Foundation

/// `cone solve`: reads a file, solves the program and reports.
struct SolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Solve a program in SDPA sparse (.dat-s), Conic Benchmark Format (.cbf) or MPS (.mps, .qps, .sif).",
    discussion: """
      Files may be compressed with gzip. Objectives, and which side is called primal, are those of the file.

      Ctrl-C stops at the next iteration and reports the best point so far; a second one ends at once.

      Exit codes:
        0  verified: solved, primal_infeasible or dual_infeasible
        2  a file, an option or a path is at fault; the message says how to mend it
        3  a limit or Ctrl-C came first: iteration_limit, time_limit, cancelled
        4  no answer at the requested tolerances: numerical_failure, almost_solved
      """)

  @Argument(help: "The program.")
  var file: String

  @Option(help: ArgumentHelp("Absolute part of the stopping tolerances.", valueName: "E"))
  var epsAbs = Settings().epsAbs

  @Option(help: ArgumentHelp("Relative part of the stopping tolerances.", valueName: "E"))
  var epsRel = Settings().epsRel

  @OptionGroup var solver: SolverOptions

  @OptionGroup var report: ReportOptions

  @Option(help: ArgumentHelp("Write the solution or the certificate as JSON.", valueName: "PATH"))
  var solution: String?

  @Flag(help: "Say more about the machine.")
  var verbose = false

  func validate() throws {
    try OptionRule.check(
      epsAbs.isFinite && epsAbs >= 0, "--eps-abs is \(epsAbs); give a finite number of at least 0.")
    try OptionRule.check(
      epsRel.isFinite && epsRel >= 0, "--eps-rel is \(epsRel); give a finite number of at least 0.")
    try OptionRule.check(
      !(report.quiet && verbose), "--quiet and --verbose exclude each other; give one of them.")
    try OptionRule.check(solution != "-", "--solution writes to a file only; give it a path.")
  }

  func run() throws {
    OpenBLASKernels.choose()
    let clock = ContinuousClock.now
    let console = report.console
    let solutionFile = try solution.map { path throws(InputFault) in try OutputFile(path: path, option: "--solution") }
    let destination = try report.destination()

    let progress = PhaseProgress(to: console)
    let program = try ProgramFile.read(file, progress)
    let readTime = seconds(since: clock)
    let solution = try solve(program, progress, console)
    let interrupted = Interrupt.isRequested
    let outcome = SolveReport(solution, of: program, readTime: readTime, totalTime: seconds(since: clock))
    console.lines([""] + SolveFooter.lines(outcome, solution: solution, interrupted: interrupted))

    try solutionFile?.write(SolutionFile(solution, of: program).jsonText(indented: false))
    try destination.write(outcome)

    let status = ExitStatus(solution.status, interrupted: interrupted)
    if status != .verified { throw status }
  }

  private func solve(
    _ program: ImportedProblem, _ progress: PhaseProgress, _ console: Console
  ) throws(InputFault) -> Solution {
    let settings = settings(for: program)
    let solver: Solver
    progress.begin("setting up")
    do {
      solver = try Solver(program.problem, settings: settings)
    } catch {
      throw InputFault("\(file): \(error.description)")
    }
    console.line("cone \(ConeCommand.version)")
    if verbose { console.line(OpenBLASKernels.logLine) }
    console.lines(
      ProgramSummary.lines(
        file: file, program: program, presolveSummary: solver.presolveSummary, strategyReason: solver.strategyReason,
        settings: settings))
    console.lines(["", IterationLog.heading])

    Interrupt.listen()
    progress.begin("starting point")
    defer { progress.end() }
    return solver.solve { iteration in
      console.line(IterationLog.line(iteration, of: program))
      progress.begin("iteration \(iteration.number + 1)", patience: PhaseProgress.iterationPatience)
      return Interrupt.isRequested ? .stop : .proceed
    }
  }

  private func settings(for program: ImportedProblem) -> Settings {
    var settings = solver.settings
    settings.epsAbs = epsAbs
    settings.epsRel = epsRel
    settings.objectiveConstant = program.objectiveSense == .minimize ? program.objectiveConstant : -program.objectiveConstant
    return settings
  }
}
