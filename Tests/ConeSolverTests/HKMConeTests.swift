import LinearAlgebra
import TestSupport
import Testing

@testable import ConeSolver

/// The HKM operators of the semidefinite cone against dense arithmetic that uses none of them.
@Suite struct HKMConeTests {
  typealias Bench = ConeTests.Bench
  static let orders = [1, 2, 5, 9]

  private static func operators(_ order: Int) -> (cone: Cone, operators: HKMSemidefiniteCone) {
    let cone = Cone.positiveSemidefinite(order: order)
    return (cone, HKMSemidefiniteCone(order: order, rows: 0..<cone.dimension))
  }

  @Test(arguments: orders) func scalingMapsDualToPrimal(_ order: Int) {
    var rng = SplitMix64(seed: 31)
    let bench = Bench()
    let (cone, operators) = Self.operators(order)
    for _ in 0..<ConeTests.trials {
      let s = ConeTests.interior(cone, &rng)
      let z = ConeTests.interior(cone, &rng)
      #expect(operators.updateScaling(s: bench.view(s), z: bench.view(z)))
      let Hz = bench.apply(z) { operators.applyH($0, into: $1) }
      #expect(largest(sum(Hz, s, -1)) <= 1e-8 * largest(s))
      let back = bench.apply(s) { operators.applyHInverse($0, into: $1) }
      #expect(largest(sum(back, z, -1)) <= 1e-8 * largest(z))
      let x = rng.normals(cone.dimension)
      let y = rng.normals(cone.dimension)
      let Hx = bench.apply(x) { operators.applyHInverse($0, into: $1) }
      let Hy = bench.apply(y) { operators.applyHInverse($0, into: $1) }
      #expect(inner(x, Hx) > 0)
      #expect(abs(inner(x, Hy) - inner(y, Hx)) <= 1e-11 * norm(x) * norm(Hy))
      let same = bench.apply(Hx) { operators.applyH($0, into: $1) }
      #expect(largest(sum(same, x, -1)) <= 1e-6 * largest(x))
    }
  }

  /// A few nonzero entries take the path of sparse slacks.
  @Test func sparseArgumentsGiveTheSameProduct() {
    var rng = SplitMix64(seed: 32)
    let bench = Bench()
    let order = 12
    let (cone, operators) = Self.operators(order)
    let s = cone.interiorPoint(dual: false, &rng)
    let z = cone.interiorPoint(dual: true, &rng)
    #expect(operators.updateScaling(s: bench.view(s), z: bench.view(z)))
    for entries in [[0], [5, 40], [77, 3, 20]] {
      var x = [Double](repeating: 0, count: cone.dimension)
      for i in entries { x[i] = rng.normal() }
      let y = bench.apply(x) { operators.applyHInverse($0, into: $1) }
      // s y s = ½(s z x + x z s), without an inverse.
      let S = smat(s, order: order)
      let half = product(product(S, smat(z, order: order)), smat(x, order: order))
      let expected = svec(half.indices.map { i in half.indices.map { (half[i][$0] + half[$0][i]) / 2 } })
      let actual = svec(product(product(S, smat(y, order: order)), S))
      #expect(largest(sum(actual, expected, -1)) <= 1e-11 * max(1, largest(expected)))
    }
  }

  /// `s(z + Δz)s + ½(s z Δs + Δs z s) + ½(s Δzₐ Δsₐ + Δsₐ Δzₐ s) = σμ s`: the linearised complementarity, symmetrised by `s^½` and
  /// freed of inverses, for `Δz = −ζ − H⁻¹Δs`.
  @Test(arguments: orders) func combinedTermLinearisesComplementarity(_ order: Int) {
    var rng = SplitMix64(seed: 33)
    let bench = Bench()
    let (cone, operators) = Self.operators(order)
    for _ in 0..<ConeTests.trials {
      let s = cone.interiorPoint(dual: false, &rng)
      let z = cone.interiorPoint(dual: true, &rng)
      #expect(operators.updateScaling(s: bench.view(s), z: bench.view(z)))
      let (ds, dsAffine, dzAffine) = (rng.normals(cone.dimension), rng.normals(cone.dimension), rng.normals(cone.dimension))
      let sigmaMu = 0.3
      let zeta = bench.view([Double](repeating: 0, count: cone.dimension))
      operators.combinedTerm(
        z: bench.view(z), ds: bench.view(dsAffine), dz: bench.view(dzAffine), sigmaMu: sigmaMu, into: zeta)
      let image = bench.apply(ds) { operators.applyHInverse($0, into: $1) }
      let dz = sum(zeta.array.map { -$0 }, image, -1)
      let (S, Z) = (smat(s, order: order), smat(z, order: order))
      func symmetric(_ A: Rows, _ B: Rows, _ C: Rows) -> [Double] { svec(product(product(A, B), C)) }
      let moved = symmetric(S, smat(sum(z, dz), order: order), S)
      let first = symmetric(S, Z, smat(ds, order: order))
      let second = symmetric(S, smat(dzAffine, order: order), smat(dsAffine, order: order))
      let total = sum(sum(sum(moved, first), second), s, -sigmaMu)
      #expect(largest(total) <= 1e-9 * max(1, largest(moved), largest(first), largest(second)))
    }
  }

  /// Against Nesterov and Todd's cone, whose step comes from all eigenvalues: exact for small orders, a little short for large ones.
  @Test(arguments: [1, 3, 8, Tuning.lanczosOrder + 25]) func stepsStopAtTheBoundary(_ order: Int) {
    var rng = SplitMix64(seed: 34)
    let bench = Bench()
    let (cone, operators) = Self.operators(order)
    let reference = PositiveSemidefiniteCone(order: order, rows: 0..<cone.dimension)
    for _ in 0..<5 {
      let s = bench.view(cone.interiorPoint(dual: false, &rng))
      let z = bench.view(cone.interiorPoint(dual: true, &rng))
      let ds = bench.view(rng.normals(cone.dimension))
      let dz = bench.view(rng.normals(cone.dimension))
      #expect(operators.updateScaling(s: s, z: z) && reference.updateScaling(s: s, z: z))
      let exact = reference.maximumStep(s: s, ds: ds, z: z, dz: dz, limit: 1)
      let step = operators.maximumStep(s: s, ds: ds, z: z, dz: dz, limit: 1)
      #expect(step <= exact * (1 + 1e-9))
      #expect(step >= exact * (order > Tuning.lanczosOrder ? 0.97 : 1 - 1e-9))
    }
  }

  @Test func indefinitePointsAreRefused() {
    let bench = Bench()
    let (cone, operators) = Self.operators(3)
    let identity = bench.view(svec(identity(3)))
    let outside = bench.view(svec([[1, 2, 0], [2, 1, 0], [0, 0, 1]]))
    #expect(cone.dimension == 6)
    #expect(!operators.updateScaling(s: outside, z: identity))
    #expect(!operators.updateScaling(s: identity, z: outside))
    #expect(operators.updateScaling(s: identity, z: identity))
  }
}
