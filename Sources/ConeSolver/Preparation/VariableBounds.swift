/// The tightest bounds `l_j ≤ x_j ≤ u_j` that nonnegative rows of one coefficient give, and the least and largest activity `aᵀx` of
/// other rows under them.
struct VariableBounds {
  private struct Bound {
    let row: Int
    let pivot, value: Double
  }

  /// The bound of one variable that makes `±aᵀx` least, and the variable's coefficient `a_j`.
  struct Active {
    let column, row: Int
    let coefficient, pivot, value: Double
    /// `λ ≥ 0` with `λ·pivot = ∓a_j`: `±aᵀx` exceeds its least value by `Σ λ_j s_j`.
    var multiplier: Double { abs(coefficient / pivot) }
  }

  private let rows: LinearRows
  private var lower, upper: [Bound?]

  init(_ problem: ConicProblem, _ rows: LinearRows) {
    self.rows = rows
    lower = [Bound?](repeating: nil, count: problem.variableCount)
    upper = lower
    for i in rows.equalities..<rows.count where rows.entries(i).count == 1 {
      let (j, pivot) = (rows.columns[rows.pointers[i]], rows.values[rows.pointers[i]])
      let bound = Bound(row: i, pivot: pivot, value: problem.b[i] / pivot)
      guard bound.value.isFinite else { continue }
      if pivot > 0 {
        if bound.value < upper[j]?.value ?? .infinity { upper[j] = bound }
      } else if bound.value > lower[j]?.value ?? -.infinity {
        lower[j] = bound
      }
    }
  }

  /// The least value of `sign·aᵀx` and the sum of the moduli of its terms; `nil` when a bound is missing.
  func least(_ i: Int, sign: Double) -> (value: Double, size: Double)? {
    var value = 0.0
    var size = 0.0
    for k in rows.entries(i) {
      let term = sign * rows.values[k]
      guard let bound = term > 0 ? lower[rows.columns[k]] : upper[rows.columns[k]] else { return nil }
      value += term * bound.value
      size += abs(term * bound.value)
    }
    return size.isFinite ? (value, size) : nil
  }

  /// The bounds that make `sign·aᵀx` least, entry by entry; all of them must exist.
  func active(_ i: Int, sign: Double) -> [Active] {
    rows.entries(i).map { k in
      let bound = (sign * rows.values[k] > 0 ? lower[rows.columns[k]] : upper[rows.columns[k]])!
      return Active(
        column: rows.columns[k], row: bound.row, coefficient: rows.values[k], pivot: bound.pivot, value: bound.value)
    }
  }
}
