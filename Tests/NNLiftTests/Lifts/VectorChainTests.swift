import ConeSolver
import Foundation
import Testing

@testable import NNLift

/// SDP-NN ≤ split(J) ≤ (19) ≤ (19Δ) = p* on random instances, `p*` by the global search, which shares no program with the lifts.
///
/// `NNLIFT_CHAIN_INSTANCES` sets how many (200 take minutes), or, with commas, which.
@Suite struct VectorChainTests {
  private static var seeds: [Int] {
    let asked = ProcessInfo.processInfo.environment["NNLIFT_CHAIN_INSTANCES"] ?? "6"
    let numbers = asked.split(separator: ",").compactMap { Int($0) }
    return asked.contains(",") ? numbers : Array(0..<(numbers.first ?? 0))
  }

  /// `n ≤ 10`, `d ≤ 3`, `c ≤ 3`, weights over three decades.
  private static func instance(_ seed: Int) throws -> ReLUTraining {
    var generator = SeededGenerator(UInt64(seed) &+ 100)
    let n = Int.random(in: 3...10, using: &generator)
    let d = Int.random(in: 1...3, using: &generator)
    let c = Int.random(in: 1...3, using: &generator)
    return try ReLUTraining(
      features: generator.matrix(n, d), outputs: generator.matrix(n, c),
      weightDecay: pow(10, Double.random(in: -2...1, using: &generator)))
  }

  @Test func chainOfBounds() throws {
    let tolerance = 1e-6
    var (programs, unsolved) = (0, 0)
    for seed in Self.seeds {
      let training = try Self.instance(seed)
      var options = GlobalSearch.Options()
      options.gap = 1e-7
      options.threads = 1
      let truth = try GlobalSearch(training).run(options)
      let slack = tolerance * truth.upperBound
      let g = DataReduction(training.X).groupCount
      let relaxation = try SDPNN(training).solve(VectorLiftTests.tight)
      var chain = [(value: relaxation.value, bound: relaxation.dualValue, isSolved: relaxation.solution.status == .solved)]
      for size in Set([1, min(3, g), g]).sorted() {
        let program = try CellSplit(training, groups: Array(0..<size)).program()
        let split = try program.problem.solve(VectorLiftTests.tight).solution
        chain.append((split.objective + program.constant, split.bound + program.constant, split.status == .solved))
      }
      let optimum = try TriangulatedProgram(training).program().solve(VectorLiftTests.tight)
      chain.append((optimum.value, optimum.dualValue, optimum.solution.status == .solved))
      // By weak duality a program's bound is below the value of every tighter one, however far either was solved.
      for (lower, upper) in zip(chain, chain.dropFirst()) {
        #expect(lower.bound <= upper.value + slack, "seed \(seed): \(chain)")
        if lower.isSolved && upper.isSolved { #expect(lower.value <= upper.value + slack, "seed \(seed): \(chain)") }
      }
      #expect(optimum.value >= truth.lowerBound - (optimum.solution.status == .solved ? slack : 10 * slack), "seed \(seed): \(chain)")
      #expect(optimum.value <= truth.upperBound + (optimum.solution.status == .solved ? slack : 10 * slack), "seed \(seed): \(chain)")
      unsolved += chain.count { !$0.isSolved }
      programs += chain.count
      #expect(optimum.dualValue <= truth.upperBound + slack, "seed \(seed): \(chain)")
      if DataReduction(training.X).rank <= 2 { #expect(chain[chain.count - 2].value >= optimum.dualValue - slack, "seed \(seed)") }
      let rounded = optimum.network
      let network = try #require(rounded, "seed \(seed)")
      let pruned = training.pruned(network)
      #expect(pruned.width <= training.Y.values.count)
      #expect(training.objective(of: pruned) >= truth.lowerBound - slack, "seed \(seed)")
      #expect(training.objective(of: pruned) <= truth.upperBound + 10 * slack, "seed \(seed)")
    }
    // At 1e-10 some stop short (17 of 100 over 200 instances); most must not, or nothing but weak duality is tested.
    #expect(4 * unsolved <= programs, "\(unsolved) of \(programs) programs stopped short of the tolerance asked for")
  }
}
