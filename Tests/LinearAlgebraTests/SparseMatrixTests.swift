import LinearAlgebra
import TestSupport
import Testing

/// Sparse construction and products against dense loops.
@Suite struct SparseMatrixTests {
  private static func random(_ rows: Int, _ columns: Int, density: Double, _ rng: inout SplitMix64) -> [[Double]] {
    (0..<rows).map { _ in (0..<columns).map { _ in rng.uniform() < density ? rng.uniform() - 0.5 : 0 } }
  }

  private static func entries(_ dense: [[Double]]) -> [SparseMatrix.Entry] {
    dense.indices.flatMap { i in dense[i].indices.compactMap { dense[i][$0] == 0 ? nil : .init(i, $0, dense[i][$0]) } }
  }

  private static func dense(_ A: SparseMatrix) -> [[Double]] {
    var rows = [[Double]](repeating: [Double](repeating: 0, count: A.columns), count: A.rows)
    for entry in A.entries { rows[entry.row][entry.column] = entry.value }
    return rows
  }

  static let shapes = [(0, 0), (0, 3), (4, 0), (1, 1), (3, 7), (8, 2), (12, 12)]

  @Test(arguments: shapes) func constructionKeepsEveryEntry(_ rows: Int, _ columns: Int) {
    var rng = SplitMix64(seed: UInt64(rows * 100 + columns))
    for density in [0.0, 0.3, 1] {
      let source = Self.random(rows, columns, density: density, &rng)
      let A = SparseMatrix(rows: rows, columns: columns, entries: Self.entries(source).shuffled(using: &rng))
      #expect(Self.dense(A) == source)
      #expect(A.columnPointers.count == columns + 1 && A.columnPointers[columns] == A.nonzeros)
      for j in 0..<columns {
        let column = A.rowIndices[A.columnPointers[j]..<A.columnPointers[j + 1]]
        #expect(zip(column, column.dropFirst()).allSatisfy { $0 < $1 })
      }
      let T = A.transposed()
      #expect(T.rows == columns && T.columns == rows)
      #expect(T.transposed() == A)
      for entry in T.entries { #expect(source[entry.column][entry.row] == entry.value) }
    }
  }

  @Test func repeatedPositionsAddUpAndZerosStay() {
    let A = SparseMatrix(
      rows: 2, columns: 2, entries: [.init(1, 0, 2), .init(0, 1, 0), .init(1, 0, 3), .init(1, 0, -1), .init(0, 0, 7)])
    #expect(A == SparseMatrix(rows: 2, columns: 2, columnPointers: [0, 2, 3], rowIndices: [0, 1, 0], values: [7, 4, 0]))
    #expect(SparseMatrix.zero(rows: 3, columns: 2).nonzeros == 0)
    #expect(SparseMatrix.zero(rows: 3, columns: 2) == SparseMatrix(rows: 3, columns: 2, entries: []))
  }

  @Test(arguments: shapes) func productsMatchDenseLoops(_ rows: Int, _ columns: Int) {
    var rng = SplitMix64(seed: UInt64(rows * 100 + columns + 7))
    let source = Self.random(rows, columns, density: 0.5, &rng)
    let A = SparseMatrix(rows: rows, columns: columns, entries: Self.entries(source))
    let arena = Arena()
    let x = (0..<columns).map { _ in rng.uniform() - 0.5 }
    let y = (0..<rows).map { _ in rng.uniform() - 0.5 }
    let Ax = arena.vector(y)
    A.multiplyAdd(-2, arena.vector(x), into: Ax)
    for i in 0..<rows {
      let exact = y[i] - 2 * (0..<columns).reduce(0) { $0 + source[i][$1] * x[$1] }
      #expect(abs(Ax[i] - exact) <= 1e-14)
    }
    let ATy = arena.vector(x)
    A.transposeMultiplyAdd(0.5, arena.vector(y), into: ATy)
    for j in 0..<columns {
      let exact = x[j] + 0.5 * (0..<rows).reduce(0) { $0 + source[$1][j] * y[$1] }
      #expect(abs(ATy[j] - exact) <= 1e-14)
    }
  }

  @Test(arguments: [0, 1, 2, 9]) func symmetricProductsUseTheUpperTriangle(_ n: Int) {
    var rng = SplitMix64(seed: UInt64(n + 50))
    var source = Self.random(n, n, density: 0.6, &rng)
    for i in 0..<n { for j in 0..<i { source[i][j] = source[j][i] } }
    var upper = source
    for i in 0..<n { for j in 0..<i { upper[i][j] = 0 } }
    let M = SparseMatrix(rows: n, columns: n, entries: Self.entries(upper))
    let arena = Arena()
    let x = (0..<n).map { _ in rng.uniform() - 0.5 }
    let y = arena.vector(x)
    M.symmetricMultiplyAdd(3, arena.vector(x), into: y)
    var form = 0.0
    for i in 0..<n {
      let Mx = (0..<n).reduce(0) { $0 + source[i][$1] * x[$1] }
      form += x[i] * Mx
      #expect(abs(y[i] - (x[i] + 3 * Mx)) <= 1e-14)
    }
    #expect(abs(M.quadraticForm(arena.vector(x)) - form) <= 1e-14)
  }
}
