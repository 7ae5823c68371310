import Foundation
import Testing

/// The built command on small files, from its arguments to its exit code.
struct SolveCommandTests {
  private let directory: Directory

  init() throws {
    directory = try Directory()
    try directory.write(Programs.solvable, to: "solvable.dat-s")
    try directory.write(Programs.primalInfeasible, to: "infeasible.dat-s")
    try directory.write(Programs.unbounded, to: "unbounded.dat-s")
    try directory.write(Programs.maximization, to: "maximization.cbf")
  }

  private func solve(_ arguments: String...) async throws -> CommandRun {
    try await CommandRun(["solve"] + arguments, in: directory)
  }

  private func status(of run: CommandRun) throws -> String? { try json(Data(run.output.utf8))["status"] as? String }

  // MARK: Answers

  @Test func solvedProgram() async throws {
    let run = try await solve("solvable.dat-s")
    #expect(run.code == 0)
    #expect(run.error.isEmpty)
    for part in ["solvable.dat-s (SDPA sparse, minimize)", "PSD 2", "κ/τ", "status      solved", "DIMACS"] {
      #expect(run.output.contains(part), "\(part)")
    }
  }

  @Test func presolveCanBeTurnedOff() async throws {
    let on = try await solve("maximization.cbf")
    let off = try await solve("maximization.cbf", "--no-presolve")
    #expect(on.code == 0 && off.code == 0)
    #expect(on.output.contains("presolve    ") && !on.output.contains("presolve    off"))
    #expect(off.output.contains("presolve    off"))
  }

  @Test func maximizationReportsItsOwnObjective() async throws {
    let run = try await solve("maximization.cbf", "--json", "-", "--quiet")
    let report = try json(Data(run.output.utf8))
    #expect(abs(try #require(report["primal_objective"] as? Double) - 18) < 1e-6)
    #expect(abs(try #require(report["dual_objective"] as? Double) - 18) < 1e-6)
  }

  @Test(arguments: [("infeasible.dat-s", "primal_infeasible"), ("unbounded.dat-s", "dual_infeasible")])
  func certificatesAreAnswers(file: String, status: String) async throws {
    let run = try await solve(file, "--json", "-", "--quiet")
    #expect(run.code == 0)
    #expect(try self.status(of: run) == status)
  }

  @Test func compressedFile() async throws {
    let packed = "H4sIAAAAAAACAzPiMuQy4jJUMOQyUACSCkYKuoYgLgRyGYGFgCQXAEkvuZspAAAA"
    try #require(Data(base64Encoded: packed)).write(to: directory.url.appendingPathComponent("packed.dat-s.gz"))
    let run = try await solve("packed.dat-s.gz", "--json", "-", "--quiet")
    #expect(run.code == 0)
    #expect(abs(try #require(json(Data(run.output.utf8))["primal_objective"] as? Double) - 2) < 1e-6)
  }

  @Test(arguments: ["quasidefinite", "schur"])
  func chosenSystemIsUsed(kkt: String) async throws {
    let run = try await solve("solvable.dat-s", "--kkt", kkt, "--json", "-")
    #expect(try json(Data(run.output.utf8))["kkt"] as? String == kkt)
    #expect(run.error.contains("as asked"))
  }

  // MARK: Where output goes

  @Test func reportOnStandardOutputIsAlone() async throws {
    let run = try await solve("solvable.dat-s", "--json", "-", "--verbose")
    #expect(try status(of: run) == "solved")
    #expect(run.output.hasPrefix("{") && run.output.hasSuffix("}\n"))
    #expect(run.error.contains("kernels"))
    #expect(run.error.contains("status      solved"))
  }

  @Test func quietSaysNothing() async throws {
    let run = try await solve("solvable.dat-s", "--quiet", "--json", "report.json", "--solution", "solution.json")
    #expect(run.code == 0 && run.output.isEmpty && run.error.isEmpty)
    #expect(try json(directory.contents(of: "report.json"))["status"] as? String == "solved")
    let x = try #require(json(directory.contents(of: "solution.json"))["x"] as? [Double])
    #expect(x.count == 2 && x.allSatisfy { abs($0 - 1) < 1e-6 })
  }

  // MARK: Limits

  @Test(arguments: [("--time-limit", "time_limit"), ("--max-iter", "iteration_limit")])
  func limitOfZeroReportsTheStartingPoint(option: String, status: String) async throws {
    let run = try await solve("solvable.dat-s", option, "0", "--json", "-", "--quiet")
    #expect(run.code == 3)
    #expect(try self.status(of: run) == status)
    #expect(try json(Data(run.output.utf8))["iterations"] as? Int == 0)
  }

  @Test func toleranceBeyondDoublePrecisionIsNotAnAnswer() async throws {
    let run = try await solve("solvable.dat-s", "--eps-abs", "1e-30", "--eps-rel", "0", "--json", "-", "--quiet")
    #expect(run.code == 4)
    #expect(["almost_solved", "numerical_failure"].contains(try status(of: run)))
  }

  @Test func interruptReportsTheBestPoint() async throws {
    // A cut bound of order 250 at a tolerance that is out of reach keeps the command busy for many iterations.
    try directory.write(Self.cutBound(order: 250), to: "cut.dat-s")
    let (process, output, error) = CommandRun.process(
      ["solve", "cut.dat-s", "--eps-abs", "1e-30", "--eps-rel", "0", "--json", "report.json"], in: directory.url)
    let code: Int32 = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
        var log = ""
        while !log.contains("\n   0 ") {
          let chunk = output.fileHandleForReading.availableData
          if chunk.isEmpty { break }
          log += String(decoding: chunk, as: UTF8.self)
        }
        process.interrupt()
      } catch {
        continuation.resume(throwing: error)
      }
    }
    let rest = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(code == 3)
    #expect(rest.contains("cancelled (stopped by Ctrl-C)"))
    #expect(error.fileHandleForReading.readDataToEndOfFile().isEmpty)
    #expect(try json(directory.contents(of: "report.json"))["status"] as? String == "cancelled")
  }

  /// `minimize Σxᵢ` with `Diag(x) ⪰ ¼L` for a graph of order `n` in which each vertex has three neighbours ahead.
  private static func cutBound(order n: Int) -> String {
    var laplacian: [String] = []
    for i in 1...n {
      laplacian.append("0 1 \(i) \(i) 1.5")
      for j in [1, 3, 7] {
        let k = (i + j - 1) % n + 1
        laplacian.append("0 1 \(min(i, k)) \(max(i, k)) -0.25")
      }
    }
    let objective = Array(repeating: "1", count: n).joined(separator: " ")
    let diagonal = (1...n).map { "\($0) 1 \($0) \($0) 1" }
    return (["\(n)", "1", "\(n)", objective] + laplacian + diagonal).joined(separator: "\n") + "\n"
  }

  // MARK: Faults

  @Test func faultInAFileIsNamedByLine() async throws {
    try directory.write(Programs.solvable.replacingOccurrences(of: "2 1 2 2 1", with: "2 1 2 9 1"), to: "bad.dat-s")
    let run = try await solve("bad.dat-s", "--json", "-")
    #expect(run.code == 2)
    #expect(run.output.isEmpty)
    #expect(run.error.hasPrefix("bad.dat-s:7: "))
    #expect(run.error.contains("; "))
  }

  @Test func missingFileIsBadInput() async throws {
    let run = try await solve("absent.dat-s", "--solution", "solution.json")
    #expect(run.code == 2)
    #expect(run.error.hasPrefix("absent.dat-s:1: "))
    #expect(!directory.has("solution.json"))
  }

  @Test func unwritablePathIsFoundBeforeTheSolve() async throws {
    for option in ["--json", "--solution"] {
      let run = try await solve("solvable.dat-s", option, "absent/out.json")
      #expect(run.code == 2)
      #expect(run.output.isEmpty)
      #expect(run.error.hasPrefix("absent/out.json: "))
    }
  }

  @Test(arguments: [
    ["--eps-abs=-1"], ["--eps-rel", "nan"], ["--max-iter=-1"], ["--time-limit", "nan"], ["--threads", "0"],
    ["--kkt", "cg"], ["--quiet", "--verbose"], ["--solution", "-"], ["--unknown"],
  ])
  func badOptionIsBadInput(options: [String]) async throws {
    let run = try await CommandRun(["solve", "solvable.dat-s"] + options, in: directory)
    #expect(run.code == 2)
    #expect(run.output.isEmpty)
    let name = try #require(options[0].split(separator: "=").first)
    #expect(run.error.contains(name))
  }

  @Test func helpAndVersionSucceed() async throws {
    let help = try await CommandRun(["solve", "--help"])
    #expect(help.code == 0 && help.output.contains("Exit codes:") && help.error.isEmpty)
    let version = try await CommandRun(["--version"])
    #expect(version.code == 0 && version.output.contains("."))
  }
}
