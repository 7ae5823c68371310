import ConeModel
import ConeSolver
import Testing

/// What is stated once, confined to a face or taken to its dual: each with its reason in `explain()`, and with the values and duals of the
/// model as it was written.
struct ReductionTests {
  private let model = Model()

  // MARK: Common subexpressions

  /// One function of equal arguments, written several times, also inside other atoms and with parameters.
  @Test func equalAtomsAreStatedOnce() throws {
    let A = waveMatrix(4, 3, from: 1)
    let x = model.vector("x", count: 3)
    let weight = model.parameter("λ", 0.5, .nonnegative)
    func residual() -> ConvexScalar { norm(A ⋅ x - waves(4, from: 20)) }
    func spread() -> ConvexScalar { max(residual(), weight ⋅ normInfinity(x)) }
    let limit = (spread() + residual() <= 3).named("limit")
    let problem = Problem.minimize(2 ⋅ residual() + spread() - 0.1 ⋅ sum(x)) { limit }
    let compiled = try problem.compile()
    #expect(compiled.problem.cones.count { if case .secondOrder = $0 { true } else { false } } == 1)
    let text = "\(try problem.explain())"
    #expect(text.contains("norm([4×3]·x + [4]) is written 4 times and stated once"), "\(text)")

    // The same with expressions that are shared by hand.
    let (r, s) = (residual(), spread())
    let byHand = (s + r <= 3).named("limit")
    let expected = try Problem.minimize(2 ⋅ r + s - 0.1 ⋅ sum(x)) { byHand }.solve().optimum()
    let optimum = try problem.solve().optimum()
    #expect(isClose(optimum.objective, expected.objective, 1e-7))
    #expect(isClose(try optimum.dual(of: limit), try expected.dual(of: byHand), 1e-5))
    #expect(isClose(try optimum.value(of: x), try expected.value(of: x), 1e-4))
  }

  /// Functions that differ in a number only are not the same.
  @Test func atomsThatDifferAreKeptApart() throws {
    let x = model.vector("x", count: 4)
    let fixed: [Double] = [4, -3, 2, -1]
    let problem = Problem.minimize(
      sumLargest(x, 2) + sumLargest(x, 3) + sum(huber(x, threshold: 1)) + sum(huber(x, threshold: 2)) + norm(x) + norm(x[0..<3])
    ) { x == fixed }
    let huber1 = 7.0 + 5 + 3 + 1
    let huber2 = 12.0 + 8 + 4 + 1
    let norms = 30.0.squareRoot() + 29.0.squareRoot()
    #expect(isClose(try problem.solve().optimum().objective, 6 + 5 + huber1 + huber2 + norms, 1e-6))
  }

  // MARK: Faces

  /// A doubly nonnegative matrix with two equal rows, by `⟨vvᵀ, X⟩ = 0`, and a zero on its diagonal: against the model in the matrix of order 3
  /// that is left.
  @Test(arguments: [false, true]) func doublyNonnegativeMatricesOnAFace(isQuadratic: Bool) throws {
    let X = model.symmetric("X", order: 5, .doublyNonnegative)
    let Y = model.symmetric("Y", order: 3, .doublyNonnegative)
    // The cost does not tell the equal rows apart and knows nothing of the fifth but its diagonal, so that the dual attains its optimum.
    let C = Constant<Symmetric>(order: 5) { i, j in
      i == j ? [1, 1, 2, 1.5, 3][i] : j == 4 ? 0 : i < 2 ? -0.3 : -0.4
    }
    // X = TYTᵀ.
    let T = Constant<Matrix>([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]])
    func cost(_ X: AffineSymmetric) -> ConvexScalar { sumSquares((isQuadratic ? 1 : 0) ⋅ X) + inner(C, X) }
    let v = Constant<Symmetric>(order: 5, entries: [(0, 0, 1), (0, 1, -1), (1, 1, 1)])
    let unit = trace(X) == 1
    let problem = Problem.minimize(cost(X)) {
      unit
      (inner(v, X) == 0).named("equal rows")
      (-3 ⋅ X[4, 4] == 0).named("no fifth")
    }
    let whole = congruence(T, Y)
    let unitOfY = trace(whole) == 1
    let expected = try Problem.minimize(cost(whole)) { unitOfY }.solve().optimum()
    let optimum = try problem.solve().optimum()
    #expect(isClose(optimum.objective, expected.objective, 1e-6))
    #expect(isClose(try optimum.dual(of: unit), try expected.dual(of: unitOfY), 1e-5))
    #expect(isClose(try optimum.value(of: X).values, try expected.value(of: whole).values, 1e-4))
    // The duals of the whole model: S ⪰ 0, N ≥ 0, stationary and complementary.
    let (S, N) = try optimum.dual(ofDomain: X)
    #expect(S.eigenvalues[0] > -1e-7 && N.values.allSatisfy { $0 > -1e-7 })
    let report = try optimum.report()
    #expect(report.violation < 1e-7 && report.stationarity! < 1e-6, "\(report)")
    #expect(report.lines.allSatisfy { $0.complementarity!.magnitude < 1e-5 }, "\(report)")

    let text = "\(try problem.explain())"
    #expect(text.contains("\"equal rows\" at ReductionTests.swift:"))
    #expect(text.contains("of rank 1: X lies on a face of order 4 of the semidefinite cone of order 5"), "\(text)")
    #expect(text.contains("1 matrix variable on a face"))
    #expect(text.contains("2 equations take a matrix variable of order 5 to a face of order 3"), "\(text)")
  }
}
