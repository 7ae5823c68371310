/// The shortest `z` with `zᵀv_k ≥ q_k` for the vertices of a cone: `z = Vμ`, `μ ≥ 0`, `Kμ ≥ q` with equality where `μ > 0`,
/// `K = VᵀV`; active sets as in C. L. Lawson and R. J. Hanson, *Solving Least Squares Problems*, ch. 23.
struct ShortestVector<Lanes: SIMD> where Lanes.Scalar == Double {
  private let r: Int
  /// `K`, a row in each entry.
  private var gram: [Lanes]
  /// The inverse of `K` on the active vertices, zero elsewhere.
  private var inverseRows: [Lanes]
  private var active: Int = 0
  private(set) var multipliers = Lanes(repeating: 0)

  init(rank: Int) {
    r = rank
    gram = [Lanes](repeating: Lanes(repeating: 0), count: rank)
    inverseRows = gram
  }

  mutating func setVertices(_ w: UnsafeMutablePointer<Lanes>) {
    for i in 0..<r {
      var row = Lanes(repeating: 0)
      for d in 0..<r { row += w[d][i] * w[d] }
      gram[i] = row
    }
    invert((1 << r) - 1)
  }

  /// `‖z‖²`. All vertices are tried as active first; a wrong sign starts the search from there.
  mutating func solve(_ q: Lanes) -> Double {
    if active != (1 << r) - 1 { invert((1 << r) - 1) }
    var set = active
    for _ in 0..<3 * r {
      multipliers = inverse(times: q)
      // Leave: the most negative multiplier.
      var worst = -1
      var value = 0.0
      for k in 0..<r where set >> k & 1 == 1 && multipliers[k] < value { (worst, value) = (k, multipliers[k]) }
      if worst >= 0 {
        set &= ~(1 << worst)
        invert(set)
        continue
      }
      // Enter: the most violated constraint.
      var entering = -1
      var violation = 0.0
      for k in 0..<r where set >> k & 1 == 0 {
        let slack = (gram[k] * multipliers).sum() - q[k]
        if slack < violation { (entering, violation) = (k, slack) }
      }
      guard entering >= 0, violation < -1e-13 * (abs(q[entering]) + 1e-300) else { return max(0, (q * multipliers).sum()) }
      set |= 1 << entering
      invert(set)
    }
    return .infinity
  }

  func inverse(times a: Lanes) -> Lanes {
    var result = Lanes(repeating: 0)
    for k in 0..<r { result += a[k] * inverseRows[k] }
    return result
  }

  /// Inverse of the principal submatrix of a set of vertices by Gauss–Jordan elimination.
  private mutating func invert(_ set: Int) {
    active = set
    var work = gram
    for k in 0..<r { inverseRows[k] = Lanes(repeating: 0) }
    for k in 0..<r where set >> k & 1 == 1 { inverseRows[k][k] = 1 }
    for k in 0..<r where set >> k & 1 == 1 {
      let pivot = 1 / work[k][k]
      work[k] *= pivot
      inverseRows[k] *= pivot
      for i in 0..<r where i != k && set >> i & 1 == 1 {
        let factor = work[i][k]
        work[i] -= factor * work[k]
        inverseRows[i] -= factor * inverseRows[k]
      }
    }
    for k in 0..<r {
      for i in 0..<Lanes.scalarCount where i >= r || set >> i & 1 == 0 { inverseRows[k][i] = 0 }
    }
  }
}
