import ConeFormats
import ConeSolver
import Foundation
import Testing

/// The files in `examples/` have the values that their comments state.
struct ExamplesTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("examples")

  @Test(arguments: [("maxcut-triangle.dat-s", 9.0 / 4), ("pentagon-theta.dat-s", 5.0.squareRoot())])
  func semidefiniteExample(name: String, value: Double) throws {
    let program = try ConicFile.read(path: Self.folder.appendingPathComponent(name).path)
    let solution = try program.problem.solve()
    #expect(solution.status == .solved)
    #expect(abs(program.fileObjective(ofSolverValue: solution.primalObjective) - value) < 1e-6)
    #expect(abs(program.fileObjective(ofSolverValue: solution.dualObjective) - value) < 1e-6)
  }
}
