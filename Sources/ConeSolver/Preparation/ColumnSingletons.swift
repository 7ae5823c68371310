import LinearAlgebra

/// Variables without curvature that occur in one linear row only, `a x_j + rᵀx = b_i` or `≤ b_i`.
///
/// Stationarity of `x_j` fixes the multiplier, `y = −q_j/a`. On an equality row `x_j` takes up whatever `rᵀx` leaves. On an inequality
/// `y > 0` says that the row is active, `y = 0` that `x_j` can always satisfy it, and `y < 0` that moving `x_j` away from the bound
/// is a ray. Row and column go, and `q' = q + yr`. Back:
///
///     x_j = (b_iτ − rᵀx)/a,   s_i = 0,   z_i = yτ.
///
/// A small `a` does no harm: whatever solves the program, `x_j` and `z_i` have these values.
///
/// *Check.* Column `k ≠ j` of the stationarity gets `r_k z_i = y r_kτ`, the change of its cost; `q_j x_j + b_i z_i = y rᵀx` is the
/// change of the objective. A certificate has `z_i = 0`, a ray `Ax + s = 0` in row `i` and `qᵀx = q'ᵀx'`.
struct ColumnSingletons: ReductionStep {
  private struct Substitution {
    let column, row: Int
    let pivot, rightHandSide, multiplier: Double
    let rest: [(column: Int, value: Double)]
  }

  private let substitutions: [Substitution]
  private let kept: KeptEntries

  func restore(_ point: HomogeneousPoint) -> HomogeneousPoint {
    var old = kept.expand(point)
    for substitution in substitutions {
      var rest = substitution.rightHandSide * point.tau
      for entry in substitution.rest { rest -= entry.value * old.x[entry.column] }
      old.x[substitution.column] = rest / substitution.pivot
      old.z[substitution.row] = substitution.multiplier * point.tau
    }
    return old
  }

  static func search(_ problem: ConicProblem) -> ReductionFinding {
    let rows = LinearRows(problem)
    let curved = problem.curvedVariables
    var substitutions: [Substitution] = []
    var keepRow = [Bool](repeating: true, count: problem.rowCount)
    var keepColumn = [Bool](repeating: true, count: problem.variableCount)
    for i in 0..<rows.count {
      let entries = rows.entries(i)
      guard let place = entries.first(where: { rows.columnCounts[rows.columns[$0]] == 1 && !curved[rows.columns[$0]] })
      else { continue }
      let (j, a) = (rows.columns[place], rows.values[place])
      let multiplier = -problem.q[j] / a
      guard multiplier.isFinite else { continue }
      if i >= rows.equalities, multiplier < 0 {
        var ray = HomogeneousPoint.zero(problem)
        ray.x[j] = a > 0 ? -1 : 1
        ray.s[i] = abs(a)
        return .infeasible(ray)
      }
      keepRow[i] = false
      keepColumn[j] = false
      substitutions.append(
        Substitution(
          column: j, row: i, pivot: a, rightHandSide: problem.b[i], multiplier: multiplier,
          rest: entries.filter { $0 != place }.map { (rows.columns[$0], rows.values[$0]) }))
    }
    guard !substitutions.isEmpty else { return .nothing }
    let step = ColumnSingletons(
      substitutions: substitutions, kept: KeptEntries(rows: keepRow, columns: keepColumn))
    var shifted = problem
    shiftCosts(substitutions, &shifted.q)
    return .smaller(shifted.keeping(rows: keepRow, columns: keepColumn), step, count: substitutions.count)
  }

  /// `q ← q + yr`; a sum that cancels to its rounding is zero.
  private static func shiftCosts(_ substitutions: [Substitution], _ q: inout [Double]) {
    var terms = q.map { abs($0) }
    for substitution in substitutions {
      for entry in substitution.rest {
        let term = substitution.multiplier * entry.value
        q[entry.column] += term
        terms[entry.column] += abs(term)
      }
    }
    for j in q.indices where abs(q[j]) <= Tuning.cancellation * terms[j] { q[j] = 0 }
  }
}
