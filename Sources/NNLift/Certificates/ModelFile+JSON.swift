import Foundation

/// The JSON form of a model, version 1:
///
///     { "format": "cone-network", "version": 1,
///       "problem": { "network": "relu", "weightDecay": 0.1, "bias": "none", "features": ["x1", "x2"],
///                    "label": "class", "classes": ["0", "1"] },          or "outputs": ["y1"] for regression
///       "U": [[…], …], "V": [[…], …],                                     one row per neuron
///       "W": [[…], …],                                                    linear part, one row per input; absent for zero
///       "upperBound": …, "lowerBound": …, "lowerBoundKind": "certified",
///       "certificate": { "kind": "sectors", "Z": [[…], …] } }             one row per sample
///
/// A problem that is not squared loss on a dense network without skip connection adds `"loss"` (`"huber:0.5"`), `"inputNorm"`,
/// `"skip"` or `"patches"` (`{ "filter": 3, "stride": 1 }`).
///
/// A certificate of kind `dnn` adds `"alphaAlpha"`, `"betaBeta"`, `"alphaBeta"` (lists of `[i, j, value]`), `"mu"` and
/// `"theta"`; one of kind `cones` adds `"theta"`, `"basis"` (rows) and `"tree"`, the bits of `ConeCertificate` in Base64.
/// Numbers are written in the shortest form that reads back as the same double.
extension ModelFile {
  static let formatName = "cone-network"
  static let formatVersion = 1
  static let networkKind = "relu"

  /// The model as JSON, after `validate`.
  public func json(file: String = "model") throws(ModelFileError) -> Data {
    try validate(file: file)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return try encoder.encode(ModelDocument(self))
    } catch {
      throw .unwritable(file: file, reason: "\(error)")
    }
  }

  public func write(to path: String) throws(ModelFileError) {
    let data = try json(file: path)
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .unwritable(file: path, reason: error.localizedDescription)
    }
  }

  public init(contentsOf path: String) throws(ModelFileError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .unreadable(
        file: path, reason: FileManager.default.fileExists(atPath: path) ? "not readable" : "no such file")
    }
    try self.init(json: data, file: path)
  }

  /// Reads and validates a model; `file` is the name used in errors.
  public init(json: Data, file: String) throws(ModelFileError) {
    let header = try Self.decode(ModelHeader.self, from: json, file: file)
    guard header.format == Self.formatName else {
      throw .badJSON(file: file, path: "format", reason: "'\(header.format)' instead of '\(Self.formatName)'")
    }
    guard header.version == Self.formatVersion else {
      throw .unsupportedVersion(file: file, found: header.version, supported: Self.formatVersion)
    }
    self = try Self.decode(ModelDocument.self, from: json, file: file).model(file: file)
    try validate(file: file)
  }

  private static func decode<T: Decodable>(
    _ type: T.Type, from json: Data, file: String
  ) throws(ModelFileError) -> T {
    do {
      return try JSONDecoder().decode(type, from: json)
    } catch let error as DecodingError {
      throw Self.describe(error, file: file)
    } catch {
      throw .badJSON(file: file, path: "", reason: "\(error)")
    }
  }

  private static func describe(_ error: DecodingError, file: String) -> ModelFileError {
    func path(_ keys: [any CodingKey]) -> String {
      keys.map { key in key.intValue.map(String.init) ?? key.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      return .badJSON(file: file, path: path(context.codingPath), reason: "the field '\(key.stringValue)' is missing")
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      return .badJSON(file: file, path: path(context.codingPath), reason: context.debugDescription)
    @unknown default:
      return .badJSON(file: file, path: "", reason: "\(error)")
    }
  }
}

/// Read first, so that a foreign or newer file is named as such.
private struct ModelHeader: Decodable {
  var format: String
  var version: Int
}

private struct ModelDocument: Codable {
  struct Problem: Codable {
    var network: String
    var weightDecay: Double
    var bias: Bias
    var loss: String?
    var inputNorm: InputNorm?
    var skip: Bool?
    var patches: Patches?
    var features: [String]
    var label: String?
    var classes: [String]?
    var outputs: [String]?
  }

  struct Certificate: Codable {
    enum Kind: String, Codable { case sectors, dnn, cones }
    var kind: Kind
    var Z: [[Double]]
    var alphaAlpha: [Pair]?
    var betaBeta: [Pair]?
    var alphaBeta: [Pair]?
    var mu: [Double]?
    var theta: Double?
    var basis: [[Double]]?
    var tree: Data?
  }

  /// `[i, j, value]`.
  struct Pair: Codable {
    var multiplier: PairMultiplier

    init(_ multiplier: PairMultiplier) { self.multiplier = multiplier }

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      multiplier = PairMultiplier(
        try list.decode(Int.self), try list.decode(Int.self), try list.decode(Double.self))
    }

    func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      try list.encode(multiplier.i)
      try list.encode(multiplier.j)
      try list.encode(multiplier.value)
    }
  }

  var format = ModelFile.formatName
  var version = ModelFile.formatVersion
  var problem: Problem
  var U: [[Double]]
  var V: [[Double]]
  var W: [[Double]]?
  var upperBound: Double
  var lowerBound: Double
  var lowerBoundKind: String
  var certificate: Certificate?
}

// MARK: - To the document

extension ModelDocument {
  init(_ model: ModelFile) {
    problem = Problem(model.problem)
    U = model.network.U.rowArrays
    V = model.network.V.rowArrays
    W = model.network.linear?.rowArrays
    upperBound = model.upperBound
    lowerBound = model.lowerBound
    lowerBoundKind = model.lowerBoundKind.rawValue
    certificate = model.certificate.map(Certificate.init)
  }
}

extension ModelDocument.Problem {
  init(_ problem: ModelFile.Problem) {
    network = ModelFile.networkKind
    let terms = problem.terms
    weightDecay = terms.weightDecay
    bias = terms.bias
    loss = terms.loss == .squared ? nil : terms.loss.description
    inputNorm = terms.inputNorm == .l2 ? nil : terms.inputNorm
    skip = terms.skip ? true : nil
    patches = terms.patches
    features = problem.featureNames
    switch problem.targets {
    case .classes(let label, let names): (self.label, classes) = (label, names)
    case .outputs(let names): outputs = names
    }
  }
}

extension ModelDocument.Certificate {
  init(_ certificate: ModelFile.Certificate) {
    Z = certificate.Z.rowArrays
    switch certificate {
    case .sectors: kind = .sectors
    case .dnn(let dnn, let theta):
      kind = .dnn
      alphaAlpha = dnn.alphaAlpha.map(ModelDocument.Pair.init)
      betaBeta = dnn.betaBeta.map(ModelDocument.Pair.init)
      alphaBeta = dnn.alphaBeta.map(ModelDocument.Pair.init)
      mu = dnn.mu
      self.theta = theta
    case .cones(let cones):
      kind = .cones
      theta = cones.theta
      basis = cones.basis.rowArrays
      tree = cones.tree
    }
  }
}

// MARK: - From the document

extension ModelDocument {
  func model(file: String) throws(ModelFileError) -> ModelFile {
    let problem = try problem.problem(file: file)
    try ModelFile.checkShape("the rows of V", V.count, U.count, file)
    let outputs = problem.outputDimension
    if let W { try ModelFile.checkShape("the rows of W", W.count, problem.inputDimension, file) }
    guard let kind = ModelFile.LowerBoundKind(rawValue: lowerBoundKind) else {
      throw .badJSON(file: file, path: "lowerBoundKind", reason: "'\(lowerBoundKind)' is not a kind of lower bound")
    }
    return ModelFile(
      problem: problem,
      network: TwoLayerReLUNetwork(
        U: try Self.matrix(U, "U", columns: problem.inputDimension, file: file),
        V: try Self.matrix(V, "V", columns: outputs, file: file),
        linear: try W.map { rows throws(ModelFileError) in try Self.matrix(rows, "W", columns: outputs, file: file) }),
      upperBound: upperBound, lowerBound: lowerBound, lowerBoundKind: kind,
      certificate: try certificate?.certificate(outputs: outputs, file: file))
  }

  static func matrix(
    _ rows: [[Double]], _ name: String, columns: Int, file: String
  ) throws(ModelFileError) -> DenseMatrix {
    for (i, row) in rows.enumerated() {
      try ModelFile.checkShape("the entries in row \(i) of \(name)", row.count, columns, file)
    }
    return DenseMatrix(rowArrays: rows, columns: columns)
  }
}

extension ModelDocument.Problem {
  func problem(file: String) throws(ModelFileError) -> ModelFile.Problem {
    guard network == ModelFile.networkKind else {
      throw .badJSON(file: file, path: "problem.network", reason: "'\(network)' is not a known kind of network")
    }
    let targets: ModelFile.Problem.Targets
    switch (label, classes, outputs) {
    case (let label?, let classes?, nil): targets = .classes(label: label, names: classes)
    case (nil, nil, let outputs?): targets = .outputs(outputs)
    default:
      throw .badJSON(file: file, path: "problem", reason: "either 'label' with 'classes' or 'outputs' is needed")
    }
    guard let loss = Loss(self.loss ?? "squared") else {
      throw .badJSON(file: file, path: "problem.loss", reason: "'\(self.loss ?? "")' is not a known loss")
    }
    let terms = TrainingTerms(
      weightDecay: weightDecay, loss: loss, bias: bias, inputNorm: inputNorm ?? .l2, skip: skip ?? false, patches: patches)
    return ModelFile.Problem(terms: terms, featureNames: features, targets: targets)
  }
}

extension ModelDocument.Certificate {
  func certificate(outputs: Int, file: String) throws(ModelFileError) -> ModelFile.Certificate {
    let Z = try ModelDocument.matrix(Z, "Z", columns: outputs, file: file)
    switch kind {
    case .sectors: return .sectors(Z: Z)
    case .dnn:
      guard let alphaAlpha, let betaBeta, let alphaBeta, let mu, let theta else {
        throw .badJSON(
          file: file, path: "certificate",
          reason: "kind dnn needs 'alphaAlpha', 'betaBeta', 'alphaBeta', 'mu' and 'theta'")
      }
      let certificate = DNNCertificate(
        Z: Z, alphaAlpha: alphaAlpha.map(\.multiplier), betaBeta: betaBeta.map(\.multiplier),
        alphaBeta: alphaBeta.map(\.multiplier), mu: mu)
      return .dnn(certificate, theta: theta)
    case .cones:
      guard let theta, let basis, let tree else {
        throw .badJSON(file: file, path: "certificate", reason: "kind cones needs 'theta', 'basis' and 'tree'")
      }
      return .cones(
        ConeCertificate(
          Z: Z, basis: try ModelDocument.matrix(basis, "basis", columns: basis.count, file: file), theta: theta, tree: tree))
    }
  }
}
