import ConeSolver
import LinearAlgebra

/// How far a point is from satisfying each constraint, and, of a solution, each optimality condition. Recomputed from
/// the expressions of the model, not from the program that was solved.
///
/// The violation of a constraint is how much its right-hand side would have to give way: the largest entry that is
/// missing for `==`, `<=` and `>=`; `‖v‖ − t` for a second-order cone; minus the least eigenvalue for a semidefinite
/// one; zero when it holds.
public struct FeasibilityReport: Sendable, CustomStringConvertible {
  /// A constraint or a domain.
  public struct Line: Sendable {
    public let label: String
    public let formula: String
    /// By how much the point misses it.
    public let violation: Double
    /// By how much the multipliers miss the dual cone; `nil` for a point without multipliers.
    public let dualViolation: Double?
    /// `⟨multiplier, slack⟩`, zero at an optimum; `nil` for a point without multipliers.
    public let complementarity: Double?
  }

  public let lines: [Line]
  /// The objective at the point.
  public let objective: Double
  /// The dual objective; `nil` for a point without multipliers.
  public let bound: Double?
  /// `‖Px + Aᵀz + q‖∞`, the largest violated entry of stationarity; `nil` for a point without multipliers.
  public let stationarity: Double?

  /// The largest violation.
  public var violation: Double { lines.reduce(0) { Swift.max($0, $1.violation) } }

  public var description: String {
    func text(_ value: Double?) -> String { value.map(\.short) ?? "" }
    let header = ["", "violation", "dual", "complementarity"]
    let rows = lines.map {
      [$0.label + ": " + $0.formula, $0.violation.short, text($0.dualViolation), text($0.complementarity)]
    }
    let widths = (0..<4).map { k in ([header] + rows).reduce(0) { Swift.max($0, $1[k].count) } }
    let table = ([header] + rows).map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
    }
    var summary = "objective \(objective)"
    if let bound { summary += ", bound \(bound)" }
    if let stationarity { summary += ", stationarity \(stationarity.short)" }
    return (table + [summary]).joined(separator: "\n")
  }
}

extension Problem {
  /// How far a point is from satisfying each constraint.
  ///
  /// - Throws: `ModelError` for a fault in the problem, or a point of another model.
  public func violations(at point: ModelPoint) throws(ModelError) -> FeasibilityReport {
    let model = try validated()
    guard point.model === model else { throw .mixedModels }
    var lines: [FeasibilityReport.Line] = []
    for block in constraints {
      let values = try point.values(of: block.body)
      lines.append(
        .init(
          label: block.label, formula: block.formula, violation: block.violation(values), dualViolation: nil,
          complementarity: nil))
    }
    for block in model.blocks where block.domain != .free {
      let values = Array(
        (point.x + [Double](repeating: 0, count: Swift.max(0, block.variables.upperBound - point.x.count)))[
          block.variables])
      lines.append(
        .init(
          label: "the domain of \(block.name)", formula: block.domainFormula, violation: block.violation(values),
          dualViolation: nil, complementarity: nil))
    }
    return FeasibilityReport(
      lines: lines, objective: try point.values(of: objective)[0], bound: nil, stationarity: nil)
  }
}

extension ModelSolution {
  /// By how much the solution misses a constraint; see `FeasibilityReport`.
  ///
  /// - Throws: the fault of the constraint; `mixedModels` or `unknownVariable` when it is not about this problem.
  public func violation<S: Shape>(
    of constraint: Constraint<S>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> Double {
    constraint.block.violation(try values(of: constraint.block.body, at: SourcePlace(fileID, line)))
  }

  /// Violations of all constraints and domains, of their dual cones, complementarity, stationarity and the gap.
  ///
  /// - Throws: `ModelError` when a constraint cannot be evaluated.
  public func report() throws(ModelError) -> FeasibilityReport {
    var lines: [FeasibilityReport.Line] = []
    var seen: Set<ObjectIdentifier> = []
    for block in compiled.sourceProblem.constraints {
      let key = ObjectIdentifier(block.identity)
      guard seen.insert(key).inserted, let part = compiled.constraintParts[key] else { continue }
      lines.append(line(part, block.formula, block.violation(try values(of: block.body))))
    }
    for (index, part) in compiled.domainParts.sorted(by: { $0.key < $1.key }) {
      let block = compiled.blocks[index]
      lines.append(line(part, block.domainFormula, block.violation(Array(point[block.variables]))))
    }
    return FeasibilityReport(
      lines: lines, objective: try values(of: compiled.sourceProblem.objective)[0], bound: bound,
      stationarity: underlying.residuals.dual)
  }

  private func line(_ part: ConstraintPart, _ formula: String, _ violation: Double) -> FeasibilityReport.Line {
    var dualViolation = 0.0
    var complementarity = 0.0
    for range in part.ranges {
      let rows = compiled.rows(of: range)
      let (s, z) = (underlying.s[rows], underlying.z[rows])
      complementarity += zip(s, z).reduce(0) { $0 + $1.0 * $1.1 }
      switch range.kind {
      case .zero: break
      case .nonnegative: dualViolation = z.reduce(dualViolation) { Swift.max($0, -$1) }
      case .secondOrder, .positiveSemidefinite:
        var start = 0
        for cone in compiled.problem.cones {
          defer { start += cone.dimension }
          guard rows.contains(start), cone.dimension > 0 else { continue }
          dualViolation = Swift.max(dualViolation, cone.violation(Array(underlying.z[start..<start + cone.dimension])))
        }
      }
    }
    return .init(
      label: part.label, formula: formula, violation: violation, dualViolation: dualViolation,
      complementarity: complementarity)
  }
}

extension Cone {
  /// How far a vector is outside a second-order or semidefinite cone.
  fileprivate func violation(_ v: [Double]) -> Double {
    switch self {
    case .secondOrder: return Swift.max(0, v.dropFirst().reduce(0) { $0 + $1 * $1 }.squareRoot() - v[0])
    case .positiveSemidefinite(let k):
      let weights = triangleWeights(order: k, offDiagonal: 0.5.squareRoot())
      let matrix = Constant<Symmetric>(extent: .square(k), values: zip(v, weights).map { $0 * $1 })
      return Swift.max(0, -(matrix.eigenvalues.first ?? 0))
    case .zero: return v.reduce(0) { Swift.max($0, $1.magnitude) }
    case .nonnegative: return v.reduce(0) { Swift.max($0, -$1) }
    }
  }
}

extension ConstraintBlock {
  /// By how much the constraint is missed where its left side minus the right has the given entries.
  func violation(_ entries: [Double]) -> Double {
    let v = entries.map { orientation * $0 }
    switch set {
    case .zero: return Cone.zero(v.count).violation(v)
    case .nonnegative: return Cone.nonnegative(v.count).violation(v)
    case .secondOrder: return Cone.secondOrder(v.count).violation(v)
    case .rotatedSecondOrder:
      return Cone.secondOrder(v.count).violation([v[0] + v[1], v[0] - v[1]] + v[2...].map { 2 * $0 })
    case .positiveSemidefinite: return leastEigenvalueBelowZero(v)
    case .doublyNonnegative: return Swift.max(leastEigenvalueBelowZero(v), Cone.nonnegative(v.count).violation(v))
    }
  }

  private func leastEigenvalueBelowZero(_ triangle: [Double]) -> Double {
    Swift.max(0, -(Constant<Symmetric>(extent: body.extent, values: triangle).eigenvalues.first ?? 0))
  }
}

extension VariableBlock {
  /// By how much values of the variable miss its domain.
  func violation(_ values: [Double]) -> Double {
    switch domain {
    case .free: return 0
    case .box(let lower, let upper): return values.reduce(0) { Swift.max($0, lower - $1, $1 - upper) }
    case .nonnegative, .positiveSemidefinite, .doublyNonnegative:
      let variables = ExpressionBody(extent: extent, affine: .constants(values))
      return ConstraintBlock(variables, domain.set!, orientation: 1).violation(values)
    }
  }
}
