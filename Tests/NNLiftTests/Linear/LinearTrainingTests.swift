import Foundation
import TestSupport
import Testing

@testable import NNLift

@Suite("Linear networks: problems and networks")
struct LinearTrainingTests {
  @Test("the balanced network keeps the product, balances the layers and reaches the Schatten norm", arguments: 2...4)
  func balance(depth: Int) {
    var random = SplitMix64(seed: UInt64(depth))
    let M = LinearInstance.gaussian(4, 3, &random)
    let network = DeepLinearNetwork(endToEnd: M, hiddenWidths: [Int](repeating: 5, count: depth - 1))
    #expect(network.depth == depth)
    #expect(zip(network.endToEnd.values, M.values).allSatisfy { abs($0 - $1) < 1e-13 })
    for (a, b) in zip(network.layers, network.layers.dropFirst()) {
      let left = DenseKernels.product(a, a, transposeA: true)
      let right = DenseKernels.product(b, b, transposeB: true)
      #expect(zip(left.values, right.values).allSatisfy { abs($0 - $1) < 1e-13 })
    }
    let singular = DenseKernels.singularValues(M)!.values
    let schatten = singular.reduce(0) { $0 + pow($1, 2 / Double(depth)) }
    #expect(agree(network.squaredNorm, Double(depth) * schatten, 1e-13))
  }

  @Test("no other factors of the product have less decay")
  func leastDecay() throws {
    var random = SplitMix64(seed: 7)
    let (X, Y) = (LinearInstance.gaussian(6, 4, &random), LinearInstance.gaussian(6, 3, &random))
    let training = try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [3, 3], weightDecay: 0.4)
    for _ in 0..<20 {
      let layers = [(4, 3), (3, 3), (3, 3)].map { LinearInstance.gaussian($0.0, $0.1, &random) }
      let network = DeepLinearNetwork(layers: layers)
      let least = training.endToEnd.objective(network.endToEnd)
      #expect(training.objective(of: network) >= least - 1e-12)
      #expect(agree(training.objective(of: training.network(endToEnd: network.endToEnd)), least, 1e-12))
    }
  }

  @Test("parallel branches cost the nuclear norm at every depth", arguments: 2...4)
  func parallel(depth: Int) throws {
    var random = SplitMix64(seed: UInt64(10 + depth))
    let (X, Y) = (LinearInstance.gaussian(6, 4, &random), LinearInstance.gaussian(6, 3, &random))
    let training = try ParallelLinearTraining(features: X, outputs: Y, depth: depth, branches: 3, weightDecay: 0.4)
    let M = LinearInstance.gaussian(4, 3, &random)
    #expect(agree(training.objective(of: training.network(endToEnd: M)), training.endToEnd.objective(M), 1e-12))
    for _ in 0..<20 {
      let branches = (0..<3).map { _ in
        let widths = [4] + [Int](repeating: 2, count: depth - 1) + [3]
        return DeepLinearNetwork(layers: zip(widths, widths.dropFirst()).map { LinearInstance.gaussian($0, $1, &random) })
      }
      var sum = DenseMatrix(rows: 4, columns: 3)
      for branch in branches {
        let product = branch.endToEnd
        for k in sum.values.indices { sum.values[k] += product.values[k] }
      }
      #expect(training.objective(of: branches) >= training.endToEnd.objective(sum) - 1e-10)
    }
  }

  @Test("the reduction keeps the objective of what it expands", arguments: [true, false])
  func reduction(hasDecay: Bool) throws {
    var random = SplitMix64(seed: 3)
    let X = DenseKernels.product(LinearInstance.gaussian(9, 2, &random), LinearInstance.gaussian(2, 4, &random))
    let Y = LinearInstance.gaussian(9, 5, &random)
    let training = try DeepLinearTraining(
      features: X, outputs: Y, hiddenWidths: [3], weightDecay: hasDecay ? 0.3 : 0
    ).endToEnd
    let reduction = EndToEndReduction(training)
    #expect(reduction.training.X.rows == 2 && reduction.training.inputDimension == 2)
    #expect(reduction.training.outputDimension == 2)
    let M = LinearInstance.gaussian(2, 2, &random)
    #expect(
      agree(training.objective(reduction.expand(M)), reduction.training.objective(M) + reduction.constant, 1e-12))
  }

  @Test("weights of samples are multiplied into the data")
  func sampleWeights() throws {
    var random = SplitMix64(seed: 4)
    let (X, Y) = (LinearInstance.gaussian(7, 3, &random), LinearInstance.gaussian(7, 2, &random))
    let each = (0..<7).map { _ in random.uniform(0, 2) }
    let weights = DenseMatrix(rows: 7, columns: 2, values: each + each)
    let training = try DeepLinearTraining(
      features: X, outputs: Y, hiddenWidths: [1], fit: .weighted(weights)
    ).endToEnd
    let outcome = try LinearTrainingRun(training).run()
    #expect(outcome.method == .closedForm(.reducedRankRegression))
    for _ in 0..<50 {
      var M = outcome.endToEnd
      let step = LinearInstance.gaussian(3, 2, &random)
      for k in M.values.indices { M.values[k] += 0.1 * step.values[k] }
      #expect(training.objective(LinearClosedForm.spectrum(of: M, rank: 1) { $0 }) >= outcome.lowerBound - 1e-12)
    }
  }

  @Test func faultsAreNamed() {
    let X = DenseMatrix(rowArrays: [[1, 2], [3, 4]], columns: 2)
    let short = DenseMatrix(rowArrays: [[1]], columns: 1)
    #expect(throws: LinearTrainingError.invalidWidth(layer: 2, width: 0)) {
      try DeepLinearTraining(features: X, outputs: X, hiddenWidths: [1, 0])
    }
    #expect(throws: LinearTrainingError.invalidWeightDecay(-1)) {
      try DeepLinearTraining(features: X, outputs: X, hiddenWidths: [1], weightDecay: -1)
    }
    #expect(throws: LinearTrainingError.negativeWeight(row: 1, column: 0, value: -3)) {
      let weights = DenseMatrix(rowArrays: [[1, 1], [-3, 1]], columns: 2)
      return try DeepLinearTraining(features: X, outputs: X, hiddenWidths: [1], fit: .weighted(weights))
    }
    #expect(
      throws: LinearTrainingError.shapesDiffer(
        matrix: "features", rows: 2, columns: 2, expectedRows: 1, expectedColumns: 2)
    ) { try DeepLinearTraining(features: X, outputs: short, hiddenWidths: [1]) }
    #expect(throws: LinearTrainingError.tooFewBranches(given: 1, needed: 2)) {
      try ParallelLinearTraining(features: X, outputs: X, depth: 3, branches: 1)
    }
  }
}
