import ConeSolver
import Testing

@testable import ConeModel

/// A compiled problem with new parameter values is the program that would have been compiled with those numbers.
struct ParameterTests {
  private let A = waveMatrix(6, 4, from: 1)

  /// Parameters in every place: weights of squares, of norms and of affine parts, right-hand sides, matrices.
  @Test func settingIsCompilingAgain() throws {
    struct Data {
      var weight = 0.5
      var price = -0.25
      var limit = 2.0
      var target = waves(6, from: 50)
      var map = waveMatrix(3, 4, from: 70)
    }
    func problem(_ d: Data) -> (
      Problem, Parameter<Scalar>, Parameter<Scalar>, Parameter<Scalar>, Parameter<Vector>, Parameter<Matrix>
    ) {
      let model = Model()
      let x = model.vector("x", count: 4)
      let weight = model.parameter("weight", d.weight, .nonnegative)
      let price = model.parameter("price", d.price)
      let limit = model.parameter("limit", d.limit)
      let target = model.parameter("target", d.target)
      let map = model.parameter("map", d.map)
      let objective = sum {
        sumSquares(A ⋅ x - target)
        weight ⋅ sumSquares(x)
        weight ⋅ norm1(x[0..<2])
        price ⋅ sum(x)
        price.expression
      }
      return (
        .minimize(objective) {
          norm(map ⋅ x) <= limit.expression
          inner(target, A ⋅ x) >= -3
          x[0] + limit >= 0.1
        }, weight, price, limit, target, map
      )
    }
    let start = Data()
    let next = Data(
      weight: 1.25, price: 0.75, limit: 1.5, target: waves(6, from: 300), map: waveMatrix(3, 4, from: 400))
    let (first, weight, price, limit, target, map) = problem(start)
    var compiled = try first.compile()
    try compiled.set(weight, to: next.weight)
    try compiled.set(price, to: next.price)
    try compiled.set(limit, to: next.limit)
    try compiled.set(target, to: next.target)
    try compiled.set(map, to: next.map)
    let fresh = try problem(next).0.compile()
    #expect(isClose(dense(compiled.problem.P).flatMap { $0 }, dense(fresh.problem.P).flatMap { $0 }))
    #expect(isClose(compiled.problem.q, fresh.problem.q))
    #expect(isClose(dense(compiled.problem.A).flatMap { $0 }, dense(fresh.problem.A).flatMap { $0 }))
    #expect(isClose(compiled.problem.b, fresh.problem.b))
    let (a, b) = (try compiled.solve().optimum(), try fresh.solve().optimum())
    #expect(isClose(a.objective, b.objective, 1e-7))
    // The constant of the objective follows, so that the solver's value is the objective's own.
    #expect(isClose(a.objective, try a.report().objective, 1e-7))
    try compiled.set(weight, to: start.weight)
    try compiled.set(target, to: start.target)
    try compiled.set(map, to: start.map)
    try compiled.set(price, to: start.price)
    try compiled.set(limit, to: start.limit)
    #expect(isClose(try compiled.solve().optimum().objective, try first.solve().optimum().objective, 1e-7))
  }

  @Test func aMatrixOfSquaresIsAParameterToo() throws {
    let model = Model()
    let x = model.vector("x", count: 4)
    let data = model.parameter("A", A)
    var compiled = try Problem.minimize(sumSquares(data ⋅ x - waves(6, from: 50)) + sumSquares(x)).compile()
    let other = waveMatrix(6, 4, from: 200)
    try compiled.set(data, to: other)
    let expected = try Problem.minimize(sumSquares(other ⋅ x - waves(6, from: 50)) + sumSquares(x)).solve().optimum()
    #expect(isClose(try compiled.solve().optimum().objective, expected.objective, 1e-7))
  }

  @Test func valuesAreChecked() throws {
    let model = Model()
    let x = model.vector("x", count: 2)
    let weight = model.parameter("λ", 1, .nonnegative)
    let any = model.parameter("c", [1, 2])
    var compiled = try Problem.minimize(weight ⋅ norm(x) + inner(any, x)) { x >= 0 }.compile()
    func fault(_ set: () throws -> Void) -> ModelError? {
      let error = #expect(throws: ModelError.self, performing: set)
      if let error { #expect("\(error)".hasPrefix("ParameterTests.swift:")) }
      return error?.cause
    }
    #expect(fault { try compiled.set(weight, to: -1) } == .parameterSign(name: "λ", value: -1))
    #expect(fault { try compiled.set(any, to: [1]) } == .wrongPoint(what: "the parameter c", found: 1, expected: 2))
    #expect(fault { try compiled.set(any, to: [1, .nan]) } != nil)
    #expect(fault { try compiled.set(Model().parameter("other", 1), to: 2) } == .mixedModels)
    let signless = model.parameter("s", 1)
    #expect(throws: ModelError.self) { try Problem.minimize(signless ⋅ norm(x)).compile() }
    #expect(throws: ModelError.self) { try Problem.minimize(weight ⋅ (signless ⋅ x[0])).compile() }
    let (negative, line) = (model.parameter("n", -1, .nonnegative), #line)
    #expect(
      throws: ModelError.within(
        place: "the parameter n declared at ParameterTests.swift:\(line)", .parameterSign(name: "n", value: -1))
    ) { try Problem.minimize(negative ⋅ norm(x)).compile() }
  }

  /// Symmetric and matrix parameters: in the objective, on the right of `==` and `⪰`, and as factors.
  @Test func symmetricParameters() throws {
    func problem(_ C: Constant<Symmetric>, _ B: Constant<Symmetric>, _ F: Constant<Matrix>) -> (
      Problem, Parameter<Symmetric>, Parameter<Symmetric>, Parameter<Matrix>, Constraint<Symmetric>
    ) {
      let model = Model()
      let X = model.symmetric("X", order: 3)
      let Y = model.matrix("Y", rows: 3, columns: 2)
      let (cost, bound, target) = (model.parameter("C", C), model.parameter("B", B), model.parameter("F", F))
      let above = X ⪰ bound.expression
      let problem = Problem.minimize(inner(cost, X) + sumSquares(Y) + inner(target, Y)) {
        above
        sum(product(bound, Y)) == 1
        Y.column(0)[0] >= -5
      }
      return (problem, cost, bound, target, above)
    }
    let C = Constant<Symmetric>([[3, 1, 0], [1, 2, -1], [0, -1, 4]])
    let B = Constant<Symmetric>([[1, 2, 0], [2, 1, 1], [0, 1, -1]])
    let (first, cost, bound, target, above) = problem(C, B, waveMatrix(3, 2, from: 1))
    var compiled = try first.compile()
    let (C2, B2, F2) = (C.scaled(by: 2), B.scaled(by: -0.5), waveMatrix(3, 2, from: 40))
    try compiled.set(cost, to: C2)
    try compiled.set(bound, to: B2)
    try compiled.set(target, to: F2)
    let expected = try problem(C2, B2, F2).0.solve().optimum()
    let optimum = try compiled.solve().optimum()
    #expect(isClose(optimum.objective, expected.objective, 1e-7))
    // The bound is active where C ≻ 0, so that its dual is C.
    #expect(isClose(try optimum.dual(of: above).values, C2.values, 1e-5))
    #expect(throws: ModelError.self) { try compiled.set(target, to: waveMatrix(2, 3, from: 1)) }
  }

  /// A compiled problem that is solved again analyses its linear system once, and answers as a fresh one does.
  @Test func solvingAgainKeepsTheAnalysis() throws {
    let model = Model()
    let x = model.vector("x", count: 4)
    let target = model.parameter("b", waves(6, from: 50))
    let weight = model.parameter("λ", 0.3, .nonnegative)
    let problem = Problem.minimize(sumSquares(A ⋅ x - target) + weight ⋅ norm1(x)) { norm(x) <= 2 }
    var compiled = try problem.compile()
    #expect(compiled.idleSolver.analyses == 0)
    for k in 0..<4 {
      try compiled.set(target, to: waves(6, from: 60 + 10 * k))
      try compiled.set(weight, to: 0.1 * Double(k + 1))
      var fresh = try problem.compile()
      try fresh.set(target, to: waves(6, from: 60 + 10 * k))
      try fresh.set(weight, to: 0.1 * Double(k + 1))
      let (again, first) = (try compiled.solve().optimum(), try fresh.solve().optimum())
      #expect(isClose(again.underlying.x, first.underlying.x, 1e-9))
      #expect(isClose(again.underlying.z, first.underlying.z, 1e-9))
      #expect(compiled.idleSolver.analyses == 1)
    }
    // Other settings need a solver of their own.
    var settings = Settings()
    settings.kkt = .schur
    #expect(try compiled.solve(settings).optimum().underlying.kkt == .schur)
  }

  /// Two solves of one compiled problem at the same time, and one of a copy with another value.
  @Test func compiledProblemsAreSolvedConcurrently() async throws {
    let model = Model()
    let x = model.vector("x", count: 4)
    let target = model.parameter("b", waves(6, from: 50))
    let compiled = try Problem.minimize(sumSquares(A ⋅ x - target)) { sum(x) == 1 }.compile()
    let expected = try compiled.solve().optimum().objective
    try await withThrowingTaskGroup(of: Double.self) { group in
      for _ in 0..<4 { group.addTask { try compiled.solve().optimum().objective } }
      for try await objective in group { #expect(isClose(objective, expected, 1e-9)) }
    }
  }
}
