import ConeReports
import Foundation

/// One training of a sweep, in a process of its own.
struct SweepRun {
  let data: String
  let key: SweepRow.Key
  let trainOptions: [String]
  /// Where the model goes, if anywhere.
  let models: String?

  /// - Throws: `InputFault` with the words of `cone train`, when it refuses its options or files.
  func run() throws(InputFault) -> SweepRow {
    var arguments = [
      "train", data, "--lift", key.lift, "--weight-decay", "\(key.weightDecay)", "--json", "-", "--quiet", "--threads", "1",
    ]
    if let models { arguments += ["--model", key.modelPath(in: models)] }
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = arguments + trainOptions
    let (output, error) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = error
    do { try process.run() } catch { throw InputFault("cone train cannot be started: \(error)") }
    // A report fits in a pipe, and so do the messages of a quiet run.
    process.waitUntilExit()
    let report = output.fileHandleForReading.readDataToEndOfFile()
    guard process.terminationStatus != ExitStatus.badInput.rawValue else {
      let words = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      throw InputFault(words.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    let json = (try? JSONSerialization.jsonObject(with: report)) as? [String: Any] ?? [:]
    return SweepRow(key: key, report: json)
  }
}

/// A row of the table: which training, and what `cone train` reports of it.
struct SweepRow: Sendable, Equatable {
  /// Trainings with the same key are the same row.
  struct Key: Sendable, Hashable {
    let data: String
    let options: String
    let lift: String
    let weightDecay: Double

    /// Commas would end a field of the table.
    init(data: String, options: String, lift: String, weightDecay: Double) {
      self.data = data.replacingOccurrences(of: ",", with: ";")
      self.options = options.replacingOccurrences(of: ",", with: ";")
      self.lift = lift
      self.weightDecay = weightDecay
    }

    func modelPath(in directory: String) -> String { "\(directory)/\(lift)-\(weightDecay).json" }
    func regionsPath(in directory: String) -> String { "\(directory)/regions-\(lift)-\(weightDecay).svg" }
  }

  static let columns = [
    "data", "options", "lift", "weight_decay", "status", "lift_value", "lower_bound", "upper_bound", "gap", "neurons",
    "train_accuracy", "seconds",
  ]

  let key: Key
  let status: String
  /// The figures of the columns from `lift_value` on, NaN where there is none.
  let figures: [Double]

  init(key: Key, report: [String: Any]) {
    self.key = key
    status = report["status"] as? String ?? "failed"
    let names = Self.columns[5..<(Self.columns.count - 1)]
    let time = (report["time"] as? [String: Any])?["total"] as? Double
    figures = names.map { (report[$0] as? NSNumber)?.doubleValue ?? .nan } + [time ?? .nan]
  }

  init?(fields: [String]) {
    guard fields.count == Self.columns.count, let weightDecay = Double(fields[3]) else { return nil }
    key = Key(data: fields[0], options: fields[1], lift: fields[2], weightDecay: weightDecay)
    status = fields[4]
    figures = fields[5...].map { Double($0) ?? .nan }
  }

  var fields: [String] {
    [key.data, key.options, key.lift, "\(key.weightDecay)", status] + figures.map { $0.isFinite ? "\($0)" : "" }
  }

  func figure(_ column: String) -> Double { figures[Self.columns.firstIndex(of: column)! - 5] }

  /// For the log.
  var line: String {
    let bounds = [figure("lower_bound"), figure("upper_bound")].map { $0.isFinite ? String(format: "%.9g", $0) : "–" }
    return Self.log.row(
      [key.lift, "\(key.weightDecay)", status, bounds[0], bounds[1], String(format: "%.2f", figure("seconds"))])
  }

  static let log = LogTable(
    columns: [("lift", 14), ("weight decay", 12), ("status", 17), ("lower bound", 16), ("upper bound", 16), ("seconds", 9)])
}
