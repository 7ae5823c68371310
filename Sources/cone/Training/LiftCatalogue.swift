import ConeModel
import NNLift

/// One formulation as the command knows it: its row of `cone lifts`, how it trains, and the program it exports.
struct LiftEntry: Sendable {
  let network: NetworkKind
  let info: LiftInfo
  /// The training problems it covers; `nil` where a type of its own says.
  let scope: TrainingScope?
  let train: @Sendable (TrainRequest) throws -> Void
  /// The program and what is to be added to its objective; `nil` for a method that is more than one program.
  let program: (@Sendable (TrainRequest) throws -> (problem: Problem, constant: Double))?

  init(
    _ network: NetworkKind, _ info: LiftInfo, scope: TrainingScope?,
    program: (@Sendable (TrainRequest) throws -> (problem: Problem, constant: Double))? = nil,
    train: @escaping @Sendable (TrainRequest) throws -> Void
  ) {
    self.network = network
    self.info = info
    self.scope = scope
    self.program = program
    self.train = train
  }

  /// A lift of any kind of network: solved as it stands, its network judged on the data.
  init<L: Lift>(
    _ network: NetworkKind, scope: TrainingScope? = nil, _ prepare: @escaping @Sendable (TrainRequest) throws -> PreparedLift<L>
  ) {
    self.init(
      network, L.info, scope: scope,
      program: { request in
        let program = try prepare(request).lift.program()
        return (program.problem, program.constant)
      },
      train: { request in try LiftSession(request, prepare(request)).train() })
  }

  /// A lift of two-layer ReLU networks.
  ///
  /// - Parameter factor: for upper bounds, what they are within.
  static func relu<L: Lift>(
    _ network: NetworkKind = .relu, scope: TrainingScope, factor: @escaping @Sendable (L) -> Double? = { _ in nil },
    _ make: @escaping @Sendable (ReLUTraining, LiftOptions) throws -> L
  ) -> LiftEntry where L.Network == TwoLayerReLUNetwork {
    LiftEntry(network, scope: scope) { request in
      let training = try request.reluTraining()
      let lift = try make(training, request.options)
      var prepared = PreparedLift(
        lift: lift, training: TrainingSummary.network(training.terms),
        judge: { NetworkJudgement($0, training, request.dataset) })
      prepared.factor = { factor(lift) }
      return prepared
    }
  }
}

/// Every formulation, in the order of `cone lifts`. To add one, write its entry in a file beside this one and name the list here.
enum LiftCatalogue {
  static let entries: [LiftEntry] = ReLULifts.entries + LinearLifts.entries

  static func entries(for network: NetworkKind) -> [LiftEntry] { entries.filter { $0.network == network } }

  /// The lift of a run, and why it was chosen where the user left it open. The first of a network's lifts is its default; where
  /// that does not cover the terms of training, the choice is automatic.
  /// - Throws: `InputFault` for a network without lifts.
  static func entry(for request: TrainRequest) throws -> (entry: LiftEntry, reason: String?) {
    let options = request.options
    let entries = entries(for: options.network)
    let (name, reason): (String, String?)
    if let asked = options.lift, asked != LiftOptions.automatic {
      (name, reason) = (asked, nil)
    } else if options.lift == nil, let first = entries.first, first.scope?.covers(request.terms) ?? true {
      (name, reason) = (first.info.name, nil)
    } else {
      (name, reason) = try automatic(request)
    }
    guard let entry = entries.first(where: { $0.info.name == name }) else {
      throw InputFault("--network \(options.network.rawValue) has no lift yet; see cone lifts")
    }
    return (entry, reason)
  }

  /// The lift that proves most on the data at hand, and why.
  private static func automatic(_ request: TrainRequest) throws -> (String, String?) {
    switch request.options.network {
    case .relu, .conv: try ReLULifts.automatic(request)
    case .linear, .bilinear: try LinearLifts.automatic(request)
    default: (entries(for: request.options.network).first?.info.name ?? "", nil)
    }
  }
}
