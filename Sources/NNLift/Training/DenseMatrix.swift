/// A real dense matrix, stored column by column.
///
/// Entry `(i, j)` is `values[i + rows·j]`; a matrix may have no rows or no columns.
public struct DenseMatrix: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// The `rows × columns` entries, column by column.
  public var values: [Double]

  /// The zero matrix.
  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: [Double](repeating: 0, count: rows * columns))
  }

  /// Takes `rows·columns` values, column by column.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(values.count == rows * columns, "a \(rows) × \(columns) matrix holds \(rows * columns) values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// The matrix with the given rows, all of length `columns`.
  public init(rowArrays: [[Double]], columns: Int) {
    self.init(rows: rowArrays.count, columns: columns)
    for (i, row) in rowArrays.enumerated() {
      precondition(row.count == columns, "row \(i) has \(row.count) of \(columns) entries")
      for j in 0..<columns { values[i + rows * j] = row[j] }
    }
  }

  /// The identity of the given order.
  public static func identity(_ order: Int) -> DenseMatrix {
    var matrix = DenseMatrix(rows: order, columns: order)
    for i in 0..<order { matrix[i, i] = 1 }
    return matrix
  }

  public subscript(i: Int, j: Int) -> Double {
    get { values[i + rows * j] }
    set { values[i + rows * j] = newValue }
  }

  /// Row `i`, of `columns` entries.
  public func row(_ i: Int) -> [Double] { (0..<columns).map { values[i + rows * $0] } }

  /// Column `j`, of `rows` entries.
  public func column(_ j: Int) -> [Double] { Array(values[rows * j..<rows * (j + 1)]) }

  /// The rows as arrays.
  public var rowArrays: [[Double]] { (0..<rows).map(row) }

  public var transposed: DenseMatrix {
    var result = DenseMatrix(rows: columns, columns: rows)
    for j in 0..<columns {
      for i in 0..<rows { result[j, i] = self[i, j] }
    }
    return result
  }

  /// The matrix whose entries are `transform` of these.
  public func map(_ transform: (Double) -> Double) -> DenseMatrix {
    DenseMatrix(rows: rows, columns: columns, values: values.map(transform))
  }

  /// The first entry, in row order, that is NaN or infinite.
  public var firstNonFinite: (row: Int, column: Int)? {
    guard values.contains(where: { !$0.isFinite }) else { return nil }
    for i in 0..<rows {
      for j in 0..<columns where !self[i, j].isFinite { return (i, j) }
    }
    return nil
  }
}
