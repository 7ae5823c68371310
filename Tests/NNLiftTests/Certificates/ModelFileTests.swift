import Foundation
import Testing
@testable import NNLift

/// Models of T1 that claim what their certificates prove.
enum T1Models {
  static let csv: String = {
    let training = Instance.t1.training
    let rows = (0..<training.sampleCount).map { "\(training.X[$0, 0]),\(training.X[$0, 1]),\(training.Y[$0, 0])" }
    return (["x1,x2,y"] + rows).joined(separator: "\n") + "\n"
  }()

  static func dataset() throws -> Dataset { try Dataset(csvText: csv, file: "t1.csv", targets: .outputs(["y"])) }

  static func sectors() throws -> ModelFile {
    let training = Instance.t1.training
    let network = try #require(Instance.t1.network)
    let Z = training.residual(of: network)
    let kappa = try KappaBySectors(Z: Z, reduction: DataReduction(training.X)).kappa
    return try model(.sectors(Z: Z), kappa: kappa, network)
  }

  static func dnn() throws -> ModelFile {
    var certificate = Instance.t1Multipliers
    let proven = try certificate.provenKappa(for: DataReduction(Instance.t1.training.X))
    certificate.mu = proven.mu
    return try model(
      .dnn(certificate, theta: proven.theta), kappa: proven.kappa, try #require(Instance.t1.network))
  }

  private static func model(
    _ certificate: ModelFile.Certificate, kappa: Double, _ network: TwoLayerReLUNetwork
  ) throws -> ModelFile {
    let training = Instance.t1.training
    let bound = DualBound(Z: certificate.Z, Y: training.Y, weightDecay: training.weightDecay, kappa: kappa)
    return ModelFile(
      problem: ModelFile.Problem(dataset: try dataset(), terms: .init(weightDecay: training.weightDecay, bias: .none)),
      network: network, upperBound: training.objective(of: network),
      lowerBound: ModelFile.claim(provenLowerBound: bound.value), lowerBoundKind: .certified, certificate: certificate)
  }
}

@Suite("Model files")
struct ModelFileTests {
  private func fault(_ text: String) -> ModelFileError? {
    do {
      _ = try ModelFile(json: Data(text.utf8), file: "m.json")
      return nil
    } catch {
      return error
    }
  }

  /// The file of `T1Models.sectors` or `.dnn` with one piece of text replaced.
  private func fault(_ model: ModelFile, replacing old: String, with new: String) throws -> ModelFileError? {
    let text = String(decoding: try model.json(), as: UTF8.self)
    #expect(text.contains(old))
    return fault(text.replacingOccurrences(of: old, with: new))
  }

  @Test func everyDoubleSurvives() throws {
    for var model in [try T1Models.sectors(), try T1Models.dnn()] {
      model.network.U[0, 0] = 0.1 + 0.2
      model.network.U[1, 1] = .leastNonzeroMagnitude
      model.network.V[2, 0] = -1.7976931348623157e308
      model.network.V[3, 0] = 1.0 / 3
      model.problem.targets = .classes(label: "kind", names: ["ä \"quoted\""])
      model.problem.terms.bias = .none
      #expect(try ModelFile(json: model.json(), file: "m.json") == model)
    }
  }

  @Test func filesAreWrittenAndRead() throws {
    let path = NSTemporaryDirectory() + "model-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let model = try T1Models.dnn()
    try model.write(to: path)
    #expect(try ModelFile(contentsOf: path) == model)
    #expect(throws: ModelFileError.unreadable(file: "/no/such/model.json", reason: "no such file")) {
      try ModelFile(contentsOf: "/no/such/model.json")
    }
  }

  @Test func aModelWithoutCertificateOrNeurons() throws {
    var model = try T1Models.sectors()
    model.certificate = nil
    model.lowerBoundKind = .numerical
    model.network = TwoLayerReLUNetwork(U: DenseMatrix(rows: 0, columns: 2), V: DenseMatrix(rows: 0, columns: 1))
    #expect(try ModelFile(json: model.json(), file: "m.json") == model)
  }

  @Test func faultsAreNamed() throws {
    let model = try T1Models.sectors()
    guard case .badJSON("m.json", "", _) = fault("{") else {
      Issue.record("broken JSON was not named")
      return
    }
    #expect(
      fault("{\"version\":1}") == .badJSON(file: "m.json", path: "", reason: "the field 'format' is missing"))
    #expect(
      try fault(model, replacing: "\"version\":1", with: "\"version\":2")
        == .unsupportedVersion(file: "m.json", found: 2, supported: 1))
    #expect(
      try fault(model, replacing: "\"relu\"", with: "\"gelu\"")
        == .badJSON(file: "m.json", path: "problem.network", reason: "'gelu' is not a known kind of network"))
    #expect(
      try fault(model, replacing: "\"features\":[\"x1\",\"x2\"]", with: "\"features\":[\"x1\"]")
        == .wrongShape(file: "m.json", what: "the entries in row 0 of U", found: 2, expected: 1))
    #expect(
      try fault(model, replacing: "\"outputs\":[\"y\"]", with: "\"outputs\":[\"y\",\"z\"]")
        == .wrongShape(file: "m.json", what: "the entries in row 0 of V", found: 1, expected: 2))
    #expect(
      try fault(model, replacing: "\"weightDecay\":0.1", with: "\"weightDecay\":0")
        == .invalid(file: "m.json", reason: "weightDecay is not a positive number"))
    for bad in ["\"NaN\"", "null", "NaN", "1e999"] {
      guard case .badJSON = try fault(model, replacing: "\"weightDecay\":0.1", with: "\"weightDecay\":" + bad) else {
        Issue.record("\(bad) was taken for a number")
        continue
      }
    }
    #expect(
      try fault(T1Models.dnn(), replacing: "\"kind\":\"dnn\"", with: "\"kind\":\"sectors\"") == nil)
    guard
      case .badJSON("m.json", "certificate", _) = try fault(
        T1Models.sectors(), replacing: "\"kind\":\"sectors\"", with: "\"kind\":\"dnn\"")
    else {
      Issue.record("missing multipliers were not named")
      return
    }
  }

  @Test func nothingThatIsNotANumberIsWritten() throws {
    var model = try T1Models.sectors()
    model.network.V[1, 0] = .nan
    #expect(throws: ModelFileError.notFinite(file: "m.json", what: "V", row: 1, column: 0)) {
      try model.json(file: "m.json")
    }
    model = try T1Models.sectors()
    model.certificate = nil
    #expect(throws: ModelFileError.invalid(file: "m", reason: "a certified lower bound has no certificate")) {
      try model.json(file: "m")
    }
  }
}
