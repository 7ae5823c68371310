import ConeSolver
import LinearAlgebra
import Testing

/// Small programs with answers on paper, limits, observers and repeatability.
@Suite struct SolveTests {
  private static func program(
    _ q: [Double], _ A: Rows, _ b: [Double], _ cones: [Cone], P: Rows? = nil
  ) -> ConicProblem {
    ConicProblem(
      P: P.map { SparseMatrix($0, columns: q.count, upperOnly: true) }, q: q, A: SparseMatrix(A, columns: q.count),
      b: b,
      cones: cones)
  }

  /// A program that takes several iterations.
  private static let several = program(
    [1, 1, 1], [[-1, 0, 0], [0, -1, 0], [0, 0, -1], [-1, -1, 0], [0, 1, -2]], [0, 0, 0, -1, 0.5], [.nonnegative(5)])

  @Test(arguments: [KKTChoice.automatic, .schur, .quasidefinite]) func answersOnPaper(_ kkt: KKTChoice) throws {
    let root = 2.0.squareRoot()
    let cases: [(String, ConicProblem, Double)] = [
      ("no rows", Self.program([-1, 2], [], [], [], P: [[1, 0], [0, 2]]), -1.5),
      ("no rows and no cost", Self.program([0], [], [], []), 0),
      ("x ≥ 3", Self.program([2], [[-1]], [-3], [.nonnegative(1)]), 6),
      ("x = 3", Self.program([2], [[1]], [3], [.zero(1)]), 6),
      ("t ≥ ‖(3, 4)‖", Self.program([1], [[-1], [0], [0]], [0, 3, 4], [.secondOrder(3)]), 5),
      ("t ≥ |−2|", Self.program([1], [[-1], [0]], [0, -2], [.secondOrder(2)]), 2),
      ("t ≥ 0 by SOC 1", Self.program([1], [[-1]], [1], [.secondOrder(1)]), -1),
      ("t ≥ 0 by PSD 1", Self.program([1], [[-1]], [1], [.positiveSemidefinite(order: 1)]), -1),
      // Largest eigenvalue of [[2, 1], [1, 2]]: tI − M ⪰ 0.
      ("λ_max", Self.program([1], [[-1], [0], [-1]], [-2, -root, -2], [.positiveSemidefinite(order: 2)]), 3),
      // minimize ½‖x − (2, 0)‖² with x₁ + x₂ = 1: distance of the point from the line is 1/√2.
      ("projection", Self.program([-2, 0], [[1, 1]], [1], [.zero(1)], P: identity(2)), 0.25 - 2),
      ("empty cones", Self.program([2], [[-1]], [-3], [
        .zero(0), .nonnegative(0), .secondOrder(0), .positiveSemidefinite(order: 0), .nonnegative(1), .zero(0),
      ]), 6),
    ]
    for (name, problem, value) in cases {
      var settings = Settings()
      settings.kkt = kkt
      let solution = try problem.solve(settings)
      #expect(solution.status == .solved, "\(name): \(solution.status.rawValue) \(solution.message)")
      #expect(abs(solution.primalObjective - value) <= 1e-6 * (1 + abs(value)), "\(name): \(solution.primalObjective)")
      #expect(abs(solution.dualObjective - value) <= 1e-6 * (1 + abs(value)), "\(name)")
      if kkt != .automatic { #expect(solution.kkt == kkt) }
    }
  }

  /// Infeasible by linear algebra alone, where the Newton matrix of the unextended system is singular.
  @Test(arguments: [KKTChoice.automatic, .schur, .quasidefinite]) func linearlyInfeasible(_ kkt: KKTChoice) throws {
    let cases: [(String, ConicProblem, Status)] = [
      ("cost without rows", Self.program([1], [], [], []), .dualInfeasible),
      ("cost in an empty column", Self.program([0, 1], [[1, 0]], [1], [.nonnegative(1)]), .dualInfeasible),
      ("cost along a free direction", Self.program([1, 0], [[1, 1]], [1], [.nonnegative(1)]), .dualInfeasible),
      ("cost beside a quadratic", Self.program([0, 1], [], [], [], P: [[1, 0], [0, 0]]), .dualInfeasible),
      ("0 = 1", Self.program([0], [[0]], [1], [.zero(1)]), .primalInfeasible),
      ("x = 1, x = 2", Self.program([0], [[1], [1]], [1, 2], [.zero(2)]), .primalInfeasible),
      ("0 ≤ −1", Self.program([1], [[0], [-1]], [-1, 0], [.nonnegative(2)]), .primalInfeasible),
    ]
    for (name, problem, status) in cases {
      var settings = Settings()
      settings.kkt = kkt
      let solution = try problem.solve(settings)
      #expect(solution.status == status, "\(name): \(solution.status.rawValue) \(solution.message)")
    }
  }

  @Test func consistentRedundancy() throws {
    // x₁ + x₂ = 1 three times, one of them halved; and a variable that appears nowhere.
    let problem = Self.program(
      [1, 2, 0], [[1, 1, 0], [1, 1, 0], [0.5, 0.5, 0], [-1, 0, 0], [0, -1, 0]], [1, 1, 0.5, 0, 0],
      [.zero(3), .nonnegative(2)])
    for kkt in KKTChoice.allCases {
      var settings = Settings()
      settings.kkt = kkt
      let solution = try problem.solve(settings)
      #expect(solution.status == .solved)
      #expect(abs(solution.primalObjective - 1) <= 1e-7)
    }
  }

  // MARK: Limits

  @Test func iterationLimits() throws {
    for limit in [0, 1, 2] {
      var settings = Settings()
      settings.maxIterations = limit
      let solution = try Self.several.solve(settings)
      #expect(solution.status == .iterationLimit)
      #expect(solution.iterations == limit)
      #expect(!solution.status.isVerified)
      #expect(solution.message.contains("\(limit)"))
      #expect((solution.x + solution.s + solution.z).allSatisfy { $0.isFinite })
    }
  }

  @Test func noTime() throws {
    var settings = Settings()
    settings.timeLimit = 0
    let solution = try Self.several.solve(settings)
    #expect(solution.status == .timeLimit)
    #expect(solution.iterations == 0)
    #expect(solution.x.count == 3 && solution.x.allSatisfy { $0.isFinite })
    settings.timeLimit = 1e9
    let patient = try Self.several.solve(settings)
    #expect(patient.status == .solved)
  }

  @Test func theObserverSeesEveryIterationAndMayStop() throws {
    var numbers: [Int] = []
    let whole = try Self.several.solve { iteration in
      numbers.append(iteration.number)
      #expect(iteration.mu > 0 && iteration.step >= 0 && iteration.elapsed >= 0)
      return .proceed
    }
    #expect(whole.status == .solved)
    // The last iterate may end the solve before it is shown.
    #expect(numbers == Array(0..<numbers.count) && numbers.count >= whole.iterations)
    var seen: [Iteration] = []
    let stopped = try Self.several.solve { iteration in
      seen.append(iteration)
      return iteration.number == 3 ? .stop : .proceed
    }
    #expect(stopped.status == .cancelled)
    #expect(stopped.iterations == 3)
    // The best iterate comes back: no worse than any that was shown, in the relative measure of the observer.
    func worst(_ seen: Iteration) -> Double { max(seen.primalResidual, seen.dualResidual, seen.gap) }
    let objectives = seen.map(\.primalObjective)
    let place = try #require(objectives.firstIndex(of: stopped.primalObjective))
    #expect(worst(seen[place]) <= seen.map(worst).min()! * 1.0001)
  }

  /// An impossible tolerance ends in rounding, not in a claim or a NaN.
  @Test func zeroTolerances() throws {
    var settings = Settings()
    settings.epsAbs = 0
    settings.epsRel = 0
    let solution = try Self.several.solve(settings)
    #expect((solution.x + solution.s + solution.z + solution.residuals.dimacs).allSatisfy { $0.isFinite })
    // No test can ask for less than an ulp of the terms, here of size one.
    if solution.status == .solved { #expect(max(solution.residuals.primal, solution.residuals.gap) <= 4 * .ulpOfOne) }
    let usual = try Self.several.solve()
    #expect(abs(solution.primalObjective - usual.primalObjective) <= 1e-6)
  }

  /// Convex regression of concave data is their regression line. Its multipliers, sums of sums of the residuals, are some 10⁵
  /// times larger than its data: a case for another unit of the objective.
  @Test func multipliersFarLargerThanTheData() throws {
    let n = 2000
    let data: [Double] = (0..<n).map { i in
      let t: Double = (2 * Double(i) + 1) / Double(n) - 1
      return 1 - t * t
    }
    var A: [SparseMatrix.Entry] = []
    for i in 0..<n - 2 {
      A.append(SparseMatrix.Entry(i, i, -1))
      A.append(SparseMatrix.Entry(i, i + 1, 2))
      A.append(SparseMatrix.Entry(i, i + 2, -1))
    }
    let P: [SparseMatrix.Entry] = (0..<n).map { SparseMatrix.Entry($0, $0, 1) }
    let problem = ConicProblem(
      P: SparseMatrix(rows: n, columns: n, entries: P), q: data.map { -$0 },
      A: SparseMatrix(rows: n - 2, columns: n, entries: A), b: [Double](repeating: 0, count: n - 2), cones: [.nonnegative(n - 2)])
    let solution = try problem.solve()
    #expect(solution.status == Status.solved, "\(solution.status.rawValue)")
    // By symmetry the line is the mean.
    let mean: Double = data.reduce(0, +) / Double(n)
    let value: Double = -0.5 * Double(n) * mean * mean
    #expect(abs(solution.primalObjective - value) <= 1e-6 * abs(value))
    #expect(largest(solution.z) > 5e4 * largest(data))
  }

  /// `½‖x‖² + qᵀx + c` has the value 10⁻³ at its optimum, its terms are ten thousand million times larger.
  @Test func theGapIsSmallBesideTheConstant() throws {
    let q: [Double] = [1e3, -2e3, 3e3]
    let problem = Self.program(q, [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 1, 2], [.nonnegative(3)], P: identity(3))
    // x = (−10³, 1, −3·10³): the middle one is at its bound.
    let value: Double = -0.5e6 + 0.5 - 2e3 - 4.5e6
    var settings = Settings()
    settings.objectiveConstant = 1e-3 - value
    let solution = try problem.solve(settings)
    #expect(solution.status == .solved)
    #expect(abs(solution.primalObjective - solution.dualObjective) <= 2e-7)
    #expect(abs(solution.primalObjective - value) <= 1e-6)
  }

  @Test func looseTolerancesStopEarlier() throws {
    var settings = Settings()
    settings.epsAbs = 1e-3
    settings.epsRel = 1e-3
    let loose = try Self.several.solve(settings)
    let tight = try Self.several.solve()
    #expect(loose.status == .solved)
    #expect(loose.iterations < tight.iterations)
  }

  // MARK: Repeatability

  @Test func solvesAreBitwiseRepeatable() throws {
    func bits(_ solution: Solution) -> [UInt64] { (solution.x + solution.s + solution.z).map(\.bitPattern) }
    for seed in 0..<60 {
      let problem = RandomProgram(seed: UInt64(5_000_000 + seed)).problem
      for kkt in [KKTChoice.schur, .quasidefinite] {
        var settings = Settings()
        settings.kkt = kkt
        settings.threads = 1
        let a = try problem.solve(settings)
        let solver = try Solver(problem, settings: settings)
        let b = solver.solve()
        // A solver may be asked again.
        let c = solver.solve()
        for (name, other) in [("afresh", b), ("again", c)] {
          #expect(
            a.status == other.status && a.iterations == other.iterations && bits(a) == bits(other),
            "seed \(5_000_000 + seed) \(kkt.rawValue) \(name): \(a.status.rawValue) and \(other.status.rawValue)")
        }
      }
    }
  }

  /// Multiplying the cost or the rows by a power of two must not change what is said about the program.
  @Test func theUsersDataComesBackUnscaled() throws {
    let plain = try Self.several.solve()
    var scaled = Self.several
    scaled.A.values = scaled.A.values.map { 1024 * $0 }
    scaled.b = scaled.b.map { 1024 * $0 }
    let solution = try scaled.solve()
    #expect(solution.status == .solved)
    #expect(largest(sum(solution.x, plain.x, -1)) <= 1e-5)
    #expect(largest(sum(solution.s, plain.s.map { 1024 * $0 }, -1)) <= 1e-2)
    #expect(largest(sum(solution.z.map { 1024 * $0 }, plain.z, -1)) <= 1e-5)
  }
}
