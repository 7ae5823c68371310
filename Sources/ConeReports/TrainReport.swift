import ConeSolver
import Foundation
import NNLift

/// How a training run ended.
package enum TrainingStatus: String, Encodable {
  /// The lower bound is proved and the refit ran to its end.
  case complete
  case iterationLimit = "iteration_limit"
  case timeLimit = "time_limit"
  case nodeLimit = "node_limit"
  case cancelled
  /// Neither bound of a search moves any more, and the gap is above the one asked for.
  case stalled
  /// No positive lower bound was proved, or a number left double precision.
  case numericalFailure = "numerical_failure"

  /// - Parameter stopped: why the observer stopped the run, if it did.
  package init(_ outcome: SDPNNTraining.Outcome, stopped: TrainingStatus?) {
    if !outcome.upperBound.isFinite {
      self = .numericalFailure
    } else if let stopped {
      self = stopped
    } else {
      switch outcome.relaxation.solution.status {
      case .iterationLimit: self = .iterationLimit
      case .timeLimit: self = .timeLimit
      case .cancelled: self = .cancelled
      default: self = outcome.lowerBound > 0 || outcome.upperBound == 0 ? .complete : .numericalFailure
      }
    }
  }

  /// - Parameter status: of the solver, for a lift that is solved as it stands.
  package init(_ status: Status) {
    switch status {
    case .solved: self = .complete
    case .iterationLimit: self = .iterationLimit
    case .timeLimit: self = .timeLimit
    case .cancelled: self = .cancelled
    default: self = .numericalFailure
    }
  }

  package init(_ ending: GlobalSearch.Ending) {
    switch ending {
    case .gapReached: self = .complete
    case .timeLimit: self = .timeLimit
    case .nodeLimit: self = .nodeLimit
    case .cancelled: self = .cancelled
    case .stalled: self = .stalled
    }
  }
}

/// The result of `cone train` for programs to read. The JSON keys are a promise; see docs/command.md.
package struct TrainReport: Encodable {
  package struct Time: Encodable, Equatable {
    /// Seconds spent on reading the table.
    package var read: Double
    /// Seconds spent on the relaxation and the proof of its bound.
    package var lift: Double
    /// Seconds spent on rounding and refit.
    package var refit: Double
    /// All of it, and what lies between.
    package var total: Double

    package init(read: Double, lift: Double, refit: Double, total: Double) {
      (self.read, self.lift, self.refit, self.total) = (read, lift, refit, total)
    }
  }

  /// Absolute residuals of the relaxation: how far its value may be trusted.
  package struct LiftResiduals: Encodable {
    package var primal, dual, gap: JSONNumber
  }

  package var status: TrainingStatus
  package var lowerBound, upperBound, gap: JSONNumber
  package var lowerBoundKind: String
  package var liftValue: JSONNumber
  package var liftStatus: String
  package var liftIterations: Int
  package var liftResiduals: LiftResiduals
  /// `nil` for a lift without a network.
  package var neurons: Int?
  /// `nil` for regression.
  package var trainAccuracy: Double?
  package var time: Time
  /// Rounds of a search, and cones bounded by its oracle; a relaxation has neither.
  package var rounds, nodes: Int?

  package init(_ outcome: SDPNNTraining.Outcome, status: TrainingStatus, accuracy: Double?, time: Time) {
    let lift = outcome.relaxation
    self.status = status
    lowerBound = JSONNumber(outcome.lowerBound)
    upperBound = JSONNumber(outcome.upperBound)
    gap = JSONNumber(outcome.relativeGap)
    lowerBoundKind = outcome.proof.rawValue
    liftValue = JSONNumber(lift.value)
    liftStatus = lift.solution.status.rawValue
    liftIterations = lift.solution.iterations
    let residuals = lift.solution.residuals
    liftResiduals = LiftResiduals(
      primal: JSONNumber(residuals.primal), dual: JSONNumber(residuals.dual), gap: JSONNumber(residuals.gap))
    neurons = outcome.network.width
    trainAccuracy = accuracy
    self.time = time
  }

  /// A search has no relaxation: its lift is the dual bound itself.
  package init(_ outcome: GlobalSearch.Outcome, accuracy: Double?, time: Time) {
    status = TrainingStatus(outcome.ending)
    lowerBound = JSONNumber(outcome.lowerBound)
    upperBound = JSONNumber(outcome.upperBound)
    gap = JSONNumber(outcome.relativeGap)
    lowerBoundKind = outcome.proof.rawValue
    liftValue = lowerBound
    liftStatus = status.rawValue
    liftIterations = outcome.rounds
    liftResiduals = LiftResiduals(primal: JSONNumber(.nan), dual: JSONNumber(.nan), gap: JSONNumber(.nan))
    neurons = outcome.network.width
    trainAccuracy = accuracy
    self.time = time
    rounds = outcome.rounds
    nodes = outcome.nodes
  }

  /// A lift solved as it stands; its lower bound is the solver's dual value.
  ///
  /// - Parameters:
  ///   - guarantee: what its value is; `nil` for a bound on nothing but its own networks.
  ///   - factor: for an upper bound, a `ρ` with `p ≤ ρp*`, so that the dual value over it is a lower bound.
  ///   - upperBound: the objective of its network.
  package init<Network>(
    _ optimum: LiftedOptimum<Network>, guarantee: Guarantee?, factor: Double?, upperBound: Double?, neurons: Int?, accuracy: Double?,
    time: Time
  ) {
    let solution = optimum.solution
    status = TrainingStatus(solution.status)
    let isSolved = [Status.solved, .almostSolved].contains(solution.status)
    let upper = upperBound ?? .nan
    let divisor = guarantee == .upperBound ? factor : guarantee == nil ? nil : 1
    let lower = isSolved ? divisor.map { optimum.dualValue / $0 } ?? .nan : .nan
    lowerBound = JSONNumber(lower)
    self.upperBound = JSONNumber(upper)
    let isBracketed = lower.isFinite && upper.isFinite
    gap = JSONNumber(!isBracketed ? .nan : upper > 0 ? max(0, (upper - lower) / upper) : 0)
    lowerBoundKind = ModelFile.LowerBoundKind.numerical.rawValue
    liftValue = JSONNumber(optimum.value)
    liftStatus = solution.status.rawValue
    liftIterations = solution.underlying.iterations
    let residuals = solution.underlying.residuals
    liftResiduals = LiftResiduals(
      primal: JSONNumber(residuals.primal), dual: JSONNumber(residuals.dual), gap: JSONNumber(residuals.gap))
    self.neurons = neurons
    trainAccuracy = accuracy
    self.time = time
    liftKind = guarantee?.rawValue
  }

  /// A linear network whose optimum is written down: no program, no residuals.
  package init(closedForm value: Double, rank: Int, accuracy: Double?, time: Time) {
    status = .complete
    (lowerBound, upperBound, gap, liftValue) = (JSONNumber(value), JSONNumber(value), JSONNumber(0), JSONNumber(value))
    lowerBoundKind = ModelFile.LowerBoundKind.numerical.rawValue
    liftStatus = Status.solved.rawValue
    liftIterations = 0
    liftResiduals = LiftResiduals(primal: JSONNumber(.nan), dual: JSONNumber(.nan), gap: JSONNumber(.nan))
    neurons = rank
    trainAccuracy = accuracy
    self.time = time
    liftKind = Guarantee.exact.rawValue
  }

  /// The bracket of a method that is not one program; its bounds hold up to rounding.
  package init(
    lowerBound lower: Double, upperBound upper: Double, guarantee: Guarantee, isComplete: Bool, iterations: Int,
    neurons: Int, accuracy: Double?, time: Time
  ) {
    status = isComplete ? .complete : .iterationLimit
    lowerBound = JSONNumber(lower)
    upperBound = JSONNumber(upper)
    gap = JSONNumber(upper > 0 ? max(0, (upper - lower) / upper) : 0)
    lowerBoundKind = ModelFile.LowerBoundKind.numerical.rawValue
    liftValue = guarantee == .upperBound ? upperBound : lowerBound
    liftStatus = isComplete ? Status.solved.rawValue : status.rawValue
    liftIterations = iterations
    liftResiduals = LiftResiduals(primal: JSONNumber(.nan), dual: JSONNumber(.nan), gap: JSONNumber(.nan))
    self.neurons = neurons
    trainAccuracy = accuracy
    self.time = time
    liftKind = guarantee.rawValue
  }

  /// What the lift's value is, once solved.
  package var liftKind: String? = Guarantee.lowerBound.rawValue
  package var liftIsSolved: Bool { [Status.solved, .almostSolved].map(\.rawValue).contains(liftStatus) }

  /// The value of a relaxation that was not solved bounds nothing.
  package var liftValueIsBound: Bool { nodes != nil || liftIsSolved }

  /// What each figure is; `nil` when it is no bound. The gap is an upper bound on `(upper − p*)/upper`.
  package var kinds: [String: String?] {
    let (lower, upper) = (SDPNNTraining.BoundKind.lower.rawValue, SDPNNTraining.BoundKind.upper.rawValue)
    return [
      CodingKeys.lowerBound.rawValue: lower, CodingKeys.upperBound.rawValue: upper,
      CodingKeys.liftValue.rawValue: liftValueIsBound ? liftKind : nil, CodingKeys.gap.rawValue: upper,
      CodingKeys.neurons.rawValue: "exact", CodingKeys.trainAccuracy.rawValue: "exact",
    ]
  }

  enum CodingKeys: String, CodingKey {
    case status
    case lowerBound = "lower_bound"
    case upperBound = "upper_bound"
    case gap
    case lowerBoundKind = "lower_bound_kind"
    case liftValue = "lift_value"
    case liftStatus = "lift_status"
    case liftIterations = "lift_iterations"
    case liftResiduals = "lift_residuals"
    case neurons
    case trainAccuracy = "train_accuracy"
    case time, kinds, rounds, nodes
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(status, forKey: .status)
    try container.encode(lowerBound, forKey: .lowerBound)
    try container.encode(upperBound, forKey: .upperBound)
    try container.encode(gap, forKey: .gap)
    try container.encode(lowerBoundKind, forKey: .lowerBoundKind)
    try container.encode(liftValue, forKey: .liftValue)
    try container.encode(liftStatus, forKey: .liftStatus)
    try container.encode(liftIterations, forKey: .liftIterations)
    try container.encode(liftResiduals, forKey: .liftResiduals)
    try container.encode(neurons, forKey: .neurons)
    // Present as null in a regression, where the synthesised encoding would leave the key out.
    try container.encode(trainAccuracy, forKey: .trainAccuracy)
    try container.encode(time, forKey: .time)
    try container.encode(kinds, forKey: .kinds)
    try container.encodeIfPresent(rounds, forKey: .rounds)
    try container.encodeIfPresent(nodes, forKey: .nodes)
  }
}
