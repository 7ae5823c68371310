/// Rows that the bounds of their variables decide.
///
/// Let `β` be the largest value of `aᵀx` over the bounds, attained at bounds `v_j` with slacks `s_j = c_j(v_j − x_j)`. Then `aᵀx =
/// β − Σ λ_j s_j` with `λ_j = |a_j/c_j|`, so `aᵀx ≤ b` says nothing if `β ≤ b`, and goes with `z = 0`, `s = (b − β)τ + Σ λ_j s_j ≥ 0`.
/// If the least value exceeds `b` by more than rounding, the row and the bounds are a certificate: multiplier 1 on the row and `λ_j`
/// on the bounds. Equalities contradict their bounds on either side.
enum RedundantRows {
  static func search(_ problem: ConicProblem) -> ReductionFinding {
    let rows = LinearRows(problem)
    let bounds = VariableBounds(problem, rows)
    var implied: [RowSelection.Implied] = []
    var keep = [Bool](repeating: true, count: problem.rowCount)
    for i in 0..<rows.count where rows.entries(i).count > 1 {
      let b = problem.b[i]
      for sign in i < rows.equalities ? [1.0, -1] : [1] {
        guard let least = bounds.least(i, sign: sign) else { continue }
        if least.value - sign * b > Tuning.presolveContradiction * (least.size + abs(b)) {
          return .infeasible(certificate(problem, row: i, sign: sign, bounds.active(i, sign: sign)))
        }
      }
      guard i >= rows.equalities, let largest = bounds.least(i, sign: -1), -largest.value <= b else { continue }
      keep[i] = false
      let terms = bounds.active(i, sign: -1).map { ($0.row, $0.multiplier) }
      implied.append(.init(row: i, terms: terms, constant: b + largest.value))
    }
    guard !implied.isEmpty else { return .nothing }
    let step = RowSelection(
      source: keep.indices.filter { keep[$0] }, oldRowCount: problem.rowCount, implied: implied)
    let columns = [Bool](repeating: true, count: problem.variableCount)
    return .smaller(problem.keeping(rows: keep, columns: columns), step, count: implied.count)
  }

  private static func certificate(
    _ problem: ConicProblem, row: Int, sign: Double, _ active: [VariableBounds.Active]
  ) -> HomogeneousPoint {
    var point = HomogeneousPoint.zero(problem)
    point.z[row] = sign
    for bound in active { point.z[bound.row] += bound.multiplier }
    return point
  }
}
