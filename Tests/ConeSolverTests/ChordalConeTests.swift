import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import ConeSolver

/// The operators of sparse semidefinite cones against dense arithmetic that uses none of them, and whole solves.
@Suite struct ChordalConeTests {
  typealias Bench = ConeTests.Bench

  /// Max-cut of a graph, `max ¼⟨L, X⟩, X_ii = 1, X ⪰ 0`, in its dual form `min eᵀy, Diag(y) − ¼L ⪰ 0`.
  private static func maxCut(vertices n: Int, edges: [(Int, Int)]) -> ConicProblem {
    let cone = Cone.positiveSemidefinite(order: n)
    var b = [Double](repeating: 0, count: cone.dimension)
    for (i, j) in edges {
      b[TriangleLayout.diagonal(i)] -= 0.25
      b[TriangleLayout.diagonal(j)] -= 0.25
      let (low, high) = (min(i, j), max(i, j))
      b[high * (high + 1) / 2 + low] += 0.25 * 2.0.squareRoot()
    }
    let entries = (0..<n).map { SparseMatrix.Entry(TriangleLayout.diagonal($0), $0, -1) }
    return ConicProblem(
      q: [Double](repeating: 1, count: n), A: SparseMatrix(rows: b.count, columns: n, entries: entries), b: b, cones: [cone])
  }

  private static func cycle(_ n: Int) -> ConicProblem { maxCut(vertices: n, edges: (0..<n).map { ($0, ($0 + 1) % n) }) }

  /// A cone for the pattern of a small tree with two chords, and interior points of it: `s` with the pattern, `z` completed.
  private struct Sample {
    let bench = Bench()
    let order = 9
    let cone: ChordalSemidefiniteCone
    let isOnPattern: [Bool]
    let s, z: [Double]

    init(_ rng: inout SplitMix64) throws {
      let edges = [(0, 1), (1, 2), (1, 3), (3, 4), (0, 5), (5, 6), (6, 7), (7, 8), (2, 3), (5, 8)]
      let n = order
      let entries = (0..<n).map { SparseMatrix.Entry($0, $0, 0) } + edges.map { SparseMatrix.Entry($0.0, $0.1, 0) }
      let pattern = try #require(ChordalPattern(upper: SparseMatrix(rows: n, columns: n, entries: entries)))
      let dimension = n * (n + 1) / 2
      var on = [Bool](repeating: false, count: dimension)
      for e in pattern.rows.indices {
        let i = pattern.permutation[Int(pattern.rows[e])]
        let j = pattern.permutation[Int(pattern.columns[e])]
        on[max(i, j) * (max(i, j) + 1) / 2 + min(i, j)] = true
      }
      isOnPattern = on
      cone = ChordalSemidefiniteCone(pattern, rows: 0..<dimension)
      var sparse = on.map { $0 ? rng.normal() : 0 }
      for i in 0..<n { sparse[TriangleLayout.diagonal(i)] += 8 }
      s = sparse
      z = Cone.positiveSemidefinite(order: n).interiorPoint(dual: true, &rng)
    }

    func project(_ v: [Double]) -> [Double] { zip(v, isOnPattern).map { $1 ? $0 : 0 } }

    /// `P_E(½(ABC + CBA))`.
    func symmetric(_ A: Rows, _ B: Rows, _ C: Rows) -> [Double] {
      let P = product(product(A, B), C)
      return project(svec(P.indices.map { i in P.indices.map { (P[i][$0] + P[$0][i]) / 2 } }))
    }
  }

  private static func inverse(_ M: Rows) throws -> Rows {
    try M.indices.map { i in try #require(gaussianSolve(M, M.indices.map { $0 == i ? 1 : 0 })) }
  }

  @Test func operatorsAgreeWithTheirFormulas() throws {
    var rng = SplitMix64(seed: 41)
    for _ in 0..<10 {
      let sample = try Sample(&rng)
      let (n, cone, bench) = (sample.order, sample.cone, sample.bench)
      let s = bench.view(sample.s)
      let z = bench.view(sample.z)
      #expect(cone.updateScaling(s: s, z: z))
      // The completion: z on the pattern, and an inverse that is zero elsewhere.
      let Z = smat(z.array, order: n)
      #expect(largest(sum(sample.project(z.array), sample.project(sample.z), -1)) == 0)
      let ZInverse = svec(try Self.inverse(Z))
      #expect(largest(sum(ZInverse, sample.project(ZInverse), -1)) <= 1e-9 * largest(ZInverse))
      let SInverse = try Self.inverse(smat(sample.s, order: n))

      let back = bench.apply(sample.s) { cone.applyHInverse($0, into: $1) }
      #expect(largest(sum(back, sample.project(z.array), -1)) <= 1e-11 * largest(back))
      let x = sample.project(rng.normals(sample.s.count))
      let y = sample.project(rng.normals(sample.s.count))
      let Hx = bench.apply(x) { cone.applyHInverse($0, into: $1) }
      let Hy = bench.apply(y) { cone.applyHInverse($0, into: $1) }
      #expect(largest(sum(Hx, sample.symmetric(Z, smat(x, order: n), SInverse), -1)) <= 1e-11 * largest(Hx))
      #expect(inner(x, Hx) > 0)
      #expect(abs(inner(x, Hy) - inner(y, Hx)) <= 1e-11 * norm(x) * norm(Hy))

      // ζ, with the predictor's Δẑ.
      let X = smat(x, order: n)
      let T = product(product(Z, X), SInverse)
      let dZ = T.indices.map { i in T.indices.map { -Z[i][$0] - (T[i][$0] + T[$0][i]) / 2 } }
      let zeta = bench.view([Double](repeating: 0, count: x.count))
      cone.combinedTerm(z: z, ds: bench.view(x), dz: bench.view(y), sigmaMu: 0.3, into: zeta)
      var expected = sum(sample.project(z.array), sample.symmetric(dZ, X, SInverse))
      expected = sum(expected, sample.project(svec(SInverse)), -0.3)
      #expect(largest(sum(zeta.array, expected, -1)) <= 1e-11 * largest(expected))
    }
  }

  @Test func stepsStayInside() throws {
    var rng = SplitMix64(seed: 42)
    for _ in 0..<10 {
      let sample = try Sample(&rng)
      let (cone, bench) = (sample.cone, sample.bench)
      let s = bench.view(sample.s)
      let z = bench.view(sample.z)
      #expect(cone.updateScaling(s: s, z: z))
      let ds = sample.project(rng.normals(sample.s.count)).map { 5 * $0 }
      let dz = sample.project(rng.normals(sample.s.count)).map { 5 * $0 }
      let step = cone.maximumStep(s: s, ds: bench.view(ds), z: z, dz: bench.view(dz), limit: 10)
      #expect(step > 0 && step < 10)
      func inside(_ t: Double) -> Bool {
        cone.updateScaling(s: bench.view(sum(sample.s, ds, t)), z: bench.view(sum(z.array, dz, t)))
      }
      #expect(inside(step * (1 - 1e-9)))
      #expect(!inside(step * 1.03))
    }
  }

  /// The relaxation of max-cut on an odd cycle is `n(1 + cos(π/n))/2` (C. Delorme and S. Poljak, Math. Prog. 62, 1993).
  @Test(arguments: [61, 101]) func oddCycles(_ n: Int) throws {
    let problem = Self.cycle(n)
    #expect(problem.chordalPatterns.count == 1)
    let solver = try Solver(problem)
    #expect(solver.strategyReason.contains("chordal"))
    let solution = solver.solve()
    #expect(solution.status == .solved)
    let value = Double(n) * (1 + cos(.pi / Double(n))) / 2
    #expect(abs(solution.primalObjective - value) <= 1e-6 * value)
    // The completed multiplier is feasible: a matrix of ones on its diagonal, semidefinite.
    for i in 0..<n { #expect(abs(solution.z[TriangleLayout.diagonal(i)] - 1) <= 1e-6) }
    #expect(jacobiEigenvalues(smat(solution.z, order: n))[0] >= -1e-12)
  }

  /// The same optimum with and without the pattern, on a grid, beside other cones.
  @Test func agreesWithTheDenseCone() throws {
    var edges: [(Int, Int)] = []
    for i in 0..<10 {
      for j in 0..<10 {
        if i < 9 { edges.append((10 * i + j, 10 * i + 10 + j)) }
        if j < 9 { edges.append((10 * i + j, 10 * i + j + 1)) }
      }
    }
    let cut = Self.maxCut(vertices: 100, edges: edges + [(0, 11), (3, 14), (88, 99)])
    // y_0 ≥ 0.9 and y_1 = y_2 beside.
    let n = cut.variableCount
    let rows: [SparseMatrix.Entry] = [.init(0, 1, 1), .init(0, 2, -1), .init(1, 0, -1)]
    let problem = ConicProblem(
      q: cut.q,
      A: SparseMatrix(rows: cut.rowCount + 2, columns: n, entries: rows + cut.A.entries.map { .init($0.row + 2, $0.column, $0.value) }),
      b: [0, -0.9] + cut.b, cones: [.zero(1), .nonnegative(1)] + cut.cones)
    var values: [Double] = []
    for direction in [SemidefiniteDirection.completed, .nesterovTodd] {
      let prepared = Preparation(problem, settings: Settings())
      let strategy = SchurStrategy(prepared.scaled.problem, .init(prepared.scaled.problem, direction: direction))
      #expect(strategy.cones.contains { $0 is ChordalSemidefiniteCone } == (direction == .completed))
      let method = InteriorPointMethod(
        prepared, strategy: strategy, settings: Settings(), stepControl: strategy.stepControl, clock: Stopwatch())
      let outcome = method.run(from: 0, observer: nil)
      #expect(outcome.status == .solved)
      guard case .optimum(let candidate) = outcome.answer else { continue }
      values.append(candidate.measures.primalObjective)
    }
    #expect(values.count == 2 && abs(values[0] - values[1]) <= 1e-6 * abs(values[0]))
  }

  /// Infeasible with a sparse cone: `Diag(y) − ¼L ⪰ 0` has no solution with `y ≤ 0` and an edge.
  @Test func infeasibleSparseCones() throws {
    let cut = Self.cycle(45)
    let n = cut.variableCount
    let rows = (0..<n).map { SparseMatrix.Entry($0, $0, 1) }
    let problem = ConicProblem(
      q: cut.q,
      A: SparseMatrix(rows: cut.rowCount + n, columns: n, entries: rows + cut.A.entries.map { .init($0.row + n, $0.column, $0.value) }),
      b: [Double](repeating: -0.1, count: n) + cut.b, cones: [.nonnegative(n)] + cut.cones)
    #expect(try problem.solve().status == .primalInfeasible)
  }
}
