import ConeSolver

/// A proof that no point satisfies all constraints of a problem, in terms of those constraints.
///
/// Each constraint, times its multiplier, is a quantity that is zero or more wherever the constraint holds, by the sign
/// of the multiplier. Added together the variables cancel and `−1` remains (with norms and other atoms, at most `−1`): so
/// the constraints cannot all hold (Farkas' lemma; the solver has verified it on the program's data).
///
/// A proof may lean on more constraints than are needed. `pruned()` finds few that contradict each other already.
public struct InfeasibilityProof: Sendable, CustomStringConvertible {
  /// A constraint, or the domain of a variable, that the proof uses.
  public struct Part: Sendable {
    /// The constraint's name or number, and where it entered the problem; or the variable whose domain it is.
    public let label: String
    /// The constraint in symbols.
    public let formula: String
    /// The multipliers of its entries, with the signs of a minimisation.
    public let multipliers: [Double]
    let origin: Origin
  }

  enum Origin: Sendable, Hashable {
    case constraint(Int)
    case domain(Int)
  }

  let solution: ModelSolution
  /// What the proof uses, by decreasing weight.
  public let parts: [Part]

  /// Multipliers of a part below this fraction of the largest are rounding.
  private static let negligible = 1e-7

  init(solution: ModelSolution) {
    self.solution = solution
    let compiled = solution.compiled
    var candidates: [Part] = []
    var seen: Set<ObjectIdentifier> = []
    for (index, block) in compiled.sourceProblem.constraints.enumerated() {
      let key = ObjectIdentifier(block.identity)
      guard seen.insert(key).inserted, let part = compiled.constraintParts[key] else { continue }
      let zero = [Double](repeating: 0, count: block.body.affine.count)
      candidates.append(
        Part(
          label: part.label, formula: block.formula, multipliers: solution.read(part.pieces, block.orientation, zero),
          origin: .constraint(index)))
    }
    for (index, part) in compiled.domainParts {
      let block = compiled.blocks[index]
      let zero = [Double](repeating: 0, count: block.count)
      candidates.append(
        Part(
          label: part.label, formula: block.domainFormula, multipliers: solution.read(part.pieces, 1, zero),
          origin: .domain(index)))
    }
    func weight(_ part: Part) -> Double { part.multipliers.reduce(0) { Swift.max($0, $1.magnitude) } }
    let least = Self.negligible * (candidates.map(weight).max() ?? 0)
    parts = candidates.filter { weight($0) > least }.sorted { weight($0) > weight($1) }
  }

  /// The multiplier of a constraint.
  ///
  /// - Throws: `ModelError.unknownConstraint` when the problem does not contain the constraint.
  public func multiplier(
    of constraint: Constraint<Scalar>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> Double {
    try solution.dual(of: constraint, fileID: fileID, line: line)
  }

  /// The multipliers of a constraint.
  ///
  /// - Throws: `ModelError.unknownConstraint` when the problem does not contain the constraint.
  public func multiplier(
    of constraint: Constraint<Vector>, fileID: StaticString = #fileID, line: Int = #line
  ) throws(ModelError) -> [Double] {
    try solution.dual(of: constraint, fileID: fileID, line: line)
  }

  /// A proof by constraints none of which can be spared: without any one of them, the solver no longer proves the
  /// others contradictory.
  ///
  /// Deletion filter (Chinneck & Dravnieks, ORSA J. Comput. 3, 1991) over the constraints that this proof uses, the
  /// light ones first; domains of variables stay. Complexity: a solve for each of them.
  ///
  /// - Throws: `ModelError` when the problem cannot be compiled.
  public func pruned(_ settings: Settings = Settings()) throws(ModelError) -> InfeasibilityProof {
    let problem = solution.compiled.sourceProblem
    var kept = parts.compactMap { part in
      if case .constraint(let index) = part.origin { index } else { nil }
    }
    var proof = self
    for candidate in kept.reversed() where kept.count > 1 {
      let rest = kept.filter { $0 != candidate }
      guard let shorter = try problem.proof(by: rest, settings) else { continue }
      kept = rest
      proof = shorter
    }
    return proof
  }

  public var description: String {
    if parts.isEmpty { return "No point satisfies the constraints." }
    let lines = parts.map { "  \($0.label): \($0.formula), \($0.multiplierText)" }
    return """
      No point satisfies all of
      \(lines.joined(separator: "\n"))
      Multiplied and added they say 0 ≥ 1.
      """
  }
}

extension InfeasibilityProof.Part {
  fileprivate var multiplierText: String {
    if multipliers.count == 1 { return "times \(multipliers[0].short)" }
    let largest = multipliers.reduce(0) { Swift.max($0, $1.magnitude) }
    let active = multipliers.indices.filter { multipliers[$0].magnitude > 1e-6 * largest }
    if active.count <= 4 {
      return active.map { "entry \($0) times \(multipliers[$0].short)" }.joined(separator: ", ")
    }
    return "\(active.count) of \(multipliers.count) entries times up to \(largest.short)"
  }
}

extension Problem {
  /// A proof that some of the constraints, given by their indices, contradict each other; `nil` when the solver finds
  /// none.
  fileprivate func proof(by indices: [Int], _ settings: Settings) throws(ModelError) -> InfeasibilityProof? {
    // Without an objective the multipliers are a certificate from the start; the variables keep their columns.
    let zero = ExpressionBody(extent: .scalar, affine: objective.affine.scaled { _ in 0 })
    let sub = Problem(.minimize, zero, indices.sorted().map { constraints[$0] }, at: place)
    guard case .infeasible(let proof) = try sub.compile().solve(settings) else { return nil }
    return proof
  }
}
