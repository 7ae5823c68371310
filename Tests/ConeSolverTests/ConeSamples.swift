import TestSupport
import ConeSolver

/// Random points of cones, and membership, by the independent arithmetic.
extension Cone {
  /// `max {t : v − t e ∈ K}`; `dual` asks for `K*`, which differs for the zero cone only.
  func independentMargin(_ v: [Double], dual: Bool = false) -> Double {
    switch self {
    case .zero: return dual ? .infinity : -largest(v)
    case .nonnegative: return v.min() ?? .infinity
    case .secondOrder:
      guard let t = v.first else { return .infinity }
      let size = largest(Array(v.dropFirst()))
      if size == 0 { return t }
      return t - size * norm(v.dropFirst().map { $0 / size })
    case .positiveSemidefinite(let order): return jacobiEigenvalues(smat(v, order: order)).first ?? .infinity
    }
  }

  /// A point well inside `K`, or inside `K*` where the zero cone's is any vector.
  func interiorPoint(dual: Bool, _ rng: inout SplitMix64) -> [Double] {
    switch self {
    case .zero(let n): return dual ? rng.normals(n) : [Double](repeating: 0, count: n)
    case .nonnegative(let n): return (0..<n).map { _ in rng.uniform(0.2, 2) }
    case .secondOrder(let n):
      guard n > 0 else { return [] }
      let v = rng.normals(n - 1)
      return [norm(v) + rng.uniform(0.2, 1.5)] + v
    case .positiveSemidefinite(let k):
      let B = (0..<k).map { _ in rng.normals(k) }
      var M = product(B, transpose(B, columns: k))
      for i in 0..<k { M[i][i] += 0.3 }
      return svec(M)
    }
  }

  /// A strictly complementary pair: `s ∈ K`, `z ∈ K*`, `sᵀz = 0`, `s + z` inside.
  func complementaryPair(_ rng: inout SplitMix64) -> (s: [Double], z: [Double]) {
    let zero = [Double](repeating: 0, count: dimension)
    switch self {
    case .zero(let n): return (zero, rng.normals(n))
    case .nonnegative(let n):
      var s = zero
      var z = zero
      for i in 0..<n { if rng.chance(0.5) { s[i] = rng.uniform(0.2, 2) } else { z[i] = rng.uniform(0.2, 2) } }
      return (s, z)
    case .secondOrder(let n):
      let place = rng.uniform()
      if n < 2 || place < 0.5 {
        return rng.chance(0.5) ? (interiorPoint(dual: false, &rng), zero) : (zero, interiorPoint(dual: true, &rng))
      }
      let v = rng.normals(n - 1)
      let t = norm(v)
      let factor = rng.uniform(0.3, 2)
      return ([t] + v, [factor * t] + v.map { -factor * $0 })
    case .positiveSemidefinite(let k):
      let rank = rng.integer(0...k)
      let Q = randomOrthogonal(k, &rng)
      var s = Rows(repeating: [Double](repeating: 0, count: k), count: k)
      var z = s
      for l in 0..<k {
        let value = rng.uniform(0.3, 2)
        for i in 0..<k {
          for j in 0..<k {
            if l < rank { s[i][j] += value * Q[l][i] * Q[l][j] } else { z[i][j] += value * Q[l][i] * Q[l][j] }
          }
        }
      }
      return (svec(s), svec(z))
    }
  }
}

/// Orthonormal rows, by Gram and Schmidt done twice.
func randomOrthogonal(_ n: Int, _ rng: inout SplitMix64) -> Rows {
  var Q: Rows = []
  while Q.count < n {
    var v = rng.normals(n)
    for _ in 0..<2 { for q in Q { v = sum(v, q, -inner(q, v)) } }
    let length = norm(v)
    if length > 1e-3 { Q.append(v.map { $0 / length }) }
  }
  return Q
}

/// The least margin of a vector over a product of cones.
func independentMargin(_ cones: [Cone], _ v: [Double], dual: Bool) -> Double {
  var row = 0
  var least = Double.infinity
  for cone in cones {
    least = min(least, cone.independentMargin(Array(v[row..<row + cone.dimension]), dual: dual))
    row += cone.dimension
  }
  return least
}
