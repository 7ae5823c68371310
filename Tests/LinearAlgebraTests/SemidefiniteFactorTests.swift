import LinearAlgebra
import TestSupport
import Testing

/// `FᵀF` against the matrix, entry by entry.
@Suite struct SemidefiniteFactorTests {
  /// Upper triangle of `GᵀG` for a sparse `r × n` matrix `G`, of rank at most `r`.
  private static func gram(_ n: Int, rank r: Int, density: Double, _ rng: inout SplitMix64) -> SparseMatrix {
    var rows: [[(column: Int, value: Double)]] = []
    for _ in 0..<r { rows.append((0..<n).filter { _ in rng.chance(density) }.map { ($0, rng.normal()) }) }
    var entries: [SparseMatrix.Entry] = []
    for row in rows {
      for a in row {
        for b in row where a.column <= b.column { entries.append(.init(a.column, b.column, a.value * b.value)) }
      }
    }
    return SparseMatrix(rows: n, columns: n, entries: entries)
  }

  private static func largestError(_ F: SparseMatrix, _ upper: SparseMatrix) -> Double {
    let n = upper.rows
    var difference = [Double](repeating: 0, count: n * n)
    for entry in upper.entries { difference[entry.row + entry.column * n] -= entry.value }
    var rows = [[(column: Int, value: Double)]](repeating: [], count: F.rows)
    for entry in F.entries { rows[entry.row].append((entry.column, entry.value)) }
    for row in rows {
      for a in row {
        for b in row where a.column <= b.column { difference[a.column + b.column * n] += a.value * b.value }
      }
    }
    return difference.reduce(0) { max($0, abs($1)) }
  }

  @Test(arguments: [(1, 1, 1.0), (6, 6, 0.5), (6, 2, 1.0), (40, 60, 0.1), (40, 11, 0.3), (120, 40, 0.05)])
  func squareIsTheMatrix(n: Int, rank: Int, density: Double) throws {
    var rng = SplitMix64(seed: UInt64(n * 1000 + rank))
    for _ in 0..<10 {
      let M = Self.gram(n, rank: rank, density: density, &rng)
      let F = try #require(M.semidefiniteFactor())
      #expect(F.columns == n && F.rows <= n)
      let scale = M.values.reduce(0) { max($0, abs($1)) }
      #expect(Self.largestError(F, M) <= 1e-10 * scale)
    }
  }

  @Test func specialMatrices() throws {
    let zero = SparseMatrix.zero(rows: 3, columns: 3)
    #expect(zero.semidefiniteFactor() == .zero(rows: 0, columns: 3))
    let diagonal = SparseMatrix(rows: 3, columns: 3, entries: [.init(0, 0, 4), .init(2, 2, 9)])
    let F = try #require(diagonal.semidefiniteFactor())
    #expect(F.rows == 2)
    #expect(Set(F.entries.map { [Double($0.column), $0.value] }) == [[0, 2], [2, 3]])
    // All ones: rank one, and exactly so.
    let ones = SparseMatrix(rows: 4, columns: 4, entries: (0..<4).flatMap { j in (0...j).map { .init($0, j, 1) } })
    #expect(try #require(ones.semidefiniteFactor()).rows == 1)
  }

  @Test func indefiniteMatricesHaveNone() {
    let matrices: [[SparseMatrix.Entry]] = [
      [.init(0, 0, -1)], [.init(0, 0, 1), .init(0, 1, 2), .init(1, 1, 1)], [.init(0, 1, 1)],
    ]
    for entries in matrices { #expect(SparseMatrix(rows: 2, columns: 2, entries: entries).semidefiniteFactor() == nil) }
  }
}
