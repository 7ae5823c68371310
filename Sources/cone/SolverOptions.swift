import ArgumentParser
import ConeSolver

extension KKTChoice: ExpressibleByArgument {}

/// The options of the solver that every command with a solve has.
struct SolverOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Iterations allowed.", valueName: "N"))
  var maxIter = Settings().maxIterations

  @Option(help: ArgumentHelp("Seconds allowed after the file has been read.", valueName: "S"))
  var timeLimit: Double?

  @Option(help: ArgumentHelp("Threads of the dense kernels; OpenBLAS decides otherwise.", valueName: "N"))
  var threads: Int?

  @Option(help: "The linear system of each iteration.")
  var kkt = Settings().kkt

  @Flag(inversion: .prefixedNo, help: "Reduce the program before it is solved.")
  var presolve = Settings().presolve

  func validate() throws {
    try OptionRule.check(maxIter >= 0, "--max-iter is \(maxIter); give a number of at least 0.")
    try OptionRule.check(
      timeLimit ?? 0 >= 0, "--time-limit is \(timeLimit ?? 0); give a number of seconds of at least 0.")
    try OptionRule.check(threads ?? 1 >= 1, "--threads is \(threads ?? 1); give a number of at least 1.")
  }

  var settings: Settings {
    var settings = Settings()
    settings.maxIterations = maxIter
    settings.timeLimit = timeLimit
    settings.threads = threads
    settings.kkt = kkt
    settings.presolve = presolve
    return settings
  }
}

enum OptionRule {
  /// - Throws: `ValidationError` with the rule that is broken.
  static func check(_ holds: Bool, _ rule: String) throws {
    if !holds { throw ValidationError(rule) }
  }
}
