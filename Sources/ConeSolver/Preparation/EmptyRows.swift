/// Linear rows without coefficients: `0 = b` or `0 ≤ b`, true and removed, or false and a certificate.
enum EmptyRows {
  static func search(_ problem: ConicProblem) -> ReductionFinding {
    let rows = LinearRows(problem)
    var implied: [RowSelection.Implied] = []
    var keep = [Bool](repeating: true, count: problem.rowCount)
    for i in 0..<rows.count where rows.entries(i).isEmpty {
      let b = problem.b[i]
      if i < rows.equalities ? b != 0 : b < 0 {
        var certificate = HomogeneousPoint.zero(problem)
        certificate.z[i] = b < 0 ? 1 : -1
        return .infeasible(certificate)
      }
      keep[i] = false
      implied.append(.init(row: i, constant: b))
    }
    guard !implied.isEmpty else { return .nothing }
    let step = RowSelection(
      source: keep.indices.filter { keep[$0] }, oldRowCount: problem.rowCount, implied: implied)
    let columns = [Bool](repeating: true, count: problem.variableCount)
    return .smaller(problem.keeping(rows: keep, columns: columns), step, count: implied.count)
  }
}
