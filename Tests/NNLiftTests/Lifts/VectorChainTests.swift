import ConeSolver
import Foundation
import Testing

@testable import NNLift

/// SDP-NN ≤ split(J) ≤ (19) ≤ (19Δ) = p* on random instances, `p*` by the global search, which shares no program with the lifts.
///
/// `NNLIFT_CHAIN_INSTANCES` sets how many; 200 take some minutes.
@Suite struct VectorChainTests {
  private static var count: Int {
    ProcessInfo.processInfo.environment["NNLIFT_CHAIN_INSTANCES"].flatMap(Int.init) ?? 6
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
    for seed in 0..<Self.count {
      let training = try Self.instance(seed)
      var options = GlobalSearch.Options()
      options.gap = 1e-7
      options.threads = 1
      let truth = try GlobalSearch(training).run(options)
      let slack = tolerance * truth.upperBound
      let g = DataReduction(training.X).groupCount
      let solve = { (groups: [Int]) in
        try CellSplit(training, groups: groups).program().solve(VectorLiftTests.tight).value
      }
      var chain = [try SDPNN(training).solve(VectorLiftTests.tight).value]
      for size in Set([1, min(3, g), g]).sorted() { chain.append(try solve(Array(0..<size))) }
      let exact = try TriangulatedProgram(training)
      let optimum = try exact.program().solve(VectorLiftTests.tight)
      chain.append(optimum.value)
      for (lower, upper) in zip(chain, chain.dropFirst()) { #expect(lower <= upper + slack, "seed \(seed): \(chain)") }
      #expect(truth.lowerBound - slack <= optimum.value, "seed \(seed)")
      #expect(optimum.value <= truth.upperBound + slack, "seed \(seed)")
      if DataReduction(training.X).rank <= 2 { #expect(chain[chain.count - 2] >= optimum.value - slack, "seed \(seed)") }
      let rounded = optimum.network
      let network = try #require(rounded, "seed \(seed)")
      let pruned = training.pruned(network)
      #expect(pruned.width <= training.Y.values.count)
      #expect(training.objective(of: pruned) >= truth.lowerBound - slack, "seed \(seed)")
      #expect(training.objective(of: pruned) <= truth.upperBound + 10 * slack, "seed \(seed)")
    }
  }
}
