import Testing
@testable import NNLift

@Suite("The training problem and its networks")
struct ReLUTrainingTests {
  @Test func objectivesOfTheKnownOptima() throws {
    for instance in [Instance.t1, .t2] {
      let network = try #require(instance.network)
      #expect(abs(instance.training.objective(of: network) - instance.optimum) < 1e-10)
    }
  }

  @Test func theZeroNetworkCostsHalfTheTargets() {
    let training = Instance.t4.training
    let empty = TwoLayerReLUNetwork(U: DenseMatrix(rows: 0, columns: 3), V: DenseMatrix(rows: 0, columns: 2))
    #expect(abs(training.objective(of: empty) - 0.5 * training.Y.values.reduce(0) { $0 + $1 * $1 }) < 1e-15)
  }

  @Test func balancingKeepsTheFunctionAndLowersTheObjective() throws {
    let instance = Instance.t2
    var network = try #require(instance.network)
    for j in 0..<network.width {
      for k in 0..<2 {
        network.U[j, k] *= 1e3
        network.V[j, k] /= 1e3
      }
    }
    let balanced = network.balanced()
    for j in 0..<balanced.width {
      #expect(abs(DenseKernels.norm(balanced.U.row(j)) - DenseKernels.norm(balanced.V.row(j))) < 1e-12)
    }
    let difference = zip(network.predict(instance.training.X).values, balanced.predict(instance.training.X).values)
    #expect(difference.allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(instance.training.objective(of: network) > 10)
    #expect(abs(instance.training.objective(of: balanced) - instance.optimum) < 1e-10)
  }

  @Test func neuronsWithoutEffectAreDropped() {
    let network = TwoLayerReLUNetwork(
      U: DenseMatrix(rowArrays: [[1, 2], [0, 0], [3, 4]], columns: 2),
      V: DenseMatrix(rowArrays: [[1], [1], [0]], columns: 1))
    #expect(network.balanced().width == 1)
  }

  @Test func accuracyCountsTheLargestOutput() throws {
    let network = TwoLayerReLUNetwork(U: DenseMatrix.identity(2), V: DenseMatrix.identity(2))
    let X = DenseMatrix(rowArrays: [[1, 0], [0, 1], [2, 3], [5, 4]], columns: 2)
    let training = try ReLUTraining(features: X, outputs: X, weightDecay: 1)
    #expect(training.terms.classes(ofOutputs: network.predict(X)) == [0, 1, 1, 0])
    #expect(training.accuracy(of: network, classes: [0, 1, 0, 0]) == 0.75)
  }

  @Test func twoClassesAreOneColumnOfSignsForMarginLosses() throws {
    let data = Dataset(
      featureNames: ["x"], features: DenseMatrix(rows: 3, columns: 1, values: [-1, 2, 3]), label: "k", classes: [4, 7, 4])
    let training = try ReLUTraining(dataset: data, terms: .init(weightDecay: 1, loss: .hinge))
    #expect(training.Y.values == [-1, 1, -1])
    let slope = TwoLayerReLUNetwork(
      U: DenseMatrix(rows: 0, columns: 1), V: DenseMatrix(rows: 0, columns: 1), linear: .identity(1))
    #expect(training.accuracy(of: slope, classes: [0, 1, 0]) == 2.0 / 3)
    #expect(throws: TrainingError.notALabel(row: 0, column: 0, value: 0.5)) {
      try ReLUTraining(
        features: data.features, outputs: DenseMatrix(rows: 3, columns: 1, values: [0.5, 1, 1]),
        terms: .init(weightDecay: 1, loss: .squaredHinge))
    }
  }

  @Test("windows over the columns are stacked, and their outputs added")
  func patches() throws {
    let X = DenseMatrix(rowArrays: [[1, 2, 3, 4], [5, 6, 7, 8]], columns: 4)
    let Y = DenseMatrix(rows: 2, columns: 1)
    let terms = TrainingTerms(weightDecay: 1, bias: .regularized, patches: Patches(filter: 2, stride: 2))
    let training = try ReLUTraining(features: X, outputs: Y, terms: terms)
    #expect(training.X.rowArrays == [[1, 1, 2], [1, 5, 6], [1, 3, 4], [1, 7, 8]])
    #expect(training.patchCount == 2)
    let network = TwoLayerReLUNetwork(
      U: DenseMatrix(rowArrays: [[-2, 1, 0]], columns: 3), V: DenseMatrix(rowArrays: [[10]], columns: 1))
    #expect(training.outputs(of: network).values == [10, 80])
    #expect(throws: TrainingError.patchesDoNotFit(Patches(filter: 5), columns: 4)) {
      try ReLUTraining(features: X, outputs: Y, terms: .init(weightDecay: 1, patches: Patches(filter: 5)))
    }
  }

  @Test("the objective by its definition: Huber loss, free bias, skip connection, norms of input weights")
  func objective() throws {
    let X = DenseMatrix(rowArrays: [[1, 2], [-1, 0.5]], columns: 2)
    let Y = DenseMatrix(rows: 2, columns: 1, values: [1, 0])
    let network = TwoLayerReLUNetwork(
      U: DenseMatrix(rowArrays: [[0.5, 3, -4]], columns: 3), V: DenseMatrix(rowArrays: [[2]], columns: 1),
      linear: DenseMatrix(rows: 3, columns: 1, values: [7, 3, 4]))
    // f = 2(0.5 + 3x − 4y)₊ + 7 + 3x + 4y is 18 and 6; errors 17 and 6.
    let loss = 0.5 * 17 - 0.125 + 0.5 * 6 - 0.125
    for (norm, weights) in [(InputNorm.l2, 0.5 * (25 + 4.0) + 5), (.l1, 0.5 * (49 + 4.0) + 7)] {
      let terms = TrainingTerms(weightDecay: 0.1, loss: .huber(delta: 0.5), bias: .free, inputNorm: norm, skip: true)
      let training = try ReLUTraining(features: X, outputs: Y, terms: terms)
      #expect(abs(training.objective(of: network) - (loss + 0.1 * weights)) < 1e-12)
      #expect(training.residual(of: network).values == [-0.5, -0.5])
    }
  }

  @Test func whatAMethodDoesNotCoverIsRefused() throws {
    let instance = Instance.t1.training
    func fault(_ terms: TrainingTerms) -> String? {
      do {
        _ = try GlobalSearch(ReLUTraining(features: instance.X, outputs: instance.Y, terms: terms))
        return nil
      } catch { return "\(error)" }
    }
    #expect(
      fault(.init(weightDecay: 1, loss: .absolute))
        == "The global search does not cover the loss absolute; it covers losses: squared")
    #expect(
      fault(.init(weightDecay: 1, bias: .free))
        == "The global search does not cover the bias free; it covers biases: none, regularized")
    #expect(fault(.init(weightDecay: 1, inputNorm: .l1)) != nil)
    #expect(fault(.init(weightDecay: 1, skip: true)) != nil)
    #expect(fault(.init(weightDecay: 1, patches: Patches(filter: 1))) != nil)
    #expect(fault(.init(weightDecay: 1, bias: .regularized)) == nil)
  }

  @Test func theBiasColumnComesFirst() throws {
    let X = DenseMatrix(rowArrays: [[2, 3], [4, 5]], columns: 2)
    let training = try ReLUTraining(features: X, outputs: X, weightDecay: 1, bias: .regularized)
    #expect(training.X.rowArrays == [[1, 2, 3], [1, 4, 5]])
    #expect(training.inputDimension == 3)
  }

  @Test func faultsAreNamed() {
    let X = DenseMatrix(rowArrays: [[1, 2]], columns: 2)
    let broken = DenseMatrix(rowArrays: [[1, 2], [3, .nan]], columns: 2)
    func fault(_ X: DenseMatrix, _ Y: DenseMatrix, _ decay: Double) -> TrainingError? {
      do {
        _ = try ReLUTraining(features: X, outputs: Y, weightDecay: decay)
        return nil
      } catch {
        return error
      }
    }
    #expect(fault(X, X, 0) == .invalidWeightDecay(0))
    #expect(fault(X, X, -1) == .invalidWeightDecay(-1))
    #expect(fault(X, X, .infinity) == .invalidWeightDecay(.infinity))
    #expect(fault(X, DenseMatrix(rows: 1, columns: 0), 1) == .noOutputs)
    #expect(fault(DenseMatrix(rows: 1, columns: 0), X, 1) == .noFeatures)
    #expect(fault(DenseMatrix(rows: 0, columns: 2), DenseMatrix(rows: 0, columns: 2), 1) == .noSamples)
    #expect(fault(X, broken, 1) == .rowCountsDiffer(features: 1, outputs: 2))
    guard case .notFinite("outputs", 1, 1, _) = fault(broken.map { $0.isNaN ? 0 : $0 }, broken, 1) else {
      Issue.record("a NaN in the outputs was not named")
      return
    }
  }
}
