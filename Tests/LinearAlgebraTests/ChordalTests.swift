import LinearAlgebra
import TestSupport
import Testing

/// Chordal patterns, factors and completions against dense arithmetic that uses none of them.
@Suite struct ChordalTests {
  /// A random connected pattern: a path, and a few more edges.
  struct Sample {
    let arena = Arena()
    let order: Int
    let pattern: ChordalPattern
    var rng: SplitMix64
    let edges: Set<[Int]>

    init(order n: Int, extra: Int, seed: UInt64) throws {
      rng = SplitMix64(seed: seed)
      order = n
      var edges: Set<[Int]> = []
      for i in 1..<max(n, 1) where rng.chance(0.8) { edges.insert([i - 1, i]) }
      for _ in 0..<extra {
        let (i, j) = (rng.integer(0...n - 1), rng.integer(0...n - 1))
        if i != j { edges.insert([min(i, j), max(i, j)]) }
      }
      self.edges = edges
      let entries = (0..<n).map { SparseMatrix.Entry($0, $0, 0) } + edges.map { SparseMatrix.Entry($0[0], $0[1], 0) }
      pattern = try #require(ChordalPattern(upper: SparseMatrix(rows: n, columns: n, entries: entries)))
    }

    /// A symmetric matrix on the chordal pattern, in the order of elimination, by panels and dense; `shift` is added to its diagonal.
    mutating func matrix(shift: Double) -> (panels: VectorView, dense: VectorView) {
      let panels = arena.vector(pattern.panelEntries)
      let dense = arena.vector(order * order)
      for e in pattern.rows.indices {
        let (i, j) = (Int(pattern.rows[e]), Int(pattern.columns[e]))
        let value = rng.normal() + (i == j ? shift : 0)
        panels[Int(pattern.places[e])] = value
        dense[i + j * order] = value
        dense[j + i * order] = value
      }
      return (panels, dense)
    }

    /// The entries of a dense matrix on the pattern, by panels.
    func restrict(_ dense: VectorView) -> VectorView {
      let panels = arena.vector(pattern.panelEntries)
      for e in pattern.rows.indices { panels[Int(pattern.places[e])] = dense[Int(pattern.rows[e]) + Int(pattern.columns[e]) * order] }
      return panels
    }

    func inverse(_ dense: VectorView) -> VectorView? {
      let copy = arena.vector(dense.array)
      guard Dense.choleskyLower(copy, order: order) == 0 else { return nil }
      Dense.invertFromCholeskyLower(copy, order: order)
      Dense.symmetrizeFromLower(copy, order: order)
      return copy
    }

    var isOnPattern: [Bool] {
      var on = [Bool](repeating: false, count: order * order)
      for e in pattern.rows.indices {
        on[Int(pattern.rows[e]) + Int(pattern.columns[e]) * order] = true
        on[Int(pattern.columns[e]) + Int(pattern.rows[e]) * order] = true
      }
      return on
    }
  }

  static let shapes = [(1, 0), (2, 1), (9, 0), (20, 12), (45, 40), (70, 25)]

  private func distance(_ a: VectorView, _ b: VectorView) -> Double { zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } }

  /// Contains what it was made from, and is chordal: the indices after `j` that are joined to it are joined to one another.
  @Test(arguments: shapes) func patternIsAChordalExtension(_ order: Int, _ extra: Int) throws {
    let sample = try Sample(order: order, extra: extra, seed: 1)
    #expect(sample.pattern.permutation.sorted() == Array(0..<order))
    let on = sample.isOnPattern
    var place = [Int](repeating: 0, count: order)
    for (k, row) in sample.pattern.permutation.enumerated() { place[row] = k }
    for edge in sample.edges { #expect(on[place[edge[0]] + place[edge[1]] * order]) }
    for j in 0..<order {
      let later = (j + 1..<max(order, j + 1)).filter { on[$0 + j * order] }
      for a in later { for b in later { #expect(on[a + b * order]) } }
    }
  }

  @Test(arguments: shapes) func inverseAndSolvesAgreeWithDenseArithmetic(_ order: Int, _ extra: Int) throws {
    var sample = try Sample(order: order, extra: extra, seed: 2)
    let factor = ChordalFactor(sample.pattern)
    let (panels, dense) = sample.matrix(shift: 12)
    let expected = try #require(sample.inverse(dense))
    #expect(factor.factor(panels))
    let actual = sample.arena.vector(order * order)
    factor.inverse(into: actual)
    #expect(distance(actual, expected) <= 1e-12 * expected.maximumNorm)
    let x = sample.arena.vector(sample.rng.normals(order))
    let y = sample.arena.vector(x.array)
    factor.solve(y)
    factor.solveTransposed(y)
    let product = sample.arena.vector(order)
    Dense.multiply(1, expected, x, into: product, m: order, n: 1, k: order)
    #expect(distance(product, y) <= 1e-12 * max(1, product.maximumNorm))
    let (indefinite, _) = sample.matrix(shift: -3)
    #expect(!factor.factor(indefinite))
  }

  /// The completion has the given entries, and its inverse is zero off the pattern: what characterises the largest determinant.
  @Test(arguments: shapes) func completionHasTheLargestDeterminant(_ order: Int, _ extra: Int) throws {
    var sample = try Sample(order: order, extra: extra, seed: 3)
    let completion = ChordalCompletion(sample.pattern)
    let (panels, known) = sample.matrix(shift: 12)
    #expect(completion.factor(panels))
    let completed = sample.arena.vector(order * order)
    completion.complete(panels, into: completed)
    let inverse = try #require(sample.inverse(completed))
    for (index, on) in sample.isOnPattern.enumerated() {
      if on { #expect(completed[index] == known[index]) } else { #expect(abs(inverse[index]) <= 1e-13) }
    }
    // Hence the inverse of a matrix with the pattern is its own completion.
    let (_, sparse) = sample.matrix(shift: 15)
    let whole = try #require(sample.inverse(sparse))
    let part = sample.restrict(whole)
    #expect(completion.factor(part))
    completion.complete(part, into: completed)
    #expect(distance(completed, whole) <= 1e-12 * whole.maximumNorm)
    let (indefinite, _) = sample.matrix(shift: -3)
    #expect(!completion.factor(indefinite))
  }

  /// Up to the step every clique stays definite, beyond it one does not.
  @Test(arguments: shapes) func stepsStopWhereNoCompletionIsLeft(_ order: Int, _ extra: Int) throws {
    var sample = try Sample(order: order, extra: extra, seed: 4)
    let completion = ChordalCompletion(sample.pattern)
    let (panels, _) = sample.matrix(shift: 12)
    let (direction, _) = sample.matrix(shift: -10)
    #expect(completion.factor(panels))
    let step = completion.step(panels, direction, limit: 100)
    #expect(step < 100)
    for (factor, isInside) in [(1 - 1e-9, true), (1 + 1e-9, false)] {
      let moved = sample.arena.vector(panels.array)
      moved.add(step * factor, direction)
      #expect(ChordalCompletion(sample.pattern).factor(moved) == isInside)
    }
    #expect(completion.step(panels, direction, limit: step / 2) == step / 2)
  }
}
