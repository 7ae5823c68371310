import ConeModel
import ConeSolver
import Testing

/// What a solve returns cannot be mistaken for something else.
struct OutcomeTests {
  @Test func optimalHoldsAPoint() throws {
    let x = Model().vector("x", count: 2)
    guard case .optimal(let optimum) = try Problem.minimize(sumSquares(x - [1, 2])).solve() else {
      Issue.record("not optimal")
      return
    }
    #expect(isClose(try optimum.value(of: x), [1, 2], 1e-6))
  }

  @Test func infeasibleIsAProofOverNamedConstraints() throws {
    let model = Model()
    let x = model.vector("x", count: 3, .nonnegative)
    let y = model.scalar("y")
    let budget = (sum(x) <= -1).named("budget")
    let outcome = try Problem.minimize(sum(x) + y) {
      budget
      (y >= 3).named("irrelevant")
    }.solve()
    guard case .infeasible(let proof) = outcome else {
      Issue.record("\(outcome.status)")
      return
    }
    #expect(
      proof.parts.map(\.formula).sorted() == ["sum(x) ≤ -1", "x ≥ 0"]
        || proof.parts.map(\.formula).sorted() == ["sum(x) ≤ −1", "x ≥ 0"])
    #expect(isClose(try proof.multiplier(of: budget), -1, 1e-6))
    #expect(proof.description.contains("\"budget\"") && proof.description.contains("0 ≥ 1"))
    #expect(!proof.description.contains("irrelevant"))
    let error = #expect(throws: NotOptimal.self) { try outcome.optimum() }
    #expect("\(try #require(error))" == proof.description)
  }

  /// The multipliers cancel the variables and leave −1, whatever point they are tried at.
  @Test func theProofIsAnIdentity() throws {
    let model = Model()
    let x = model.vector("x", count: 2)
    let X = model.symmetric("X", order: 2, .positiveSemidefinite)
    let link = diagonal(X) == x
    let low = x <= [1, 1]
    let high = X[0, 1] >= 2
    let outcome = try Problem.minimize(sum(x)) {
      link
      low
      high
    }.solve()
    guard case .infeasible(let proof) = outcome else {
      Issue.record("\(outcome.status)")
      return
    }
    let (S, N) = try outcome.solution.dual(ofDomain: X)
    #expect(N.values.allSatisfy { $0 == 0 })
    var point = ModelPoint(model)
    for (xs, Xs) in [([0.0, 0], [0.0, 0, 0]), ([3, -2], [1, 5, -7])] {
      try point.set(x, to: xs)
      try point.set(X, to: Constant(order: 2, upperTriangle: Xs))
      let linkValue = dot(try proof.multiplier(of: link), [Xs[0] - xs[0], Xs[2] - xs[1]])
      let lowValue = dot(try proof.multiplier(of: low), [xs[0] - 1, xs[1] - 1])
      let highValue = try proof.multiplier(of: high) * (Xs[1] - 2)
      let domain = S[0, 0] * Xs[0] + 2 * S[0, 1] * Xs[1] + S[1, 1] * Xs[2]
      #expect(isClose(linkValue + lowValue + highValue + domain, -1, 1e-6))
    }
  }

  @Test func prunedProofsSpareNothing() throws {
    let model = Model()
    let x = model.vector("x", count: 4)
    let problem = Problem.minimize(sum(x)) {
      for i in 0..<4 { (x[i] >= 1).named("floor \(i)") }
      (sum(x) <= 3).named("sum")
      (x[0] + x[1] <= 1).named("pair")
      (x[2] <= 5).named("idle")
    }
    guard case .infeasible(let proof) = try problem.solve() else {
      Issue.record("not infeasible")
      return
    }
    let pruned = try proof.pruned()
    let labels = pruned.parts.map { String($0.label.prefix { $0 != "@" }) }
    // Two floors and the pair, or four floors and the sum: nothing can be spared from either.
    #expect(labels.count == 3 || labels.count == 5, "\(labels)")
    #expect(labels.contains { $0.contains("pair") } != labels.contains { $0.contains("\"sum\"") })
  }

  @Test(arguments: [true, false]) func unboundedIsADirection(isMinimization: Bool) throws {
    let model = Model()
    let x = model.vector("x", count: 2, .nonnegative)
    let cost = x[0] - x[1] + 7
    let constraint = x[0] + 1 >= 0.5 ⋅ x[1]
    let problem = isMinimization ? Problem.minimize(cost) { constraint } : Problem.maximize(-cost) { constraint }
    guard case .unbounded(let ray) = try problem.solve() else {
      Issue.record("not unbounded")
      return
    }
    // Without the constants the objective moves by one, and the constraint's slack stays nonnegative.
    #expect(isClose(try ray.direction(of: cost), -1, 1e-6))
    #expect(try ray.direction(of: x).allSatisfy { $0 > -1e-8 })
    #expect(try ray.direction(of: x[0] - 0.5 ⋅ x[1]) > -1e-8)
    #expect(ray.description.contains(isMinimization ? "decreases" : "increases"))
  }

  @Test func stoppedKeepsTheBestPoint() throws {
    let x = Model().vector("x", count: 3)
    var settings = Settings()
    settings.maxIterations = 2
    settings.presolve = false
    let outcome = try Problem.minimize(sum(x) + norm(2 ⋅ x)) { x >= [-1, -2, 5] }.solve(settings)
    guard case .stopped(let stop) = outcome else {
      Issue.record("\(outcome.status)")
      return
    }
    #expect(stop.status == .iterationLimit)
    #expect(try stop.best.value(of: x).count == 3)
    #expect(stop.residuals.primal.isFinite && stop.description.contains("iteration_limit"))
  }

  @Test func reportsMeasureTheModelItself() throws {
    let model = Model()
    let x = model.vector("x", count: 2, .nonnegative)
    let total = (sum(x) == 3).named("total")
    let ball = (norm(x) <= 2.5).named("ball")
    let problem = Problem.minimize(x[0] - x[1]) {
      total
      ball
    }
    let optimum = try problem.solve().optimum()
    let report = try optimum.report()
    #expect(report.violation < 1e-7 && report.lines.count == 3)
    #expect(isClose(report.objective, optimum.objective, 1e-7))
    #expect(try optimum.violation(of: total) < 1e-7)
    var point = ModelPoint(model)
    try point.set(x, to: [-1, 6])
    let far = try problem.violations(at: point)
    #expect(isClose(far.lines.map(\.violation), [2, 37.0.squareRoot() - 2.5, 1]))
    #expect(isClose(far.violation, 37.0.squareRoot() - 2.5))
    #expect(try point.value(of: norm(x)) == 37.0.squareRoot())
    #expect("\(report)".contains("\"ball\""))
  }

  // MARK: Watching

  @Test func iterationsAreASequence() async throws {
    let x = Model().vector("x", count: 3)
    let solve = try Problem.minimize(sum(x) + norm(2 ⋅ x)) { x >= [-1, -2, 5] }.start()
    var numbers: [Int] = []
    for await iteration in solve { numbers.append(iteration.number) }
    let outcome = try await solve.outcome
    #expect(outcome.status == .solved)
    #expect(numbers == Array(0...outcome.solution.underlying.iterations))
  }

  @Test func aCancelledSolveKeepsItsPoint() async throws {
    let X = Model().symmetric("X", order: 30, .positiveSemidefinite)
    let C = Constant<Symmetric>(order: 30) { i, j in wave(30 * i + j) }
    let solve = try Problem.minimize(inner(C, X)) {
      diagonal(X) == 1
      X[0, 1] >= 0.1
    }.start()
    solve.cancel()
    let outcome = try await solve.outcome
    guard case .stopped(let stop) = outcome else {
      Issue.record("\(outcome.status)")
      return
    }
    #expect(stop.status == .cancelled)
  }
}
