import ConeFormats
@testable import ConeReports
import ConeSolver
import Foundation
import Testing

@testable import cone

struct SolutionFileTests {
  private func solution(_ text: String, name: String = "program.dat-s") throws -> [String: Any] {
    let program = try Programs.read(text, name: name)
    return try json(SolutionFile(program.problem.solve(), of: program).jsonText(indented: false))
  }

  @Test func pointHoldsTheOptimum() throws {
    let object = try solution(Programs.solvable)
    #expect(Set(object.keys) == ["status", "x", "matrix_variables", "s", "z"])
    let x = try #require(object["x"] as? [Double])
    #expect(zip(x, [1, 1]).allSatisfy { abs($0 - $1) < 1e-6 })
    // The scaled triangle of Z = [1 −1; −1 1].
    let z = try #require(object["z"] as? [Double])
    #expect(z.count == 3)
    #expect(zip(z, [1, -2.0.squareRoot(), 1]).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func matrixVariablesAreFullAndUnscaled() throws {
    let object = try solution(Programs.matrixVariable, name: "program.cbf")
    #expect((object["x"] as? [Double])?.isEmpty == true)
    let matrices = try #require(object["matrix_variables"] as? [[[Double]]])
    #expect(matrices.map { $0.map(\.count) } == [[2, 2]])
    #expect(matrices.joined().joined().allSatisfy { abs($0 - 1) < 1e-5 })
  }

  @Test func primalCertificateIsLabelledAndProves() throws {
    let object = try solution(Programs.primalInfeasible)
    #expect(Set(object.keys) == ["status", "certificate"])
    let certificate = try #require(object["certificate"] as? [String: Any])
    #expect(Set(certificate.keys) == ["z"])
    let z = try #require(certificate["z"] as? [Double])
    #expect(zip(z, [1, 1]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func dualCertificateIsLabelledAndProves() throws {
    let object = try solution(Programs.unbounded)
    let certificate = try #require(object["certificate"] as? [String: Any])
    #expect(Set(certificate.keys) == ["x", "matrix_variables", "s"])
    let x = try #require(certificate["x"] as? [Double])
    #expect(x.count == 1 && abs(x[0] - 0.5) < 1e-6)
  }
}
