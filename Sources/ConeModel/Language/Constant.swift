import LinearAlgebra

/// A matrix of numbers: data in a model, or the value of a matrix expression. Dense, or sparse where it was made so.
///
/// `Constant<Matrix>` counts its entries column by column; `Constant<Symmetric>` the upper triangle column by column
/// (11 12 22 13 23 33). Constants for vectors are plain `[Double]`.
public struct Constant<S: MatrixShape>: Sendable, Equatable {
  private enum Storage: Sendable {
    case dense([Double])
    /// All entries for `Matrix`, the upper triangle for `Symmetric`.
    case sparse(SparseMatrix)
  }

  let extent: Extent
  private let storage: Storage
  let fault: ModelError?

  init(extent: Extent, values: [Double], fault: ModelError? = nil) {
    self.extent = extent
    storage = .dense(values)
    self.fault = fault
  }

  fileprivate init(extent: Extent, sparse: SparseMatrix) {
    self.extent = extent
    storage = .sparse(sparse)
    fault = nil
  }

  init(faulty fault: ModelError) {
    self.init(extent: Extent(rows: 0, columns: 0), values: [], fault: fault)
  }

  /// Number of rows.
  public var rows: Int { extent.rows }
  /// Number of columns.
  public var columns: Int { extent.columns }

  /// All entries for `Matrix`, the upper triangle for `Symmetric`. Complexity: O(1) when dense.
  public var values: [Double] {
    switch storage {
    case .dense(let values): return values
    case .sparse(let matrix):
      let isTriangle = S.self == Symmetric.self
      var values = [Double](repeating: 0, count: isTriangle ? Triangle.count(order: rows) : rows * columns)
      for j in 0..<columns {
        for k in matrix.columnPointers[j]..<matrix.columnPointers[j + 1] {
          let i = matrix.rowIndices[k]
          values[isTriangle ? Triangle.index(i, j) : j * rows + i] = matrix.values[k]
        }
      }
      return values
    }
  }

  public static func == (a: Constant, b: Constant) -> Bool {
    a.extent == b.extent && a.fault == b.fault && a.values == b.values
  }

  /// `k` times the matrix.
  public func scaled(by k: Double) -> Constant {
    switch storage {
    case .dense(let values): return Constant(extent: extent, values: values.map { k * $0 }, fault: fault)
    case .sparse(var matrix):
      matrix.values = matrix.values.map { k * $0 }
      return Constant(extent: extent, sparse: matrix)
    }
  }

  /// Calls `body(i, j, value)` for every stored entry that is not zero, column by column.
  func forEachNonzero(_ body: (Int, Int, Double) -> Void) {
    switch storage {
    case .dense(let values):
      var position = 0
      for j in 0..<columns {
        for i in 0..<(S.self == Symmetric.self ? j + 1 : rows) {
          if values[position] != 0 { body(i, j, values[position]) }
          position += 1
        }
      }
    case .sparse(let matrix):
      for j in 0..<columns {
        for k in matrix.columnPointers[j]..<matrix.columnPointers[j + 1] {
          body(matrix.rowIndices[k], j, matrix.values[k])
        }
      }
    }
  }

  /// The constant as an expression that mentions no variable.
  var body: ExpressionBody {
    ExpressionBody(extent: extent, affine: fault.map { .faulty($0) } ?? .constants(values))
  }

  fileprivate func entry(_ i: Int, _ j: Int, _ position: Int) -> Double {
    switch storage {
    case .dense(let values): return values[position]
    case .sparse(let matrix):
      var (low, high) = (matrix.columnPointers[j], matrix.columnPointers[j + 1])
      while low < high {
        let middle = (low + high) / 2
        if matrix.rowIndices[middle] < i { low = middle + 1 } else { high = middle }
      }
      return low < matrix.columnPointers[j + 1] && matrix.rowIndices[low] == i ? matrix.values[low] : 0
    }
  }
}

// MARK: - Matrices

extension Constant where S == Matrix {
  /// - Parameter columnMajor: `rows · columns` entries, column by column.
  public init(rows: Int, columns: Int, columnMajor values: [Double]) {
    guard rows >= 0, columns >= 0 else {
      self.init(faulty: .negativeSize(what: "a side of a constant matrix", size: Swift.min(rows, columns)))
      return
    }
    guard values.count == rows * columns else {
      self.init(
        faulty: .shapeMismatch(
          operation: "Constant(rows:columns:columnMajor:)", left: "a \(rows) × \(columns) matrix",
          right: "\(values.count) entries"))
      return
    }
    self.init(extent: Extent(rows: rows, columns: columns), values: values)
  }

  /// The matrix with `entry(i, j)` in row `i`, column `j`.
  public init(rows: Int, columns: Int, _ entry: (_ row: Int, _ column: Int) -> Double) {
    let values = (0..<Swift.max(columns, 0)).flatMap { j in (0..<Swift.max(rows, 0)).map { i in entry(i, j) } }
    self.init(rows: rows, columns: columns, columnMajor: values)
  }

  /// A sparse matrix; entries at the same place are added together.
  ///
  /// Complexity: O(rows + columns + entries).
  public init(rows: Int, columns: Int, entries: [(row: Int, column: Int, value: Double)]) {
    guard rows >= 0, columns >= 0 else {
      self.init(faulty: .negativeSize(what: "a side of a constant matrix", size: Swift.min(rows, columns)))
      return
    }
    if let odd = entries.first(where: { !(0..<rows ~= $0.row) }) {
      self.init(faulty: .indexOutOfRange(what: "the rows of a constant matrix", index: odd.row, count: rows))
      return
    }
    if let odd = entries.first(where: { !(0..<columns ~= $0.column) }) {
      self.init(faulty: .indexOutOfRange(what: "the columns of a constant matrix", index: odd.column, count: columns))
      return
    }
    self.init(
      sparse: SparseMatrix(rows: rows, columns: columns, entries: entries.map { .init($0.row, $0.column, $0.value) }))
  }

  /// A well-formed sparse matrix.
  init(sparse: SparseMatrix) {
    self.init(extent: Extent(rows: sparse.rows, columns: sparse.columns), sparse: sparse)
  }

  /// The matrix with the given rows, which must be equally long.
  public init(_ rows: [[Double]]) {
    let columns = rows.first?.count ?? 0
    if let odd = rows.firstIndex(where: { $0.count != columns }) {
      self.init(
        faulty: .shapeMismatch(
          operation: "Constant(_:)", left: "\(columns) entries in row 0", right: "\(rows[odd].count) in row \(odd)"))
      return
    }
    self.init(rows: rows.count, columns: columns) { i, j in rows[i][j] }
  }

  /// Entry (i, j), zero-based. Complexity: O(1), or O(log entries of the column) when sparse.
  public subscript(_ i: Int, _ j: Int) -> Double { entry(i, j, j * rows + i) }

  /// The transpose.
  public func transposed() -> Constant {
    if fault != nil { return self }
    if case .sparse(let matrix) = storage { return Constant(sparse: matrix.transposed()) }
    return Constant(rows: columns, columns: rows) { i, j in self[j, i] }
  }

  /// The nonzeros row by row.
  var nonzeroRows: NonzeroRows {
    var starts = [Int](repeating: 0, count: rows + 1)
    forEachNonzero { i, _, _ in starts[i + 1] += 1 }
    for i in 0..<rows { starts[i + 1] += starts[i] }
    var next = starts
    var list = [(column: Int, value: Double)](repeating: (0, 0), count: starts[rows])
    forEachNonzero { i, j, value in
      list[next[i]] = (j, value)
      next[i] += 1
    }
    return NonzeroRows(starts: starts, list: list)
  }
}

/// The nonzeros of a constant matrix, row by row, their columns increasing.
struct NonzeroRows {
  let starts: [Int]
  let list: [(column: Int, value: Double)]

  subscript(_ row: Int) -> ArraySlice<(column: Int, value: Double)> { list[starts[row]..<starts[row + 1]] }
}

// MARK: - Symmetric matrices

extension Constant where S == Symmetric {
  /// Number of rows, and of columns.
  public var order: Int { rows }

  /// - Parameter upperTriangle: `order · (order + 1)/2` entries, column by column: 11 12 22 13 23 33.
  public init(order: Int, upperTriangle values: [Double]) {
    guard order >= 0 else {
      self.init(faulty: .negativeSize(what: "the order of a constant symmetric matrix", size: order))
      return
    }
    guard values.count == Triangle.count(order: order) else {
      self.init(
        faulty: .shapeMismatch(
          operation: "Constant(order:upperTriangle:)", left: "the upper triangle of order \(order)",
          right: "\(values.count) entries"))
      return
    }
    self.init(extent: .square(order), values: values)
  }

  /// The symmetric matrix with `entry(i, j)` for `i ≤ j`.
  public init(order: Int, _ entry: (_ row: Int, _ column: Int) -> Double) {
    let values = (0..<Swift.max(order, 0)).flatMap { j in (0...j).map { i in entry(i, j) } }
    self.init(order: order, upperTriangle: values)
  }

  /// A sparse symmetric matrix, each pair of entries given once, on either side of the diagonal; entries at the same
  /// place are added together.
  public init(order: Int, entries: [(row: Int, column: Int, value: Double)]) {
    let upper = Constant<Matrix>(
      rows: order, columns: order,
      entries: entries.map { (Swift.min($0.row, $0.column), Swift.max($0.row, $0.column), $0.value) })
    guard case .sparse(let matrix) = upper.storage else {
      self.init(faulty: upper.fault ?? .negativeSize(what: "the order of a constant symmetric matrix", size: order))
      return
    }
    self.init(extent: .square(order), sparse: matrix)
  }

  /// The symmetric matrix with the given rows; both triangles are given and must agree exactly.
  public init(_ rows: [[Double]]) {
    let full = Constant<Matrix>(rows)
    if let fault = full.fault {
      self.init(faulty: fault)
      return
    }
    guard full.rows == full.columns else {
      self.init(
        faulty: .shapeMismatch(
          operation: "Constant<Symmetric>(_:)", left: "\(full.rows) rows", right: "\(full.columns) columns"))
      return
    }
    for j in 0..<full.columns {
      for i in 0..<j where full[i, j] != full[j, i] {
        self.init(faulty: .notSymmetric(row: i, column: j, upper: full[i, j], lower: full[j, i]))
        return
      }
    }
    self.init(order: full.rows) { i, j in full[i, j] }
  }

  /// The identity matrix.
  public static func identity(order: Int) -> Constant {
    Constant(order: order, entries: (0..<Swift.max(order, 0)).map { ($0, $0, 1) })
  }

  /// Entry (i, j), zero-based, either way round. Complexity: O(1), or O(log entries of the column) when sparse.
  public subscript(_ i: Int, _ j: Int) -> Double {
    entry(Swift.min(i, j), Swift.max(i, j), Triangle.index(i, j))
  }

  /// The nonzeros of the upper triangle.
  var upperTriangle: SparseMatrix {
    if case .sparse(let matrix) = storage { return matrix }
    var entries: [SparseMatrix.Entry] = []
    forEachNonzero { entries.append(.init($0, $1, $2)) }
    return SparseMatrix(rows: rows, columns: columns, entries: entries)
  }
}
