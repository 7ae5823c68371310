import ConeSolver
import Foundation
import Testing

@testable import NNLift

/// The relaxation against published values, the bracket against optima known from independent methods.
@Suite struct SDPNNTrainingTests {
  @Test(arguments: ["T1", "T2", "T4", "umbrella"])
  func relaxationHasItsPublishedValue(_ name: String) throws {
    let instance = try #require(Self.instances[name])
    let relaxation = try SDPNN(instance.training).solve(Self.tight)
    #expect(abs(relaxation.value - instance.relaxation) <= 1e-6 * instance.relaxation)
    #expect(abs(relaxation.dualValue - instance.relaxation) <= 1e-6 * instance.relaxation)
  }

  @Test(arguments: ["T1", "T2", "T4", "umbrella"])
  func bracketHoldsTheOptimum(_ name: String) throws {
    let instance = try #require(Self.instances[name])
    let outcome = try SDPNNTraining(instance.training).run()
    // The references carry about nine digits.
    #expect(outcome.lowerBound <= instance.optimum * (1 + 1e-8))
    #expect(outcome.upperBound >= instance.optimum * (1 - 1e-8))
    #expect(outcome.upperBound <= instance.optimum * (1 + 1e-6))
    #expect(outcome.upperBound == instance.training.objective(of: outcome.network))
    // The proof is the relaxation's at least, and exact where the circle has sectors.
    #expect(outcome.lowerBound >= instance.relaxation * (1 - 1e-5))
    if DataReduction(instance.training.X).rank <= 2 {
      #expect(outcome.proof == .sectors)
      #expect(outcome.relativeGap <= 1e-6)
    }
  }

  /// The moments of an optimal network are feasible, so the relaxation cannot exceed the optimum; and the returned moments
  /// satisfy every row of the relaxation.
  @Test func momentsAreFeasible() throws {
    let lift = try SDPNN(Instance.t4.training)
    let T = try lift.solve(Self.tight).moments
    let g = lift.reduction.groupCount
    let X = lift.reduction.directions
    let form = { (a: [Double], b: [Double]) in
      (0..<T.rows).reduce(0) { sum, i in sum + a[i] * (0..<T.rows).reduce(0) { $0 + T[i, $1] * b[$1] } }
    }
    let hidden = { (i: Int, sign: Double) -> [Double] in
      var row = [Double](repeating: 0, count: T.rows)
      row[i] = 0.5
      for a in 0..<X.columns { row[g + a] = 0.5 * sign * X[i, a] }
      return row
    }
    for i in 0..<g {
      #expect(abs(form(hidden(i, 1), hidden(i, -1))) <= 1e-8)
      for j in 0..<g {
        for (a, b) in [(1.0, 1.0), (1, -1), (-1, -1)] { #expect(form(hidden(i, a), hidden(j, b)) >= -1e-8) }
      }
    }
    let eigen = try #require(DenseKernels.symmetricEigen(T))
    #expect(eigen.values[0] >= -1e-9)
  }

  /// Random data of rank one to four with duplicated, parallel, antiparallel and zero rows, scales and weights far apart.
  @Test func bracketsOfRandomProblemsAreInOrder() throws {
    var generator = SeededGenerator(7)
    for trial in 0..<24 {
      let n = 2 + trial % 5
      let d = 1 + trial % 4
      let c = 1 + trial % 3
      let scale = pow(10, Double(trial % 5) - 2)
      var rows = (0..<n).map { _ in (0..<d).map { _ in scale * Double.random(in: -1...1, using: &generator) } }
      switch trial % 4 {
      case 1: rows[n - 1] = rows[0].map { -2 * $0 }
      case 2: rows[n - 1] = rows[0].map { 0.5 * $0 }
      case 3: rows[n - 1] = rows[0].map { _ in 0 }
      default: break
      }
      let targets = (0..<n).map { _ in (0..<c).map { _ in Double.random(in: -1...1, using: &generator) } }
      let weight = pow(10, Double(trial % 3) - 2) * scale
      let training = try ReLUTraining(
        features: DenseMatrix(rowArrays: rows, columns: d), outputs: DenseMatrix(rowArrays: targets, columns: c),
        weightDecay: weight, bias: trial % 6 == 5 ? .regularized : .none)
      let outcome = try SDPNNTraining(training).run()
      #expect(outcome.lowerBound <= outcome.upperBound * (1 + 1e-12), "trial \(trial)")
      #expect(outcome.lowerBound >= outcome.relaxation.value - 1e-3 * abs(outcome.relaxation.value), "trial \(trial)")
      if DataReduction(training.X).rank <= 2 {
        #expect(outcome.relativeGap <= 1e-5, "trial \(trial): \(outcome.lowerBound) … \(outcome.upperBound)")
      }
      // No network met at random may beat the lower bound.
      for _ in 0..<50 {
        let network = Self.randomNetwork(training, scale: outcome.network, &generator)
        #expect(training.objective(of: network) >= outcome.lowerBound, "trial \(trial)")
      }
    }
  }

  @Test func biasIsAColumnOfOnes() throws {
    let features = DenseMatrix(rowArrays: [[0.5], [-1], [2]], columns: 1)
    let outputs = DenseMatrix(rowArrays: [[1], [0], [-1]], columns: 1)
    let withBias = try ReLUTraining(features: features, outputs: outputs, weightDecay: 0.05, bias: .regularized)
    let augmented = try ReLUTraining(
      features: DenseMatrix(rowArrays: [[1, 0.5], [1, -1], [1, 2]], columns: 2), outputs: outputs, weightDecay: 0.05)
    let first = try SDPNNTraining(withBias).run()
    let second = try SDPNNTraining(augmented).run()
    // The same program, but threads of BLAS are the process's, and other tests set their number meanwhile.
    #expect(abs(first.lowerBound - second.lowerBound) <= 1e-12 * abs(second.lowerBound))
    #expect(abs(first.upperBound - second.upperBound) <= 1e-12 * abs(second.upperBound))
  }

  /// Above the weight at which no neuron pays, the zero network is optimal and the bracket closes on ½‖Y‖².
  @Test func heavyDecayLeavesTheZeroNetwork() throws {
    let training = try ReLUTraining(
      features: Instance.t2.training.X, outputs: Instance.t2.training.Y, weightDecay: 100)
    let outcome = try SDPNNTraining(training).run()
    let constant = 0.5 * training.Y.values.reduce(0) { $0 + $1 * $1 }
    #expect(outcome.upperBound == constant)
    #expect(outcome.network.width == 0)
    #expect(outcome.relativeGap <= 1e-12)
  }

  // MARK: Material

  private static let instances = ["T1": Instance.t1, "T2": .t2, "T4": .t4, "umbrella": .umbrella]

  private static var tight: Settings {
    var settings = Settings()
    settings.epsAbs = 1e-10
    settings.epsRel = 1e-10
    return settings
  }

  /// A perturbation of the given network, refitted in no way.
  private static func randomNetwork(
    _ training: ReLUTraining, scale network: TwoLayerReLUNetwork, _ generator: inout SeededGenerator
  ) -> TwoLayerReLUNetwork {
    let size = pow(10, Double.random(in: -6...0, using: &generator))
    let shake = { (value: Double) in value * (1 + size * Double.random(in: -1...1, using: &generator)) }
    return TwoLayerReLUNetwork(U: network.U.map(shake), V: network.V.map(shake))
  }
}
