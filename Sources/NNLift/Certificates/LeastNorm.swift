/// `min ‖z‖` subject to `zᵀv_k ≥ q_k`, by the nonnegative least-squares algorithm of C. L. Lawson and R. J. Hanson (1974) on
/// its dual, `z = Σμ_kv_k`, `μ ≥ 0`. What it returns is proposed, not proved.
final class LeastNorm {
  private let r: Int
  let z, multipliers: UnsafeMutablePointer<Double>
  private let v, gram, factor, solution: UnsafeMutablePointer<Double>
  private var passive: [Int] = []

  init(_ rank: Int) {
    r = rank
    z = .allocate(capacity: rank)
    multipliers = .allocate(capacity: rank)
    v = .allocate(capacity: rank * rank)
    gram = .allocate(capacity: rank * rank)
    factor = .allocate(capacity: rank * rank)
    solution = .allocate(capacity: rank)
    passive.reserveCapacity(rank)
  }

  deinit {
    for buffer in [z, multipliers, v, gram, factor, solution] { buffer.deallocate() }
  }

  func setVertices(_ vertices: UnsafeMutablePointer<Double>) {
    v.update(from: vertices, count: r * r)
    for i in 0..<r {
      for j in 0...i {
        var sum = 0.0
        for d in 0..<r { sum += v[i * r + d] * v[j * r + d] }
        gram[i * r + j] = sum
        gram[j * r + i] = sum
      }
    }
  }

  /// False when the arithmetic gives no solution.
  func solve(_ q: UnsafeMutablePointer<Double>) -> Bool {
    var scale = 0.0
    for k in 0..<r {
      multipliers[k] = 0
      scale = max(scale, abs(q[k]))
    }
    passive.removeAll(keepingCapacity: true)
    for _ in 0..<4 * r {
      var entering = -1
      var largest = 1e-14 * scale
      for k in 0..<r where !passive.contains(k) {
        var shortfall = q[k]
        for j in 0..<r { shortfall -= gram[k * r + j] * multipliers[j] }
        if shortfall > largest { (largest, entering) = (shortfall, k) }
      }
      if entering < 0 { break }
      passive.append(entering)
      while !passive.isEmpty {
        guard solvePassive(q) else { return false }
        var t = 1.0
        for (p, k) in passive.enumerated() where solution[p] <= 0 {
          t = min(t, multipliers[k] / (multipliers[k] - solution[p]))
        }
        for (p, k) in passive.enumerated() { multipliers[k] += t * (solution[p] - multipliers[k]) }
        if t == 1 { break }
        // Back to the boundary of the positive orthant: what is there leaves.
        var left: [Int] = []
        for (p, k) in passive.enumerated() {
          if solution[p] <= 0 && multipliers[k] <= 1e-15 * scale || multipliers[k] <= 0 { multipliers[k] = 0 } else { left.append(k) }
        }
        guard left.count < passive.count else { return false }
        passive = left
      }
    }
    for i in 0..<r {
      z[i] = 0
      for k in 0..<r { z[i] += multipliers[k] * v[k * r + i] }
    }
    return true
  }

  /// Cholesky on the rows and columns of the passive set.
  private func solvePassive(_ q: UnsafeMutablePointer<Double>) -> Bool {
    let m = passive.count
    for i in 0..<m {
      solution[i] = q[passive[i]]
      for j in 0...i { factor[i * r + j] = gram[passive[i] * r + passive[j]] }
    }
    for k in 0..<m {
      guard factor[k * r + k] > 0 else { return false }
      let root = factor[k * r + k].squareRoot()
      for i in k..<m { factor[i * r + k] /= root }
      solution[k] /= root
      for j in k + 1..<max(m, k + 1) {
        for i in j..<m { factor[i * r + j] -= factor[i * r + k] * factor[j * r + k] }
        solution[j] -= factor[j * r + k] * solution[k]
      }
    }
    for k in (0..<m).reversed() {
      for i in k + 1..<max(m, k + 1) { solution[k] -= factor[i * r + k] * solution[i] }
      solution[k] /= factor[k * r + k]
    }
    return true
  }
}
