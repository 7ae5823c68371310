import Foundation
import LinearAlgebra

/// The state of one `GlobalSearch`: the master, the best network, the best bound, the clock.
final class SearchRun {
  typealias Tuning = GlobalSearch.Tuning

  let search: GlobalSearch
  let options: GlobalSearch.Options
  let limits: SearchLimits
  let start = ContinuousClock.now
  private var master: AtomMaster
  private(set) var best: (network: TwoLayerReLUNetwork, objective: Double)
  var bound: ProvenBound?
  /// The dual matrix with the greatest potential, as far as directions are known: `Z` in the reduced outputs and its `κ`.
  private(set) var promising: (Z: DenseMatrix, kappa: Double, potential: Double)?
  var nodes = 0
  var oracleTime = 0.0
  /// Excess of `κ` over the known directions with which the next interim bound is tried.
  var excess = Tuning.ladder.first
  private(set) lazy var basis = ConePartition.whitening(search.reduction.directions)

  var training: ReLUTraining { search.training }
  var gamma: Double { search.training.weightDecay }
  var rank: Int { search.reduction.rank }
  var lowerBound: Double { bound?.value ?? 0 }
  var isClosed: Bool { best.objective - lowerBound <= options.gap * best.objective }
  var usesCones: Bool { (3...ConePartition.largestRank).contains(rank) && basis != nil }

  init(_ search: GlobalSearch, _ options: GlobalSearch.Options, isCancelled: @escaping @Sendable () -> Bool) {
    self.search = search
    self.options = options
    // What is kept back is for the bound at the end.
    limits = SearchLimits(timeLimit: options.timeLimit.map { $0 * (1 - Tuning.last.share) }, isCancelled: isCancelled)
    let training = search.training
    master = AtomMaster(
      inputs: DenseKernels.product(training.X, search.reduction.Q), targets: search.outputs.Y, weight: training.weightDecay)
    let zero = TwoLayerReLUNetwork(
      U: DenseMatrix(rows: 0, columns: training.inputDimension), V: DenseMatrix(rows: 0, columns: training.outputDimension))
    best = (zero, training.objective(of: zero))
  }

  func complete(
    from initial: TwoLayerReLUNetwork?, observer: (GlobalSearch.Progress) -> Void
  ) throws -> GlobalSearch.Outcome {
    // The oracle and the climbs have the threads; the masters are too small to share them.
    Dense.setThreads(1)
    if let initial { adopt(initial) }
    var round = 0
    var ending = GlobalSearch.Ending.stalled
    var lastGap = 1.0
    var sinceProgress = 0
    var starts: [[Double]] = []
    while round < Tuning.rounds {
      if let reason = limits.reason { ending = reason; break }
      if let limit = options.nodeLimit, nodes >= limit { ending = .nodeLimit; break }
      let before = (best.objective, lowerBound)
      master.solve(tolerance: max(Tuning.finestMaster, Tuning.masterShare * lastGap))
      let Z = master.dual()
      recordNetwork()
      var found = try separate(Z, starts: starts, round: round)
      starts = []
      // A separation that was cut short says nothing of κ.
      if let reason = limits.reason { ending = reason; break }
      regard(Z, kappa: found.first?.value)
      let potential = promising?.potential ?? 0
      lastGap = max(0, best.objective - potential) / max(best.objective, .leastNormalMagnitude)
      observer(progress(round, potential))
      if usesCones, !isClosed, let known = promising {
        if lastGap <= Tuning.oracleShare * options.gap || found.isEmpty {
          starts = try ask(known.Z, kappa: known.kappa, gapTarget: max(options.gap, 2 * lastGap))
        } else if isInterimDue {
          starts = try interimBound(known.Z, kappa: known.kappa)
        }
        if !starts.isEmpty {
          let missed = try separate(known.Z, starts: starts, round: round, withAtoms: false)
          if let kappa = missed.first?.value { promising = (known.Z, kappa, dualValue(known.Z, kappa: kappa)) }
          found += missed
        }
      }
      round += 1
      if isClosed { ending = .gapReached; break }
      let improved = best.objective < before.0 * (1 - Tuning.progress) || lowerBound > before.1
      sinceProgress = improved ? 0 : sinceProgress + 1
      if found.isEmpty && starts.isEmpty || sinceProgress >= Tuning.patience {
        ending = limits.reason ?? .stalled
        break
      }
      let sizes = master.atoms.indices.map { master.size($0) }
      master.keep { sizes[$0] > 0 }
      master.add(found.prefix(Tuning.additions).map(\.w))
    }
    try secureBound()
    observer(progress(round, promising?.potential ?? 0))
    guard let bound else { throw CertificateError.notFinite(what: "the bound", place: "the end of the search") }
    return GlobalSearch.Outcome(
      lowerBound: min(bound.value, best.objective), upperBound: best.objective, proof: bound.proof, network: best.network,
      certificate: bound.certificate, ending: isClosed ? .gapReached : ending, rounds: round, nodes: nodes)
  }

  private func progress(_ round: Int, _ potential: Double) -> GlobalSearch.Progress {
    GlobalSearch.Progress(
      round: round, atoms: master.atoms.indices.count { master.size($0) > 0 }, lowerBound: lowerBound,
      upperBound: best.objective, potential: max(potential, lowerBound), nodes: nodes, oracleTime: oracleTime,
      time: elapsed)
  }

  // MARK: Networks

  /// The neurons of a given network become atoms, and itself the best network if it is.
  private func adopt(_ network: TwoLayerReLUNetwork) {
    let balanced = network.balanced()
    let objective = training.objective(of: balanced)
    if objective < best.objective { best = (balanced, objective) }
    master.add((0..<balanced.width).compactMap { NeuronCandidates.unit(search.reduction.coordinates(balanced.U.row($0))) })
  }

  private func recordNetwork() {
    let active = master.atoms.indices.filter { master.size($0) > 0 }
    let c = search.outputs.rank
    let reduced = TwoLayerReLUNetwork(
      U: DenseMatrix(
        rowArrays: active.map { search.reduction.expand(master.atoms[$0]) }, columns: training.inputDimension),
      V: DenseMatrix(rowArrays: active.map { Array(master.G[$0 * c..<($0 + 1) * c]) }, columns: c))
    let network = search.outputs.expand(reduced).balanced()
    let objective = training.objective(of: network)
    if objective < best.objective { best = (network, objective) }
  }

  // MARK: The dual

  /// `Z` in the user's outputs, with the targets themselves where the input is zero.
  func expanded(_ Z: DenseMatrix) -> DenseMatrix {
    var full = DenseKernels.product(Z, search.outputs.B, transposeB: true)
    for j in search.reduction.zeroRows {
      for k in 0..<full.columns { full[j, k] = training.Y[j, k] }
    }
    return full
  }

  func dualValue(_ Z: DenseMatrix, kappa: Double) -> Double {
    let (product, square) = productAndSquare(Z)
    guard square > 0 else { return search.outputs.lossConstant }
    let scale = min(product / square, gamma / kappa)
    return scale * product - 0.5 * scale * scale * square + search.outputs.lossConstant
  }

  private func productAndSquare(_ Z: DenseMatrix) -> (Double, Double) {
    (DenseKernels.dot(Z.values, search.outputs.Y.values), DenseKernels.dot(Z.values, Z.values))
  }

  /// Takes note of a dual matrix and the largest `κ` that was found for it.
  private func regard(_ Z: DenseMatrix, kappa found: Double?) {
    let kappa = max(gamma, found ?? 0)
    let potential = dualValue(Z, kappa: kappa)
    if potential >= promising?.potential ?? 0 { promising = (Z, kappa, potential) }
  }

  /// The greatest `κ` with which `Z` closes a gap.
  func kappa(closing gap: Double, _ Z: DenseMatrix) -> Double {
    let (product, square) = productAndSquare(Z)
    let target = best.objective * (1 - gap) - search.outputs.lossConstant
    guard target > 0 else { return .infinity }
    let scale = 2 * target / (product + max(0, product * product - 2 * square * target).squareRoot())
    return gamma / scale
  }

  // MARK: Separation

  /// Directions with `κ` above `γ`, largest first. For rank at most 2 they are all local maxima, and the bound is raised.
  private func separate(
    _ Z: DenseMatrix, starts: [[Double]], round: Int, withAtoms: Bool = true
  ) throws -> [(w: [Double], value: Double)] {
    let threshold = gamma * Tuning.violation
    if rank <= 2 {
      let sectors = try KappaBySectors(Z: Z, reduction: search.reduction, threshold: threshold)
      if dualValue(Z, kappa: sectors.kappa) > lowerBound {
        let proven = try ProvenBound(sectors: expanded(Z), training, search.reduction)
        if proven.value > lowerBound || bound == nil { bound = proven }
      }
      return sectors.maxima.compactMap { maximum in
        NeuronCandidates.unit(search.reduction.coordinates(maximum.direction)).map { ($0, maximum.value) }
      }
    }
    let map = KinkedMap(ReducedDual(Z: Z, reduction: search.reduction))
    var list = starts
    if withAtoms {
      list += master.atoms.indices.filter { master.size($0) > 0 }.map { master.atoms[$0] }
      list += randomStarts(round)
    }
    let climbs = LocalMaxima(map: map, threads: options.threads, limits: limits)
    let maxima = climbs.above(threshold, from: list)
    guard withAtoms else { return maxima }
    return maxima + climbs.onKinks(above: threshold, near: maxima.map(\.w) + list, round: round)
  }

  /// Gaussian directions, every other one in whitened coordinates.
  private func randomStarts(_ round: Int) -> [[Double]] {
    var random = GaussianSequence(seed: UInt64(round))
    return (0..<Tuning.randomStarts).compactMap { k in
      var w = (0..<rank).map { _ in random.next() }
      if k % 2 == 0, let basis { w = (0..<rank).map { i in (0..<rank).reduce(0) { $0 + basis[i, $1] * w[$1] } } }
      return NeuronCandidates.unit(w)
    }
  }
}
