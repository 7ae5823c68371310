/// The claims of a model file, recomputed from the data and the file alone.
///
/// Nothing of the solve is trusted: the objective of the stored network gives the upper bound; the data reduction is
/// made again from the data, `κ̄` is proved again by the method the certificate names, and `DualBound` turns `Z` into a
/// lower bound that holds in exact arithmetic. The file passes when its claimed lower bound is at most the proven one
/// and its claimed upper bound at least the recomputed objective (within `Tolerance.objective`).
public struct CertificateCheck: Sendable, Equatable {
  public enum Tolerance {
    /// Relative difference allowed between the claimed and the recomputed objective, which is a plain sum.
    static let objective = 1e-9
    /// Relative difference allowed between the claimed and the proven `θ`, which rests on decompositions.
    static let theta = 1e-9
  }

  /// What lower bounds are proved for; upper bounds are checked for every training problem.
  public static let scope = TrainingScope()

  /// The recomputed objective of the network; `nil` when the network does not fit the data.
  public private(set) var upperBound: Double?
  /// The proven lower bound on the optimum; 0 when the file proves nothing.
  public private(set) var lowerBound = 0.0
  /// The proven bound on `κ(Z)`; `nil` without a usable certificate.
  public private(set) var kappa: Double?
  /// The multiple of `Z` that gave the lower bound.
  public private(set) var scale = 0.0
  /// Rank of the inputs, bias included.
  public private(set) var rank = 0
  /// One sentence per claim that does not hold.
  public private(set) var failures: [String] = []
  /// Sentences on what was not claimed and not checked.
  public private(set) var remarks: [String] = []

  /// True when every claim of the file holds.
  public var passed: Bool { failures.isEmpty }

  /// `(upper − lower)/upper` as recomputed; `nil` without an upper bound.
  public var relativeGap: Double? {
    upperBound.map { $0 > 0 ? ($0 - lowerBound) / $0 : 0 }
  }

  /// Checks a model file against the table it was trained on.
  ///
  /// - Throws: `DatasetError` or `ModelFileError` when a file cannot be read at all.
  public init(modelFile: String, csv: String) throws {
    let model = try ModelFile(contentsOf: modelFile)
    self.init(model, dataset: try Dataset(csv: csv, targets: model.problem.targetColumns))
  }

  /// Complexity: that of the named bound on `κ`; sectors O(n log n + nc), dnn O((g + r + c)³), cones O(nodes · mixed rows).
  public init(_ model: ModelFile, dataset: Dataset) {
    guard let training = matchedTraining(model, dataset) else { return }
    checkUpperBound(model, training)
    checkLowerBound(model, training)
  }

  /// The training problem of the file on this data, or `nil` with the mismatch named.
  private mutating func matchedTraining(_ model: ModelFile, _ dataset: Dataset) -> ReLUTraining? {
    do {
      try model.validate(file: "the model")
    } catch {
      failures.append("\(error).")
      return nil
    }
    compare("feature columns", data: dataset.featureNames, model: model.problem.featureNames)
    compare("outputs", data: dataset.outputNames, model: model.problem.outputNames)
    guard failures.isEmpty else { return nil }
    do {
      return try ReLUTraining(dataset: dataset, terms: model.problem.terms)
    } catch {
      failures.append("The data does not make a training problem: \(error).")
      return nil
    }
  }

  private mutating func compare(_ what: String, data: [String], model: [String]) {
    guard data != model else { return }
    failures.append(
      "The data has \(data.count) \(what) (\(Self.list(data))), but the model was trained on \(model.count) "
        + "(\(Self.list(model))).")
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? shown + ", …" : shown
  }

  private mutating func checkUpperBound(_ model: ModelFile, _ training: ReLUTraining) {
    let objective = training.objective(of: model.network)
    upperBound = objective
    if !(model.upperBound >= objective - Tolerance.objective * abs(objective)) {
      failures.append(
        "The file claims an upper bound of \(model.upperBound), but the objective of its network on this data is "
          + "\(objective).")
    }
  }

  private mutating func checkLowerBound(_ model: ModelFile, _ training: ReLUTraining) {
    let reduction = DataReduction(training.X)
    rank = reduction.rank
    if let certificate = model.certificate {
      do {
        try Self.scope.require(training, by: "The proof of a lower bound")
        proveLowerBound(certificate, training, reduction)
      } catch {
        failures.append("\(error).")
      }
    }
    switch model.lowerBoundKind {
    case .certified:
      guard !(model.lowerBound <= lowerBound) else { return }
      failures.append(
        "The file claims a lower bound of \(model.lowerBound), but its certificate proves only \(lowerBound) on this "
          + "data.")
    case .numerical:
      remarks.append("The lower bound \(model.lowerBound) is a solver's word; the file does not claim a proof of it.")
    }
  }

  private mutating func proveLowerBound(
    _ certificate: ModelFile.Certificate, _ training: ReLUTraining, _ reduction: DataReduction
  ) {
    let Z = certificate.Z
    guard Z.rows == training.sampleCount else {
      failures.append("The certificate has \(Z.rows) rows of Z, but the data has \(training.sampleCount) samples.")
      return
    }
    do {
      let kappa = try provenKappa(certificate, reduction)
      let bound = DualBound(Z: Z, Y: training.Y, weightDecay: training.weightDecay, kappa: kappa)
      (self.kappa, lowerBound, scale) = (kappa, bound.value, bound.scale)
    } catch {
      failures.append("The certificate does not fit the data: \(error).")
    }
  }

  private mutating func provenKappa(
    _ certificate: ModelFile.Certificate, _ reduction: DataReduction
  ) throws(CertificateError) -> Double {
    switch certificate {
    case .sectors(let Z):
      return try KappaBySectors(Z: Z, reduction: reduction).kappa
    case .dnn(let dnn, let theta):
      let proven = try dnn.provenKappa(for: reduction)
      if !(proven.theta <= theta * (1 + Tolerance.theta)) {
        failures.append("The file claims θ = \(theta), but its multipliers prove only θ = \(proven.theta).")
      }
      return proven.kappa
    case .cones(let cones):
      let dual = ReducedDual(Z: cones.Z, reduction: reduction)
      if try KappaByCones.proves(cones, dual: dual) { return dual.userBound(cones.theta) }
      failures.append("The file claims κ ≤ \(cones.theta) in reduced coordinates, but its cover does not prove it.")
      return .infinity
    }
  }
}
