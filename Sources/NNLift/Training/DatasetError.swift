/// A fault in a data file, with its place. Lines count from 1, the header included; data rows count from 1 after it.
public enum DatasetError: Error, Sendable, Equatable {
  case unreadable(file: String, reason: String)
  case empty(file: String)
  case notUTF8(file: String)
  /// A quoted field that is not closed, or text around the quotes; `line` is where the field begins.
  case malformedQuote(file: String, line: Int)
  case emptyHeaderName(file: String, line: Int, column: Int)
  case duplicateHeaderName(file: String, line: Int, name: String)
  case missingColumn(file: String, line: Int, name: String, available: [String])
  case duplicateOutput(file: String, line: Int, name: String)
  case noOutputColumn(file: String, line: Int)
  case noFeatureColumn(file: String, line: Int)
  case noDataRow(file: String, line: Int)
  case wrongFieldCount(file: String, line: Int, row: Int, found: Int, expected: Int)
  case notANumber(file: String, line: Int, row: Int, column: String, text: String)
  case notFinite(file: String, line: Int, row: Int, column: String, text: String)
  case labelNotInteger(file: String, line: Int, row: Int, column: String, text: String)
}

extension DatasetError: CustomStringConvertible {
  /// `FILE:LINE: what; how to mend`.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      return "\(file): cannot be read (\(reason)); check the path and its permissions"
    case .empty(let file):
      return "\(file):1: the file is empty; write a header row of column names and one row per sample"
    case .notUTF8(let file):
      return "\(file):1: the text is not UTF-8; save the file as CSV in UTF-8"
    case .malformedQuote(let file, let line):
      return "\(file):\(line): a quoted field is not closed or has text around its quotes; "
        + "write \"…\" around the whole field and double any quote inside it"
    case .emptyHeaderName(let file, let line, let column):
      return "\(file):\(line): column \(column) has no name; the first row must name every column"
    case .duplicateHeaderName(let file, let line, let name):
      return "\(file):\(line): two columns are named '\(name)'; rename one of them"
    case .missingColumn(let file, let line, let name, let available):
      return "\(file):\(line): there is no column '\(name)'; the columns are \(available.joined(separator: ", "))"
    case .duplicateOutput(let file, let line, let name):
      return "\(file):\(line): the output '\(name)' is asked for twice; name each output column once"
    case .noOutputColumn(let file, let line):
      return "\(file):\(line): no output column is asked for; name at least one"
    case .noFeatureColumn(let file, let line):
      return "\(file):\(line): no feature column is left beside the label or outputs; add at least one numeric column"
    case .noDataRow(let file, let line):
      return "\(file):\(line): there is a header but no data row; add at least one sample"
    case .wrongFieldCount(let file, let line, let row, let found, let expected):
      return "\(file):\(line): data row \(row) has \(found) field\(found == 1 ? "" : "s") but the header has "
        + "\(expected); separate fields with commas and quote those that contain one"
    case .notANumber(let file, let line, let row, let column, let text):
      return "\(file):\(line): data row \(row), column '\(column)' is '\(text)', not a number; "
        + (text.isEmpty ? "fill the cell or drop the row" : "write it like -1.5 or 2e-3, or drop the column")
    case .notFinite(let file, let line, let row, let column, let text):
      return "\(file):\(line): data row \(row), column '\(column)' is '\(text)', not a finite number; "
        + "replace the value or drop the row"
    case .labelNotInteger(let file, let line, let row, let column, let text):
      return "\(file):\(line): data row \(row), label column '\(column)' is '\(text)', not an integer class; "
        + "for regression give --outputs \(column), for classes write integers"
    }
  }
}
