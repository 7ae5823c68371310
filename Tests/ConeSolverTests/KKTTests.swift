import LinearAlgebra
import TestSupport
import Testing

@testable import ConeSolver

/// Both strategies against dense elimination of `[P Aᵀ; A −H]`.
@Suite struct KKTTests {
  struct Shape: Sendable {
    let name: String
    let n: Int
    let cones: [Cone]
    /// Share of nonzeros in `A`.
    var density = 0.7
    var rankOfP = 0
    /// Variables that only equality rows meet.
    var uncovered = 0
  }

  static let shapes: [Shape] = [
    Shape(name: "linear", n: 4, cones: [.nonnegative(9)]),
    Shape(name: "linear with equalities", n: 7, cones: [.zero(3), .nonnegative(10)]),
    Shape(name: "quadratic", n: 6, cones: [.nonnegative(4), .zero(2)], rankOfP: 6),
    Shape(name: "rank-deficient quadratic", n: 6, cones: [.nonnegative(8)], rankOfP: 2),
    Shape(name: "second-order blocks", n: 5,
      cones: [.secondOrder(2), .secondOrder(3), .secondOrder(4), .secondOrder(1)]),
    Shape(name: "second-order expanded", n: 6, cones: [.secondOrder(5), .secondOrder(12), .zero(1)]),
    Shape(name: "semidefinite", n: 8, cones: [.positiveSemidefinite(order: 4), .positiveSemidefinite(order: 2)]),
    Shape(name: "semidefinite sparse", n: 9, cones: [.positiveSemidefinite(order: 6)], density: 0.15),
    Shape(
      name: "everything", n: 9,
      cones: [
        .secondOrder(6), .zero(2), .positiveSemidefinite(order: 3), .nonnegative(3), .positiveSemidefinite(order: 1),
        .zero(1), .secondOrder(3),
      ], rankOfP: 3),
    Shape(name: "free variables", n: 6, cones: [.zero(3), .nonnegative(6)], density: 1, uncovered: 2),
  ]

  private static func problem(_ shape: Shape, _ rng: inout SplitMix64) -> (ConicProblem, P: Rows, A: Rows) {
    let n = shape.n
    var A: Rows = []
    for cone in shape.cones {
      for _ in 0..<cone.dimension {
        A.append((0..<n).map { j in
          if case .zero = cone { return rng.normal() }
          return j < n - shape.uncovered && rng.chance(shape.density) ? rng.normal() : 0
        })
      }
    }
    let B = (0..<shape.rankOfP).map { _ in
      (0..<n).map { $0 < n - shape.uncovered ? rng.normal() : 0 }
    }
    let P = (0..<n).map { i in (0..<n).map { j in B.reduce(0) { $0 + $1[i] * $1[j] } } }
    // Every column of a sparse semidefinite block keeps an entry, so that M is regular.
    for j in 0..<n - shape.uncovered where !A.indices.contains(where: { A[$0][j] != 0 }) { A[j % A.count][j] = 1 }
    let problem = ConicProblem(
      P: SparseMatrix(P, columns: n, upperOnly: true), q: rng.normals(n), A: SparseMatrix(A, columns: n),
      b: rng.normals(A.count), cones: shape.cones)
    return (problem, P, A)
  }

  /// Moves every cone to the scaling of random interior points.
  private static func scale(
    _ cones: [any SymmetricCone], _ problem: ConicProblem, _ arena: Arena, _ rng: inout SplitMix64
  ) {
    let s = arena.vector(problem.cones.flatMap { $0.interiorPoint(dual: false, &rng) })
    let z = arena.vector(problem.cones.flatMap { $0.interiorPoint(dual: true, &rng) })
    for cone in cones { #expect(cone.updateScaling(s: s.slice(cone.rows), z: z.slice(cone.rows))) }
  }

  /// The dense system, its `H` column by column from the cones' operators (which `ConeTests` checks).
  private static func dense(_ P: Rows, _ A: Rows, _ cones: [any SymmetricCone], _ arena: Arena) -> Rows {
    let n = P.count
    let m = A.count
    var K = Rows(repeating: [Double](repeating: 0, count: n + m), count: n + m)
    for i in 0..<n { for j in 0..<n { K[i][j] = P[i][j] } }
    for i in 0..<m {
      for j in 0..<n {
        K[n + i][j] = A[i][j]
        K[j][n + i] = A[i][j]
      }
    }
    for cone in cones {
      for k in 0..<cone.rows.count {
        let unit = arena.vector(cone.rows.count)
        unit[k] = 1
        let column = arena.vector(cone.rows.count)
        cone.applyH(unit, into: column)
        for l in 0..<cone.rows.count { K[n + cone.rows.lowerBound + l][n + cone.rows.lowerBound + k] = -column[l] }
      }
    }
    return K
  }

  enum Form: CaseIterable { case complement, sparseComplement, quasidefinite }

  @Test(arguments: shapes.indices, Form.allCases)
  func solvesTheDenseSystem(_ index: Int, _ form: Form) throws {
    let shape = Self.shapes[index]
    var rng = SplitMix64(seed: UInt64(100 + index))
    for _ in 0..<4 {
      let (problem, P, A) = Self.problem(shape, &rng)
      let strategy = try form == .sparseComplement
        ? #require(SparseSchurStrategy(problem, .init(problem, direction: .hkm), density: .infinity))
        : StrategyChoice(problem, requested: form == .complement ? .schur : .quasidefinite).strategy
      let cones = strategy.cones
      let system = KKTSystem(problem, strategy: strategy)
      let arena = Arena()
      // Twice, so that nothing of the first scaling may linger.
      for _ in 0..<2 {
        Self.scale(cones, problem, arena, &rng)
        #expect(system.factorize())
        let rx = rng.normals(shape.n)
        let rz = rng.normals(A.count)
        let x = arena.vector(shape.n)
        let z = arena.vector(A.count)
        #expect(system.solve(arena.vector(rx), arena.vector(rz), into: x, z))
        let K = Self.dense(P, A, cones, arena)
        let exact = try #require(gaussianSolve(K, rx + rz))
        let error = largest(sum(x.array + z.array, exact, -1))
        #expect(error <= 1e-8 * largest(exact), "\(shape.name): \(error) of \(largest(exact))")
        let residual = largest(sum(product(K, x.array + z.array), rx + rz, -1))
        #expect(residual <= 1e-9 * max(1, largest(exact)), "\(shape.name): residual \(residual)")
      }
    }
  }

  /// A solve that ends at its goal leaves of the equations what the goal allows, in the units before equilibration.
  @Test(arguments: shapes.indices) func goalBoundsWhatIsLeft(_ index: Int) throws {
    let shape = Self.shapes[index]
    var rng = SplitMix64(seed: UInt64(300 + index))
    let (original, _, _) = Self.problem(shape, &rng)
    let scaled = Equilibration(original)
    let problem = scaled.problem
    let strategy = try StrategyChoice(problem, requested: .quasidefinite).strategy
    let cones = strategy.cones
    var settings = Settings()
    (settings.epsAbs, settings.epsRel) = (1e-4, 0)
    let goal = RefinementGoal(scaled, cones: cones, settings: settings)
    let system = KKTSystem(problem, strategy: strategy, goal: goal)
    let arena = Arena()
    Self.scale(cones, problem, arena, &rng)
    let point = Iterate(variables: shape.n, rows: problem.rowCount)
    let residual = EmbeddingResidual(problem)
    point.tau = 1e-3
    residual.update(problem, at: point)
    goal.update(residual, tau: point.tau)
    #expect(system.factorize())
    let rx = rng.normals(shape.n)
    let rz = rng.normals(problem.rowCount)
    let x = arena.vector(shape.n)
    let z = arena.vector(problem.rowCount)
    #expect(system.solve(arena.vector(rx), arena.vector(rz), into: x, z))
    let rest = arena.vector(rx)
    problem.P.symmetricMultiplyAdd(-1, x, into: rest)
    problem.A.transposeMultiplyAdd(-1, z, into: rest)
    // The residual of this point is (q, −b)τ.
    let allowed = Tuning.refinementGoal * point.tau * max(settings.epsAbs, largest(original.q))
    for j in 0..<shape.n {
      #expect(abs(rest[j]) / (scaled.costScale * scaled.rightHandScale * scaled.D[j]) <= allowed, "\(shape.name) \(j)")
    }
  }

  /// Before refinement too a strategy must be a good preconditioner: the raw solve is right to the regularisation.
  @Test(arguments: shapes.indices) func rawSolvesAgree(_ index: Int) throws {
    let shape = Self.shapes[index]
    var rng = SplitMix64(seed: UInt64(200 + index))
    let (problem, P, A) = Self.problem(shape, &rng)
    let arena = Arena()
    let strategies: [any KKTStrategy] = [
      try StrategyChoice(problem, requested: .schur).strategy,
      SchurStrategy(problem, .init(problem, direction: .nesterovTodd)),
      try StrategyChoice(problem, requested: .quasidefinite).strategy,
      try #require(SparseSchurStrategy(problem, .init(problem, direction: .hkm), density: .infinity)),
    ]
    for strategy in strategies {
      let cones = strategy.cones
      Self.scale(cones, problem, arena, &rng)
      #expect(strategy.factorize())
      let rx = rng.normals(shape.n)
      let rz = rng.normals(A.count)
      let x = arena.vector(rx)
      let z = arena.vector(rz)
      for cone in cones where !strategy.substitutesConicRows { cone.enterFrame(z.slice(cone.rows)) }
      strategy.solve(x, z)
      for cone in cones where !strategy.substitutesConicRows { cone.leaveFrame(z.slice(cone.rows)) }
      let exact = try #require(gaussianSolve(Self.dense(P, A, cones, arena), rx + rz))
      #expect(largest(sum(x.array + z.array, exact, -1)) <= 1e-3 * largest(exact), "\(shape.name) \(strategy.kind.rawValue)")
    }
  }

  static let blockShapes: [(order: Int, entries: [Int])] = [
    (3, [6, 6, 5, 1]), (12, [78, 78, 40, 3, 1]), (20, [210, 60, 25, 6, 2, 1, 1]), (30, [465, 465, 465, 9, 1]),
    (30, [465, 40, 1]), (14, [Int](repeating: 105, count: 37) + [60, 3, 1]),
  ]

  /// The forecasts of F1, F2 and F3 for columns of full support; the shapes above must make each the cheapest once.
  @Test func blockShapesReachEveryMethod() {
    var cheapest: Set<Int> = []
    for (order, entries) in Self.blockShapes {
      let k = Double(order)
      for i in entries.indices {
        let own = Double(entries[i])
        let remaining = Double(entries[i...].reduce(0, +))
        let support = min(k, 2 * own)
        let products = 2 * own * k * Tuning.dotOperation
        let costs = [
          products + 2 * k * k * support * Tuning.denseFlop + 2 * remaining * Tuning.gatherOperation,
          products + remaining * (2 * support * Tuning.dotOperation + Tuning.gatherOperation),
          4 * own * remaining * Tuning.gatherOperation,
        ]
        cheapest.insert(costs.firstIndex(of: costs.min()!)!)
      }
    }
    #expect(cheapest == [0, 1, 2])
  }

  /// `AᵀH⁻¹A` of one semidefinite block against `tr(AᵢBAⱼC)`, with column counts that make each of F1, F2, F3 the
  /// cheapest, and columns of rank one.
  @Test(arguments: blockShapes, [SemidefiniteDirection.nesterovTodd, .hkm])
  func schurBlockMatchesTraces(_ shape: (order: Int, entries: [Int]), _ direction: SemidefiniteDirection) throws {
    let (order, entries) = shape
    var rng = SplitMix64(seed: UInt64(order))
    let cone = Cone.positiveSemidefinite(order: order)
    var columns = entries.map { count in
      var column = [Double](repeating: 0, count: cone.dimension)
      for row in Array(0..<cone.dimension).shuffled(using: &rng).prefix(count) { column[row] = rng.normal() }
      return column
    }
    for (support, sign) in [(order, 1.0), (2, -1)] {
      var v = [Double](repeating: 0, count: order)
      for index in Array(0..<order).shuffled(using: &rng).prefix(support) { v[index] = rng.normal() }
      columns.append(svec(v.map { a in v.map { sign * a * $0 } }))
    }
    let n = columns.count + 1
    var list: [SparseMatrix.Entry] = []
    for (j, column) in columns.enumerated() {
      for (row, value) in column.enumerated() where value != 0 { list.append(.init(2 + row, j, value)) }
      list.append(.init(0, j, 1))
    }
    // The last column misses the block, and two linear rows come before it.
    list.append(.init(1, columns.count, 1))
    let A = SparseMatrix(rows: 2 + cone.dimension, columns: n, entries: list)
    let problem = ConicProblem(
      q: [Double](repeating: 0, count: n), A: A, b: [Double](repeating: 0, count: A.rows),
      cones: [.nonnegative(2), cone])
    let operators = try #require(cone.makeOperators(rows: 2..<A.rows, direction: direction) as? any SemidefiniteScaling)
    let arena = Arena()
    #expect(operators.updateScaling(
      s: arena.vector(cone.interiorPoint(dual: false, &rng)), z: arena.vector(cone.interiorPoint(dual: true, &rng))))
    let block = SchurSemidefiniteBlock(problem, cone: operators)
    let M = arena.vector(n * n)
    block.accumulate(into: M, order: n)

    let B = (0..<order).map { i in (0..<order).map { operators.left[i + $0 * order] } }
    let C = (0..<order).map { i in (0..<order).map { operators.right[i + $0 * order] } }
    let sandwiches = columns.map { column in
      let one = svec(product(product(B, smat(column, order: order)), C))
      return sum(one, svec(product(product(C, smat(column, order: order)), B)), 1).map { $0 / 2 }
    }
    for i in 0..<n {
      for j in 0...i {
        let expected = i < columns.count && j < columns.count ? inner(sandwiches[i], columns[j]) : 0
        let scale = i < columns.count ? norm(sandwiches[i]) * norm(columns[min(j, columns.count - 1)]) : 1
        #expect(abs(M[i + j * n] - expected) <= 1e-11 * scale, "entry \(i), \(j) of order \(order)")
      }
    }
  }

  /// `vvᵀ` is found from its entries in any order, and nothing else is taken for it.
  @Test func rankOneIsFoundAndNothingElse() throws {
    var rng = SplitMix64(seed: 77)
    let root = 2.0.squareRoot()
    for order in 2...6 {
      let v = rng.normals(order)
      for sign in [1.0, -1] {
        var entries: [(i: Int32, j: Int32, value: Double)] = []
        for j in 0..<order {
          for i in 0...j {
            let value = sign * v[i] * v[j]
            entries.append((Int32(i), Int32(j), i == j ? value / root : value * root))
          }
        }
        entries.shuffle(using: &rng)
        func factor() -> RankOneFactor? {
          RankOneFactor(order: order, rows: entries.map(\.i)[...], columns: entries.map(\.j)[...], values: entries.map(\.value)[...])
        }
        let found = try #require(factor())
        for i in v.indices { for j in v.indices { #expect(abs(found.sign * found.vector[i] * found.vector[j] - sign * v[i] * v[j]) <= 1e-14) } }
        for k in entries.indices {
          entries[k].value *= 1.001
          #expect(factor() == nil)
          entries[k].value = -entries[k].value
          #expect(factor() == nil)
          entries[k].value /= -1.001
        }
        entries.removeLast()
        #expect(factor() == nil)
      }
    }
  }
}
