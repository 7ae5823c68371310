import ConeSolver
import Foundation
import Testing

/// `CONE_TRACE=seed,seed` prints the iterations of these random programs for both linear systems, and what is wrong.
@Suite struct RandomProgramTrace {
  private static let seeds = ProcessInfo.processInfo.environment["CONE_TRACE"]

  @Test(.enabled(if: seeds != nil)) func trace() throws {
    for seed in Self.seeds?.split(separator: ",").compactMap({ UInt64($0) }) ?? [] {
      let program = RandomProgram(seed: seed)
      print(program.description)
      for kkt in [KKTChoice.schur, .quasidefinite] {
        var settings = Settings()
        settings.kkt = kkt
        let solution = try program.problem.solve(settings) { iteration in
          print(Self.line(iteration))
          return .proceed
        }
        print(kkt.rawValue, solution.status.rawValue, solution.message)
        print(SolutionCheck(program, solution).faults)
      }
    }
  }

  private static func line(_ i: Iteration) -> String {
    String(
      format: "%3d p %.6e d %.6e rp %.1e rd %.1e gap %.1e κ/τ %.1e μ %.1e step %.4f", i.number, i.primalObjective,
      i.dualObjective, i.primalResidual, i.dualResidual, i.gap, i.kappaOverTau, i.mu, i.step)
  }
}
