import LinearAlgebra

/// The packed layout of symmetric matrices: upper triangle, column by column, off-diagonals times √2.
enum TriangleLayout {
  /// Unpacks `svec` into a full symmetric `order × order` matrix.
  static func unpack(_ svec: VectorView, into matrix: VectorView, order k: Int) {
    let halfRoot = 0.5.squareRoot()
    var position = 0
    for j in 0..<k {
      for i in 0..<j {
        let value = svec[position] * halfRoot
        matrix[i + j * k] = value
        matrix[j + i * k] = value
        position += 1
      }
      matrix[j + j * k] = svec[position]
      position += 1
    }
  }

  /// Packs a full matrix, averaging the two triangles: the rounding of two-sided products is not quite symmetric.
  static func pack(_ matrix: VectorView, into svec: VectorView, order k: Int) {
    let halfRoot = 0.5.squareRoot()
    var position = 0
    for j in 0..<k {
      for i in 0..<j {
        svec[position] = (matrix[i + j * k] + matrix[j + i * k]) * halfRoot
        position += 1
      }
      svec[position] = matrix[j + j * k]
      position += 1
    }
  }

  /// The transpose of a full matrix, tile by tile.
  static func transpose(_ matrix: VectorView, into target: VectorView, order k: Int) {
    let tile = 32
    for jj in stride(from: 0, to: k, by: tile) {
      for ii in stride(from: 0, to: k, by: tile) {
        for j in jj..<min(k, jj + tile) {
          for i in ii..<min(k, ii + tile) { target[j + i * k] = matrix[i + j * k] }
        }
      }
    }
  }

  /// Positions of the diagonal in the packed vector.
  static func diagonal(_ i: Int) -> Int { i * (i + 3) / 2 }
}
