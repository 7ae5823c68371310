import ConeSolver
import Foundation
import TestSupport
import Testing

@testable import NNLift

/// Reference values: the optimum of the closed form and of Clarabel on independently written programs.
@Suite("Linear networks: formulations")
struct LinearLiftTests {
  static let settings = LinearInstance.settings

  private func outcome(_ training: EndToEndTraining, _ method: LinearMethod? = nil) throws -> LinearTrainingRun.Outcome {
    let run = method.map { LinearTrainingRun(training, method: $0) } ?? LinearTrainingRun(training)
    return try run.run(Self.settings)
  }

  @Test("reduced rank: closed form and Fantope", arguments: [(1, 1.4121282007460114), (2, 1.3049629244564915)])
  func reducedRank(rank: Int, optimum: Double) throws {
    let training = try DeepLinearTraining(
      features: LinearInstance.X, outputs: LinearInstance.Y, hiddenWidths: [4, rank, 3])
    let closed = try outcome(training.endToEnd)
    #expect(closed.method == .closedForm(.reducedRankRegression) && closed.isExact)
    #expect(agree(closed.lowerBound, optimum, 1e-12))
    let network = training.network(endToEnd: closed.endToEnd)
    #expect(network.layers.map(\.columns) == [4, rank, 3, 2])
    #expect(agree(training.objective(of: network), optimum, 1e-12))
    let fantope = try outcome(training.endToEnd, .fantope)
    #expect(agree(fantope.lowerBound, optimum, 1e-8) && agree(fantope.upperBound, optimum, 1e-12))
  }

  @Test func nuclearNorm() throws {
    let training = try DeepLinearTraining(
      features: LinearInstance.X, outputs: LinearInstance.Y, hiddenWidths: [3], weightDecay: 0.3)
    let nuclear = try outcome(training.endToEnd)
    #expect(nuclear.method == .nuclear && nuclear.isExact)
    #expect(agree(nuclear.lowerBound, 1.879556950179, 1e-8))
    #expect(agree(training.objective(of: training.network(endToEnd: nuclear.endToEnd)), 1.879556950179, 1e-8))
    let perspective = try outcome(training.endToEnd, .perspective)
    #expect(agree(perspective.lowerBound, 1.879556950179, 1e-7))
    let parallel = try ParallelLinearTraining(
      features: LinearInstance.X, outputs: LinearInstance.Y, depth: 3, branches: 2, weightDecay: 0.2)
    #expect(agree(try outcome(parallel.endToEnd).lowerBound, 1.879556950179, 1e-8))
  }

  @Test(
    "Schatten shrinkage of whitened data",
    arguments: [(2, 0.885), (3, 1.1636461914515963), (4, 1.4046872391338057)])
  func shrinkage(depth: Int, optimum: Double) throws {
    var random = SplitMix64(seed: 1)
    let X = LinearInstance.whitened(5, 3, scale: 1, &random)
    // Singular values 2, 1, 0.4 in the space that X reaches.
    let rotation = LinearInstance.whitened(3, 3, scale: 1, &random)
    let diagonal = DenseMatrix(rowArrays: [[2, 0, 0], [0, 1, 0], [0, 0, 0.4]], columns: 3)
    let Y = DenseKernels.product(X, DenseKernels.product(diagonal, rotation))
    let training = try DeepLinearTraining(
      features: X, outputs: Y, hiddenWidths: [Int](repeating: 3, count: depth - 1), weightDecay: 0.3)
    let closed = try outcome(training.endToEnd)
    #expect(closed.method == .closedForm(.shrinkage))
    #expect(agree(closed.lowerBound, optimum, 1e-12))
    let nuclear = try outcome(training.endToEnd, .nuclear)
    #expect(nuclear.lowerBound <= optimum + 1e-7)
    #expect(depth > 2 || agree(nuclear.lowerBound, optimum, 1e-7))
    #expect(nuclear.upperBound >= optimum - 1e-9)
  }

  @Test("the shrunk value is the best of a fine grid", arguments: [2.0, 1, 2.0 / 3, 0.5, 0.4])
  func shrink(exponent: Double) {
    for (s, a, weight) in [(2.0, 1.0, 0.3), (0.5, 1, 0.3), (1.3, 0.7, 0.5), (3, 2, 1.5), (0.9, 1, 0.45)] {
      let penalty = SchattenPenalty(weight: weight, exponent: exponent)
      let cost = { (t: Double) in 0.5 * (a * t - s) * (a * t - s) + weight * pow(t, exponent) }
      let t = penalty.shrink(s, scale: a)
      let best = (0...40_000).map { cost(1e-4 * Double($0)) }.min()!
      #expect(cost(t) <= best + 1e-12)
      #expect(cost(t) >= best - 1e-6)
    }
  }

  @Test("minimum-norm interpolation: every depth, and the nuclear-norm program", arguments: 2...4)
  func minimumNorm(depth: Int) throws {
    var random = SplitMix64(seed: 5)
    let (X, Y) = (LinearInstance.gaussian(3, 5, &random), LinearInstance.gaussian(3, 2, &random))
    let training = try DeepLinearTraining(
      features: X, outputs: Y, hiddenWidths: [Int](repeating: 4, count: depth - 1), fit: .interpolation)
    let closed = try outcome(training.endToEnd)
    #expect(closed.method == .closedForm(.minimumNorm))
    #expect(training.endToEnd.violation(closed.endToEnd) < 1e-12)
    let network = training.network(endToEnd: closed.endToEnd)
    #expect(agree(0.5 * network.squaredNorm, closed.lowerBound, 1e-12))
    // Any other interpolating matrix costs more.
    let svd = try #require(DenseKernels.singularValues(X))
    for _ in 0..<20 {
      var other = closed.endToEnd
      let step = LinearInstance.gaussian(5, 2, &random)
      let inside = DenseKernels.product(svd.right, DenseKernels.product(svd.right, step, transposeA: true))
      for k in other.values.indices { other.values[k] += 0.3 * (step.values[k] - inside.values[k]) }
      #expect(training.endToEnd.violation(other) < 1e-12)
      #expect(training.endToEnd.objective(other) > closed.lowerBound)
    }
    guard depth == 2 else { return }
    let nuclear = try outcome(training.endToEnd, .nuclear)
    #expect(agree(nuclear.lowerBound, closed.lowerBound, 1e-7))
    #expect(throws: LinearTrainingError.self) {
      let narrow = try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [1], fit: .interpolation)
      return try LinearTrainingRun(narrow.endToEnd).run()
    }
  }

  @Test("every method agrees with the closed form on random instances")
  func randomInstances() throws {
    var random = SplitMix64(seed: 2026)
    for index in 0..<100 {
      let (n, d, c) = (random.integer(2...12), random.integer(1...5), random.integer(1...4))
      let Y = LinearInstance.gaussian(n, c, &random)
      let depth = random.integer(1...4)
      let widths = (1..<depth).map { _ in random.integer(1...6) }
      let hasDecay = index % 2 == 1
      let X = hasDecay && n >= d
        ? LinearInstance.whitened(n, d, scale: random.uniform(0.5, 2), &random) : LinearInstance.gaussian(n, d, &random)
      let training = try DeepLinearTraining(
        features: X, outputs: Y, hiddenWidths: widths, weightDecay: hasDecay && n >= d ? random.uniform(0.05, 0.5) : 0)
      let problem = training.endToEnd
      let closed = try outcome(problem)
      guard case .closedForm = closed.method else {
        Issue.record("instance \(index) has a closed form, not \(closed.method.name)")
        continue
      }
      let optimum = closed.lowerBound
      #expect(agree(training.objective(of: training.network(endToEnd: closed.endToEnd)), optimum, 1e-10))
      let methods: [LinearMethod] =
        problem.penalty == nil
        ? [.fantope, .perspective] + (problem.boundsRank ? [] : [.leastSquares])
        : depth == 1 ? [.leastSquares] : depth == 2 ? [.nuclear, .perspective] : [.nuclear]
      for method in methods {
        let answer = try outcome(problem, method)
        let isExact = depth <= 2 && (problem.penalty == nil || !problem.boundsRank) || problem.penalty == nil
        #expect(answer.lowerBound <= optimum + 1e-7 * max(1, optimum), "\(index): \(method.name)")
        #expect(answer.upperBound >= optimum - 1e-9 * max(1, optimum), "\(index): \(method.name)")
        #expect(!isExact || agree(answer.lowerBound, optimum, 1e-7), "\(index): \(method.name)")
        #expect(!isExact || agree(answer.upperBound, optimum, 1e-7), "\(index): \(method.name)")
      }
    }
  }
}
