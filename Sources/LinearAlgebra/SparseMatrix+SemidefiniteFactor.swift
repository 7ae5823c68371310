extension SparseMatrix {
  /// `F` with `FᵀF = M` for the symmetric positive-semidefinite `M` of which `self` is the upper triangle; as many rows
  /// as pivots that are not zero. `nil` when `M` is not semidefinite up to rounding, or memory ran out.
  ///
  /// A left-looking Cholesky factorisation by columns (A. George and J. W. H. Liu, Computer Solution of Large Sparse
  /// Positive Definite Systems, 1981) in a fill-reducing order. A pivot that cancellation has left at rounding level
  /// counts as zero, and its column with it; `FᵀF` is then compared with `M` along a vector of signs.
  ///
  /// Complexity: the flops and memory of a sparse Cholesky factorisation.
  public func semidefiniteFactor() -> SparseMatrix? {
    guard nonzeros > 0 else { return .zero(rows: 0, columns: columns) }
    let diagonal = (0..<rows).map { Entry($0, $0, 0) }
    let pattern = SparseMatrix(rows: rows, columns: columns, entries: entries + diagonal)
    guard let order = FillReducingOrdering(upper: pattern)?.permutation else { return nil }
    var place = [Int](repeating: 0, count: rows)
    for (new, old) in order.enumerated() { place[old] = new }
    let lower = SparseMatrix(
      rows: rows, columns: columns,
      entries: entries.map { e in
        let (i, j) = (place[e.row], place[e.column])
        return Entry(max(i, j), min(i, j), e.value)
      })
    let L = lower.semidefiniteCholesky()
    var factor: [Entry] = []
    factor.reserveCapacity(L.nonzeros)
    var rank = 0
    for j in 0..<columns where L.columnPointers[j] < L.columnPointers[j + 1] {
      for k in L.columnPointers[j]..<L.columnPointers[j + 1] {
        factor.append(Entry(rank, order[L.rowIndices[k]], L.values[k]))
      }
      rank += 1
    }
    let F = SparseMatrix(rows: rank, columns: columns, entries: factor)
    return F.squareIs(self) ? F : nil
  }

  /// `L` with `LLᵀ = M` for the semidefinite `M` of which `self` is the lower triangle; zero pivots leave empty columns.
  private func semidefiniteCholesky() -> SparseMatrix {
    let n = columns
    var pointers = [0]
    var indices: [Int] = []
    var factor: [Double] = []
    var work = [Double](repeating: 0, count: n)
    var isInPattern = [Bool](repeating: false, count: n)
    // The columns whose next row to take part in is `i` form a list from `first[i]` along `next`.
    var first = [Int](repeating: -1, count: n)
    var next = first
    var cursor = [Int](repeating: 0, count: n)
    for j in 0..<n {
      var pattern: [Int] = []
      func add(_ value: Double, _ i: Int) {
        work[i] += value
        if !isInPattern[i] {
          isInPattern[i] = true
          pattern.append(i)
        }
      }
      add(0, j)
      for k in columnPointers[j]..<columnPointers[j + 1] { add(values[k], rowIndices[k]) }
      let original = work[j]
      var column = first[j]
      while column >= 0 {
        let following = next[column]
        let multiplier = factor[cursor[column]]
        for k in cursor[column]..<pointers[column + 1] { add(-factor[k] * multiplier, indices[k]) }
        cursor[column] += 1
        link(column)
        column = following
      }
      pattern.sort()
      let pivot = work[j]
      if pivot > Double(n) * .ulpOfOne * original {
        let root = pivot.squareRoot()
        for i in pattern where work[i] != 0 {
          indices.append(i)
          factor.append(i == j ? root : work[i] / root)
        }
      }
      for i in pattern { (work[i], isInPattern[i]) = (0, false) }
      pointers.append(indices.count)
      cursor[j] = pointers[j] + 1
      link(j)
    }
    return SparseMatrix(rows: n, columns: n, columnPointers: pointers, rowIndices: indices, values: factor)

    /// Puts a column into the list of the next row it takes part in.
    func link(_ column: Int) {
      guard column + 1 < pointers.count, cursor[column] < pointers[column + 1] else { return }
      let row = indices[cursor[column]]
      next[column] = first[row]
      first[row] = column
    }
  }

  /// Whether `selfᵀ·self` agrees with the symmetric matrix of the given upper triangle, to `10⁻⁹` of its entries.
  private func squareIs(_ upper: SparseMatrix) -> Bool {
    let n = columns
    let arena = Arena()
    let (x, magnitude, product) = (arena.vector(n), arena.vector(n), arena.vector(n))
    let image = arena.vector(rows)
    var bits: UInt64 = 0x9E37_79B9_7F4A_7C15
    for j in 0..<n {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      x[j] = bits >> 63 == 0 ? 1 : -1
    }
    upper.symmetricMultiplyAdd(-1, x, into: product)
    multiplyAdd(1, x, into: image)
    transposeMultiplyAdd(1, image, into: product)
    var scale = 0.0
    for value in upper.values { scale = max(scale, abs(value)) }
    for entry in upper.entries {
      magnitude[entry.row] += abs(entry.value)
      if entry.row != entry.column { magnitude[entry.column] += abs(entry.value) }
    }
    return (0..<n).allSatisfy { abs(product[$0]) <= 1e-9 * max(magnitude[$0], scale) }
  }
}
