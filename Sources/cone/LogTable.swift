/// A table of the log: right-justified columns under their titles.
struct LogTable {
  let columns: [(title: String, width: Int)]

  var heading: String { row(columns.map(\.title)) }

  /// Justifies by characters; `String(format:)` would count the bytes of κ.
  func row(_ cells: [String]) -> String {
    zip(cells, columns).map { cell, column in
      String(repeating: " ", count: max(0, column.width - cell.count)) + cell
    }.joined(separator: " ")
  }
}
