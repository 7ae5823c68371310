import ConeFormats
import ConeModel
import ConeSolver
import Testing

/// What users of other modelling layers have complained of, each held here by a test of its name. The threads are those
/// of CVXPY, JuMP, MathOptInterface, YALMIP, Convex.jl and their solvers' interfaces. What the compiler stops is held by
/// `WrongModels`: cvxpy#674 (`S ⪰ 0` for a matrix that is not symmetric: 14), YALMIP's `P >= 0` (11), cvxpy#980 (`*` as a
/// matrix product: 32), Convex.jl#713 and #396 (models that are not convex: 1 to 9).
struct ComplaintTests {
  private let model = Model()

  /// cvxpy#566: semidefinite and nonnegative at once, with n² rows.
  @Test func doublyNonnegativeVariablesHaveNoRowTwice() throws {
    let X = model.symmetric("X", order: 10, .doublyNonnegative)
    #expect(
      try Problem.minimize(trace(X)).compile().problem.cones == [.nonnegative(45), .positiveSemidefinite(order: 10)])
  }

  /// cvxpy#372: a semidefinite variable plus `X ⪰ 0` became two blocks.
  @Test func aSemidefiniteVariableSaidTwiceIsOneBlock() throws {
    let X = model.symmetric("X", order: 4, .positiveSemidefinite)
    let Y = model.symmetric("Y", order: 4)
    let again = X ⪰ 0
    let compiled = try Problem.minimize(trace(X) + trace(Y)) {
      again
      X[0, 1] == 1
      (Y ⪰ X).named("first")
      (Y ⪰ X).named("second")
    }.compile()
    #expect(compiled.problem.cones.count { if case .positiveSemidefinite = $0 { true } else { false } } == 2)
    let optimum = try compiled.solve().optimum()
    // The constraint carries the multiplier, and the domain nothing.
    #expect(try optimum.dual(of: again).values.contains { $0.magnitude > 0.1 })
    #expect(try optimum.dual(ofDomain: X).positiveSemidefinite.values.allSatisfy { $0 == 0 })
  }

  /// cvxpy#892, MOI#1830, MOI#1904: duals of semidefinite constraints that are neither symmetric nor semidefinite.
  @Test func semidefiniteDualsAreSymmetricAndSemidefinite() throws {
    let X = model.symmetric("X", order: 3)
    let C = Constant<Symmetric>([[3, 1, 0], [1, 2, -1], [0, -1, 4]])
    let B = Constant<Symmetric>([[1, 2, 0], [2, 1, 1], [0, 1, -1]])
    let above = X ⪰ B
    let dual = try Problem.minimize(inner(C, X)) { above }.solve().optimum().dual(of: above)
    #expect(isClose(dual.values, C.values, 1e-5))
    #expect(dual[0, 1] == dual[1, 0] && dual.eigenvalues[0] > 0)
  }

  /// cvxpy#2849, cvxpy#824, YALMIP#1503, JuMP#1552: the dual of an equality has the sign of the sensitivity.
  @Test(arguments: [true, false]) func dualsOfEqualitiesAreSensitivities(isMinimization: Bool) throws {
    let x = model.scalar("x")
    let fixed = x == 3
    let optimum = try (isMinimization ? Problem.minimize(square(x)) { fixed } : .maximize(-square(x)) { fixed }).solve()
      .optimum()
    #expect(isClose(try optimum.dual(of: fixed), isMinimization ? 6 : -6, 1e-6))
  }

  /// JuMP#2152: a norm over a symmetric matrix counted only the upper half.
  @Test func functionsOfSymmetricMatricesCountBothHalves() throws {
    let X = model.symmetric("X", order: 2)
    let optimum = try Problem.minimize(0 ⋅ trace(X)) { X == Constant([[1, 2], [2, -3]]) }.solve().optimum()
    #expect(isClose(try optimum.value(of: sum(X)), 2, 1e-6))
    #expect(isClose(try optimum.value(of: norm1(X)), 8, 1e-6))
    #expect(isClose(try optimum.value(of: sumSquares(X)), 18, 1e-6))
    #expect(isClose(try optimum.value(of: frobeniusNorm(X)), 18.0.squareRoot(), 1e-6))
  }

  /// MosekTools#100: bounds on entries of a semidefinite variable were rejected.
  @Test func entriesOfSemidefiniteVariablesTakeBounds() throws {
    let X = model.symmetric("X", order: 2, .positiveSemidefinite)
    let optimum = try Problem.maximize(X[0, 1]) {
      diagonal(X) == 1
      X[0, 1] <= 0.25
    }.solve().optimum()
    #expect(isClose(optimum.objective, 0.25, 1e-6))
  }

  /// cvxpy#2362, #1995, #1424, #407: an indefinite quadratic form passed as convex, a semidefinite one was refused.
  @Test func quadraticFormsAreConvexOrRefused() throws {
    let x = model.vector("x", count: 3)
    let indefinite = Constant<Symmetric>([[1, 0, 0], [0, 1, 0], [0, 0, -1e-3]])
    let error = #expect(throws: ModelError.self) { try Problem.minimize(quadForm(x, indefinite)).compile() }
    #expect("\(try #require(error))".contains("-0.001"))
    let singular = Constant<Symmetric>(order: 3) { i, j in Double((i + 1) * (j + 1)) }
    let optimum = try Problem.minimize(quadForm(x, singular)) { sum(x) == 1 }.solve().optimum()
    #expect(isClose(optimum.objective, 0, 1e-6))
  }

  /// cvxpy#2506, #595, #1085: a status lost in an exception; an "inaccurate" one nobody can read; a value of the problem
  /// that is not the value of its objective.
  @Test func noStatusIsLostAndValuesAgree() throws {
    let x = model.vector("x", count: 2)
    let cost = norm(x - [3, 4]) + 0.5 ⋅ sumSquares(x) + 2
    let problem = Problem.minimize(cost) { sum(x) <= 1 }
    var settings = Settings()
    settings.maxIterations = 1
    let stopped = try problem.solve(settings)
    #expect(stopped.status == .iterationLimit && stopped.solution.objective.isFinite)
    let optimum = try problem.solve().optimum()
    #expect(isClose(optimum.objective, try optimum.value(of: cost), 1e-7))
  }

  /// cvxpy#2122, #276, #2514: certificates that do not reach the constraints, or in numbers only.
  @Test func certificatesNameConstraints() throws {
    let x = model.scalar("x")
    let outcome = try Problem.minimize(x) {
      (x >= 2).named("floor")
      (x <= 1).named("ceiling")
    }.solve()
    let text = "\(#expect(throws: NotOptimal.self) { try outcome.optimum() }!)"
    #expect(text.contains("\"floor\" at ComplaintTests.swift:") && text.contains("x ≥ 2, times 1"))
    #expect(text.contains("\"ceiling\""))
  }

  /// cvxpy#1013, MOI#1071, #1072, #2457: no export, or a wrong one.
  @Test func filesStateTheSameProgram() throws {
    let X = model.symmetric("X", order: 3, .positiveSemidefinite)
    let compiled = try Problem.minimize(inner(Constant.identity(order: 3), X)) { X[0, 1] == 1 }.compile()
    for name in ["a.cbf", "a.dat-s", "a.json"] {
      let read = try ConicFile.read(bytes: compiled.encode(name: name), name: name)
      #expect(isClose(try ImportedModel(read).problem.solve().optimum().objective, 2, 1e-6))
    }
  }

  /// MOI#2593: the objective of a ray differed from solver to solver.
  @Test func raysMoveTheObjectiveByOne() throws {
    let x = model.vector("x", count: 2, .nonnegative)
    guard case .unbounded(let ray) = try Problem.maximize(3 ⋅ x[0] - x[1] + 5).solve() else {
      Issue.record("not unbounded")
      return
    }
    #expect(isClose(try ray.direction(of: 3 ⋅ x[0] - x[1] + 5), 1, 1e-6))
  }

  /// cvxpy#886, #1622, #1332, cvxpylayers#66: a parameter of 100 × 100 cost 42 s, one of 4000 × 4000 asked for 400 GB.
  /// Here it costs its entries: this one would be a tensor of 10⁹ numbers.
  @Test func matrixParametersCostTheirEntries() throws {
    let x = model.vector("x", count: 300)
    let data = model.parameter("A", waveMatrix(300, 300, from: 1))
    var compiled = try Problem.minimize(sum(x)) { data ⋅ x <= 1 }.compile()
    #expect(compiled.problem.A.nonzeros == 90_000)
    let changed = waveMatrix(300, 300, from: 7)
    try compiled.set(data, to: changed)
    #expect(dense(compiled.problem.A)[17][42] == changed[17, 42])
  }

  /// cvxpy#2467, Convex.jl#254, COSMO#126: many small terms overwhelmed the layer.
  @Test func manyTermsStayCheap() throws {
    let x = model.vector("x", count: 3000)
    let seconds = try threadSeconds {
      let problem = Problem.minimize(sum((0..<2999).map { norm(x[$0..<$0 + 2]) })) {
        for i in 0..<2999 { x[i + 1] - x[i] <= 1 }
      }
      let cones = try problem.compile().problem.cones
      #expect(cones.count == 3000)
    }
    #expect(seconds < 1)
  }

  /// cvxpy#1521: linear programs in standard form were slow to state.
  @Test func standardFormCostsItsNonzeros() throws {
    let (m, n) = (400, 4000)
    let A = Constant<Matrix>(
      rows: m, columns: n, entries: (0..<n).flatMap { j in (0..<5).map { ((7 * j + 31 * $0) % m, j, wave(j + $0)) } })
    let seconds = try threadSeconds(runs: 3) {
      let x = model.vector("x", count: n, .nonnegative)
      let compiled = try Problem.minimize(inner(waves(n, from: 3), x)) { A ⋅ x == waves(m, from: 9) }.compile()
      #expect(compiled.problem.A.nonzeros == 5 * n + n)
    }
    #expect(seconds < 0.1)
  }

  /// cvxpy#708: trees of affine expressions were multiplied out as sparse matrices, level by level.
  @Test func deepAffineTreesStayCheap() throws {
    let X = model.symmetric("X", order: 60, .positiveSemidefinite)
    let seconds = try threadSeconds {
      var sum = trace(X)
      for k in 0..<300 { sum = 0.5 ⋅ (sum + X[k % 60, (3 * k) % 60]) - 0.25 }
      let columns = try Problem.minimize(sum).compile().problem.variableCount
      #expect(columns == 1830)
    }
    #expect(seconds < 0.5)
  }

  /// cvxpy#1332: the first compilation with parameters took far longer than one with numbers in their place.
  @Test func parametersCostLittleTheFirstTime() throws {
    let n = 200
    let data = waveMatrix(n, n, from: 1)
    let x = model.vector("x", count: n)
    let parameter = model.parameter("A", data)
    let numbers = try threadSeconds(runs: 3) { _ = try Problem.minimize(sum(x)) { data ⋅ x <= 1 }.compile() }
    let symbols = try threadSeconds(runs: 3) { _ = try Problem.minimize(sum(x)) { parameter ⋅ x <= 1 }.compile() }
    #expect(symbols < 25 * numbers + 0.01, "\(symbols) s, \(numbers) s with numbers")
  }

  /// MOI#2124: a bridge that doubled the order of semidefinite blocks. A block has the order that was written, and no
  /// variable or equation comes with it.
  @Test func semidefiniteBlocksKeepTheirOrder() throws {
    let X = model.symmetric("X", order: 3)
    let M = model.matrix("M", rows: 2, columns: 3)
    let t = model.scalar("t")
    let compiled = try Problem.minimize(trace(X) + t) {
      X ⪰ Constant.identity(order: 3)
      Constant.identity(order: 3).scaled(by: 9) - X ⪰ 0
      spectralNorm(M) <= t
      M[0, 0] == 1
    }.compile()
    #expect(
      compiled.problem.cones == [
        .zero(1), .positiveSemidefinite(order: 3), .positiveSemidefinite(order: 3), .positiveSemidefinite(order: 5),
      ])
    #expect(compiled.problem.variableCount == 6 + 6 + 1)
  }

  /// MOI#1313: the first solve took ten seconds.
  @Test func theFirstSolveIsQuick() throws {
    let seconds = try threadSeconds {
      let x = model.vector("x", count: 3, .nonnegative)
      let optimum = try Problem.minimize(sumSquares(x - [1, -1, 2])) { sum(x) == 1 }.solve().optimum()
      #expect(isClose(optimum.objective, 3, 1e-6))
    }
    #expect(seconds < 0.5)
  }

  /// Convex.jl#492: a program solved a hundred times more slowly until it was dualised by hand.
  @Test func theCheaperOfPrimalAndDualIsTaken() throws {
    let X = model.symmetric("X", order: 40, .positiveSemidefinite)
    let L = Constant<Symmetric>(order: 40) { i, j in i == j ? 4 : abs(i - j) == 1 ? -1 : 0 }
    let problem = Problem.maximize(0.25 ⋅ inner(L, X)) { diagonal(X) == 1 }
    let text = "\(try problem.explain())"
    #expect(text.contains("solved as its dual") && text.contains("40 unknowns in the place of 820"), "\(text)")
    // L = 4I − (path): the largest cut of a path cuts every edge, 40 + 39/2.
    #expect(isClose(try problem.solve().optimum().objective, 59.5, 1e-6))
  }
}
