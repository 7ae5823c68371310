import LinearAlgebra

/// Coefficients of a matrix in the order of the file, each with the line it stands on.
struct CoordinateList {
  private(set) var rows: [Int] = []
  private(set) var columns: [Int] = []
  private(set) var values: [Double] = []
  private(set) var lines: [Int] = []

  var count: Int { values.count }

  mutating func reserve(_ capacity: Int) {
    rows.reserveCapacity(capacity)
    columns.reserveCapacity(capacity)
    values.reserveCapacity(capacity)
    lines.reserveCapacity(capacity)
  }

  mutating func append(row: Int, column: Int, value: Double, line: Int) {
    rows.append(row)
    columns.append(column)
    values.append(value)
    lines.append(line)
  }

  /// Throws when a position is given twice. Programs disagree on what that means (some add, some replace, some refuse),
  /// so no reading of it is safe.
  ///
  /// Complexity: O(rows + columns + count). With the entries bucketed by column, the last entry seen in each row is a
  /// repetition exactly when it lies in the same column.
  func checkNoRepetition(rowCount: Int, columnCount: Int, file: String) throws(FormatError) {
    if count < 2 { return }
    var next = [Int](repeating: 0, count: columnCount + 1)
    for column in columns { next[column + 1] += 1 }
    for j in 0..<columnCount { next[j + 1] += next[j] }
    var byColumn = [Int](repeating: 0, count: count)
    for k in 0..<count {
      byColumn[next[columns[k]]] = k
      next[columns[k]] += 1
    }
    var lastInRow = [Int](repeating: -1, count: rowCount)
    for k in byColumn {
      let earlier = lastInRow[rows[k]]
      if earlier >= 0, columns[earlier] == columns[k] {
        throw .repetition(file: file, line: lines[k], earlier: lines[earlier])
      }
      lastInRow[rows[k]] = k
    }
  }
}

/// Coefficients of a vector, each position given at most once.
struct CoordinateVector {
  private(set) var indices: [Int] = []
  private(set) var values: [Double] = []
  private var firstLine: [Int: Int] = [:]

  mutating func append(index: Int, value: Double, line: Int, file: String) throws(FormatError) {
    if let earlier = firstLine.updateValue(line, forKey: index) {
      throw .repetition(file: file, line: line, earlier: earlier)
    }
    indices.append(index)
    values.append(value)
  }
}

extension FormatError {
  fileprivate static func repetition(file: String, line: Int, earlier: Int) -> FormatError {
    let place = earlier == line ? "the same line" : "line \(earlier)"
    return FormatError(
      file: file, line: line, what: "this coefficient was already given on \(place)",
      remedy: "give each position once (a symmetric matrix in one triangle only), added up if parts were meant")
  }
}
