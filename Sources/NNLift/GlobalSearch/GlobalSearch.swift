import ConeSolver
import Foundation

/// Trains a two-layer ReLU network to a *proved* global optimum: column generation with an exact oracle.
///
///     master over atoms → residual Z → great-circle separation → (nothing found) exact oracle → bracket
///
/// The master (`AtomMaster`) is the training problem over the directions known so far; its residual `Z` is optimal for the dual
/// as soon as `κ(Z) = max_{‖u‖≤1} ‖Zᵀ(Xu)_+‖ ≤ γ`. Directions above `γ` are new neurons; when climbing finds none worth the
/// gap, an exact oracle finds one or proves a bound on `κ(Z)`, and `DualBound` turns `Z` into a lower bound on `p*`: for inputs
/// of rank at most 2 the sectors of the circle, beyond it branch and bound over simplicial cones (`ConeSearch`), whose cover is
/// then proved in floating point by code of its own (`KappaByCones`). Method and proofs: docs/global-search.md.
public struct GlobalSearch: Sendable {
  public struct Options: Sendable {
    /// `(upper − lower)/upper` at which the search ends.
    public var gap = 1e-6
    /// Seconds after which the best bracket comes back.
    public var timeLimit: Double?
    /// Cones bounded by the oracle, over all its calls.
    public var nodeLimit: Int?
    public var threads = 2

    public init() {}
  }

  enum Tuning {
    /// Part of the gap that the last master and the known directions may leave before the oracle is asked.
    static let oracleShare = 0.25
    /// Accuracy of a master, relative to the gap before it.
    static let masterShare = 1e-3
    static let finestMaster = 1e-11
    /// A direction counts as violated when its `κ` exceeds `γ` by this factor.
    static let violation = 1 + 1e-11
    /// Directions added in one round.
    static let additions = 400
    static let randomStarts = 40
    /// Kinks that are climbed in a round, in turn, and steps on each. In three dimensions a kink is a circle, and one step finds its
    /// maximum: all are tried then.
    static let kinks = 300
    static let kinkSteps = 3
    /// Directions closer than this are one.
    static let sameDirection = 1e-8
    /// Part of a gap that the oracle may use; the rest is for rounding.
    static let gapRoom = 0.98
    /// Up to `easyRank` the bound that the gap needs is asked for at once; beyond, it gets so many nodes at first, and then ever
    /// sharper bounds are tried.
    static let easyRank = 4
    static let firstNodes = 4_000_000
    /// Excess of `κ` over the known directions with which the sharpening begins, and its factor.
    static let ladder = (first: 2.0, factor: 0.5)
    /// Seconds before the first interim bound, and the share of the time that these may take.
    static let interim = (begin: 1.0, share: 0.15)
    /// For bounds after the end of a run: share of its time, seconds at least, attempts.
    static let last = (share: 0.1, least: 0.5, attempts: 12)
    /// Groups up to which a bound from eigenvalues is computed where cones give none.
    static let spectralGroups = 1_000
    static let rounds = 100_000
    /// Rounds without progress of either bound before giving up.
    static let patience = 40
    static let progress = 1e-13
  }

  /// Why a search ended.
  public enum Ending: String, Sendable {
    case gapReached
    case timeLimit
    case nodeLimit
    case cancelled
    /// Neither bound moves any more.
    case stalled
  }

  /// Where the search is.
  public struct Progress: Sendable {
    public let round: Int
    /// Atoms of nonzero weight.
    public let atoms: Int
    /// Proved.
    public let lowerBound: Double
    public let upperBound: Double
    /// What the lower bound would be if no better direction than the known ones existed. Not proved.
    public let potential: Double
    /// Cones bounded so far, and seconds spent on them.
    public let nodes: Int
    public let oracleTime: Double
    /// Seconds since the start.
    public let time: Double
  }

  public struct Outcome: Sendable {
    /// Proven: `lowerBound ≤ p*`.
    public let lowerBound: Double
    /// The objective of `network`: `p* ≤ upperBound`.
    public let upperBound: Double
    public let proof: SDPNNTraining.Proof
    public let network: TwoLayerReLUNetwork
    public let certificate: ModelFile.Certificate
    public let ending: Ending
    public let rounds: Int
    public let nodes: Int

    /// `(upper − lower)/upper`.
    public var relativeGap: Double { upperBound > 0 ? (upperBound - lowerBound) / upperBound : 0 }
  }

  public let training: ReLUTraining
  public let reduction: DataReduction
  public let outputs: OutputReduction

  public static let info = LiftInfo(
    name: "exact", guarantee: .exact, condition: "to the gap that is reached, proved",
    size: "group lassos over the neurons found, an oracle over the sphere",
    theorem: "column generation: dual feasibility decided by an exact oracle", source: "docs/global-search.md")
  public static let scope = TrainingScope()

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(_ training: ReLUTraining) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: "The global search")
    self.training = training
    reduction = DataReduction(training.X)
    outputs = OutputReduction(training.Y, zeroRows: reduction.zeroRows)
  }

  /// - Parameters:
  ///   - initial: a network whose neurons the search starts from.
  ///   - isCancelled: asked often, from several threads; a bracket comes back soon after it is true.
  ///   - observer: receives the progress, once a round.
  /// - Throws: `CertificateError` when numbers leave double precision.
  public func run(
    _ options: Options = Options(), from initial: TwoLayerReLUNetwork? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }, observer: (Progress) -> Void = { _ in }
  ) throws -> Outcome {
    let run = SearchRun(self, options, isCancelled: isCancelled)
    return try run.complete(from: initial, observer: observer)
  }
}
