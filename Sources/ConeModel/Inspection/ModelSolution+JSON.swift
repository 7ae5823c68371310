import Foundation

extension ModelSolution {
  /// The solution as JSON: status, objective and bound, residuals, the values of all variables and the duals of all
  /// constraints by name. Matrices are the entries they store: all of them column by column, or the upper triangle.
  /// What JSON cannot say, an infinity, is `null`; unnamed constraints go by their number.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(SolutionRecord(self)) + Data("\n".utf8)
  }
}

private struct SolutionRecord: Encodable {
  let status: String
  let objective: Double?
  let bound: Double?
  let iterations: Int
  let residuals: [String: Double?]
  let values: [String: [Double?]]
  let duals: [String: [Double?]]

  init(_ solution: ModelSolution) {
    func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
    let compiled = solution.compiled
    status = solution.status.rawValue
    objective = finite(solution.objective)
    bound = finite(solution.bound)
    iterations = solution.underlying.iterations
    let r = solution.underlying.residuals
    residuals = ["primal": finite(r.primal), "dual": finite(r.dual), "gap": finite(r.gap)]
    values = Dictionary(
      compiled.blocks.map { ($0.name, solution.point[$0.variables].map(finite)) },
      uniquingKeysWith: { first, _ in first })
    var duals: [String: [Double?]] = [:]
    for block in compiled.sourceProblem.constraints {
      let entries = (try? solution.dualEntries(of: block)) ?? []
      duals[block.name ?? "\(block.number ?? 0)"] = entries.map(finite)
    }
    self.duals = duals
  }
}
