import Foundation
import LinearAlgebra

/// Picks the strategy with the smaller forecast for one iteration's factorisation, and says why.
struct StrategyChoice {
  let strategy: any KKTStrategy
  /// One sentence for the log.
  let reason: String
  /// Seconds an iteration is forecast to take.
  let forecast: Double

  /// The same choice for other values in the same pattern, without another analysis; `nil` when that cannot be done.
  func updated(to problem: ConicProblem) -> StrategyChoice? {
    strategy.updated(to: problem).map { StrategyChoice(strategy: $0, reason: reason, forecast: forecast) }
  }

  private init(strategy: any KKTStrategy, reason: String, forecast: Double) {
    self.strategy = strategy
    self.reason = reason
    self.forecast = forecast
  }

  init(_ problem: ConicProblem, requested: KKTChoice) throws(ProblemError) {
    let pattern = QuasidefiniteStrategy.patternSize(of: problem)
    let patternFits = 24 * pattern <= Tuning.memoryLimit
    let complement = requested == .quasidefinite ? nil : SchurComplement(problem, requested: requested)
    if requested == .schur {
      guard let complement else {
        throw .tooLarge(reason: "the Schur complement \(SchurComplement.size(problem)); try --kkt quasidefinite")
      }
      strategy = complement.strategy()
      forecast = complement.cost + Self.coneOperations(strategy.cones)
      reason = complement.description + ", as asked" + Self.chordalCones(strategy.cones)
      return
    }
    if requested == .quasidefinite {
      guard patternFits, let quasidefinite = QuasidefiniteStrategy(problem) else {
        throw .tooLarge(reason: "the quasidefinite matrix has \(Self.count(pattern)) entries; try --kkt schur")
      }
      strategy = quasidefinite
      forecast = quasidefinite.factorizationCost + Self.coneOperations(quasidefinite.cones)
      reason = "quasidefinite LDLᵀ with \(Self.count(quasidefinite.factorNonzeros)) entries, as asked"
      return
    }

    let schurCost = complement?.cost ?? .infinity
    // A dense block of dimension d costs at least d³/3 flops, known without an analysis.
    let least = problem.cones.reduce(0.0) { sum, cone in
      guard case .positiveSemidefinite = cone else { return sum }
      let d = Double(cone.dimension)
      return sum + d * d * d / 3 * Tuning.sparseFlop
    }
    if patternFits, least < schurCost, let quasidefinite = QuasidefiniteStrategy(problem) {
      let factorBytes = 16 * quasidefinite.factorNonzeros
      let cost = quasidefinite.factorizationCost
      if cost <= schurCost, factorBytes <= Tuning.memoryLimit || complement == nil {
        strategy = quasidefinite
        forecast = cost + Self.coneOperations(quasidefinite.cones)
        reason =
          "quasidefinite LDLᵀ with \(Self.count(quasidefinite.factorNonzeros)) entries: \(Self.seconds(cost)) an iteration forecast"
          + (complement == nil ? "" : ", \(Self.seconds(schurCost)) by Schur complement")
        return
      }
    }
    guard let complement else {
      throw .tooLarge(
        reason: "the Schur complement \(SchurComplement.size(problem)) and the quasidefinite matrix has \(Self.count(pattern)) "
          + "entries before fill; state sparse or smaller semidefinite blocks, or fewer variables or equalities")
    }
    strategy = complement.strategy()
    forecast = complement.cost + Self.coneOperations(strategy.cones)
    reason = "\(complement.description): \(Self.seconds(schurCost)) an iteration forecast" + Self.chordalCones(strategy.cones)
  }

  /// The Schur complement, sparse or dense, whichever is forecast to take less.
  private struct SchurComplement {
    /// Makes the strategy, whose matrix is only then allocated.
    let strategy: () -> any KKTStrategy
    /// Seconds for one factorisation.
    let cost: Double
    let description: String

    /// Bytes of the dense complement, and of the matrices of the semidefinite cones that come with either.
    private static func bytes(_ problem: ConicProblem) -> (dense: Double, cones: Double) {
      let cones = problem.cones.reduce(0.0) { sum, cone in
        guard case .positiveSemidefinite(let k) = cone else { return sum }
        return sum + 8 * Tuning.semidefiniteMatrices * Double(k) * Double(k)
      }
      return (SchurStrategy.bytes(variables: problem.variableCount, equalities: LinearRows.equalities(of: problem)), cones)
    }

    /// What does not fit, in words.
    static func size(_ problem: ConicProblem) -> String {
      let (dense, cones) = bytes(problem)
      return "of order \(problem.variableCount) needs \(StrategyChoice.gigabytes(dense + cones))"
        + (cones > 0 ? ", \(StrategyChoice.gigabytes(cones)) of them for its semidefinite cones" : "")
    }

    /// - Returns: `nil` when neither form fits.
    init?(_ problem: ConicProblem, requested: KKTChoice, direction: SemidefiniteDirection = .completed) {
      let (denseBytes, coneBytes) = Self.bytes(problem)
      let fits = denseBytes + coneBytes <= Tuning.memoryLimit
      guard coneBytes <= Tuning.memoryLimit else { return nil }
      let n = problem.variableCount
      let isLinear = !problem.cones.contains { if case .positiveSemidefinite = $0 { true } else { false } }
      // Without semidefinite cones the quasidefinite matrix is the sparser form of the same elimination.
      let mayBeSparse = requested == .schur || !isLinear
      guard fits || mayBeSparse else { return nil }
      let parts = SchurStrategy.Parts(problem, direction: direction)
      let denseCost =
        fits ? SchurStrategy.cost(variables: n, equalities: LinearRows.equalities(of: problem), assembly: parts.assembly) : .infinity
      if mayBeSparse, let sparse = SparseSchurStrategy(problem, parts) {
        let sparseCost = sparse.factorizationCost
        if sparseCost < denseCost, 16 * sparse.factorNonzeros + coneBytes <= Tuning.memoryLimit {
          strategy = { sparse }
          cost = sparseCost
          description = "sparse Schur complement of order \(n) with \(StrategyChoice.count(sparse.factorNonzeros)) entries"
          return
        }
      }
      guard fits else { return nil }
      strategy = { SchurStrategy(problem, parts) }
      cost = denseCost
      description = "Schur complement of order \(n)"
    }
  }

  /// What else may hold where a strategy has worn out, as far as it is cheap: Nesterov and Todd's direction in the Schur complement,
  /// or, unless one was asked for, the other elimination order.
  static func alternatives(to kind: KKTChoice, requested: KKTChoice, _ problem: ConicProblem) -> [() -> (any KKTStrategy)?] {
    switch kind {
    case .schur:
      var list: [() -> (any KKTStrategy)?] = []
      if problem.cones.contains(where: { if case .positiveSemidefinite = $0 { true } else { false } }) {
        list.append { SchurComplement(problem, requested: .schur, direction: .nesterovTodd)?.strategy() }
      }
      if requested == .automatic, QuasidefiniteStrategy.patternSize(of: problem) <= Tuning.retryEntries {
        list.append { QuasidefiniteStrategy(problem) }
      }
      return list
    default:
      let n = Double(problem.variableCount)
      return requested == .automatic && n * n <= Tuning.retryEntries ? [{ SchurStrategy(problem, .init(problem, direction: .completed)) }] : []
    }
  }

  /// Seconds that the semidefinite cones' own operations take.
  static func coneOperations(_ cones: [any SymmetricCone]) -> Double {
    cones.reduce(0) { $0 + (($1 as? any SemidefiniteScaling)?.forecast ?? 0) }
  }

  /// What the log says of the cones that are served by chordal completion.
  private static func chordalCones(_ cones: [any SymmetricCone]) -> String {
    let orders = cones.compactMap { ($0 as? ChordalSemidefiniteCone)?.order }
    return orders.isEmpty ? "" : ", chordal cones of order \(orders.map(String.init).joined(separator: ", "))"
  }

  /// Seconds to add the row products of nonnegative and second-order rows.
  static func rowAssembly(_ problem: ConicProblem) -> Double {
    var perRow = [Int](repeating: 0, count: problem.rowCount)
    for row in problem.A.rowIndices { perRow[row] += 1 }
    var total = 0.0
    var row = 0
    for cone in problem.cones {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      switch cone {
      case .nonnegative: for i in rows { total += DenseRowProducts.seconds(entries: perRow[i], variables: problem.variableCount) }
      case .zero: for i in rows { total += Double(perRow[i] * perRow[i]) / 2 * Tuning.gatherOperation }
      case .secondOrder:
        let support = Double(min(problem.variableCount, rows.reduce(0) { $0 + perRow[$1] }))
        let gathers = rows.reduce(support * support / 2) { $0 + Double(perRow[$1] * perRow[$1]) / 2 }
        total += gathers * Tuning.gatherOperation
      case .positiveSemidefinite: break
      }
    }
    return total
  }

  fileprivate static func count(_ value: Double) -> String {
    value < 1e6 ? String(Int(value)) : String(format: "%.2g million", value / 1e6)
  }
  fileprivate static func seconds(_ value: Double) -> String { String(format: "%.2g s", value) }
  fileprivate static func gigabytes(_ value: Double) -> String { String(format: "%.1f GB", value / 1e9) }
}
