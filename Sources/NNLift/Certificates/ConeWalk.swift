/// One thread's depth-first walk over the cones of a certificate; the subdivision is that of `ConeCertificate`.
final class ConeWalk {
  private typealias Buffer = UnsafeMutablePointer<Double>

  /// A cone: vertices `y_k` and `v_k = By_k` as rows, the linear part `M`, `c × r`, of the settled rows, the mixed rows and
  /// their products with the vertices.
  private struct Level {
    let y, v, M, products: Buffer
    let mixed: UnsafeMutablePointer<Int>
    var count = 0

    init(r: Int, c: Int, rows: Int) {
      y = .allocate(capacity: r * r)
      v = .allocate(capacity: r * r)
      M = .allocate(capacity: max(1, c * r))
      products = .allocate(capacity: max(1, rows * r))
      mixed = .allocate(capacity: max(1, rows))
    }

    func deallocate() {
      for buffer in [y, v, M, products] { buffer.deallocate() }
      mixed.deallocate()
    }
  }

  private let program: ConeProgram
  private let r: Int
  private let c: Int
  private var levels: [Level] = []
  private let bound: ConeCheck
  /// Nodes that may be added to those of the certificate.
  var allowance = 0

  init(_ program: ConeProgram) {
    self.program = program
    (r, c) = (program.r, program.c)
    bound = ConeCheck(program)
  }

  deinit {
    for level in levels { level.deallocate() }
  }

  /// The cone at the root of a subtree, on level `path.count`; false when a vertex is not exact.
  private func begin(orthant: Int, path: [Bool]) -> Bool {
    reserve(0)
    for k in 0..<r {
      for d in 0..<r { levels[0].y[k * r + d] = d == k ? (orthant >> k & 1 == 1 ? -1 : 1) : 0 }
      setImage(0, k)
    }
    for k in 0..<c * r { levels[0].M[k] = 0 }
    var count = 0
    program.x.withUnsafeBufferPointer { x in
      for g in program.sizes.indices {
        for k in 0..<r { levels[0].products[count * r + k] = product(x, g, levels[0].v + k * r) }
        keepOrSettle(g, x, 0, &count)
      }
    }
    levels[0].count = count
    for (depth, second) in path.enumerated() {
      guard let edge = longestEdge(depth), makeHalf(depth, edge, second: second) else { return false }
    }
    return true
  }

  private func walk(_ depth: Int, _ position: inout Int, _ isSplit: (Int) -> Bool?) -> Bool {
    guard let split = isSplit(position) else { return false }
    position += 1
    guard split else { return isProved(depth, extra: 0) }
    guard let edge = longestEdge(depth) else { return false }
    for second in [false, true] {
      guard makeHalf(depth, edge, second: second), walk(depth + 1, &position, isSplit) else { return false }
    }
    return true
  }

  /// The bound on a leaf, or on the parts it takes.
  private func isProved(_ depth: Int, extra: Int) -> Bool {
    let level = levels[depth]
    if bound.isBelow(y: level.y, v: level.v, M: level.M, mixed: level.mixed, products: level.products, count: level.count) {
      return true
    }
    allowance -= 2
    guard extra < KappaByCones.Tuning.extraDepth, allowance >= 0, let edge = longestEdge(depth) else { return false }
    for second in [false, true] {
      guard makeHalf(depth, edge, second: second), isProved(depth + 1, extra: extra + 1) else { return false }
    }
    return true
  }

  private func reserve(_ depth: Int) {
    while levels.count <= depth { levels.append(Level(r: r, c: c, rows: program.sizes.count)) }
  }

  /// `nil` in dimension one.
  private func longestEdge(_ depth: Int) -> (Int, Int)? {
    let y = levels[depth].y
    func product(_ i: Int, _ j: Int) -> Double {
      var sum = 0.0
      for d in 0..<r { sum += y[i * r + d] * y[j * r + d] }
      return sum
    }
    var edge: (Int, Int)?
    var smallest = Double.infinity
    for i in 0..<r {
      for j in i + 1..<max(r, i + 1) {
        let inner = product(i, j)
        let cosine = inner * abs(inner) / (product(i, i) * product(j, j))
        if cosine < smallest { (smallest, edge) = (cosine, (i, j)) }
      }
    }
    return edge
  }

  /// Writes a half of a cone to the next level; false when the new vertex is not exact.
  private func makeHalf(_ depth: Int, _ edge: (Int, Int), second: Bool) -> Bool {
    reserve(depth + 1)
    let (parent, child) = (levels[depth], levels[depth + 1])
    let replaced = second ? edge.0 : edge.1
    child.y.update(from: parent.y, count: r * r)
    child.v.update(from: parent.v, count: r * r)
    child.M.update(from: parent.M, count: c * r)
    var square = 0.0
    for d in 0..<r {
      let (a, b) = (parent.y[edge.0 * r + d], parent.y[edge.1 * r + d])
      let sum = a + b
      let part = sum - a
      guard sum.isFinite, (a - (sum - part)) + (b - part) == 0 else { return false }
      child.y[replaced * r + d] = sum
      square += sum * sum
    }
    if square >= 2 {
      for d in 0..<r {
        let half = 0.5 * child.y[replaced * r + d]
        guard 2 * half == child.y[replaced * r + d] else { return false }
        child.y[replaced * r + d] = half
      }
    }
    setImage(depth + 1, replaced)
    var count = 0
    program.x.withUnsafeBufferPointer { x in
      for m in 0..<parent.count {
        let g = parent.mixed[m]
        for k in 0..<r { child.products[count * r + k] = parent.products[m * r + k] }
        child.products[count * r + replaced] = product(x, g, child.v + replaced * r)
        keepOrSettle(g, x, depth + 1, &count)
      }
    }
    levels[depth + 1].count = count
    return true
  }

  /// `v_k = By_k`.
  private func setImage(_ depth: Int, _ k: Int) {
    let level = levels[depth]
    for i in 0..<r {
      var sum = 0.0
      for d in i..<r { sum += program.basis[i, d] * level.y[k * r + d] }
      level.v[k * r + i] = sum
    }
  }

  @inline(__always)
  private func product(_ x: UnsafeBufferPointer<Double>, _ g: Int, _ v: Buffer) -> Double {
    var sum = 0.0
    for i in 0..<r { sum += x[g * r + i] * v[i] }
    return sum
  }

  /// The row whose products stand at place `count`: kept when mixed, else moved into the linear part or dropped.
  @inline(__always)
  private func keepOrSettle(_ g: Int, _ x: UnsafeBufferPointer<Double>, _ depth: Int, _ count: inout Int) {
    let level = levels[depth]
    var (least, greatest) = (0.0, 0.0)
    for k in 0..<r {
      least = min(least, level.products[count * r + k])
      greatest = max(greatest, level.products[count * r + k])
    }
    if least < 0 && greatest > 0 {
      level.mixed[count] = g
      count += 1
    } else if greatest > 0 {
      for j in 0..<c {
        for i in 0..<r { level.M[j * r + i] += program.s[g * c + j] * x[g * r + i] }
      }
    }
  }
}

extension ConeWalk {
  /// Whether the subtree that begins at node `first`, below the halves `path` of an orthant, is proved.
  func isProved(orthant: Int, path: [Bool], first: Int, isSplit: (Int) -> Bool?) -> Bool {
    var position = first
    return begin(orthant: orthant, path: path) && walk(path.count, &position, isSplit)
  }
}
