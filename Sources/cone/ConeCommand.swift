import ArgumentParser
import NNLift

/// The command. What it can do are its subcommands; this type gives them one set of exit codes.
@main
struct ConeCommand: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "cone",
    abstract: "Solves conic programs, trains ReLU networks through them, and checks what it says about both.",
    version: version,
    subcommands: [
      SolveCommand.self, InfoCommand.self, ConvertCommand.self, TrainCommand.self, CertifyCommand.self,
      CheckCommand.self, DoctorCommand.self, SweepCommand.self, LiftsCommand.self, ExportCommand.self,
    ])

  /// Parses and runs. Errors become exit codes here and nowhere else; see `ExitStatus`.
  static func main() {
    MemoryReuse.enable()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      exit(reporting: error)
    }
  }

  /// Prints what `error` has to say, to standard output when it is help that was asked for, and ends the process.
  private static func exit(reporting error: any Error) -> Never {
    if let status = error as? ExitStatus { status.exit() }
    if let fault = error as? InputFault {
      Console.standardError.line(fault.description)
      ExitStatus.badInput.exit()
    }
    if error is UnsupportedTraining || error is UnmetCondition {
      Console.standardError.line("\(error); cone lifts says what others cover")
      ExitStatus.badInput.exit()
    }
    // Help and the version travel as errors too, with the exit code of success.
    let isInformation = exitCode(for: error).isSuccess
    let message = fullMessage(for: error)
    if !message.isEmpty { (isInformation ? Console.standardOutput : .standardError).line(message) }
    (isInformation ? ExitStatus.verified : .badInput).exit()
  }
}
