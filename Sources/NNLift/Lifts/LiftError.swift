/// Why a lift does not apply to a training problem.
public enum LiftError: Error, Sendable, Equatable {
  case notSpikeFree
  case notWhitened
  /// The input direction of a singular value above the weight decay is not active on all samples.
  case mixedSigns(singularValue: Double)
}

extension LiftError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notSpikeFree:
      return "the data are not spike-free: a neuron active on some samples only can do what no neuron active on all can"
    case .notWhitened:
      return "the samples are not orthonormal (XXᵀ = I); the closed form needs whitened data with n ≤ d"
    case .mixedSigns(let value):
      return "the singular direction of XᵀY for σ = \(value) has entries of both signs on the samples; "
        + "use the spike-free program"
    }
  }
}
