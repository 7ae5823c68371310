import ConeFormats
@testable import ConeReports
import ConeSolver
import Foundation
import Testing

@testable import cone

struct SolveReportTests {
  private func report(_ text: String, name: String = "program.dat-s") throws -> SolveReport {
    let program = try Programs.read(text, name: name)
    return SolveReport(try program.problem.solve(), of: program, readTime: 0.25, totalTime: 0.5)
  }

  @Test func keysAreThePromisedOnes() throws {
    let object = try json(report(Programs.solvable).jsonText(indented: true))
    #expect(
      Set(object.keys) == [
        "status", "primal_objective", "dual_objective", "iterations", "time", "residuals", "kkt",
      ])
    #expect(Set(try #require(object["time"] as? [String: Any]).keys) == ["read", "setup", "solve", "total"])
    let residuals = try #require(object["residuals"] as? [String: Any])
    #expect(Set(residuals.keys) == ["primal", "dual", "gap", "dimacs"])
    #expect((residuals["dimacs"] as? [Double])?.count == 6)
    #expect(object["status"] as? String == "solved")
    #expect(["quasidefinite", "schur"].contains(object["kkt"] as? String))
  }

  @Test func keysStandInAlphabeticalOrder() throws {
    let text = String(decoding: try report(Programs.solvable).jsonText(indented: false), as: UTF8.self)
    let keys = ["dual_objective", "iterations", "kkt", "primal_objective", "residuals", "status", "time"]
    let places = keys.map { text.range(of: "\"\($0)\":")?.lowerBound }
    #expect(!places.contains(nil))
    #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted())
  }

  @Test func doublesComeBackBitByBit() throws {
    let values = [
      0.1, 1.0 / 3, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, -2.5e-9, 1e22, 123456789.125, 0, 7,
    ]
    let text = try values.map(JSONNumber.init).jsonText(indented: false)
    #expect(try JSONDecoder().decode([Double].self, from: text) == values)
  }

  @Test func nonFiniteNumbersAreNull() throws {
    let text = try [Double.nan, .infinity, -.infinity].map(JSONNumber.init).jsonText(indented: false)
    #expect(String(decoding: text, as: UTF8.self) == "[null,null,null]\n")
  }

  @Test func objectivesAreTheFilesOwn() throws {
    let report = try report(Programs.maximization, name: "program.cbf")
    #expect(abs(report.primalObjective.value - 18) < 1e-6)
    #expect(abs(report.dualObjective.value - 18) < 1e-6)
  }

  @Test(arguments: [
    (Programs.primalInfeasible, "program.dat-s", "primal_infeasible"),
    (Programs.unbounded, "program.dat-s", "dual_infeasible"),
    (Programs.infeasibleMaximization, "program.cbf", "primal_infeasible"),
    (Programs.unboundedMaximization, "program.cbf", "dual_infeasible"),
  ])
  func infeasibleProgramsHaveNoObjective(text: String, name: String, status: String) throws {
    let report = try report(text, name: name)
    #expect(report.status == status)
    let object = try json(report.jsonText(indented: false))
    #expect(object["primal_objective"] is NSNull)
    #expect(object["dual_objective"] is NSNull)
    let residuals = try #require(object["residuals"] as? [String: Any])
    #expect(residuals["gap"] is NSNull)
    #expect(try #require(residuals["dual"] as? Double) < 1e-7)
  }

  @Test func certificateResidualIsRecomputed() throws {
    let program = try Programs.read(Programs.primalInfeasible)
    var solution = try program.problem.solve()
    // Aᵀz = z₂ − z₁ for the rows x ≥ 1 and −x ≥ 0.
    solution.z = [1, 0.75]
    #expect(CertificateResidual(solution, of: program.problem)?.dual == 0.25)
    solution.status = .dualInfeasible
    solution.x = [-1]
    solution.s = [0.5, 1]
    // Ax + s = (1 + 0.5, −1 + 1).
    #expect(CertificateResidual(solution, of: program.problem)?.primal == 1.5)
    solution.status = .timeLimit
    #expect(CertificateResidual(solution, of: program.problem) == nil)
  }
}

/// The object in a JSON text.
func json(_ text: Data) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
}
