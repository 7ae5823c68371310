/// A table of the log: right-justified columns under their titles.
package struct LogTable {
  package let columns: [(title: String, width: Int)]

  package init(columns: [(title: String, width: Int)]) { self.columns = columns }

  package var heading: String { row(columns.map(\.title)) }

  /// Justifies by characters; `String(format:)` would count the bytes of κ.
  package func row(_ cells: [String]) -> String {
    zip(cells, columns).map { cell, column in
      String(repeating: " ", count: max(0, column.width - cell.count)) + cell
    }.joined(separator: " ")
  }
}

/// A line of the log that names what it gives.
package enum LogField {
  private static let width = 12

  package static func line(_ name: String, _ value: String) -> String {
    name + String(repeating: " ", count: max(0, width - name.count)) + value
  }
}
