import ConeModel
import ConeSolver
import Testing

/// For every cone and both senses: `⟨dual, δ⟩` is the derivative of the optimal value when the right-hand side moves by
/// `δ`, measured by central differences.
struct ConeDualTests {
  private let step = 1e-4

  private func solve(
    _ isMinimization: Bool, _ far: ConvexScalar, _ constraints: Constraints
  ) throws -> ModelSolution {
    @ConstraintBuilder func all() -> Constraints { constraints }
    let problem = isMinimization ? Problem.minimize(far) { all() } : Problem.maximize(-far) { all() }
    return try problem.solve().optimum()
  }

  @ConstraintBuilder private func only<S: Shape>(_ constraint: Constraint<S>) -> Constraints { constraint }

  private func checkVectors(
    _ target: [Double], _ direction: [Double], _ constraint: (AffineVector, [Double]) -> Constraint<Vector>,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for isMinimization in [true, false] {
      func solve(_ shift: Double) throws -> (value: Double, dual: [Double]) {
        let x = Model().vector("x", count: target.count)
        let stated = constraint(x, direction.map { shift * $0 })
        let optimum = try self.solve(isMinimization, sumSquares(x - target), only(stated))
        return (optimum.objective, try optimum.dual(of: stated))
      }
      let ends = try [step, -step].map { try solve($0).value }
      let difference = (ends[0] - ends[1]) / (2 * step)
      let derivative = dot(try solve(0).dual, direction)
      #expect(difference.magnitude > 0.1, sourceLocation: sourceLocation)
      #expect(isClose(derivative, difference, 1e-3), "\(derivative) but \(difference)", sourceLocation: sourceLocation)
    }
  }

  @Test func vectors() throws {
    let direction = [0.5, -1, 0.25, 0.75]
    try checkVectors([1, -2, 3, 0.5], direction) { x, d in x - d == 0 }
    try checkVectors([1, -2, 3, 0.5], direction) { x, d in x - d <= 0 }
    try checkVectors([1, -2, 3, 0.5], direction) { x, d in x - d >= 0 }
    try checkVectors([1, -2, 3, 0.5], direction) { x, d in (x - d).isMember(of: .nonnegative) }
    try checkVectors([1, -2, 3, 0.5], direction) { x, d in (x - d).isMember(of: .secondOrder) }
    try checkVectors([1, 0.5, 3, 0.5], direction) { x, d in (x - d).isMember(of: .rotatedSecondOrder) }
    try checkVectors([1, -2, 3, 0.5], direction) { x, d in (x - d).isMember(of: .zero) }
  }

  @Test(arguments: [true, false]) func symmetricMatrices(isMinimization: Bool) throws {
    let target = Constant<Symmetric>([[1, 2, -1.5], [2, -1, 0.5], [-1.5, 0.5, 0.25]])
    let direction = Constant<Symmetric>([[0.5, -1, 0.25], [-1, 2, 1], [0.25, 1, -0.75]])
    let relations: [@Sendable (AffineSymmetric) -> Constraint<Symmetric>] = [
      { $0 ⪰ 0 }, { $0 ⪯ 0 }, { $0.isMember(of: .doublyNonnegative) }, { $0 == Constant<Symmetric>.identity(order: 3) },
    ]
    for relation in relations {
      func solve(_ shift: Double) throws -> (value: Double, dual: Constant<Symmetric>) {
        let X = Model().symmetric("X", order: 3)
        let stated = relation(X - direction.scaled(by: shift))
        let optimum = try self.solve(isMinimization, sumSquares(X - target), only(stated))
        return (optimum.objective, try optimum.dual(of: stated))
      }
      let ends = try [step, -step].map { try solve($0).value }
      let difference = (ends[0] - ends[1]) / (2 * step)
      let dual = try solve(0).dual
      let derivative = (0..<9).reduce(0.0) { $0 + dual[$1 / 3, $1 % 3] * direction[$1 / 3, $1 % 3] }
      #expect(isClose(derivative, difference, 1e-3), "\(derivative) but \(difference)")
    }
  }

  /// Both ends of a box, by the derivative of the value when the box moves.
  @Test(arguments: [true, false]) func boxes(isMinimization: Bool) throws {
    func solve(_ shift: Double) throws -> (value: Double, dual: [Double]) {
      let x = Model().vector("x", count: 3, .box(-1 + shift, 1 + shift))
      let optimum = try self.solve(isMinimization, sumSquares(x - [2, 0.5, -3]), Constraints())
      return (optimum.objective, try optimum.dual(ofDomain: x))
    }
    let dual = try solve(0).dual
    let ends = try [step, -step].map { try solve($0).value }
    let difference = (ends[0] - ends[1]) / (2 * step)
    #expect(isClose(dual.reduce(0, +), difference, 1e-3))
    let sign = isMinimization ? 1.0 : -1
    #expect(sign * dual[0] < -1 && isClose(dual[1], 0, 1e-5) && sign * dual[2] > 1)
  }
}
