import Foundation

extension Dataset {
  /// Reads a CSV file: a header row of column names, then one row of numbers per sample.
  ///
  /// Numbers are written with a decimal point in any locale. A label may be written `3` or `3.0`.
  /// - Throws: `DatasetError`, whose text names the file, the line, the data row and the column.
  public init(csv path: String, targets: TargetColumns = .lastColumn) throws(DatasetError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      let exists = FileManager.default.fileExists(atPath: path)
      throw .unreadable(file: path, reason: exists ? "not readable" : "no such file")
    }
    try self.init(csvBytes: data, file: path, targets: targets)
  }

  /// Reads CSV text; `file` is the name used in errors.
  public init(csvText: String, file: String, targets: TargetColumns = .lastColumn) throws(DatasetError) {
    try self.init(csvBytes: csvText.utf8, file: file, targets: targets)
  }

  init(csvBytes: some Collection<UInt8>, file: String, targets: TargetColumns) throws(DatasetError) {
    let table = try NumericTable(CSVTable(bytes: csvBytes, file: file), file: file)
    switch targets {
    case .lastColumn: try self.init(table, label: table.names.count - 1)
    case .label(let name): try self.init(table, label: table.column(named: name))
    case .outputs(let names): try self.init(table, outputs: names)
    }
  }

  private init(_ table: NumericTable, label: Int) throws(DatasetError) {
    let features = try table.features(besides: [label])
    var classes: [Int] = []
    for row in table.rows.indices { classes.append(try table.integer(row: row, column: label)) }
    self.init(
      featureNames: features.names, features: features.matrix, label: table.names[label], classes: classes)
  }

  private init(_ table: NumericTable, outputs: [String]) throws(DatasetError) {
    guard !outputs.isEmpty else { throw .noOutputColumn(file: table.file, line: table.headerLine) }
    var chosen: [Int] = []
    for name in outputs {
      let column = try table.column(named: name)
      guard !chosen.contains(column) else {
        throw .duplicateOutput(file: table.file, line: table.headerLine, name: name)
      }
      chosen.append(column)
    }
    let features = try table.features(besides: chosen)
    self.init(
      featureNames: features.names, features: features.matrix, outputNames: outputs,
      Y: try table.matrix(columns: chosen))
  }
}

/// A table of text cells whose shape was checked; cells become numbers when they are asked for.
private struct NumericTable {
  let file: String
  let headerLine: Int
  let names: [String]
  let rows: [CSVTable.Record]

  init(_ table: CSVTable, file: String) throws(DatasetError) {
    guard let header = table.records.first else { throw .empty(file: file) }
    self.file = file
    headerLine = header.line
    names = header.fields.map(Self.trimmed)
    rows = Array(table.records.dropFirst())
    try checkHeader()
    guard !rows.isEmpty else { throw .noDataRow(file: file, line: headerLine) }
    for (i, record) in rows.enumerated() where record.fields.count != names.count {
      throw .wrongFieldCount(
        file: file, line: record.line, row: i + 1, found: record.fields.count, expected: names.count)
    }
  }

  private func checkHeader() throws(DatasetError) {
    var seen: Set<String> = []
    for (k, name) in names.enumerated() {
      guard !name.isEmpty else { throw .emptyHeaderName(file: file, line: headerLine, column: k + 1) }
      guard seen.insert(name).inserted else {
        throw .duplicateHeaderName(file: file, line: headerLine, name: name)
      }
    }
  }

  func column(named name: String) throws(DatasetError) -> Int {
    guard let index = names.firstIndex(of: name) else {
      throw .missingColumn(file: file, line: headerLine, name: name, available: names)
    }
    return index
  }

  func features(besides targets: [Int]) throws(DatasetError) -> (names: [String], matrix: DenseMatrix) {
    let chosen = names.indices.filter { !targets.contains($0) }
    guard !chosen.isEmpty else { throw .noFeatureColumn(file: file, line: headerLine) }
    return (chosen.map { names[$0] }, try matrix(columns: chosen))
  }

  func matrix(columns: [Int]) throws(DatasetError) -> DenseMatrix {
    var matrix = DenseMatrix(rows: rows.count, columns: columns.count)
    for i in rows.indices {
      for (k, column) in columns.enumerated() { matrix[i, k] = try number(row: i, column: column) }
    }
    return matrix
  }

  func number(row: Int, column: Int) throws(DatasetError) -> Double {
    let text = Self.trimmed(rows[row].fields[column])
    // Double's own parser always reads a decimal point; the C library's would follow the locale.
    guard let value = Double(text) else {
      throw .notANumber(file: file, line: rows[row].line, row: row + 1, column: names[column], text: text)
    }
    guard value.isFinite else {
      throw .notFinite(file: file, line: rows[row].line, row: row + 1, column: names[column], text: text)
    }
    return value
  }

  func integer(row: Int, column: Int) throws(DatasetError) -> Int {
    let text = Self.trimmed(rows[row].fields[column])
    guard let value = Double(text).flatMap(Int.init(exactly:)) else {
      throw .labelNotInteger(file: file, line: rows[row].line, row: row + 1, column: names[column], text: text)
    }
    return value
  }

  private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespaces) }
}
