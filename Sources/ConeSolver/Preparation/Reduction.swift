/// A point `(x, s, z, τ)` of the homogeneous embedding: `(x, s, z)/τ` is a point of the program, `(0, 0, z, 0)` a certificate of
/// primal infeasibility and `(x, s, 0, 0)` a ray, a certificate of dual infeasibility.
struct HomogeneousPoint: Equatable {
  var x, s, z: [Double]
  var tau: Double

  static func zero(_ problem: ConicProblem) -> HomogeneousPoint {
    HomogeneousPoint(
      x: [Double](repeating: 0, count: problem.variableCount), s: [Double](repeating: 0, count: problem.rowCount),
      z: [Double](repeating: 0, count: problem.rowCount), tau: 0)
  }
}

/// The way back of one step of presolve.
///
/// It is positively homogeneous in `(x, s, z, τ)`, so one formula serves solutions, certificates and rays: the data `b` and `q`
/// enter multiplied by `τ`. See docs/presolve.md.
protocol ReductionStep {
  /// Takes a point of the smaller program to the point of the larger one with the same residuals, gap and cone membership.
  func restore(_ point: HomogeneousPoint) -> HomogeneousPoint
}

/// What one kind of reduction finds in a program.
enum ReductionFinding {
  case nothing
  /// A smaller program with its way back, how many of what it removed, and, where that was a choice, why.
  case smaller(ConicProblem, any ReductionStep, count: Int, reason: String? = nil)
  /// A certificate or a ray of the program.
  case infeasible(HomogeneousPoint)
}

/// One kind of reduction: its name in the log and its search, which must not change a program it finds nothing in.
struct ReductionKind: Sendable {
  let one, many: String
  let search: @Sendable (ConicProblem) -> ReductionFinding

  /// In the order in which they are tried: what splits and sorts rows first, since the others look at linear rows only; and faces
  /// and the dual before variables of a cone are fixed, which would hide them.
  static let all = [
    ReductionKind(one: "1 cone split", many: "cones split", search: ConeSplitting.search),
    ReductionKind(one: "1 cone merged or moved", many: "cones merged or moved", search: RowOrder.search),
    ReductionKind(one: "1 matrix variable on a face", many: "matrix variables on faces", search: VariableFace.search),
    ReductionKind(one: "solved as its dual", many: "times taken to its dual") { Dualisation.search($0) },
    ReductionKind(one: "1 cone taken to a face", many: "cones taken to faces", search: FacialReduction.search),
    ReductionKind(one: "1 empty row", many: "empty rows", search: EmptyRows.search),
    ReductionKind(one: "1 fixed variable", many: "fixed variables", search: FixedVariables.search),
    ReductionKind(one: "1 free column singleton", many: "free column singletons", search: ColumnSingletons.search),
    ReductionKind(one: "1 parallel row", many: "parallel rows", search: ParallelRows.search),
    ReductionKind(one: "1 redundant row", many: "redundant rows", search: RedundantRows.search),
    ReductionKind(one: "1 variable forced", many: "variables forced", search: ForcingRows.search),
  ]
}

/// A smaller program with the same answers: the steps that led to it, and the way back through all of them.
struct Reduction {
  /// The program after all steps.
  private(set) var problem: ConicProblem
  /// A point of the user's program that shows, up to verification, that it or its dual has no feasible point.
  private(set) var verdict: HomogeneousPoint?
  private var steps: [any ReductionStep] = []
  private var counts: [Int]
  /// A sentence for each step that needed a reason.
  private(set) var reasons: [String] = []

  /// The program as it is.
  init(unchanged problem: ConicProblem) {
    self.problem = problem
    counts = ReductionKind.all.map { _ in 0 }
  }

  /// Applies every kind of reduction until none finds anything. Complexity: O(n + m + nonzeros) a round, and at most
  /// `Tuning.presolveRounds` rounds.
  init(reducing problem: ConicProblem) {
    self.init(unchanged: problem)
    for _ in 0..<Tuning.presolveRounds {
      var found = false
      for (index, kind) in ReductionKind.all.enumerated() {
        switch kind.search(self.problem) {
        case .nothing: continue
        case .smaller(let smaller, let step, let count, let reason):
          self.problem = smaller
          steps.append(step)
          counts[index] += count
          if let reason { reasons.append(reason) }
          found = true
        case .infeasible(let point):
          verdict = restore(point)
          return
        }
      }
      if !found { return }
    }
  }

  /// Whether nothing was changed: the program is the one it was made from, bit for bit.
  var isEmpty: Bool { steps.isEmpty }

  /// A point of the original program from a point of the reduced one.
  func restore(_ point: HomogeneousPoint) -> HomogeneousPoint {
    steps.reversed().reduce(point) { $1.restore($0) }
  }

  /// What was removed, in words for the log.
  var summary: String {
    var parts: [String] = []
    for (kind, count) in zip(ReductionKind.all, counts) where count > 0 {
      parts.append(count == 1 ? kind.one : "\(count) \(kind.many)")
    }
    if verdict != nil { parts.append("infeasible") }
    return parts.isEmpty ? "nothing to remove" : parts.joined(separator: ", ")
  }
}
