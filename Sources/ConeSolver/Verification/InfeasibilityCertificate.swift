import LinearAlgebra

/// A proof, up to a stated tolerance, that a program or its dual has no feasible point.
///
/// Primal infeasible: `z ∈ K*`, `bᵀz = −1` and `Aᵀz ≈ 0`. Any feasible `x` has `−1 = bᵀz ≥ xᵀAᵀz`, so a residual
/// `max_j d_j |Aᵀz|_j ≤ ε` leaves no feasible point with `Σ|x_j|/d_j < 1/ε`, where `d_j` is the size of one unit of variable
/// `j` that equilibration found. Dual infeasible: `qᵀx = −1`, `Px ≈ 0`, `s ≈ −Ax` with `s ∈ K`, in the same units. Membership of the cones counts like a
/// residual: what `s` or `z` lacks of it is weighed in the units of the other, rounding of its evaluation included.
struct InfeasibilityCertificate {
  let status: Status
  /// Normalised certificate: `x` and `s`, or `z`; the others are zero.
  let x, s, z: [Double]
  /// The largest weighted residual, for `b` and `q` scaled to at most unit size, to be compared with `Settings.epsInfeasible`.
  let residual: Double
  /// Weight of a violation of the cone by each row of `s` or `z`.
  private let coneWeights: [Double]

  /// A certificate that was verified as part of another program's solution, or one to verify with the weights given.
  init(status: Status, x: [Double], s: [Double], z: [Double], residual: Double, coneWeights: [Double] = []) {
    (self.status, self.x, self.s, self.z) = (status, x, s, z)
    (self.residual, self.coneWeights) = (residual, coneWeights)
  }

  /// `aᵀv` when it is negative beyond what rounding of the data could have made of zero.
  private static func negativeProduct(_ a: [Double], _ v: [Double]) -> Double? {
    var sum = 0.0
    var size = 0.0
    for i in a.indices {
      sum += a[i] * v[i]
      size += abs(a[i] * v[i])
    }
    return sum.isFinite && sum < -Tuning.certificateCancellation * size ? sum : nil
  }

  /// A primal certificate from a candidate `z`; `nil` unless `bᵀz < 0` and `z ∈ K*`.
  static func primal(
    _ problem: ConicProblem, z candidate: [Double], units: @autoclosure () -> Equilibration
  ) -> InfeasibilityCertificate? {
    guard let bz = negativeProduct(problem.b, candidate) else { return nil }
    let z = candidate.map { $0 / -bz }
    guard z.allSatisfy(\.isFinite) else { return nil }
    let units = units()
    let arena = Arena()
    let product = arena.vector(problem.variableCount)
    problem.A.transposeMultiplyAdd(1, arena.vector(z), into: product)
    var worst = 0.0
    for j in 0..<product.count { worst = max(worst, abs(product[j]) * units.D[j] / units.rightHandScale) }
    let zero = [Double](repeating: 0, count: problem.rowCount)
    let scale = max(1, units.problem.b.largestModulus)
    return InfeasibilityCertificate(
      status: .primalInfeasible, x: [Double](repeating: 0, count: problem.variableCount), s: zero, z: z,
      residual: worst * scale, coneWeights: units.E.map { scale / ($0 * units.rightHandScale) })
  }

  /// A dual certificate from a candidate ray `x` with slack `s`; `nil` unless `qᵀx < 0`.
  static func dual(
    _ problem: ConicProblem, x candidate: [Double], s slack: [Double], units: @autoclosure () -> Equilibration
  ) -> InfeasibilityCertificate? {
    guard let qx = negativeProduct(problem.q, candidate) else { return nil }
    let x = candidate.map { $0 / -qx }
    var s = slack.map { $0 / -qx }
    guard x.allSatisfy(\.isFinite), s.allSatisfy(\.isFinite) else { return nil }
    let units = units()
    let arena = Arena()
    let xv = arena.vector(x)
    let Px = arena.vector(x.count)
    let Ax = arena.vector(s.count)
    problem.P.symmetricMultiplyAdd(1, xv, into: Px)
    problem.A.multiplyAdd(1, xv, into: Ax)
    // The best slack is the point of K nearest to −Ax: known for nonnegative rows, and wherever −Ax itself lies in K.
    var row = 0
    for cone in problem.cones where cone.dimension > 0 {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      switch cone {
      case .zero: break
      case .nonnegative:
        for i in rows { s[i] = max(0, -Ax[i]) }
      case .secondOrder, .positiveSemidefinite:
        let exact = arena.vector(rows.map { -Ax[$0] })
        if ConeMargins.margin(cone, exact) >= 0 { s.replaceSubrange(rows, with: exact.array) }
      }
    }
    for i in 0..<s.count { Ax[i] += s[i] }
    // In scaled units: D P x weighs c σ² x̂-units² / (c σ² |q x|), and E(Ax + s) weighs σ.
    var worst = 0.0
    for j in 0..<Px.count { worst = max(worst, abs(Px[j]) * units.D[j] / units.rightHandScale) }
    let costUnit = units.costScale * units.rightHandScale * units.rightHandScale
    // Along the ray the objective falls to −1/(2xᵀPx) before it turns: that must be beyond reach as well.
    let turn = (max(0, Px.dot(xv)) / costUnit).squareRoot()
    for i in 0..<Ax.count { worst = max(worst, abs(Ax[i]) * units.E[i] * units.rightHandScale / costUnit) }
    let scale = max(1, units.problem.q.largestModulus)
    return InfeasibilityCertificate(
      status: .dualInfeasible, x: x, s: s, z: [Double](repeating: 0, count: problem.rowCount),
      residual: max(turn, worst * scale), coneWeights: units.E.map { scale * $0 * units.rightHandScale / costUnit })
  }

  /// Whether `s` and `z` are in their cones up to a weighted distance.
  func isInside(_ problem: ConicProblem, within tolerance: Double) -> Bool {
    let member = status == .primalInfeasible ? z : s
    var row = 0
    for cone in problem.cones where cone.dimension > 0 {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      let arena = Arena()
      let part = arena.vector(Array(member[rows]))
      // What a margin may be wrong by: about the order of a matrix, or the root of a length, in units of the last place.
      let rounding: Double
      switch cone {
      // There s = 0 is one of the residuals, and z is free.
      case .zero: continue
      case .nonnegative: rounding = 0
      case .secondOrder, .positiveSemidefinite:
        rounding = Double(part.count).squareRoot() * .ulpOfOne * part.maximumNorm
      }
      let outside = max(rounding, -ConeMargins.margin(cone, part))
      let weight = rows.reduce(0) { max($0, coneWeights[$1]) }
      // A NaN must fail.
      guard outside * weight <= tolerance else { return false }
    }
    return true
  }
}

extension Array where Element == Double {
  /// `‖·‖∞` of finite entries.
  var largestModulus: Double { reduce(0) { Swift.max($0, abs($1)) } }
}
