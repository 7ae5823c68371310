/// The rows and variables that stay when others leave a program.
struct KeptEntries {
  private let rows, columns: [Int]
  private let rowCount, columnCount: Int

  /// - Parameters: whether each row, and each variable, of the larger program stays.
  init(rows: [Bool], columns: [Bool]) {
    self.rows = rows.indices.filter { rows[$0] }
    self.columns = columns.indices.filter { columns[$0] }
    rowCount = rows.count
    columnCount = columns.count
  }

  /// The point of the larger program that is zero in what left.
  func expand(_ point: HomogeneousPoint) -> HomogeneousPoint {
    var whole = HomogeneousPoint(
      x: [Double](repeating: 0, count: columnCount), s: [Double](repeating: 0, count: rowCount),
      z: [Double](repeating: 0, count: rowCount), tau: point.tau)
    for (place, row) in rows.enumerated() { (whole.s[row], whole.z[row]) = (point.s[place], point.z[place]) }
    for (place, column) in columns.enumerated() { whole.x[column] = point.x[place] }
    return whole
  }
}
