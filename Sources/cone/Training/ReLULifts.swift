import ConeReports
import Foundation
import NNLift

/// The lifts of two-layer ReLU networks.
enum ReLULifts {
  static let entries: [LiftEntry] = [
    LiftEntry(
      .relu, SDPNN.info, scope: SDPNN.scope,
      program: { request in
        let program = try SDPNN(request.reluTraining()).program()
        return (program.problem, program.constant)
      },
      train: { request in try SDPNNSession(request).train() }),
    LiftEntry(.relu, GlobalSearch.info, scope: GlobalSearch.scope) { request in
      try SearchSession(request).train(request.output)
    },
    .relu(scope: ConvexReLU.scope) { training, _ in try ConvexReLU(training) },
    .relu(scope: SampledConvexReLU.scope) { training, options in
      try SampledConvexReLU(training, options.directions, seed: options.seed)
    },
    rayLasso(.relu),
    .relu(scope: SpikeFreeReLU.scope) { training, _ in try SpikeFreeReLU(training) },
    .relu(scope: OrthogonallySeparableReLU.scope) { training, _ in try OrthogonallySeparableReLU(training) },
    .relu(scope: NegativeCorrelationBound.scope) { training, _ in try NegativeCorrelationBound(training) },
    gated(.relu),
    gated(.gatedReLU),
    .relu(.conv, scope: ConvexReLU.scope) { training, _ in try ConvexReLU(training) },
    .relu(.conv, scope: SampledConvexReLU.scope) { training, options in
      try SampledConvexReLU(training, options.directions, seed: options.seed)
    },
    rayLasso(.conv),
  ]

  /// Over all rays, or over sampled directions when `--samples` is given.
  @Sendable private static func lasso(_ training: ReLUTraining, _ options: LiftOptions) throws -> RayLasso {
    let sampled = options.samples.map { _ in RayLasso.Hyperplanes.sampled(options.directions, seed: options.seed) }
    return try RayLasso(training, sampled ?? .exactWherePossible)
  }

  /// Cells up to which the factor of the rays is worth its time: each is triangulated.
  private static let triangulatedCells = 10_000.0

  @Sendable private static func rayFactor(_ lasso: RayLasso) -> Double? {
    let cells = SignPatterns.count(rows: lasso.reduction.groupCount, rank: lasso.reduction.rank)
    return cells <= triangulatedCells ? lasso.approximationFactor() : nil
  }

  /// The lasso, and its path when `--path` asks for it.
  private static func rayLasso(_ network: NetworkKind) -> LiftEntry {
    let solve = LiftEntry.relu(network, scope: RayLasso.scope, factor: rayFactor, lasso)
    return LiftEntry(network, RayLasso.info, scope: RayLasso.scope, program: solve.program) { request in
      if let path = request.options.path {
        let file = try OutputFile(path: path, option: "--path")
        let lassoPath = try LassoPath(lasso(request.reluTraining(), request.options))
        try file.write(Data(lassoPath.csv.utf8))
        request.output.console.line(
          LogField.line("path", "\(path): \(TrainingSummary.counted(lassoPath.points.count, "breakpoint"))"))
      }
      try solve.train(request)
    }
  }

  /// A gate in every cell, or as many as `--samples` says.
  private static func gated(_ network: NetworkKind) -> LiftEntry {
    LiftEntry(network, scope: ConvexGatedReLU.scope) { request in
      let training = try request.reluTraining()
      let sampling = request.options.samples.map { _ in request.options.directions }
      return PreparedLift(
        lift: try ConvexGatedReLU(training, gates: sampling, seed: request.options.seed),
        training: TrainingSummary.network(training.terms),
        guarantee: network == .gatedReLU ? .exact : sampling == nil ? .lowerBound : nil,
        judge: { network in
          let outputs = training.terms.pooled(network.predict(training.X), samples: training.sampleCount)
          return NetworkJudgement(
            objective: nil, neurons: network.gates.rows,
            accuracy: NetworkJudgement.accuracy(outputs, training.terms, request.dataset), model: nil)
        })
    }
  }

  /// Cells up to which the cone program is taken for small.
  private static let smallArrangement = 1_000.0
  /// Rank up to which the global search proves any gap.
  private static let searchedRank = 4

  static func automatic(_ request: TrainRequest) throws -> (String, String?) {
    let training = try request.reluTraining()
    let reduction = DataReduction(training.X)
    let cells = SignPatterns.count(rows: reduction.groupCount, rank: reduction.rank)
    let isSearchable = (try? GlobalSearch.scope.require(training, by: "")) != nil
    if isSearchable, reduction.rank <= searchedRank {
      return (GlobalSearch.info.name, "inputs of rank \(reduction.rank): the search proves the optimum to any gap")
    }
    if training.outputDimension == 1, cells <= smallArrangement {
      return (ConvexReLU.info.name, "one output and at most \(Int(cells)) cells: the cone program is exact")
    }
    if isSearchable { return (SDPNN.info.name, "inputs of rank \(reduction.rank): a lower bound and a network") }
    if training.outputDimension > 1 {
      return cells <= smallArrangement
        ? (TriangulatedProgram.info.name, "\(training.outputDimension) outputs and at most \(Int(cells)) cells: simplices of all of them")
        : (CellSplit.info.name, "\(training.outputDimension) outputs and up to \(cells) cells: a lower bound and a network")
    }
    return (SampledConvexReLU.info.name, "one output and up to \(cells) cells: sampled ones give an upper bound")
  }
}

extension LassoPath {
  /// A row a breakpoint.
  fileprivate var csv: String {
    let rows = points.map { point in
      let weights = point.coefficients.values.reduce(0) { $0 + abs($1) }
      let loss = point.objective - point.weightDecay * weights
      return "\(point.weightDecay),\(point.objective),\(loss),\(weights),\(point.neurons)"
    }
    return (["weight_decay,objective,loss,weights,neurons"] + rows).joined(separator: "\n") + "\n"
  }
}
