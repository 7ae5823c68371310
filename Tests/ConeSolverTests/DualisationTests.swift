import LinearAlgebra
import TestSupport
import Testing

@testable import ConeSolver

/// Programs solved as their duals: the roles come back exchanged and right.
@Suite struct DualisationTests {
  /// Random programs whose cones are variables, taken to their duals whatever the forecasts say; every answer of the dual, brought
  /// back, is judged on the program by independent arithmetic.
  @Test func answersOfTheDualAreAnswers() throws {
    var statuses: [Status: Int] = [:]
    for seed in UInt64(0)..<2400 {
      let program = RandomProgram(seed: 22_000_000 + seed) { draft, rng in
        draft.makeSlacksVariables(&rng)
        // Free variables and cones that are not variables.
        draft.appendColumnSingleton(inEquality: rng.chance(0.5), &rng)
      }
      #expect(program.draft.witnessError < 1e-11, "\(program.description)")
      guard program.scaling.mode == .none else { continue }
      var problem = program.problem
      var order: (any ReductionStep)?
      if case .smaller(let sorted, let step, _, _) = RowOrder.search(problem) { (problem, order) = (sorted, step) }
      guard case .smaller(let dual, let step, _, _) = Dualisation.search(problem, always: true) else { continue }
      let answer = try dual.solve()
      let exchanged: [Status: Status] = [.primalInfeasible: .dualInfeasible, .dualInfeasible: .primalInfeasible]
      let status = exchanged[answer.status] ?? answer.status
      var point = step.restore(
        HomogeneousPoint(x: answer.x, s: answer.s, z: answer.z, tau: answer.status == .solved ? 1 : 0))
      if let order { point = order.restore(point) }
      // The product that is normalised, bᵀz or qᵀx, is the same sum in another order.
      let scale: Double =
        switch status {
        case .primalInfeasible: -1 / inner(program.problem.b, point.z)
        case .dualInfeasible: -1 / inner(program.problem.q, point.x)
        default: 1
        }
      (point.x, point.s, point.z) = (point.x.map { scale * $0 }, point.s.map { scale * $0 }, point.z.map { scale * $0 })
      let measures = OptimalityMeasures(program.problem, x: point.x, s: point.s, z: point.z)
      let infinite = status == .primalInfeasible ? Double.infinity : -.infinity
      let solution = Solution(
        status: status, x: point.x, s: point.s, z: point.z,
        primalObjective: status == .solved ? measures.primalObjective : infinite,
        dualObjective: status == .solved ? measures.dualObjective : infinite, iterations: answer.iterations,
        residuals: answer.residuals, setupTime: 0, solveTime: 0, kkt: answer.kkt, message: "")
      // The dual's tolerances are relative to its own terms: other scales may hide a little more.
      var loose = Settings()
      loose.epsAbs = 1e-6
      loose.epsRel = 1e-6
      let faults = SolutionCheck(program, solution, settings: loose).faults
      #expect(faults.isEmpty, "\(faults) \(program.description)")
      statuses[status, default: 0] += 1
    }
    for status in [Status.solved, .primalInfeasible, .dualInfeasible] { #expect(statuses[status, default: 0] > 20) }
  }

  /// `min ⟨C, X⟩`, `X_ii = 1`, `X ⪰ 0` and further equations `⟨A, X⟩ = b`, with `X` a variable.
  private static func matrixVariable(
    order k: Int, cost: Rows, diagonal: [Double?], traces: [Double] = []
  ) -> ConicProblem {
    let N = k * (k + 1) / 2
    var entries: [SparseMatrix.Entry] = []
    var b: [Double] = []
    for (i, value) in diagonal.enumerated() {
      guard let value else { continue }
      entries.append(.init(b.count, i * (i + 3) / 2, 1))
      b.append(value)
    }
    for value in traces {
      for i in 0..<k { entries.append(.init(b.count, i * (i + 3) / 2, 1)) }
      b.append(value)
    }
    for p in 0..<N { entries.append(.init(b.count + p, p, -1)) }
    return ConicProblem(
      q: svec(cost), A: SparseMatrix(rows: b.count + N, columns: N, entries: entries),
      b: b + [Double](repeating: 0, count: N), cones: [.zero(b.count), .positiveSemidefinite(order: k)])
  }

  private static func randomCost(_ k: Int) -> Rows {
    var rng = SplitMix64(seed: 7)
    var C = Rows(repeating: [Double](repeating: 0, count: k), count: k)
    for j in 0..<k {
      for i in 0..<j where rng.chance(0.5) {
        let value = rng.normal()
        (C[i][j], C[j][i]) = (value, value)
      }
    }
    return C
  }

  @Test func aMatrixVariableIsSolvedAsItsDual() throws {
    let k = 30
    let problem = Self.matrixVariable(order: k, cost: Self.randomCost(k), diagonal: [Double?](repeating: 1, count: k))
    let solver = try Solver(problem)
    #expect(solver.presolveSummary.contains("solved as its dual"), "\(solver.presolveSummary)")
    let solution = solver.solve()
    var settings = Settings()
    settings.presolve = false
    let plain = try problem.solve(settings)
    #expect(solution.status == .solved && plain.status == .solved)
    #expect(abs(solution.primalObjective - plain.primalObjective) <= 1e-6 * (1 + abs(plain.primalObjective)))
    // X itself, its cone and its equations, by independent arithmetic.
    let X = smat(solution.x, order: k)
    for i in 0..<k { #expect(abs(X[i][i] - 1) <= 1e-7) }
    #expect(jacobiEigenvalues(X)[0] >= -1e-9)
    let S = smat(Array(solution.z[k...]), order: k)
    #expect(jacobiEigenvalues(S)[0] >= -1e-9)
    #expect(abs(inner(solution.x, Array(solution.z[k...]))) <= 1e-5)
    let cost = Self.randomCost(k)
    for j in 0..<k {
      for i in 0..<k { #expect(abs(S[i][j] - cost[i][j] - (i == j ? solution.z[i] : 0)) <= 1e-6) }
    }
  }

  @Test func certificatesComeBackOnTheRightSide() throws {
    let k = 30
    let contradictory = Self.matrixVariable(
      order: k, cost: Self.randomCost(k), diagonal: [Double?](repeating: 1, count: k - 1) + [nil], traces: [Double(k) - 2])
    let infeasible = try contradictory.solve()
    #expect(infeasible.status == .primalInfeasible)
    #expect(abs(inner(contradictory.b, infeasible.z) + 1) <= 1e-9)
    let product = product(transpose(dense(contradictory.A), columns: infeasible.x.count), infeasible.z)
    #expect(largest(product) <= 1e-6)
    #expect(jacobiEigenvalues(smat(Array(infeasible.z[k...]), order: k))[0] >= -1e-9)

    var cost = Self.randomCost(k)
    cost[k - 1][k - 1] = -1
    let open = Self.matrixVariable(order: k, cost: cost, diagonal: [Double?](repeating: 1, count: k - 1) + [nil])
    let unbounded = try open.solve()
    #expect(unbounded.status == .dualInfeasible)
    #expect(abs(inner(open.q, unbounded.x) + 1) <= 1e-9)
    let ray = smat(unbounded.x, order: k)
    #expect(jacobiEigenvalues(ray)[0] >= -1e-7)
    for i in 0..<k - 1 { #expect(abs(ray[i][i]) <= 1e-6) }
  }

  /// Small programs and those whose dual is no cheaper stay as they are.
  @Test func theDualIsTakenOnlyWhereItPays() {
    for k in [2, 3] {
      let small = Self.matrixVariable(order: k, cost: identity(k), diagonal: [Double?](repeating: 1, count: k))
      if case .nothing = Dualisation.search(small) {} else { Issue.record("order \(k)") }
    }
    // A linear matrix inequality in few variables: its rows have one coefficient each, in the same columns.
    let k = 30
    let entries = (0..<k * (k + 1) / 2).map { SparseMatrix.Entry($0, $0 % 5, 1) }
    let inequality = ConicProblem(
      q: [1, 1, 1, 1, 1], A: SparseMatrix(rows: entries.count, columns: 5, entries: entries),
      b: [Double](repeating: 1, count: entries.count), cones: [.positiveSemidefinite(order: k)])
    if case .nothing = Dualisation.search(inequality, always: true) {} else { Issue.record("shared columns") }
  }

  private func dense(_ A: SparseMatrix) -> Rows {
    var rows = Rows(repeating: [Double](repeating: 0, count: A.columns), count: A.rows)
    for entry in A.entries { rows[entry.row][entry.column] = entry.value }
    return rows
  }
}
