import ConeModel
import ConeSolver
import Testing

/// Every fault is thrown where it is met, names its place and says how to mend it.
struct FaultTests {
  let model = Model()

  private func fault(_ objective: Expression<Scalar, Affine>) -> ModelError? { fault(.minimize(objective)) }

  private func fault(_ problem: Problem) -> ModelError? {
    do throws(ModelError) {
      _ = try problem.compile()
      return nil
    } catch {
      if case .within(_, let inner) = error { return inner }
      return error
    }
  }

  @Test func sizesThatDoNotFit() {
    let x = model.vector("x", count: 3)
    let y = model.vector("y", count: 4)
    let A = Constant<Matrix>([[1, 2], [3, 4]])
    #expect(
      fault(sum(x + y))
        == .shapeMismatch(
          operation: "+", left: "a 3 × 1 expression in x[0]", right: "a 4 × 1 expression in y[0]"))
    #expect(
      fault(sum(A ⋅ x))
        == .shapeMismatch(operation: "⋅", left: "a 2 × 2 constant", right: "a 3 × 1 expression in x[0]"))
    #expect(fault(inner([1, 2], x)) != nil)
    #expect(fault(.minimize(sum(x)) { x == [1, 2] }) != nil)
    #expect(fault(sum(Constant<Matrix>([[1, 2], [3]]) ⋅ y)) != nil)
    #expect(fault(sum(Constant(rows: 2, columns: 2, columnMajor: [1]) ⋅ y)) != nil)
  }

  @Test func theFirstFaultIsTheOneReported() {
    let x = model.vector("x", count: 3)
    #expect(
      fault(2 ⋅ (x[3] + x[0]) - sum(x + [1]))
        == .indexOutOfRange(what: "a vector", index: 3, count: 3))
  }

  @Test func indices() {
    let M = model.matrix("M", rows: 2, columns: 3)
    let X = model.symmetric("X", order: 2)
    #expect(fault(M[2, 0]) == .indexOutOfRange(what: "the rows of a matrix", index: 2, count: 2))
    #expect(fault(M[0, -1]) == .indexOutOfRange(what: "the columns of a matrix", index: -1, count: 3))
    #expect(fault(sum(M.row(2))) == .indexOutOfRange(what: "the rows of a matrix", index: 2, count: 2))
    #expect(fault(sum(M.column(3))) == .indexOutOfRange(what: "the columns of a matrix", index: 3, count: 3))
    #expect(fault(X[0, 2]) == .indexOutOfRange(what: "the columns of a symmetric matrix", index: 2, count: 2))
    #expect(fault(sum(X[0..<3, 0..<1])) == .indexOutOfRange(what: "the rows of a matrix", index: 2, count: 2))
    let rows = vector(count: 2) { $0.add(1, X[0, 0], to: 2) }
    #expect(fault(sum(rows)) == .indexOutOfRange(what: "the rows of vector(count:_:)", index: 2, count: 2))
  }

  @Test func negativeSizes() {
    let X = model.symmetric("X", order: -1, .doublyNonnegative)
    #expect(fault(trace(X) + X[0, 0] + sumOfBlock(X)) == .negativeSize(what: "a side of X", size: -1))
    #expect(fault(sum(model.vector("v", count: -2))) == .negativeSize(what: "a side of v", size: -2))
    #expect(fault(sum(vector(count: -2) { _ in })) == .negativeSize(what: "the count of a vector", size: -2))
  }

  private func sumOfBlock(_ X: Expression<Symmetric, Affine>) -> Expression<Scalar, Affine> {
    sum(X[0..<1, 0..<1]) + sum(X.principal(0..<1)) + sum(offDiagonal(X)) + inner(Constant.identity(order: 2), X)
  }

  @Test func twoModels() {
    let x = model.vector("x", count: 3)
    let y = Model().vector("y", count: 3)
    #expect(fault(sum(x + y)) == .mixedModels)
    #expect(fault(.minimize(sum(x)) { y >= 0 }) == .mixedModels)
    #expect(fault(.minimize(norm(x) + norm(y))) == .mixedModels)
  }

  @Test func weightsThatTurnTheCurvature() {
    let x = model.vector("x", count: 3)
    #expect(fault(.minimize(-1 ⋅ norm(x))) == .negativeWeight(-1))
    #expect(fault(.maximize(-(norm(x) / -2))) == .negativeWeight(-2))
    #expect(fault(.minimize(0 ⋅ norm(x) + sum(x))) == nil)
  }

  @Test func numbersThatAreNotFinite() throws {
    let x = model.vector("x", count: 3)
    let bad = (inner([1, .nan, 2], x) <= 3).named("bad")
    let error = #expect(throws: ModelError.self) { try Problem.minimize(sum(x)) { bad }.compile() }
    let text = "\(try #require(error))"
    #expect(text.contains("constraint \"bad\"") && text.contains("x[1]") && text.contains("nan"))
    let constant = #expect(throws: ModelError.self) {
      try Problem.minimize(sum(x)) { x <= [1, 2, .infinity] }.compile()
    }
    let message = "\(try #require(constant))"
    #expect(
      message.contains("constraint 0 at FaultTests.swift:") && message.contains("-inf at the constant of entry 2"))
  }

  @Test func semidefiniteBoundsOtherThanZero() {
    let X = model.symmetric("X", order: 2)
    #expect(fault(.minimize(trace(X)) { X ⪰ 1 }) == .ambiguousBound(1))
    #expect(fault(.minimize(trace(X)) { X ⪰ 0 }) == nil)
    #expect(fault(.minimize(trace(X)) { X ⪰ Constant.identity(order: 2).scaled(by: 2) }) == nil)
  }

  @Test func matricesThatAreNotSymmetric() {
    let X = model.symmetric("X", order: 2)
    let C = Constant<Symmetric>([[1, 2], [2.5, 3]])
    #expect(fault(inner(C, X)) == .notSymmetric(row: 0, column: 1, upper: 2, lower: 2.5))
  }

  @Test func questionsASolutionCannotAnswer() throws {
    let x = model.vector("x", count: 3)
    let floor = x >= 1
    let compiled = try Problem.minimize(sum(x)) { floor }.compile()
    let solution = try handmade(compiled, x: [1, 2, 3])
    let late = model.scalar("late")
    func answer(_ ask: () throws -> Void) -> ModelError? {
      let error = #expect(throws: ModelError.self, performing: ask)
      // The line that asks is named.
      if let error { #expect("\(error)".hasPrefix("FaultTests.swift:")) }
      return error?.cause
    }
    #expect(answer { _ = try solution.value(of: late + x[0]) } == .unknownVariable("late"))
    #expect(answer { _ = try solution.value(of: Model().scalar("other")) } == .mixedModels)
    #expect(
      answer { _ = try solution.dual(of: (x >= 1).named("other")) } == .unknownConstraint("constraint \"other\""))
    #expect(answer { _ = try solution.dual(ofDomain: 2 ⋅ x) } == .notAVariable("a 3 × 1 expression in x[0]"))
    #expect(
      answer { _ = try solution.value(of: x[5]) } == .indexOutOfRange(what: "a vector", index: 5, count: 3))
    #expect(answer { _ = try compiled.rows(of: (x >= 1).named("other")) } == .unknownConstraint("constraint \"other\""))
    #expect(throws: ModelError.wrongPoint(what: "x", found: 1, expected: 3)) { try handmade(compiled, x: [1]) }
    let (empty, line) = (Problem.minimize(vector(count: 1) { _ in }[0]), #line)
    #expect(throws: ModelError.within(place: "the objective at FaultTests.swift:\(line)", .noVariables)) {
      try empty.compile()
    }
  }
}
