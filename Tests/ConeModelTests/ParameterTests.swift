import ConeModel
import ConeSolver
import Testing

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
    #expect(throws: ModelError.parameterSign(name: "λ", value: -1)) { try compiled.set(weight, to: -1) }
    #expect(throws: ModelError.wrongPoint(what: "the parameter c", found: 1, expected: 2)) {
      try compiled.set(any, to: [1])
    }
    #expect(throws: ModelError.self) { try compiled.set(any, to: [1, .nan]) }
    #expect(throws: ModelError.mixedModels) { try compiled.set(Model().parameter("other", 1), to: 2) }
    let signless = model.parameter("s", 1)
    #expect(throws: ModelError.self) { try Problem.minimize(signless ⋅ norm(x)).compile() }
    #expect(throws: ModelError.self) { try Problem.minimize(weight ⋅ (signless ⋅ x[0])).compile() }
    #expect(throws: ModelError.self) {
      try Problem.minimize(model.parameter("n", -1, .nonnegative) ⋅ norm(x)).compile()
    }
  }
}
