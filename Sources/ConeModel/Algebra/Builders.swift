// Expressions put together from smaller ones.

/// The vector with the given entries, of their curvature.
public func vector<C: Curvature>(of entries: [Expression<Scalar, C>]) -> Expression<Vector, C> {
  Expression(.stack(entries.map(\.body.affine)), .vector(entries.count))
}

/// `t` as often as is said.
public func repeated<C: Curvature>(_ t: Expression<Scalar, C>, count: Int) -> Expression<Vector, C> {
  guard count >= 0 else {
    return Expression(.faulty(.negativeSize(what: "the count of repeated", size: count)), .vector(count))
  }
  return Expression(
    t.body.fault != nil ? t.body.affine : t.body.affine.gather(repeatElement(0, count: count)), .vector(count))
}

/// One vector after the other, of their curvature.
public func stack<C: Curvature>(_ parts: [Expression<Vector, C>]) -> Expression<Vector, C> {
  let rows = AffineRows.stack(parts.map(\.body.affine))
  return Expression(rows, .vector(rows.count))
}

/// `(t, x)`, the argument of a second-order cone.
public func stack(_ t: Expression<Scalar, Affine>, _ x: Expression<Vector, Affine>) -> Expression<Vector, Affine> {
  let rows = AffineRows.stack([t.body.affine, x.body.affine])
  return Expression(rows, .vector(rows.count))
}

// MARK: - Matrices

/// The matrix with `entry(i, j)` in row `i`, column `j`.
public func matrix(
  rows: Int, columns: Int, _ entry: (_ row: Int, _ column: Int) -> Expression<Scalar, Affine>
) -> Expression<Matrix, Affine> {
  let extent = Extent(rows: rows, columns: columns)
  guard rows >= 0, columns >= 0 else {
    return Expression(.faulty(.negativeSize(what: "a side of a matrix", size: Swift.min(rows, columns))), extent)
  }
  let entries = (0..<columns).flatMap { j in (0..<rows).map { i in entry(i, j).body.affine } }
  return Expression(.stack(entries), extent)
}

/// The matrix with the given columns, which must be equally long.
public func matrix(columns: [Expression<Vector, Affine>]) -> Expression<Matrix, Affine> {
  block([columns.map { column in Expression<Matrix, Affine>(column.body) }])
}

/// The matrix with the given vector as its one column.
public func column(_ x: Expression<Vector, Affine>) -> Expression<Matrix, Affine> { .init(x.body) }

/// The matrix put together from rows of blocks, those of a row equally high and all rows equally wide.
public func block(_ blocks: [[Expression<Matrix, Affine>]]) -> Expression<Matrix, Affine> {
  func faulty(_ fault: ModelError) -> Expression<Matrix, Affine> { .init(.faulty(fault), Extent(rows: 0, columns: 0)) }
  if let fault = blocks.joined().lazy.compactMap(\.body.fault).first { return faulty(fault) }
  let width = blocks.first?.reduce(0) { $0 + $1.columns } ?? 0
  for (i, row) in blocks.enumerated() {
    if let odd = row.first(where: { $0.rows != row[0].rows }) {
      return faulty(.shapeMismatch(operation: "block", left: row[0].body.summary, right: odd.body.summary))
    }
    guard row.reduce(0, { $0 + $1.columns }) == width else {
      let found = row.reduce(0) { $0 + $1.columns }
      return faulty(
        .shapeMismatch(operation: "block", left: "\(width) columns in row 0", right: "\(found) in row \(i)"))
    }
  }
  let extent = Extent(rows: blocks.reduce(0) { $0 + ($1.first?.rows ?? 0) }, columns: width)
  let rows = AffineRows.combination(of: blocks.joined().map(\.body.affine)) { writer in
    for j in 0..<width {
      for row in blocks {
        var column = j
        for part in row {
          if column >= part.columns {
            column -= part.columns
            continue
          }
          for i in 0..<part.rows {
            writer.add(1, column * part.rows + i, of: part.body.affine)
            writer.endRow()
          }
          break
        }
      }
    }
  }
  return Expression(rows, extent)
}

// MARK: - Symmetric matrices

/// The symmetric matrix with `entry(i, j)` in row `i`, column `j` and the other way round; called for `i ≤ j`.
public func symmetric(
  order: Int, _ entry: (_ row: Int, _ column: Int) -> Expression<Scalar, Affine>
) -> Expression<Symmetric, Affine> {
  guard order >= 0 else {
    return Expression(.faulty(.negativeSize(what: "the order of a symmetric matrix", size: order)), .square(order))
  }
  let entries = (0..<order).flatMap { j in (0...j).map { i in entry(i, j).body.affine } }
  return Expression(.stack(entries), .square(order))
}

/// `[V M; Mᵀ W]`.
public func symmetricBlock(
  _ V: Expression<Symmetric, Affine>, _ M: Expression<Matrix, Affine>, _ W: Expression<Symmetric, Affine>
) -> Expression<Symmetric, Affine> {
  let extent = Extent.square(V.order + W.order)
  if let fault = V.body.fault ?? M.body.fault ?? W.body.fault { return .init(.faulty(fault), extent) }
  guard M.rows == V.order, M.columns == W.order else {
    let corners = "corners of order \(V.order) and \(W.order)"
    return .init(.faulty(.shapeMismatch(operation: "symmetricBlock", left: corners, right: M.body.summary)), extent)
  }
  let rows = AffineRows.bordered(V.body.affine, order: V.order, corner: W.body.affine, order: W.order) { i, j in
    (M.body.affine, j * M.rows + i)
  }
  return .init(rows, extent)
}

/// The diagonal matrix with the given diagonal.
public func diagonalMatrix(_ x: Expression<Vector, Affine>) -> Expression<Symmetric, Affine> {
  let n = x.body.affine.count
  let rows = AffineRows.combination(of: [x.body.affine]) { writer in
    Triangle.forEach(order: n) { _, i, j in
      if i == j { writer.add(1, i, of: x.body.affine) }
      writer.endRow()
    }
  }
  return .init(rows, .square(n))
}

/// `½(M + Mᵀ)` of a square matrix.
public func symmetricPart(_ M: Expression<Matrix, Affine>) -> Expression<Symmetric, Affine> {
  let n = M.rows
  if M.body.fault != nil { return .init(M.body.affine, .square(n)) }
  guard n == M.columns else {
    let fault = ModelError.shapeMismatch(operation: "symmetricPart", left: "\(n) rows", right: "\(M.columns) columns")
    return .init(.faulty(fault), .square(n))
  }
  let rows = AffineRows.combination(of: [M.body.affine]) { writer in
    Triangle.forEach(order: n) { _, i, j in
      writer.add(0.5, j * n + i, of: M.body.affine)
      writer.add(0.5, i * n + j, of: M.body.affine)
      writer.endRow()
    }
  }
  return .init(rows, .square(n))
}
