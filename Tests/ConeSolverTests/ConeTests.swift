import LinearAlgebra
import TestSupport
import Testing

@testable import ConeSolver

/// The operators of every cone against identities and dense constructions that use none of them.
@Suite struct ConeTests {
  static let cones: [Cone] = [
    .nonnegative(1), .nonnegative(5), .secondOrder(1), .secondOrder(2), .secondOrder(3), .secondOrder(9),
    .positiveSemidefinite(order: 1), .positiveSemidefinite(order: 2), .positiveSemidefinite(order: 4),
    .positiveSemidefinite(order: 7),
  ]
  static let trials = 20

  /// Views over arrays, freed together.
  final class Bench {
    private let arena = Arena()
    func view(_ v: [Double]) -> VectorView { arena.vector(v) }
    func apply(_ v: [Double], _ operation: (VectorView, VectorView) -> Void) -> [Double] {
      let y = arena.vector(v.count)
      operation(view(v), y)
      return y.array
    }
  }

  /// Interior points of very different sizes, as iterates near the boundary are.
  static func interior(_ cone: Cone, _ rng: inout SplitMix64) -> [Double] {
    let point = cone.interiorPoint(dual: true, &rng)
    let scale = [1e-4, 1, 1e3][rng.integer(0...2)]
    return point.map { $0 * scale }
  }

  @Test(arguments: cones) func scalingMapsDualToPrimal(_ cone: Cone) {
    var rng = SplitMix64(seed: 11)
    let bench = Bench()
    let operators = cone.makeOperators(rows: 0..<cone.dimension)
    for _ in 0..<Self.trials {
      let s = Self.interior(cone, &rng)
      let z = Self.interior(cone, &rng)
      #expect(operators.updateScaling(s: bench.view(s), z: bench.view(z)))
      let Hz = bench.apply(z) { operators.applyH($0, into: $1) }
      #expect(largest(sum(Hz, s, -1)) <= 1e-10 * largest(s))
      let x = rng.normals(cone.dimension)
      let y = rng.normals(cone.dimension)
      let Hx = bench.apply(x) { operators.applyH($0, into: $1) }
      let Hy = bench.apply(y) { operators.applyH($0, into: $1) }
      let back = bench.apply(Hx) { operators.applyHInverse($0, into: $1) }
      #expect(largest(sum(back, x, -1)) <= 1e-7 * largest(x))
      #expect(inner(x, Hx) > 0)
      #expect(abs(inner(x, Hy) - inner(y, Hx)) <= 1e-11 * norm(x) * norm(Hy))
    }
  }

  /// The frame is orthogonal and `QᵀHQ` the operator in it, diagonal for a second-order cone.
  @Test(arguments: cones) func frameDiagonalisesTheOperator(_ cone: Cone) {
    var rng = SplitMix64(seed: 17)
    let bench = Bench()
    let operators = cone.makeOperators(rows: 0..<cone.dimension)
    for _ in 0..<Self.trials {
      let s = Self.interior(cone, &rng)
      let z = Self.interior(cone, &rng)
      #expect(operators.updateScaling(s: bench.view(s), z: bench.view(z)))
      func moved(_ v: [Double], _ move: (VectorView) -> Void) -> [Double] {
        let view = bench.view(v)
        move(view)
        return view.array
      }
      let x = rng.normals(cone.dimension)
      let y = moved(x, operators.enterFrame)
      #expect(abs(norm(y) - norm(x)) <= 1e-14 * norm(x))
      #expect(largest(sum(moved(y, operators.leaveFrame), x, -1)) <= 1e-14 * norm(x))
      let framed = moved(bench.apply(y) { operators.applyFramedH($0, into: $1) }, operators.leaveFrame)
      let Hx = bench.apply(x) { operators.applyH($0, into: $1) }
      #expect(largest(sum(framed, Hx, -1)) <= 1e-11 * norm(Hx))
      guard case .secondOrder(2...) = cone else { continue }
      for k in 0..<cone.dimension {
        let unit = (0..<cone.dimension).map { $0 == k ? 1.0 : 0 }
        let image = bench.apply(unit) { operators.applyFramedH($0, into: $1) }
        for i in 0..<cone.dimension where i != k { #expect(image[i] == 0) }
      }
    }
  }

  /// Consecutive second-order cones are one block that does what they do.
  @Test func secondOrderBlockIsItsCones() {
    var rng = SplitMix64(seed: 18)
    let bench = Bench()
    let dimensions = [3, 2, 5, 3]
    let block = SecondOrderBlock(dimensions: dimensions, firstRow: 4)
    let list = dimensions.map { Cone.secondOrder($0) }
    let (s, z) = (list.flatMap { Self.interior($0, &rng) }, list.flatMap { Self.interior($0, &rng) })
    let (ds, dz) = (rng.normals(s.count), rng.normals(s.count))
    #expect(block.rows == 4..<4 + s.count && block.degree == dimensions.count)
    #expect(block.updateScaling(s: bench.view(s), z: bench.view(z)))
    let Hds = bench.apply(ds) { block.applyH($0, into: $1) }
    let zeta = bench.apply(z) { block.combinedTerm(z: $0, ds: bench.view(ds), dz: bench.view(dz), sigmaMu: 0.1, into: $1) }
    let step = block.maximumStep(s: bench.view(s), ds: bench.view(ds), z: bench.view(z), dz: bench.view(dz), limit: 1)
    var least = 1.0
    var first = 0
    for cone in list {
      let rows = first..<first + cone.dimension
      first = rows.upperBound
      func part(_ v: [Double]) -> VectorView { bench.view(Array(v[rows])) }
      let one = cone.makeOperators(rows: 0..<cone.dimension)
      #expect(one.updateScaling(s: part(s), z: part(z)))
      #expect(bench.apply(Array(ds[rows])) { one.applyH($0, into: $1) } == Array(Hds[rows]))
      let alone = bench.apply(Array(z[rows])) { one.combinedTerm(z: $0, ds: part(ds), dz: part(dz), sigmaMu: 0.1, into: $1) }
      #expect(alone == Array(zeta[rows]))
      least = min(least, one.maximumStep(s: part(s), ds: part(ds), z: part(z), dz: part(dz), limit: 1))
    }
    #expect(step == least)
  }

  /// `G` is the only symmetric positive definite matrix with `GZG = S`, the geometric mean of `S` and `Z⁻¹`.
  @Test func semidefiniteScalingPointIsTheGeometricMean() {
    var rng = SplitMix64(seed: 12)
    let bench = Bench()
    for order in 1...6 {
      let cone = Cone.positiveSemidefinite(order: order)
      let operators = PositiveSemidefiniteCone(order: order, rows: 0..<cone.dimension)
      let s = cone.interiorPoint(dual: false, &rng)
      let z = cone.interiorPoint(dual: true, &rng)
      #expect(operators.updateScaling(s: bench.view(s), z: bench.view(z)))
      let G = (0..<order).map { i in (0..<order).map { operators.G[i + $0 * order] } }
      let GZG = product(product(G, smat(z, order: order)), G)
      #expect(largest(sum(svec(GZG), s, -1)) <= 1e-11 * largest(s))
      #expect(jacobiEigenvalues(G)[0] > 0)
      let inverse = (0..<order).map { i in (0..<order).map { operators.GInverse[i + $0 * order] } }
      let unit = product(G, inverse)
      for i in 0..<order { for j in 0..<order { #expect(abs(unit[i][j] - (i == j ? 1 : 0)) <= 1e-10) } }
    }
  }

  @Test func identityScaling() {
    var rng = SplitMix64(seed: 13)
    let bench = Bench()
    for cone in Self.cones {
      let operators = cone.makeOperators(rows: 0..<cone.dimension)
      #expect(operators.updateScaling(
        s: bench.view(Self.interior(cone, &rng)), z: bench.view(Self.interior(cone, &rng))))
      operators.setIdentityScaling()
      let x = rng.normals(cone.dimension)
      #expect(largest(sum(bench.apply(x) { operators.applyH($0, into: $1) }, x, -1)) <= 1e-14 * largest(x))
      #expect(largest(sum(bench.apply(x) { operators.applyHInverse($0, into: $1) }, x, -1)) <= 1e-14 * largest(x))
    }
  }

  @Test(arguments: cones) func marginIsTheDistanceAlongTheIdentity(_ cone: Cone) {
    var rng = SplitMix64(seed: 14)
    let bench = Bench()
    let operators = cone.makeOperators(rows: 0..<cone.dimension)
    for _ in 0..<Self.trials {
      let v = rng.normals(cone.dimension)
      let margin = operators.margin(bench.view(v))
      #expect(abs(margin - cone.independentMargin(v)) <= 1e-12 * largest(v))
      let moved = bench.view(v)
      operators.addIdentity(-margin, to: moved)
      #expect(abs(cone.independentMargin(moved.array)) <= 1e-12 * max(1, largest(v)))
    }
  }

  @Test(arguments: cones) func maximumStepEndsOnTheBoundary(_ cone: Cone) {
    var rng = SplitMix64(seed: 15)
    let bench = Bench()
    let operators = cone.makeOperators(rows: 0..<cone.dimension)
    let limit = 1e6
    var bounded = 0
    for _ in 0..<Self.trials {
      let s = cone.interiorPoint(dual: false, &rng)
      let z = cone.interiorPoint(dual: true, &rng)
      #expect(operators.updateScaling(s: bench.view(s), z: bench.view(z)))
      let ds = rng.normals(cone.dimension)
      let dz = rng.normals(cone.dimension)
      func step(_ limit: Double) -> Double {
        operators.maximumStep(
          s: bench.view(s), ds: bench.view(ds), z: bench.view(z), dz: bench.view(dz), limit: limit)
      }
      let alpha = step(limit)
      func margin(_ t: Double) -> Double {
        min(cone.independentMargin(sum(s, ds, t)), cone.independentMargin(sum(z, dz, t)))
      }
      #expect(margin(0.999 * alpha) > 0)
      #expect(step(alpha / 2) == alpha / 2)
      if alpha < limit {
        bounded += 1
        #expect(abs(margin(alpha)) <= 1e-9 * (largest(s) + largest(z) + alpha * (largest(ds) + largest(dz))))
        #expect(margin(1.001 * alpha) < 0)
      }
    }
    #expect(bounded >= Self.trials / 2)
  }

  /// Directions inside the cone never meet the boundary; the direction towards the apex meets it at the apex.
  @Test(arguments: cones) func maximumStepAtSpecialDirections(_ cone: Cone) {
    var rng = SplitMix64(seed: 16)
    let bench = Bench()
    let operators = cone.makeOperators(rows: 0..<cone.dimension)
    let s = cone.interiorPoint(dual: false, &rng)
    let z = cone.interiorPoint(dual: true, &rng)
    #expect(operators.updateScaling(s: bench.view(s), z: bench.view(z)))
    func step(_ ds: [Double], _ dz: [Double]) -> Double {
      operators.maximumStep(s: bench.view(s), ds: bench.view(ds), z: bench.view(z), dz: bench.view(dz), limit: 100)
    }
    let zero = s.map { _ in 0.0 }
    #expect(step(zero, zero) == 100)
    #expect(step(s, z) == 100)
    // The apex is a double root, which rounding splits by the square root of an ulp; the shorter step is the safe one.
    for (found, exact) in [(step(s.map { -$0 }, zero), 1.0), (step(zero, z.map { -0.5 * $0 }), 2.0)] {
      #expect(found <= exact * (1 + 1e-14) && found >= exact * (1 - 1e-7))
    }
  }

  /// On the central path, `s = μ z⁻¹`, a zero predictor needs no correction: with σ = 1, `ζ = z − z = 0`.
  @Test(arguments: cones) func combinedTermVanishesOnTheCentralPath(_ cone: Cone) {
    var rng = SplitMix64(seed: 17)
    let bench = Bench()
    let operators = cone.makeOperators(rows: 0..<cone.dimension)
    let z = cone.interiorPoint(dual: true, &rng)
    let mu = 0.37
    let s = Self.jordanInverse(cone, z).map { mu * $0 }
    #expect(operators.updateScaling(s: bench.view(s), z: bench.view(z)))
    let zero = bench.view(z.map { _ in 0 })
    let shift = bench.view(z)
    operators.combinedTerm(z: bench.view(z), ds: zero, dz: zero, sigmaMu: mu, into: shift)
    #expect(largest(shift.array) <= 1e-11 * largest(z))
  }

  /// The whole term against its definition with a dense `W`: any `W` with `WᵀW = H` and `Wz = W⁻ᵀs` serves, since the
  /// result does not depend on the choice. Here `W` comes from `H` by dense arithmetic, cone by cone.
  @Test(arguments: cones) func combinedTermSolvesItsDefinition(_ cone: Cone) throws {
    var rng = SplitMix64(seed: 18)
    let bench = Bench()
    let operators = cone.makeOperators(rows: 0..<cone.dimension)
    for _ in 0..<5 {
      let s = cone.interiorPoint(dual: false, &rng)
      let z = cone.interiorPoint(dual: true, &rng)
      let ds = rng.normals(cone.dimension)
      let dz = rng.normals(cone.dimension)
      let sigmaMu = 0.21
      #expect(operators.updateScaling(s: bench.view(s), z: bench.view(z)))
      let shift = bench.view(z)
      operators.combinedTerm(z: bench.view(z), ds: bench.view(ds), dz: bench.view(dz), sigmaMu: sigmaMu, into: shift)

      let W = Self.denseSymmetricScaling(cone) { x in bench.apply(x) { operators.applyH($0, into: $1) } }
      let lambda = product(W, z)
      // W is symmetric here, and W⁻¹s = Wz.
      let alternative = try #require(gaussianSolve(W, s))
      #expect(largest(sum(lambda, alternative, -1)) <= 1e-9 * largest(lambda))
      let scaledS = try #require(gaussianSolve(W, ds))
      let scaledZ = product(W, dz)
      var v = Self.jordanProduct(cone, scaledS, scaledZ)
      v = sum(v, Self.jordanIdentity(cone), -sigmaMu)
      let u = try #require(gaussianSolve(Self.multiplication(cone, by: lambda), v))
      let expected = sum(z, try #require(gaussianSolve(W, u)))
      #expect(largest(sum(shift.array, expected, -1)) <= 1e-8 * max(largest(expected), 1))
    }
  }

  /// To first order the combined direction centres: with `Δs = −H(Δz + ζ)` the step `t` gives `λ ∘ λ + t(σμe − λ ∘
  /// λ)`, so `⟨s + tΔs, z + tΔz⟩` has slope `σμν − sᵀz` when the second-order term is zero.
  @Test(arguments: cones) func combinedTermCentresToFirstOrder(_ cone: Cone) {
    var rng = SplitMix64(seed: 19)
    let bench = Bench()
    let operators = cone.makeOperators(rows: 0..<cone.dimension)
    let s = cone.interiorPoint(dual: false, &rng)
    let z = cone.interiorPoint(dual: true, &rng)
    #expect(operators.updateScaling(s: bench.view(s), z: bench.view(z)))
    let zero = bench.view(z.map { _ in 0 })
    let shift = bench.view(z)
    let sigmaMu = 0.1
    operators.combinedTerm(z: bench.view(z), ds: zero, dz: zero, sigmaMu: sigmaMu, into: shift)
    let dz = rng.normals(cone.dimension)
    let ds = bench.apply(sum(dz, shift.array)) { operators.applyH($0, into: $1) }.map { -$0 }
    let slope = inner(s, dz) + inner(ds, z)
    #expect(abs(slope - (sigmaMu * Double(cone.degree) - inner(s, z))) <= 1e-9 * (1 + abs(slope)))
  }

  @Test func pointsOutsideAreRefused() {
    let bench = Bench()
    let inside: [(Cone, [Double])] = [
      (.nonnegative(2), [1, 1]), (.secondOrder(3), [2, 1, 1]),
      (.positiveSemidefinite(order: 2), svec([[2, 1], [1, 2]])),
    ]
    let outside: [[Double]] = [[1, -1e-9], [1, 0.8, 0.8], svec([[1, 2], [2, 1]])]
    for ((cone, good), bad) in zip(inside, outside) {
      let operators = cone.makeOperators(rows: 0..<cone.dimension)
      #expect(operators.updateScaling(s: bench.view(good), z: bench.view(good)))
      #expect(!operators.updateScaling(s: bench.view(bad), z: bench.view(good)))
      #expect(!operators.updateScaling(s: bench.view(good), z: bench.view(bad)))
      let nan = good.map { _ in Double.nan }
      #expect(!operators.updateScaling(s: bench.view(nan), z: bench.view(good)))
    }
  }

  @Test func zeroConeIsFree() {
    var rng = SplitMix64(seed: 20)
    let bench = Bench()
    let cone = ZeroCone(rows: 0..<3)
    let v = rng.normals(3)
    #expect(cone.margin(bench.view(v)) == .infinity)
    #expect(cone.degree == 0)
    #expect(bench.apply(v) { cone.applyH($0, into: $1) } == [0, 0, 0])
    #expect(cone.maximumStep(
      s: bench.view(v), ds: bench.view(v), z: bench.view(v), dz: bench.view(v), limit: 0.7) == 0.7)
  }

  // MARK: Jordan algebra, densely

  static func jordanIdentity(_ cone: Cone) -> [Double] {
    switch cone {
    case .zero(let n): [Double](repeating: 0, count: n)
    case .nonnegative(let n): [Double](repeating: 1, count: n)
    case .secondOrder(let n): (0..<n).map { $0 == 0 ? 1 : 0 }
    case .positiveSemidefinite(let k): svec(identity(k))
    }
  }

  static func jordanProduct(_ cone: Cone, _ a: [Double], _ b: [Double]) -> [Double] {
    switch cone {
    case .zero, .nonnegative: return zip(a, b).map { $0 * $1 }
    case .secondOrder:
      return [inner(a, b)] + a.indices.dropFirst().map { a[0] * b[$0] + b[0] * a[$0] }
    case .positiveSemidefinite(let k):
      let AB = product(smat(a, order: k), smat(b, order: k))
      return svec((0..<k).map { i in (0..<k).map { 0.5 * (AB[i][$0] + AB[$0][i]) } })
    }
  }

  /// The matrix of `u ↦ a ∘ u`.
  static func multiplication(_ cone: Cone, by a: [Double]) -> Rows {
    let columns = identity(a.count).map { jordanProduct(cone, a, $0) }
    return transpose(columns, columns: a.count)
  }

  /// `z⁻¹` with `z ∘ z⁻¹ = e`.
  static func jordanInverse(_ cone: Cone, _ z: [Double]) -> [Double] {
    gaussianSolve(multiplication(cone, by: z), jordanIdentity(cone))!
  }

  /// The symmetric positive definite `W` with `W² = H`, by Newton's iteration for the square root (Denman & Beavers).
  /// It is an automorphism of the cone, because `H = Q(w)` is the quadratic representation of a point and `Q(w)^½ =
  /// Q(w^½)`.
  static func denseSymmetricScaling(_ cone: Cone, H: ([Double]) -> [Double]) -> Rows {
    let n = cone.dimension
    var Y = transpose(identity(n).map(H), columns: n)
    var Z = identity(n)
    for _ in 0..<60 {
      let YInverse = inverse(Y)
      let ZInverse = inverse(Z)
      Y = (0..<n).map { i in (0..<n).map { 0.5 * (Y[i][$0] + ZInverse[i][$0]) } }
      Z = (0..<n).map { i in (0..<n).map { 0.5 * (Z[i][$0] + YInverse[i][$0]) } }
    }
    return Y
  }

  static func inverse(_ M: Rows) -> Rows {
    transpose(identity(M.count).map { gaussianSolve(M, $0)! }, columns: M.count)
  }
}
