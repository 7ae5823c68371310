import ArgumentParser
import ConeReports
import Foundation
import Synchronization

/// `cone sweep`: one `cone train` for each weight decay and lift, several at a time, a row of one table each.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Train for many weight decays and lifts; one table, and plots of it.",
    discussion: """
      Each row of the table is a run of cone train DATA.csv --lift L --weight-decay G with the options after --, in a \
      process of its own with one thread. A row is written when its run has ended, and rows that the table has already are \
      not run again: after an interruption the same command continues.

        cone sweep spiral.csv --lifts sdp-nn,exact --weight-decays 0.001:10:9 --output sweep.csv --plots plots -- --bias none

      Exit codes:
        0  every row is there and complete
        2  a file, an option or a path is at fault; the message says how to mend it
        4  some row's run ended without an answer; its status says so
      """)

  @Argument(help: ArgumentHelp("The samples.", valueName: "DATA.csv"))
  var data: String

  @Option(help: ArgumentHelp("The lifts, by the names of cone train --lift.", valueName: "L1,L2,…"))
  var lifts: String

  @Option(
    help: ArgumentHelp(
      "Weight decays, or a geometric sequence with its first, last and number.", valueName: "G1,G2,…|FIRST:LAST:COUNT"))
  var weightDecays: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The table.", valueName: "PATH.csv"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "A directory for plots (objective and neurons against weight decay, decision regions of two features) and models.",
      valueName: "DIRECTORY"))
  var plots: String?

  @Option(help: ArgumentHelp("Runs at a time.", valueName: "N"))
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Argument(parsing: .postTerminator, help: ArgumentHelp("Further options of cone train.", valueName: "options"))
  var trainOptions: [String] = []

  func validate() throws {
    try OptionRule.check(jobs >= 1, "--jobs is \(jobs); give a number of at least 1.")
    try OptionRule.check(!liftNames.isEmpty, "--lifts names none; give names with commas between them.")
    try OptionRule.check(
      Self.decays(weightDecays) != nil,
      "--weight-decays is \(weightDecays); give positive numbers with commas between them, or FIRST:LAST:COUNT.")
  }

  private var liftNames: [String] { lifts.split(separator: ",").map(String.init) }

  /// `G1,G2,…` or a geometric sequence `FIRST:LAST:COUNT`; `nil` unless every number is finite and positive.
  static func decays(_ text: String) -> [Double]? {
    let isPositive = { (value: Double) in value.isFinite && value > 0 }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 3 {
      guard let first = Double(parts[0]), let last = Double(parts[1]), let count = Int(parts[2]), count >= 2,
        isPositive(first), isPositive(last)
      else { return nil }
      // Six digits: the same numbers in the table, the file names and the plots.
      return (0..<count).map { k in
        Double(String(format: "%.6g", first * pow(last / first, Double(k) / Double(count - 1))))!
      }
    }
    let values = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    let numbers = values.compactMap { $0 }.filter(isPositive)
    return numbers.count == values.count ? numbers : nil
  }

  func run() throws {
    if plots != nil { try Gnuplot.check() }
    let table = try SweepTable(path: output)
    let models = try plots.map(Self.directory)
    let options = trainOptions.joined(separator: " ")
    let tasks = liftNames.flatMap { lift in
      Self.decays(weightDecays)!.map { SweepRow.Key(data: data, options: options, lift: lift, weightDecay: $0) }
    }
    let open = tasks.filter { !table.has($0) }
    Console.standardOutput.line("\(tasks.count) rows, \(tasks.count - open.count) of them in \(output) already")
    Console.standardOutput.line(SweepRow.log.heading)
    try run(open, into: table, models: models)
    let rows = tasks.compactMap(table.row)
    if let models { try SweepPlots(rows: rows, data: data, directory: models).draw() }
    if rows.count < tasks.count || rows.contains(where: { $0.status != TrainingStatus.complete.rawValue }) {
      throw ExitStatus.numericalFailure
    }
  }

  /// Workers take one row after the other; the first fault in what the user gave ends the sweep.
  private func run(_ tasks: [SweepRow.Key], into table: SweepTable, models: String?) throws {
    let next = Mutex(0)
    let fault = Mutex<InputFault?>(nil)
    DispatchQueue.concurrentPerform(iterations: min(jobs, tasks.count)) { _ in
      while fault.withLock({ $0 == nil }) {
        let index = next.withLock { index in
          defer { index += 1 }
          return index
        }
        guard index < tasks.count else { return }
        do throws(InputFault) {
          let row = try SweepRun(data: data, key: tasks[index], trainOptions: trainOptions, models: models).run()
          try table.append(row)
          Console.standardOutput.line(row.line)
        } catch {
          fault.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let fault = fault.withLock({ $0 }) { throw fault }
  }

  private static func directory(_ path: String) throws(InputFault) -> String {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw InputFault("\(path): cannot be made a directory; give --plots another path")
    }
    return path
  }
}
