import ConeSolver

/// Judges a solution by the independent arithmetic alone; an empty list means that nothing is wrong.
struct SolutionCheck {
  let program: RandomProgram
  let solution: Solution
  private(set) var faults: [String] = []

  /// Rounding of this arithmetic against the solver's: factors of 1 + 10⁻² on a tolerance, and this much of the terms.
  static let rounding = 1e-13
  static let slackFactor = 1.01
  /// Eigenvalues of the two implementations differ by this much of the largest entry.
  static let marginRounding = 1e-12
  /// A certificate passes at ε = 10⁻⁸ in the solver's equilibrated units, at ten times that when rounding allows no
  /// better; natural units differ from those by the factors of Ruiz's iteration on entries that spread over two
  /// orders of magnitude.
  static let certificateTolerance = 1e-5

  init(_ program: RandomProgram, _ solution: Solution, settings: Settings = Settings()) {
    self.program = program
    self.solution = solution
    checkFinite()
    if !program.draft.expected.contains(solution.status) {
      faults.append("status \(solution.status.rawValue), right is \(program.draft.expected.map(\.rawValue).sorted())")
    }
    switch solution.status {
    case .solved: checkOptimum(settings)
    case .primalInfeasible: checkFarkas()
    case .dualInfeasible: checkRay()
    default: break
    }
  }

  private mutating func require(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { faults.append(message()) }
  }

  private mutating func checkFinite() {
    let problem = program.problem
    require(
      solution.x.count == problem.variableCount && solution.s.count == problem.rowCount
        && solution.z.count == problem.rowCount, "shapes of x, s, z")
    let numbers =
      solution.x + solution.s + solution.z + solution.residuals.dimacs
      + [solution.residuals.primal, solution.residuals.dual, solution.residuals.gap]
    require(numbers.allSatisfy(\.isFinite), "x, s, z or a residual is not finite")
    require(!solution.primalObjective.isNaN && !solution.dualObjective.isNaN, "an objective is NaN")
    require(solution.setupTime >= 0 && solution.solveTime >= 0, "negative times")
  }

  private mutating func requireInside(_ v: [Double], dual: Bool, _ name: String) {
    let margin = independentMargin(program.problem.cones, v, dual: dual)
    require(
      margin >= -Self.marginRounding * largest(v), "\(name) is \(-margin) outside its cone, largest \(largest(v))")
  }

  private mutating func checkOptimum(_ settings: Settings) {
    let problem = program.problem
    let (x, s, z) = (solution.x, solution.s, solution.z)
    requireInside(s, dual: false, "s")
    requireInside(z, dual: true, "z")
    let Ax = product(program.A, x)
    let Px = product(program.P, x)
    let ATz = product(transpose(program.A, columns: x.count), z)
    let primal = sum(sum(Ax, s), problem.b, -1)
    let dual = sum(sum(Px, ATz), problem.q)
    let (xPx, qx, bz) = (inner(x, Px), inner(problem.q, x), inner(problem.b, z))
    let gap = xPx + qx + bz
    func tolerance(_ terms: [Double]) -> Double {
      Self.slackFactor * (settings.epsAbs + settings.epsRel * largest(terms)) + Self.rounding * largest(terms)
    }
    require(largest(primal) <= tolerance(Ax + s + problem.b), "primal residual \(largest(primal))")
    require(largest(dual) <= tolerance(Px + ATz + problem.q), "dual residual \(largest(dual))")
    require(abs(gap) <= tolerance([xPx, qx, bz]), "gap \(gap)")
    // Rounding of the sums themselves: every term may be off by an ulp of the largest.
    let terms = [xPx, qx, bz]
    let parts = zip(problem.q, x).map { $0 * $1 } + zip(problem.b, z).map { $0 * $1 }
    let rounding = 1e-11 * largest(terms + parts)
    require(abs(solution.primalObjective - (0.5 * xPx + qx)) <= rounding, "reported primal objective")
    require(abs(solution.dualObjective - (-0.5 * xPx - bz)) <= rounding, "reported dual objective")
    checkBounds(objective: 0.5 * xPx + qx, gap: gap, primal: primal, dual: dual, rounding: rounding)
  }

  /// For any primal feasible `(x₀, s₀)` and dual feasible `(w, z₀)` convexity gives, with residuals `r_p`, `r_d` and
  /// gap `g`,
  ///
  ///     d(w, z₀) − z₀ᵀr_p  ≤  f(x)  ≤  f(x₀) + g − r_dᵀx₀
  ///
  /// and a known optimum makes both bounds the optimal value.
  private mutating func checkBounds(
    objective: Double, gap: Double, primal: [Double], dual: [Double], rounding: Double
  ) {
    let (draft, scaling) = (program.draft, program.scaling)
    func slack(_ v: [Double], _ residual: [Double], _ margin: Double) -> Double {
      let terms = zip(v, residual).map { $0 * $1 }
      return 1e-10 * abs(margin) + 1e-9 * terms.reduce(0) { $0 + abs($1) } + rounding
    }
    let points = [draft.primal.map(\.x), draft.optimum.map(\.x)].compactMap { $0 }.map { scaling.scaledX($0) }
    for x in points {
      let value = 0.5 * inner(x, product(program.P, x)) + inner(program.problem.q, x)
      let bound = value + gap - inner(dual, x)
      let terms = zip(program.problem.q, x).reduce(abs(value)) { $0 + abs($1.0 * $1.1) }
      require(objective <= bound + slack(x, dual, terms), "objective \(objective) above the primal bound \(bound)")
    }
    let multipliers = [draft.dual.map { ($0.w, $0.z) }, draft.optimum.map { ($0.x, $0.z) }].compactMap { $0 }
    for (natural, naturalZ) in multipliers {
      let w = scaling.scaledX(natural)
      let z = scaling.scaledZ(naturalZ)
      let value = -0.5 * inner(w, product(program.P, w)) - inner(program.problem.b, z)
      let bound = value - inner(z, primal)
      let terms = zip(program.problem.b, z).reduce(abs(value)) { $0 + abs($1.0 * $1.1) }
      // s may be outside K by rounding, which z₀ multiplies.
      let membership = Self.marginRounding * largest(solution.s) * z.reduce(0) { $0 + abs($1) }
      require(
        objective >= bound - slack(z, primal, terms) - membership,
        "objective \(objective) below the dual bound \(bound)")
    }
  }

  private mutating func checkFarkas() {
    let z = solution.z
    requireInside(z, dual: true, "certificate z")
    let bz = inner(program.problem.b, z)
    require(abs(bz + 1) <= 1e-9, "bᵀz = \(bz), not −1")
    require(
      solution.x.allSatisfy { $0 == 0 } && solution.s.allSatisfy { $0 == 0 }, "x or s of a primal certificate is not 0")
    require(solution.primalObjective == .infinity && solution.dualObjective == .infinity, "objectives are not +∞")
    // Back in natural units, where the certificate of the construction has size one.
    let scaling = program.scaling
    let natural = z.indices.map { z[$0] * ProgramScaling.power(scaling.beta + scaling.R[$0]) }
    let residual = product(program.draft.columnsOfA, natural)
    let bound = Self.certificateTolerance * max(1, largest(natural))
    require(largest(residual) <= bound, "‖Aᵀz‖ = \(largest(residual)) in natural units, z \(largest(natural))")
  }

  /// Linear rows and whole cones without coefficients: `−Ax = 0` lies in them, whatever slack a ray was given there.
  private var rowsWithoutVariables: [Int] {
    var found: [Int] = []
    var row = 0
    for cone in program.problem.cones {
      let rows = Array(row..<row + cone.dimension)
      row += cone.dimension
      let empty = rows.filter { program.A[$0].allSatisfy { $0 == 0 } }
      switch cone {
      case .zero, .nonnegative: found += empty
      case .secondOrder, .positiveSemidefinite: if empty.count == rows.count { found += empty }
      }
    }
    return found
  }

  private mutating func checkRay() {
    let (x, s) = (solution.x, solution.s)
    requireInside(s, dual: false, "slack of the ray")
    let qx = inner(program.problem.q, x)
    require(abs(qx + 1) <= 1e-9, "qᵀx = \(qx), not −1")
    require(solution.z.allSatisfy { $0 == 0 }, "z of a dual certificate is not 0")
    require(solution.primalObjective == -.infinity && solution.dualObjective == -.infinity, "objectives are not −∞")
    let scaling = program.scaling
    let naturalX = x.indices.map { x[$0] * ProgramScaling.power(scaling.gamma + scaling.C[$0]) }
    let naturalS = s.indices.map { s[$0] * ProgramScaling.power(scaling.gamma - scaling.alpha - scaling.R[$0]) }
    let bound = Self.certificateTolerance * max(1, largest(naturalX))
    var residual = sum(product(program.draft.A, naturalX), naturalS)
    for i in rowsWithoutVariables { residual[i] = 0 }
    let slack = largest(residual)
    let row = residual.indices.max { abs(residual[$0]) < abs(residual[$1]) } ?? 0
    require(slack <= bound, "‖Ax + s‖ = \(slack) in natural units at row \(row), x \(largest(naturalX))")
    let curvature = largest(product(program.draft.P, naturalX))
    require(curvature <= bound, "‖Px‖ = \(curvature) in natural units, x \(largest(naturalX))")
  }
}
