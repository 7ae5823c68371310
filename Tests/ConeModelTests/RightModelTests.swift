import ConeModel
import ConeSolver
import Foundation
import Testing

private let rightModels = regressionModels + financeModels + geometryModels + semidefiniteModels

/// Models as a user would write them: each must compile, solve, and reach the optimum that another modelling layer and
/// another solver found for the same data; where there is a closed form, that.
struct RightModelTests {
  @Test func thereAreEnough() {
    #expect(rightModels.count >= 25)
    #expect(Set(rightModels.map(\.name)) == Set(optimaByCVXPY.keys))
  }

  @Test(arguments: rightModels) func reachesTheOptimum(_ model: RightModel) throws {
    let optimum = try model.problem().solve().optimum()
    let expected = try #require(optimaByCVXPY[model.name])
    #expect(isClose(optimum.objective, expected, 1e-6), "\(optimum.objective) but \(expected)")
    // The dual objective of this solve bounds the same optimum from the other side.
    #expect(isClose(optimum.bound, expected, 1e-6))
    let report = try optimum.report()
    #expect(report.violation < 1e-6, "\(report)")
    for line in report.lines { #expect(line.dualViolation! < 1e-6 && line.complementarity!.magnitude < 1e-5) }
  }

  /// Optima that need no solver.
  private static let closedForms: [(String, Double)] = {
    let cosine = cos(Double.pi / 7)
    return [
      ("Lovász's theta", 7 * cosine / (1 + cosine)), ("largest box", cbrt(4.0 / 3)), ("largest flow", 4),
      ("lower bound of a polynomial", polynomialMinimum()), ("theta plus", 3),
    ]
  }()

  @Test(arguments: closedForms)
  func reachesTheClosedForm(name: String, expected: Double) throws {
    let model = try #require(rightModels.first { $0.name == name })
    #expect(isClose(try model.problem().solve().optimum().objective, expected, 1e-6))
  }

  @Test(arguments: rightModels) func printsAsMathematics(_ model: RightModel) throws {
    let text = model.problem().description
    #expect(text.hasPrefix("minimize    ") || text.hasPrefix("maximize    "))
    #expect(text.contains("\nover        "))
    #expect(!text.contains("Expression") && !text.contains("Optional"))
  }
}

/// The least value of x⁴ − 3x² + x + 2, at a root of 4x³ − 6x + 1 found by bisection.
private func polynomialMinimum() -> Double {
  var (low, high) = (-2.0, -1.0)
  for _ in 0..<100 {
    let middle = (low + high) / 2
    if 4 * middle * middle * middle - 6 * middle + 1 < 0 { low = middle } else { high = middle }
  }
  return low * low * low * low - 3 * low * low + low + 2
}
