import LinearAlgebra

/// The packed layout of symmetric matrices: upper triangle, column by column, off-diagonals times √2.
enum TriangleLayout {
  /// Unpacks `svec` into a full symmetric `order × order` matrix.
  static func unpack(_ svec: VectorView, into matrix: VectorView, order k: Int) {
    let halfRoot = 0.5.squareRoot()
    var position = 0
    for j in 0..<k {
      let column = matrix.slice(j * k..<j * k + j + 1)
      for i in 0..<j { column[i] = svec[position + i] * halfRoot }
      column[j] = svec[position + j]
      position += j + 1
    }
    Dense.symmetrizeFromUpper(matrix, order: k)
  }

  /// Packs a full matrix, averaging the two triangles: the rounding of two-sided products is not quite symmetric.
  static func pack(_ matrix: VectorView, into svec: VectorView, order k: Int) {
    let halfRoot = 0.5.squareRoot()
    // By square tiles, so that entries and their mirror images stay in cache.
    let tile = 32
    for jj in stride(from: 0, to: k, by: tile) {
      for ii in stride(from: 0, through: jj, by: tile) {
        for j in jj..<min(k, jj + tile) {
          let column = j * (j + 1) / 2
          for i in ii..<max(ii, min(j, ii + tile)) {
            svec[column + i] = (matrix[i + j * k] + matrix[j + i * k]) * halfRoot
          }
        }
      }
    }
    for j in 0..<k { svec[diagonal(j)] = matrix[j + j * k] }
  }

  /// Positions of the diagonal in the packed vector.
  static func diagonal(_ i: Int) -> Int { i * (i + 3) / 2 }
}

/// The packed positions of symmetric matrices of one order, looked up.
struct PackedTriangle {
  let order: Int
  /// Row and column of each packed position.
  let rows, columns: [Int32]

  init(order: Int) {
    self.order = order
    rows = (0..<order).flatMap { j in (0...j).map { Int32($0) } }
    columns = (0..<order).flatMap { j in [Int32](repeating: Int32(j), count: j + 1) }
  }

  var count: Int { rows.count }

  /// The matrix entry that a packed value stands for.
  func entry(_ position: Int, _ value: Double) -> SymmetricEntry {
    let (i, j) = (Int(rows[position]), Int(columns[position]))
    return SymmetricEntry(i: i, j: j, value: i == j ? value : value * 0.5.squareRoot())
  }

  /// Packed positions and values of matrix entries, by position.
  func packed(_ entries: [SymmetricEntry]) -> [(position: Int, value: Double)] {
    let list = entries.map { entry in
      (position: entry.j * (entry.j + 1) / 2 + entry.i, value: entry.i == entry.j ? entry.value : entry.value * 2.0.squareRoot())
    }
    return list.sorted { $0.position < $1.position }
  }
}

/// Entry `(i, j)`, `i ≤ j`, of a symmetric matrix.
struct SymmetricEntry: Equatable {
  let i, j: Int
  let value: Double
}
