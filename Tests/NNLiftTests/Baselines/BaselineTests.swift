import Foundation
import TestSupport
import Testing

@testable import NNLift

@Suite("Baselines")
struct BaselineTests {
  @Test("kernels are the expectations they stand for", arguments: KernelRegression.Kernel.allCases)
  func kernels(kernel: KernelRegression.Kernel) {
    var random = SplitMix64(seed: 1)
    let (x, y) = ([0.8, -0.3, 1.1], [0.2, 0.9, -0.5])
    let count = 200_000
    var (forward, derivative) = (0.0, 0.0)
    for _ in 0..<count {
      let w = random.normals(3)
      let (a, b) = (DenseKernels.dot(w, x), DenseKernels.dot(w, y))
      if a > 0, b > 0 {
        forward += a * b
        derivative += 1
      }
    }
    let expected =
      (forward + (kernel == .ntk ? DenseKernels.dot(x, y) * derivative : 0)) / (3 * Double(count))
    let K = kernel.matrix(DenseMatrix(rowArrays: [x], columns: 3), DenseMatrix(rowArrays: [y], columns: 3))
    #expect(abs(K[0, 0] - expected) < 2e-3)
    // θ = 0 and θ = π are known outright.
    let opposite = kernel.matrix(
      DenseMatrix(rowArrays: [x], columns: 3), DenseMatrix(rowArrays: [x, x.map { -$0 }], columns: 3))
    let square = DenseKernels.dot(x, x)
    #expect(agree(opposite[0, 0], square / 6 * (kernel == .ntk ? 2 : 1), 1e-7))
    #expect(abs(opposite[0, 1]) < 1e-7)
  }

  @Test("without a ridge the training data are interpolated, with a large one nothing is learnt")
  func regression() throws {
    var random = SplitMix64(seed: 2)
    let (X, Y) = (LinearInstance.gaussian(8, 3, &random), LinearInstance.gaussian(8, 2, &random))
    let exact = try #require(KernelRegression(.ntk, X: X, Y: Y, ridge: 0))
    #expect(zip(exact.predict(X).values, Y.values).allSatisfy { abs($0 - $1) < 1e-8 })
    let flat = try #require(KernelRegression(.nngp, X: X, Y: Y, ridge: 1e9))
    #expect(flat.predict(X).values.allSatisfy { abs($0) < 1e-6 })
    let zero = DenseMatrix(rowArrays: [[1, 2], [0, 0]], columns: 2)
    #expect(KernelRegression(.nngp, X: zero, Y: zero, ridge: 0) == nil)
  }

  @Test("gradients are the limits of differences")
  func gradients() throws {
    func check<Training: DifferentiableTraining>(_ training: Training) {
      var random = SplitMix64(seed: 3)
      let weights = training.initialScales.map { $0 * random.normal() }
      var gradient = weights
      var ignored = weights
      _ = training.objective(at: weights, gradient: &gradient)
      for k in weights.indices {
        var (up, down) = (weights, weights)
        up[k] += 1e-6
        down[k] -= 1e-6
        let difference =
          training.objective(at: up, gradient: &ignored) - training.objective(at: down, gradient: &ignored)
        #expect(abs(difference / 2e-6 - gradient[k]) < 1e-6)
      }
    }
    check(try ReLUGradient(Instance.t4.training, width: 5))
    var random = SplitMix64(seed: 4)
    let weights = DenseMatrix(rows: 4, columns: 2, values: (0..<8).map { _ in random.uniform() })
    check(
      LinearGradient(
        try DeepLinearTraining(
          features: LinearInstance.X, outputs: LinearInstance.Y, hiddenWidths: [3, 2], weightDecay: 0.3,
          fit: .weighted(weights))))
  }

  @Test("gradient training comes near the optimum and never below it")
  func training() throws {
    var method = GradientTraining()
    method.learningRate = 0.02
    method.steps = 3000
    method.starts = 3
    let relu = Instance.t1
    let trained = method.run(try ReLUGradient(relu.training, width: 20))
    #expect(trained.objectives.count == 3 && trained.objectives.min() == trained.objective)
    #expect(agree(relu.training.objective(of: trained.network), trained.objective, 1e-12))
    #expect(trained.objective >= relu.optimum && trained.objective < 1.02 * relu.optimum)
    let linear = try DeepLinearTraining(
      features: LinearInstance.X, outputs: LinearInstance.Y, hiddenWidths: [3], weightDecay: 0.3)
    let deep = method.run(LinearGradient(linear))
    #expect(deep.objective >= 1.879556950 && deep.objective < 1.8796)
  }
}
