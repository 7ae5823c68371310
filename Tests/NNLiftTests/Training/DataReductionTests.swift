import Testing
@testable import NNLift

@Suite("Exact reductions of the data")
struct DataReductionTests {
  /// `P₊(X̂w)_+ + P₋(−X̂w)_+` against `(Xu)_+` at `u = Qw`.
  private func readoutError(_ X: DenseMatrix, _ reduction: DataReduction, _ w: [Double]) -> Double {
    let u = reduction.expand(w)
    var rebuilt = [Double](repeating: 0, count: X.rows)
    for (readout, sign) in [(reduction.positiveReadout, 1.0), (reduction.negativeReadout, -1.0)] {
      for entry in readout.entries {
        #expect(entry.value > 0)
        rebuilt[entry.row] += entry.value * max(0, sign * DenseKernels.dot(reduction.directions.row(entry.column), w))
      }
    }
    let direct = (0..<X.rows).map { max(0, DenseKernels.dot(X.row($0), u)) }
    return zip(rebuilt, direct).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  private func checkReadouts(_ X: DenseMatrix, _ reduction: DataReduction, scale: Double = 1) {
    var generator = SeededGenerator(7)
    for _ in 0..<20 {
      let w = (0..<reduction.rank).map { _ in generator.normal() }
      #expect(readoutError(X, reduction, w) < 1e-12 * scale)
    }
    for j in 0..<X.rows {
      let difference = zip(X.row(j), reduction.impliedRow(j)).map { $0 - $1 }
      #expect(DenseKernels.norm(difference) <= reduction.representationError[j])
      #expect(reduction.representationError[j] <= 1e-12 * max(DenseKernels.norm(X.row(j)), .leastNormalMagnitude))
    }
  }

  @Test func fullRankDataKeepsItsCoordinates() {
    let X = Instance.t4.training.X
    let reduction = DataReduction(X)
    #expect(reduction.Q == .identity(3) && reduction.basisNorm == 1)
    #expect(reduction.groupCount == 8 && reduction.zeroRows.isEmpty)
    checkReadouts(X, reduction)
  }

  @Test func parallelAntiparallelZeroAndDuplicateRowsMerge() {
    let a = [0.3, -1.7], b = [1.1, 0.2]
    let X = DenseMatrix(
      rowArrays: [a, [0, 0], b, a.map { -2.5 * $0 }, a, b.map { $0 * 1e-6 }, a.map { $0 * 1e6 }, [0, -0.0]],
      columns: 2)
    let reduction = DataReduction(X)
    #expect(reduction.zeroRows == [1, 7])
    #expect(reduction.group == [0, nil, 1, 0, 0, 1, 0, nil])
    #expect(reduction.multiple.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 } == [1, 0, 1, -1, 1, 1, 1, 0])
    #expect(reduction.positiveReadout.nonzeros == 5 && reduction.negativeReadout.nonzeros == 1)
    checkReadouts(X, reduction, scale: 1e6)
  }

  @Test func rankDeficientDataLosesItsNullSpace() {
    var generator = SeededGenerator(3)
    let X = DenseKernels.product(generator.matrix(12, 2), generator.matrix(2, 3))
    let reduction = DataReduction(X)
    #expect(reduction.rank == 2 && reduction.groupCount == 12)
    #expect(reduction.basisNorm >= 1 && reduction.basisNorm < 1 + 1e-14)
    checkReadouts(X, reduction, scale: 10)
  }

  @Test func rowScalesDoNotDecideTheRank() {
    let X = DenseMatrix(rowArrays: [[1e8, 1e8], [1e-9, -1e-9], [1, 2]], columns: 2)
    #expect(DataReduction(X).rank == 2)
    #expect(DataReduction(X).groupCount == 3)
  }

  @Test func rankOneAndZeroData() {
    let line = DataReduction(DenseMatrix(rowArrays: [[1, 2], [-2, -4], [0.5, 1]], columns: 2))
    #expect(line.rank == 1 && line.groupCount == 1 && line.group == [0, 0, 0])
    let nothing = DataReduction(DenseMatrix(rows: 3, columns: 2))
    #expect(nothing.rank == 0 && nothing.groupCount == 0 && nothing.zeroRows == [0, 1, 2])
  }

  @Test func theSpiralHas57Lines() throws {
    let data = try Dataset(csv: Instance.path("spiral.csv"))
    let reduction = DataReduction(data.features)
    #expect(reduction.groupCount == 57 && reduction.zeroRows.count == 3 && reduction.rank == 2)
  }

  @Test func nearlyParallelRowsStayApart() {
    let X = DenseMatrix(rowArrays: [[1, 0], [1, 1e-12], [1, -1e-12]], columns: 2)
    #expect(DataReduction(X).groupCount == 3)
  }

  @Test func outputsOfLowRankAreCompressed() {
    var generator = SeededGenerator(11)
    var Y = DenseKernels.product(generator.matrix(9, 2), generator.matrix(2, 4))
    // Row 3 leaves the span, but its input is taken to be zero.
    for k in 0..<4 { Y[3, k] = Double(k) }
    let reduction = OutputReduction(Y, zeroRows: [3])
    #expect(reduction.rank == 2)
    #expect(abs(reduction.lossConstant - 7) < 1e-12)
    #expect(reduction.Y.row(3) == [0, 0])
    let network = TwoLayerReLUNetwork(U: generator.matrix(3, 2), V: generator.matrix(3, 2))
    var X = generator.matrix(9, 2)
    for i in 0..<2 { X[3, i] = 0 }
    func loss(_ F: DenseMatrix, _ target: DenseMatrix) -> Double {
      0.5 * zip(F.values, target.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let reduced = loss(network.predict(X), reduction.Y) + reduction.lossConstant
    #expect(abs(loss(reduction.expand(network).predict(X), Y) - reduced) < 1e-10)
    #expect(OutputReduction(Instance.t4.training.Y, zeroRows: []).B == .identity(2))
    #expect(OutputReduction(DenseMatrix(rows: 3, columns: 2), zeroRows: []).rank == 0)
  }
}
