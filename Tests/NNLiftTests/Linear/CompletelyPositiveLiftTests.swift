import ConeSolver
import Foundation
import TestSupport
import Testing

@testable import NNLift

@Suite("Linear networks: the completely positive lift")
struct CompletelyPositiveLiftTests {
  @Test("every matrix of the rank allowed has a feasible point with its objective", arguments: [false, true])
  func points(hasDecay: Bool) throws {
    var random = SplitMix64(seed: 11)
    let (X, Y) = (LinearInstance.gaussian(6, 3, &random), LinearInstance.gaussian(6, 2, &random))
    let weights = DenseMatrix(rows: 6, columns: 2, values: (0..<12).map { _ in random.uniform(0, 2) })
    let training = try DeepLinearTraining(
      features: X, outputs: Y, hiddenWidths: [1], weightDecay: hasDecay ? 0.3 : 0, fit: .weighted(weights))
    let lift = try CompletelyPositiveLift(training.endToEnd)
    for _ in 0..<10 {
      let M = LinearClosedForm.spectrum(of: LinearInstance.gaussian(3, 2, &random), rank: 1) { $0 }
      let point = lift.form.point(endToEnd: M)
      #expect(lift.form.violation(point) < 1e-12)
      #expect(agree(lift.form.objective(point.Z), training.endToEnd.objective(M), 1e-12))
      let lifted = lift.lift(point)
      #expect(agree(DenseKernels.dot(lift.objective.values, lifted.values), training.endToEnd.objective(M), 1e-12))
      for equation in lift.equations {
        #expect(abs(DenseKernels.dot(equation.matrix.values, lifted.values) - equation.value) < 1e-12)
      }
    }
  }

  @Test("a matrix of larger rank has no complement of the trace asked for")
  func larger() throws {
    let training = try DeepLinearTraining.bilinear(.identity(2), rank: 1)
    let form = try ComplementarityForm(training.endToEnd)
    var point = form.point(endToEnd: .identity(2))
    #expect(form.endToEnd(point.Z) != .identity(2))
    let wide = try ComplementarityForm(DeepLinearTraining.bilinear(.identity(2), rank: 2).endToEnd)
    point.Z = wide.point(endToEnd: .identity(2)).Z
    #expect(form.violation(point) > 0.1)
  }

  @Test("the dimension depends on inputs and outputs alone; the depth and the samples do not enter the data either")
  func dimension() throws {
    var random = SplitMix64(seed: 12)
    let X = LinearInstance.gaussian(4, 3, &random)
    let Y = LinearInstance.gaussian(4, 2, &random)
    let shallow = try CompletelyPositiveLift(
      DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [1]).endToEnd)
    let doubled = { (A: DenseMatrix) in
      DenseMatrix(rowArrays: A.rowArrays + A.rowArrays, columns: A.columns).map { $0 * 0.5.squareRoot() }
    }
    let deep = try CompletelyPositiveLift(
      DeepLinearTraining(features: doubled(X), outputs: doubled(Y), hiddenWidths: [7, 1, 9, 4]).endToEnd)
    #expect(shallow.dimension == 31 && deep.dimension == 31)
    #expect(zip(shallow.objective.values, deep.objective.values).allSatisfy { abs($0 - $1) < 1e-13 })
  }

  @Test("mixtures and recession directions cost no less than the optimum")
  func mixtures() throws {
    var random = SplitMix64(seed: 13)
    let (X, Y) = (LinearInstance.gaussian(5, 2, &random), LinearInstance.gaussian(5, 2, &random))
    let training = try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [1]).endToEnd
    let lift = try CompletelyPositiveLift(training)
    let optimum = try LinearTrainingRun(training).run().lowerBound
    let Q = lift.objective
    for _ in 0..<20 {
      var lifted = DenseMatrix(rows: lift.dimension, columns: lift.dimension)
      for weight in [0.25, 0.75] {
        let M = LinearClosedForm.spectrum(of: LinearInstance.gaussian(2, 2, &random), rank: 1) { $0 }
        let atom = lift.lift(lift.form.point(endToEnd: M))
        for k in lifted.values.indices { lifted.values[k] += weight * atom.values[k] }
      }
      // (0, Z, 0) with Z of full rank.
      let G = LinearInstance.gaussian(4, 4, &random)
      let zero = DenseMatrix(rows: 4, columns: 4)
      var ray = lift.vector(.init(Z: DenseKernels.product(G, G, transposeB: true), U: zero))
      ray[0] = 0
      for j in ray.indices {
        for i in ray.indices { lifted[i, j] += ray[i] * ray[j] }
      }
      for equation in lift.equations {
        #expect(abs(DenseKernels.dot(equation.matrix.values, lifted.values) - equation.value) < 1e-11)
      }
      #expect(DenseKernels.dot(Q.values, lifted.values) >= optimum)
    }
  }

  @Test("the relaxation meets the optimum for δ = 4, and is worthless without its Kronecker blocks")
  func relaxation() throws {
    for (X, Y, optimum) in LinearInstance.lifted {
      let training = try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [1]).endToEnd
      let closed = try LinearTrainingRun(training).run()
      #expect(agree(closed.lowerBound, optimum, 1e-12))
      let lifted = try KroneckerRelaxation(training).program().solve(LinearInstance.settings)
      #expect(lifted.dualValue <= optimum + 1e-6)
      #expect(abs(lifted.value - optimum) <= 1e-5)
    }
    let (X, Y, _) = LinearInstance.lifted[0]
    let training = try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [1]).endToEnd
    let bare = try KroneckerRelaxation(training, localized: false).program().solve(LinearInstance.settings)
    #expect(abs(bare.value) < 1e-4)
  }

  @Test("on data that are not whitened the relaxation has a gap, and stays a bound")
  func gap() throws {
    let X = DenseMatrix(rowArrays: [[1, 0], [0, 0.1]], columns: 2)
    let Y = DenseMatrix(rowArrays: [[1, 0], [0, 0.8]], columns: 2)
    let training = try DeepLinearTraining(features: X, outputs: Y, hiddenWidths: [1]).endToEnd
    let optimum = try LinearTrainingRun(training).run().lowerBound
    #expect(agree(optimum, 0.32, 1e-12))
    var settings = Settings()
    settings.retries = false
    settings.maxIterations = 40
    let plain = try KroneckerRelaxation(training, localized: true, whitened: false).program().solve(settings)
    #expect(plain.dualValue < 0.5 * optimum)
    let whitened = try KroneckerRelaxation(training).program().solve(LinearInstance.settings)
    #expect(agree(whitened.value, optimum, 1e-6))
  }

  @Test("the relaxation meets the closed form on random instances of δ = 4")
  func randomRelaxations() throws {
    var random = SplitMix64(seed: 14)
    let count = ProcessInfo.processInfo.environment["CONE_INSTANCES"].flatMap(Int.init) ?? 8
    for index in 0..<count {
      let (d, c) = index % 4 == 3 ? (3, 1) : (2, 2)
      let n = random.integer(d...8)
      let training = try DeepLinearTraining(
        features: LinearInstance.gaussian(n, d, &random), outputs: LinearInstance.gaussian(n, c, &random),
        hiddenWidths: [1]
      ).endToEnd
      let optimum = try LinearTrainingRun(training).run().lowerBound
      let relaxed = try KroneckerRelaxation(training).program().solve(LinearInstance.settings)
      #expect(relaxed.dualValue <= optimum + 1e-6 * max(1, optimum), "\(index)")
      #expect(agree(relaxed.value, optimum, 1e-5), "\(index)")
    }
  }
}
