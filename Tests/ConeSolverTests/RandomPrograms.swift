import TestSupport
import ConeSolver
import LinearAlgebra

/// A seeded small program about which the truth is known.
struct RandomProgram {
  enum Kind: String, CaseIterable {
    /// Strictly feasible on both sides; the optimum lies between the two witnesses.
    case interior
    /// A strictly complementary optimum, and strictly feasible on both sides.
    case knownOptimum
    /// Linear, small integers, a complementary optimum: ties and degenerate vertices.
    case degenerateLinear
    /// `z` inside `K*` proves infeasibility; the dual is feasible.
    case farkasInside
    /// The same, with `z` zero on some cones.
    case farkasPartial
    /// The same, with nothing known about the dual.
    case farkasOpen
    /// A feasible program and rows that contradict themselves or another row.
    case contradiction
    /// `−Ax` inside `K` for a ray `x` of descent; the primal is feasible.
    case rayInside
    /// The same, with `Ax = 0` on some cones.
    case rayPartial
    /// The same, with nothing known about the primal.
    case rayOpen
    /// A feasible program and a variable of the objective only.
    case freeDescent
    /// A certificate of each kind.
    case bothInfeasible
  }

  let seed: UInt64
  let kind: Kind
  /// Natural units.
  let draft: ProgramDraft
  let scaling: ProgramScaling
  /// The scaled data, dense, for checks that share nothing with the solver.
  let P, A: Rows
  let problem: ConicProblem

  /// - Parameter decoration: gives the draft a structure, keeping its witnesses.
  init(seed: UInt64, decoration: ((inout ProgramDraft, inout SplitMix64) -> Void)? = nil) {
    self.seed = seed
    kind = Kind.allCases[Int(seed % UInt64(Kind.allCases.count))]
    var rng = SplitMix64(seed: seed)
    var draft = Self.draft(kind, &rng)
    if rng.chance(0.15) { draft.duplicateRows(of: .zero(0), count: rng.integer(1...2), &rng) }
    if rng.chance(0.15) { draft.duplicateRows(of: .nonnegative(0), count: rng.integer(1...3), &rng) }
    if rng.chance(0.15) {
      let cones: [Cone] = [.zero(1), .nonnegative(2), .secondOrder(1), .secondOrder(3), .positiveSemidefinite(order: 2)]
      let cone = cones[rng.integer(0...cones.count - 1)]
      // On the boundary there is no interior left, so only linear rows may sit there.
      draft.appendEmptyRows(cone, onBoundary: cone == .nonnegative(2) && rng.chance(0.3), &rng)
    }
    if rng.chance(0.12) { draft.appendColumn(cost: 0) }
    decoration?(&draft, &rng)
    draft.shuffleCones(&rng)
    self.draft = draft
    scaling = ProgramScaling(draft, &rng)
    P = scaling.scaledP(draft.P)
    A = scaling.scaledA(draft.A)
    problem = ConicProblem(
      P: SparseMatrix(P, columns: draft.n, upperOnly: true), q: scaling.scaledQ(draft.q),
      A: SparseMatrix(A, columns: draft.n), b: scaling.scaledB(draft.b), cones: draft.cones)
  }

  var description: String {
    "seed \(seed) \(kind.rawValue)\(draft.descendsFreely ? "+freeDescent" : "")"
      + "\(draft.equalitiesContradict ? "+contradiction" : "") n=\(draft.n) m=\(draft.m)"
      + " P=\(problem.P.nonzeros) cones=\(draft.cones) "
      + "scales \(scaling.mode.rawValue) α=2^\(scaling.alpha) β=2^\(scaling.beta) γ=2^\(scaling.gamma) "
      + "R=\(scaling.R) C=\(scaling.C)"
  }

  // MARK: Ingredients

  private static func randomCones(_ rng: inout SplitMix64) -> [Cone] {
    if rng.chance(0.03) { return [] }
    var cones: [Cone] = []
    var rows = 0
    for _ in 0..<rng.integer(1...6) {
      let cone: Cone
      switch rng.integer(0...9) {
      case 0, 1: cone = .zero(rng.integer(0...3))
      case 2, 3, 4: cone = .nonnegative(rng.integer(0...6))
      case 5: cone = .secondOrder(rng.integer(0...2))
      case 6, 7: cone = .secondOrder(rng.integer(2...9))
      case 8: cone = .positiveSemidefinite(order: rng.integer(0...2))
      default: cone = .positiveSemidefinite(order: rng.integer(2...5))
      }
      if rows + cone.dimension > 36 { continue }
      rows += cone.dimension
      cones.append(cone)
    }
    return cones
  }

  private static func randomMatrix(rows: Int, columns: Int, _ rng: inout SplitMix64) -> Rows {
    let density = [0.3, 0.6, 1][rng.integer(0...2)]
    return (0..<rows).map { _ in (0..<columns).map { _ in rng.chance(density) ? rng.normal() : 0 } }
  }

  /// Positive semidefinite of random rank, zero half of the time; `annihilated` lies in its kernel when given.
  private static func randomQuadratic(_ n: Int, annihilated d: [Double]? = nil, _ rng: inout SplitMix64) -> Rows {
    let zero = Rows(repeating: [Double](repeating: 0, count: n), count: n)
    guard rng.chance(0.5) else { return zero }
    var B = randomMatrix(rows: rng.integer(0...n), columns: n, &rng)
    if let d {
      let length = inner(d, d)
      B = B.map { sum($0, d, -inner($0, d) / length).map(clean) }
    }
    var P = zero
    for i in 0..<n { for j in 0..<n { for row in B { P[i][j] += row[i] * row[j] } } }
    return P
  }

  /// What should have cancelled is zero: a remainder of 10⁻¹⁷ would be a coefficient that some x = 10¹⁷ satisfies.
  private static func clean(_ value: Double) -> Double { abs(value) < 1e-13 ? 0 : value }

  private static func points(_ cones: [Cone], dual: Bool, _ rng: inout SplitMix64) -> [Double] {
    cones.flatMap { $0.interiorPoint(dual: dual, &rng) }
  }

  /// The nearest matrix with `A d = g` and `Aᵀy = 0`; `yᵀg = 0` makes the two agree, and either vector may be zero.
  private static func constrained(_ A: Rows, columns n: Int, d: [Double], g: [Double], y: [Double]) -> Rows {
    let u = sum(g, product(A, d), -1)
    let v = product(transpose(A, columns: n), y).map { -$0 }
    let dd = inner(d, d)
    let yy = inner(y, y)
    let yu = inner(y, u)
    return A.indices.map { i in
      (0..<n).map { j in
        var a = A[i][j]
        if dd > 0 { a += u[i] * d[j] / dd }
        if yy > 0 { a += y[i] * v[j] / yy }
        if dd > 0, yy > 0 { a -= y[i] * yu * d[j] / (dd * yy) }
        return clean(a)
      }
    }
  }

  // MARK: Kinds

  private static func draft(_ kind: Kind, _ rng: inout SplitMix64) -> ProgramDraft {
    let n = rng.integer(1...11)
    switch kind {
    case .interior: return interior(n, randomCones(&rng), &rng)
    case .knownOptimum: return knownOptimum(n, &rng)
    case .degenerateLinear: return degenerateLinear(n, &rng)
    case .farkasInside, .farkasPartial, .farkasOpen: return farkas(kind, n, &rng)
    case .contradiction: return contradiction(n, &rng)
    case .rayInside, .rayPartial, .rayOpen: return ray(kind, n, &rng)
    case .freeDescent: return freeDescent(n, &rng)
    case .bothInfeasible: return bothInfeasible(n, &rng)
    }
  }

  private static func interior(_ n: Int, _ cones: [Cone], _ rng: inout SplitMix64) -> ProgramDraft {
    let s = points(cones, dual: false, &rng)
    let z = points(cones, dual: true, &rng)
    let A = randomMatrix(rows: s.count, columns: n, &rng)
    let P = randomQuadratic(n, &rng)
    let x = rng.normals(n)
    let w = rng.normals(n)
    let q = sum(product(P, w), product(transpose(A, columns: n), z)).map { -$0 }
    return ProgramDraft(P: P, q: q, A: A, b: sum(product(A, x), s), cones: cones, primal: (x, s), dual: (w, z))
  }

  /// `A dx = s* − s₀` and `Aᵀ(z₀ − z*) = 0` put an interior point beside the optimum on both sides; they agree when
  /// `s₀` is scaled so that `(z₀ − z*)ᵀ(s* − s₀) = 0`.
  private static func knownOptimum(_ n: Int, _ rng: inout SplitMix64) -> ProgramDraft {
    let cones = randomCones(&rng)
    for _ in 0..<50 {
      var s: [Double] = []
      var z: [Double] = []
      for cone in cones {
        let pair = cone.complementaryPair(&rng)
        s += pair.s
        z += pair.z
      }
      var s0 = points(cones, dual: false, &rng)
      let z0 = points(cones, dual: true, &rng).map { 3 * $0 }
      let dz = sum(z0, z, -1)
      if largest(s0) > 0 {
        let t = inner(z0, s) / inner(dz, s0)
        guard t > 0.1, t < 10 else { continue }
        s0 = s0.map { $0 * t }
      }
      let x = rng.normals(n)
      let dx = rng.normals(n)
      let A = constrained(
        randomMatrix(rows: s.count, columns: n, &rng), columns: n, d: dx, g: sum(s, s0, -1), y: dz)
      let P = randomQuadratic(n, &rng)
      let q = sum(product(P, x), product(transpose(A, columns: n), z)).map { -$0 }
      return ProgramDraft(
        P: P, q: q, A: A, b: sum(product(A, x), s), cones: cones, primal: (sum(x, dx), s0), dual: (x, z0),
        optimum: (x, s, z))
    }
    return interior(n, cones, &rng)
  }

  private static func degenerateLinear(_ n: Int, _ rng: inout SplitMix64) -> ProgramDraft {
    let cones: [Cone] = [.nonnegative(rng.integer(0...8)), .zero(rng.integer(0...4)), .nonnegative(rng.integer(0...12))]
    let m = cones.reduce(0) { $0 + $1.dimension }
    let A = (0..<m).map { _ in (0..<n).map { _ in rng.chance(0.5) ? Double(rng.integer(-2...2)) : 0 } }
    var s: [Double] = []
    var z: [Double] = []
    for cone in cones {
      for _ in 0..<cone.dimension {
        let side = rng.integer(0...2)
        if case .zero = cone {
          s.append(0)
          z.append(Double(rng.integer(-2...2)))
        } else {
          s.append(side == 0 ? Double(rng.integer(1...3)) : 0)
          z.append(side == 1 ? Double(rng.integer(1...3)) : 0)
        }
      }
    }
    let x = (0..<n).map { _ in Double(rng.integer(-3...3)) }
    let P = rng.chance(0.3) ? randomQuadratic(n, &rng) : Rows(repeating: [Double](repeating: 0, count: n), count: n)
    let q = sum(product(P, x), product(transpose(A, columns: n), z)).map { -$0 }
    return ProgramDraft(
      P: P, q: q, A: A, b: sum(product(A, x), s), cones: cones, primal: (x, s), dual: (x, z), optimum: (x, s, z))
  }

  /// Cones with at least one row, so that a certificate can exist.
  private static func occupiedCones(_ rng: inout SplitMix64) -> [Cone] {
    var cones = randomCones(&rng)
    while !cones.contains(where: { $0.dimension > 0 }) { cones = randomCones(&rng) }
    return cones
  }

  /// An interior point of the cones, replaced by zero on about half of them (never on all) when `partial`.
  private static func support(_ cones: [Cone], dual: Bool, partial: Bool, _ rng: inout SplitMix64) -> [Double] {
    while true {
      let v = cones.flatMap { cone in
        partial && rng.chance(0.5)
          ? [Double](repeating: 0, count: cone.dimension) : cone.interiorPoint(dual: dual, &rng)
      }
      if largest(v) > 0 || (!dual && !partial) { return v }
      // A ray may be zero on every cone; a certificate may not.
      if !dual { return v }
    }
  }

  private static func farkas(_ kind: Kind, _ n: Int, _ rng: inout SplitMix64) -> ProgramDraft {
    let cones = occupiedCones(&rng)
    let y = support(cones, dual: true, partial: kind == .farkasPartial, &rng)
    let A = constrained(
      randomMatrix(rows: y.count, columns: n, &rng), columns: n, d: [Double](repeating: 0, count: n),
      g: y.map { _ in 0 },
      y: y)
    var b = rng.normals(y.count)
    let violation = rng.uniform(0.5, 2) * norm(y)
    b = sum(b, y, -(inner(b, y) + violation) / inner(y, y))
    let P = randomQuadratic(n, &rng)
    guard kind != .farkasOpen else {
      return ProgramDraft(P: P, q: rng.normals(n), A: A, b: b, cones: cones, farkas: y)
    }
    let z = points(cones, dual: true, &rng)
    let w = rng.normals(n)
    let q = sum(product(P, w), product(transpose(A, columns: n), z)).map { -$0 }
    return ProgramDraft(P: P, q: q, A: A, b: b, cones: cones, dual: (w, z), farkas: y)
  }

  /// A feasible program with rows appended that no point meets.
  private static func contradiction(_ n: Int, _ rng: inout SplitMix64) -> ProgramDraft {
    var draft = interior(n, randomCones(&rng), &rng)
    draft.primal = nil
    var z = [Double](repeating: 0, count: draft.m)
    let equalities = draft.linearRows(equalities: true)
    if let row = equalities.randomElement(using: &rng), rng.chance(0.5) {
      draft.append(.zero(1), rows: [draft.A[row]], b: [draft.b[row] + rng.uniform(0.5, 2)], likeRows: nil, factors: [])
      z[row] = 1
      z.append(-1)
      draft.farkas = z
      return draft
    }
    let choices: [(cone: Cone, b: [Double], z: [Double])] = [
      (.zero(1), [1.5], [-1]), (.nonnegative(2), [1, -0.7], [0, 1]), (.secondOrder(1), [-2], [1]),
      (.secondOrder(2), [1, 2], [1, -1]), (.secondOrder(3), [0, 0.6, 0.8], [1, -0.6, -0.8]),
      (.positiveSemidefinite(order: 1), [-0.5], [1]),
      (.positiveSemidefinite(order: 2), svec([[1, 2], [2, 1]]), svec([[1, -1], [-1, 1]])),
    ]
    let choice = choices[rng.integer(0...choices.count - 1)]
    draft.append(
      choice.cone, rows: choice.b.map { _ in [Double](repeating: 0, count: n) }, b: choice.b, likeRows: nil,
      factors: [])
    draft.farkas = z + choice.z
    return draft
  }

  private static func ray(_ kind: Kind, _ n: Int, _ rng: inout SplitMix64) -> ProgramDraft {
    let cones = randomCones(&rng)
    let d = rng.normals(n)
    let slack = support(cones, dual: false, partial: kind == .rayPartial, &rng)
    let A = constrained(
      randomMatrix(rows: slack.count, columns: n, &rng), columns: n, d: d, g: slack.map { -$0 },
      y: slack.map { _ in 0 })
    let P = randomQuadratic(n, annihilated: d, &rng)
    var q = rng.normals(n)
    let descent = rng.uniform(0.5, 2) * norm(d)
    q = sum(q, d, -(inner(q, d) + descent) / inner(d, d))
    guard kind != .rayOpen else {
      return ProgramDraft(P: P, q: q, A: A, b: rng.normals(slack.count), cones: cones, ray: (d, slack))
    }
    let x = rng.normals(n)
    let s = points(cones, dual: false, &rng)
    return ProgramDraft(
      P: P, q: q, A: A, b: sum(product(A, x), s), cones: cones, primal: (x, s), ray: (d, slack))
  }

  private static func freeDescent(_ n: Int, _ rng: inout SplitMix64) -> ProgramDraft {
    var draft = interior(n, randomCones(&rng), &rng)
    draft.dual = nil
    let cost = (rng.chance(0.5) ? 1 : -1) * rng.uniform(0.5, 2)
    draft.appendColumn(cost: cost)
    draft.ray = (
      [Double](repeating: 0, count: n) + [cost < 0 ? 1 : -1], [Double](repeating: 0, count: draft.m)
    )
    return draft
  }

  private static func bothInfeasible(_ n: Int, _ rng: inout SplitMix64) -> ProgramDraft {
    let cones = occupiedCones(&rng)
    let y = support(cones, dual: true, partial: rng.chance(0.5), &rng)
    let d = rng.normals(n)
    let zero = [Double](repeating: 0, count: y.count)
    let A = constrained(randomMatrix(rows: y.count, columns: n, &rng), columns: n, d: d, g: zero, y: y)
    var b = rng.normals(y.count)
    b = sum(b, y, -(inner(b, y) + norm(y)) / inner(y, y))
    var q = rng.normals(n)
    q = sum(q, d, -(inner(q, d) + norm(d)) / inner(d, d))
    return ProgramDraft(
      P: randomQuadratic(n, annihilated: d, &rng), q: q, A: A, b: b, cones: cones, farkas: y, ray: (d, zero))
  }
}
