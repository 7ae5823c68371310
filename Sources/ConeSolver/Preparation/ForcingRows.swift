/// Rows that the bounds of their variables can only just meet, which fixes all of them.
///
/// Let the least value of `aᵀx` over the bounds `v_j` be `b`. Then `aᵀx ≤ b` or `= b` holds only at `x = v`. Without these variables,
/// their bounds `c_j x_j ≤ c_j v_j` and the row, which had no interior, the program is that of `FixedVariables`. Back, with `g_j` the
/// gradient of `x_j` without them, stationarity asks for `g_j + a_j y + c_j w_j = 0`, `w ≥ 0`, where `c_j` has the sign of `−a_j`:
///
///     y = max_j −g_j/a_j, and at least 0 on an inequality;    w_j = −(g_j + a_j y)/c_j.
///
/// The largest value of `aᵀx`, on an equality, is the same with `−a`, `−b`, `−y`. *Check.* `b y + Σ c_j v_j w_j = Σ v_j(a_j y + c_j w_j) =
/// −Σ v_j g_j`, as in `FixedVariables`; the maximum of linear functions is positively homogeneous.
enum ForcingRows {
  static func search(_ problem: ConicProblem) -> ReductionFinding {
    let rows = LinearRows(problem)
    let bounds = VariableBounds(problem, rows)
    var isFixed = [Bool](repeating: false, count: problem.variableCount)
    var fixed: [FixedVariables.Fixed] = []
    var groups: [FixedVariables.Group] = []
    for i in 0..<rows.count where rows.entries(i).count > 1 {
      // A row that shares a variable with an earlier one waits for the next round.
      if rows.entries(i).contains(where: { isFixed[rows.columns[$0]] }) { continue }
      for sign in i < rows.equalities ? [1.0, -1] : [1] {
        guard let least = bounds.least(i, sign: sign) else { continue }
        let excess = least.value - sign * problem.b[i]
        let size = least.size + abs(problem.b[i])
        guard excess >= -Tuning.cancellation * size, excess <= Tuning.presolveConsistency * size else { continue }
        for bound in bounds.active(i, sign: sign) {
          isFixed[bound.column] = true
          fixed.append(
            .init(
              column: bound.column, value: bound.value, row: (bound.row, bound.pivot),
              group: (groups.count, bound.coefficient)))
        }
        groups.append(.init(row: i, sign: sign, isEquality: i < rows.equalities))
        break
      }
    }
    return FixedVariables.remove(fixed, groups: groups, from: problem, rows)
  }
}
