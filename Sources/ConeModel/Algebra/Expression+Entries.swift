// Entries, slices and blocks. Indices are zero-based. One entry, a run of a vector and a column of a matrix share the
// storage of the whole; everything else copies the rows it takes.

extension Expression where S == Vector {
  /// Number of entries.
  public var count: Int { body.extent.rows }

  /// Entry `i`. Complexity: O(1).
  public subscript(_ i: Int) -> Expression<Scalar, C> {
    body.entry(i, of: "a vector", i, count)
  }

  /// The entries of a range. Complexity: O(1).
  public subscript(_ range: Range<Int>) -> Expression<Vector, C> {
    if let fault = body.fault(ofRange: range, of: "a vector", count) { return Expression(body.faulty(fault)) }
    return Expression(body.affine.slice(range), .vector(range.count))
  }
}

extension Expression where S == Matrix, C == Affine {
  /// Number of rows.
  public var rows: Int { body.extent.rows }
  /// Number of columns.
  public var columns: Int { body.extent.columns }

  /// Entry (i, j). Complexity: O(1).
  public subscript(_ i: Int, _ j: Int) -> Expression<Scalar, Affine> {
    guard 0..<rows ~= i else { return body.entry(-1, of: "the rows of a matrix", i, rows) }
    return body.entry(0..<columns ~= j ? j * rows + i : -1, of: "the columns of a matrix", j, columns)
  }

  /// Row `i`, as a vector. Complexity: O(terms of the row).
  public func row(_ i: Int) -> Expression<Vector, Affine> {
    self[i..<i + 1, 0..<columns].asVector
  }

  /// Column `j`, as a vector. Complexity: O(1).
  public func column(_ j: Int) -> Expression<Vector, Affine> {
    if let fault = body.fault(ofRange: j..<j + 1, of: "the columns of a matrix", columns) {
      return Expression<Vector, Affine>(body.faulty(fault))
    }
    return Expression<Vector, Affine>(body.affine.slice(j * rows..<(j + 1) * rows), .vector(rows))
  }

  /// The block of the given rows and columns.
  public subscript(_ rowRange: Range<Int>, _ columnRange: Range<Int>) -> Expression<Matrix, Affine> {
    let height = rows
    return body.block(rowRange, columnRange) { i, j in j * height + i }
  }

  /// The transpose.
  public func transposed() -> Expression<Matrix, Affine> {
    if body.fault != nil { return self }
    let height = rows
    let positions = (0..<height).lazy.flatMap { i in (0..<columns).lazy.map { j in j * height + i } }
    return Expression(body.affine.gather(positions), Extent(rows: columns, columns: height))
  }

  fileprivate var asVector: Expression<Vector, Affine> {
    Expression<Vector, Affine>(body.affine, .vector(body.affine.count))
  }
}

extension Expression where S == Symmetric, C == Affine {
  /// Number of rows, and of columns.
  public var order: Int { body.extent.rows }

  /// Entry (i, j), which is entry (j, i). Complexity: O(1).
  public subscript(_ i: Int, _ j: Int) -> Expression<Scalar, Affine> {
    guard 0..<order ~= i else { return body.entry(-1, of: "the rows of a symmetric matrix", i, order) }
    let position = 0..<order ~= j ? Triangle.index(i, j) : -1
    return body.entry(position, of: "the columns of a symmetric matrix", j, order)
  }

  /// The block of the given rows and columns, as an ordinary matrix.
  public subscript(_ rowRange: Range<Int>, _ columnRange: Range<Int>) -> Expression<Matrix, Affine> {
    body.block(rowRange, columnRange, Triangle.index)
  }

  /// The principal submatrix of a range of rows and the same columns.
  public func principal(_ range: Range<Int>) -> Expression<Symmetric, Affine> {
    if let fault = body.fault(ofRange: range, of: "the rows of a symmetric matrix", order) {
      return Expression(body.faulty(fault))
    }
    let positions = range.lazy.flatMap { j in (range.lowerBound...j).lazy.map { i in Triangle.index(i, j) } }
    return Expression(body.affine.gather(positions), .square(range.count))
  }
}

// MARK: - Entries in a row

/// The diagonal of a symmetric matrix, a vector of `n` entries.
public func diagonal(_ X: Expression<Symmetric, Affine>) -> Expression<Vector, Affine> {
  if X.body.fault != nil { return .init(X.body) }
  return .init(X.body.affine.gather((0..<X.order).lazy.map { Triangle.index($0, $0) }), .vector(X.order))
}

/// The diagonal of a square matrix.
public func diagonal(_ M: Expression<Matrix, Affine>) -> Expression<Vector, Affine> {
  if M.body.fault != nil { return .init(M.body) }
  guard M.rows == M.columns else {
    return .init(
      M.body.faulty(.shapeMismatch(operation: "diagonal", left: "\(M.rows) rows", right: "\(M.columns) columns")))
  }
  return .init(M.body.affine.gather((0..<M.rows).lazy.map { $0 * M.rows + $0 }), .vector(M.rows))
}

/// The entries above the diagonal of a symmetric matrix, column by column (12 13 23): `n(n − 1)/2` of them.
public func offDiagonal(_ X: Expression<Symmetric, Affine>) -> Expression<Vector, Affine> {
  if X.body.fault != nil { return .init(X.body) }
  let positions = (0..<X.order).lazy.flatMap { j in (0..<j).lazy.map { i in Triangle.index(i, j) } }
  let rows = X.body.affine.gather(positions)
  return .init(rows, .vector(rows.count))
}

/// All entries of a matrix, column by column. Complexity: O(1).
public func entries(_ M: Expression<Matrix, Affine>) -> Expression<Vector, Affine> { M.asVector }

/// The entries of a symmetric matrix on and above the diagonal, column by column: each pair once. Complexity: O(1).
public func entries(_ X: Expression<Symmetric, Affine>) -> Expression<Vector, Affine> {
  .init(X.body.affine, .vector(X.body.affine.count))
}

// MARK: - Bounds

extension ExpressionBody {
  /// Entry number `position`; one out of range makes the fault that `index` of `what` is outside `0 ..< count`.
  fileprivate func entry<C: Curvature>(
    _ position: Int, of what: String, _ index: Int, _ count: Int
  ) -> Expression<Scalar, C> {
    guard 0..<affine.count ~= position else {
      let fault = ModelError.indexOutOfRange(what: what, index: index, count: count)
      return Expression(.faulty(self.fault ?? fault), .scalar)
    }
    return Expression(affine.slice(position..<position + 1), .scalar)
  }

  fileprivate func fault(ofRange range: Range<Int>, of what: String, _ count: Int) -> ModelError? {
    if let fault { return fault }
    if range.lowerBound < 0 { return .indexOutOfRange(what: what, index: range.lowerBound, count: count) }
    if range.upperBound > count { return .indexOutOfRange(what: what, index: range.upperBound - 1, count: count) }
    return nil
  }

  fileprivate func block(
    _ rows: Range<Int>, _ columns: Range<Int>, _ position: (Int, Int) -> Int
  ) -> Expression<Matrix, Affine> {
    let fault =
      fault(ofRange: rows, of: "the rows of a matrix", extent.rows)
      ?? fault(ofRange: columns, of: "the columns of a matrix", extent.columns)
    if let fault { return Expression(faulty(fault)) }
    let positions = columns.flatMap { j in rows.map { i in position(i, j) } }
    return Expression(affine.gather(positions), Extent(rows: rows.count, columns: columns.count))
  }
}
