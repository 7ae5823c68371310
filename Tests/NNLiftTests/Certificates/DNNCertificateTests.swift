import Testing
@testable import NNLift

@Suite("κ from doubly-nonnegative multipliers")
struct DNNCertificateTests {
  private func randomCertificate(
    _ groups: Int, Z: DenseMatrix, density: Double, using generator: inout SeededGenerator
  ) -> DNNCertificate {
    func block() -> DenseMatrix {
      var N = DenseMatrix(rows: groups, columns: groups)
      for k in N.values.indices where Double.random(in: 0..<1, using: &generator) < density {
        N.values[k] = abs(generator.normal())
      }
      return N
    }
    return DNNCertificate(
      Z: Z, alphaAlpha: block(), betaBeta: block(), alphaBeta: block(),
      mu: (0..<groups).map { _ in generator.normal() })
  }

  /// `q(s, w, v)` as the documentation states it.
  private func quadraticForm(
    _ certificate: DNNCertificate, _ dual: ReducedDual, theta: Double, s: [Double], w: [Double], v: [Double]
  ) -> Double {
    let p = (0..<s.count).map { DenseKernels.dot(dual.directions.row($0), w) }
    let alpha = zip(s, p).map { 0.5 * ($0 + $1) }
    let beta = zip(s, p).map { 0.5 * ($0 - $1) }
    var q = 0.5 * theta * (DenseKernels.dot(w, w) + DenseKernels.dot(v, v))
    for g in s.indices {
      for k in v.indices { q -= v[k] * (dual.positive[g, k] * alpha[g] + dual.negative[g, k] * beta[g]) }
      q -= 0.5 * certificate.mu[g] * (s[g] * s[g] - p[g] * p[g])
    }
    for pair in certificate.alphaAlpha { q -= pair.value * alpha[pair.i] * alpha[pair.j] }
    for pair in certificate.betaBeta { q -= pair.value * beta[pair.i] * beta[pair.j] }
    for pair in certificate.alphaBeta { q -= pair.value * alpha[pair.i] * beta[pair.j] }
    return q
  }

  @Test func theMatrixIsTheQuadraticForm() {
    var generator = SeededGenerator(61)
    for (n, d, c) in [(5, 2, 1), (7, 3, 2), (4, 4, 3)] {
      let X = generator.matrix(n, d)
      let reduction = DataReduction(X)
      let Z = generator.matrix(n, c)
      let certificate = randomCertificate(n, Z: Z, density: 0.7, using: &generator)
      let dual = ReducedDual(Z: Z, reduction: reduction)
      let M = DNNMatrix(certificate, dual: dual).matrix(theta: 1.3)
      for _ in 0..<10 {
        let y = (0..<M.rows).map { _ in generator.normal() }
        let direct = quadraticForm(
          certificate, dual, theta: 1.3, s: Array(y[..<n]), w: Array(y[n..<n + d]), v: Array(y[(n + d)...]))
        var form = 0.0
        for i in 0..<M.rows { form += 0.5 * y[i] * DenseKernels.dot(M.row(i), y) }
        #expect(abs(form - direct) < 1e-11 * Double(M.rows * M.rows))
      }
    }
  }

  @Test func infeasibleMultipliersAreRepairedAndNeverBelowTheTruth() throws {
    var generator = SeededGenerator(67)
    for (n, d, c) in [(3, 1, 1), (6, 2, 2), (9, 3, 1), (12, 5, 3)] {
      for density in [0, 0.2, 0.8] {
        let X = generator.matrix(n, d)
        let Z = generator.matrix(n, c)
        let reduction = DataReduction(X)
        let certificate = randomCertificate(
          reduction.groupCount, Z: Z, density: density, using: &generator)
        let proven = try certificate.provenKappa(for: reduction)
        #expect(proven.kappa.isFinite)
        #expect(proven.kappa >= sampledKappa(Z, X, count: 2000, using: &generator))
        // Stored with its shifted μ it is proved at once, without repair.
        var stored = certificate
        stored.mu = proven.mu
        #expect(stored.proves(proven.theta, dual: ReducedDual(Z: Z, reduction: reduction)))
        if d <= 2 { #expect(proven.kappa >= (try KappaBySectors(Z: Z, reduction: reduction).kappa) * (1 - 1e-12)) }
      }
    }
  }

  @Test func withoutMultipliersTheBoundIsStillUseful() throws {
    var generator = SeededGenerator(71)
    let X = generator.matrix(20, 3)
    let Z = generator.matrix(20, 2)
    let reduction = DataReduction(X)
    let empty = DNNCertificate(
      Z: Z, alphaAlpha: [], betaBeta: [], alphaBeta: [], mu: [Double](repeating: 0, count: 20))
    let proven = try empty.provenKappa(for: reduction).kappa
    let sampled = sampledKappa(Z, X, count: 20_000, using: &generator)
    #expect(proven >= sampled && proven < 6 * sampled)
  }

  @Test func optimalMultipliersProveTheRelaxation() throws {
    for (instance, certificate) in [(Instance.t1, Instance.t1Multipliers), (.umbrella, Instance.umbrellaMultipliers)] {
      let training = instance.training
      let proven = try certificate.provenKappa(for: DataReduction(training.X))
      let bound = DualBound(
        Z: certificate.Z, Y: training.Y, weightDecay: training.weightDecay, kappa: proven.kappa)
      #expect(bound.value < instance.relaxation + 1e-8)
      #expect(bound.value > instance.relaxation - 1e-6)
      #expect(bound.value < instance.optimum)
    }
  }

  @Test func multipliersFollowTheScaleOfZ() throws {
    let instance = Instance.t1
    let reduction = DataReduction(instance.training.X)
    let base = try Instance.t1Multipliers.provenKappa(for: reduction).kappa
    for scale in [1e-6, 1e6] {
      var scaled = Instance.t1Multipliers
      scaled.Z = scaled.Z.map { $0 * scale }
      scaled.mu = scaled.mu.map { $0 * scale }
      for path in [\DNNCertificate.alphaAlpha, \.betaBeta, \.alphaBeta] {
        for k in scaled[keyPath: path].indices { scaled[keyPath: path][k].value *= scale }
      }
      #expect(abs(try scaled.provenKappa(for: reduction).kappa / scale - base) < 1e-8 * base)
    }
  }

  @Test func mergedRowsAndNullSpaceAreCarried() throws {
    var generator = SeededGenerator(73)
    var rows = DenseKernels.product(generator.matrix(8, 3), generator.matrix(3, 5)).rowArrays
    rows += [rows[0].map { $0 * -2 }, rows[1].map { $0 * 1e3 }, [0, 0, 0, 0, 0]]
    let X = DenseMatrix(rowArrays: rows, columns: 5)
    let Z = generator.matrix(rows.count, 2)
    let reduction = DataReduction(X)
    #expect(reduction.rank == 3 && reduction.groupCount == 8)
    let certificate = randomCertificate(8, Z: Z, density: 0.1, using: &generator)
    let proven = try certificate.provenKappa(for: reduction).kappa
    #expect(proven.isFinite && proven >= sampledKappa(Z, X, count: 20_000, using: &generator))
  }

  @Test func aZeroDualMatrixNeedsNoProof() throws {
    let reduction = DataReduction(Instance.t1.training.X)
    var certificate = Instance.t1Multipliers
    certificate.Z = certificate.Z.map { _ in 0 }
    #expect(try certificate.provenKappa(for: reduction).kappa < 1e-300)
  }

  @Test func faultyMultipliersAreNamed() {
    let reduction = DataReduction(Instance.t1.training.X)
    func fault(_ change: (inout DNNCertificate) -> Void) -> CertificateError? {
      var certificate = Instance.t1Multipliers
      change(&certificate)
      do {
        _ = try certificate.provenKappa(for: reduction)
        return nil
      } catch {
        return error
      }
    }
    #expect(fault { _ in } == nil)
    #expect(
      fault { $0.alphaAlpha[0].value = -1e-9 }
        == .negativeMultiplier(
          block: "αα", i: Instance.t1Multipliers.alphaAlpha[0].i, j: Instance.t1Multipliers.alphaAlpha[0].j,
          value: -1e-9))
    #expect(fault { $0.betaBeta.append(PairMultiplier(2, 2, 1)) } == .diagonalPair(block: "ββ", i: 2))
    #expect(
      fault { $0.alphaBeta.append(PairMultiplier(1, 6, 1)) } == .pairOutOfRange(block: "αβ", i: 1, j: 6, groups: 6))
    #expect(
      fault { $0.alphaAlpha += [PairMultiplier(4, 5, 1), PairMultiplier(5, 4, 1)] }
        == .repeatedPair(block: "αα", i: 5, j: 4))
    #expect(fault { $0.mu[3] = .nan } == .notFinite(what: "μ", place: "entry 3"))
    #expect(fault { $0.mu.removeLast() } == .shape(what: "the number of multipliers μ", found: 5, expected: 6))
    #expect(
      fault { $0.Z = DenseMatrix(rows: 5, columns: 1) }
        == .shape(what: "the number of rows of Z", found: 5, expected: 6))
  }
}
