import ConeSolver
import Foundation
import Testing
@testable import NNLift

/// Published and independent values are in `Instances` or stand beside their test.
@Suite("Lifts of networks with one output")
struct ScalarLiftTests {
  static func settings() -> Settings {
    var settings = Settings()
    settings.epsAbs = 1e-10
    settings.epsRel = 1e-10
    return settings
  }

  static func solve<L: Lift>(_ lift: L) throws -> LiftedOptimum<L.Network> { try lift.program().solve(settings()) }

  static func t1(_ change: (inout TrainingTerms) -> Void = { _ in }) throws -> ReLUTraining {
    var terms = Instance.t1.training.terms
    change(&terms)
    return try ReLUTraining(features: Instance.t1.training.X, outputs: Instance.t1.training.Y, terms: terms)
  }

  static func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-7) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(b))
  }

  /// Random training with one output; labels for margin losses.
  static func random(
    _ generator: inout SeededGenerator, n: Int, d: Int, _ terms: TrainingTerms
  ) throws -> ReLUTraining {
    let X = generator.matrix(n, d)
    var Y = generator.matrix(n, 1)
    if terms.loss.isMargin { Y = Y.map { $0 < 0 ? -1 : 1 } }
    return try ReLUTraining(features: X, outputs: Y, terms: terms)
  }

  // MARK: Values

  @Test("the cone program is p*, and its network attains it")
  func coneProgram() throws {
    let optimum = try Self.solve(ConvexReLU(Instance.t1.training))
    #expect(Self.isClose(optimum.value, 0.59221004367, 1e-8))
    let network = try #require(optimum.network)
    #expect(Self.isClose(Instance.t1.training.objective(of: network), 0.59221004367, 1e-8))
    #expect(network.width <= Instance.t1.training.sampleCount)
  }

  @Test("all gates without cells: below p*, what the nuclear-norm program is for one output")
  func gated() throws {
    let lift = try ConvexGatedReLU(Instance.t1.training)
    let optimum = try Self.solve(lift)
    #expect(Self.isClose(optimum.value, 0.26489508422, 1e-8))
    // The weights are those of a gated network with this objective.
    let network = try #require(optimum.network)
    let f = network.predict(Instance.t1.training.X)
    let loss = zip(f.values, Instance.t1.training.Y.values).reduce(0) { $0 + 0.5 * ($1.0 - $1.1) * ($1.0 - $1.1) }
    let norms = network.weights.rowArrays.reduce(0) { $0 + DenseKernels.norm($1) }
    #expect(Self.isClose(loss + 0.1 * norms, optimum.value))
  }

  @Test("ℓ1 weight decay: cone program and lasso agree, the rays of the samples alone are not enough")
  func l1() throws {
    let training = try Self.t1 { $0.inputNorm = .l1 }
    let exact = try RayLasso(training)
    #expect(exact.guarantee == .exact)
    #expect(try Self.isClose(Self.solve(ConvexReLU(training)).value, 0.70046375227, 1e-8))
    let optimum = try Self.solve(exact)
    #expect(Self.isClose(optimum.value, 0.70046375227, 1e-8))
    #expect(try Self.isClose(training.objective(of: #require(optimum.network)), 0.70046375227, 1e-8))
    let samples = try RayLasso(training, .samples)
    #expect(samples.guarantee == .upperBound)
    #expect(try Self.isClose(Self.solve(samples).value, 0.7506808394783, 1e-8))
  }

  @Test("ℓ2 weight decay: rays reach p* on T1, and are within their factor")
  func l2Rays() throws {
    let lasso = try RayLasso(Instance.t1.training)
    #expect(lasso.guarantee == .upperBound)
    #expect(try Self.isClose(Self.solve(lasso).value, 0.59221004367, 1e-8))
    let factor = try #require(lasso.approximationFactor())
    // In the plane, 1/cos(θ/2) for the widest cell θ.
    let angles = lasso.neurons.map { atan2($0[1], $0[0]) }.sorted()
    let widest = zip(angles, angles.dropFirst() + [angles[0] + 2 * .pi]).map { $1 - $0 }.max()!
    #expect(Self.isClose(factor, 1 / cos(widest / 2), 1e-10))
  }

  @Test("one feature with a free bias: the lasso over kinks")
  func kinks() throws {
    let training = try ReLUTraining(
      features: DenseMatrix(rows: 5, columns: 1, values: [-2, -1, 0.5, 1.5, 3]),
      outputs: DenseMatrix(rows: 5, columns: 1, values: [1, -1, 0.5, 2, -0.5]),
      terms: .init(weightDecay: 0.3, bias: .free))
    let lasso = try RayLasso(training)
    #expect(lasso.guarantee == .exact)
    for optimum in [try Self.solve(lasso), try Self.solve(ConvexReLU(training))] {
      #expect(Self.isClose(optimum.value, 1.5332894736842, 1e-9))
      #expect(try Self.isClose(training.objective(of: #require(optimum.network)), 1.5332894736842, 1e-7))
    }
  }

  @Test("pooled patches")
  func pooling() throws {
    let training = try ReLUTraining(
      features: DenseMatrix(
        rowArrays: [[1, 0.3, -0.4, 1], [-0.5, 0.8, 0.9, 0.1], [0.2, -1, -1, -0.6]], columns: 4),
      outputs: DenseMatrix(rows: 3, columns: 1, values: [1, -0.5, 0.7]),
      terms: .init(weightDecay: 0.1, patches: Patches(filter: 2, stride: 2)))
    let lift = try ConvexReLU(training)
    #expect(lift.patterns.count == 12)
    let optimum = try Self.solve(lift)
    #expect(Self.isClose(optimum.value, 0.54559166069, 1e-8))
    #expect(try Self.isClose(training.objective(of: #require(optimum.network)), 0.54559166069, 1e-7))
  }

  @Test("minimum norm with a skip connection finds the planted linear model, as the neural isometry says", arguments: [6, 3])
  func linearRecovery(rows: Int) throws {
    let X = DenseMatrix(rowArrays: Array(Instance.t1.training.X.rowArrays.prefix(rows)), columns: 2)
    let y = DenseKernels.product(X, DenseMatrix(rows: 2, columns: 1, values: [1, -0.5]))
    let training = try ReLUTraining(
      features: X, outputs: y, terms: .init(weightDecay: 1, loss: .interpolation, skip: true))
    let optimum = try Self.solve(ConvexReLU(training))
    #expect(Self.isClose(optimum.value, 1.25.squareRoot(), 1e-8))
    let network = try #require(optimum.network)
    let w = try #require(network.linear)
    #expect(abs(w[0, 0] - 1) < 1e-6 && abs(w[1, 0] + 0.5) < 1e-6)
    #expect(network.width == 0)
    let isometry = NeuralIsometry(X, weights: [1, -0.5])
    #expect(isometry.holds)
    #expect(Self.isClose(isometry.value, rows == 6 ? 0.7501040000352786 : 0.8455028957746, 1e-10))
  }

  @Test("orthogonal rows: the spike-free program is exact")
  func spikeFree() throws {
    var generator = SeededGenerator(12)
    for trial in 0..<4 {
      // Rows e_i scaled, rotated by a reflection.
      let d = 4
      let normal = (0..<d).map { _ in generator.normal() }
      let square = DenseKernels.dot(normal, normal)
      var X = DenseMatrix(rows: 3, columns: d)
      for i in 0..<3 {
        let scale = 0.5 + Double(i)
        for j in 0..<d { X[i, j] = scale * ((i == j ? 1 : 0) - 2 * normal[i] * normal[j] / square) }
      }
      let training = try ReLUTraining(
        features: X, outputs: generator.matrix(3, 1), terms: .init(weightDecay: 0.2, loss: trial < 2 ? .squared : .absolute))
      let lift = try SpikeFreeReLU(training)
      #expect(lift.guarantee == .exact)
      #expect(try Self.isClose(Self.solve(lift).value, Self.solve(ConvexReLU(training)).value))
    }
    let general = try SpikeFreeReLU(Instance.t1.training)
    #expect(general.guarantee == .upperBound)
    #expect(try Self.solve(general).value >= 0.59221004367 - 1e-8)
  }

  // MARK: Against independent methods

  @Test("exact on random instances: the global search proves the same optimum; sampled patterns and rays stay above it")
  func againstTheSearch() throws {
    var generator = SeededGenerator(21)
    for trial in 0..<30 {
      let bias: Bias = trial % 3 == 2 ? .regularized : .none
      let training = try Self.random(
        &generator, n: 4 + trial % 5, d: trial % 10 == 9 ? 3 : 1 + trial % 2, .init(weightDecay: 0.05 + 0.1 * Double(trial % 4), bias: bias))
      let optimum = try Self.solve(ConvexReLU(training))
      var options = GlobalSearch.Options()
      options.gap = 1e-5
      let proved = try GlobalSearch(training).run(options)
      #expect(proved.lowerBound <= optimum.value * (1 + 1e-8) + 1e-9)
      #expect(optimum.value <= proved.upperBound * (1 + 1e-8) + 1e-9)
      let network = try #require(optimum.network)
      #expect(Self.isClose(training.objective(of: network), optimum.value, 1e-6))
      let sampled = try Self.solve(SampledConvexReLU(training, .gaussian(count: 5)))
      #expect(sampled.value >= optimum.value - 1e-8)
      let lasso = try RayLasso(training)
      let rays = try Self.solve(lasso).value
      #expect(rays >= optimum.value - 1e-8)
      let factor = try #require(lasso.approximationFactor())
      #expect(rays <= factor * optimum.value + 1e-8)
      #expect(try Self.solve(ConvexGatedReLU(training)).value <= optimum.value + 1e-8)
    }
  }

  static let variants: [TrainingTerms] = [
    .init(weightDecay: 0.2, loss: .absolute), .init(weightDecay: 0.2, loss: .huber(delta: 0.5), bias: .regularized),
    .init(weightDecay: 0.3, loss: .hinge), .init(weightDecay: 0.3, loss: .squaredHinge, bias: .free),
    .init(weightDecay: 0.2, bias: .free), .init(weightDecay: 0.2, skip: true),
    .init(weightDecay: 0.2, bias: .free, skip: true), .init(weightDecay: 0.2, inputNorm: .l1),
    .init(weightDecay: 0.2, loss: .huber(delta: 1), bias: .free, inputNorm: .l1),
    .init(weightDecay: 0.2, bias: .regularized, patches: Patches(filter: 1)),
    .init(weightDecay: 1, loss: .interpolation), .init(weightDecay: 1, loss: .interpolation, bias: .free),
  ]

  @Test("every loss, bias, norm: the network attains the value, and no random neuron would improve it", arguments: variants)
  func optimality(terms: TrainingTerms) throws {
    var generator = SeededGenerator(33)
    let training = try Self.random(&generator, n: 6, d: 2, terms)
    let lift = try ConvexReLU(training)
    let optimum = try Self.solve(lift)
    let network = try #require(optimum.network)
    #expect(Self.isClose(training.objective(of: network), optimum.value, 2e-6))
    #expect(Self.isClose(optimum.value, optimum.dualValue, 1e-7))
    // Dropping half the cells can only raise the value.
    if terms.loss != .interpolation {
      let some = try Self.solve(SampledConvexReLU(training, .gaussian(count: 4)))
      #expect(some.value >= optimum.value - 1e-7)
    }
    // No network near this one, nor with further neurons, is better.
    for trial in 0..<200 {
      var other = network
      let size = trial % 2 == 0 ? 0.1 : 1e-3
      other.U = other.U.map { $0 + size * generator.normal() }
      other.V = other.V.map { $0 + size * generator.normal() }
      other.linear = other.linear?.map { $0 + size * generator.normal() }
      other.U = DenseMatrix(
        rowArrays: other.U.rowArrays + [(0..<other.U.columns).map { _ in generator.normal() * size.squareRoot() }],
        columns: other.U.columns)
      other.V = DenseMatrix(rowArrays: other.V.rowArrays + [[generator.normal() * size.squareRoot()]], columns: 1)
      #expect(training.objective(of: other) >= optimum.value - 1e-7)
    }
  }

  @Test("exact lassos agree with the cone program, with ℓ1 norms, biases and a skip connection", arguments: [
    TrainingTerms(weightDecay: 0.2, inputNorm: .l1), .init(weightDecay: 0.2, bias: .free, inputNorm: .l1),
    .init(weightDecay: 0.2, bias: .regularized, inputNorm: .l1), .init(weightDecay: 0.1, loss: .absolute, inputNorm: .l1),
    .init(weightDecay: 0.2, inputNorm: .l1, skip: true),
  ])
  func exactLassos(terms: TrainingTerms) throws {
    var generator = SeededGenerator(34)
    for d in 1...3 {
      let training = try Self.random(&generator, n: 6, d: d, terms)
      let lasso = try RayLasso(training)
      #expect(lasso.guarantee == .exact)
      #expect(try Self.isClose(Self.solve(lasso).value, Self.solve(ConvexReLU(training)).value, 1e-7))
    }
  }

  @Test func oneOutputOnly() {
    #expect(throws: UnsupportedTraining.self) { try ConvexReLU(Instance.t2.training) }
    #expect(throws: UnsupportedTraining.self) { try RayLasso(Instance.t2.training) }
  }

  // MARK: Separable data

  /// Two orthants: unlike labels have inner products of at most zero.
  static func separable(
    _ generator: inout SeededGenerator, n: Int, like: Bool, _ terms: TrainingTerms
  ) throws -> ReLUTraining {
    var rows: [[Double]] = []
    var labels: [Double] = []
    for i in 0..<n {
      let sign = i % 2 == 0 ? 1.0 : -1
      let (a, b) = (abs(generator.normal()) + 0.1, like ? abs(generator.normal()) : generator.normal())
      rows.append(like ? [sign * a, sign * b, 0.1 * a] : (sign > 0 ? [a, b, 0, 0] : [0, 0, a, b]))
      labels.append(sign)
    }
    if like { rows = rows.map { [$0[0], $0[1]] } }
    return try ReLUTraining(
      features: DenseMatrix(rowArrays: rows, columns: rows[0].count),
      outputs: DenseMatrix(rows: n, columns: 1, values: labels), terms: terms)
  }

  @Test("orthogonally separable data: two neurons are optimal", arguments: [Loss.hinge, .squaredHinge, .squared, .huber(delta: 0.3)])
  func orthogonallySeparable(loss: Loss) throws {
    var generator = SeededGenerator(44)
    let training = try Self.separable(&generator, n: 7, like: true, .init(weightDecay: 0.3, loss: loss))
    #expect(LabelCorrelation(training.X, labels: training.Y.values) == .orthogonallySeparable)
    let lift = try OrthogonallySeparableReLU(training)
    let optimum = try Self.solve(lift)
    let exact = try Self.solve(ConvexReLU(training)).value
    let network = try #require(optimum.network)
    #expect(network.width <= 2)
    #expect(optimum.value >= exact - 1e-8)
    #expect(Self.isClose(training.objective(of: network), optimum.value, 1e-7))
    if lift.guarantee == .exact || lift.isOptimal(network) { #expect(Self.isClose(optimum.value, exact)) }
    #expect(lift.guarantee == (loss.isMargin ? .exact : .upperBound))
  }

  @Test("negatively correlated data: a lower bound within √(π/2)", arguments: [Loss.hinge, .squaredHinge, .squared, .absolute])
  func negativeCorrelation(loss: Loss) throws {
    var generator = SeededGenerator(45)
    for n in [5, 8] {
      let training = try Self.separable(&generator, n: n, like: false, .init(weightDecay: 0.4, loss: loss))
      guard case .negative = LabelCorrelation(training.X, labels: training.Y.values) else {
        Issue.record("the data are not what the test wants")
        return
      }
      let exact = try Self.solve(ConvexReLU(training)).value
      let bound = try Self.solve(NegativeCorrelationBound(training)).value
      #expect(bound <= exact + 1e-7)
      if loss.isMargin { #expect(exact <= NegativeCorrelationBound.factor * bound + 1e-7) }
      #expect(throws: UnmetCondition.self) { try OrthogonallySeparableReLU(training) }
    }
    #expect(throws: UnmetCondition.self) { try NegativeCorrelationBound(Instance.t1.training) }
  }

  // MARK: Path

  @Test("the lasso path is optimal everywhere: it meets the program at breakpoints and between them", arguments: [Bias.none, .free])
  func path(bias: Bias) throws {
    var generator = SeededGenerator(51)
    let training = try Self.random(&generator, n: 8, d: 2, .init(weightDecay: 1e-3, bias: bias))
    let path = try LassoPath(RayLasso(training))
    #expect(path.endsAt == 1e-3)
    #expect(path.points.count > 5)
    #expect(path.points.first?.neurons == 0)
    #expect(zip(path.points, path.points.dropFirst()).allSatisfy { $0.weightDecay >= $1.weightDecay })
    for share in [0.9, 0.5, 0.1, 0.02] {
      let weightDecay = share * path.points[0].weightDecay
      let single = try ReLUTraining(
        features: bias == .free ? DenseMatrix(rows: 8, columns: 2, values: Array(training.X.values.dropFirst(8))) : training.X,
        outputs: training.Y, terms: .init(weightDecay: weightDecay, bias: bias))
      let value = try Self.solve(RayLasso(single)).value
      #expect(Self.isClose(single.objective(of: path.network(at: weightDecay)), value, 1e-7))
    }
    let last = try #require(path.points.last)
    #expect(Self.isClose(last.objective, try Self.solve(RayLasso(training)).value, 1e-7))
  }
}
