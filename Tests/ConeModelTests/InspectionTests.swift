import ConeFormats
import ConeModel
import ConeSolver
import Foundation
import Testing

struct InspectionTests {
  @Test func problemsPrintAsMathematics() {
    let model = Model()
    let w = model.vector("w", count: 5, .nonnegative)
    let X = model.symmetric("X", order: 4, .positiveSemidefinite)
    let t = model.scalar("t", .box(0, 2))
    let gamma = model.parameter("γ", 0.5, .nonnegative)
    let L = waveMatrix(3, 5, from: 1)
    let problem = Problem.minimize(trace(X) + 2 ⋅ t - 3 + gamma ⋅ norm(L ⋅ w)) {
      (sum(w) == 1).named("budget")
      X ⪰ Constant.identity(order: 4).scaled(by: 0.1)
      w <= 0.5
      diagonal(X) == 1
      norm(w) <= t
      secondOrder(t, w[1..<3])
      w[0] - 2 ⋅ w[3] >= t
    }
    #expect(
      problem.description == """
        minimize    tr(X) + 2·t + γ·norm([3×5]·w) − 3
        over        w ∈ ℝ⁵, w ≥ 0
                    X ∈ 𝕊⁴, X ⪰ 0
                    t ∈ ℝ, 0 ≤ t ≤ 2
        subject to  sum(w) = 1   (budget)
                    X ⪰ 0.1·I
                    w ≤ 0.5
                    diag(X) = 1
                    −t + norm(w) ≤ 0
                    norm(w[1…2]) ≤ t
                    w[0] − 2·w[3] − t ≥ 0
        """)
    #expect("\(sumSquares(2 ⋅ w - 1))" == "sumSquares(2·w − 1)")
    #expect("\(abs(w) <= 1)" == "abs(w) ≤ 1")
  }

  /// The model of the README and what it prints, to the digits that are the optimum's.
  @Test func theModelOfTheREADME() throws {
    let model = Model()
    let w = model.vector("w", count: 3, .nonnegative)
    let L = Constant<Matrix>([[0.1, 0, 0], [0.02, 0.15, 0], [0.01, 0.05, 0.25]])
    let budget = (sum(w) == 1).named("budget")
    let risk = (norm(L.transposed() ⋅ w) <= 0.15).named("risk")
    let problem = Problem.maximize(inner([0.05, 0.08, 0.12], w)) {
      budget
      risk
    }
    #expect(
      problem.description == """
        maximize    0.05·w[0] + 0.08·w[1] + 0.12·w[2]
        over        w ∈ ℝ³, w ≥ 0
        subject to  sum(w) = 1   (budget)
                    norm([3×3]·w) ≤ 0.15   (risk)
        """)
    let optimum = try problem.solve().optimum()
    print("return", optimum.objective)
    print("weights", try optimum.value(of: w))
    print("return for a unit more of risk", try optimum.dual(of: risk))
    #expect(isClose(optimum.objective, 0.096455825, 1e-7))
    #expect(isClose(try optimum.value(of: w), [0.044572, 0.510603, 0.444825], 1e-5))
    #expect(isClose(try optimum.dual(of: risk), 0.338424, 1e-5))
  }

  @Test func explanationsListTheRowsOfEachConstraint() throws {
    let model = Model()
    let X = model.symmetric("X", order: 4, .doublyNonnegative)
    let t = model.scalar("t")
    let explanation = try Problem.minimize(t + norm1(diagonal(X))) {
      (X ⪰ 0).named("again")
      (lambdaMax(X) <= t).named("bound")
      (trace(X) == 1).named("unit")
    }.explain()
    let lines = Dictionary(
      uniqueKeysWithValues: explanation.lines.map { ($0.label.prefix { $0 != "a" || true }.description, $0.cones) })
    func cones(_ name: String) -> String? { lines.first { $0.key.contains(name) }?.value }
    #expect(cones("again") == "")
    #expect(cones("bound") == "a semidefinite cone of 4")
    #expect(cones("unit") == "1 equality")
    #expect(cones("the domain of X") == "6 nonnegative rows, a semidefinite cone of 4")
    #expect(cones("the objective") == "8 nonnegative rows")
    #expect(explanation.notes.contains { $0.contains("stated once") })
    #expect(explanation.auxiliaryCount == 4 && explanation.variableCount == 15)
    let text = explanation.description
    #expect(text.contains("A: 1 to 1.414") && text.contains("presolve: "))
  }

  /// Written, read and stated as a model again, a program has the same optimum.
  @Test(arguments: ["a.cbf", "a.json", "a.cbf.gz"]) func everyConeGoesThroughFiles(name: String) throws {
    let model = Model()
    let x = model.vector("x", count: 3, .box(-2, 3))
    let X = model.symmetric("X", order: 3, .doublyNonnegative)
    let compiled = try Problem.maximize(sum(x) - sumSquares(x - [1, 2, 3]) - inner(Constant.identity(order: 3), X) + 4)
    {
      norm(x) <= 3
      diagonal(X) == x
      X[0, 1] >= 0.25
    }.compile()
    let bytes = try compiled.encode(name: name)
    let read = ImportedModel(try ConicFile.read(bytes: bytes, name: name))
    let expected = try compiled.solve().optimum().objective
    let found = try read.problem.solve().optimum().objective
    // JSON has neither sense nor constant: it states the minimisation.
    let value = name.contains("json") ? compiled.objective(ofSolverValue: found) : found
    #expect(isClose(value, expected, 1e-6))
  }

  @Test(arguments: ["a.dat-s", "a.mps"]) func linearProgramsGoThroughFiles(name: String) throws {
    let x = Model().vector("x", count: 3, .nonnegative)
    let compiled = try Problem.minimize(inner([1, 2, 3], x)) {
      (sum(x) == 2).named("total")
      x[0] <= 0.5
    }.compile()
    let read = ImportedModel(try ConicFile.read(bytes: compiled.encode(name: name), name: name))
    #expect(isClose(try read.problem.solve().optimum().objective, 3.5, 1e-6))
    #expect(isClose(try compiled.solve().optimum().objective, 3.5, 1e-6))
  }

  @Test func solutionsAsJSON() throws {
    let model = Model()
    let x = model.vector("x", count: 2, .nonnegative)
    let optimum = try Problem.minimize(inner([1, 2], x)) { (sum(x) == 1).named("total") }.solve().optimum()
    let object = try #require(try JSONSerialization.jsonObject(with: optimum.json()) as? [String: Any])
    #expect(object["status"] as? String == "solved")
    let values = try #require(object["values"] as? [String: [Double]])
    #expect(isClose(try #require(values["x"]), [1, 0], 1e-6))
    let duals = try #require(object["duals"] as? [String: [Double]])
    #expect(isClose(try #require(duals["total"]), [1], 1e-6))
  }
}
