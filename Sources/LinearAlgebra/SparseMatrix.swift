/// A real sparse matrix in compressed-sparse-column form.
///
/// Column `j` holds the entries `columnPointers[j] ..< columnPointers[j + 1]` of `rowIndices` and `values`, with row
/// indices strictly increasing. Shapes: `columnPointers.count == columns + 1`, `rowIndices.count == values.count`.
/// A symmetric matrix is stored as its upper triangle and says so where it is used.
public struct SparseMatrix: Sendable, Equatable {
  public var rows: Int
  public var columns: Int
  public var columnPointers: [Int]
  public var rowIndices: [Int]
  public var values: [Double]

  /// Number of stored entries.
  public var nonzeros: Int { values.count }

  /// Takes the three arrays as they are; nothing is checked here (`ConicProblem.validate()` checks user data).
  public init(rows: Int, columns: Int, columnPointers: [Int], rowIndices: [Int], values: [Double]) {
    self.rows = rows
    self.columns = columns
    self.columnPointers = columnPointers
    self.rowIndices = rowIndices
    self.values = values
  }

  /// The zero matrix.
  public static func zero(rows: Int, columns: Int) -> SparseMatrix {
    SparseMatrix(
      rows: rows, columns: columns, columnPointers: [Int](repeating: 0, count: columns + 1), rowIndices: [], values: [])
  }

  /// The sum of the given (row, column, value) entries; repeated positions are added, exact zeros kept as structure.
  ///
  /// Complexity: O(rows + columns + entries), by two counting sorts.
  public init(rows: Int, columns: Int, entries: [Entry]) {
    // Sorting by row first makes the second, stable pass leave every column's rows in order.
    var rowStart = [Int](repeating: 0, count: rows + 1)
    for entry in entries { rowStart[entry.row + 1] += 1 }
    for i in 0..<rows { rowStart[i + 1] += rowStart[i] }
    var byRow = [Int](repeating: 0, count: entries.count)
    for (k, entry) in entries.enumerated() {
      byRow[rowStart[entry.row]] = k
      rowStart[entry.row] += 1
    }
    var start = [Int](repeating: 0, count: columns + 1)
    for entry in entries { start[entry.column + 1] += 1 }
    for j in 0..<columns { start[j + 1] += start[j] }
    var next = start
    var order = [Int](repeating: 0, count: entries.count)
    for k in byRow {
      order[next[entries[k].column]] = k
      next[entries[k].column] += 1
    }
    var pointers = [0]
    pointers.reserveCapacity(columns + 1)
    var indices: [Int] = []
    var values: [Double] = []
    indices.reserveCapacity(entries.count)
    values.reserveCapacity(entries.count)
    for j in 0..<columns {
      for k in order[start[j]..<start[j + 1]] {
        let entry = entries[k]
        if indices.count > pointers[j], indices[indices.count - 1] == entry.row {
          values[values.count - 1] += entry.value
        } else {
          indices.append(entry.row)
          values.append(entry.value)
        }
      }
      pointers.append(indices.count)
    }
    self.init(rows: rows, columns: columns, columnPointers: pointers, rowIndices: indices, values: values)
  }

  /// One entry of a matrix given as a list.
  public struct Entry: Sendable, Equatable {
    public var row: Int
    public var column: Int
    public var value: Double

    public init(_ row: Int, _ column: Int, _ value: Double) {
      self.row = row
      self.column = column
      self.value = value
    }
  }

  /// The stored entries, column by column.
  public var entries: [Entry] {
    var list: [Entry] = []
    list.reserveCapacity(nonzeros)
    for j in 0..<columns {
      for k in columnPointers[j]..<columnPointers[j + 1] { list.append(Entry(rowIndices[k], j, values[k])) }
    }
    return list
  }

  /// The transpose. Complexity: O(rows + columns + nonzeros).
  public func transposed() -> SparseMatrix {
    SparseMatrix(rows: columns, columns: rows, entries: entries.map { Entry($0.column, $0.row, $0.value) })
  }
}
