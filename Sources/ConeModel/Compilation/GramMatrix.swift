import LinearAlgebra

/// The upper triangle of `2FᵀF`, the Hessian of `‖Fx + g‖²`.
///
/// Dense factors by a symmetric BLAS product; others by Gustavson's row-by-row sparse product (ACM TOMS 4:3, 1978), one column of the result at a time.
///
/// Complexity: O(Σ kᵢ²) time for rows of `kᵢ` nonzeros; memory of the result only, and of the dense factor.
func doubledGram(_ F: SparseMatrix) -> SparseMatrix {
  let n = F.columns
  if n > 1, F.nonzeros > 0, Double(F.nonzeros) >= denseShare * Double(F.rows) * Double(n) { return denseGram(F) }
  let rows = F.transposed()
  var sum = [Double](repeating: 0, count: n)
  var lastColumn = [Int](repeating: -1, count: n)
  var pointers = [0]
  var indices: [Int] = []
  var values: [Double] = []
  for j in 0..<n {
    let start = indices.count
    for p in F.columnPointers[j]..<F.columnPointers[j + 1] {
      let row = F.rowIndices[p]
      let weight = 2 * F.values[p]
      for q in rows.columnPointers[row]..<rows.columnPointers[row + 1] {
        let i = rows.rowIndices[q]
        if i > j { break }
        if lastColumn[i] != j {
          lastColumn[i] = j
          sum[i] = 0
          indices.append(i)
        }
        sum[i] += weight * rows.values[q]
      }
    }
    indices.withUnsafeMutableBufferPointer { buffer in
      var column = UnsafeMutableBufferPointer(rebasing: buffer[start...])
      column.sort()
    }
    for k in start..<indices.count { values.append(sum[indices[k]]) }
    pointers.append(indices.count)
  }
  return SparseMatrix(rows: n, columns: n, columnPointers: pointers, rowIndices: indices, values: values)
}

/// From this share of nonzeros on, a BLAS product over all entries is faster than a sparse one over the nonzeros.
private let denseShare = 0.5

private func denseGram(_ F: SparseMatrix) -> SparseMatrix {
  let (m, n) = (F.rows, F.columns)
  let arena = Arena()
  return withExtendedLifetime(arena) {
    let full = arena.vector(m * n)
    for entry in F.entries { full[entry.column * m + entry.row] = entry.value }
    let gram = arena.vector(n * n)
    Dense.gram(2, full, 0, into: gram, n: n, k: m)
    var pointers = [0]
    var indices: [Int] = []
    var values: [Double] = []
    indices.reserveCapacity(n * (n + 1) / 2)
    values.reserveCapacity(n * (n + 1) / 2)
    for j in 0..<n {
      for i in 0...j {
        indices.append(i)
        values.append(gram[j * n + i])
      }
      pointers.append(indices.count)
    }
    return SparseMatrix(rows: n, columns: n, columnPointers: pointers, rowIndices: indices, values: values)
  }
}
