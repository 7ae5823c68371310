import NNLift

/// The result of `cone certify`. The JSON keys are a promise; see docs/command.md.
package struct CertifyReport: Encodable {
  package var status: TrainingStatus
  /// The given network's.
  package var objective: Double
  package var lowerBound, upperBound: Double
  package var lowerBoundKind: String
  /// `(objective − lower)/objective`: how far the given network is from optimal at most.
  package var excess: Double
  package var gap: Double
  package var neurons: Int
  /// Unit input weights of the neuron that lowers the given network's objective fastest, the bias first where there is one.
  package var neuron: [Double]
  /// `κ/γ` there: above 1, the neuron improves the network.
  package var neuronGain: Double
  package var time: Double
  package let names: [String]

  package init(
    _ outcome: GlobalSearch.Outcome, given: Double, neurons: Int, neuron: (direction: [Double], value: Double),
    names: [String], bias: Bias, weightDecay: Double, time: Double
  ) {
    status = TrainingStatus(outcome.ending)
    objective = given
    lowerBound = outcome.lowerBound
    upperBound = outcome.upperBound
    lowerBoundKind = outcome.proof.rawValue
    excess = given > 0 ? (given - outcome.lowerBound) / given : 0
    gap = outcome.relativeGap
    self.neurons = neurons
    self.neuron = neuron.direction
    neuronGain = neuron.value / weightDecay
    self.time = time
    self.names = (bias == .regularized ? ["1"] : []) + names
  }

  enum CodingKeys: String, CodingKey {
    case status, objective
    case lowerBound = "lower_bound"
    case upperBound = "upper_bound"
    case lowerBoundKind = "lower_bound_kind"
    case excess, gap, neurons, neuron
    case neuronGain = "neuron_gain"
    case time
  }
}
