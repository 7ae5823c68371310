import LinearAlgebra

/// A proof, up to a stated tolerance, that a program or its dual has no feasible point.
///
/// Primal infeasible: `z ∈ K*`, `bᵀz = −1` and `Aᵀz ≈ 0`. Any feasible `x` has `−1 = bᵀz ≥ xᵀAᵀz`, so a residual
/// `max_j d_j |Aᵀz|_j ≤ ε` leaves no feasible point with `Σ|x_j|/d_j < 1/ε`, where `d_j` is the size of one unit of variable
/// `j` that equilibration found. Dual infeasible: `qᵀx = −1`, `Px ≈ 0`, `s ≈ −Ax` with `s ∈ K`, in the same units.
struct InfeasibilityCertificate {
  let status: Status
  /// Normalised certificate: `x` and `s`, or `z`; the others are zero.
  let x, s, z: [Double]
  /// The largest weighted residual, for `b` and `q` scaled to at most unit size, to be compared with `Settings.epsInfeasible`.
  let residual: Double

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
    return InfeasibilityCertificate(
      status: .primalInfeasible, x: [Double](repeating: 0, count: problem.variableCount), s: zero, z: z,
      residual: worst * max(1, units.problem.b.largestModulus))
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
    return InfeasibilityCertificate(
      status: .dualInfeasible, x: x, s: s, z: [Double](repeating: 0, count: problem.rowCount),
      residual: max(turn, worst * max(1, units.problem.q.largestModulus)))
  }

  /// Whether the certificate's cone membership holds on the user's data.
  func isInside(_ problem: ConicProblem) -> Bool { ConeMargins(problem, s: s, z: z).areInside }
}

extension Array where Element == Double {
  /// `‖·‖∞` of finite entries.
  var largestModulus: Double { reduce(0) { Swift.max($0, abs($1)) } }
}
