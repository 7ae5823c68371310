import Foundation
import LinearAlgebra

/// Picks the strategy with the smaller forecast for one iteration's factorisation, and says why.
struct StrategyChoice {
  let strategy: any KKTStrategy
  /// One sentence for the log.
  let reason: String
  /// Seconds an iteration is forecast to take.
  let forecast: Double

  init(_ problem: ConicProblem, requested: KKTChoice) throws(ProblemError) {
    let equalities = problem.cones.reduce(0) { if case .zero(let e) = $1 { $0 + e } else { $0 } }
    let n = problem.variableCount
    let schurBytes = SchurStrategy.bytes(variables: n, equalities: equalities)
    let schurFits = schurBytes <= Tuning.memoryLimit
    let pattern = QuasidefiniteStrategy.patternSize(of: problem)
    let patternFits = 24 * pattern <= Tuning.memoryLimit

    func schurForecast(_ parts: SchurStrategy.Parts) -> Double {
      let assembly = parts.blocks.reduce(Self.rowAssembly(problem)) { $0 + $1.cost }
      return SchurStrategy.cost(variables: n, equalities: equalities, assembly: assembly)
    }
    if requested == .schur {
      guard schurFits else {
        throw .tooLarge(reason: "the Schur complement of order \(n) needs \(Self.gigabytes(schurBytes)); try --kkt quasidefinite")
      }
      let parts = SchurStrategy.Parts(problem, direction: .completed)
      strategy = SchurStrategy(problem, parts)
      forecast = schurForecast(parts) + Self.coneOperations(parts.cones)
      reason = "Schur complement of order \(n), as asked" + Self.chordalCones(parts.cones)
      return
    }
    if requested == .quasidefinite {
      guard patternFits, let quasidefinite = QuasidefiniteStrategy(problem) else {
        throw .tooLarge(reason: "the quasidefinite matrix has \(Self.count(pattern)) entries; try --kkt schur")
      }
      strategy = quasidefinite
      forecast = Self.sparseFactorization(quasidefinite) + Self.coneOperations(quasidefinite.cones)
      reason = "quasidefinite LDLᵀ with \(Self.count(quasidefinite.factorNonzeros)) entries, as asked"
      return
    }

    let parts = schurFits ? SchurStrategy.Parts(problem, direction: .completed) : nil
    let schurCost = parts.map(schurForecast) ?? .infinity
    // A dense block of dimension d costs at least d³/3 flops, known without an analysis.
    let least = problem.cones.reduce(0.0) { sum, cone in
      guard case .positiveSemidefinite = cone else { return sum }
      let d = Double(cone.dimension)
      return sum + d * d * d / 3 * Tuning.sparseFlop
    }
    if patternFits, least < schurCost, let quasidefinite = QuasidefiniteStrategy(problem) {
      let factorBytes = 16 * quasidefinite.factorNonzeros
      let cost = Self.sparseFactorization(quasidefinite)
      if cost <= schurCost, factorBytes <= Tuning.memoryLimit || !schurFits {
        strategy = quasidefinite
        forecast = cost + Self.coneOperations(quasidefinite.cones)
        reason =
          "quasidefinite LDLᵀ with \(Self.count(quasidefinite.factorNonzeros)) entries: \(Self.seconds(cost)) an iteration forecast"
          + (schurFits ? ", \(Self.seconds(schurCost)) by Schur complement" : "")
        return
      }
    }
    guard let parts else {
      throw .tooLarge(
        reason: "the Schur complement of order \(n) needs \(Self.gigabytes(schurBytes)) and the quasidefinite matrix "
          + "\(Self.count(pattern)) entries before fill")
    }
    strategy = SchurStrategy(problem, parts)
    forecast = schurCost + Self.coneOperations(parts.cones)
    reason = "Schur complement of order \(n): \(Self.seconds(schurCost)) an iteration forecast" + Self.chordalCones(parts.cones)
  }

  /// What else may hold where a strategy has worn out, as far as it is cheap: Nesterov and Todd's direction in the Schur complement,
  /// or, unless one was asked for, the other elimination order.
  static func alternatives(to kind: KKTChoice, requested: KKTChoice, _ problem: ConicProblem) -> [() -> (any KKTStrategy)?] {
    switch kind {
    case .schur:
      var list: [() -> (any KKTStrategy)?] = []
      if problem.cones.contains(where: { if case .positiveSemidefinite = $0 { true } else { false } }) {
        list.append { SchurStrategy(problem, .init(problem, direction: .nesterovTodd)) }
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

  /// Seconds that one sparse factorisation takes.
  private static func sparseFactorization(_ strategy: QuasidefiniteStrategy) -> Double {
    strategy.flops * Tuning.sparseFlop + strategy.factorNonzeros * Tuning.sparseEntry
  }

  /// Seconds that the semidefinite cones' own operations take.
  private static func coneOperations(_ cones: [any SymmetricCone]) -> Double {
    cones.reduce(0) { $0 + (($1 as? any SemidefiniteScaling)?.forecast ?? 0) }
  }

  /// What the log says of the cones that are served by chordal completion.
  private static func chordalCones(_ cones: [any SymmetricCone]) -> String {
    let orders = cones.compactMap { ($0 as? ChordalSemidefiniteCone)?.order }
    return orders.isEmpty ? "" : ", chordal cones of order \(orders.map(String.init).joined(separator: ", "))"
  }

  /// Seconds to add the row products of nonnegative and second-order rows.
  private static func rowAssembly(_ problem: ConicProblem) -> Double {
    var perRow = [Int](repeating: 0, count: problem.rowCount)
    for row in problem.A.rowIndices { perRow[row] += 1 }
    var total = 0.0
    var row = 0
    for cone in problem.cones {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      switch cone {
      case .nonnegative, .zero: for i in rows { total += Double(perRow[i] * perRow[i]) / 2 }
      case .secondOrder:
        let support = Double(min(problem.variableCount, rows.reduce(0) { $0 + perRow[$1] }))
        for i in rows { total += Double(perRow[i] * perRow[i]) / 2 }
        total += support * support / 2
      case .positiveSemidefinite: break
      }
    }
    return total * Tuning.gatherOperation
  }

  private static func count(_ value: Double) -> String {
    value < 1e6 ? String(Int(value)) : String(format: "%.2g million", value / 1e6)
  }
  private static func seconds(_ value: Double) -> String { String(format: "%.2g s", value) }
  private static func gigabytes(_ value: Double) -> String { String(format: "%.1f GB", value / 1e9) }
}
