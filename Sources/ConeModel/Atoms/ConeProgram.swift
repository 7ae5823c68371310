/// Where atoms write their epigraphs: variables of their own, and rows of `s = row, s ∈ cone`.
protocol ConeProgram {
  /// New free variables.
  mutating func variables(_ count: Int) -> AffineRows
  /// Every row is zero.
  mutating func zero(_ rows: AffineRows)
  /// Every row is zero or more.
  mutating func nonnegative(_ rows: AffineRows)
  /// The first row is at least the Euclidean norm of the others.
  mutating func secondOrder(_ rows: AffineRows)
  /// The rows are the upper triangle of a positive semidefinite matrix.
  mutating func semidefinite(_ rows: AffineRows, order: Int)
}

extension ConeProgram {
  /// `‖v‖² ≤ ts` with `t, s ≥ 0`, which is `‖(t − s, 2v)‖ ≤ t + s`.
  mutating func rotated(_ t: AffineRows, _ s: AffineRows, _ v: AffineRows) {
    secondOrder(.stack([t.adding(1, s), t.adding(-1, s), v.scaled { _ in 2 }]))
  }

  /// `target ≤ (Π leaves)^(1/k)` for `k` nonnegative leaves, `k ≥ 1`, and `target ≥ 0`.
  ///
  /// The leaves are filled up with the target to a power of two and paired in a tree, each pair by `z² ≤ ab`; equal
  /// pairs of rows are taken as they are. See Alizadeh & Goldfarb, Math. Program. 95, 2003, section 2.3.
  mutating func geometricMean(_ target: AffineRows, of leaves: [AffineRows]) {
    var level = leaves
    var size = 1
    while size < level.count { size *= 2 }
    level += [AffineRows](repeating: target, count: size - level.count)
    while level.count > 2 {
      level = stride(from: 0, to: level.count, by: 2).map { k in
        let (a, b) = (level[k], level[k + 1])
        if a.isSameRow(as: b) { return a }
        let z = variables(1)
        rotated(a, b, z)
        return z
      }
    }
    if level.count == 1 || level[0].isSameRow(as: level[1]) {
      nonnegative(level[0].adding(-1, target))
    } else {
      rotated(level[0], level[1], target)
    }
  }
}

extension AffineRows {
  /// Whether two single rows are the same place of the same storage.
  func isSameRow(as other: AffineRows) -> Bool { storage === other.storage && first == other.first }

  /// `Σ rows`, one row.
  func total() -> AffineRows { weightedSum([Double](repeating: 1, count: count)) }

  /// `row · 1 − self`, entry by entry, for a single `row`; or `row − self` for as many.
  func subtracted(from row: AffineRows) -> AffineRows {
    .combination(of: [row, self]) { writer in
      for k in 0..<count {
        writer.add(1, row.count == 1 ? 0 : k, of: row)
        writer.add(-1, k, of: self)
        writer.endRow()
      }
    }
  }
}
