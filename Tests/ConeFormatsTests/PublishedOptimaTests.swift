import ConeSolver
import Testing

@testable import ConeFormats

/// SDPLIB 1.2 (B. Borchers, Optimization Methods and Software 11, 1999), read and solved; optimal values recomputed
/// with SDPA-GMP in extended precision.
@Suite(.serialized) struct PublishedOptimaTests {
  private static func solve(_ name: String) throws -> (file: ImportedProblem, solution: Solution) {
    let file = try ConicFile.read(path: instancePath("\(name).dat-s.gz"))
    return (file, try file.problem.solve())
  }

  @Test(arguments: [
    ("truss1", -8.9999963152868905), ("control1", 17.784626717523405), ("theta1", 23.0),
    ("mcp124-1", 141.99047709767370),
    ("gpp100", -44.943550775891146), ("arch0", 0.56651727321592959), ("qap5", -436.0),
  ])
  func optimum(_ name: String, _ value: Double) throws {
    let (file, solution) = try Self.solve(name)
    #expect(solution.status == .solved, "\(name): \(solution.message)")
    for error in solution.residuals.dimacs { #expect(abs(error) <= 1e-6, "\(name): \(solution.residuals.dimacs)") }
    let objective = file.fileObjective(ofSolverValue: solution.primalObjective)
    #expect(abs(objective - value) <= 1e-6 * (1 + abs(value)), "\(name): \(objective) for \(value)")
    let dual = file.fileObjective(ofSolverValue: solution.dualObjective)
    #expect(abs(dual - value) <= 1e-6 * (1 + abs(value)), "\(name): \(dual) for \(value)")
  }

  /// No interior on one side: published values differ in the third digit, so the point must be good and the value near.
  @Test func withoutInterior() throws {
    let (file, solution) = try Self.solve("hinf1")
    #expect(solution.status == .solved || solution.status == .almostSolved, "\(solution.message)")
    for error in solution.residuals.dimacs { #expect(abs(error) <= 1e-4) }
    #expect(abs(file.fileObjective(ofSolverValue: solution.primalObjective) - 2.0326) <= 1e-2)
  }

  /// SDPA's primal is `minimize cᵀx subject to Σ Fᵢxᵢ − F₀ ⪰ 0`, the program that the reader makes.
  @Test(arguments: [("infp2", Status.primalInfeasible), ("infd1", .dualInfeasible)])
  func infeasible(_ name: String, _ status: Status) throws {
    #expect(try Self.solve(name).solution.status == status)
  }
}
