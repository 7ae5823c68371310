/// What an expression is, apart from its size: part of its type, so that a vector where a scalar is needed is refused
/// by the compiler. Sizes come from data and are checked when the model is compiled.
public protocol Shape: Sendable {}

/// A shape for which `≤` has one reading, the componentwise one.
public protocol OrderedShape: Shape {}

/// A shape made of columns without further structure, which `A ⋅` keeps.
public protocol ColumnShape: Shape {}

/// A shape for which `≥` has two readings, entrywise and semidefinite; the user says which.
public protocol MatrixShape: Shape {}

/// ℝ.
public enum Scalar: OrderedShape {}
/// ℝⁿ.
public enum Vector: OrderedShape, ColumnShape {}
/// ℝᵐˣⁿ, its entries column by column.
public enum Matrix: MatrixShape, ColumnShape {}
/// 𝕊ⁿ, symmetric by construction: only the upper triangle is kept, column by column (11 12 22 13 23 33), each entry as
/// it stands in the matrix, without √2.
public enum Symmetric: MatrixShape {}

/// Rows and columns of an expression: 1 × 1 for a scalar, n × 1 for a vector.
///
/// A negative size is a fault that the expression carries; its extent is then taken as zero.
struct Extent: Sendable, Equatable, CustomStringConvertible {
  let rows: Int
  let columns: Int

  init(rows: Int, columns: Int) {
    self.rows = max(rows, 0)
    self.columns = max(columns, 0)
  }

  var count: Int { rows * columns }

  static let scalar = Extent(rows: 1, columns: 1)
  static func vector(_ count: Int) -> Extent { Extent(rows: count, columns: 1) }
  static func square(_ order: Int) -> Extent { Extent(rows: order, columns: order) }

  var description: String { "\(rows) × \(columns)" }
}

/// Positions in the upper triangle of a symmetric matrix, column by column.
enum Triangle {
  /// `n(n + 1)/2`.
  static func count(order: Int) -> Int { order * (order + 1) / 2 }

  /// Position of entry (i, j), either way round.
  static func index(_ i: Int, _ j: Int) -> Int {
    let (row, column) = i <= j ? (i, j) : (j, i)
    return column * (column + 1) / 2 + row
  }

  /// Row and column of a position.
  static func place(_ position: Int) -> (row: Int, column: Int) {
    var column = Int((2 * Double(position)).squareRoot())
    while column > 0, count(order: column) > position { column -= 1 }
    while count(order: column + 1) <= position { column += 1 }
    return (position - count(order: column), column)
  }

  /// Calls `body(position, i, j)` for every `i ≤ j`, in storage order.
  static func forEach(order: Int, _ body: (_ position: Int, _ i: Int, _ j: Int) -> Void) {
    var position = 0
    for j in 0..<order {
      for i in 0...j {
        body(position, i, j)
        position += 1
      }
    }
  }
}
