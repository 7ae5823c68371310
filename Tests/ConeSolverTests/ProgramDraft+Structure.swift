import ConeSolver
import TestSupport

/// Structures that presolve knows, given to a draft with all its witnesses.
extension ProgramDraft {
  /// A variable fixed at a random value, by an equality or by two inequalities that meet, that occurs in all rows and with
  /// curvature.
  mutating func appendFixedVariable(byPair: Bool, _ rng: inout SplitMix64) {
    let value = rng.normal()
    let scale = rng.uniform(0.5, 2)
    let coefficients = A.map { _ in rng.chance(0.5) ? rng.normal() : 0 }
    // With p = Pu and diagonal entry uᵀPu + δ the quadratic term stays semidefinite.
    let u = rng.normals(n)
    let p = product(P, u)
    let diagonal = largest(p) > 0 ? inner(u, p) + rng.uniform(0, 1) : 0
    let cost = rng.normal()
    for i in P.indices { P[i].append(p[i]) }
    P.append(p + [diagonal])
    q = sum(q, p, -value) + [cost]
    b = sum(b, coefficients, value)
    for i in A.indices { A[i].append(coefficients[i]) }
    let bounds = byPair ? [1, -scale] : [scale]
    cones.append(byPair ? .nonnegative(2) : .zero(1))
    A += bounds.map { bound in [Double](repeating: 0, count: n - 1) + [bound] }
    b += bounds.map { $0 * value }
    /// Multipliers of the new rows that make up for a gradient of the new variable.
    func multipliers(_ gradient: Double) -> [Double] {
      byPair ? [max(0, -gradient), max(0, gradient) / scale] : [-gradient / scale]
    }
    let zeros = bounds.map { _ in 0.0 }
    if let w = primal { primal = (w.x + [value], w.s + zeros) }
    func dualPart(_ x: [Double], _ z: [Double]) -> [Double] {
      z + multipliers(inner(p, x) + diagonal * value + cost + inner(coefficients, z))
    }
    if let w = dual { dual = (w.w + [value], dualPart(w.w, w.z)) }
    if let w = optimum { optimum = (w.x + [value], w.s + zeros, dualPart(w.x, w.z)) }
    if let w = farkas { farkas = w + multipliers(inner(coefficients, w)) }
    if let w = ray { ray = (w.x + [0], w.s + zeros) }
  }

  /// A variable of one row only: of an equality, or of an inequality that its cost makes active or that costs nothing.
  mutating func appendColumnSingleton(inEquality: Bool, _ rng: inout SplitMix64) {
    let pivot = (rng.chance(0.5) ? 1 : -1) * rng.uniform(0.5, 2)
    let rest = rng.normals(n)
    let bound = rng.normal()
    let multiplier = inEquality ? rng.normal() : rng.chance(0.3) ? 0 : rng.uniform(0.5, 2)
    for i in P.indices { P[i].append(0) }
    P.append([Double](repeating: 0, count: n + 1))
    q = sum(q, rest, -multiplier) + [-multiplier * pivot]
    for i in A.indices { A[i].append(0) }
    A.append(rest + [pivot])
    b.append(bound)
    cones.append(inEquality ? .zero(1) : .nonnegative(1))
    func variable(_ x: [Double], slack: Double) -> Double { (bound - slack - inner(rest, x)) / pivot }
    let slack = inEquality ? 0 : 1.0
    if let w = primal { primal = (w.x + [variable(w.x, slack: slack)], w.s + [slack]) }
    if let w = dual { dual = (w.w + [0], w.z + [multiplier]) }
    if let w = optimum { optimum = (w.x + [variable(w.x, slack: 0)], w.s + [0], w.z + [multiplier]) }
    if let w = farkas { farkas = w + [0] }
    if let w = ray { ray = (w.x + [-inner(rest, w.x) / pivot], w.s + [0]) }
  }

  /// Two variables between bounds, and a row over them that holds only where both are at one bound.
  mutating func appendForcingRow(isEquality: Bool, _ rng: inout SplitMix64) {
    let values = rng.normals(2)
    // x ≥ v for a positive coefficient of the row, x ≤ v for a negative one; the other bound is one unit away.
    let row = (0..<2).map { _ in (rng.chance(0.5) ? 1 : -1) * rng.uniform(0.5, 2) }
    let pivots = row.map { $0 > 0 ? -rng.uniform(0.5, 2) : rng.uniform(0.5, 2) }
    // An equality may hold the largest value of its negative instead.
    let sign: Double = isEquality && rng.chance(0.5) ? -1 : 1
    let coefficients = A.map { _ in rng.normals(2) }
    let costs = rng.normals(2)
    for i in P.indices { P[i] += [0, 0] }
    P += Rows(repeating: [Double](repeating: 0, count: n + 2), count: 2)
    q += costs
    for i in A.indices {
      A[i] += coefficients[i]
      b[i] += inner(coefficients[i], values)
    }
    let empty = [Double](repeating: 0, count: n - 2)
    A += [empty + row.map { sign * $0 }]
    b += [sign * inner(row, values)]
    cones.append(isEquality ? .zero(1) : .nonnegative(1))
    for j in 0..<2 {
      for bound in [pivots[j], -pivots[j]] {
        A.append(empty + (j == 0 ? [bound, 0] : [0, bound]))
        b.append(bound * values[j] + (bound == pivots[j] ? 0 : abs(bound)))
      }
    }
    cones.append(.nonnegative(4))
    let slack = [0, 0, abs(pivots[0]), 0, abs(pivots[1])]
    func multipliers(_ z: [Double], cost: Double) -> [Double] {
      let gradient = (0..<2).map { j in cost * costs[j] + inner(coefficients.map { $0[j] }, z) }
      let least = max(-gradient[0] / row[0], -gradient[1] / row[1])
      let y = isEquality ? least : max(0, least)
      let bounds = (0..<2).map { max(0, -(gradient[$0] + row[$0] * y) / pivots[$0]) }
      return z + [sign * y, bounds[0], 0, bounds[1], 0]
    }
    if let w = primal { primal = (w.x + values, w.s + slack) }
    if let w = dual { dual = (w.w + [0, 0], multipliers(w.z, cost: 1)) }
    if let w = optimum { optimum = (w.x + values, w.s + slack, multipliers(w.z, cost: 1)) }
    if let w = farkas { farkas = multipliers(w, cost: 0) }
    if let w = ray { ray = (w.x + [0, 0], w.s + [Double](repeating: 0, count: 5)) }
  }

  /// Two variables between −1 and 1, and a row over them that their bounds imply.
  mutating func appendRedundantRow(_ rng: inout SplitMix64) {
    for i in P.indices { P[i] += [0, 0] }
    P += Rows(repeating: [Double](repeating: 0, count: n + 2), count: 2)
    q += [0, 0]
    for i in A.indices { A[i] += [0, 0] }
    let row = rng.normals(2)
    let empty = [Double](repeating: 0, count: n - 2)
    A += [row, [1, 0], [-1, 0], [0, 2], [0, -2]].map { empty + $0 }
    let right = [abs(row[0]) + abs(row[1]) + (rng.chance(0.5) ? 0 : 1), 1, 1, 2, 2]
    b += right
    cones.append(.nonnegative(5))
    let zeros = [Double](repeating: 0, count: 5)
    if let w = primal { primal = (w.x + [0, 0], w.s + right) }
    if let w = dual { dual = (w.w + [0, 0], w.z + zeros) }
    if let w = optimum { optimum = (w.x + [0, 0], w.s + right, w.z + zeros) }
    if let w = farkas { farkas = w + zeros }
    if let w = ray { ray = (w.x + [0, 0], w.s + zeros) }
  }

  /// A semidefinite cone larger by one or two indices, and a variable that confines its multipliers to the face `T diag(Z, 0) Tᵀ`,
  /// `T = [I 0; U I]`: slacks `T⁻ᵀ diag(S, M) T⁻¹` with `M` any symmetric function of the variables plus the new one times `±I`.
  mutating func appendFace(_ rng: inout SplitMix64) {
    if !cones.contains(where: { if case .positiveSemidefinite(let k) = $0 { k > 1 } else { false } }) {
      appendEmptyRows(.positiveSemidefinite(order: 2), onBoundary: false, &rng)
    }
    var start = 0
    var chosen: (index: Int, order: Int, start: Int)?
    for (index, cone) in cones.enumerated() {
      if case .positiveSemidefinite(let k) = cone, k > 1 { chosen = (index, k, start) }
      start += cone.dimension
    }
    let (index, k, first) = chosen!
    let r = rng.integer(1...2)
    let (old, new) = (first..<first + k * (k + 1) / 2, (k + r) * (k + r + 1) / 2)
    // Small integers, so that the exposing matrix has its rank exactly.
    let U = (0..<r).map { _ in (0..<k).map { _ in Double(rng.integer(-1...2)) } }
    let place = Array(0..<k + r).shuffled(using: &rng)
    /// Packed `N` of order `k + r` with rows and columns put in their places.
    func placed(_ N: Rows) -> [Double] {
      var moved = N
      for i in N.indices { for j in N.indices { moved[place[i]][place[j]] = N[i][j] } }
      return svec(moved)
    }
    /// `T⁻ᵀ diag(S, M) T⁻¹ = [S + UᵀMU, −UᵀM; −MU, M]`.
    func slack(_ S: [Double], _ M: Rows) -> [Double] {
      let small = smat(S, order: k)
      let MU = product(M, U)
      var N = Rows(repeating: [Double](repeating: 0, count: k + r), count: k + r)
      for i in 0..<k { for j in 0..<k { N[i][j] = small[i][j] + inner(U.map { $0[i] }, MU.map { $0[j] }) } }
      for i in 0..<r {
        for j in 0..<k { (N[k + i][j], N[j][k + i]) = (-MU[i][j], -MU[i][j]) }
        for j in 0..<r { N[k + i][k + j] = M[i][j] }
      }
      return placed(N)
    }
    /// `T diag(Z, 0) Tᵀ = [Z, ZUᵀ; UZ, UZUᵀ]`.
    func multiplier(_ Z: [Double]) -> [Double] {
      let small = smat(Z, order: k)
      let V = (0..<k).map { i in (0..<k).map { $0 == i ? 1.0 : 0 } } + U
      return placed(product(V, product(small, transpose(V, columns: k))))
    }
    let symmetric = { (rng: inout SplitMix64) -> Rows in
      let values = rng.normals(3)
      return (0..<r).map { i in (0..<r).map { values[i + $0] } }
    }
    let constant = symmetric(&rng)
    let slopes = (0..<n).map { _ in symmetric(&rng) }
    let sign = rng.chance(0.5) ? 1.0 : -1
    let factor = sign * rng.uniform(0.5, 2)
    let identity = (0..<r).map { i in (0..<r).map { $0 == i ? factor : 0 } }
    let zero = [Double](repeating: 0, count: old.count)
    let columns = columnsOfA.indices.map { j in slack(columnsOfA[j][old].map { $0 }, slopes[j]) } + [slack(zero, identity)]
    let right = slack(Array(b[old]), constant)
    /// `M` without the new variable, and a value of it that makes `M ⪰ I`.
    func completion(_ x: [Double], tau: Double) -> (M: Rows, value: Double) {
      var M = constant.map { $0.map { $0 * tau } }
      for j in x.indices { for i in 0..<r { M[i] = sum(M[i], slopes[j][i], -x[j]) } }
      let value = -(1 + M.map { $0.map(abs).reduce(0, +) }.max()!) / factor
      for i in 0..<r { M[i][i] -= factor * value }
      return (M, value)
    }
    func lifted(_ x: [Double], _ s: [Double], tau: Double) -> (x: [Double], s: [Double]) {
      let (M, value) = completion(x, tau: tau)
      return (x + [value], s[..<old.lowerBound] + slack(Array(s[old]), M) + s[old.upperBound...])
    }
    func lifted(_ z: [Double]) -> [Double] { z[..<old.lowerBound] + multiplier(Array(z[old])) + z[old.upperBound...] }
    if let w = primal { primal = lifted(w.x, w.s, tau: 1) }
    if let w = dual { dual = (w.w + [0], lifted(w.z)) }
    if let w = optimum {
      let (x, s) = lifted(w.x, w.s, tau: 1)
      optimum = (x, s, lifted(w.z))
    }
    if let w = farkas { farkas = lifted(w) }
    if let w = ray { ray = lifted(w.x, w.s, tau: 0) }
    for i in P.indices { P[i].append(0) }
    P.append([Double](repeating: 0, count: n + 1))
    q.append(0)
    for i in A.indices { A[i].append(0) }
    A.replaceSubrange(old, with: (0..<new).map { position in columns.map { $0[position] } })
    b.replaceSubrange(old, with: right)
    cones[index] = .positiveSemidefinite(order: k + r)
  }

  /// A matrix variable `S ⪰ 0`, each entry a variable up to sign, one or two equations `⟨E, S⟩ = 0` with `±E ⪰ 0` that confine it to a face, curvature
  /// and bounds on functions of it. It is zero in all primal witnesses.
  mutating func appendMatrixVariable(_ rng: inout SplitMix64) {
    let order = rng.integer(2...4)
    let size = order * (order + 1) / 2
    let first = n
    for _ in 0..<size { appendColumn(cost: 0) }
    let signs = (0..<size).map { _ in rng.chance(0.5) ? 1.0 : -1 }
    func row(_ entries: [Double]) -> [Double] { [Double](repeating: 0, count: first) + entries }
    let kept = m
    append(
      .positiveSemidefinite(order: order),
      rows: (0..<size).map { i in row((0..<size).map { $0 == i ? signs[i] : 0 }) }, b: [Double](repeating: 0, count: size),
      likeRows: nil, factors: [])
    for _ in 0..<rng.integer(1...2) {
      // Small integers, so that the exposing matrix has its rank exactly.
      let B = (0..<rng.integer(1...order)).map { _ in (0..<order).map { _ in Double(rng.integer(-1...2)) } }
      let sign = rng.chance(0.5) ? 1.0 : -1
      let E = svec(product(transpose(B, columns: order), B))
      append(.zero(1), rows: [row((0..<size).map { -sign * signs[$0] * E[$0] })], b: [0], likeRows: nil, factors: [])
    }
    append(
      .nonnegative(2), rows: (0..<2).map { _ in row((0..<size).map { _ in Double(rng.integer(-1...1)) }) }, b: [1, 2],
      likeRows: nil, factors: [])
    let slack = rng.normals(size).map(abs)
    for j in 0..<size { P[first + j][first + j] = slack[j] }
    // Multipliers `Z ≻ 0` of the cone and a cost that they balance.
    let C = (0..<order).map { _ in rng.normals(order) }
    let Z = svec(product(transpose(C, columns: order), C))
    for j in 0..<size { q[first + j] = -signs[j] * Z[j] }
    for j in 0..<size {
      dual?.z[kept + j] = Z[j]
      optimum?.z[kept + j] = Z[j]
    }
  }

  /// A row `±rowᵀx ≤ bound` that all primal witnesses satisfy.
  mutating func appendBound(_ sign: Double, _ bound: Double, _ row: [Double]) {
    func slack(_ x: [Double], _ bound: Double) -> [Double] { [bound - sign * inner(row, x)] }
    if let w = primal { primal = (w.x, w.s + slack(w.x, bound)) }
    if let w = optimum { optimum = (w.x, w.s + slack(w.x, bound), w.z + [0]) }
    if let w = dual { dual = (w.w, w.z + [0]) }
    if let w = farkas { farkas = w + [0] }
    if let w = ray { ray = (w.x, w.s + slack(w.x, 0)) }
    cones.append(.nonnegative(1))
    A.append(row.map { sign * $0 })
    b.append(bound)
  }

  /// Puts all semidefinite cones and nonnegative rows into one semidefinite cone, as diagonal blocks in a random order of
  /// indices, and all second-order cones get a row that is zero.
  mutating func hideBlocks(_ rng: inout SplitMix64) {
    var rows: [Int?] = []
    var newCones: [Cone] = []
    var blocks: [[[Int]]] = []
    var start = 0
    for cone in cones {
      let range = start..<start + cone.dimension
      start = range.upperBound
      switch cone {
      case .positiveSemidefinite(let k):
        var position = range.lowerBound
        var block = [[Int]](repeating: [Int](repeating: 0, count: k), count: k)
        for j in 0..<k {
          for i in 0...j {
            (block[i][j], block[j][i]) = (position, position)
            position += 1
          }
        }
        blocks.append(block)
      case .nonnegative: blocks += range.map { [[$0]] }
      case .secondOrder(let d) where d > 1:
        rows += range.map { $0 }
        let place = rng.integer(1...d)
        rows.insert(nil, at: rows.count - d + place)
        newCones.append(.secondOrder(d + 1))
      default:
        rows += range.map { $0 }
        newCones.append(cone)
      }
    }
    var members = blocks.enumerated().flatMap { b, block in block.indices.map { (block: b, index: $0) } }
    members.shuffle(using: &rng)
    for j in members.indices {
      for i in 0...j {
        rows.append(members[i].block == members[j].block ? blocks[members[i].block][members[i].index][members[j].index] : nil)
      }
    }
    newCones.append(.positiveSemidefinite(order: members.count))
    cones = newCones
    let empty = [Double](repeating: 0, count: n)
    A = rows.map { $0.map { A[$0] } ?? empty }
    func moved(_ v: [Double]) -> [Double] { rows.map { $0.map { v[$0] } ?? 0 } }
    b = moved(b)
    if let w = primal { primal = (w.x, moved(w.s)) }
    if let w = dual { dual = (w.w, moved(w.z)) }
    if let w = optimum { optimum = (w.x, moved(w.s), moved(w.z)) }
    if let w = farkas { farkas = moved(w) }
    if let w = ray { ray = (w.x, moved(w.s)) }
  }

  /// Makes the slack of each cone a variable: `Ax + X = b + h` and `−gX + s = −gh`, so that `s = g(X − h)` is in the cone.
  mutating func makeSlacksVariables(_ rng: inout SplitMix64) {
    let (oldN, oldM) = (n, m)
    var added: [(row: Int, column: Int, factor: Double, offset: Double)] = []
    var start = 0
    var newCones: [Cone] = []
    for cone in cones {
      let range = start..<start + cone.dimension
      start = range.upperBound
      if case .zero = cone { continue }
      let factor = rng.uniform(0.5, 2)
      for i in range { added.append((i, oldN + added.count, factor, rng.normal())) }
      newCones.append(cone)
    }
    for i in P.indices { P[i] += added.map { _ in 0 } }
    P += added.map { _ in [Double](repeating: 0, count: oldN + added.count) }
    q += added.map { _ in 0 }
    for i in A.indices { A[i] += added.map { $0.row == i ? 1 : 0 } }
    for new in added {
      var row = [Double](repeating: 0, count: oldN + added.count)
      row[new.column] = -new.factor
      A.append(row)
      b[new.row] += new.offset
      b.append(-new.factor * new.offset)
    }
    cones = [.zero(oldM)] + newCones
    let zeros = [Double](repeating: 0, count: oldM)
    func lifted(_ x: [Double], _ s: [Double], offset: Double = 1) -> ([Double], [Double]) {
      (x + added.map { s[$0.row] + offset * $0.offset }, zeros + added.map { $0.factor * s[$0.row] })
    }
    func multipliers(_ z: [Double]) -> [Double] { z + added.map { z[$0.row] / $0.factor } }
    if let w = primal { primal = lifted(w.x, w.s) }
    if let w = dual { dual = (w.w + added.map { _ in 0 }, multipliers(w.z)) }
    if let w = optimum {
      let (x, s) = lifted(w.x, w.s)
      optimum = (x, s, multipliers(w.z))
    }
    if let w = farkas { farkas = multipliers(w) }
    if let w = ray { ray = lifted(w.x, w.s, offset: 0) }
  }
}
