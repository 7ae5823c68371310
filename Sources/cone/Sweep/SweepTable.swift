import Foundation
import Synchronization

/// The table of a sweep on disk: a row is appended when its training has ended, and never changed.
final class SweepTable: Sendable {
  private let path: String
  private let rows: Mutex<[SweepRow.Key: SweepRow]>

  /// Reads what is there.
  ///
  /// - Throws: `InputFault` when the file is no table of a sweep, or cannot be written.
  init(path: String) throws(InputFault) {
    self.path = path
    _ = try OutputFile(path: path, option: "--output")
    var found: [SweepRow.Key: SweepRow] = [:]
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    for (number, line) in text.split(separator: "\n").enumerated() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if number == 0 {
        guard fields == SweepRow.columns else {
          throw InputFault("\(path): is not the table of a sweep; give --output another path")
        }
      } else {
        // The last line may have been cut off by the end of a run: it is run again.
        guard let row = SweepRow(fields: fields) else { continue }
        found[row.key] = row
      }
    }
    rows = Mutex(found)
    if text.isEmpty { try write(SweepRow.columns) }
    else if !text.hasSuffix("\n") { try write([]) }
  }

  func has(_ key: SweepRow.Key) -> Bool { row(key) != nil }
  func row(_ key: SweepRow.Key) -> SweepRow? { rows.withLock { $0[key] } }

  func append(_ row: SweepRow) throws(InputFault) {
    rows.withLock { $0[row.key] = row }
    try write(row.fields)
  }

  /// One call of the system for a line, so that lines of several workers do not mix.
  private func write(_ fields: [String]) throws(InputFault) {
    let line = Data((fields.joined(separator: ",") + "\n").utf8)
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
    let written = line.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
    guard file >= 0, close(file) == 0, written == line.count else {
      throw InputFault("\(path): cannot be written; check the disk and the permissions")
    }
  }
}
