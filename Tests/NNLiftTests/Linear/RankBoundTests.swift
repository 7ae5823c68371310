import Foundation
import TestSupport
import Testing

@testable import NNLift

/// Bounds where there is no closed form, against the optimum over a fine grid of rank-one matrices.
@Suite("Linear networks: rank bound with masks, weights and constraints")
struct RankBoundTests {
  static let settings = LinearInstance.settings

  /// The least objective over `s·u(φ)v(ψ)ᵀ`, `2 × 2`, on a grid of angles, `s` optimal for each; `φ, ψ` in `[0, range]`.
  private func gridOptimum(_ training: EndToEndTraining, range: Double, sign: ClosedRange<Double>) -> Double {
    let steps = 300
    var best = Double.infinity
    for a in 0...steps {
      for b in 0...steps {
        let (phi, psi) = (range * Double(a) / Double(steps), range * Double(b) / Double(steps))
        let M = DenseMatrix(
          rowArrays: [[cos(phi) * cos(psi), cos(phi) * sin(psi)], [sin(phi) * cos(psi), sin(phi) * sin(psi)]], columns: 2)
        // The objective is a parabola in s.
        let (zero, one, two) = (training.loss(M.map { 0 * $0 }), training.loss(M), training.loss(M.map { 2 * $0 }))
        let square = 0.5 * (two - 2 * one + zero)
        let slope = one - zero - square
        let s = min(sign.upperBound, max(sign.lowerBound, square > 0 ? -slope / (2 * square) : 0))
        best = min(best, zero + s * (slope + s * square))
      }
    }
    return best
  }

  @Test("masked data with a ridge: perspective and lift stay below, descent reaches the grid's optimum", arguments: 1...4)
  func masked(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let Y = LinearInstance.gaussian(2, 2, &random)
    let mask = DenseMatrix(rowArrays: [[1, 1], [1, 0]], columns: 2)
    let training = try DeepLinearTraining.bilinear(Y, rank: 1, fit: .weighted(mask)).endToEnd.withRidge(0.3)
    let truth = gridOptimum(training, range: .pi, sign: -10...10)
    let automatic = LinearTrainingRun(training)
    #expect(automatic.method == .kronecker)
    for method in [LinearMethod.perspective, .kronecker] {
      let outcome = try LinearTrainingRun(training, method: method).run(Self.settings)
      #expect(outcome.lowerBound <= truth + 1e-6)
      #expect(outcome.upperBound <= truth + 1e-6 && outcome.upperBound >= truth - 1e-3)
      #expect(outcome.upperBound - outcome.lowerBound < 0.02 * truth)
    }
  }

  @Test("nonnegative products", arguments: 1...4)
  func nonnegative(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(20 + seed))
    let Y = LinearInstance.gaussian(2, 2, &random)
    let training = try DeepLinearTraining.bilinear(
      Y, rank: 1, constraints: ProductConstraint.nonnegative(rows: 2, columns: 2)
    ).endToEnd
    let truth = gridOptimum(training, range: .pi / 2, sign: 0...10)
    for method in [LinearMethod.perspective, .kronecker] {
      let outcome = try LinearTrainingRun(training, method: method).run(Self.settings)
      #expect(outcome.lowerBound <= truth + 1e-6)
      #expect(outcome.upperBound >= truth - 1e-3)
      #expect(training.violation(outcome.endToEnd) < 1e-7)
      #expect(method != .kronecker || outcome.lowerBound >= truth - 1e-3)
    }
  }

  @Test("an equation on the product holds at the network, and the bound stays below it")
  func equation() throws {
    var random = SplitMix64(seed: 31)
    let (X, Y) = (LinearInstance.gaussian(6, 2, &random), LinearInstance.gaussian(6, 2, &random))
    let unit = DenseMatrix(rowArrays: [[1, 0], [0, 1]], columns: 2)
    let training = try DeepLinearTraining(
      features: X, outputs: Y, hiddenWidths: [1], constraints: [ProductConstraint(unit, .equal, 0.5)])
    let outcome = try LinearTrainingRun(training.endToEnd).run(Self.settings)
    let network = training.network(endToEnd: outcome.endToEnd)
    #expect(training.endToEnd.violation(network.endToEnd) < 1e-7)
    #expect(agree(training.objective(of: network), outcome.upperBound, 1e-10))
    #expect(outcome.upperBound - outcome.lowerBound < 1e-5 && outcome.lowerBound <= outcome.upperBound + 1e-8)
    let free = try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [1])
    #expect(try LinearTrainingRun(free.endToEnd).run().lowerBound <= outcome.lowerBound + 1e-7)
  }

  @Test("three layers on data that are not whitened: the chord is below descent")
  func threeLayers() throws {
    let training = try DeepLinearTraining(
      features: LinearInstance.X, outputs: LinearInstance.Y, hiddenWidths: [3, 3], weightDecay: 0.1)
    let outcome = try LinearTrainingRun(training.endToEnd).run(Self.settings)
    #expect(outcome.method == .nuclear)
    #expect(outcome.lowerBound <= outcome.upperBound + 1e-8)
    var method = GradientTraining()
    method.learningRate = 0.02
    method.steps = 4000
    method.starts = 4
    #expect(method.run(LinearGradient(training)).objective >= outcome.upperBound - 1e-6)
  }

  @Test("the choice names its reason")
  func choice() throws {
    let (X, Y) = (LinearInstance.X, LinearInstance.Y)
    let mask = DenseMatrix(rowArrays: [[1, 0], [1, 1], [1, 1], [0, 1]], columns: 2)
    let problems: [(DeepLinearTraining, LinearMethod)] = [
      (try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [1]), .closedForm(.reducedRankRegression)),
      (try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [], weightDecay: 1), .closedForm(.ridge)),
      (try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [2], weightDecay: 1), .nuclear),
      (try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [1], weightDecay: 1), .perspective),
      (try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [2, 2], weightDecay: 1), .nuclear),
      (try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [3], fit: .weighted(mask)), .leastSquares),
      (try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [1], fit: .weighted(mask)), .kronecker),
      (try DeepLinearTraining.bilinear(Y, rank: 1, fit: .weighted(mask)), .perspective),
    ]
    for (training, method) in problems {
      let run = LinearTrainingRun(training.endToEnd)
      #expect(run.method == method)
      #expect(!run.reason.isEmpty)
    }
  }
}
