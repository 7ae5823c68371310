import ConeModel
import ConeSolver
import Testing

/// The optimal value moves by `−zᵀδb` when `b` moves by `δb` (the Lagrangian's derivative). So the dual of a constraint
/// must pair with a change of its right-hand side as `−z` pairs with the change of the compiled `b`, for any `z`.
struct DualTests {
  let model = Model()
  let x: Expression<Vector, Affine>
  let M: Expression<Matrix, Affine>
  let X: Expression<Symmetric, Affine>

  init() {
    x = model.vector("x", count: 3, .nonnegative)
    M = model.matrix("M", rows: 2, columns: 2)
    X = model.symmetric("X", order: 3)
  }

  private func check<S: Shape>(
    _ constraint: @autoclosure () -> Constraint<S>, _ perturbed: @autoclosure () -> Constraint<S>,
    _ pairing: (ModelSolution, Constraint<S>) throws -> Double, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let everything = sum(x) + sum(M) + sum(X)
    var numbers = Numbers(seed: 42)
    for isMaximization in [false, true] {
      func compiled(_ constraint: Constraint<S>) throws -> CompiledProblem {
        try (isMaximization ? Problem.maximize(everything) { constraint } : .minimize(everything) { constraint })
          .compile()
      }
      let original = constraint()
      let base = try compiled(original)
      let moved = try compiled(perturbed())
      #expect(base.problem.A == moved.problem.A, "only the right-hand side may move", sourceLocation: sourceLocation)
      let z = numbers.array(base.problem.rowCount)
      let change = zip(moved.problem.b, base.problem.b).map { $0 - $1 }
      #expect(change.contains { $0 != 0 }, sourceLocation: sourceLocation)
      let expected = (isMaximization ? 1.0 : -1.0) * dot(z, change)
      let found = try pairing(handmade(base, z: z), original)
      #expect(isClose(found, expected), "\(found) but \(expected)", sourceLocation: sourceLocation)
    }
  }

  @Test func scalars() throws {
    let pair = { (s: ModelSolution, c: Constraint<Scalar>) in 0.5 * (try s.dual(of: c)) }
    try check(x[0] <= 1, x[0] <= 1.5, pair)
    try check(x[0] >= 1, x[0] >= 1.5, pair)
    try check(x[0] == x[1], x[0] == x[1] + 0.5, pair)
    try check(1 <= x[0], 1 <= x[0] + 0.5, pair)
    try check(x[0] <= 4 - norm(x), x[0] <= 4.5 - norm(x), pair)
  }

  @Test func curvedScalars() throws {
    let pair = { (s: ModelSolution, c: Constraint<Scalar>) in 0.5 * (try s.dual(of: c)) }
    try check(3 ⋅ norm(x) <= 1, 3 ⋅ norm(x) <= 1.5, pair)
    try check(norm(x) + norm(x - 1) <= 1, norm(x) + norm(x - 1) <= 1.5, pair)
    try check(2 ⋅ sumSquares(x) + norm(x) <= 1, 2 ⋅ sumSquares(x) + norm(x) <= 1.5, pair)
    try check(x[0] - 3 ⋅ norm(x) >= 1, x[0] - 3 ⋅ norm(x) >= 1.5, pair)
    try check(5 - sumSquares(x) >= 1, 5 - sumSquares(x) >= 1.5, pair)
  }

  @Test func vectors() throws {
    let delta = [0.5, -1, 2]
    let pair = { (s: ModelSolution, c: Constraint<Vector>) in dot(delta, try s.dual(of: c)) }
    try check(x <= [1, 2, 3], x <= [1.5, 1, 5], pair)
    try check(x >= [1, 2, 3], x >= [1.5, 1, 5], pair)
    try check(x == [1, 2, 3], x == [1.5, 1, 5], pair)
    try check(x.isMember(of: .secondOrder), (x - delta).isMember(of: .secondOrder), pair)
  }

  @Test func matrices() throws {
    let delta = Constant<Matrix>([[0.5, -1], [2, 3]])
    try check(M == M.transposed(), M == M.transposed() + delta) { s, c in dot(delta.values, try s.dual(of: c).values) }
  }

  @Test func symmetricMatricesPairOverBothTriangles() throws {
    let B = Constant<Symmetric>([[1, 2, 3], [2, 4, 5], [3, 5, 6]])
    let delta = Constant<Symmetric>([[0.5, -1, 2], [-1, 1, 3], [2, 3, -2]])
    let moved = Constant<Symmetric>(order: 3) { B[$0, $1] + delta[$0, $1] }
    let pair = { (s: ModelSolution, c: Constraint<Symmetric>) in
      let dual = try s.dual(of: c)
      return (0..<9).reduce(0.0) { $0 + dual[$1 / 3, $1 % 3] * delta[$1 / 3, $1 % 3] }
    }
    try check(X == B, X == moved, pair)
    try check(X ⪰ B, X ⪰ moved, pair)
    try check(X ⪯ B, X ⪯ moved, pair)
    try check((X - B).isMember(of: .doublyNonnegative), (X - moved).isMember(of: .doublyNonnegative), pair)
  }

  @Test func signs() throws {
    let atMost = sum(x) <= 1
    let atLeast = sum(x) >= 0.5
    let compiled = try Problem.minimize(sum(x)) {
      atMost
      atLeast
    }.compile()
    let solution = try handmade(compiled, z: [2, 3, 0.25, 0.5, 0.75])
    #expect(try solution.dual(of: atMost) == -2)
    #expect(try solution.dual(of: atLeast) == 3)
    #expect(try solution.dual(ofDomain: x) == [0.25, 0.5, 0.75])
  }

  @Test func doublyNonnegativeDomainHasTwoParts() throws {
    let Y = model.symmetric("Y", order: 2, .doublyNonnegative)
    let compiled = try Problem.minimize(trace(Y)).compile()
    let solution = try handmade(compiled, z: [4, 1, 2.0.squareRoot(), 3])
    let (S, N) = try solution.dual(ofDomain: Y)
    #expect(isClose(S.values, [1, 1, 3]))
    #expect(isClose(N.values, [0, 2, 0]))
  }

  /// At a feasible point the pairing of a Farkas proof with the constraints is `zᵀs ≥ 0`; as an identity it is `bᵀz`.
  @Test func certificateInTheUsersTerms() throws {
    let y = model.vector("y", count: 2, .nonnegative)
    let total = sum(y) == -1
    let compiled = try Problem.maximize(y[0]) { total }.compile()
    let solution = try handmade(compiled, z: [1, 1, 1], status: .primalInfeasible)
    let dual = try solution.dual(of: total)
    let domain = try solution.dual(ofDomain: y)
    #expect(dual == -1)
    for point in [[0, 0], [3, 5.0]] {
      #expect(dual * (point[0] + point[1] + 1) + dot(domain, point) == -1)
    }
  }
}
