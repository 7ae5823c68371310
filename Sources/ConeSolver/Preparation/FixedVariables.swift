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
/// as `P` is semidefinite. `ForcingRows` fixes variables in groups.
struct FixedVariables: ReductionStep {
  struct Fixed {
    let column: Int
    let value: Double
    /// The row of one coefficient, the pivot, that gives the value and goes.
    let row: (index: Int, pivot: Double)?
    /// The forcing row that takes part in its multiplier, by its place in `groups`, and the coefficient there.
    var group: (index: Int, coefficient: Double)? = nil
    var cost = 0.0
    /// Other entries of its column of `A`, and its row of the symmetric `P`.
    var coefficients: [(row: Int, value: Double)] = []
    var curvature: [(column: Int, value: Double)] = []
  }

  /// A row whose variables are all fixed together; see `ForcingRows`.
  struct Group {
    let row: Int
    /// `1` if `aᵀx` is at its least, `−1` if at its largest.
    let sign: Double
    let isEquality: Bool
  }

  private let fixed: [Fixed]
  private let groups: [Group]
  private let kept: KeptEntries

  func restore(_ point: HomogeneousPoint) -> HomogeneousPoint {
    var old = kept.expand(point)
    for variable in fixed { old.x[variable.column] = variable.value * point.tau }
    let gradients = fixed.map { variable in
      var gradient = variable.cost * point.tau
      for entry in variable.curvature { gradient += entry.value * old.x[entry.column] }
      for entry in variable.coefficients { gradient += entry.value * old.z[entry.row] }
      return gradient
    }
    // The least multiplier of a forcing row that leaves every bound of the group a nonnegative one.
    var multipliers = groups.map { $0.isEquality ? -Double.infinity : 0 }
    for (variable, gradient) in zip(fixed, gradients) {
      guard let group = variable.group else { continue }
      let needed = -gradient / (group.coefficient * groups[group.index].sign)
      multipliers[group.index] = max(multipliers[group.index], needed)
    }
    for (g, group) in groups.enumerated() { old.z[group.row] = multipliers[g] * group.sign }
    for (variable, gradient) in zip(fixed, gradients) {
      guard let row = variable.row else { continue }
      if let group = variable.group {
        let total = gradient + group.coefficient * old.z[groups[group.index].row]
        old.z[row.index] = max(0, -total / row.pivot)
      } else {
        old.z[row.index] = -gradient / row.pivot
      }
    }
    return old
  }

  static func search(_ problem: ConicProblem) -> ReductionFinding {
    let rows = LinearRows(problem)
    var index = [Int](repeating: -1, count: problem.variableCount)
    var fixed: [Fixed] = []
    for i in 0..<rows.equalities where rows.entries(i).count == 1 {
      let place = rows.pointers[i]
      let (j, a) = (rows.columns[place], rows.values[place])
      let value = problem.b[i] / a
      guard index[j] < 0, value.isFinite else { continue }
      index[j] = fixed.count
      fixed.append(Fixed(column: j, value: value, row: (i, a)))
    }
    let curved = problem.curvedVariables
    for j in 0..<problem.variableCount where rows.columnCounts[j] == 0 && !curved[j] {
      if problem.q[j] != 0 {
        var ray = HomogeneousPoint.zero(problem)
        ray.x[j] = problem.q[j] < 0 ? 1 : -1
        return .infeasible(ray)
      }
      index[j] = fixed.count
      fixed.append(Fixed(column: j, value: 0, row: nil))
    }
    return remove(fixed, groups: [], from: problem, rows)
  }

  /// The program without these variables, their rows and the forcing rows.
  static func remove(
    _ wanted: [Fixed], groups: [Group], from problem: ConicProblem, _ rows: LinearRows
  ) -> ReductionFinding {
    guard !wanted.isEmpty else { return .nothing }
    var fixed = wanted
    var keepRow = [Bool](repeating: true, count: problem.rowCount)
    var keepColumn = [Bool](repeating: true, count: problem.variableCount)
    for group in groups { keepRow[group.row] = false }
    for variable in fixed {
      keepColumn[variable.column] = false
      if let row = variable.row { keepRow[row.index] = false }
    }
    collect(&fixed, keepRow, problem)
    let step = FixedVariables(
      fixed: fixed, groups: groups, kept: KeptEntries(rows: keepRow, columns: keepColumn))
    var shifted = problem
    substitute(fixed, rows, into: &shifted)
    return .smaller(shifted.keeping(rows: keepRow, columns: keepColumn), step, count: fixed.count)
  }

  /// Gathers the costs of the fixed variables, their columns of `A` in the rows kept, and their rows of `P`.
  private static func collect(_ fixed: inout [Fixed], _ keepRow: [Bool], _ problem: ConicProblem) {
    var index = [Int](repeating: -1, count: problem.variableCount)
    for f in fixed.indices {
      let j = fixed[f].column
      index[j] = f
      fixed[f].cost = problem.q[j]
      for k in problem.A.columnPointers[j]..<problem.A.columnPointers[j + 1]
      where problem.A.values[k] != 0 && keepRow[problem.A.rowIndices[k]] {
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
