import TestSupport
import Testing

@testable import LinearAlgebra

/// Sparse factors of quasidefinite matrices: against dense elimination, by residuals, and by the inertia they must have.
@Suite struct SparseLDLTests {
  /// The residual `‖Mx − b‖∞` of a solution, relative to `‖M‖∞‖x‖∞ + ‖b‖∞`.
  private static func backwardError(_ matrix: SparseMatrix, _ x: VectorView, _ b: [Double]) -> Double {
    let arena = Arena()
    let r = arena.vector(b)
    matrix.symmetricMultiplyAdd(-1, x, into: r)
    var sums = [Double](repeating: 0, count: matrix.rows)
    for entry in matrix.entries {
      sums[entry.row] += abs(entry.value)
      if entry.row != entry.column { sums[entry.column] += abs(entry.value) }
    }
    return r.maximumNorm / ((sums.max() ?? 0) * x.maximumNorm + arena.vector(b).maximumNorm)
  }

  /// `M⁻¹b` by Gauss–Jordan elimination with partial pivoting on the dense matrix.
  private static func denseSolution(_ matrix: SparseMatrix, _ b: [Double]) -> [Double] {
    let order = matrix.rows
    var rows = (0..<order).map { [Double](repeating: 0, count: order) + [b[$0]] }
    for entry in matrix.entries {
      rows[entry.row][entry.column] = entry.value
      rows[entry.column][entry.row] = entry.value
    }
    for k in 0..<order {
      rows.swapAt(k, (k..<order).max { abs(rows[$0][k]) < abs(rows[$1][k]) }!)
      for i in 0..<order where i != k && rows[i][k] != 0 {
        let factor = rows[i][k] / rows[k][k]
        for j in k...order { rows[i][j] -= factor * rows[k][j] }
      }
    }
    return (0..<order).map { rows[$0][order] / rows[$0][$0] }
  }

  @Test(arguments: QuasidefinitePatterns.all) func solvesAsDenseEliminationDoes(_ pattern: QuasidefinitePatterns) throws {
    var rng = SplitMix64(seed: 11)
    for size in [1, 2, 3, 7, 20, 61, 130] {
      let (matrix, signs) = pattern.matrix(size: size, &rng)
      let ldl = try #require(SparseLDL(upper: matrix, minimumPivot: 0, signs: signs))
      #expect(ldl.order == matrix.rows)
      #expect(ldl.factorNonzeros >= Double(matrix.nonzeros) && ldl.flops >= ldl.factorNonzeros)
      #expect(ldl.factorize() && ldl.replacedPivots == 0)
      let b = rng.normals(matrix.rows)
      let arena = Arena()
      let x = arena.vector(b)
      ldl.solve(x)
      let expected = Self.denseSolution(matrix, b)
      let scale = expected.reduce(1) { max($0, abs($1)) }
      for (value, reference) in zip(x, expected) { #expect(abs(value - reference) <= 1e-10 * scale) }
    }
  }

  @Test(arguments: QuasidefinitePatterns.all) func inertiaIsThatOfTheDiagonalBlocks(_ pattern: QuasidefinitePatterns) throws {
    var rng = SplitMix64(seed: 12)
    let (matrix, signs) = pattern.matrix(size: 400, &rng)
    let ldl = try #require(SparseLDL(upper: matrix, minimumPivot: 0))
    #expect(ldl.factorize())
    // A quasidefinite matrix has a positive pivot in every row of E and a negative one in every row of F.
    #expect(ldl.pivots.map { $0 > 0 } == signs.map { $0 > 0 })
  }

  /// Supernodes of every width, far above all block sizes of the dense kernels.
  @Test(arguments: QuasidefinitePatterns.all) func largeMatricesHaveSmallBackwardErrors(_ pattern: QuasidefinitePatterns) throws {
    var rng = SplitMix64(seed: 13)
    for size in [700, 2500] {
      var (matrix, signs) = pattern.matrix(size: size, &rng)
      let ldl = try #require(SparseLDL(upper: matrix, minimumPivot: 1e-13, signs: signs))
      let arena = Arena()
      for _ in 0..<2 {
        #expect(ldl.factorize() && ldl.replacedPivots == 0)
        let b = rng.normals(matrix.rows)
        let x = arena.vector(b)
        ldl.solve(x)
        #expect(Self.backwardError(matrix, x, b) <= 1e-12)
        // The values may change between factorisations, the pattern may not.
        for k in 0..<matrix.nonzeros { matrix.values[k] *= 3 }
        ldl.values.copy(matrix.values)
      }
    }
  }

  @Test func repeatedFactorisationsAgreeBitForBit() throws {
    var rng = SplitMix64(seed: 14)
    let (matrix, _) = QuasidefinitePatterns.grid.matrix(size: 3000, &rng)
    let b = rng.normals(matrix.rows)
    let arena = Arena()
    var solutions: [[Double]] = []
    for _ in 0..<2 {
      let ldl = try #require(SparseLDL(upper: matrix, minimumPivot: 0))
      for _ in 0..<2 {
        #expect(ldl.factorize())
        let x = arena.vector(b)
        ldl.solve(x)
        solutions.append(x.array)
      }
    }
    #expect(solutions.allSatisfy { $0 == solutions[0] })
  }

  /// The least pivot is negative exactly when the matrix is not positive definite, and names a row where it shows.
  @Test func leastPivotTellsTheInertia() throws {
    var entries = (0..<6).map { SparseMatrix.Entry($0, $0, 2) }
    entries += (1..<6).map { SparseMatrix.Entry(0, $0, 0.5) }
    let definite = try #require(SparseLDL(upper: SparseMatrix(rows: 6, columns: 6, entries: entries), minimumPivot: 0))
    #expect(definite.factorize())
    #expect(definite.leastPivot.value > 0)
    entries[4].value = -3
    let mixed = try #require(SparseLDL(upper: SparseMatrix(rows: 6, columns: 6, entries: entries), minimumPivot: 0))
    #expect(mixed.factorize())
    #expect(mixed.leastPivot.value < 0)
    let diagonal = try #require(
      SparseLDL(upper: SparseMatrix(rows: 6, columns: 6, entries: Array(entries[0..<6])), minimumPivot: 0))
    #expect(diagonal.factorize())
    #expect(diagonal.leastPivot.value == -3 && diagonal.leastPivot.row == 4)
  }

  // MARK: Pivots

  @Test func aZeroPivotFailsUnlessItIsReplaced() throws {
    let singular = SparseMatrix(rows: 2, columns: 2, entries: [.init(0, 0, 1), .init(1, 1, 0)])
    let strict = try #require(SparseLDL(upper: singular, minimumPivot: 0))
    #expect(!strict.factorize())
    let replaced = try #require(SparseLDL(upper: singular, minimumPivot: 1e-6))
    #expect(replaced.factorize())
    #expect(replaced.replacedPivots == 1)
    let arena = Arena()
    let x = arena.vector([2, 1e-6])
    replaced.solve(x)
    #expect(x[0] == 2 && x[1] == 1)
  }

  @Test func smallPivotsKeepTheirSignWhenNoneIsExpected() throws {
    let diagonal = SparseMatrix(rows: 3, columns: 3, entries: [.init(0, 0, 1e-9), .init(1, 1, -1e-9), .init(2, 2, 1e-3)])
    let ldl = try #require(SparseLDL(upper: diagonal, minimumPivot: 1e-6))
    #expect(ldl.factorize())
    #expect(ldl.replacedPivots == 2)
    #expect(ldl.pivots == [1e-6, -1e-6, 1e-3])
  }

  /// An expected sign decides for pivots that are too small and for those of the other sign.
  @Test func pivotsOfTheWrongSignAreReplaced() throws {
    let values = [1e-9, -2, 3, -1e-9, 4, -5]
    let entries = values.enumerated().map { SparseMatrix.Entry($0.offset, $0.offset, $0.element) }
    let matrix = SparseMatrix(rows: 6, columns: 6, entries: entries)
    let ldl = try #require(SparseLDL(upper: matrix, minimumPivot: 1e-6, signs: [-1, 1, 1, -1, -1, -1]))
    #expect(ldl.factorize())
    #expect(ldl.replacedPivots == 4)
    #expect(ldl.pivots == [-1e-6, 1e-6, 3, -1e-6, -1e-6, -5])
    ldl.values.copy([-1, 1, 1, -1, -1, -1])
    #expect(ldl.factorize())
    #expect(ldl.replacedPivots == 0)
  }

  /// A pivot replaced inside a wide supernode takes part in the elimination of what follows: the factor is that of the
  /// matrix with a shifted diagonal entry.
  @Test func aReplacedPivotIsADiagonalShift() throws {
    let order = 60
    var rng = SplitMix64(seed: 15)
    var entries: [SparseMatrix.Entry] = []
    for j in 0..<order {
      for i in 0..<j { entries.append(.init(i, j, 0.1 * rng.normal())) }
      entries.append(.init(j, j, 10))
    }
    let plain = SparseMatrix(rows: order, columns: order, entries: entries)
    let reference = try #require(SparseLDL(upper: plain, minimumPivot: 0))
    #expect(reference.factorize())
    // Row 30 is given a pivot of −1 instead of its own; it is put back to 0.5.
    var spoilt = plain
    spoilt.values[plain.columnPointers[31] - 1] -= reference.pivots[30] + 1
    let ldl = try #require(SparseLDL(upper: spoilt, minimumPivot: 0.5, signs: [Int8](repeating: 1, count: order)))
    #expect(ldl.factorize())
    #expect(ldl.replacedPivots == 1 && ldl.pivots[30] == 0.5)
    spoilt.values[plain.columnPointers[31] - 1] += 1.5
    let arena = Arena()
    let b = rng.normals(order)
    let x = arena.vector(b)
    ldl.solve(x)
    #expect(Self.backwardError(spoilt, x, b) <= 1e-12)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func valuesThatAreNotFiniteFail(_ value: Double) throws {
    var rng = SplitMix64(seed: 16)
    let (matrix, signs) = QuasidefinitePatterns.random.matrix(size: 30, &rng)
    for signs in [nil, signs] {
      let ldl = try #require(SparseLDL(upper: matrix, minimumPivot: 1e-13, signs: signs))
      for k in [0, matrix.nonzeros / 2, matrix.nonzeros - 1] {
        ldl.values.copy(matrix.values)
        ldl.values[k] = value
        #expect(!ldl.factorize())
      }
      ldl.values.copy(matrix.values)
      #expect(ldl.factorize())
    }
  }

  @Test func emptyMatrix() throws {
    let ldl = try #require(SparseLDL(upper: .zero(rows: 0, columns: 0), minimumPivot: 1e-13, signs: []))
    #expect(ldl.factorize())
    ldl.solve(Arena().vector(0))
    #expect(ldl.factorNonzeros == 0 && ldl.leastPivot.row == -1)
  }
}
