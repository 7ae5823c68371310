import LinearAlgebra
import TestSupport
import Testing

@testable import ConeSolver

/// Other values in the same pattern: the answer is that of a new solver, and what only the pattern decides is kept.
@Suite struct SolverUpdateTests {
  private static var settings: Settings {
    var settings = Settings()
    settings.threads = 1
    return settings
  }

  /// Every entry that is not zero times a number between 0.9 and 1.1; signs, zeros and with them the pattern stay.
  private static func perturbed(_ values: [Double], _ rng: inout SplitMix64) -> [Double] {
    values.map { $0 * rng.uniform(0.9, 1.1) }
  }

  /// Random programs of all cones, by each linear system: updated in `q` and `b`, then in all arrays.
  @Test(arguments: [KKTChoice.automatic, .quasidefinite, .schur]) func updatesAreFreshSolves(_ kkt: KKTChoice) throws {
    var settings = Self.settings
    settings.kkt = kkt
    var kept = 0
    for seed in UInt64(0)..<80 {
      let problem = RandomProgram(seed: 22_000_000 + seed).problem
      var rng = SplitMix64(seed: seed)
      guard let solver = try? Solver(problem, settings: settings) else { continue }
      _ = solver.solve()
      var changed = problem
      changed.q = Self.perturbed(problem.q, &rng)
      changed.b = Self.perturbed(problem.b, &rng)
      try solver.update(q: changed.q, b: changed.b)
      try Self.expectFresh(solver, changed, settings, "seed \(seed), q and b")
      changed.A.values = Self.perturbed(problem.A.values, &rng)
      changed.P.values = problem.P.values.map { 1.5 * $0 }
      try solver.update(P: changed.P.values, A: changed.A.values)
      try Self.expectFresh(solver, changed, settings, "seed \(seed), all")
      kept += solver.analyses == 1 ? 1 : 0
    }
    #expect(kept > 50)
  }

  private static func expectFresh(_ solver: Solver, _ problem: ConicProblem, _ settings: Settings, _ what: String) throws {
    let again = solver.solve()
    let fresh = try problem.solve(settings)
    #expect(again.status == fresh.status && again.iterations == fresh.iterations, "\(what)")
    for (a, b) in [(again.x, fresh.x), (again.s, fresh.s), (again.z, fresh.z)] {
      #expect(largest(sum(a, b, -1)) <= 1e-9 * max(1, largest(b)), "\(what)")
    }
  }

  /// The symbolic factorisation is the object it was, for a quasidefinite system and for a sparse Schur complement.
  @Test func theSymbolicFactorisationIsHandedOn() throws {
    let n = 60
    // Many small semidefinite blocks, each with two variables of a chain.
    var entries: [SparseMatrix.Entry] = []
    for i in 0..<n - 1 {
      for (k, j) in [(0, i), (1, i + 1), (2, i)] { entries.append(.init(3 * i + k, j, k == 2 ? 0.5 : -1)) }
    }
    let problem = ConicProblem(
      q: [Double](repeating: 1, count: n), A: SparseMatrix(rows: 3 * (n - 1), columns: n, entries: entries),
      b: (0..<3 * (n - 1)).map { $0 % 3 == 2 ? -1 : 0.5 }, cones: [Cone](repeating: .positiveSemidefinite(order: 2), count: n - 1))
    var other = problem
    other.A.values = other.A.values.map { 2 * $0 }
    let parts = SchurStrategy.Parts(problem, direction: .hkm)
    let sparse = try #require(SparseSchurStrategy(problem, parts, density: 1))
    let updated = try #require(sparse.updated(to: other) as? SparseSchurStrategy)
    #expect(updated.ldl === sparse.ldl)
    let quasidefinite = try #require(QuasidefiniteStrategy(problem))
    let next = try #require(quasidefinite.updated(to: other) as? QuasidefiniteStrategy)
    #expect(next.ldl === quasidefinite.ldl)
  }

  /// A value that changes what presolve leaves: a new analysis, and the right answer.
  @Test func aChangedPatternIsAnalysedAgain() throws {
    // min x + y, x + 2y ≥ 2, x ≤ upper, x, y ≥ 0: with upper = 0, x is fixed.
    let A = SparseMatrix(
      rows: 4, columns: 2, entries: [.init(0, 0, -1), .init(0, 1, -2), .init(1, 0, 1), .init(2, 0, -1), .init(3, 1, -1)])
    let problem = ConicProblem(q: [1, 3], A: A, b: [-2, 5, 0, 0], cones: [.nonnegative(4)])
    let solver = try Solver(problem, settings: Self.settings)
    #expect(abs(solver.solve().primalObjective - 2) <= 1e-6)
    try solver.update(b: [-2, 0, 0, 0])
    #expect(abs(solver.solve().primalObjective - 3) <= 1e-6)
    try solver.update(b: [-2, 5, 0, 0])
    #expect(abs(solver.solve().primalObjective - 2) <= 1e-6)
    #expect(solver.analyses == 3)
    try solver.update(b: [-4, 5, 0, 0])
    #expect(abs(solver.solve().primalObjective - 4) <= 1e-6)
    #expect(solver.analyses == 3)
  }

  /// What is refused leaves the solver as it was.
  @Test func faultsChangeNothing() throws {
    let A = SparseMatrix(rows: 1, columns: 1, entries: [.init(0, 0, -1)])
    let solver = try Solver(ConicProblem(q: [1], A: A, b: [-2], cones: [.nonnegative(1)]), settings: Self.settings)
    #expect(throws: ProblemError.self) { try solver.update(b: [.nan]) }
    #expect(throws: ProblemError.dimensionMismatch(what: "the number of values of A", found: 2, expected: 1)) {
      try solver.update(A: [1, 2])
    }
    #expect(throws: ProblemError.dimensionMismatch(what: "the number of entries of b", found: 0, expected: 1)) {
      try solver.update(b: [])
    }
    #expect(abs(solver.solve().primalObjective - 2) <= 1e-7)
    try solver.update(b: [-3])
    #expect(abs(solver.solve().primalObjective - 3) <= 1e-7)
  }
}
