import ConeFormats
import Foundation
import Testing

/// `cone info` and `cone convert`, and `cone solve` on MPS files, from their arguments to their exit codes.
struct FormatCommandTests {
  private let directory: Directory

  /// `minimize x² + y² − 4x + 1` with `x + y ≥ 1`, `0 ≤ x ≤ 1`, `y ≥ 0`: −2 at `x = 1`, `y = 0`.
  private static let quadratic = """
    NAME          SMALL
    ROWS
     N  COST
     G  SUM
    COLUMNS
        X         COST               -4.   SUM                 1.
        Y         SUM                 1.
    RHS
        RHS       SUM                 1.   COST               -1.
    BOUNDS
     UP BND       X                   1.
    QUADOBJ
        X         X                   2.
        Y         Y                   2.
    ENDATA

    """

  init() throws {
    directory = try Directory()
    try directory.write(Programs.solvable, to: "solvable.dat-s")
    try directory.write(Programs.maximization, to: "maximization.cbf")
    try directory.write(Self.quadratic, to: "small.SIF")
    try directory.write(Self.quadratic.replacingOccurrences(of: " UP BND", with: " BV BND"), to: "integer.mps")
    try directory.write(
      Self.quadratic.replacingOccurrences(of: "Y                   2.", with: "Y                  -2."),
      to: "saddle.qps")
  }

  private func run(_ arguments: String...) async throws -> CommandRun { try await CommandRun(arguments, in: directory) }

  private func objective(_ file: String) async throws -> Double? {
    let run = try await run("solve", file, "--json", "-", "--quiet")
    #expect(run.code == 0, "\(run.error)")
    return try json(Data(run.output.utf8))["primal_objective"] as? Double
  }

  // MARK: solve

  @Test func quadraticProgramOfAFileIsSolved() async throws {
    let run = try await run("solve", "small.SIF", "--solution", "solution.json")
    #expect(run.code == 0)
    #expect(run.output.contains("small.SIF (MPS, minimize)"))
    let solution = try json(directory.contents(of: "solution.json"))
    #expect(solution["variable_names"] as? [String] == ["X", "Y"])
    #expect(solution["row_names"] as? [String] == ["SUM", "X", "X", "Y"])
    let x = try #require(solution["x"] as? [Double])
    #expect(abs(x[0] - 1) < 1e-6 && abs(x[1]) < 1e-4)
    #expect(abs(try #require(try await objective("small.SIF")) + 2) < 1e-6)
  }

  @Test func integersAreRefusedWithTheirLine() async throws {
    for command in [["solve", "integer.mps"], ["info", "integer.mps"], ["convert", "integer.mps", "out.cbf"]] {
      let run = try await CommandRun(command, in: directory)
      #expect(run.code == 2)
      #expect(run.output.isEmpty)
      #expect(run.error.hasPrefix("integer.mps:11: BV"), "\(run.error)")
    }
    #expect(!directory.has("out.cbf"))
  }

  // MARK: info

  @Test func infoSaysSizesRangesAndSystem() async throws {
    let run = try await run("info", "small.SIF")
    #expect(run.code == 0 && run.error.isEmpty)
    for part in [
      "variables   2", "rows        4: nonnegative 4", "2 in the upper triangle of P, 5 in A", "P 2.0e+00 to 2.0e+00",
      "q 4.0e+00 to 4.0e+00", "b 1.0e+00 to 1.0e+00", "system      ", "forecast",
    ] { #expect(run.output.contains(part), "\(part)") }
  }

  @Test func infoReportsToPrograms() async throws {
    let run = try await run("info", "maximization.cbf", "--json", "-", "--kkt", "schur")
    #expect(run.code == 0)
    let report = try json(Data(run.output.utf8))
    #expect(report["format"] as? String == "cbf" && report["sense"] as? String == "maximize")
    #expect(report["variables"] as? Int == 2 && report["rows"] as? Int == 3)
    #expect((report["cones"] as? [String: Any])?["nonnegative"] as? Int == 3)
    #expect((report["nonzeros"] as? [String: Int]) == ["P": 0, "A": 4])
    let ranges = try #require(report["ranges"] as? [String: [String: Double]])
    #expect(ranges["q"] == ["least": 1, "greatest": 2] && ranges["P"] == nil)
    #expect(report["kkt"] as? String == "schur")
    #expect((report["system"] as? String)?.contains("as asked") == true)
    #expect(run.error.contains("rows        3"))
  }

  @Test func infoRefusesWhatIsNotConvexAfterItsSize() async throws {
    let run = try await run("info", "saddle.qps")
    #expect(run.code == 2)
    #expect(run.output.contains("variables   2"))
    #expect(run.error.hasPrefix("saddle.qps: ") && run.error.contains("semidefinite"))
  }

  // MARK: convert

  @Test(arguments: [
    ("small.SIF", "out.cbf.gz", -2.0), ("maximization.cbf", "out.cbf", 18), ("solvable.dat-s", "out.cbf", 2),
    ("solvable.dat-s", "out.dat-s.gz", 2), ("maximization.cbf", "out.dat-s", -8),
  ])
  func convertedProgramHasTheOptimum(input: String, output: String, optimum: Double) async throws {
    let run = try await run("convert", input, output)
    #expect(run.code == 0 && run.error.isEmpty)
    #expect(run.output.contains("written     \(output): "))
    let bytes = try directory.contents(of: output)
    #expect((bytes.prefix(2) == Data([0x1F, 0x8B])) == output.hasSuffix(".gz"))
    #expect(abs(try #require(try await objective(output)) - optimum) < 1e-6)
  }

  @Test func quietConversionSaysNothing() async throws {
    let run = try await run("convert", "solvable.dat-s", "out.cbf", "--quiet")
    #expect(run.code == 0 && run.output.isEmpty && run.error.isEmpty)
    #expect(directory.has("out.cbf"))
  }

  @Test(arguments: [
    ("small.SIF", "out.dat-s", "quadratic"), ("solvable.dat-s", "out.mps", "semidefinite"),
    ("small.SIF", "out.txt", "extension"),
    ("saddle.qps", "out.cbf", "semidefinite"), ("absent.mps", "out.cbf", "absent.mps"),
    ("small.SIF", "absent/out.cbf", "directory"),
  ])
  func whatCannotBeConvertedIsBadInput(input: String, output: String, mention: String) async throws {
    let run = try await run("convert", input, output)
    #expect(run.code == 2)
    #expect(run.output.isEmpty)
    #expect(run.error.contains(mention), "\(run.error)")
    #expect(!directory.has(output))
  }
}
