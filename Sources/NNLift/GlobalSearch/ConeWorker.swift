/// A cone on the path: its vertices, linear part and mixed rows.
struct ConeLevel<Lanes: SIMD> where Lanes.Scalar == Double {
  /// Whitened and original coordinates of the vertices: lane `k` of entry `i` is coordinate `i` of vertex `k`.
  var y: UnsafeMutablePointer<Lanes>
  var w: UnsafeMutablePointer<Lanes>
  /// `N_j`: output `j` of the settled rows at the vertices.
  var settled: UnsafeMutablePointer<Lanes>
  var rows: UnsafeMutablePointer<Int32>
  var products: UnsafeMutablePointer<Lanes>
  var mixed = 0
  /// The edge at which this cone is split, and how many children were visited.
  var edge = (0, 1)
  var visited = 0

  init(rank: Int, outputs: Int, capacity: Int) {
    y = .allocate(capacity: rank)
    w = .allocate(capacity: rank)
    settled = .allocate(capacity: outputs)
    rows = .allocate(capacity: max(capacity, 1))
    products = .allocate(capacity: max(capacity, 1))
  }

  func deallocate() {
    y.deallocate()
    w.deallocate()
    settled.deallocate()
    rows.deallocate()
    products.deallocate()
  }
}

/// One thread's depth-first walk.
final class ConeWorker<Lanes: SIMD> where Lanes.Scalar == Double {
  /// Cones between two questions whether to stop.
  static var batch: Int { 512 }
  /// Depth at which a cone is given up; vertices are exact up to about twice this.
  static var depthLimit: Int { 120 }

  let map: KinkedMap
  let threshold: Double
  let r: Int
  let c: Int
  private let basis: DenseMatrix
  private let weights: UnsafeMutablePointer<Double>
  private let weightNorms: UnsafeMutablePointer<Double>
  private var levels: [ConeLevel<Lanes>] = []
  private let bound: ConeBound<Lanes>
  /// One truth value a node: whether it was split.
  private(set) var nodes: [Bool] = []
  private(set) var violations: [[Double]] = []

  init(map: KinkedMap, basis: DenseMatrix, threshold: Double) {
    self.map = map
    self.basis = basis
    self.threshold = threshold
    (r, c) = (map.rank, map.outputs)
    weights = .allocate(capacity: max(1, map.weights.count))
    weightNorms = .allocate(capacity: max(1, map.count))
    weights.initialize(from: map.weights, count: map.weights.count)
    for g in 0..<map.count { weightNorms[g] = DenseKernels.norm(Array(map.weights[g * c..<(g + 1) * c])) }
    bound = ConeBound(rank: r, outputs: c, weights: weights, weightNorms: weightNorms, threshold: threshold, capacity: map.count)
  }

  deinit {
    for level in levels { level.deallocate() }
    weights.deallocate()
    weightNorms.deallocate()
  }

  /// Makes the root of a task: an orthant after the unconditional splits of `path`.
  func begin(orthant: Int, path: Int) {
    nodes = []
    violations = []
    level(0, capacity: map.count)
    for i in 0..<r {
      var y = Lanes(repeating: 0)
      y[i] = orthant >> i & 1 == 1 ? -1 : 1
      levels[0].y[i] = y
      var w = Lanes(repeating: 0)
      for k in 0..<r { w[k] = basis[i, k] * (orthant >> k & 1 == 1 ? -1 : 1) }
      levels[0].w[i] = w
    }
    for j in 0..<c { levels[0].settled[j] = Lanes(repeating: 0) }
    var count = 0
    for g in 0..<map.count {
      var a = Lanes(repeating: 0)
      for i in 0..<r { a += map.rows[g * r + i] * levels[0].w[i] }
      settleOrKeep(g, a, into: 0, &count)
    }
    levels[0].mixed = count
    for depth in (0..<ConePartition.commonDepth).reversed() {
      let at = ConePartition.commonDepth - 1 - depth
      levels[at].edge = longestEdge(levels[at])
      split(at, second: path >> depth & 1 == 1)
    }
  }

  /// Depth-first search below the task's root. False when stopped.
  func search(_ isHalted: (_ counted: Int, _ violations: Int) -> Bool) -> Bool {
    let root = ConePartition.commonDepth
    var depth = root
    var counted = 0
    levels[depth].visited = -1
    while true {
      if levels[depth].visited < 0 {
        counted += 1
        if counted == Self.batch {
          if isHalted(counted, violations.count) { return false }
          counted = 0
        }
        switch bound.verdict(levels[depth]) {
        case .proved:
          nodes.append(false)
          levels[depth].visited = 2
        case .violated(let w):
          violations.append(w)
          nodes.append(false)
          levels[depth].visited = 2
        case .undecided:
          guard depth - root < Self.depthLimit else { return false }
          nodes.append(true)
          levels[depth].visited = 0
          levels[depth].edge = longestEdge(levels[depth])
        }
      } else if levels[depth].visited < 2 {
        let second = levels[depth].visited == 1
        levels[depth].visited += 1
        split(depth, second: second)
        depth += 1
        levels[depth].visited = -1
      } else {
        guard depth > root else { break }
        depth -= 1
      }
    }
    return !isHalted(counted, violations.count)
  }

  private func level(_ depth: Int, capacity: Int) {
    while levels.count <= depth { levels.append(ConeLevel(rank: r, outputs: c, capacity: map.count)) }
  }

  /// A row with one sign joins the linear part (or vanishes); a mixed one is kept.
  @inline(__always)
  private func settleOrKeep(_ g: Int, _ a: Lanes, into depth: Int, _ count: inout Int) {
    if any(a .> 0) {
      if any(a .< 0) {
        levels[depth].rows[count] = Int32(truncatingIfNeeded: g)
        levels[depth].products[count] = a
        count += 1
      } else {
        for j in 0..<c { levels[depth].settled[j] += weights[g * c + j] * a }
      }
    }
  }

  /// Writes the child of level `depth` that keeps vertex `i` (the first) or `j` (the second) of the split edge.
  private func split(_ depth: Int, second: Bool) {
    level(depth + 1, capacity: levels[depth].mixed)
    let parent = levels[depth]
    let (i, j) = parent.edge
    // The new vertex takes the place of the one that is not kept.
    let replaced = second ? i : j
    var square = 0.0
    for d in 0..<r {
      let m = parent.y[d][i] + parent.y[d][j]
      square += m * m
    }
    let scale = square >= 2 ? 0.5 : 1.0
    @inline(__always) func halved(_ x: Lanes) -> Lanes {
      var result = x
      result[replaced] = scale * (x[i] + x[j])
      return result
    }
    let child = levels[depth + 1]
    for d in 0..<r {
      child.y[d] = halved(parent.y[d])
      child.w[d] = halved(parent.w[d])
    }
    for k in 0..<c { child.settled[k] = halved(parent.settled[k]) }
    var count = 0
    for k in 0..<parent.mixed {
      let g = Int(parent.rows[k])
      let a = halved(parent.products[k])
      if any(a .> 0) {
        if any(a .< 0) {
          child.rows[count] = Int32(truncatingIfNeeded: g)
          child.products[count] = a
          count += 1
        } else {
          for j in 0..<c { child.settled[j] += weights[g * c + j] * a }
        }
      }
    }
    levels[depth + 1].mixed = count
  }

  /// The edge with the smallest cosine in whitened coordinates.
  private func longestEdge(_ level: ConeLevel<Lanes>) -> (Int, Int) {
    var squares = Lanes(repeating: 0)
    for d in 0..<r { squares += level.y[d] * level.y[d] }
    var best = (0, 1)
    var smallest = Double.infinity
    for i in 0..<r {
      for j in i + 1..<max(r, i + 1) {
        var product = 0.0
        for d in 0..<r { product += level.y[d][i] * level.y[d][j] }
        let cosine = product * abs(product) / (squares[i] * squares[j])
        if cosine < smallest { (smallest, best) = (cosine, (i, j)) }
      }
    }
    return best
  }
}
