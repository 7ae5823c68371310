import ConeReports
import Foundation
import NNLift

/// The result of `cone check` for programs to read. The JSON keys are a promise; see docs/command.md.
struct CheckReport: Encodable {
  struct Time: Encodable, Equatable {
    var read, check, total: Double
  }

  var passed: Bool
  /// Proved here.
  var lowerBound: Double
  /// Computed here; `nil` when the network does not fit the data.
  var upperBound: Double?
  var claimedLowerBound, claimedUpperBound: Double
  /// What proves the lower bound; `nil` without a certificate.
  var lowerBoundKind: String?
  var gap: Double?
  /// The proven bound on `κ(Z)`.
  var kappa: Double?
  var weightDecay: Double
  /// The multiple of `Z` that gave the lower bound.
  var scale: Double
  var rank: Int
  var neurons: Int
  var trainAccuracy: Double?
  var failures, remarks: [String]
  var time: Time

  init(_ check: CertificateCheck, of model: ModelFile, accuracy: Double?, time: Time) {
    passed = check.passed
    lowerBound = check.lowerBound
    upperBound = check.upperBound
    claimedLowerBound = model.lowerBound
    claimedUpperBound = model.upperBound
    lowerBoundKind = model.certificate.map { certificate in
      switch certificate {
      case .sectors: SDPNNTraining.Proof.sectors.rawValue
      case .dnn: SDPNNTraining.Proof.doublyNonnegative.rawValue
      case .cones: SDPNNTraining.Proof.cones.rawValue
      }
    }
    gap = check.relativeGap
    kappa = check.kappa
    weightDecay = model.problem.terms.weightDecay
    scale = check.scale
    rank = check.rank
    neurons = model.network.width
    trainAccuracy = accuracy
    failures = check.failures
    remarks = check.remarks
    self.time = time
  }

  enum CodingKeys: String, CodingKey {
    case passed
    case lowerBound = "lower_bound"
    case upperBound = "upper_bound"
    case claimedLowerBound = "claimed_lower_bound"
    case claimedUpperBound = "claimed_upper_bound"
    case lowerBoundKind = "lower_bound_kind"
    case gap, kappa
    case weightDecay = "weight_decay"
    case scale, rank, neurons
    case trainAccuracy = "train_accuracy"
    case failures, remarks, time
  }

  /// Every key is always there; what does not exist or is not finite is `null`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func number(_ value: Double?) -> JSONNumber { JSONNumber(value ?? .nan) }
    try container.encode(passed, forKey: .passed)
    try container.encode(number(lowerBound), forKey: .lowerBound)
    try container.encode(number(upperBound), forKey: .upperBound)
    try container.encode(number(claimedLowerBound), forKey: .claimedLowerBound)
    try container.encode(number(claimedUpperBound), forKey: .claimedUpperBound)
    try container.encode(lowerBoundKind, forKey: .lowerBoundKind)
    try container.encode(number(gap), forKey: .gap)
    try container.encode(number(kappa), forKey: .kappa)
    try container.encode(number(weightDecay), forKey: .weightDecay)
    try container.encode(number(scale), forKey: .scale)
    try container.encode(rank, forKey: .rank)
    try container.encode(neurons, forKey: .neurons)
    try container.encode(number(trainAccuracy), forKey: .trainAccuracy)
    try container.encode(failures, forKey: .failures)
    try container.encode(remarks, forKey: .remarks)
    try container.encode(time, forKey: .time)
  }
}
