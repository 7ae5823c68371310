import ConeModel
import ConeSolver
import Testing

/// Compiled data against matrices written out by hand.
struct CompilationTests {
  @Test func leastSquaresGoesIntoP() throws {
    let model = Model()
    let x = model.vector("x", count: 2, .nonnegative)
    let A = Constant<Matrix>([[1, 2], [0, 3], [4, 0]])
    let compiled = try Problem.minimize(sumSquares(A ⋅ x - [1, 1, 2]) + 5) { sum(x) <= 10 }.compile()
    let program = compiled.problem
    // ‖Ax − b‖² = xᵀAᵀAx − 2bᵀAx + bᵀb, with ½P = AᵀA.
    #expect(dense(program.P) == [[34, 4], [0, 26]])
    #expect(program.q == [-18, -10])
    #expect(dense(program.A) == [[1, 1], [-1, 0], [0, -1]])
    #expect(program.b == [10, 0, 0])
    #expect(program.cones == [.nonnegative(3)])
    #expect(try handmade(compiled, x: [1, 1]).objective == 4 + 4 + 4 + 5)
  }

  @Test func conesComeByKindAndRowsMerge() throws {
    let model = Model()
    let t = model.scalar("t")
    let x = model.vector("x", count: 2)
    let X = model.symmetric("X", order: 2, .doublyNonnegative)
    let first = x[0] - t >= 1
    let link = (diagonal(X) == x).named("link")
    let ball = secondOrder(t, 2 ⋅ x + 1)
    let last = sum(x) == 3
    let compiled = try Problem.maximize(X[0, 1]) {
      first
      link
      ball
      last
    }.compile()
    let r2 = 2.0.squareRoot()
    // Columns t, x0, x1, X00, X01, X11.
    #expect(compiled.problem.q == [0, 0, 0, 0, -1, 0])
    #expect(compiled.problem.cones == [.zero(3), .nonnegative(2), .secondOrder(3), .positiveSemidefinite(order: 2)])
    #expect(
      dense(compiled.problem.A) == [
        [0, -1, 0, 1, 0, 0],
        [0, 0, -1, 0, 0, 1],
        [0, 1, 1, 0, 0, 0],
        [1, -1, 0, 0, 0, 0],
        [0, 0, 0, 0, -1, 0],
        [-1, 0, 0, 0, 0, 0],
        [0, -2, 0, 0, 0, 0],
        [0, 0, -2, 0, 0, 0],
        [0, 0, 0, -1, 0, 0],
        [0, 0, 0, 0, -r2, 0],
        [0, 0, 0, 0, 0, -1],
      ])
    #expect(compiled.problem.b == [0, 0, 3, -1, 0, 0, 1, 1, 0, 0, 0])
    #expect(try compiled.rows(of: link) == [0..<2])
    #expect(try compiled.rows(of: last) == [2..<3])
    #expect(try compiled.rows(of: first) == [3..<4])
    #expect(try compiled.rows(of: ball) == [5..<8])
  }

  @Test func doublyNonnegativeUsesTheTriangle() throws {
    let X = Model().symmetric("X", order: 120, .doublyNonnegative)
    let program = try Problem.minimize(trace(X)).compile().problem
    #expect(program.cones == [.nonnegative(7140), .positiveSemidefinite(order: 120)])
    #expect(program.variableCount == 7260)
    #expect(program.A.nonzeros == 7140 + 7260)
  }

  @Test func oneNormIsOneConeAndTwoNormsAreBounded() throws {
    let model = Model()
    let x = model.vector("x", count: 2)
    let one = try Problem.minimize(sum(x)) { 2 ⋅ norm(x) - x[0] <= 3 }.compile().problem
    // (3 + x0)/2 ≥ ‖x‖.
    #expect(one.cones == [.secondOrder(3)])
    #expect(dense(one.A) == [[-0.5, 0], [-1, 0], [0, -1]])
    #expect(one.b == [1.5, 0, 0])

    let two = try Problem.minimize(norm(x - [1, 2])) { norm(x) + norm(x + 1) <= 3 }.compile().problem
    #expect(two.variableCount == 5)
    #expect(two.q == [0, 0, 1, 0, 0])
    #expect(two.cones == [.nonnegative(1), .secondOrder(3), .secondOrder(3), .secondOrder(3)])
    #expect(dense(two.A)[0] == [0, 0, 0, 1, 1])
    #expect(two.b[0] == 3)
  }

  @Test func squaresInAConstraintAreOneSecondOrderCone() throws {
    let model = Model()
    let x = model.vector("x", count: 2)
    let t = model.scalar("t")
    let program = try Problem.minimize(t) { 4 ⋅ sumSquares(x) <= t }.compile().problem
    // ‖(t/4 − 1, 2x)‖ ≤ t/4 + 1, since ‖x‖² ≤ t/4.
    #expect(program.cones == [.secondOrder(4)])
    #expect(dense(program.A) == [[0, 0, -0.25], [0, 0, -0.25], [-2, 0, 0], [0, -2, 0]])
    #expect(program.b == [1, -1, 0, 0])
  }

  @Test func unmentionedVariablesTakeNoColumn() throws {
    let model = Model()
    let idle = model.vector("idle", count: 3, .nonnegative)
    let x = model.vector("x", count: 3)
    let Y = model.symmetric("Y", order: 2, .positiveSemidefinite)
    let compiled = try Problem.minimize(x[1] + Y[0, 0]) { x[1] >= 2 }.compile()
    #expect(compiled.problem.variableCount == 1 + 3)
    let solution = try handmade(compiled, x: [2, 4, 5, 6])
    #expect(try solution.value(of: x) == [0, 2, 0])
    #expect(try solution.value(of: Y).values == [4, 5, 6])
    #expect(try solution.value(of: idle) == [0, 0, 0])
  }

  @Test func buildersControlFlow() throws {
    let model = Model()
    let x = model.vector("x", count: 3)
    @ConstraintBuilder func box(_ bound: Double) -> Constraints {
      x <= bound
      x >= -bound
    }
    func rowCount(_ isTight: Bool) throws -> Int {
      try Problem.minimize(sum(x)) {
        box(2)
        if isTight { sum(x) == 0 }
        for i in 0..<2 { x[i] <= x[i + 1] }
        (0..<2).map { x[$0] >= 0.5 }
      }.compile().problem.rowCount
    }
    #expect(try rowCount(true) == 11)
    #expect(try rowCount(false) == 10)
  }

  @Test func aConstraintListedTwiceIsStatedOnce() throws {
    let x = Model().vector("x", count: 3)
    let floor = x >= 1
    let program = try Problem.minimize(sum(x)) {
      floor
      floor.named("again")
    }.compile().problem
    #expect(program.rowCount == 3)
  }

  /// At random points the slack of the compiled rows is the constraint's own value, and ½xᵀPx + qᵀx with the constant
  /// is the objective's.
  @Test(arguments: 1...5) func randomModelAgreesWithItsOwnValues(seed: UInt64) throws {
    var numbers = Numbers(seed: seed)
    let model = Model()
    let X = model.symmetric("X", order: 4, .positiveSemidefinite)
    let W = model.matrix("W", rows: 3, columns: 4, .nonnegative)
    let u = model.scalar("u")
    let A = numbers.matrix(5, 3)
    let F = numbers.matrix(3, 4)
    let C = numbers.symmetric(3)
    let objective =
      0.5 ⋅ sumSquares(A ⋅ W - numbers.matrix(5, 4)) + 3 ⋅ sumSquares(congruence(F, X) - C) + 2 ⋅ square(u) - u + 4
    let equality = congruence(F, X) == C
    let inequality = diagonal(X) - F.transposed() ⋅ W.column(1) <= numbers.array(4)
    let semidefinite = congruence(F, X) - C ⪰ C
    let cone = secondOrder(u - 1, W.row(2) - diagonal(X))
    let compiled = try Problem.minimize(objective) {
      equality
      inequality
      semidefinite
      cone
    }.compile()
    let program = compiled.problem
    let x = numbers.array(program.variableCount)
    let solution = try handmade(compiled, x: x)
    let s = slack(program, x)
    func rows<S: Shape>(_ constraint: Constraint<S>) throws -> [Double] {
      Array(s[try compiled.rows(of: constraint)[0]])
    }

    #expect(isClose(solution.objective, try solution.value(of: objective)))
    let gap = try solution.value(of: congruence(F, X) - C)
    #expect(isClose(try rows(equality), gap.values.map { -$0 }))
    let margin = try solution.value(of: congruence(F, X) - C.scaled(by: 2))
    let scaled = Constant<Symmetric>(order: 3) { i, j in i == j ? margin[i, j] : 2.0.squareRoot() * margin[i, j] }
    #expect(isClose(try rows(semidefinite), scaled.values))
    let stacked = try solution.value(of: stack(u - 1, W.row(2) - diagonal(X)))
    #expect(isClose(try rows(cone), stacked))
    let over = try solution.value(of: diagonal(X) - F.transposed() ⋅ W.column(1))
    let bounds = zip(over, try rows(inequality)).map { $0 + $1 }
    var again = Numbers(seed: seed)
    _ = again.array(15 + 12 + 6 + 20)
    #expect(isClose(bounds, again.array(4)))
  }

  /// The Hessian of ‖Fx + g‖² by its definition, entry by entry.
  @Test func gramMatrixOfASparseMap() throws {
    var numbers = Numbers(seed: 5)
    let F = Constant<Matrix>(rows: 9, columns: 6) { i, j in (i + 2 * j) % 3 == 0 ? numbers.next() : 0 }
    let x = Model().vector("x", count: 6)
    let P = dense(try Problem.minimize(sumSquares(F ⋅ x) + sum(x)).compile().problem.P)
    for i in 0..<6 {
      for j in 0..<6 {
        let product = (0..<9).reduce(0) { $0 + 2 * F[$1, i] * F[$1, j] }
        #expect(isClose(P[i][j], i <= j ? product : 0))
      }
    }
  }

  @Test func tenThousandRowsCompileInMilliseconds() throws {
    let model = Model()
    let X = model.symmetric("X", order: 100)
    var program: ConicProblem?
    let seconds = try threadSeconds(runs: 3) {
      let rows = vector(count: 10_000) { rows in
        for row in 0..<10_000 {
          for k in 0..<10 { rows.add(Double(k + 1), X[(row + 7 * k) % 100, (row / 100 + k) % 100], to: row) }
        }
      }
      program = try Problem.minimize(trace(X)) { rows == 1 }.compile().problem
    }
    #expect(program?.A.nonzeros ?? 0 > 90_000)
    #expect(program?.rowCount == 10_000)
    // Some hundredths; the bound still refuses anything quadratic.
    #expect(seconds < 0.25)
  }
}
