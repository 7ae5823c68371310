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

  @Test func accuracyCountsTheLargestOutput() {
    let network = TwoLayerReLUNetwork(
      U: DenseMatrix.identity(2), V: DenseMatrix.identity(2))
    let X = DenseMatrix(rowArrays: [[1, 0], [0, 1], [2, 3], [5, 4]], columns: 2)
    #expect(network.predictedClasses(X) == [0, 1, 1, 0])
    #expect(network.accuracy(X, classes: [0, 1, 0, 0]) == 0.75)
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
