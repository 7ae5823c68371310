import TestSupport
import ConeSolver
import LinearAlgebra

/// A program under construction, dense and in natural units, with the witnesses of what is true about it.
struct ProgramDraft {
  var P: Rows
  var q: [Double]
  var A: Rows
  var b: [Double]
  var cones: [Cone]
  /// `Ax + s = b`, `s ∈ K`.
  var primal: (x: [Double], s: [Double])?
  /// `Pw + Aᵀz + q = 0`, `z ∈ K*`.
  var dual: (w: [Double], z: [Double])?
  /// A primal and a dual point with the same `x` and `sᵀz = 0`.
  var optimum: (x: [Double], s: [Double], z: [Double])?
  /// `Aᵀz = 0`, `z ∈ K*`, `bᵀz < 0`.
  var farkas: [Double]?
  /// `Px = 0`, `Ax + s = 0`, `s ∈ K`, `qᵀx < 0`.
  var ray: (x: [Double], s: [Double])?

  var n: Int { q.count }
  var m: Int { b.count }
  var columnsOfA: Rows { transpose(A, columns: n) }

  /// Statuses that are right, as the witnesses tell.
  var expected: Set<Status> {
    switch (farkas != nil, ray != nil) {
    case (false, false): [.solved]
    case (true, true): [.primalInfeasible, .dualInfeasible]
    case (true, false): dual != nil ? [.primalInfeasible] : [.primalInfeasible, .dualInfeasible]
    case (false, true): primal != nil ? [.dualInfeasible] : [.primalInfeasible, .dualInfeasible]
    }
  }

  /// Infeasible by linear algebra alone: `q` outside the range of `[P Aᵀ]`, whatever the cones.
  var descendsFreely: Bool { !spans(P + A, q) }

  /// Infeasible by linear algebra alone: the equality rows contradict each other.
  var equalitiesContradict: Bool {
    let rows = linearRows(equalities: true)
    return !spans(transpose(rows.map { A[$0] }, columns: n), rows.map { b[$0] })
  }

  // MARK: Decorations, which keep every witness

  /// Appends rows with their witnesses: `A`-rows, right-hand sides and the slack of the primal witnesses; duals are
  /// zero.
  mutating func append(
    _ cone: Cone, rows: Rows, b rightHandSide: [Double], likeRows source: [Int]?, factors: [Double]
  ) {
    let zeros = [Double](repeating: 0, count: rows.count)
    func slack(_ s: [Double], constant: [Double]) -> [Double] {
      guard let source else { return constant }
      return source.indices.map { s[source[$0]] * factors[$0] }
    }
    cones.append(cone)
    A += rows
    b += rightHandSide
    if let s = primal?.s { primal?.s += slack(s, constant: rightHandSide) }
    if let s = optimum?.s { optimum?.s += slack(s, constant: rightHandSide) }
    if let s = ray?.s { ray?.s += slack(s, constant: zeros) }
    dual?.z += zeros
    optimum?.z += zeros
    farkas? += zeros
  }

  /// Repeats linear rows with positive factors, which leaves the feasible set as it is.
  mutating func duplicateRows(of kind: Cone, count: Int, _ rng: inout SplitMix64) {
    let rows = linearRows(equalities: kind == .zero(0))
    guard !rows.isEmpty else { return }
    let source = (0..<count).map { _ in rows[rng.integer(0...rows.count - 1)] }
    let factors = (0..<count).map { _ in [0.5, 1, 1, 2][rng.integer(0...3)] }
    append(
      kind == .zero(0) ? .zero(count) : .nonnegative(count),
      rows: source.indices.map { k in A[source[k]].map { $0 * factors[k] } },
      b: source.indices.map { b[source[$0]] * factors[$0] }, likeRows: source, factors: factors)
  }

  func linearRows(equalities: Bool) -> [Int] {
    var row = 0
    var found: [Int] = []
    for cone in cones {
      switch cone {
      case .zero where equalities, .nonnegative where !equalities: found += row..<row + cone.dimension
      default: break
      }
      row += cone.dimension
    }
    return found
  }

  /// Rows without variables whose right-hand side lies inside the cone.
  mutating func appendEmptyRows(_ cone: Cone, onBoundary: Bool, _ rng: inout SplitMix64) {
    let zero = [Double](repeating: 0, count: cone.dimension)
    let b = onBoundary ? zero : cone.interiorPoint(dual: false, &rng)
    append(cone, rows: b.map { _ in [Double](repeating: 0, count: n) }, b: b, likeRows: nil, factors: [])
  }

  /// A variable that appears nowhere, or in the objective only.
  mutating func appendColumn(cost: Double) {
    for i in P.indices { P[i].append(0) }
    P.append([Double](repeating: 0, count: n + 1))
    for i in A.indices { A[i].append(0) }
    q.append(cost)
    primal?.x.append(0)
    dual?.w.append(0)
    optimum?.x.append(0)
    ray?.x.append(0)
  }

  /// Puts the cones into another order.
  mutating func shuffleCones(_ rng: inout SplitMix64) {
    var start = 0
    var blocks: [(cone: Cone, rows: Range<Int>)] = []
    for cone in cones {
      blocks.append((cone, start..<start + cone.dimension))
      start += cone.dimension
    }
    blocks.shuffle(using: &rng)
    let order = blocks.flatMap { Array($0.rows) }
    cones = blocks.map(\.cone)
    A = order.map { A[$0] }
    func reorder(_ v: [Double]) -> [Double] { order.map { v[$0] } }
    b = reorder(b)
    if let p = primal { primal = (p.x, reorder(p.s)) }
    if let d = dual { dual = (d.w, reorder(d.z)) }
    if let o = optimum { optimum = (o.x, reorder(o.s), reorder(o.z)) }
    if let f = farkas { farkas = reorder(f) }
    if let r = ray { ray = (r.x, reorder(r.s)) }
  }

  // MARK: Truth of the witnesses

  /// The largest violation of what the witnesses claim, relative to the size of the terms.
  var witnessError: Double {
    var worst = 0.0
    func require(_ residual: [Double], _ terms: Double) { worst = max(worst, largest(residual) / max(1, terms)) }
    func requireInside(_ v: [Double], dual: Bool) {
      worst = max(worst, -independentMargin(cones, v, dual: dual) / max(1, largest(v)))
    }
    let columns = columnsOfA
    func primalResidual(_ x: [Double], _ s: [Double]) {
      require(sum(sum(product(A, x), s), b, -1), largest(s) + largest(b))
      requireInside(s, dual: false)
    }
    func dualResidual(_ w: [Double], _ z: [Double]) {
      require(sum(sum(product(P, w), product(columns, z)), q), largest(z) + largest(q))
      requireInside(z, dual: true)
    }
    if let primal { primalResidual(primal.x, primal.s) }
    if let dual { dualResidual(dual.w, dual.z) }
    if let optimum {
      primalResidual(optimum.x, optimum.s)
      dualResidual(optimum.x, optimum.z)
      require([inner(optimum.s, optimum.z)], norm(optimum.s) * norm(optimum.z))
    }
    if let farkas {
      require(product(columns, farkas), largest(farkas))
      requireInside(farkas, dual: true)
      if !(inner(b, farkas) < -1e-3 * norm(farkas)) { worst = .infinity }
    }
    if let ray {
      require(product(P, ray.x), largest(ray.x))
      require(sum(product(A, ray.x), ray.s), largest(ray.x))
      requireInside(ray.s, dual: false)
      if !(inner(q, ray.x) < -1e-3 * norm(ray.x)) { worst = .infinity }
    }
    return worst
  }
}
