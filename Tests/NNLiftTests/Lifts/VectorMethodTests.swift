import Testing

@testable import NNLift

/// Methods over faces, and the ways from moments to networks.
@Suite struct VectorMethodTests {
  private static let instances = ["T1": Instance.t1, "T2": .t2, "T4": .t4, "umbrella": .umbrella]

  // MARK: Faces

  /// The maximum over faces is that of all sign patterns, degenerate arrangements included.
  @Test func facesFindTheEnumeratedMaximum() throws {
    var generator = SeededGenerator(5)
    var inputs = [generator.matrix(7, 2), generator.matrix(6, 3), generator.matrix(6, 4), generator.matrix(4, 1)]
    // Three rows in a plane, and two opposite ones.
    inputs.append(
      DenseMatrix(rowArrays: [[1, 0, 0], [0, 1, 0], [1, 1, 0], [0.3, -0.2, 1], [-0.3, 0.2, -1], [1, 1, 1]], columns: 3))
    for X in inputs {
      let reduction = DataReduction(X)
      let oracle = FaceOracle(reduction.directions)
      for _ in 0..<3 {
        let Z = generator.matrix(X.rows, 2)
        let top = oracle.maximum(GroupDual(ReducedDual(Z: Z, reduction: reduction)))
        let truth = ExhaustiveOracle.kappa(Z, X).value
        #expect(abs(top.value - truth) <= 1e-11 * truth)
        #expect(abs(dualValue(Z, X, reduction.expand(top.direction)) - top.value) <= 1e-12 * truth)
      }
    }
  }

  /// Two rays and two cells a line in the plane; in space `n(n − 1)` rays and as many facets as edges of the sphere's arrangement.
  @Test func faceCounts() {
    var generator = SeededGenerator(6)
    #expect(FaceOracle(DataReduction(generator.matrix(7, 2)).directions).faceCount == 2 * 7 + 2 * 7)
    // Euler: V − E + F = 2 with V = n(n − 1) and E = 2n(n − 1).
    #expect(FaceOracle(DataReduction(generator.matrix(6, 3)).directions).faceCount == 30 + 60 + 32)
  }

  // MARK: Frank–Wolfe and cutting planes

  @Test(arguments: FrankWolfe.Step.allCases)
  func frankWolfeBracketsTheOptimum(_ step: FrankWolfe.Step) throws {
    let instance = Instance.t2
    var options = FrankWolfe.Options()
    options.step = step
    options.iterations = 400
    options.bisections = 20
    let outcome = try FrankWolfe(instance.training).run(options)
    #expect(outcome.lowerBound <= instance.optimum * (1 + 1e-9))
    #expect(outcome.upperBound >= instance.optimum * (1 - 1e-9))
    #expect(outcome.upperBound - outcome.lowerBound <= 2e-2 * instance.optimum)
    #expect(outcome.upperBound == instance.training.objective(of: outcome.network))
  }

  /// The Frank–Wolfe gap bounds the loss above the least one for the budget, which falls as the budget grows.
  @Test func frankWolfeGap() throws {
    let method = try FrankWolfe(Instance.t1.training)
    var options = FrankWolfe.Options()
    options.iterations = 300
    let coarse = method.fit(budget: 2, options)
    options.iterations = 3_000
    let fine = method.fit(budget: 2, options)
    #expect(fine.loss <= coarse.loss + 1e-12)
    #expect(coarse.loss - coarse.gap <= fine.loss)
    #expect(fine.gap < coarse.gap)
    #expect(method.fit(budget: 3, options).loss <= fine.loss)
    let norms = (0..<fine.network.width).reduce(0.0) {
      $0 + DenseKernels.norm(fine.network.U.row($1)) * DenseKernels.norm(fine.network.V.row($1))
    }
    #expect(norms <= 2 * (1 + 1e-12))
  }

  @Test(arguments: ["T1", "T2", "T4", "umbrella"])
  func cuttingPlanesFindTheOptimum(_ name: String) throws {
    let instance = try #require(Self.instances[name])
    let outcome = try CuttingPlanes(instance.training).run()
    #expect(abs(outcome.lowerBound - instance.optimum) <= 1e-7 * instance.optimum)
    #expect(abs(outcome.upperBound - instance.optimum) <= 1e-7 * instance.optimum)
    #expect(outcome.lowerBound <= outcome.upperBound * (1 + 1e-9))
    let kappa = ExhaustiveOracle.kappa(outcome.Z, instance.training.X).value
    #expect(kappa <= instance.training.weightDecay * (1 + 1e-9))
  }

  // MARK: Factorisation

  /// Random sums of nonnegative rank-one matrices of order at most 4, some sparse, come apart completely.
  @Test func smallCompletelyPositiveMatrices() {
    var generator = SeededGenerator(8)
    for trial in 0..<200 {
      let k = 1 + trial % 4
      var N = DenseMatrix(rows: k, columns: k)
      for _ in 0..<1 + trial % 7 {
        let p = (0..<k).map { _ in max(0, generator.normal() + (trial % 3 == 0 ? 1 : -0.3)) }
        for i in 0..<k { for j in 0..<k { N[i, j] += p[i] * p[j] } }
      }
      check(CompletelyPositiveFactor(N), of: N)
    }
  }

  /// The cycle of length four has no simplicial vertex.
  @Test func theFourCycle() {
    let N = DenseMatrix(rowArrays: [[3, 1, 0, 1], [1, 1, 0.5, 0], [0, 0.5, 2, 0.7], [1, 0, 0.7, 1.5]], columns: 4)
    check(CompletelyPositiveFactor(N), of: N)
  }

  /// The Gram matrix of the umbrella is doubly nonnegative and not completely positive: something must be left.
  @Test func theUmbrellaDoesNotComeApart() {
    let X = Instance.umbrella.training.X
    let N = DenseKernels.product(X, X, transposeB: true)
    #expect(DenseKernels.norm(CompletelyPositiveFactor(N).remainder.values) > 0.1)
  }

  private func check(_ factor: CompletelyPositiveFactor, of N: DenseMatrix) {
    var sum = factor.remainder
    for p in factor.vectors {
      #expect(p.allSatisfy { $0 >= 0 })
      for i in 0..<N.rows { for j in 0..<N.rows { sum[i, j] += p[i] * p[j] } }
    }
    let size = DenseKernels.norm(N.values)
    #expect(DenseKernels.norm(factor.remainder.values) <= 1e-12 * size, "\(N)")
    #expect(DenseKernels.norm(zip(sum.values, N.values).map { $0 - $1 }) <= 1e-12 * size, "\(N)")
  }

  // MARK: Pruning

  /// Outputs stay, the objective does not rise, at most `nc` neurons are left.
  @Test func pruningKeepsTheOutputs() throws {
    var generator = SeededGenerator(9)
    for (n, d, c, width) in [(4, 2, 1, 30), (5, 3, 2, 40), (3, 4, 3, 7)] {
      let training = try ReLUTraining(
        features: generator.matrix(n, d), outputs: generator.matrix(n, c), weightDecay: 0.1)
      let network = TwoLayerReLUNetwork(U: generator.matrix(width, d), V: generator.matrix(width, c)).balanced()
      let pruned = training.pruned(network)
      #expect(pruned.width <= n * c)
      let difference = zip(training.outputs(of: network).values, training.outputs(of: pruned).values).map { abs($0 - $1) }
      #expect(difference.max()! <= 1e-11 * DenseKernels.norm(training.outputs(of: network).values))
      #expect(training.objective(of: pruned) <= training.objective(of: network) * (1 + 1e-12))
    }
  }

  // MARK: Three-operator splitting

  /// From the lift of a network the splitting finds a network again; it promises nothing better than its refit.
  @Test func splittingOfALiftedNetwork() throws {
    let training = Instance.t1.training
    let network = try #require(Instance.t1.network)
    let moments = try CPNN(training).moments(of: network)
    let method = try ThreeOperatorSplitting(training)
    var options = ThreeOperatorSplitting.Options()
    options.columns = 10
    let rounded = method.run(from: moments, options)
    #expect(rounded.width == 10)
    #expect(training.objective(of: rounded) >= Instance.t1.optimum * (1 - 1e-9))
    // Neurons that make up the moments are a fixed point, though not a stable one.
    options.iterations = 3
    let lifted = (0..<network.width).map { k -> [Double] in
      let p = training.X.times(network.U.row(k))
      return p.map { max($0, 0) } + p.map { max(-$0, 0) } + network.U.row(k) + network.V.row(k)
    }
    let factor = DenseMatrix(rowArrays: lifted, columns: moments.columns).transposed
    let kept = method.run(from: moments, options, initial: factor)
    #expect(DenseKernels.norm(zip(kept.U.values, network.U.values).map { $0 - $1 }) <= 1e-9)
    #expect(DenseKernels.norm(zip(kept.V.values, network.V.values).map { $0 - $1 }) <= 1e-9)
  }
}
