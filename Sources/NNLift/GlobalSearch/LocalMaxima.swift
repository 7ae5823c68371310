import Dispatch
import Foundation
import Synchronization

/// Climbs from many starts at once; the same answer whatever the number of threads.
struct LocalMaxima {
  let map: KinkedMap
  let threads: Int
  let limits: SearchLimits

  /// Where a climb begins, and the row whose kink it keeps to, if any.
  struct Start {
    var w: [Double]
    var row: Int?
  }

  /// The distinct local maxima of `‖h‖` above `threshold`, largest first.
  func above(_ threshold: Double, from starts: [[Double]]) -> [(w: [Double], value: Double)] {
    above(threshold, from: starts.map { Start(w: $0) })
  }

  /// Large values of `‖h‖` on the kinks `x_gᵀw = 0`, where they are above `threshold`: a few steps within each from the nearest of
  /// some points. Residuals of mixed signs have their maxima where many kinks meet, and these shift from one to the next as the
  /// residual changes: here are the directions of rounds to come, which the maxima of one residual do not show.
  func onKinks(above threshold: Double, near points: [[Double]], round: Int) -> [(w: [Double], value: Double)] {
    let share = map.rank == 3 ? map.count : min(map.count, GlobalSearch.Tuning.kinks)
    let starts = (0..<share).compactMap { k -> Start? in
      let g = (round * share + k) % map.count
      let x = map.row(g)
      let nearest = points.min { abs(DenseKernels.dot($0, x)) < abs(DenseKernels.dot($1, x)) }
      return nearest.map { Start(w: $0, row: g) }
    }
    return above(threshold, from: starts)
  }

  private func above(_ threshold: Double, from starts: [Start]) -> [(w: [Double], value: Double)] {
    let next = Atomic<Int>(0)
    let peaks = Mutex<[(w: [Double], value: Double)?]>([(w: [Double], value: Double)?](repeating: nil, count: starts.count))
    let (map, limits) = (map, limits)
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, starts.count))) { _ in
      let circle = GreatCircle(map)
      while limits.reason == nil {
        let k = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard k < starts.count else { break }
        let peak = circle.climb(from: starts[k].w, seed: UInt64(k), off: starts[k].row.map(map.row))
        if peak.value > threshold { peaks.withLock { $0[k] = peak } }
      }
    }
    var distinct: [(w: [Double], value: Double)] = []
    for peak in peaks.withLock({ $0 }).compactMap({ $0 }).sorted(by: { $0.value > $1.value }) {
      let isNew = !distinct.contains { known in
        zip(known.w, peak.w).allSatisfy { abs($0 - $1) <= GlobalSearch.Tuning.sameDirection }
      }
      if isNew { distinct.append(peak) }
    }
    return distinct
  }
}

/// When a search must end.
struct SearchLimits: Sendable {
  let isCancelled: @Sendable () -> Bool
  private let deadline: ContinuousClock.Instant?

  init(timeLimit: Double?, isCancelled: @escaping @Sendable () -> Bool) {
    self.isCancelled = isCancelled
    deadline = timeLimit.map { .now + .seconds($0) }
  }

  /// `nil` while there is time.
  var reason: GlobalSearch.Ending? {
    if isCancelled() { return .cancelled }
    if let deadline, ContinuousClock.now >= deadline { return .timeLimit }
    return nil
  }
}

extension GlobalSearch {
  /// The unit input weights of the neuron that would lower a network's objective fastest, and `κ` there: the largest local
  /// maximum of `‖Zᵀ(Xu)_+‖` found, `Z` the residual of the network with its output weights as they are.
  public func steepestNeuron(for network: TwoLayerReLUNetwork) throws -> (direction: [Double], value: Double) {
    let Z = DenseKernels.product(training.residual(of: network), outputs.B)
    let zero = (direction: [Double](repeating: 0, count: training.inputDimension), value: 0.0)
    if reduction.rank <= 2 {
      let sectors = try KappaBySectors(Z: Z, reduction: reduction, threshold: 0)
      return sectors.maxima.first.map { ($0.direction, $0.value) } ?? zero
    }
    var random = GaussianSequence(seed: 1)
    let starts =
      (0..<network.width).compactMap { NeuronCandidates.unit(reduction.coordinates(network.U.row($0))) }
      + (0..<Tuning.randomStarts).compactMap { _ in
        NeuronCandidates.unit((0..<reduction.rank).map { _ in random.next() })
      }
    let map = KinkedMap(ReducedDual(Z: Z, reduction: reduction))
    let maxima = LocalMaxima(map: map, threads: 1, limits: SearchLimits(timeLimit: nil, isCancelled: { false }))
    return maxima.above(0, from: starts).first.map { (reduction.expand($0.w), $0.value) } ?? zero
  }
}
