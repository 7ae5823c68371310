import Foundation
import Testing

@testable import NNLift

/// Brackets of the global search against optima from elsewhere, and their certificates against the checker.
@Suite struct GlobalSearchTests {
  private static func options(gap: Double) -> GlobalSearch.Options {
    var options = GlobalSearch.Options()
    options.gap = gap
    return options
  }

  private static func solve(_ training: ReLUTraining, gap: Double = 1e-7) throws -> GlobalSearch.Outcome {
    try GlobalSearch(training).run(options(gap: gap))
  }

  /// What a reader of the certificate proves from the data.
  private static func provenBound(_ certificate: ModelFile.Certificate, _ training: ReLUTraining) throws -> Double {
    let reduction = DataReduction(training.X)
    let kappa: Double
    switch certificate {
    case .sectors(let Z): kappa = try KappaBySectors(Z: Z, reduction: reduction).kappa
    case .dnn(let dnn, _): kappa = try dnn.provenKappa(for: reduction).kappa
    case .cones(let cones):
      let dual = ReducedDual(Z: cones.Z, reduction: reduction)
      kappa = try KappaByCones.proves(cones, dual: dual) ? dual.userBound(cones.theta) : .infinity
    }
    return DualBound(Z: certificate.Z, Y: training.Y, weightDecay: training.weightDecay, kappa: kappa).value
  }

  @Test(arguments: [("T1", 1e-7), ("T2", 1e-7), ("T4", 1e-7), ("umbrella", 1e-7)])
  func knownOptima(name: String, gap: Double) throws {
    let instance = try #require(["T1": Instance.t1, "T2": .t2, "T4": .t4, "umbrella": .umbrella][name])
    let outcome = try Self.solve(instance.training, gap: gap)
    #expect(outcome.ending == .gapReached)
    #expect(outcome.relativeGap <= gap)
    // The references carry about nine digits.
    #expect(outcome.lowerBound <= instance.optimum * (1 + 1e-8))
    #expect(outcome.upperBound >= instance.optimum * (1 - 1e-8))
    #expect(outcome.upperBound == instance.training.objective(of: outcome.network))
    #expect(outcome.proof == (instance.training.inputDimension == 2 ? .sectors : .cones))
    #expect(try Self.provenBound(outcome.certificate, instance.training) == outcome.lowerBound)
  }

  /// Random instances of rank 1 to 4 against the enumeration of all patterns and faces; `CONE_INSTANCES` sets their number.
  @Test func randomInstancesAgainstEnumeration() throws {
    let count = ProcessInfo.processInfo.environment["CONE_INSTANCES"].flatMap(Int.init) ?? 12
    for trial in 0..<count {
      var generator = SeededGenerator(UInt64(1000 + trial))
      let d = 1 + trial % 4
      let n = d == 4 ? 5 : 4 + trial % 3
      let c = 1 + (trial / 4) % 3
      let training = try ReLUTraining(
        features: generator.matrix(n, d), outputs: generator.matrix(n, c),
        weightDecay: pow(10, Double.random(in: -2...0.5, using: &generator)))
      let truth = ExhaustiveOracle.optimum(training)
      let outcome = try Self.solve(training, gap: 1e-6)
      let context = "trial \(trial): \(outcome.lowerBound) … \(outcome.upperBound), enumerated \(truth)"
      #expect(outcome.relativeGap <= 1e-6, "\(context)")
      #expect(outcome.lowerBound <= truth.upper * (1 + 1e-12), "\(context)")
      #expect(outcome.upperBound >= truth.lower * (1 - 1e-12), "\(context)")
      #expect(try Self.provenBound(outcome.certificate, training) >= outcome.lowerBound * (1 - 1e-14), "\(context)")
    }
  }

  /// Duplicates, parallel, opposite and zero rows, points on a line and in a plane, scales and weights far apart; with `d` columns.
  @Test(arguments: 0..<20, [2, 3, 4])
  func adversarialInstances(kind: Int, d: Int) throws {
    var generator = SeededGenerator(UInt64(77 + kind))
    var X = generator.matrix(6, d).rowArrays
    var Y = generator.matrix(6, 2).rowArrays
    var weight = 0.05
    switch kind {
    case 0: X[1] = X[0]
    case 1: X[1] = X[0].map { -2 * $0 }
    case 2: X[2] = X[2].map { 0 * $0 }
    case 3: X = X.indices.map { k in (0..<d).map { $0 == 0 ? 1 : Double($0 * k) } }
    case 4: X = X.map { $0.map { 1e6 * $0 } }; weight = 5e4
    case 5: X = X.map { $0.map { 1e-6 * $0 } }; weight = 1e-7
    case 6: weight = 1e-6
    case 7: weight = 1e4
    // In four columns the wedge between these two kinks takes too many cones.
    case 8: X[1] = X[0].map { d < 4 ? $0 * (1 + 1e-9) + 1e-10 : $0 }
    case 9: X = X.map { $0.map { 1e10 * $0 } }; Y = Y.map { $0.map { 1e-6 * $0 } }; weight = 500
    case 10: X[1] = X[0]; X[3] = X[2].map { -$0 }; Y[1] = Y[0].map { -$0 }
    case 11: X = X.indices.map { k in X[0].map { Double(k - 2) * $0 } }
    case 12: X = X.enumerated().map { k, x in x.map { $0 * pow(10, Double(2 * k - 5)) } }
    case 13: X = X.map { x in x.enumerated().map { $1 * pow(10, Double($0)) } }
    case 14: Y = Y.map { [$0[0], 1e-9 * $0[1]] }
    case 15: X = X.map { $0.map { Double(Int(2 * $0)) } }
    case 16, 17:
      // Just below and above the weight at which the zero network becomes optimal.
      let (features, targets) = (DenseMatrix(rowArrays: X, columns: d), DenseMatrix(rowArrays: Y, columns: 2))
      weight = ExhaustiveOracle.kappa(targets, features).value * (kind == 16 ? 1 - 1e-7 : 1 + 1e-7)
    case 18: Y = Y.indices.map { $0 == 3 ? Y[3] : [0, 0] }
    default: Y = Y.map { _ in [0, 0] }
    }
    let training = try ReLUTraining(
      features: DenseMatrix(rowArrays: X, columns: d), outputs: DenseMatrix(rowArrays: Y, columns: 2), weightDecay: weight)
    let outcome = try Self.solve(training, gap: 1e-6)
    let truth = ExhaustiveOracle.optimum(training)
    let context = "\(outcome.ending): \(outcome.lowerBound) … \(outcome.upperBound), enumerated \(truth)"
    #expect(outcome.relativeGap <= 1e-6, "\(context)")
    #expect(outcome.lowerBound <= truth.upper * (1 + 1e-12), "\(context)")
    #expect(outcome.upperBound >= truth.lower * (1 - 1e-12), "\(context)")
    #expect(try Self.provenBound(outcome.certificate, training) >= outcome.lowerBound * (1 - 1e-14), "\(context)")
  }

  /// Beyond rank 4 the same cones hold, with more of them.
  @Test func rankFive() throws {
    var generator = SeededGenerator(5)
    let training = try ReLUTraining(features: generator.matrix(7, 5), outputs: generator.matrix(7, 2), weightDecay: 0.5)
    let outcome = try Self.solve(training, gap: 1e-3)
    #expect(outcome.proof == .cones)
    #expect(outcome.relativeGap <= 1e-3)
    #expect(try Self.provenBound(outcome.certificate, training) == outcome.lowerBound)
  }

  /// Where cones are out of reach the bound is weak, and true.
  @Test func rankTwelveHasAnHonestBracket() throws {
    var generator = SeededGenerator(12)
    let training = try ReLUTraining(features: generator.matrix(14, 12), outputs: generator.matrix(14, 2), weightDecay: 0.5)
    let outcome = try Self.solve(training, gap: 1e-3)
    #expect(outcome.proof == .doublyNonnegative)
    #expect(outcome.lowerBound > 0 && outcome.lowerBound <= outcome.upperBound)
    #expect(outcome.ending != .gapReached || outcome.relativeGap <= 1e-3)
  }

  @Test func limitsLeaveABracketAndANetwork() throws {
    let training = Instance.t4.training
    for limit in [0.0, 0.002] {
      var options = Self.options(gap: 0)
      options.timeLimit = limit
      let outcome = try GlobalSearch(training).run(options)
      #expect(outcome.ending == .timeLimit)
      #expect(outcome.lowerBound <= Instance.t4.optimum && outcome.upperBound >= Instance.t4.optimum * (1 - 1e-8))
      #expect(outcome.upperBound == training.objective(of: outcome.network))
    }
    let cancelled = try GlobalSearch(training).run(isCancelled: { true })
    #expect(cancelled.ending == .cancelled)
    #expect(cancelled.lowerBound <= Instance.t4.optimum)
    var options = Self.options(gap: 1e-9)
    options.nodeLimit = 10
    let few = try GlobalSearch(training).run(options)
    #expect(few.lowerBound <= Instance.t4.optimum)
  }

  /// The search is at least as good as the network it starts from, and finds the neuron that a bad network lacks.
  @Test func startsFromANetwork() throws {
    let training = Instance.t2.training
    let poor = TwoLayerReLUNetwork(
      U: DenseMatrix(rowArrays: [[0.3, 0.1]], columns: 2), V: DenseMatrix(rowArrays: [[0.2, 0]], columns: 2))
    let steepest = try GlobalSearch(training).steepestNeuron(for: poor)
    #expect(steepest.value > training.weightDecay)
    let Z = training.residual(of: poor)
    #expect(abs(dualValue(Z, training.X, steepest.direction) - steepest.value) <= 1e-12 * steepest.value)
    let outcome = try GlobalSearch(training).run(from: poor)
    #expect(outcome.upperBound <= training.objective(of: poor))
    let optimal = try GlobalSearch(training).steepestNeuron(for: outcome.network)
    #expect(optimal.value <= training.weightDecay * (1 + 1e-3))
  }

  /// The same bits whatever the number of threads, as long as nothing is stopped on the way.
  @Test func threadsDoNotMatter() throws {
    var one = Self.options(gap: 1e-5)
    one.threads = 1
    var three = one
    three.threads = 3
    let training = Instance.t4.training
    #expect(try GlobalSearch(training).run(one).upperBound == GlobalSearch(training).run(three).upperBound)
  }
}
