import Foundation
import Testing
@testable import NNLift

@Suite("Sign patterns of arrangements")
struct SignPatternsTests {
  /// Every sign pattern that some of many random directions has.
  static func sampledPatterns(_ X: DenseMatrix, count: Int) -> Set<[Bool]> {
    var generator = SeededGenerator(5)
    return Set(
      (0..<count).map { _ in
        let u = (0..<X.columns).map { _ in generator.normal() }
        return (0..<X.rows).map { DenseKernels.dot(X.row($0), u) > 0 }
      })
  }

  @Test("generic rows: as many cells as Cover's formula says", arguments: [(6, 1), (9, 2), (25, 2), (12, 3), (60, 3), (20, 4), (60, 4), (11, 5)])
  func cover(n: Int, r: Int) {
    var generator = SeededGenerator(UInt64(100 * n + r))
    let patterns = SignPatterns(generator.matrix(n, r))
    #expect(Double(patterns.count) == SignPatterns.count(rows: r == 1 ? 1 : n, rank: r))
    #expect(Set(patterns.map(\.signs)).count == patterns.count)
    for cell in patterns.prefix(50) {
      for (g, sign) in cell.signs.enumerated() {
        #expect(DenseKernels.dot(cell.directions.row(g), cell.interiorPoint) * Double(sign) > 0)
      }
    }
  }

  @Test func coversNumbers() {
    let (pairs, triples) = (59 * 58 / 2, 59 * 58 * 57 / 6)
    #expect(SignPatterns.count(rows: 60, rank: 4) == Double(2 * (1 + 59 + pairs + triples)))
    #expect(SignPatterns.count(rows: 3, rank: 5) == 8)
    #expect(SignPatterns.count(rows: 57, rank: 2) == 114)
  }

  @Test("the published patterns of the instances", arguments: [(Instance.t1.training.X, 12), (Instance.t4.training.X, 58), (Instance.umbrella.training.X, 22)])
  func known(X: DenseMatrix, count: Int) {
    #expect(SignPatterns(X).count == count)
  }

  @Test func patternsOfT1() {
    let patterns = SignPatterns(Instance.t1.training.X)
    let strings = patterns.map { cell in patterns.activeRows(cell).map { $0 ? "1" : "0" }.joined() }
    #expect(
      Set(strings) == [
        "001100", "001110", "010001", "010100", "010101", "011100", "100011", "101010", "101011", "101110", "110001", "110011",
      ])
  }

  @Test("degenerate rows: the patterns are those that sampling finds")
  func degenerate() {
    // Zero, repeated and opposite rows, three rows in a plane, a column that depends on others.
    let rows: [[Double]] = [
      [1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 0], [0, 0, 1], [-2, 0, 0], [1, 0, 1], [0, 1, 1], [3, 3, 0], [1, 1, 1],
    ].map { $0 + [$0[0] - 2 * $0[2]] }
    let X = DenseMatrix(rowArrays: rows, columns: 4)
    let patterns = SignPatterns(X)
    #expect(patterns.reduction.rank == 3)
    #expect(patterns.reduction.groupCount == 7)
    #expect(Set(patterns.map(patterns.activeRows)) == Self.sampledPatterns(X, count: 20_000))
    #expect(Set(patterns.map(\.signs)).count == patterns.count)
  }

  @Test("the arrangement of type B in four dimensions has 2⁴·4! cells")
  func reflections() {
    var rows: [[Double]] = (0..<4).map { i in (0..<4).map { $0 == i ? 1 : 0 } }
    for i in 0..<4 {
      for j in 0..<i {
        for sign in [1.0, -1] {
          rows.append((0..<4).map { $0 == i ? 1 : $0 == j ? sign : 0 })
        }
      }
    }
    let patterns = SignPatterns(DenseMatrix(rowArrays: rows, columns: 4))
    #expect(patterns.count == 384)
    // Every cell of a reflection arrangement is simplicial.
    for cell in patterns.prefix(40) {
      #expect(cell.cone.facets.count == 4)
      #expect(cell.cone.rays.count == 4)
    }
  }

  @Test("100,000 directions in the plane, in less than a second")
  func plane() {
    var generator = SeededGenerator(3)
    let X = generator.matrix(100_000, 2)
    let start = ContinuousClock.now
    let patterns = SignPatterns(X)
    #expect(patterns.count == 200_000)
    #expect(ContinuousClock.now - start < .seconds(5), "a bound for a busy machine; docs/arrangements.md has the time")
    // Neighbours differ in one row.
    let (first, second) = (patterns[1000].signs, patterns[1001].signs)
    #expect(zip(first, second).count { $0 != $1 } == 1)
  }

  @Test func sampledCellsAreCells() {
    let X = Instance.t4.training.X
    let all = Set(SignPatterns(X).map(\.signs))
    for sampling in [
      DirectionSampling.gaussian(count: 300), .convolutional(count: 100, filter: 2), .crossProducts(count: 100),
      .sketched(count: 100, dimension: 2),
    ] {
      let patterns = SignPatterns(X, meeting: sampling.directions(for: X))
      let signs = patterns.map(\.signs)
      #expect(!patterns.isComplete && !signs.isEmpty)
      #expect(Set(signs).count == signs.count)
      #expect(all.isSuperset(of: signs))
    }
    let gaussian = SignPatterns(X, meeting: DirectionSampling.gaussian(count: 30_000).directions(for: X))
    #expect(gaussian.count > 50, "the thinnest cells are met by one direction in ten thousand")
  }

  @Test("a ray is taken to the cell where the rows it lies on are active")
  func raysBelongToCells() {
    let X = Instance.t4.training.X
    for ray in ArrangementRays.all(DataReduction(X).directions.rowArrays, dimension: 3).prefix(20) {
      let patterns = SignPatterns(X, meeting: [ray])
      let values = (0..<X.rows).map { DenseKernels.dot(X.row($0), ray) }
      #expect(patterns.activeRows(patterns[0]) == values.map { $0 >= -1e-12 })
    }
  }

  @Test func noDirections() {
    let patterns = SignPatterns(DenseMatrix(rows: 3, columns: 2))
    #expect(patterns.isEmpty)
  }
}

@Suite("Cells as polyhedral cones")
struct PolyhedralConeTests {
  @Test("rays satisfy every row and lie on r − 1 independent ones; the facets alone give the same rays")
  func rays() {
    var generator = SeededGenerator(8)
    for (n, r) in [(7, 2), (9, 3), (12, 4), (10, 5)] {
      let patterns = SignPatterns(generator.matrix(n, r))
      for index in stride(from: 0, to: patterns.count, by: max(1, patterns.count / 15)) {
        let cone = patterns[index].cone
        for ray in cone.rays {
          #expect(cone.normals.allSatisfy { DenseKernels.dot($0, ray) >= -1e-9 })
          let active = cone.normals.filter { abs(DenseKernels.dot($0, ray)) < 1e-9 }
          #expect(DenseSolve.Elimination(active).rank == r - 1)
        }
        let again = PolyhedralCone(
          normals: cone.facets.map { cone.normals[$0] }, interiorPoint: patterns[index].interiorPoint)
        #expect(again.facets.count == cone.facets.count)
        #expect(Self.same(again.rays, cone.rays))
      }
    }
  }

  private static func same(_ a: [[Double]], _ b: [[Double]]) -> Bool {
    a.count == b.count && a.allSatisfy { x in b.contains { y in zip(x, y).allSatisfy { abs($0 - $1) < 1e-7 } } }
  }

  @Test("each ray of a generic arrangement bounds 2^(r−1) cells")
  func rayCount() {
    var generator = SeededGenerator(9)
    let X = generator.matrix(8, 4)
    let patterns = SignPatterns(X)
    let rays = ArrangementRays.all(patterns.reduction.directions.rowArrays, dimension: 4)
    #expect(rays.count == 2 * 56)
    #expect(patterns.reduce(0) { $0 + $1.cone.rays.count } == rays.count * 8)
  }

  @Test("58 cells make 108 simplices, the triangulated program of the instance")
  func published() {
    let patterns = SignPatterns(Instance.t4.training.X)
    #expect(patterns.reduce(0) { $0 + $1.cone.simplices.count } == 108)
  }

  @Test("simplices cover the cone without overlap: every point lies in one of them")
  func triangulation() throws {
    var generator = SeededGenerator(10)
    for (n, r) in [(9, 3), (11, 4), (9, 5)] {
      let patterns = SignPatterns(generator.matrix(n, r))
      let roundest = try #require(patterns.max { $0.cone.rays.count < $1.cone.rays.count })
      let cone = roundest.cone
      #expect(cone.rays.count > r)
      let inverses = cone.simplices.map { simplex in
        DenseSolve.inverse((0..<r).map { a in simplex.map { cone.rays[$0][a] } })!
      }
      for _ in 0..<200 {
        let weights = cone.rays.map { _ in Double.random(in: 0..<1, using: &generator) }
        let point = (0..<r).map { a in zip(weights, cone.rays).reduce(0) { $0 + $1.0 * $1.1[a] } }
        let holders = inverses.count { inverse in inverse.allSatisfy { DenseKernels.dot($0, point) > 0 } }
        #expect(holders == 1)
      }
    }
  }

  @Test("a degenerate cone: the cube's apex, four rows through each ray")
  func pyramid() {
    // |x| + |y| ≤ z as eight rows, four of them implied.
    var normals: [[Double]] = []
    for a in [1.0, -1] {
      for b in [1.0, -1] { normals += [[a, b, 1], [a, 0, 1]] }
    }
    let cone = PolyhedralCone(normals: normals, interiorPoint: [0.01, 0.02, 1])
    #expect(cone.rays.count == 4)
    #expect(cone.facets.map { cone.normals[$0] } == [[1, 1, 1], [1, -1, 1], [-1, 1, 1], [-1, -1, 1]])
    #expect(cone.simplices.count == 2)
  }

  @Test func crossProductIsOrthogonal() throws {
    var generator = SeededGenerator(11)
    for r in 2...6 {
      let rows = generator.matrix(r - 1, r).rowArrays
      let product = try #require(DenseSolve.crossProduct(rows, dimension: r))
      #expect(rows.allSatisfy { abs(DenseKernels.dot($0, product)) < 1e-12 })
      #expect(abs(DenseKernels.norm(product) - 1) < 1e-14)
    }
    #expect(DenseSolve.crossProduct([[1, 2, 3], [2, 4, 6]], dimension: 3) == nil)
  }
}
