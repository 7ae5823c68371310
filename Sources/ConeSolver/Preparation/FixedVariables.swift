import LinearAlgebra

/// Variables whose value is known: by an equality row with one coefficient, `a x_j = b_i`, or, without any row, curvature or cost,
/// `x_j = 0`. A variable with a cost but no row and no curvature is a ray.
///
/// With `v = b_i/a` the program loses column `j` and row `i`, and `q' = q + vP_j`, `b' = b − vA_j`. Back: `x_j = vτ`, `s_i = 0`, and
/// the multiplier from the stationarity of `x_j`,
///
///     z_i = −(P_jᵀx + q_jτ + Σ_{r ≠ i} a_rj z_r)/a.
///
/// *Check.* The other residuals do not see `z_i`. `b_i z_i = −v(P_jᵀx + q_jτ + Σ a_rj z_r)` turns the gap of the smaller program into
/// that of the larger. A certificate has `bᵀz = b'ᵀz'` and `(Aᵀz)_j = 0`; a ray has `x_j = 0`, and `P_jᵀx = 0` follows from `P'x' = 0`
/// as `P` is semidefinite.
struct FixedVariables: ReductionStep {
  private struct Fixed {
    let column: Int
    let value: Double
    /// The equality row that fixed it, with its coefficient.
    let row: (index: Int, pivot: Double)?
    let cost: Double
    /// Other entries of its column of `A`, and its row of the symmetric `P`.
    var coefficients: [(row: Int, value: Double)] = []
    var curvature: [(column: Int, value: Double)] = []
  }

  private let fixed: [Fixed]
  private let keptRows, keptColumns: [Int]
  private let oldRowCount, oldColumnCount: Int

  func restore(_ point: HomogeneousPoint) -> HomogeneousPoint {
    var old = HomogeneousPoint(
      x: [Double](repeating: 0, count: oldColumnCount), s: [Double](repeating: 0, count: oldRowCount),
      z: [Double](repeating: 0, count: oldRowCount), tau: point.tau)
    for (new, row) in keptRows.enumerated() { (old.s[row], old.z[row]) = (point.s[new], point.z[new]) }
    for (new, column) in keptColumns.enumerated() { old.x[column] = point.x[new] }
    for variable in fixed { old.x[variable.column] = variable.value * point.tau }
    for variable in fixed {
      guard let row = variable.row else { continue }
      var gradient = variable.cost * point.tau
      for entry in variable.curvature { gradient += entry.value * old.x[entry.column] }
      for entry in variable.coefficients { gradient += entry.value * old.z[entry.row] }
      old.z[row.index] = -gradient / row.pivot
    }
    return old
  }

  static func search(_ problem: ConicProblem) -> ReductionFinding {
    let rows = LinearRows(problem)
    var index = [Int](repeating: -1, count: problem.variableCount)
    var fixed: [Fixed] = []
    var keepRow = [Bool](repeating: true, count: problem.rowCount)
    for i in 0..<rows.equalities where rows.entries(i).count == 1 {
      let place = rows.pointers[i]
      let (j, a) = (rows.columns[place], rows.values[place])
      let value = problem.b[i] / a
      guard index[j] < 0, value.isFinite else { continue }
      index[j] = fixed.count
      keepRow[i] = false
      fixed.append(Fixed(column: j, value: value, row: (i, a), cost: problem.q[j]))
    }
    let curved = problem.curvedVariables
    for j in 0..<problem.variableCount where rows.columnCounts[j] == 0 && !curved[j] {
      if problem.q[j] != 0 {
        var ray = HomogeneousPoint.zero(problem)
        ray.x[j] = problem.q[j] < 0 ? 1 : -1
        return .infeasible(ray)
      }
      index[j] = fixed.count
      fixed.append(Fixed(column: j, value: 0, row: nil, cost: 0))
    }
    guard !fixed.isEmpty else { return .nothing }
    collect(&fixed, index, problem)
    let keepColumn = index.map { $0 < 0 }
    let step = FixedVariables(
      fixed: fixed, keptRows: keepRow.indices.filter { keepRow[$0] },
      keptColumns: keepColumn.indices.filter { keepColumn[$0] }, oldRowCount: problem.rowCount,
      oldColumnCount: problem.variableCount)
    var shifted = problem
    substitute(fixed, rows, into: &shifted)
    return .smaller(shifted.keeping(rows: keepRow, columns: keepColumn), step, count: fixed.count)
  }

  /// Gathers the columns of `A` and the rows of `P` of the fixed variables.
  private static func collect(_ fixed: inout [Fixed], _ index: [Int], _ problem: ConicProblem) {
    for f in fixed.indices {
      let j = fixed[f].column
      for k in problem.A.columnPointers[j]..<problem.A.columnPointers[j + 1]
      where problem.A.values[k] != 0 && problem.A.rowIndices[k] != fixed[f].row?.index {
        fixed[f].coefficients.append((problem.A.rowIndices[k], problem.A.values[k]))
      }
    }
    let P = problem.P
    for j in 0..<P.columns {
      for k in P.columnPointers[j]..<P.columnPointers[j + 1] {
        let i = P.rowIndices[k]
        if index[j] >= 0 { fixed[index[j]].curvature.append((i, P.values[k])) }
        if i != j, index[i] >= 0 { fixed[index[i]].curvature.append((j, P.values[k])) }
      }
    }
  }

  /// `q ← q + vP_j`, `b ← b − vA_j`. A sum that cancels to its rounding is zero, and so is, up to `presolveConsistency`, what would contradict
  /// a row that lost its last variable.
  private static func substitute(_ fixed: [Fixed], _ rows: LinearRows, into problem: inout ConicProblem) {
    var qTerms = problem.q.map { abs($0) }
    var bTerms = problem.b.map { abs($0) }
    var remaining = (0..<rows.count).map { rows.entries($0).count }
    for variable in fixed {
      for entry in variable.coefficients where entry.row < rows.count { remaining[entry.row] -= 1 }
      guard variable.value != 0 else { continue }
      for entry in variable.coefficients {
        let term = entry.value * variable.value
        problem.b[entry.row] -= term
        bTerms[entry.row] += abs(term)
      }
      for entry in variable.curvature {
        let term = entry.value * variable.value
        problem.q[entry.column] += term
        qTerms[entry.column] += abs(term)
      }
    }
    for j in problem.q.indices where abs(problem.q[j]) <= Tuning.cancellation * qTerms[j] { problem.q[j] = 0 }
    for i in problem.b.indices {
      let isContradiction = i < rows.count && remaining[i] == 0 && (i < rows.equalities || problem.b[i] < 0)
      let share = isContradiction ? Tuning.presolveConsistency : Tuning.cancellation
      // A right-hand side that nothing was subtracted from stands.
      if bTerms[i] > abs(problem.b[i]), abs(problem.b[i]) <= share * bTerms[i] { problem.b[i] = 0 }
    }
  }
}
