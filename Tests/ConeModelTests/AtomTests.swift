import ConeModel
import ConeSolver
import Foundation
import LinearAlgebra
import Testing

/// An atom, the function it stands for written out in numbers, and a point where that is smooth.
struct AtomCase: Sendable, CustomTestStringConvertible {
  let name: String
  let point: [Double]
  let atom: @Sendable (AffineVector) -> ConvexScalar
  let function: @Sendable ([Double]) -> Double
  /// A level below the value at the point, for the atom as a bound.
  let level: Double

  var testDescription: String { name }

  /// Central differences, whose error is of the order of the step squared.
  func gradient() -> [Double] {
    point.indices.map { i in
      let step = 1e-5
      var (up, down) = (point, point)
      up[i] += step
      down[i] -= step
      return (function(up) - function(down)) / (2 * step)
    }
  }
}

private func euclidean(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// The symmetric matrix of order `n` whose upper triangle is the vector.
private func matrix(_ x: AffineVector, _ n: Int) -> AffineSymmetric {
  symmetric(order: n) { i, j in x[j * (j + 1) / 2 + i] }
}

private func eigenvalues(_ x: [Double], _ n: Int) -> [Double] {
  Constant<Symmetric>(order: n, upperTriangle: x).eigenvalues
}

/// The singular values of the 2 × 3 matrix with the given entries, by the closed form for 2 × 2 Gram matrices.
private func singularValues(_ m: [Double]) -> (Double, Double) {
  let (a, b) = ([m[0], m[2], m[4]], [m[1], m[3], m[5]])
  let (p, q, r) = (dot(a, a), dot(a, b), dot(b, b))
  let root = ((p - r) * (p - r) / 4 + q * q).squareRoot()
  return (((p + r) / 2 + root).squareRoot(), ((p + r) / 2 - root).squareRoot())
}

private func rectangle(_ x: AffineVector) -> AffineMatrix {
  ConeModel.matrix(rows: 2, columns: 3) { i, j in x[2 * j + i] }
}

private func huberValue(_ x: Double) -> Double {
  x.magnitude <= 1.25 ? x * x : 1.25 * (2 * x.magnitude - 1.25)
}

private let form = Constant<Symmetric>([[2, 1, 0], [1, 3, -1], [0, -1, 1]])
private let v3 = [1.5, -2, 0.75]
private let positive = [1.5, 2.5, 0.75]
private let definite = [2, 0.5, 3, -0.25, 0.75, 1.5]
private let six = [1, -0.5, 2, 0.25, -1.5, 1.25]

let atomCases: [AtomCase] = {
  var list: [AtomCase] = []
  func add(
    name: String, point: [Double], atom: @escaping @Sendable (AffineVector) -> ConvexScalar,
    function: @escaping @Sendable ([Double]) -> Double, level: Double
  ) { list.append(AtomCase(name: name, point: point, atom: atom, function: function, level: level)) }
  add(name: "norm", point: v3, atom: { norm($0) }, function: euclidean, level: 1.5)
  add(name: "norm1", point: v3, atom: { norm1($0) }, function: { $0.reduce(0) { $0 + $1.magnitude } }, level: 3)
  add(
    name: "normInfinity", point: v3, atom: { normInfinity($0) }, function: { $0.map(\.magnitude).max()! }, level: 1.25)
  add(
    name: "frobeniusNorm", point: definite, atom: { frobeniusNorm(matrix($0, 3)) },
    function: { x in euclidean((0..<9).map { x[[0, 1, 3, 1, 2, 4, 3, 4, 5][$0]] }) }, level: 3)
  add(
    name: "rowNorms", point: six, atom: { sum(rowNorms(rectangle($0))) },
    function: { euclidean([$0[0], $0[2], $0[4]]) + euclidean([$0[1], $0[3], $0[5]]) }, level: 3)
  add(name: "sumSquares", point: v3, atom: { sumSquares($0) }, function: { dot($0, $0) }, level: 3)
  add(
    name: "square", point: v3, atom: { inner([1, 2, 0.5], square($0)) },
    function: { $0[0] * $0[0] + 2 * $0[1] * $0[1] + 0.5 * $0[2] * $0[2] }, level: 4)
  add(
    name: "quadForm", point: v3, atom: { quadForm($0, form) },
    function: { x in (0..<9).reduce(0) { $0 + form[$1 / 3, $1 % 3] * x[$1 / 3] * x[$1 % 3] } }, level: 5)
  add(
    name: "quadForm of an affine map", point: v3, atom: { quadForm(2 ⋅ $0 + [1, 0, -1], form) },
    function: { x in
      let y = [2 * x[0] + 1, 2 * x[1], 2 * x[2] - 1]
      return (0..<9).reduce(0) { $0 + form[$1 / 3, $1 % 3] * y[$1 / 3] * y[$1 % 3] }
    }, level: 20)
  add(
    name: "quadOverLinear", point: positive, atom: { quadOverLinear($0[0..<2], $0[2]) },
    function: { ($0[0] * $0[0] + $0[1] * $0[1]) / $0[2] }, level: 5)
  add(name: "max", point: v3, atom: { max($0) }, function: { $0.max()! }, level: 0.5)
  add(name: "min", point: v3, atom: { -min($0) }, function: { -$0.min()! }, level: 1)
  add(
    name: "positivePart", point: v3, atom: { sum(positivePart($0)) },
    function: { $0.reduce(0) { $0 + Swift.max($1, 0) } },
    level: 1)
  add(
    name: "squared hinge", point: v3, atom: { sumSquares(positivePart($0)) },
    function: { $0.reduce(0) { $0 + ($1 > 0 ? $1 * $1 : 0) } }, level: 1)
  add(
    name: "norm of norms", point: six, atom: { norm(columnNorms(rectangle($0))) }, function: euclidean, level: 2)
  add(
    name: "sumLargest", point: v3, atom: { sumLargest($0, 2) },
    function: { $0.sorted(by: >).prefix(2).reduce(0, +) }, level: 1)
  add(
    name: "sumSmallest", point: v3, atom: { -sumSmallest($0, 2) }, function: { -$0.sorted().prefix(2).reduce(0, +) },
    level: 0.5)
  add(
    name: "huber", point: [0.5, -2, 1.75], atom: { sum(huber($0, threshold: 1.25)) },
    function: { $0.reduce(0) { $0 + huberValue($1) } }, level: 3)
  add(
    name: "lambdaMax", point: definite, atom: { lambdaMax(matrix($0, 3)) }, function: { eigenvalues($0, 3).last! },
    level: 2.5)
  add(
    name: "lambdaMin", point: definite, atom: { -lambdaMin(matrix($0, 3)) }, function: { -eigenvalues($0, 3)[0] },
    level: -1.5)
  add(
    name: "sumLargestEigenvalues", point: definite, atom: { sumLargestEigenvalues(matrix($0, 3), 2) },
    function: { eigenvalues($0, 3)[1...].reduce(0, +) }, level: 4)
  add(
    name: "spectralNorm", point: six, atom: { spectralNorm(rectangle($0)) }, function: { singularValues($0).0 },
    level: 2)
  add(
    name: "nuclearNorm", point: six, atom: { nuclearNorm(rectangle($0)) },
    function: { singularValues($0).0 + singularValues($0).1 }, level: 3)
  add(
    name: "spectralNorm, symmetric", point: [-3, 0.5, 1, -0.25, 0.75, 1.5], atom: { spectralNorm(matrix($0, 3)) },
    function: { eigenvalues($0, 3).map(\.magnitude).max()! }, level: 2)
  add(
    name: "matrixFractional", point: definite + [1, -2, 0.5], atom: { matrixFractional($0[6..<9], matrix($0, 3)) },
    function: { x in
      let (inverse, y) = (inverse3(x), Array(x[6...]))
      return (0..<3).reduce(0) { $0 + y[$1] * dot(Array(inverse[3 * $1..<3 * $1 + 3]), y) }
    }, level: 2)
  add(
    name: "traceInverse", point: definite, atom: { traceInverse(matrix($0, 3)) },
    function: { eigenvalues($0, 3).reduce(0) { $0 + 1 / $1 } }, level: 1.4)
  add(
    name: "geometricMean", point: positive, atom: { -geometricMean($0) },
    function: { -cbrt($0[0] * $0[1] * $0[2]) }, level: -1.75)
  add(
    name: "rootDeterminant", point: definite, atom: { -rootDeterminant(matrix($0, 3)) },
    function: { -cbrt(eigenvalues($0, 3).reduce(1, *)) }, level: -2.25)
  add(name: "squareRoot", point: [1.75], atom: { -squareRoot($0[0]) }, function: { -$0[0].squareRoot() }, level: -1.5)
  add(name: "reciprocal", point: [0.75], atom: { reciprocal($0[0]) }, function: { 1 / $0[0] }, level: 1.1)
  add(
    name: "power 3/2", point: positive, atom: { sum(convexPower($0, 3, over: 2)) },
    function: { $0.reduce(0) { $0 + pow($1, 1.5) } }, level: 4)
  add(
    name: "power 7/3", point: [1.25], atom: { convexPower($0[0], 7, over: 3) }, function: { pow($0[0], 7.0 / 3) },
    level: 1.2)
  add(
    name: "power −2/3", point: [1.25], atom: { convexPower($0[0], -2, over: 3) }, function: { pow($0[0], -2.0 / 3) },
    level: 0.75)
  add(
    name: "power 3/5", point: [1.25], atom: { -concavePower($0[0], 3, over: 5) }, function: { -pow($0[0], 0.6) },
    level: -1.3)
  return list
}()

/// The inverse of the symmetric 3 × 3 matrix with the given triangle, row by row, by cofactors.
private func inverse3(_ t: [Double]) -> [Double] {
  let (a, b, c, d, e, f) = (t[0], t[1], t[3], t[2], t[4], t[5])
  let determinant = a * (d * f - e * e) - b * (b * f - e * c) + c * (b * e - d * c)
  let (p, q, r) = (d * f - e * e, c * e - b * f, b * e - c * d)
  let (s, t, u) = (a * f - c * c, b * c - a * e, a * d - b * b)
  return [p, q, r, q, s, t, r, t, u].map { $0 / determinant }
}

/// Every atom: its value, its conic form as a cost and as a bound, and the duals both give.
struct AtomTests {
  /// Fixed at a point, a cost is the function there, and the dual of the fixing is its gradient.
  @Test(arguments: atomCases) func costIsTheFunctionAndItsDualTheGradient(_ atom: AtomCase) throws {
    let x = Model().vector("x", count: atom.point.count)
    let fixed = x == atom.point
    let cost = atom.atom(x)
    let optimum = try Problem.minimize(cost) { fixed }.solve().optimum()
    let expected = atom.function(atom.point)
    #expect(isClose(try optimum.value(of: cost), expected, 1e-7))
    #expect(isClose(optimum.objective, expected, 1e-6))
    let gradient = atom.gradient()
    // The duality gap is of second order in the error of the dual: at 1e-8 it leaves 1e-4.
    let dual = try optimum.dual(of: fixed)
    #expect(isClose(dual, gradient, 2e-4), "\(dual) but \(gradient)")
  }

  /// As a bound that binds, the nearest point lies on the level set, and the dual is the derivative by the level,
  /// measured by central differences.
  @Test(arguments: atomCases) func boundBindsAndItsDualIsTheDerivative(_ atom: AtomCase) throws {
    func solve(_ level: Double) throws -> (optimum: ModelSolution, x: AffineVector, dual: Double) {
      let x = Model().vector("x", count: atom.point.count)
      let bound = atom.atom(x) <= level
      let optimum = try Problem.minimize(sumSquares(x - atom.point)) { bound }.solve().optimum()
      return (optimum, x, try optimum.dual(of: bound))
    }
    let (optimum, x, dual) = try solve(atom.level)
    #expect(isClose(atom.function(try optimum.value(of: x)), atom.level, 1e-5))
    let step = 1e-3
    let ends = try [step, -step].map { try solve(atom.level + $0).optimum.objective }
    let difference = (ends[0] - ends[1]) / (2 * step)
    #expect(dual < 0)
    #expect(isClose(dual, difference, 1e-3))
  }

  /// An atom that is used twice is stated once, and two uses bind as one would.
  @Test(arguments: atomCases) func usedTwice(_ atom: AtomCase) throws {
    let x = Model().vector("x", count: atom.point.count)
    let f = atom.atom(x)
    let far = sumSquares(x - atom.point)
    let once = try Problem.minimize(far) { f <= atom.level }.solve().optimum()
    let twice = try Problem.minimize(far) {
      f <= atom.level
      2 ⋅ f <= 2 * atom.level
    }.solve().optimum()
    #expect(isClose(once.objective, twice.objective, 1e-5))
  }

  @Test func constantsAreEvaluated() throws {
    let x = Model().scalar("x")
    let nothing = vector(count: 2) { rows in
      rows.add(3, to: 0)
      rows.add(-4, to: 1)
    }
    let optimum = try Problem.minimize(x + norm(nothing) + norm1(nothing)) { x >= 1 }.solve().optimum()
    #expect(isClose(optimum.objective, 1 + 5 + 7, 1e-7))
  }

  /// Huber's cost reaches P as squares: two variables and two rows for each entry, no cone.
  @Test func huberIsQuadratic() throws {
    let x = Model().vector("x", count: 3)
    let program = try Problem.minimize(sum(huber(x - [1, 2, 3]))).compile().problem
    #expect(program.P.nonzeros == 3)
    #expect(program.cones == [.nonnegative(6)])
  }

  /// Few rows over many variables: their Gram matrix would be full, so the residual becomes variables.
  @Test func wideSquaresKeepTheirRows() throws {
    let x = Model().vector("x", count: 400)
    let A = Constant<Matrix>(rows: 3, columns: 400) { i, j in cos(Double(7 * i + 3 * j)) }
    let program = try Problem.minimize(sumSquares(A ⋅ x - [1, 2, 3])).compile().problem
    #expect(program.P.nonzeros == 3)
    #expect(program.cones == [.zero(3)])
    let optimum = try Problem.minimize(sumSquares(A ⋅ x - [1, 2, 3]) + 0.5 ⋅ norm1(x)) { x >= -1 }.solve().optimum()
    #expect(isClose(optimum.objective, optimum.bound, 1e-6))
  }
}
