import LinearAlgebra
import TestSupport
import Testing

@testable import ConeSolver

/// Equilibration and its way back, and the measures of optimality against arithmetic by hand.
@Suite struct PreparationTests {
  private static func random(_ seed: UInt64) -> RandomProgram { RandomProgram(seed: seed) }

  /// `P̂ = cDPD`, `q̂ = cσDq`, `Â = EAD`, `b̂ = σEb`, with `D`, `E` positive and `E` constant over the cones that
  /// need it.
  @Test func theScaledProgramIsWhatTheFormulasSay() {
    for seed in UInt64(0)..<200 {
      let program = Self.random(seed)
      let scaled = Equilibration(program.problem)
      let (D, E) = (scaled.D, scaled.E)
      let (c, sigma) = (scaled.costScale, scaled.rightHandScale)
      #expect((D + E + [c, sigma]).allSatisfy { $0 > 0 && $0.isFinite })
      func expectClose(_ a: Double, _ b: Double) { #expect(abs(a - b) <= 1e-13 * max(abs(a), abs(b)), "seed \(seed)") }
      for entry in scaled.problem.A.entries {
        expectClose(entry.value, E[entry.row] * program.A[entry.row][entry.column] * D[entry.column])
      }
      for entry in scaled.problem.P.entries {
        expectClose(entry.value, c * D[entry.row] * program.P[entry.row][entry.column] * D[entry.column])
      }
      for j in D.indices { expectClose(scaled.problem.q[j], c * sigma * D[j] * program.problem.q[j]) }
      for i in E.indices { expectClose(scaled.problem.b[i], sigma * E[i] * program.problem.b[i]) }
      var row = 0
      for cone in program.problem.cones {
        let rows = row..<row + cone.dimension
        row = rows.upperBound
        switch cone {
        case .secondOrder, .positiveSemidefinite: #expect(Set(rows.map { E[$0] }).count <= 1)
        default: break
        }
      }
    }
  }

  /// Residuals of a point and of its scaled image differ by the scaling only, so an optimum goes over into an optimum.
  @Test func theWayBack() {
    let arena = Arena()
    for seed in UInt64(0)..<100 {
      let program = Self.random(seed)
      let scaled = Equilibration(program.problem)
      let (n, m) = (program.draft.n, program.draft.m)
      var rng = SplitMix64(seed: seed)
      let (x, s, z) = (rng.normals(n), rng.normals(m), rng.normals(m))
      let tau = 0.25
      let (D, E, c, sigma) = (scaled.D, scaled.E, scaled.costScale, scaled.rightHandScale)
      let X = scaled.restoreX(arena.vector(x), divisor: tau)
      let S = scaled.restoreS(arena.vector(s), divisor: tau)
      let Z = scaled.restoreZ(arena.vector(z), divisor: tau)
      func expectClose(_ a: Double, _ b: Double, _ terms: Double) { #expect(abs(a - b) <= 1e-12 * (abs(b) + terms)) }
      // D⁻¹x σ τ = x̂ and so on.
      for j in 0..<n { expectClose(X[j] / D[j] * sigma * tau, x[j], 0) }
      for i in 0..<m { expectClose(S[i] * E[i] * sigma * tau, s[i], 0) }
      for i in 0..<m { expectClose(Z[i] / E[i] * c * sigma * tau, z[i], 0) }
      // sᵀz and the objective scale by cσ².
      expectClose(inner(S, Z) * c * sigma * sigma * tau * tau, inner(s, z), norm(s) * norm(z))
      let original = OptimalityMeasures(program.problem, x: X, s: S, z: Z)
      let image = OptimalityMeasures(
        scaled.problem, x: x.map { $0 / tau }, s: s.map { $0 / tau }, z: z.map { $0 / tau })
      expectClose(original.gap * c * sigma * sigma, image.gap, image.gapScale * Double(n + m))
    }
  }

  /// Badly scaled rows and columns come out with norms near one.
  @Test func normsComeNearOne() {
    var rng = SplitMix64(seed: 5)
    let n = 6
    let m = 10
    let rows = (0..<m).map { i in (0..<n).map { j in rng.normal() * [1e-3, 1, 1e3][i % 3] * [1e2, 1e-2][j % 2] } }
    let scaled = Equilibration(
      ConicProblem(
        q: rng.normals(n), A: SparseMatrix(rows, columns: n), b: rng.normals(m),
        cones: [.nonnegative(4), .secondOrder(3), .zero(3)]))
    for i in [0, 1, 2, 3, 7, 8, 9] {
      let size = scaled.problem.A.entries.filter { $0.row == i }.map { abs($0.value) }.max()!
      #expect(size > 0.3 && size < 3)
    }
  }

  /// minimize ½·2x² + 3x + y with hand-made numbers at a point that is not optimal.
  @Test func measuresByHand() {
    let problem = ConicProblem(
      P: SparseMatrix(rows: 2, columns: 2, entries: [.init(0, 0, 2)]), q: [3, 1],
      A: SparseMatrix(rows: 3, columns: 2, entries: [.init(0, 0, 1), .init(0, 1, 2), .init(1, 1, -1), .init(2, 0, 4)]),
      b: [5, -6, 7], cones: [.zero(1), .nonnegative(2)])
    let x = [1.0, 2]
    let s = [0.5, -1, 4]
    let z = [-2.0, 3, -0.25]
    // Ax = (5, −2, 4); Ax + s − b = (0.5, 3, 1). Aᵀz = (−2 − 1, −4 − 3) = (−3, −7); Px = (2, 0); sum with q = (2, −6).
    // xᵀPx = 2, qᵀx = 5, bᵀz = −10 − 18 − 1.75 = −29.75.
    let measures = OptimalityMeasures(problem, x: x, s: s, z: z)
    #expect(measures.primalResidual == 3 && measures.primalScale == 7)
    #expect(measures.dualResidual == 6 && measures.dualScale == 7)
    #expect(measures.gap == 22.75 && measures.gapScale == 29.75)
    #expect(measures.primalObjective == 6 && measures.dualObjective == 28.75)
    let ratio = measures.worstRatio(epsAbs: 1, epsRel: 0)
    #expect(ratio == 22.75)
    let residuals = measures.residuals(margins: ConeMargins(problem, s: s, z: z))
    let objectives = 1 + 6 + 28.75
    let expected = [
      (40.0).squareRoot() / 4, 0.25 / 4, (10.25).squareRoot() / 8, 1.0 / 8, (6 - 28.75) / objectives,
      (-1.0 - 3 - 1) / objectives,
    ]
    for (found, value) in zip(residuals.dimacs, expected) { #expect(abs(found - value) <= 1e-15) }
    #expect(residuals.primal == 3 && residuals.dual == 6 && residuals.gap == 22.75)
  }

  @Test func nanNeverPasses() {
    let problem = ConicProblem(
      q: [1], A: SparseMatrix(rows: 1, columns: 1, entries: [.init(0, 0, -1)]), b: [-1], cones: [.nonnegative(1)])
    for (x, s, z) in [([Double.nan], [0.0], [1.0]), ([1], [.nan], [1]), ([1], [0], [.nan])] {
      #expect(!(OptimalityMeasures(problem, x: x, s: s, z: z).worstRatio(epsAbs: 1, epsRel: 1) <= 1))
    }
    #expect(OptimalityMeasures(problem, x: [1], s: [0], z: [1]).worstRatio(epsAbs: 1e-12, epsRel: 0) <= 1)
  }

  /// A NaN in `s` or `z` is outside every cone.
  @Test func nanIsOutside() {
    let cones: [Cone] = [.nonnegative(3), .secondOrder(3), .positiveSemidefinite(order: 2)]
    for cone in cones {
      let problem = ConicProblem(
        q: [1], A: .zero(rows: 3, columns: 1), b: [0, 0, 0], cones: [cone])
      let inside = ConeTests.jordanIdentity(cone)
      #expect(ConeMargins(problem, s: inside, z: inside).areInside)
      for i in 0..<3 {
        var v = inside
        v[i] = .nan
        #expect(!ConeMargins(problem, s: v, z: inside).areInside, "\(cone) \(i)")
        #expect(!ConeMargins(problem, s: inside, z: v).areInside, "\(cone) \(i)")
      }
    }
  }
}
