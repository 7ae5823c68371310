import ConeModel
import ConeSolver
import Foundation
import Testing

@testable import NNLift

/// Every lift for vector outputs against values that independent programs and solvers agree on.
@Suite struct VectorLiftTests {
  static var tight: Settings {
    var settings = Settings()
    settings.epsAbs = 1e-10
    settings.epsRel = 1e-10
    return settings
  }

  private static let instances = ["T1": Instance.t1, "T2": .t2, "T4": .t4, "umbrella": .umbrella]

  /// Primal and dual value within `tolerance` of a reference, relatively.
  static func expect<L: Lift>(_ lift: L, _ reference: Double, _ tolerance: Double = 1e-6) throws {
    expect(try lift.program().solve(tight), reference, tolerance)
  }

  static func expect<N>(_ optimum: LiftedOptimum<N>, _ reference: Double, _ tolerance: Double = 1e-6) {
    #expect(abs(optimum.value - reference) <= tolerance * reference)
    #expect(abs(optimum.dualValue - reference) <= tolerance * reference)
  }

  // MARK: Cells

  /// Eq. (19), exact for rank 2 and on T4, 8 % below `p*` on the umbrella.
  @Test(arguments: [("T1", 0.59221004367), ("T2", 1.24816025587), ("T4", 0.5352206), ("umbrella", 0.63716000512)])
  func copositiveProgram(name: String, value: Double) throws {
    let instance = try #require(Self.instances[name])
    let lift = try CopositiveProgram(instance.training)
    try Self.expect(lift, value)
    Self.expect(try lift.eliminated().solve(Self.tight), value)
    let largest = lift.moments.cones.map(\.facets.rows).max()
    #expect(lift.guarantee == (largest! <= 4 ? .exact : .lowerBound))
    if lift.guarantee == .exact { #expect(abs(value - instance.optimum) <= 1e-6 * value) }
  }

  /// The triangulated program is `p*`, and its solution comes apart into a network of that objective.
  @Test(arguments: ["T1", "T2", "T4", "umbrella"])
  func triangulatedProgramIsExact(name: String) throws {
    let instance = try #require(Self.instances[name])
    let lift = try TriangulatedProgram(instance.training)
    #expect(lift.guarantee == .exact)
    if name == "T4" { #expect(lift.simplexCount == 108) }
    let optimum = try lift.program().solve(Self.tight)
    Self.expect(optimum, instance.optimum, 1e-8)
    let rounded = optimum.network
    let network = try #require(rounded)
    #expect(abs(instance.training.objective(of: network) - instance.optimum) <= 1e-6 * instance.optimum)
    let pruned = instance.training.pruned(network)
    #expect(pruned.width <= instance.training.Y.values.count)
    #expect(instance.training.objective(of: pruned) <= instance.training.objective(of: network) * (1 + 1e-9))
  }

  /// As printed, eq. (12) has the value of gated ReLU training with all gates.
  @Test func nuclearNormAsPrinted() throws {
    try Self.expect(NuclearNormProgram(Instance.t1.training), 0.26489508422)
  }

  @Test func cellCountsAreCovers() throws {
    for (name, cells) in [("T1", 12), ("T2", 10), ("T4", 58), ("umbrella", 22)] {
      #expect(try CopositiveProgram(#require(Self.instances[name]).training).moments.cones.count == cells)
    }
  }

  /// Relaxed over exact cone-constrained PCA of `diag(1, 1, 0)` in the all-ones cell of the umbrella: 1.2060113.
  @Test func relaxationOfTheUmbrellasCell() throws {
    let data = try MomentData(Instance.umbrella.training, for: "The test")
    let cell = try #require(NeuronCone.cells(data, groups: Array(0..<5)).first { !$0.signs.contains(-1) })
    #expect(cell.facets.rows == 5)
    let U = Model().symmetric("U", order: 3, .positiveSemidefinite)
    let A = Constant<Matrix>(rows: 5, columns: 3, columnMajor: cell.facets.values)
    let problem = Problem.maximize(U[0, 0] + U[1, 1]) {
      trace(U) <= 1
      offDiagonal(congruence(A, U)) >= 0
    }
    let relaxed = try problem.solve(Self.tight).optimum().objective
    var exact = 0.0
    for k in 0..<20_000 {
      let t = 2 * Double.pi * Double(k) / 20_000
      // On each half plane through the axis the maximum lies on the boundary of the cell.
      let slope = (0..<5).map { cell.facets[$0, 0] * cos(t) + cell.facets[$0, 1] * sin(t) }
      let height = (0..<5).map { max(0, -slope[$0]) / cell.facets[$0, 2] }.max()!
      exact = max(exact, 1 / (1 + height * height))
    }
    #expect(abs(relaxed / exact - 1.2060113) <= 1e-5)
  }

  // MARK: Splitting

  @Test(arguments: [
    ("T1", [0: 0.53358153, 1: 0.55440291, 2: 0.59221004, 6: 0.59221004]),
    ("T4", [0: 0.49834734, 2: 0.52669147, 4: 0.53190155, 6: 0.53521930, 8: 0.53522060]),
  ])
  func splittingTheFirstRows(name: String, values: [Int: Double]) throws {
    let training = try #require(Self.instances[name]).training
    for (count, value) in values.sorted(by: { $0.key < $1.key }) {
      try Self.expect(CellSplit(training, groups: Array(0..<count)), value, 2e-7)
    }
  }

  /// Greedy rows are distinct, their bounds rise, and soon are above those of the first rows.
  @Test func greedySplitting() throws {
    let training = Instance.t4.training
    var bounds: [Double] = []
    for count in 0...3 {
      let split = try CellSplit.greedy(training, count: count)
      #expect(Set(split.groups).count == count)
      bounds.append(try split.program().solve(Self.tight).value)
    }
    for (coarse, fine) in zip(bounds, bounds.dropFirst()) { #expect(fine >= coarse - 1e-8) }
    #expect(bounds[3] > 0.52669147 && bounds[3] <= Instance.t4.optimum + 1e-8)
  }

  // MARK: Other forms of SDP-NN

  /// Output weights eliminated: `J = ∅` without outputs.
  @Test(arguments: [("T1", 0.5335815328), ("T2", 1.2077461586), ("T4", 0.4983473445)])
  func withoutOutputWeights(name: String, value: Double) throws {
    let instance = try #require(Self.instances[name])
    Self.expect(try CellSplit(instance.training, groups: []).moments.eliminated().solve(Self.tight), value)
  }

  /// The published forms have no interior, and residuals of 1e-10 in `MΛMᵀ` mean 1e-5 in `Λ`.
  @Test(arguments: CPNN.Equations.allCases)
  func publishedForm(_ equations: CPNN.Equations) throws {
    for (instance, value) in [(Instance.t1, 0.53358153), (.t2, 1.20774615)] {
      let lift = try CPNN(instance.training, equations: equations)
      try Self.expect(lift, value, equations == .kernel ? 1e-6 : 1e-4)
    }
  }

  /// Theorem 1 of CP-NN: the lift of a network is feasible and has its objective.
  @Test func networksLiftToFeasibleMoments() throws {
    let training = Instance.t1.training
    let network = try #require(Instance.t1.network)
    let lift = try CPNN(training)
    let L = lift.moments(of: network)
    let n = training.sampleCount
    let face = DenseKernels.product(DenseKernels.product(lift.kernelMap, L), lift.kernelMap, transposeB: true)
    #expect(face.values.allSatisfy { abs($0) <= 1e-14 })
    #expect((0..<n).allSatisfy { L[$0, n + $0] == 0 })
    #expect((0..<2 * n).allSatisfy { i in (0..<2 * n).allSatisfy { L[i, $0] >= 0 } })
    var objective = 0.0
    for i in 0..<n { objective += 0.5 * (L[i, L.columns - 1] - training.Y[i, 0]) * (L[i, L.columns - 1] - training.Y[i, 0]) }
    for i in 2 * n..<L.rows { objective += 0.5 * training.weightDecay * L[i, i] }
    #expect(abs(objective - training.objective(of: network)) <= 1e-14)
  }

  /// The facial reduction loses nothing: reduced moments are feasible for the published program, with the same value.
  @Test(arguments: ["T1", "T2", "T4"])
  func reducedMomentsArePublishedOnes(name: String) throws {
    let training = try #require(Self.instances[name]).training
    let lift = try SDPNN(training)
    let relaxation = try lift.solve(Self.tight)
    let published = try CPNN(training)
    let L = lift.publishedMoments(relaxation.moments)
    let (n, p) = (training.sampleCount, published.order)
    let M = published.kernelMap
    #expect(DenseKernels.norm(DenseKernels.product(M, L).values) <= 1e-12 * DenseKernels.norm(L.values))
    for i in 0..<n { #expect(abs(L[i, n + i]) <= 1e-8) }
    for i in 0..<2 * n { for j in 0..<2 * n { #expect(L[i, j] >= -1e-8) } }
    var value = 0.0
    for k in 0..<training.outputDimension {
      for i in 0..<n { value += 0.5 * pow(L[i, p - training.outputDimension + k] - training.Y[i, k], 2) }
    }
    for i in 2 * n..<p { value += 0.5 * training.weightDecay * L[i, i] }
    #expect(abs(value - relaxation.value) <= 1e-9)
  }

  // MARK: Whitened and spike-free data

  private static let whitened: (training: ReLUTraining, value: Double) = (
    try! ReLUTraining(
      features: .identity(3), outputs: DenseMatrix(rowArrays: [[1, 0], [1, 0], [0, 1]], columns: 2), weightDecay: 0.5),
    0.9571067811865476
  )

  @Test func whitenedData() throws {
    let (training, value) = Self.whitened
    let closed = try WhitenedClosedForm(training)
    #expect(abs(closed.value - value) <= 1e-14)
    #expect(abs(training.objective(of: closed.network) - value) <= 1e-14)
    #expect(closed.network.width == 2)
    try Self.expect(SpikeFreeCopositiveProgram(training), value, 1e-8)
    try Self.expect(CopositiveProgram(training), value, 1e-8)
    try Self.expect(TriangulatedProgram(training), value, 1e-8)
    try Self.expect(CellSplit(training, groups: []), value, 1e-8)
    let bracket = ExhaustiveOracle.optimum(training)
    #expect(abs(bracket.upper - value) <= 1e-8)
  }

  /// The conditions of the closed form are tested, not assumed.
  @Test func closedFormRefuses() throws {
    let mixed = try ReLUTraining(
      features: .identity(2), outputs: DenseMatrix(rowArrays: [[1], [-1]], columns: 1), weightDecay: 0.5)
    #expect(throws: LiftError.mixedSigns(singularValue: 2.0.squareRoot())) { try WhitenedClosedForm(mixed) }
    // Above the weight decay's threshold the sign does not matter: the zero network is optimal.
    let heavy = try ReLUTraining(features: mixed.X, outputs: mixed.Y, weightDecay: 2)
    #expect(try WhitenedClosedForm(heavy).network.width == 0)
    #expect(throws: LiftError.notWhitened) { try WhitenedClosedForm(Instance.t2.training) }
  }

  @Test func spikeFreeTest() {
    #expect(SpikeFreeTest.holds(for: .identity(3)))
    // Orthogonal rows of any length; positive multiples of one row; an acute pair, but not an obtuse one, where
    // ‖X†(Xu)_+‖ > ‖u‖ for u along the first row.
    #expect(SpikeFreeTest.holds(for: DenseMatrix(rowArrays: [[2, 0, 0], [0, 0.1, 0]], columns: 3)))
    #expect(SpikeFreeTest.holds(for: DenseMatrix(rowArrays: [[1, 2], [2, 4], [0.5, 1]], columns: 2)))
    #expect(!SpikeFreeTest.holds(for: DenseMatrix(rowArrays: [[1], [-1]], columns: 1)))
    #expect(SpikeFreeTest.holds(for: DenseMatrix(rowArrays: [[1, 0], [1, 0.5]], columns: 2)))
    #expect(!SpikeFreeTest.holds(for: DenseMatrix(rowArrays: [[1, 0], [-1, 0.5]], columns: 2)))
    #expect(!SpikeFreeTest.holds(for: Instance.t1.training.X))
    #expect(throws: LiftError.notSpikeFree) { try SpikeFreeCopositiveProgram(Instance.t1.training) }
  }

  // MARK: Pooling and losses

  /// Two patches of two columns, sum pooling.
  @Test func pooledNetwork() throws {
    let training = try ReLUTraining(
      features: DenseMatrix(rowArrays: [[1, 0.3, -0.4, 1], [-0.5, 0.8, 0.9, 0.1], [0.2, -1, -1, -0.6]], columns: 4),
      outputs: DenseMatrix(rowArrays: [[1], [-0.5], [0.7]], columns: 1),
      terms: TrainingTerms(weightDecay: 0.1, patches: Patches(filter: 2, stride: 2)))
    let lift = try TriangulatedProgram(training)
    #expect(lift.simplexCount == 12)
    let optimum = try lift.program().solve(Self.tight)
    Self.expect(optimum, 0.54559166069, 1e-8)
    let network = optimum.network
    #expect(abs(training.objective(of: try #require(network)) - 0.54559166069) <= 1e-6)
    try Self.expect(CopositiveProgram(training), 0.54559166069, 1e-8)
    #expect(try CellSplit(training, groups: []).program().solve(Self.tight).value <= 0.5455917)
  }

  /// For one output the cone program of the same loss is another statement of the triangulated one.
  @Test(arguments: [Loss.absolute, .huber(delta: 0.2), .interpolation])
  func lossesAgreeWithTheConeProgram(_ loss: Loss) throws {
    let training = try ReLUTraining(
      features: Instance.t1.training.X, outputs: Instance.t1.training.Y,
      terms: TrainingTerms(weightDecay: 0.1, loss: loss))
    let scalar = try ConvexReLU(training).program().solve(Self.tight).value
    try Self.expect(TriangulatedProgram(training), scalar, 1e-7)
  }
}
