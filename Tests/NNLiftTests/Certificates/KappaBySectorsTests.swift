import Foundation
import Testing
@testable import NNLift

@Suite("κ by sectors, and the lower bound from it")
struct KappaBySectorsTests {
  private func kappa(_ Z: DenseMatrix, _ X: DenseMatrix) throws -> Double {
    try KappaBySectors(Z: Z, reduction: DataReduction(X)).kappa
  }

  @Test func kappaOfAnOptimalResidualIsTheWeightDecay() throws {
    for instance in [Instance.t1, .t2] {
      let training = instance.training
      let Z = training.residual(of: try #require(instance.network))
      let kappa = try kappa(Z, training.X)
      #expect(abs(kappa - training.weightDecay) < 1e-9)
      // The neurons attain it.
      for j in 0..<(instance.network?.width ?? 0) {
        let u = try #require(instance.network).U.row(j)
        let norm = DenseKernels.norm(u)
        #expect(abs(dualValue(Z, training.X, u.map { $0 / norm }) - kappa) < 1e-9)
      }
    }
  }

  @Test func theLowerBoundMeetsTheOptimumFromBelow() throws {
    for instance in [Instance.t1, .t2] {
      let training = instance.training
      let network = try #require(instance.network)
      let Z = training.residual(of: network)
      for scale in [1, 1e-3, 7.5, 1e4] {
        let scaled = Z.map { $0 * scale }
        let bound = DualBound(
          Z: scaled, Y: training.Y, weightDecay: training.weightDecay, kappa: try kappa(scaled, training.X))
        #expect(bound.value <= training.objective(of: network))
        #expect(bound.value > instance.optimum - 1e-8)
      }
    }
  }

  @Test func everyDualMatrixGivesALowerBound() throws {
    var generator = SeededGenerator(23)
    for instance in [Instance.t1, .t2] {
      let training = instance.training
      var best = 0.0
      for trial in 0..<200 {
        let noise = generator.matrix(training.sampleCount, training.outputDimension)
        var Z = training.Y
        let size = Double(trial) / 200
        for k in Z.values.indices { Z.values[k] += size * noise.values[k] }
        let bound = DualBound(
          Z: Z, Y: training.Y, weightDecay: training.weightDecay, kappa: try kappa(Z, training.X))
        #expect(bound.value >= 0 && bound.value < instance.optimum)
        best = max(best, bound.value)
      }
      #expect(best > 0.05 * instance.optimum)
    }
  }

  @Test func boundsWithoutContent() {
    let Y = Instance.t1.training.Y
    #expect(DualBound(Z: Y.map { -$0 }, Y: Y, weightDecay: 0.1, kappa: 1).value == 0)
    #expect(DualBound(Z: Y, Y: Y, weightDecay: 0.1, kappa: .infinity).value == 0)
    #expect(DualBound(Z: Y, Y: Y, weightDecay: 0.1, kappa: .nan).value == 0)
    #expect(DualBound(Z: Y.map { $0 * 1e200 }, Y: Y, weightDecay: 0.1, kappa: 1).value == 0)
    #expect(DualBound(Z: Y.map { _ in 0 }, Y: Y, weightDecay: 0.1, kappa: 0).value == 0)
    // Inputs that say nothing: the loss stays at ½‖Y‖².
    let half = 0.5 * Y.values.reduce(0) { $0 + $1 * $1 }
    let whole = DualBound(Z: Y, Y: Y, weightDecay: 0.1, kappa: 0).value
    #expect(whole <= half && whole > half - 1e-12)
  }

  @Test(arguments: 0..<12)
  func sectorsAgreeWithDenseSampling(_ seed: Int) throws {
    var generator = SeededGenerator(UInt64(100 + seed))
    let n = 2 + seed * 3
    let c = 1 + seed % 4
    let X = generator.matrix(n, 2)
    let Z = generator.matrix(n, c)
    let sampled = sampledKappa(Z, X, count: 4000, using: &generator)
    let bound = try kappa(Z, X)
    #expect(bound >= sampled)
    // ‖h‖ has Lipschitz constant Σ‖Z_j‖‖x_j‖ and half a step is π/4000; near a smooth maximum far less is lost.
    #expect(bound <= sampled * (1 + 1e-3))
    for power in [1e-6, 1e6] {
      let scaled = try kappa(Z.map { $0 * power }, X)
      #expect(abs(scaled / power - bound) < 1e-9 * bound)
      let stretched = try kappa(Z, X.map { $0 * power })
      #expect(abs(stretched / power - bound) < 1e-9 * bound)
    }
  }

  @Test func mixedScalesParallelAntiparallelZeroAndDuplicateRows() throws {
    var generator = SeededGenerator(41)
    for _ in 0..<10 {
      var rows = generator.matrix(6, 2).rowArrays
      rows += [[0, 0], rows[0].map { $0 * -1e3 }, rows[1].map { $0 * 1e-6 }, rows[2], rows[3].map { -$0 }]
      rows += [rows[4].map { $0 * 1e6 }]
      let X = DenseMatrix(rowArrays: rows, columns: 2)
      let Z = generator.matrix(rows.count, 2)
      let bound = try kappa(Z, X)
      let sampled = sampledKappa(Z, X, count: 20_000, using: &generator)
      #expect(bound >= sampled)
      #expect(bound <= sampled * (1 + 1e-5))
    }
  }

  @Test func rankDeficientInputs() throws {
    var generator = SeededGenerator(43)
    let plane = generator.matrix(10, 2)
    let rotation = try #require(DenseKernels.symmetricEigen(generator.matrix(3, 3))).vectors
    let basis = DenseMatrix(rowArrays: [rotation.column(0), rotation.column(1)], columns: 3)
    let X = DenseKernels.product(plane, basis)
    let Z = generator.matrix(10, 3)
    #expect(DataReduction(X).rank == 2)
    // An orthonormal lift of the plane leaves κ as it is.
    let bound = try kappa(Z, X)
    let flat = try kappa(Z, plane)
    #expect(abs(bound - flat) < 1e-11 * flat)
    #expect(bound >= sampledKappa(Z, X, count: 20_000, using: &generator))
    #expect(throws: CertificateError.rankTooLarge(rank: 3)) { try kappa(Z, generator.matrix(10, 3)) }
  }

  @Test func oneRayAndNoRay() throws {
    let X = DenseMatrix(rowArrays: [[3, 4], [-6, -8]], columns: 2)
    let Z = DenseMatrix(rowArrays: [[1, 0], [0, 2]], columns: 2)
    let bound = try kappa(Z, X)
    #expect(bound >= 20 && bound < 20 + 1e-11)
    #expect(try kappa(Z, DenseMatrix(rows: 2, columns: 2)) < 1e-300)
  }

  @Test func overflowProvesNothing() throws {
    let training = Instance.t2.training
    for power in [1e160, 1e300] {
      #expect(try kappa(training.Y.map { $0 * power }, training.X) == .infinity)
      #expect(try kappa(training.Y, training.X.map { $0 * power }) == .infinity)
    }
    #expect(try kappa(training.Y.map { _ in .nan }, training.X) == .infinity)
    #expect(try kappa(DenseMatrix(rows: 2, columns: 1, values: [.nan, 1]), DenseMatrix.identity(2)) == .infinity)
  }

  @Test func nearlyParallelBreakpointsAndCancellation() throws {
    var generator = SeededGenerator(47)
    for exponent in [-15.0, -14, -12, -9, -6] {
      let gap = pow(10, exponent)
      var rows: [[Double]] = []
      for k in 0..<8 { rows.append([1, gap * Double(k - 4)]) }
      rows += [[gap, 1], [-gap, 1], [2 * gap, -1]]
      let X = DenseMatrix(rowArrays: rows, columns: 2)
      // Large opposite readouts on nearly equal rows: the parts that cancel matter.
      var Z = generator.matrix(rows.count, 2)
      for j in 0..<8 {
        for k in 0..<2 { Z[j, k] = (j % 2 == 0 ? 1e6 : -1e6) + Z[j, k] }
      }
      let bound = try kappa(Z, X)
      let sampled = sampledKappa(Z, X, count: 20_000, using: &generator)
      #expect(bound >= sampled)
      #expect(bound <= sampled * (1 + 1e-4) + 1e-5)
    }
  }

  @Test func localMaximaBecomeNeurons() throws {
    let training = Instance.t2.training
    let Z = training.residual(of: try #require(Instance.t2.network))
    let reduction = DataReduction(training.X)
    let active = try KappaBySectors(Z: Z, reduction: reduction, threshold: training.weightDecay * (1 - 1e-9))
    // The five optimal neurons, one direction each.
    #expect(active.maxima.count == 5)
    for maximum in active.maxima {
      #expect(abs(DenseKernels.norm(maximum.direction) - 1) < 1e-14)
      #expect(abs(dualValue(Z, training.X, maximum.direction) - maximum.value) < 1e-12)
      #expect(maximum.value <= active.kappa)
    }
    #expect(try KappaBySectors(Z: Z, reduction: reduction).maxima.isEmpty)
    let all = try KappaBySectors(Z: Z, reduction: reduction, threshold: 0)
    #expect(all.maxima.count >= 5 && (all.maxima.first?.value ?? 0) > all.kappa - 1e-12)
  }

  @Test func manyRowsStayTight() throws {
    var generator = SeededGenerator(53)
    let X = generator.matrix(3000, 2)
    let Z = generator.matrix(3000, 3)
    let result = try KappaBySectors(Z: Z, reduction: DataReduction(X), threshold: 0)
    let attained = try #require(result.maxima.first).value
    #expect(result.kappa >= attained && result.kappa < attained * (1 + 1e-10))
  }
}
