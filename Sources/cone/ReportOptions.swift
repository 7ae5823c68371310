import ArgumentParser
import ConeReports
import Foundation

/// Where the report and the log of a command go.
struct ReportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the report as JSON; - is standard output, the log then goes to standard error.", valueName: "PATH|-"))
  var json: String?

  @Flag(help: "Print no log.")
  var quiet = false

  var console: Console { quiet ? .silent : json == "-" ? .standardError : .standardOutput }

  /// Tries the path before the work begins.
  func destination() throws(InputFault) -> ReportDestination {
    guard let json else { return .none }
    return json == "-" ? .standardOutput : .file(try OutputFile(path: json, option: "--json"))
  }
}

enum ReportDestination {
  case none
  case standardOutput
  case file(OutputFile)

  func write(_ report: some Encodable) throws {
    switch self {
    case .none: break
    case .standardOutput: Console.standardOutput.write(try report.jsonText(indented: true))
    case .file(let file): try file.write(report.jsonText(indented: true))
    }
  }
}
