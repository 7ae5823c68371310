import LinearAlgebra
import TestSupport
import Testing

@testable import ConeSolver

/// Each reduction on programs that have its structure: the algebra of its way back, and whole solves judged on the user's program.
@Suite struct PresolveTests {
  /// A structure, what presolve calls it, and how to give it to a draft.
  struct Structure: Sendable, CustomStringConvertible {
    let name: String
    let removes: String
    let decorate: @Sendable (inout ProgramDraft, inout SplitMix64) -> Void
    var description: String { name }
  }

  static let structures = [
    Structure(name: "hidden blocks", removes: "split") { draft, rng in
      let empty = [Double](repeating: 0, count: draft.n)
      draft.append(.nonnegative(2), rows: [empty, empty], b: [1, 2], likeRows: nil, factors: [])
      draft.hideBlocks(&rng)
    },
    Structure(name: "one-dimensional cones", removes: "merged") { draft, rng in
      draft.appendEmptyRows(.secondOrder(1), onBoundary: false, &rng)
      draft.appendEmptyRows(.positiveSemidefinite(order: 1), onBoundary: false, &rng)
    },
    Structure(name: "fixed by equality", removes: "fixed") { draft, rng in
      for _ in 0..<rng.integer(1...3) { draft.appendFixedVariable(byPair: false, &rng) }
    },
    Structure(name: "fixed by bounds that meet", removes: "parallel") { draft, rng in
      for _ in 0..<rng.integer(1...2) { draft.appendFixedVariable(byPair: true, &rng) }
    },
    Structure(name: "singleton of an equality", removes: "singleton") { draft, rng in
      for _ in 0..<rng.integer(1...3) { draft.appendColumnSingleton(inEquality: true, &rng) }
    },
    Structure(name: "singleton of an inequality", removes: "singleton") { draft, rng in
      for _ in 0..<rng.integer(1...3) { draft.appendColumnSingleton(inEquality: false, &rng) }
    },
    Structure(name: "empty rows", removes: "empty") { draft, rng in
      draft.appendEmptyRows(.nonnegative(2), onBoundary: rng.chance(0.5), &rng)
    },
    Structure(name: "empty columns", removes: "fixed") { draft, rng in draft.appendColumn(cost: 0) },
    Structure(name: "parallel rows", removes: "parallel") { draft, rng in
      let zero = [Double](repeating: 0, count: draft.n)
      var row = zero
      row[0] = 1
      // Bounds so far away that every witness keeps them: the looser of two on each side goes.
      let far = 1 + 100 * ([draft.primal?.x, draft.optimum?.x].compactMap { $0.map(largest) }.max() ?? 0)
      for (sign, bound) in [(1.0, far), (1, 2 * far), (-1, far), (-1, 3 * far)] where sign * (draft.ray?.x[0] ?? 0) <= 0 {
        draft.appendBound(sign, bound, row)
      }
      draft.duplicateRows(of: .zero(0), count: 2, &rng)
      draft.duplicateRows(of: .nonnegative(0), count: 2, &rng)
    },
    Structure(name: "redundant rows", removes: "redundant") { draft, rng in
      for _ in 0..<rng.integer(1...2) { draft.appendRedundantRow(&rng) }
    },
    Structure(name: "forcing equality", removes: "forced") { draft, rng in
      for _ in 0..<rng.integer(1...2) { draft.appendForcingRow(isEquality: true, &rng) }
    },
    Structure(name: "forcing inequality", removes: "forced") { draft, rng in
      for _ in 0..<rng.integer(1...2) { draft.appendForcingRow(isEquality: false, &rng) }
    },
    Structure(name: "face of a semidefinite cone", removes: "face") { draft, rng in draft.appendFace(&rng) },
    Structure(name: "matrix variable on a face", removes: "face") { draft, rng in draft.appendMatrixVariable(&rng) },
    Structure(name: "everything", removes: "split") { draft, rng in
      draft.appendFixedVariable(byPair: true, &rng)
      draft.appendColumnSingleton(inEquality: false, &rng)
      draft.appendForcingRow(isEquality: false, &rng)
      draft.appendFixedVariable(byPair: false, &rng)
      draft.appendRedundantRow(&rng)
      draft.duplicateRows(of: .nonnegative(0), count: 2, &rng)
      draft.appendColumnSingleton(inEquality: true, &rng)
      draft.hideBlocks(&rng)
      draft.appendColumn(cost: 0)
    },
  ]

  // MARK: Whole solves

  /// Every status is right and everything claimed holds on the user's program, by arithmetic of its own.
  @Test(arguments: structures.indices) func claimsHold(_ index: Int) throws {
    let structure = Self.structures[index]
    var settings = Settings()
    settings.threads = 1
    var statuses: [Status: Int] = [:]
    for seed in UInt64(0)..<240 {
      let program = RandomProgram(seed: 20_000_000 + seed, decoration: structure.decorate)
      #expect(program.draft.witnessError < 1e-11, "\(structure) \(program.description)")
      let solution = try program.problem.solve(settings)
      let faults = SolutionCheck(program, solution).faults
      #expect(faults.isEmpty, "\(structure): \(faults) \(program.description)")
      statuses[solution.status, default: 0] += 1
    }
    for status in [Status.solved, .primalInfeasible, .dualInfeasible] { #expect(statuses[status, default: 0] > 20) }
  }

  /// The structure is found, and what is left is smaller.
  @Test(arguments: structures.indices) func theStructureIsFound(_ index: Int) {
    let structure = Self.structures[index]
    var found = 0
    var searched = 0
    for seed in UInt64(0)..<240 {
      let problem = RandomProgram(seed: 20_000_000 + seed, decoration: structure.decorate).problem
      let reduction = Reduction(reducing: problem)
      if reduction.verdict != nil { continue }
      searched += 1
      if reduction.summary.contains(structure.removes) { found += 1 }
      #expect(reduction.problem.rowCount + reduction.problem.variableCount <= problem.rowCount + problem.variableCount)
      // What is left has nothing more to remove.
      let again = Reduction(reducing: reduction.problem)
      #expect(again.isEmpty && again.verdict == nil && again.problem == reduction.problem, "\(structure) seed \(seed)")
    }
    // Another reduction may come first, such as an equality that happens to fix a variable before its bounds do.
    #expect(searched > 100 && Double(found) >= 0.95 * Double(searched), "\(structure): \(found) of \(searched)")
  }

  // MARK: The way back

  /// Whatever the point, solution or not, its image has the same gap and residuals (implied rows a multiple of them) and
  /// stays in the cones.
  @Test(arguments: structures.indices) func theWayBackKeepsResidualsAndGap(_ index: Int) {
    let structure = Self.structures[index]
    for seed in UInt64(0)..<240 {
      let program = RandomProgram(seed: 20_000_000 + seed, decoration: structure.decorate)
      guard program.scaling.mode == .none else { continue }
      let problem = program.problem
      let reduction = Reduction(reducing: problem)
      if reduction.verdict != nil { continue }
      var rng = SplitMix64(seed: seed)
      let small = reduction.problem
      let s = small.cones.flatMap { $0.interiorPoint(dual: false, &rng) }
      let z = small.cones.flatMap { $0.interiorPoint(dual: true, &rng) }
      let point = HomogeneousPoint(x: rng.normals(small.variableCount), s: s, z: z, tau: 1)
      let back = reduction.restore(point)
      let before = OptimalityMeasures(small, x: point.x, s: point.s, z: point.z)
      let after = OptimalityMeasures(problem, x: back.x, s: back.s, z: back.z)
      let terms = inner(problem.b.map(abs), back.z.map(abs)) + inner(problem.q.map(abs), back.x.map(abs))
      let size = after.gapScale + before.gapScale + terms
      #expect(abs(after.gap - before.gap) <= 1e-11 * size, "\(structure) seed \(seed)")
      // The slack of an implied row sums those of others times ratios of coefficients.
      let rounding = 1e-11 * after.primalScale
      #expect(after.primalResidual <= 100 * before.primalResidual + rounding, "\(structure) seed \(seed)")
      #expect(after.primalResidual >= (1 - 1e-9) * before.primalResidual - rounding, "\(structure) seed \(seed)")
      let change = abs(after.dualResidual - before.dualResidual)
      #expect(change <= 1e-11 * (1 + after.dualScale), "\(structure) seed \(seed)")
      let margin = min(
        independentMargin(problem.cones, back.s, dual: false), independentMargin(problem.cones, back.z, dual: true))
      #expect(margin >= -1e-13 * max(largest(back.s), largest(back.z)), "\(structure) seed \(seed): \(margin)")
    }
  }

  /// A way back is positively homogeneous.
  @Test func theWayBackIsHomogeneous() {
    for structure in Self.structures {
      let program = RandomProgram(seed: 20_000_012, decoration: structure.decorate)
      let reduction = Reduction(reducing: program.problem)
      guard reduction.verdict == nil else { continue }
      var rng = SplitMix64(seed: 3)
      let (n, m) = (reduction.problem.variableCount, reduction.problem.rowCount)
      let (s, z) = (rng.normals(m).map(abs), rng.normals(m).map(abs))
      let point = HomogeneousPoint(x: rng.normals(n), s: s, z: z, tau: 0.75)
      let once = reduction.restore(point)
      // A power of two changes no rounding.
      func times4(_ point: HomogeneousPoint) -> HomogeneousPoint {
        func scaled(_ v: [Double]) -> [Double] { v.map { 4 * $0 } }
        return HomogeneousPoint(x: scaled(point.x), s: scaled(point.s), z: scaled(point.z), tau: 4 * point.tau)
      }
      #expect(reduction.restore(times4(point)) == times4(once), "\(structure)")
    }
  }

  // MARK: Nothing to do

  /// A program without structure goes its way untouched, bit for bit.
  @Test func nothingToRemoveChangesNothing() throws {
    var untouched = 0
    for seed in UInt64(0)..<600 {
      let problem = RandomProgram(seed: 21_000_000 + seed).problem
      let reduction = Reduction(reducing: problem)
      guard reduction.isEmpty, reduction.verdict == nil else { continue }
      untouched += 1
      #expect(reduction.problem == problem && reduction.summary == "nothing to remove")
      var settings = Settings()
      settings.threads = 1
      let with = try problem.solve(settings)
      settings.presolve = false
      let without = try problem.solve(settings)
      #expect(with.status == without.status && with.iterations == without.iterations)
      #expect(with.x == without.x && with.s == without.s && with.z == without.z)
    }
    #expect(untouched > 30)
  }
}
