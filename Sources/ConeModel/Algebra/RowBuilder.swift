/// A vector written term by term, in any order:
///
///     let moments = vector(count: n) { rows in
///       for (i, j, coefficient) in data { rows.add(coefficient, X[i, j], to: i) }
///     }
///
/// Terms of the same row and variable are added together. This is the cheap way to many rows: one term costs a few
/// dozen nanoseconds, no matter how long its row is.
///
/// Complexity: O(count + terms · log(terms in a row)).
public func vector(count: Int, _ write: (inout RowBuilder) -> Void) -> Expression<Vector, Affine> {
  guard count >= 0 else {
    return Expression(.faulty(.negativeSize(what: "the count of a vector", size: count)), .vector(count))
  }
  var builder = RowBuilder(count: count)
  write(&builder)
  return Expression(builder.finish(), .vector(count))
}

/// Collects the terms of `vector(count:_:)`.
public struct RowBuilder: ~Copyable {
  private struct RowTerm {
    var row: Int
    var term: Term
  }

  /// Number of rows of the vector being written.
  public let count: Int
  private var writer = AffineWriter()
  private var fault: ModelError?
  private var list: [RowTerm] = []
  private var constants: [Double]
  /// Where the last term came from; terms mostly come in runs from one expression.
  private var source: AffineStorage?

  fileprivate init(count: Int) {
    self.count = count
    constants = [Double](repeating: 0, count: count)
  }

  /// Adds `coefficient · expression` to row `row`.
  public mutating func add(_ coefficient: Double, _ expression: Expression<Scalar, Affine>, to row: Int) {
    let rows = expression.body.affine
    guard isUsable(rows, row) else { return }
    for term in rows.terms(0) {
      list.append(RowTerm(row: row, term: Term(variable: term.variable, coefficient: coefficient * term.coefficient)))
    }
    let value = rows.constant(0)
    if value != 0 { constants[row] += coefficient * value }
  }

  /// Adds a number to row `row`.
  public mutating func add(_ constant: Double, to row: Int) {
    guard isInRange(row) else { return }
    constants[row] += constant
  }

  private mutating func isUsable(_ rows: AffineRows, _ row: Int) -> Bool {
    if rows.storage !== source {
      source = rows.storage
      writer.adopt(rows)
    }
    return isInRange(row) && rows.count == 1
  }

  private mutating func isInRange(_ row: Int) -> Bool {
    if 0..<count ~= row { return true }
    fault = fault ?? .indexOutOfRange(what: "the rows of vector(count:_:)", index: row, count: count)
    return false
  }

  /// The rows in order: a counting sort by row, then the writer sorts each row.
  fileprivate consuming func finish() -> AffineRows {
    if let fault = fault ?? writer.fault { return .faulty(fault) }
    var starts = [Int](repeating: 0, count: count + 1)
    for entry in list { starts[entry.row + 1] += 1 }
    for row in 0..<count { starts[row + 1] += starts[row] }
    var next = starts
    var sorted = [Term](repeating: Term(variable: 0, coefficient: 0), count: list.count)
    for entry in list {
      sorted[next[entry.row]] = entry.term
      next[entry.row] += 1
    }
    for row in 0..<count {
      for term in sorted[starts[row]..<starts[row + 1]] { writer.add(term.coefficient, variable: term.variable) }
      writer.add(constant: constants[row])
      writer.endRow()
    }
    return writer.finish()
  }
}
