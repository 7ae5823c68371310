/// A trained network with its certificate: what is claimed, and what another reader needs to check the claim against
/// the data.
public struct ModelFile: Sendable, Equatable {
  /// What was trained on which columns.
  public struct Problem: Sendable, Equatable {
    /// What the outputs of the network mean.
    public enum Targets: Sendable, Equatable {
      /// One output per class of the named column, in this order.
      case classes(label: String, names: [String])
      /// One output per named column.
      case outputs([String])
    }

    public var terms: TrainingTerms
    public var featureNames: [String]
    public var targets: Targets

    public init(terms: TrainingTerms, featureNames: [String], targets: Targets) {
      self.terms = terms
      self.featureNames = featureNames
      self.targets = targets
    }

    /// The problem of training on a data set.
    public init(dataset: Dataset, terms: TrainingTerms) {
      let targets: Targets =
        switch dataset.targets {
        case .classes(let label, let names, _): .classes(label: label, names: names)
        case .outputs(let names): .outputs(names)
        }
      self.init(terms: terms, featureNames: dataset.featureNames, targets: targets)
    }

    /// How to read the data set of this problem from a table.
    public var targetColumns: TargetColumns {
      switch targets {
      case .classes(let label, _): .label(label)
      case .outputs(let names): .outputs(names)
      }
    }

    public var outputNames: [String] {
      switch targets {
      case .classes(_, let names), .outputs(let names): names
      }
    }

    /// Entries of an input weight: the features that a unit sees, and one more with a bias.
    public var inputDimension: Int { terms.inputDimension(columns: featureNames.count) }

    /// One output a name; for two classes under a margin loss a single one.
    public var outputDimension: Int {
      if case .classes(_, let names) = targets, terms.loss.isMargin, names.count == 2 { return 1 }
      return outputNames.count
    }
  }

  /// What stands behind the lower bound.
  public enum LowerBoundKind: String, Sendable, CaseIterable {
    /// The certificate in the file proves it.
    case certified
    /// A solver's word: nothing in the file proves it.
    case numerical
  }

  /// A dual matrix `Z`, `n × c` in the user's rows, and how to bound `κ(Z)`.
  public enum Certificate: Sendable, Equatable {
    /// By `KappaBySectors`, for inputs of rank at most 2; `Z` is all it needs.
    case sectors(Z: DenseMatrix)
    /// By `DNNCertificate`; `theta` is the `θ` that was proved when the file was written.
    case dnn(DNNCertificate, theta: Double)
    /// By `KappaByCones`.
    case cones(ConeCertificate)

    public var Z: DenseMatrix {
      switch self {
      case .sectors(let Z): Z
      case .dnn(let certificate, _): certificate.Z
      case .cones(let certificate): certificate.Z
      }
    }
  }

  public var problem: Problem
  public var network: TwoLayerReLUNetwork
  /// The objective of the network.
  public var upperBound: Double
  /// A bound on the optimum; see `lowerBoundKind`.
  public var lowerBound: Double
  public var lowerBoundKind: LowerBoundKind
  public var certificate: Certificate?

  public init(
    problem: Problem, network: TwoLayerReLUNetwork, upperBound: Double, lowerBound: Double,
    lowerBoundKind: LowerBoundKind, certificate: Certificate?
  ) {
    self.problem = problem
    self.network = network
    self.upperBound = upperBound
    self.lowerBound = lowerBound
    self.lowerBoundKind = lowerBoundKind
    self.certificate = certificate
  }

  /// A proven lower bound, lowered by 10⁻¹² of itself before it is written down: another machine's decompositions
  /// differ in the last digits, and a claim should be provable there too.
  public static func claim(provenLowerBound bound: Double) -> Double { bound - abs(bound) * 1e-12 }

  /// Checks every shape against the problem and every number for finiteness; `file` is the name used in errors.
  public func validate(file: String) throws(ModelFileError) {
    try check(problem.terms.weightDecay.isFinite && problem.terms.weightDecay > 0, file, "weightDecay is not a positive number")
    try check(!problem.featureNames.isEmpty, file, "there are no feature names")
    try check(!problem.outputNames.isEmpty, file, "there are no output names")
    try check(upperBound.isFinite, file, "upperBound is not a finite number")
    try check(lowerBound.isFinite, file, "lowerBound is not a finite number")
    try check(lowerBoundKind == .numerical || certificate != nil, file, "a certified lower bound has no certificate")
    try Self.checkShape("the columns of U", network.inputDimension, problem.inputDimension, file)
    try Self.checkShape("the columns of V", network.outputDimension, problem.outputDimension, file)
    try Self.checkFinite("U", network.U, file)
    try Self.checkFinite("V", network.V, file)
    if let W = network.linear { try Self.checkFinite("W", W, file) }
    guard let certificate else { return }
    try Self.checkShape("the columns of Z", certificate.Z.columns, problem.outputDimension, file)
    try Self.checkFinite("Z", certificate.Z, file)
    if case .cones(let cones) = certificate {
      try check(cones.theta.isFinite && cones.theta > 0, file, "theta is not a finite number greater than zero")
      try Self.checkFinite("basis", cones.basis, file)
    }
    guard case .dnn(let dnn, let theta) = certificate else { return }
    try check(theta.isFinite && theta >= 0, file, "theta is not a finite number of zero or more")
    try check(dnn.mu.allSatisfy(\.isFinite), file, "mu has an entry that is not a finite number")
    let pairs = dnn.alphaAlpha + dnn.betaBeta + dnn.alphaBeta
    try check(pairs.allSatisfy { $0.value.isFinite }, file, "a multiplier is not a finite number")
  }

  private func check(_ condition: Bool, _ file: String, _ reason: String) throws(ModelFileError) {
    guard condition else { throw .invalid(file: file, reason: reason) }
  }

  static func checkShape(
    _ what: String, _ found: Int, _ expected: Int, _ file: String
  ) throws(ModelFileError) {
    guard found == expected else { throw .wrongShape(file: file, what: what, found: found, expected: expected) }
  }

  private static func checkFinite(_ name: String, _ matrix: DenseMatrix, _ file: String) throws(ModelFileError) {
    guard let (i, j) = matrix.firstNonFinite else { return }
    throw .notFinite(file: file, what: name, row: i, column: j)
  }
}

/// A fault in a model file, with its place.
public enum ModelFileError: Error, Sendable, Equatable {
  case unreadable(file: String, reason: String)
  case unwritable(file: String, reason: String)
  /// Not JSON, or JSON without the fields of a model; `path` leads to the field.
  case badJSON(file: String, path: String, reason: String)
  case unsupportedVersion(file: String, found: Int, supported: Int)
  case wrongShape(file: String, what: String, found: Int, expected: Int)
  /// Zero-based place of a NaN or infinity.
  case notFinite(file: String, what: String, row: Int, column: Int)
  case invalid(file: String, reason: String)
}

extension ModelFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): return "\(file): cannot be read (\(reason)); check the path"
    case .unwritable(let file, let reason): return "\(file): cannot be written (\(reason)); check the folder"
    case .badJSON(let file, let path, let reason):
      let place = path.isEmpty ? "" : " at \(path)"
      return "\(file): not a model file\(place): \(reason); write it again with the command that trained the network"
    case .unsupportedVersion(let file, let found, let supported):
      return "\(file): format version \(found) is not known here, only \(supported); use a matching version of the tool"
    case .wrongShape(let file, let what, let found, let expected):
      return "\(file): \(what) number \(found), but the problem in the file needs \(expected); the file is damaged"
    case .notFinite(let file, let what, let row, let column):
      return "\(file): \(what) is not a finite number at row \(row), column \(column); the file is damaged"
    case .invalid(let file, let reason): return "\(file): \(reason); the file is damaged"
    }
  }
}
