import Foundation
import Testing

@testable import NNLift

/// The parts of the search and the checker: circles, master, cones.
@Suite struct OracleTests {
  private static func random(_ n: Int, _ d: Int, _ c: Int, _ seed: UInt64) -> (Z: DenseMatrix, X: DenseMatrix, dual: ReducedDual) {
    var generator = SeededGenerator(seed)
    let (X, Z) = (generator.matrix(n, d), generator.matrix(n, c))
    return (Z, X, ReducedDual(Z: Z, reduction: DataReduction(X)))
  }

  /// The maximum over a great circle is that of a fine sampling, from above.
  @Test func circlesAgainstSampling() {
    for seed in 1...6 as ClosedRange<UInt64> {
      let map = KinkedMap(Self.random(9, 4, 2, seed).dual)
      let (w, p) = ([0.5, 0.5, 0.5, 0.5], [0.5, -0.5, 0.5, -0.5])
      let peak = GreatCircle(map).maximum(w, p)
      func value(_ t: Double) -> Double { map.norm(at: zip(w, p).map { cos(t) * $0 + sin(t) * $1 }) }
      let sampled = (0..<20_000).map { value(Double($0) * 2 * .pi / 20_000) }.max()!
      #expect(peak.square.squareRoot() >= sampled - 1e-12)
      #expect(peak.square.squareRoot() <= sampled * (1 + 1e-5))
      #expect(abs(value(atan2(peak.sine, peak.cosine)) - peak.square.squareRoot()) <= 1e-12 * sampled)
    }
  }

  /// A climb ends no lower than it began, on a point of its value; from many starts the largest is the enumerated maximum.
  @Test func climbsFindTheEnumeratedMaximum() {
    for seed in 1...4 as ClosedRange<UInt64> {
      let (Z, X, dual) = Self.random(7, 3, 2, seed)
      let map = KinkedMap(dual)
      var generator = SeededGenerator(seed)
      let starts = (0..<40).compactMap { _ in NeuronCandidates.unit((0..<3).map { _ in generator.normal() }) }
      let maxima = LocalMaxima(map: map, threads: 2, limits: SearchLimits(timeLimit: nil, isCancelled: { false }))
        .above(0, from: starts)
      let truth = ExhaustiveOracle.kappa(Z, X).value
      #expect(abs((maxima.first?.value ?? 0) - truth) <= 1e-11 * truth)
    }
  }

  /// Optimality conditions of the master: `‖T_k‖ = 1` on the support with `G_k` along `T_k`, at most 1 off it.
  @Test func masterIsOptimal() {
    var generator = SeededGenerator(3)
    let (X, Y) = (generator.matrix(20, 4), generator.matrix(20, 3))
    var master = AtomMaster(inputs: X, targets: Y, weight: 0.7)
    master.add((0..<60).compactMap { _ in NeuronCandidates.unit((0..<4).map { _ in generator.normal() }) })
    master.solve()
    let Z = master.residual()
    var active = 0
    for (k, w) in master.atoms.enumerated() {
      let hidden = (0..<20).map { max(0, DenseKernels.dot(X.row($0), w)) }
      let T = (0..<3).map { DenseKernels.dot(Z.column($0), hidden) / 0.7 }
      let size = master.size(k)
      guard size > 0 else {
        #expect(DenseKernels.norm(T) <= 1 + 1e-9)
        continue
      }
      active += 1
      for j in 0..<3 { #expect(abs(T[j] - master.G[3 * k + j] / size) <= 1e-8) }
    }
    #expect(active > 0 && active < 60)
  }

  /// What the search proves the checker proves, and neither proves less than the enumerated maximum.
  @Test(arguments: [(3, 1), (3, 2), (4, 1), (4, 3)])
  func coversAreProvedAndSafe(d: Int, c: Int) throws {
    let (Z, X, dual) = Self.random(6, d, c, UInt64(10 * d + c))
    let truth = ExhaustiveOracle.kappa(Z, X).value
    let map = KinkedMap(dual)
    let basis = try #require(ConePartition.whitening(dual.directions))
    let search = { (theta: Double) in
      ConeSearch<SIMD4<Double>>(map: map, basis: basis, threshold: theta)
        .run(threads: 2, nodeLimit: 1_000_000, isStopped: { false }).outcome
    }
    for excess in [1e-1, 1e-3, 1e-6] {
      guard case .proved(let nodes) = search(truth * (1 + excess)) else {
        Issue.record("no proof at \(excess)")
        continue
      }
      var certificate = ConeCertificate(
        Z: Z, basis: basis, theta: truth * (1 + 2 * excess), tree: ConeCertificate.packed(nodes))
      #expect(try KappaByCones.proves(certificate, dual: dual))
      // Below the maximum nothing is proved, whatever the tree.
      certificate.theta = truth * (1 - 1e-9)
      #expect(try !KappaByCones.proves(certificate, dual: dual))
    }
    guard case .violated(let points) = search(truth * (1 - 1e-4)) else {
      Issue.record("no violation found")
      return
    }
    for w in points { #expect(map.norm(at: w) > truth * (1 - 1e-4) * DenseKernels.norm(w)) }
  }

  /// Damaged trees and bases are refused with a reason; a tree cut short proves nothing.
  @Test func damagedCoversAreRefused() throws {
    let (Z, X, dual) = Self.random(6, 3, 2, 9)
    let theta = 1.01 * ExhaustiveOracle.kappa(Z, X).value
    let basis = try #require(ConePartition.whitening(dual.directions))
    let result = ConeSearch<SIMD4<Double>>(map: KinkedMap(dual), basis: basis, threshold: theta)
      .run(threads: 1, nodeLimit: 1_000_000, isStopped: { false })
    guard case .proved(let nodes) = result.outcome else {
      Issue.record("no proof")
      return
    }
    let good = ConeCertificate(Z: Z, basis: basis, theta: 1.001 * theta, tree: ConeCertificate.packed(nodes))
    #expect(try KappaByCones.proves(good, dual: dual))
    var bad = good
    bad.tree = good.tree.prefix(good.tree.count / 2)
    #expect(try !KappaByCones.proves(bad, dual: dual))
    bad = good
    bad.tree = good.tree + Data([0])
    #expect(throws: CertificateError.treeDoesNotEnd) { try KappaByCones.proves(bad, dual: dual) }
    bad = good
    bad.basis[2, 0] = 1e-3
    #expect(throws: CertificateError.basisNotTriangular(row: 2, column: 0)) { try KappaByCones.proves(bad, dual: dual) }
    bad = good
    bad.basis[1, 1] = 0
    #expect(throws: CertificateError.basisNotTriangular(row: 1, column: 1)) { try KappaByCones.proves(bad, dual: dual) }
    // Another Z of the same shape is not covered by this proof.
    let other = ReducedDual(Z: Z.map { 1.05 * $0 }, reduction: DataReduction(X))
    #expect(try !KappaByCones.proves(good, dual: other))
  }

  /// A liar may choose any tree and any basis: however thin the cones, a bound below the maximum is not proved.
  @Test(arguments: 1...24)
  func noCoverProvesAFalseBound(seed: UInt64) throws {
    var generator = SeededGenerator(seed)
    let (d, c) = (1 + Int(seed % 4), 1 + Int(seed / 4 % 3))
    var rows = generator.matrix(7, d).rowArrays
    // Parallel, nearly parallel, opposite and tiny rows.
    rows[1] = rows[0].map { 3 * $0 }
    rows[2] = rows[0].map { -$0 * (1 + 1e-13) }
    rows[3] = rows[3].map { 1e-7 * $0 }
    let X = DenseMatrix(rowArrays: rows, columns: d)
    let Z = generator.matrix(7, c)
    let dual = ReducedDual(Z: Z, reduction: DataReduction(X))
    let truth = ExhaustiveOracle.kappa(Z, X).value
    var basis = DenseMatrix(rows: d, columns: d)
    for j in 0..<d {
      for i in 0...j { basis[i, j] = generator.normal() * pow(10, Double.random(in: -6...6, using: &generator)) }
    }
    for _ in 0..<20 {
      // Random bits that end: a tree an orthant, deeper ones first.
      var nodes: [Bool] = []
      for _ in 0..<1 << d {
        var open = 1
        while open > 0 {
          let split = nodes.count < 3_000 && Bool.random(using: &generator)
          nodes.append(split)
          open += split ? 1 : -1
        }
      }
      let certificate = ConeCertificate(
        Z: Z, basis: Bool.random(using: &generator) ? basis : .identity(d), theta: truth * (1 - 1e-12),
        tree: ConeCertificate.packed(nodes))
      #expect(try !KappaByCones.proves(certificate, dual: dual))
    }
  }

  /// Where products could overflow to NaN, which no comparison refuses, or underflow, nothing is proved and the reason is said.
  @Test func numbersOutOfScaleAreRefused() throws {
    let (Z, X, dual) = Self.random(6, 3, 1, 4)
    let reduction = DataReduction(X)
    let truth = ExhaustiveOracle.kappa(Z, X).value
    let tree = ConeCertificate.packed([Bool](repeating: false, count: 8))
    for scale in [1e-200, 1e70, 1e150] {
      let basis = DenseMatrix.identity(3).map { scale * $0 }
      #expect(throws: CertificateError.self) {
        try KappaByCones.proves(ConeCertificate(Z: Z, basis: basis, theta: 0.5 * truth, tree: tree), dual: dual)
      }
      let far = Z.map { scale * $0 }
      #expect(throws: CertificateError.self) {
        try KappaByCones.proves(
          ConeCertificate(Z: far, basis: .identity(3), theta: 0.5 * truth, tree: tree),
          dual: ReducedDual(Z: far, reduction: reduction))
      }
    }
    let none = Z.map { 0 * $0 }
    #expect(
      try KappaByCones.proves(
        ConeCertificate(Z: none, basis: .identity(3), theta: 0, tree: tree), dual: ReducedDual(Z: none, reduction: reduction)))
  }

  @Test func modelFilesKeepCones() throws {
    let training = Instance.t4.training
    let outcome = try GlobalSearch(training).run()
    let model = ModelFile(
      problem: .init(
        terms: training.terms, featureNames: ["a", "b", "c"], targets: .outputs(["y", "z"])),
      network: outcome.network, upperBound: outcome.upperBound,
      lowerBound: ModelFile.claim(provenLowerBound: outcome.lowerBound), lowerBoundKind: .certified,
      certificate: outcome.certificate)
    #expect(try ModelFile(json: model.json(), file: "model") == model)
    let dataset = Dataset(
      featureNames: ["a", "b", "c"], features: training.X, outputNames: ["y", "z"], Y: training.Y)
    let check = CertificateCheck(model, dataset: dataset)
    #expect(check.passed, "\(check.failures)")
    var changed = training.Y
    changed[0, 0] += 0.05
    let other = Dataset(featureNames: ["a", "b", "c"], features: training.X, outputNames: ["y", "z"], Y: changed)
    #expect(!CertificateCheck(model, dataset: other).passed)
  }
}
