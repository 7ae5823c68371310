import LinearAlgebra
import Testing

@testable import ConeSolver

/// Which points make the method look for a certificate.
@Suite struct CertificateHintTests {
  /// `x ≤ upper` and `x ≥ 1`, minimising `q x`.
  private static func interval(q: Double, upper: Double) -> ConicProblem {
    ConicProblem(q: [q], A: SparseMatrix([[1], [-1]], columns: 1), b: [upper, -1], cones: [.nonnegative(2)])
  }

  private static func measures(_ problem: ConicProblem, _ x: Double, _ s: [Double], _ z: [Double]) -> OptimalityMeasures {
    OptimalityMeasures(problem, x: [x], s: s, z: z)
  }

  /// Multipliers `(t, t)` say `0 ≤ t(upper − 1)`: a certificate for `upper < 1` once `t` outweighs the cost.
  @Test func largeMultipliersOfAContradiction() {
    let contradiction = Self.interval(q: 1, upper: 0.9)
    #expect(Self.measures(contradiction, 1, [1, 1], [1e7, 1e7]).mayBeCertificate)
    #expect(!Self.measures(contradiction, 1, [1, 1], [10, 11]).mayBeCertificate)
    #expect(!Self.measures(contradiction, 1, [1, 1], [1e7, 2e7]).mayBeCertificate)
    #expect(!Self.measures(Self.interval(q: 1, upper: 2), 1, [1, 1], [1e7, 1e7]).mayBeCertificate)
  }

  /// Far along `x ≥ 1` the cost of `−x` falls without end.
  @Test func farPointsOfARay() {
    let unbounded = ConicProblem(q: [-1], A: SparseMatrix([[-1]], columns: 1), b: [-1], cones: [.nonnegative(1)])
    #expect(Self.measures(unbounded, 1e7, [1e7 - 1], [1]).mayBeCertificate)
    #expect(!Self.measures(unbounded, 3, [2], [1]).mayBeCertificate)
  }

  /// At the optimum of a program whose two sides are feasible nothing is to be looked for, with a cost or without.
  @Test(arguments: [0.0, 1]) func optimaShowNone(_ q: Double) {
    #expect(!Self.measures(Self.interval(q: q, upper: 2), 1, [1, 0], [0, q]).mayBeCertificate)
  }
}
