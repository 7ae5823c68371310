import LinearAlgebra
import TestSupport
import Testing

/// Sparse factors of quasidefinite matrices, by residuals and by the inertia they must have.
@Suite struct SparseLDLTests {
  /// Upper triangle of `[E Bᵀ; B −F]` with positive diagonals, `n` and `m` rows.
  private static func quasidefinite(_ n: Int, _ m: Int, _ rng: inout SplitMix64) -> SparseMatrix {
    var entries: [SparseMatrix.Entry] = []
    for j in 0..<n { entries.append(.init(j, j, 0.1 + rng.uniform())) }
    for i in 0..<m {
      entries.append(.init(n + i, n + i, -0.1 - rng.uniform()))
      for j in 0..<n where rng.uniform() < 0.4 { entries.append(.init(j, n + i, rng.uniform() - 0.5)) }
    }
    return SparseMatrix(rows: n + m, columns: n + m, entries: entries)
  }

  private static func residual(_ matrix: SparseMatrix, _ x: [Double], _ b: [Double]) -> Double {
    let arena = Arena()
    let r = arena.vector(b)
    matrix.symmetricMultiplyAdd(-1, arena.vector(x), into: r)
    return r.maximumNorm
  }

  @Test(arguments: [(1, 0), (0, 1), (3, 2), (10, 25), (40, 30)]) func solves(_ n: Int, _ m: Int) throws {
    var rng = SplitMix64(seed: UInt64(n * 100 + m))
    let matrix = Self.quasidefinite(n, m, &rng)
    let ldl = try #require(SparseLDL(upper: matrix, minimumPivot: 0))
    #expect(ldl.order == n + m)
    #expect(ldl.factorNonzeros >= Double(n + m) && ldl.flops > 0)
    let arena = Arena()
    for scale in [1.0, -2.0, 1e6] {
      // The values may change between factorisations, the pattern may not.
      for k in 0..<matrix.nonzeros { ldl.values[k] = scale * matrix.values[k] }
      #expect(ldl.factorize())
      let b = (0..<n + m).map { _ in rng.uniform() - 0.5 }
      let x = arena.vector(b)
      ldl.solve(x)
      var scaled = matrix
      scaled.values = scaled.values.map { scale * $0 }
      #expect(Self.residual(scaled, x.array, b) <= 1e-11)
    }
  }

  /// The least pivot is negative exactly when the matrix is not positive definite, and names a row where it shows.
  @Test func leastPivotTellsTheInertia() throws {
    var rng = SplitMix64(seed: 3)
    let definite = try #require(SparseLDL(upper: Self.quasidefinite(8, 0, &rng), minimumPivot: 0))
    #expect(definite.factorize())
    #expect(definite.leastPivot.value > 0)
    let mixed = try #require(SparseLDL(upper: Self.quasidefinite(8, 1, &rng), minimumPivot: 0))
    #expect(mixed.factorize())
    #expect(mixed.leastPivot.value < 0)
    var entries = (0..<6).map { SparseMatrix.Entry($0, $0, 2) }
    entries[4].value = -3
    let diagonal = try #require(SparseLDL(upper: SparseMatrix(rows: 6, columns: 6, entries: entries), minimumPivot: 0))
    #expect(diagonal.factorize())
    #expect(diagonal.leastPivot.value == -3 && diagonal.leastPivot.row == 4)
  }

  @Test func aZeroPivotFailsUnlessItIsReplaced() throws {
    let singular = SparseMatrix(rows: 2, columns: 2, entries: [.init(0, 0, 1), .init(1, 1, 0)])
    let strict = try #require(SparseLDL(upper: singular, minimumPivot: 0))
    let factored = strict.factorize()
    #expect(!factored || !(strict.leastPivot.value > 0))
    let replaced = try #require(SparseLDL(upper: singular, minimumPivot: 1e-6))
    #expect(replaced.factorize())
    let arena = Arena()
    let x = arena.vector([2, 1e-6])
    replaced.solve(x)
    #expect(abs(x[0] - 2) <= 1e-12 && x[1].isFinite && abs(x[1]) >= 0.5)
  }

  @Test func emptyMatrix() throws {
    let ldl = try #require(SparseLDL(upper: .zero(rows: 0, columns: 0), minimumPivot: 1e-13))
    #expect(ldl.factorize())
    ldl.solve(Arena().vector(0))
  }
}
