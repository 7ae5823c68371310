import ConeSolver
import Foundation
import Testing

@Suite struct TraceTests {
  @Test(.enabled(if: ProcessInfo.processInfo.environment["CONE_TRACE"] != nil)) func trace() throws {
    for text in ProcessInfo.processInfo.environment["CONE_TRACE"]!.split(separator: ",") {
      let program = RandomProgram(seed: UInt64(text)!)
      print(program.description)
      for kkt in [KKTChoice.schur, .quasidefinite] {
        var settings = Settings()
        settings.kkt = kkt
        let solution = try program.problem.solve(settings) { i in
          print(String(format: "%3d p %.6e d %.6e rp %.1e rd %.1e gap %.1e k/t %.1e mu %.1e step %.4f", i.number,
            i.primalObjective, i.dualObjective, i.primalResidual, i.dualResidual, i.gap, i.kappaOverTau, i.mu, i.step))
          return .proceed
        }
        print(kkt, solution.status, solution.message)
        print(SolutionCheck(program, solution).faults)
      }
    }
  }
}
