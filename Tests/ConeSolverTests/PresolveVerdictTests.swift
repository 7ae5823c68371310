import LinearAlgebra
import TestSupport
import Testing

@testable import ConeSolver

/// What presolve decides by itself, by hand-made programs: contradictions, rays, infinite bounds, and what it must leave alone.
@Suite struct PresolveVerdictTests {
  private static func program(
    _ q: [Double], _ A: Rows, _ b: [Double], _ cones: [Cone], P: Rows? = nil
  ) -> ConicProblem {
    ConicProblem(
      P: P.map { SparseMatrix($0, columns: q.count, upperOnly: true) }, q: q, A: SparseMatrix(A, columns: q.count),
      b: b, cones: cones)
  }

  /// Found without an iteration, and verified on the program as it was given.
  @Test func contradictionsAndRaysNeedNoIteration() throws {
    let cases: [(String, ConicProblem, Status)] = [
      ("0 ≤ −2", Self.program([1], [[0], [-1]], [-2, 0], [.nonnegative(2)]), .primalInfeasible),
      ("0 = −3", Self.program([1], [[0], [1]], [-3, 1], [.zero(2)]), .primalInfeasible),
      ("x = 1 and 2x = 5", Self.program([1], [[1], [2]], [1, 5], [.zero(2)]), .primalInfeasible),
      ("x + y = 1 and −2x − 2y = 0", Self.program([1, 0], [[1, 1], [-2, -2]], [1, 0], [.zero(2)]), .primalInfeasible),
      ("x ≤ 1 and x ≥ 2", Self.program([1], [[3], [-2]], [3, -4], [.nonnegative(2)]), .primalInfeasible),
      ("x − y = 4 and x − y ≤ 1",
        Self.program([1, 0], [[1, -1], [1, -1]], [4, 1], [.zero(1), .nonnegative(1)]),
        .primalInfeasible),
      ("x = 2, y = 3, x + y = 6",
        Self.program([0, 0], [[1, 0], [0, 1], [1, 1]], [2, 3, 6], [.zero(3)], P: identity(2)),
        .primalInfeasible),
      ("x = 2 and a cone of −x",
        Self.program([0], [[1], [1]], [2, 0], [.zero(1), .positiveSemidefinite(order: 1)]),
        .primalInfeasible),
      ("x, y ≥ 1, x + y ≤ 1",
        Self.program([1, 1], [[1, 1], [-1, 0], [0, -2]], [1, -1, -2], [.nonnegative(3)]), .primalInfeasible),
      ("0 ≤ x ≤ 1, y ≤ 2, x + 3y = 8",
        Self.program([1, 1], [[1, 3], [-1, 0], [1, 0], [0, 1]], [8, 0, 1, 2], [.zero(1), .nonnegative(3)]),
        .primalInfeasible),
      ("x ≤ 1, y ≥ 2, x − y = 0",
        Self.program([1, 1], [[1, -1], [1, 0], [0, -1]], [0, 1, -2], [.zero(1), .nonnegative(2)]), .primalInfeasible),
      ("a cost of no row", Self.program([1, 2], [[1, 0]], [1], [.zero(1)]), .dualInfeasible),
      ("x + y ≤ 1, max −x", Self.program([1, 0], [[1, 1]], [1], [.nonnegative(1)]), .dualInfeasible),
      ("y free beside a fixed x",
        Self.program([0, -1], [[1, 0], [1, -2]], [3, 1], [.zero(1), .nonnegative(1)], P: [[1, 0], [0, 0]]),
        .dualInfeasible),
    ]
    for (name, problem, status) in cases {
      let solver = try Solver(problem)
      let solution = solver.solve()
      #expect(solution.status == status, "\(name): \(solution.status.rawValue)")
      #expect(solution.iterations == 0 && solver.presolveSummary.contains("infeasible"), "\(name): \(solver.presolveSummary)")
      let A = problem.A
      var rows = Rows(repeating: [Double](repeating: 0, count: A.columns), count: A.rows)
      for entry in A.entries { rows[entry.row][entry.column] = entry.value }
      if status == .primalInfeasible {
        #expect(abs(inner(problem.b, solution.z) + 1) <= 1e-12, "\(name)")
        #expect(largest(product(transpose(rows, columns: A.columns), solution.z)) <= 1e-12, "\(name)")
        #expect(independentMargin(problem.cones, solution.z, dual: true) >= 0, "\(name)")
      } else {
        #expect(abs(inner(problem.q, solution.x) + 1) <= 1e-12, "\(name)")
        #expect(largest(sum(product(rows, solution.x), solution.s)) <= 1e-12, "\(name)")
        #expect(independentMargin(problem.cones, solution.s, dual: false) >= 0, "\(name)")
      }
    }
  }

  /// A program that presolve solves to the end: every value and multiplier on paper.
  @Test func aProgramThatIsAllReductions() throws {
    // minimize ½x² + x + 2y + w with x = 3, y ≤ 5 and y ≥ 5, w + x + y = 10 (so w = 2), and an empty row.
    let problem = Self.program(
      [1, 2, 1], [[2, 0, 0], [0, 1, 0], [0, -2, 0], [1, 1, 1], [0, 0, 0]], [6, 5, -10, 10, 4],
      [.zero(1), .nonnegative(2), .zero(1), .nonnegative(1)], P: [[1, 0, 0], [0, 0, 0], [0, 0, 0]])
    let solution = try problem.solve()
    #expect(solution.status == .solved && solution.iterations == 0)
    #expect(largest(sum(solution.x, [3, 5, 2], -1)) <= 1e-14)
    #expect(largest(sum(solution.s, [0, 0, 0, 0, 4], -1)) <= 1e-14)
    // z₄ = −1 by w; x: 3 + 1 + 2z₁ − 1 = 0; y: 2 + z₂ − 2z₃ − 1 = 0 with one of them zero.
    #expect(largest(sum(solution.z, [-1.5, 0, 0.5, -1, 0], -1)) <= 1e-14)
    #expect(abs(solution.primalObjective - 19.5) <= 1e-13 && abs(solution.dualObjective - 19.5) <= 1e-13)
  }

  /// x, y ≥ 0 and x + 2y = 0 leave no interior: the least multiplier of the row that keeps both bounds' nonnegative.
  @Test func aForcingRow() throws {
    let problem = Self.program([-1, -6], [[1, 2], [-1, 0], [0, -1]], [0, 0, 0], [.zero(1), .nonnegative(2)])
    let solution = try problem.solve()
    #expect(solution.status == .solved && solution.iterations == 0)
    #expect(solution.x == [0, 0] && solution.s == [0, 0, 0])
    // y ≥ 1 by x and y ≥ 3 by y; w = (−1 + 3, 0).
    #expect(solution.z == [3, 2, 0])
  }

  /// Contradictions within the decimals of the data are not claimed; both programs have a point within every tolerance.
  @Test func roundingIsNoContradiction() throws {
    let cases = [
      Self.program([1, 1], [[1, 0], [0, 1], [1, 1]], [0.1, 0.2, 0.3], [.zero(3)]),
      Self.program([1, 1], [[1, 1], [3, 3], [-1, 0]], [1, 3 + 1e-10, 0], [.zero(2), .nonnegative(1)]),
      Self.program([1], [[1], [-1]], [1, -1 - 1e-11], [.nonnegative(2)]),
    ]
    for (index, problem) in cases.enumerated() {
      let solution = try problem.solve()
      #expect(solution.status == .solved, "case \(index): \(solution.status.rawValue)")
    }
  }

  // MARK: Infinite bounds

  @Test(arguments: [1e20, 1e30, Double.greatestFiniteMagnitude]) func infiniteBoundsSayNothing(_ infinity: Double) throws {
    // minimize −x − y with x + y ≤ 3, x ≤ ∞, x ≥ 0, y ≥ 0, y ≤ 2, −x ≤ ∞.
    let rows: Rows = [[1, 1], [1, 0], [-1, 0], [0, -1], [0, 1], [-1, 0]]
    let problem = Self.program([-1, -2], rows, [3, infinity, 0, 0, 2, infinity], [.nonnegative(6)])
    for presolve in [true, false] {
      var settings = Settings()
      settings.presolve = presolve
      let solver = try Solver(problem, settings: settings)
      #expect(solver.presolveSummary.hasPrefix("2 infinite bounds, "))
      let solution = solver.solve()
      #expect(solution.status == .solved)
      #expect(largest(sum(solution.x, [1, 2], -1)) <= 1e-6)
      #expect(solution.z[1] == 0 && solution.z[5] == 0)
      #expect(solution.s[1] == infinity - solution.x[0] && solution.s[5] == infinity + solution.x[0])
      #expect(solution.residuals.primal <= 1e-6 && abs(solution.primalObjective + 5) <= 1e-6)
    }
    // Without the bound that was written as infinity the program is unbounded, and the ray says so in all rows.
    let open = Self.program([-1], [[1], [-1]], [infinity, 0], [.nonnegative(2)])
    let ray = try open.solve()
    #expect(ray.status == .dualInfeasible && abs(ray.x[0] - 1) <= 1e-12 && ray.s == [-ray.x[0], ray.x[0]])
  }

  @Test func aLargeBoundThatIsNoInfinityStays() {
    let problem = Self.program([-1], [[1]], [9e19], [.nonnegative(1)])
    #expect(InfiniteBounds(problem).finite == problem)
  }

  // MARK: Switched off

  @Test func switchedOff() throws {
    let problem = Self.program([1, 1], [[1, 0], [-1, -1]], [1, -3], [.zero(1), .nonnegative(1)])
    var settings = Settings()
    settings.presolve = false
    let solver = try Solver(problem, settings: settings)
    #expect(solver.presolveSummary == "off")
    let off = solver.solve()
    let on = try problem.solve()
    #expect(off.status == .solved && on.status == .solved)
    #expect(largest(sum(off.x, on.x, -1)) <= 1e-6 && largest(sum(off.z, on.z, -1)) <= 1e-6)
  }
}
