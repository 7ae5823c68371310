/// The tightest bounds `l_j ≤ x_j ≤ u_j` that nonnegative rows of one coefficient give, and the least and largest activity `aᵀx` of
/// other rows under them.
struct VariableBounds {
  private struct Bound {
    let row: Int
    let pivot, value: Double
  }

  /// The least value of `±aᵀx` over the bounds.
  struct Extreme {
    /// `Σ ±a_j v_j`, `v_j` the bound of `x_j` that makes it least, and the sum of the moduli.
    let value, size: Double
    /// The bounds, entry by entry of the row.
    let bounds: [(column: Int, coefficient: Double, row: Int, pivot: Double, value: Double)]

    /// Nonnegative multipliers of the bounds with `Σ λ_j pivot_j = ∓a_j`: `±aᵀx = value + Σ λ_j s_j`.
    var multipliers: [(row: Int, factor: Double)] { bounds.map { ($0.row, abs($0.coefficient / $0.pivot)) } }
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

  /// The least value of `sign·aᵀx`; `nil` when a bound is missing.
  func least(_ i: Int, sign: Double) -> Extreme? {
    var value = 0.0
    var size = 0.0
    for k in rows.entries(i) {
      let term = sign * rows.values[k]
      guard let bound = term > 0 ? lower[rows.columns[k]] : upper[rows.columns[k]] else { return nil }
      value += term * bound.value
      size += abs(term * bound.value)
    }
    guard size.isFinite else { return nil }
    let bounds = rows.entries(i).map { k in
      let bound = (sign * rows.values[k] > 0 ? lower[rows.columns[k]] : upper[rows.columns[k]])!
      return (rows.columns[k], rows.values[k], bound.row, bound.pivot, bound.value)
    }
    return Extreme(value: value, size: size, bounds: bounds)
  }
}
