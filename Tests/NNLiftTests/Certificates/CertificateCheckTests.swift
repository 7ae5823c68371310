import Foundation
import Testing
@testable import NNLift

@Suite("Checking a model file against its data")
struct CertificateCheckTests {
  /// The one failure of a changed model; records an issue when there is another number of them.
  private func failure(
    _ model: ModelFile, _ dataset: Dataset? = nil, _ change: (inout ModelFile) -> Void = { _ in }
  ) throws -> String {
    var model = model
    change(&model)
    let check = CertificateCheck(model, dataset: try dataset ?? T1Models.dataset())
    #expect(!check.passed && check.failures.count == 1, "\(check.failures)")
    return check.failures.first ?? ""
  }

  @Test func honestFilesPass() throws {
    let data = try T1Models.dataset()
    let sectors = CertificateCheck(try T1Models.sectors(), dataset: data)
    #expect(sectors.passed && sectors.rank == 2 && sectors.remarks.isEmpty)
    #expect(try #require(sectors.relativeGap) < 1e-9)
    #expect(abs(sectors.lowerBound - Instance.t1.optimum) < 1e-8)
    #expect(abs(try #require(sectors.upperBound) - Instance.t1.optimum) < 1e-10)
    let dnn = CertificateCheck(try T1Models.dnn(), dataset: data)
    #expect(dnn.passed)
    #expect(abs(dnn.lowerBound - Instance.t1.relaxation) < 1e-6)
  }

  @Test func filesAreCheckedFromDisk() throws {
    let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("check-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let csv = folder.appendingPathComponent("t1.csv").path
    let json = folder.appendingPathComponent("model.json").path
    try Data(T1Models.csv.utf8).write(to: URL(fileURLWithPath: csv))
    try T1Models.dnn().write(to: json)
    #expect(try CertificateCheck(modelFile: json, csv: csv).passed)
  }

  @Test func aScaledDualMatrixProvesTheSameOrIsRefused() throws {
    // Sectors bound any Z: scaling is undone by s, and the claim still holds.
    var scaled = try T1Models.sectors()
    guard case .sectors(let Z) = scaled.certificate else { return }
    scaled.certificate = .sectors(Z: Z.map { $0 * 3 })
    scaled.lowerBound -= 1e-9
    #expect(CertificateCheck(scaled, dataset: try T1Models.dataset()).passed)
    // Multipliers belong to one scale.
    let model = try T1Models.dnn()
    var check = model
    guard case .dnn(var certificate, let theta) = model.certificate else { return }
    certificate.Z = certificate.Z.map { $0 * 2 }
    check.certificate = .dnn(certificate, theta: theta)
    let result = CertificateCheck(check, dataset: try T1Models.dataset())
    #expect(result.failures.contains { $0.contains("multipliers prove only θ") })
  }

  @Test func aChangedDualMatrixIsRefused() throws {
    let text = try failure(T1Models.sectors()) { model in
      guard case .sectors(var Z) = model.certificate else { return }
      Z[2, 0] += 0.01
      model.certificate = .sectors(Z: Z)
    }
    #expect(text.contains("its certificate proves only"))
  }

  @Test func aChangedMultiplierIsRefused() throws {
    for factor in [0, 2.0] {
      var model = try T1Models.dnn()
      guard case .dnn(var certificate, let theta) = model.certificate else { return }
      certificate.alphaAlpha[0].value *= factor
      model.certificate = .dnn(certificate, theta: theta)
      let check = CertificateCheck(model, dataset: try T1Models.dataset())
      #expect(check.failures.contains { $0.contains("multipliers prove only θ") })
      #expect(check.failures.contains { $0.contains("claims a lower bound") })
    }
    var negative = try T1Models.dnn()
    guard case .dnn(var certificate, let theta) = negative.certificate else { return }
    certificate.alphaBeta[0].value *= -1
    negative.certificate = .dnn(certificate, theta: theta)
    let check = CertificateCheck(negative, dataset: try T1Models.dataset())
    #expect(check.failures.contains { $0.contains("must be zero or more") })
    #expect(check.lowerBound == 0)
  }

  @Test func changedWeightsAndClaimsAreRefused() throws {
    #expect(try failure(T1Models.sectors()) { $0.network.V[0, 0] *= 1.001 }.contains("the objective of its network"))
    #expect(try failure(T1Models.sectors()) { $0.upperBound *= 1 - 1e-8 }.contains("claims an upper bound"))
    #expect(try failure(T1Models.sectors()) { $0.lowerBound = Instance.t1.optimum }.contains("claims a lower bound"))
    let relaxed = try failure(T1Models.dnn()) { $0.lowerBound = Instance.t1.optimum - 1e-3 }
    #expect(relaxed.contains("its certificate proves only"))
  }

  @Test func changedDataIsRefused() throws {
    let changed = T1Models.csv.replacingOccurrences(of: "-0.8,0.9,0.8", with: "-0.8,0.9,0.7")
    #expect(changed != T1Models.csv)
    let data = try Dataset(csvText: changed, file: "t1.csv", targets: .outputs(["y"]))
    #expect(!CertificateCheck(try T1Models.sectors(), dataset: data).passed)
    #expect(!CertificateCheck(try T1Models.dnn(), dataset: data).passed)
  }

  @Test func mismatchesOfTheDataAreNamed() throws {
    let fewer = T1Models.csv.split(separator: "\n").dropLast().joined(separator: "\n")
    let short = CertificateCheck(
      try T1Models.sectors(), dataset: try Dataset(csvText: fewer, file: "f", targets: .outputs(["y"])))
    #expect(short.failures.contains("The certificate has 6 rows of Z, but the data has 5 samples."))
    let wide = "x1,x2,x3,y\n1,2,3,4\n"
    let text = try failure(
      T1Models.sectors(), try Dataset(csvText: wide, file: "f", targets: .outputs(["y"])))
    #expect(
      text == "The data has 3 feature columns (x1, x2, x3), but the model was trained on 2 (x1, x2).")
    let renamed = try Dataset(
      csvText: T1Models.csv.replacingOccurrences(of: "x1,x2", with: "x2,x1"), file: "f", targets: .outputs(["y"]))
    #expect(try failure(T1Models.sectors(), renamed).contains("(x2, x1)"))
  }

  @Test func aSectorCertificateNeedsRankTwo() throws {
    let training = Instance.t4.training
    let data = Dataset(
      featureNames: ["a", "b", "c"], features: training.X, outputNames: ["y1", "y2"], Y: training.Y)
    let empty = TwoLayerReLUNetwork(U: DenseMatrix(rows: 0, columns: 3), V: DenseMatrix(rows: 0, columns: 2))
    let model = ModelFile(
      problem: ModelFile.Problem(dataset: data, terms: .init(weightDecay: 0.1, bias: .none)), network: empty,
      upperBound: training.objective(of: empty), lowerBound: 0, lowerBoundKind: .certified,
      certificate: .sectors(Z: training.Y))
    #expect(try failure(model, data).contains("rank 3"))
  }

  @Test func aSolversWordIsReportedAsSuch() throws {
    var model = try T1Models.sectors()
    model.certificate = nil
    model.lowerBoundKind = .numerical
    let check = CertificateCheck(model, dataset: try T1Models.dataset())
    #expect(check.passed && check.lowerBound == 0 && check.kappa == nil)
    #expect(check.remarks.count == 1)
  }

  @Test func aClassifierWithBiasIsCheckedOnTheSpiral() throws {
    let data = try Dataset(csv: Instance.path("spiral.csv"))
    let training = try ReLUTraining(dataset: data, weightDecay: 0.1, bias: .none)
    let reduction = DataReduction(training.X)
    let kappa = try KappaBySectors(Z: training.Y, reduction: reduction).kappa
    let bound = DualBound(Z: training.Y, Y: training.Y, weightDecay: 0.1, kappa: kappa).value
    // Any Z bounds the published optimum from below.
    #expect(bound > 0 && bound < 16.592978)
    let empty = TwoLayerReLUNetwork(U: DenseMatrix(rows: 0, columns: 3), V: DenseMatrix(rows: 0, columns: 3))
    let biased = try ReLUTraining(dataset: data, weightDecay: 0.1, bias: .regularized)
    let zero = [Double](repeating: 0, count: DataReduction(biased.X).groupCount)
    let certificate = DNNCertificate(Z: training.Y, alphaAlpha: [], betaBeta: [], alphaBeta: [], mu: zero)
    let proven = try certificate.provenKappa(for: DataReduction(biased.X))
    let model = ModelFile(
      problem: ModelFile.Problem(dataset: data, terms: .init(weightDecay: 0.1, bias: .regularized)), network: empty,
      upperBound: 30, lowerBound: 0.01, lowerBoundKind: .certified,
      certificate: .dnn(certificate, theta: proven.theta))
    let check = CertificateCheck(model, dataset: data)
    #expect(check.passed && check.rank == 3 && check.upperBound == 30)
    #expect(try ModelFile(json: model.json(), file: "m") == model)
  }
}
