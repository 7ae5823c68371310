import ArgumentParser
import ConeFormats
import ConeSolver
import Foundation
import LinearAlgebra

extension KKTChoice: ExpressibleByArgument {}

/// `cone solve`: reads a file, solves the program and reports.
struct SolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Solve a conic program in SDPA sparse (.dat-s) or Conic Benchmark Format (.cbf).",
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

  @Option(help: ArgumentHelp("Iterations allowed.", valueName: "N"))
  var maxIter = Settings().maxIterations

  @Option(help: ArgumentHelp("Seconds allowed after the file has been read.", valueName: "S"))
  var timeLimit: Double?

  @Option(help: ArgumentHelp("Threads of the dense kernels; OpenBLAS decides otherwise.", valueName: "N"))
  var threads: Int?

  @Option(help: "The linear system of each iteration.")
  var kkt = Settings().kkt

  @Option(
    help: ArgumentHelp(
      "Write the report as JSON; - is standard output, the log then goes to standard error.", valueName: "PATH|-"))
  var json: String?

  @Option(help: ArgumentHelp("Write the solution or the certificate as JSON.", valueName: "PATH"))
  var solution: String?

  @Flag(help: "Print no log.")
  var quiet = false

  @Flag(help: "Say more about the machine.")
  var verbose = false

  func validate() throws {
    func check(_ holds: Bool, _ rule: String) throws { if !holds { throw ValidationError(rule) } }
    try check(epsAbs.isFinite && epsAbs >= 0, "--eps-abs is \(epsAbs); give a finite number of at least 0.")
    try check(epsRel.isFinite && epsRel >= 0, "--eps-rel is \(epsRel); give a finite number of at least 0.")
    try check(maxIter >= 0, "--max-iter is \(maxIter); give a number of at least 0.")
    try check(timeLimit ?? 0 >= 0, "--time-limit is \(timeLimit ?? 0); give a number of seconds of at least 0.")
    try check(threads ?? 1 >= 1, "--threads is \(threads ?? 1); give a number of at least 1.")
    try check(!(quiet && verbose), "--quiet and --verbose exclude each other; give one of them.")
    try check(solution != "-", "--solution writes to a file only; give it a path.")
  }

  func run() throws {
    OpenBLASKernels.choose()
    let clock = ContinuousClock.now
    let console = quiet ? Console.silent : json == "-" ? .standardError : .standardOutput
    let solutionFile = try solution.map { path throws(InputFault) in try OutputFile(path: path, option: "--solution") }
    let reportFile = try json.flatMap { path throws(InputFault) in
      path == "-" ? nil : try OutputFile(path: path, option: "--json")
    }

    let progress = PhaseProgress(to: console)
    let program = try read(progress)
    let readTime = seconds(since: clock)
    let solution = try solve(program, progress, console)
    let interrupted = Interrupt.isRequested
    let report = SolveReport(solution, of: program, readTime: readTime, totalTime: seconds(since: clock))
    console.lines([""] + SolveFooter.lines(report, solution: solution, interrupted: interrupted))

    try solutionFile?.write(SolutionFile(solution, of: program).jsonText(indented: false))
    let text = try report.jsonText(indented: true)
    if json == "-" { Console.standardOutput.write(text) } else { try reportFile?.write(text) }

    let status = ExitStatus(solution.status, interrupted: interrupted)
    if status != .verified { throw status }
  }

  private func read(_ progress: PhaseProgress) throws(InputFault) -> ImportedProblem {
    progress.begin("reading")
    defer { progress.end() }
    do {
      return try ConicFile.read(path: file)
    } catch {
      throw InputFault(error.description)
    }
  }

  private func solve(
    _ program: ImportedProblem, _ progress: PhaseProgress, _ console: Console
  ) throws(InputFault) -> Solution {
    let solver: Solver
    progress.begin("setting up")
    do {
      solver = try Solver(program.problem, settings: settings)
    } catch {
      throw InputFault("\(file): \(error.description)")
    }
    console.line("cone \(ConeCommand.version)")
    if verbose {
      let kernels = OpenBLASKernels.description(
        coreName: Dense.coreName, environment: ProcessInfo.processInfo.environment)
      console.line(LogField.line("kernels", kernels))
    }
    console.lines(
      ProgramSummary.lines(file: file, program: program, strategyReason: solver.strategyReason, settings: settings))
    console.lines(["", IterationLog.heading])

    Interrupt.listen()
    progress.begin("starting point")
    defer { progress.end() }
    return solver.solve { iteration in
      console.line(IterationLog.line(iteration, of: program))
      progress.begin("iteration \(iteration.number + 1)", patience: Self.iterationPatience)
      return Interrupt.isRequested ? .stop : .proceed
    }
  }

  /// Seconds without a line before an iteration says that it is under way.
  private static let iterationPatience = 8.0

  private var settings: Settings {
    var settings = Settings()
    settings.epsAbs = epsAbs
    settings.epsRel = epsRel
    settings.maxIterations = maxIter
    settings.timeLimit = timeLimit
    settings.threads = threads
    settings.kkt = kkt
    return settings
  }
}
