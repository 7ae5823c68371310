import ConeModel
import ConeSolver
import Testing

/// Models solved end to end, against answers known in closed form.
struct SolveTests {
  @Test func nonnegativeLeastSquares() throws {
    let x = Model().vector("x", count: 2, .nonnegative)
    let A = Constant<Matrix>([[1, 0], [0, 1], [1, 1]])
    let solution = try Problem.minimize(sumSquares(A ⋅ x - [1, -1, 0])).solve().solution
    #expect(solution.status == .solved)
    #expect(isClose(solution.objective, 1.5, 1e-6))
    #expect(isClose(solution.bound, 1.5, 1e-6))
    #expect(isClose(try solution.value(of: x), [0.5, 0], 1e-5))
    // The gradient 2Aᵀ(Ax − b) is the dual of x ≥ 0.
    #expect(isClose(try solution.dual(ofDomain: x), [0, 3], 1e-5))
  }

  /// Goemans–Williamson: 9/4 for the triangle, (5/8)(5 + √5) for the pentagon, exact for both in the SDP.
  @Test(arguments: [(3, 2.25), (5, 0.625 * (5 + 5.0.squareRoot()))])
  func maxCutOfACycle(n: Int, optimum: Double) throws {
    let X = Model().symmetric("X", order: n, .positiveSemidefinite)
    let laplacian = Constant<Symmetric>(order: n) { i, j in
      i == j ? 2 : (j - i == 1 || j - i == n - 1 ? -1 : 0)
    }
    let unit = (diagonal(X) == 1).named("unit diagonal")
    let solution = try Problem.maximize(0.25 ⋅ inner(laplacian, X)) { unit }.solve().solution
    #expect(solution.status == .solved)
    #expect(isClose(solution.objective, optimum, 1e-6))
    // The value is homogeneous in the diagonal and the vertices are alike.
    #expect(isClose(try solution.dual(of: unit), [Double](repeating: optimum / Double(n), count: n), 1e-5))
  }

  @Test func normsInConstraintAndObjective() throws {
    let x = Model().vector("x", count: 2)
    let ball = norm(x) <= 2
    let linear = try Problem.minimize(inner([3, 4], x)) { ball }.solve().solution
    #expect(isClose(linear.objective, -10, 1e-6))
    #expect(isClose(try linear.dual(of: ball), -5, 1e-5))
    #expect(isClose(try linear.value(of: x), [-1.2, -1.6], 1e-5))

    let y = Model().vector("y", count: 4)
    let total = sum(y) == 1
    let shortest = try Problem.minimize(norm(y) + 1) { total }.solve().solution
    #expect(isClose(shortest.objective, 1.5, 1e-6))
    #expect(isClose(try shortest.dual(of: total), 0.5, 1e-5))
  }

  @Test func squaresInAConstraint() throws {
    let x = Model().vector("x", count: 2)
    let energy = sumSquares(x) <= 4
    let solution = try Problem.maximize(sum(x)) { energy }.solve().solution
    // √(2r) at r = 4, and its derivative 1/√(2r).
    #expect(isClose(solution.objective, 8.0.squareRoot(), 1e-6))
    #expect(isClose(try solution.dual(of: energy), 1 / 8.0.squareRoot(), 1e-5))
  }

  @Test func doublyNonnegativeProgram() throws {
    let X = Model().symmetric("X", order: 2, .doublyNonnegative)
    let unit = trace(X) == 1
    let solution = try Problem.minimize(2 ⋅ X[0, 1] + 3) { unit }.solve().solution
    // Semidefinite alone would reach 2; the nonnegative entry forbids it, with N = C and S = 0 as proof.
    #expect(isClose(solution.objective, 3, 1e-6))
    let (S, N) = try solution.dual(ofDomain: X)
    #expect(isClose(N[0, 1], 1, 1e-5))
    #expect(S.values.allSatisfy { isClose($0, 0, 1e-5) })
    #expect(isClose(try solution.dual(of: unit), 0, 1e-5))
  }

  /// ϑ(C₅) = √5 (Lovász 1979), and Schrijver's ϑ′ with the nonnegative entries is the same for the pentagon.
  @Test(arguments: [Model.SymmetricDomain.positiveSemidefinite, .doublyNonnegative])
  func thetaOfThePentagon(domain: Model.SymmetricDomain) throws {
    let X = Model().symmetric("X", order: 5, domain)
    let solution = try Problem.maximize(sum(X)) {
      trace(X) == 1
      for i in 0..<5 { X[i, (i + 1) % 5] == 0 }
    }.solve().solution
    #expect(isClose(solution.objective, 5.0.squareRoot(), 1e-6))
  }

  @Test func semidefiniteBoundsHaveTheCostAsDual() throws {
    let C = Constant<Symmetric>([[2, 1], [1, 3]])
    let B = Constant<Symmetric>([[1, -1], [-1, 4]])
    let X = Model().symmetric("X", order: 2)
    let above = X ⪰ B
    let least = try Problem.minimize(inner(C, X)) { above }.solve().solution
    #expect(isClose(least.objective, 2 - 2 + 12, 1e-6))
    #expect(isClose(try least.dual(of: above).values, C.values, 1e-5))
    let below = X ⪯ B
    let most = try Problem.maximize(inner(C, X)) { below }.solve().solution
    #expect(isClose(most.objective, 12, 1e-6))
    #expect(isClose(try most.dual(of: below).values, C.values, 1e-5))
  }

  /// Each dual is the derivative of the optimal value by the right-hand side, measured by central differences.
  @Test(arguments: 0..<4) func dualsAreDerivatives(constraint: Int) throws {
    func solve(_ right: [Double], isMaximization: Bool) throws -> (value: Double, duals: [Double]) {
      let model = Model()
      let x = model.vector("x", count: 3)
      let equal = inner([1, 2, -1], x) == right[0]
      let atMost = x[0] + x[1] <= right[1]
      let atLeast = x[2] >= right[2]
      let ball = 2 ⋅ norm(x) <= right[3]
      let cost = sumSquares(x - [1, 2, -1]) + inner([0.5, -0.25, 0.1], x)
      @ConstraintBuilder func all() -> Constraints {
        equal
        atMost
        atLeast
        ball
      }
      let problem = isMaximization ? Problem.maximize(-cost) { all() } : Problem.minimize(cost) { all() }
      let solution = try problem.solve().solution
      #expect(solution.status == .solved)
      let duals = [
        try solution.dual(of: equal), try solution.dual(of: atMost), try solution.dual(of: atLeast),
        try solution.dual(of: ball),
      ]
      return (solution.objective, duals)
    }
    let right = [1, 1, 0.25, 2.2]
    for isMaximization in [false, true] {
      let dual = try solve(right, isMaximization: isMaximization).duals[constraint]
      let step = 1e-3
      var ends: [Double] = []
      for sign in [1.0, -1.0] {
        var moved = right
        moved[constraint] += sign * step
        ends.append(try solve(moved, isMaximization: isMaximization).value)
      }
      #expect(isClose(dual, (ends[0] - ends[1]) / (2 * step), 1e-3))
    }
  }

  @Test func infeasibleModelComesWithItsProof() throws {
    let x = Model().vector("x", count: 2, .nonnegative)
    let total = sum(x) == -1
    let solution = try Problem.minimize(sum(x)) { total }.solve().solution
    #expect(solution.status == .primalInfeasible)
    let dual = try solution.dual(of: total)
    let domain = try solution.dual(ofDomain: x)
    // dual · (x₀ + x₁ + 1) + domainᵀx is the constant −1, and domain ≥ 0.
    #expect(isClose(dual, -1, 1e-6))
    #expect(isClose(domain, [1, 1], 1e-6))
  }
}
