/// A matrix of numbers: data in a model, or the value of a matrix expression.
///
/// `Constant<Matrix>` keeps its entries column by column; `Constant<Symmetric>` the upper triangle column by column
/// (11 12 22 13 23 33). Constants for vectors are plain `[Double]`.
public struct Constant<S: MatrixShape>: Sendable, Equatable {
  let extent: Extent
  /// The stored entries: all of them for `Matrix`, the upper triangle for `Symmetric`.
  public let values: [Double]
  let fault: ModelError?

  init(extent: Extent, values: [Double], fault: ModelError? = nil) {
    self.extent = extent
    self.values = values
    self.fault = fault
  }

  init(faulty fault: ModelError) {
    self.init(extent: Extent(rows: 0, columns: 0), values: [], fault: fault)
  }

  /// Number of rows.
  public var rows: Int { extent.rows }
  /// Number of columns.
  public var columns: Int { extent.columns }

  /// `k` times the matrix.
  public func scaled(by k: Double) -> Constant {
    Constant(extent: extent, values: values.map { k * $0 }, fault: fault)
  }

  /// The constant as an expression that mentions no variable.
  var body: ExpressionBody {
    ExpressionBody(extent: extent, affine: fault.map { .faulty($0) } ?? .constants(values), curved: [])
  }
}

extension Constant where S == Matrix {
  /// - Parameter columnMajor: `rows · columns` entries, column by column.
  public init(rows: Int, columns: Int, columnMajor values: [Double]) {
    guard rows >= 0, columns >= 0 else {
      self.init(faulty: .negativeSize(what: "a side of a constant matrix", size: min(rows, columns)))
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
    let values = (0..<max(columns, 0)).flatMap { j in (0..<max(rows, 0)).map { i in entry(i, j) } }
    self.init(rows: rows, columns: columns, columnMajor: values)
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

  /// Entry (i, j), zero-based.
  public subscript(_ i: Int, _ j: Int) -> Double { values[j * rows + i] }

  /// The transpose.
  public func transposed() -> Constant {
    if fault != nil { return self }
    return Constant(rows: columns, columns: rows) { i, j in self[j, i] }
  }
}

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
    let values = (0..<max(order, 0)).flatMap { j in (0...j).map { i in entry(i, j) } }
    self.init(order: order, upperTriangle: values)
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
    Constant(order: order) { i, j in i == j ? 1 : 0 }
  }

  /// Entry (i, j), zero-based, either way round.
  public subscript(_ i: Int, _ j: Int) -> Double { values[Triangle.index(i, j)] }
}
