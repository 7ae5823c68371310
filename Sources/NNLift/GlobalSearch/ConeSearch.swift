import Dispatch
import Synchronization

/// What branch and bound found.
enum ConeSearchOutcome {
  /// Proved; the nodes of the trees, as in `ConeCertificate`.
  case proved([Bool])
  /// Points with `‖h(w)‖ > θ‖w‖`.
  case violated([[Double]])
  /// A limit came first.
  case stopped
}

/// Branch and bound over simplicial cones: proves `‖h(w)‖ ≤ θ‖w‖` for all `w`, or finds a `w` that violates it.
///
/// A cone carries, for each row of one sign on its vertices, nothing but its share in the linear part `N = MV` (`h(v_k)` of
/// the settled rows at the vertices), and for each mixed row the products `a_k = x_gᵀv_k`. Splitting an edge replaces one
/// vertex by the sum of two, hence one lane of every `N_j` and `a` by a sum: no inner products below the root. Cones are
/// walked depth first, so memory is that of one path; the bound of a cone is in `ConeBound`.
struct ConeSearch<Lanes: SIMD & Sendable>: Sendable where Lanes.Scalar == Double {
  let map: KinkedMap
  let basis: DenseMatrix
  /// `θ`.
  let threshold: Double

  /// After a violation the search goes on for more of them, up to this number and until the nodes have doubled.
  static var violationLimit: Int { 48 }

  /// - Parameters:
  ///   - nodeLimit: cones bounded before giving up.
  ///   - isStopped: asked now and then, by all threads.
  func run(threads: Int, nodeLimit: Int, isStopped: @escaping @Sendable () -> Bool) -> (outcome: ConeSearchOutcome, nodes: Int) {
    let taskCount = 1 << (map.rank + ConePartition.commonDepth)
    let next = Atomic<Int>(0)
    let nodes = Atomic<Int>(0)
    let limit = Atomic<Int>(nodeLimit)
    let halted = Atomic<Bool>(false)
    let results = Mutex<(trees: [[Bool]?], violations: [[Double]])>(([[Bool]?](repeating: nil, count: taskCount), []))
    DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
      let worker = ConeWorker<Lanes>(map: map, basis: basis, threshold: threshold)
      while !halted.load(ordering: .relaxed) {
        let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard task < taskCount else { break }
        worker.begin(
          orthant: task >> ConePartition.commonDepth, path: task & ((1 << ConePartition.commonDepth) - 1))
        let finished = worker.search { counted, violations in
          let all = nodes.wrappingAdd(counted, ordering: .relaxed).newValue
          if violations > 0 {
            limit.min(2 * all + Self.violationLimit * ConeWorker<Lanes>.batch, ordering: .relaxed)
          }
          return halted.load(ordering: .relaxed) || violations >= Self.violationLimit
            || all > limit.load(ordering: .relaxed) || isStopped()
        }
        if !finished { halted.store(true, ordering: .relaxed) }
        results.withLock {
          if finished { $0.trees[task] = worker.nodes }
          $0.violations += worker.violations
        }
      }
    }
    let total = nodes.load(ordering: .relaxed)
    return results.withLock { state in
      if !state.violations.isEmpty { return (.violated(state.violations), total) }
      let trees = state.trees.compactMap { $0 }
      guard trees.count == taskCount else { return (.stopped, total) }
      return (.proved(ConePartition.assembled(trees, rank: map.rank)), total)
    }
  }
}
