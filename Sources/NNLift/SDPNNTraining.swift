import ConeModel
import ConeSolver

/// Trains a two-layer ReLU network through SDP-NN: relaxation, proven lower bound, network, upper bound.
///
///     data → reductions → SDP-NN → interior-point solve → bound from its dual → rounding and refit → bracket
///
/// Both ends of the bracket hold for the user's data: the upper bound is the objective of the returned network, the lower bound
/// is proved in floating point from a dual matrix `Z` and a bound on `κ(Z)` (`DualBound`, with `DNNCertificate` or, for inputs
/// of rank at most 2, `KappaBySectors`); whichever of the available proofs gives more is kept.
public struct SDPNNTraining: Sendable {
  /// What is happening, for progress displays.
  public enum Progress: Sendable {
    /// The relaxation is stated: order of the moment matrix, equalities, nonnegative rows.
    case stated(order: Int, equalities: Int, inequalities: Int)
    /// The solver is set up; why it chose its linear system.
    case prepared(strategyReason: String)
    /// An iteration on the relaxation; its objectives have every constant of the training problem.
    case relaxation(Iteration)
    /// The relaxation has ended, in whatever status; its bound is about to be proved.
    case relaxed(SDPNN.Relaxation)
    case bounded(lowerBound: Double)
    /// An iteration on the output weights of a refit round, the first round aside, which always ends.
    case fitting(round: Int, Iteration)
    case refit(round: Int, objective: Double, neurons: Int)
  }

  /// What a number is, relative to the optimum `p*` of training.
  public enum BoundKind: String, Sendable {
    case lower = "lower bound"
    case upper = "upper bound"
  }

  /// How the lower bound is proved.
  public enum Proof: String, Sendable {
    /// Dual matrix with the exact maximum over the sectors of the circle.
    case sectors
    /// Dual matrix with doubly-nonnegative multipliers.
    case doublyNonnegative = "doubly_nonnegative"
    /// Dual matrix with a bound on each cone of a cover of the sphere.
    case cones
  }

  public struct Outcome: Sendable {
    /// Proven: `lowerBound ≤ p*`.
    public let lowerBound: Double
    /// The objective of `network`: `p* ≤ upperBound`.
    public let upperBound: Double
    public let proof: Proof
    /// The value of the relaxation, a lower bound on `p*` as far as the solver's residuals go; its proven part is in
    /// `lowerBound`.
    public let relaxation: SDPNN.Relaxation
    public let network: TwoLayerReLUNetwork
    public let certificate: ModelFile.Certificate

    /// `(upper − lower)/upper`.
    public var relativeGap: Double { upperBound > 0 ? (upperBound - lowerBound) / upperBound : 0 }
  }

  /// Tolerance asked of the relaxation; where double precision stops short the best iterate is used, since the bounds are
  /// proved afterwards anyway.
  static let relaxationTolerance = 1e-10

  public let training: ReLUTraining
  /// The relaxation, with the reductions of the data it rests on.
  public let lift: SDPNN

  /// - Throws: `UnsupportedTraining` outside the scope of `SDPNN`.
  public init(_ training: ReLUTraining) throws(UnsupportedTraining) {
    self.training = training
    lift = try SDPNN(training)
  }

  /// - Parameters:
  ///   - settings: strategy and threads of the solver, and limits for the relaxation; tolerances are the method's own.
  ///   - observer: receives progress and may stop the run at an iteration or a round; the best bracket so far comes
  ///     back then, with a network from one refit round at least.
  public func run(
    _ settings: Settings = Settings(), observer: @escaping (Progress) -> ObserverAction = { _ in .proceed }
  ) throws -> Outcome {
    let g = lift.reduction.groupCount
    _ = observer(.stated(order: lift.order, equalities: g, inequalities: 2 * g * (g - 1)))
    var relaxationSettings = settings
    relaxationSettings.epsAbs = Self.relaxationTolerance
    relaxationSettings.epsRel = Self.relaxationTolerance
    let relaxation = try lift.solve(
      relaxationSettings, prepared: { _ = observer(.prepared(strategyReason: $0)) },
      observer: { observer(.relaxation($0)) })
    _ = observer(.relaxed(relaxation))
    var best = try strongest(proofs(for: relaxation.certificate))
    _ = observer(.bounded(lowerBound: best.value))

    let refit = NetworkRefit(training: training, reduction: lift.reduction, outputs: lift.outputs)
    let rounded = try refit.run(
      from: NeuronCandidates.from(relaxation.moments, lift.coordinates), settings: settings,
      fitting: { observer(.fitting(round: $0, $1)) }
    ) { round, objective, neurons in
      observer(.refit(round: round, objective: objective, neurons: neurons)) == .proceed
    }
    if let bound = rounded.lowerBound, bound.value > best.value {
      best = try strongest([best, .init(sectors: bound.Z, training, lift.reduction)])
    }
    return Outcome(
      lowerBound: best.value, upperBound: rounded.objective, proof: best.proof, relaxation: relaxation,
      network: rounded.network, certificate: best.certificate)
  }

  private func proofs(for certificate: DNNCertificate) throws(CertificateError) -> [ProvenBound] {
    var list = [try ProvenBound(dnn: certificate, training, lift.reduction)]
    if lift.reduction.rank <= 2 { list.append(try ProvenBound(sectors: certificate.Z, training, lift.reduction)) }
    return list
  }

  private func strongest(_ bounds: [ProvenBound]) -> ProvenBound { bounds.max { $0.value < $1.value }! }
}
