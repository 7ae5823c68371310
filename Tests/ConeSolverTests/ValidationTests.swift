import ConeSolver
import LinearAlgebra
import Testing

/// Every fault in a user's data is named with its place, and nothing else is refused.
@Suite struct ValidationTests {
  /// minimize x₁ + x₂ subject to x ≥ 1 in a pair of rows.
  private static func good() -> ConicProblem {
    ConicProblem(
      q: [1, 1], A: SparseMatrix(rows: 2, columns: 2, entries: [.init(0, 0, -1), .init(1, 1, -1)]), b: [-1, -1],
      cones: [.nonnegative(2)])
  }

  private static func expectError(_ error: ProblemError, _ change: (inout ConicProblem) -> Void) {
    var problem = good()
    change(&problem)
    #expect(throws: error) { try problem.solve() }
  }

  private static func matrix(_ pointers: [Int], _ rows: [Int], _ values: [Double]) -> SparseMatrix {
    SparseMatrix(rows: 2, columns: 2, columnPointers: pointers, rowIndices: rows, values: values)
  }

  @Test func theGoodProgramIsSolved() throws {
    let solution = try Self.good().solve()
    #expect(solution.status == .solved)
    #expect(abs(solution.primalObjective - 2) <= 1e-7)
  }

  @Test func dimensionsAreCompared() {
    Self.expectError(.dimensionMismatch(what: "the number of columns of A", found: 2, expected: 3)) {
      $0.q.append(0)
      $0.P = .zero(rows: 3, columns: 3)
    }
    Self.expectError(.dimensionMismatch(what: "the number of rows of A", found: 2, expected: 1)) { $0.b.removeLast() }
    Self.expectError(.dimensionMismatch(what: "the number of rows of P", found: 3, expected: 2)) {
      $0.P = .zero(rows: 3, columns: 2)
    }
    Self.expectError(.dimensionMismatch(what: "the number of columns of P", found: 1, expected: 2)) {
      $0.P = .zero(rows: 2, columns: 1)
    }
    Self.expectError(.dimensionMismatch(what: "the sum of the cone dimensions", found: 5, expected: 2)) {
      $0.cones = [.nonnegative(2), .positiveSemidefinite(order: 2)]
    }
  }

  @Test func conesHaveASize() {
    for cone in [Cone.zero(-1), .nonnegative(-2), .secondOrder(-3), .positiveSemidefinite(order: -4)] {
      let size: Int
      switch cone {
      case .zero(let n), .nonnegative(let n), .secondOrder(let n), .positiveSemidefinite(let n): size = n
      }
      Self.expectError(.negativeConeSize(cone: 1, size: size)) { $0.cones.append(cone) }
    }
  }

  @Test func hugeConesAreRefusedWithoutOverflow() {
    for cones in [
      [Cone.positiveSemidefinite(order: .max)], [.nonnegative(.max), .nonnegative(.max)],
      [.positiveSemidefinite(order: 1 << 31), .zero(.max)],
    ] {
      var problem = Self.good()
      problem.cones = cones
      #expect { try problem.solve() } throws: { error in
        switch error as? ProblemError {
        case .tooLarge, .dimensionMismatch: true
        default: false
        }
      }
    }
  }

  @Test func sparseMatricesAreWellFormed() {
    let malformed: [SparseMatrix] = [
      Self.matrix([0, 1], [0], [1]),  // too few pointers
      Self.matrix([1, 1, 1], [], []),  // does not start at 0
      Self.matrix([0, 1, 2], [0], [1, 2]),  // fewer indices than values
      Self.matrix([0, 1, 3], [0, 1], [1, 2]),  // ends elsewhere
      Self.matrix([0, 3, 2], [0, 1], [1, 2]),  // falls
      Self.matrix([0, 1, 2], [0, 2], [1, 2]),  // row too large
      Self.matrix([0, 1, 2], [0, -1], [1, 2]),  // row negative
      Self.matrix([0, 2, 2], [1, 0], [1, 2]),  // not sorted
      Self.matrix([0, 2, 2], [1, 1], [1, 2]),  // repeated
    ]
    for (index, matrix) in malformed.enumerated() {
      for name in ["A", "P"] {
        var problem = Self.good()
        if name == "A" { problem.A = matrix } else { problem.P = matrix }
        #expect("\(name) \(index)") { try problem.solve() } throws: { error in
          guard case .malformedSparseMatrix(let found, _) = error as? ProblemError else { return false }
          return found == name
        }
      }
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, .signalingNaN]) func notFiniteIsNamed(_ value: Double) {
    func expectPlace(_ name: String, _ row: Int, _ column: Int, _ change: (inout ConicProblem) -> Void) {
      var problem = Self.good()
      change(&problem)
      #expect("\(name)") { try problem.solve() } throws: { error in
        guard case .notFinite(name, row, column, let found) = error as? ProblemError else { return false }
        return found.isNaN == value.isNaN && (value.isNaN || found == value)
      }
    }
    expectPlace("q", 1, -1) { $0.q[1] = value }
    expectPlace("b", 0, -1) { $0.b[0] = value }
    expectPlace("A", 1, 1) { $0.A.values[1] = value }
    expectPlace("P", 0, 1) { $0.P = Self.matrix([0, 0, 1], [0], [value]) }
    expectPlace("P", 1, 0) { $0.P = Self.matrix([0, 1, 1], [1], [value]) }
  }

  @Test func quadraticTermsAreSymmetric() {
    // Off by one entry, and an entry without its mirror image.
    Self.expectError(.asymmetric(row: 1, column: 0, value: 1, mirrored: 1.5)) {
      $0.P = Self.matrix([0, 2, 4], [0, 1, 0, 1], [2, 1, 1.5, 2])
    }
    Self.expectError(.asymmetric(row: 1, column: 0, value: 1, mirrored: 0)) {
      $0.P = Self.matrix([0, 2, 3], [0, 1, 1], [2, 1, 2])
    }
  }

  @Test func wholeAndUpperTriangleAreTheSame() throws {
    var upper = Self.good()
    upper.P = Self.matrix([0, 1, 3], [0, 0, 1], [2, 1, 2])
    var whole = Self.good()
    whole.P = Self.matrix([0, 2, 4], [0, 1, 0, 1], [2, 1, 1, 2])
    let a = try upper.solve()
    let b = try whole.solve()
    #expect(a.x == b.x && a.s == b.s && a.z == b.z && a.primalObjective == b.primalObjective)
    // ½·(2 + 2 + 2) + 2 at x = (1, 1).
    #expect(abs(a.primalObjective - 5) <= 1e-6)
  }

  @Test func quadraticTermsAreConvex() throws {
    for (indefinite, column) in [
      (Self.matrix([0, 1, 2], [0, 1], [1, -1]), 1), (Self.matrix([0, 0, 1], [1], [-1e-3]), 1),
    ] {
      Self.expectError(.notPositiveSemidefinite(column: column)) { $0.P = indefinite }
    }
    for indefinite in [
      Self.matrix([0, 1, 3], [0, 0, 1], [1, 2, 1]), Self.matrix([0, 0, 1], [0], [1]), Self.matrix([0, 1, 1], [0], [-1]),
    ] {
      var problem = Self.good()
      problem.P = indefinite
      #expect { try problem.solve() } throws: {
        if case .notPositiveSemidefinite = $0 as? ProblemError { true } else { false }
      }
    }
    // The boundary of convexity is convex: rank one, zero, and stored zeros.
    for semidefinite in [
      Self.matrix([0, 1, 3], [0, 0, 1], [1, 1, 1]), Self.matrix([0, 1, 2], [0, 1], [0, 0]),
      Self.matrix([0, 1, 3], [0, 0, 1], [1e12, 1e12, 1e12]),
    ] {
      var problem = Self.good()
      problem.P = semidefinite
      #expect(throws: Never.self) { try problem.solve() }
    }
  }

  @Test func largeIndefiniteQuadraticTermsAreFoundDensely() {
    let n = 60
    var entries: [SparseMatrix.Entry] = []
    for j in 0..<n { for i in 0...j { entries.append(.init(i, j, i == j ? (i == 41 ? -1 : 2) : 0.001)) } }
    let problem = ConicProblem(
      P: SparseMatrix(rows: n, columns: n, entries: entries), q: [Double](repeating: 0, count: n),
      A: .zero(rows: 0, columns: n), b: [], cones: [])
    #expect(throws: ProblemError.notPositiveSemidefinite(column: 41)) { try problem.solve() }
  }

  @Test func settingsHaveRanges() {
    func expectRefused(_ name: String, _ change: (inout Settings) -> Void) {
      var settings = Settings()
      change(&settings)
      #expect("\(name)") { try Self.good().solve(settings) } throws: {
        if case .invalidSetting(name, _, _) = $0 as? ProblemError { true } else { false }
      }
    }
    for value in [-1e-9, Double.nan, .infinity] {
      expectRefused("epsAbs") { $0.epsAbs = value }
      expectRefused("epsRel") { $0.epsRel = value }
      expectRefused("epsInfeasible") { $0.epsInfeasible = value }
    }
    expectRefused("epsInfeasible") { $0.epsInfeasible = 0 }
    expectRefused("objectiveConstant") { $0.objectiveConstant = .nan }
    expectRefused("maxIterations") { $0.maxIterations = -1 }
    expectRefused("timeLimit") { $0.timeLimit = -0.5 }
    expectRefused("timeLimit") { $0.timeLimit = .nan }
    expectRefused("threads") { $0.threads = 0 }
  }

  @Test func everyErrorReadsAsASentence() {
    let errors: [ProblemError] = [
      .dimensionMismatch(what: "the number of rows of A", found: 3, expected: 4), .negativeConeSize(cone: 2, size: -1),
      .malformedSparseMatrix(name: "A", reason: "the column pointers fall at column 3"),
      .notFinite(name: "A", row: 7, column: 5, value: .nan),
      .notFinite(name: "b", row: 7, column: -1, value: .infinity),
      .asymmetric(row: 1, column: 6, value: 2, mirrored: 3), .notPositiveSemidefinite(column: 9),
      .invalidSetting(name: "threads", value: "0", rule: "it must be at least 1"), .tooLarge(reason: "too much"),
    ]
    let fragments = [
      "3", "cone 2", "column 3", "row 7, column 5", "entry 7", "row 1, column 6",
      "column 9", "threads", "too much",
    ]
    for (error, fragment) in zip(errors, fragments) { #expect("\(error)".contains(fragment)) }
  }
}
