import ConeModel

/// The moments `T = Σ_k yyᵀ` of the neurons in one cone, as a variable with its rows.
///
/// Every neuron satisfies `T_ss,ii = x̂_iᵀT_ww x̂_i`, and the moments of any two nonnegative functions, of `α_i`, `β_i` and the rows of `Aw`,
/// are nonnegative.
struct CellMoments: Sendable {
  let y: MomentCoordinates
  /// Of order `f + r + ρ`, or `f + r` without outputs.
  let T: Expression<Symmetric, Affine>

  init(_ name: String, _ y: MomentCoordinates, model: Model, hasOutputs: Bool) {
    self.y = y
    T = model.symmetric(name, order: hasOutputs ? y.v.upperBound : y.w.upperBound, .positiveSemidefinite)
  }

  /// `tr T_ww + tr T_vv`.
  var weights: Expression<Scalar, Affine> { sum(diagonal(T)[y.w.lowerBound..<T.order]) }

  /// `T_ss,ii − x̂_iᵀT_ww x̂_i`, for every group with an `s_i`.
  var balance: Expression<Vector, Affine> {
    vector(count: y.free.count) { rows in
      for (k, i) in y.free.enumerated() {
        rows.add(1, T[k, k], to: k)
        let p = y.projection(i)
        add(-1, p, p, to: k, of: &rows)
      }
    }
  }

  /// The moments of all pairs of nonnegative functions, but those that are nonnegative or zero by other rows.
  var products: Expression<Vector, Affine> {
    // Functions of one owner have no row: their product is a square, or zero by `balance`.
    var owned: [(owner: Int, form: LinearForm)] = []
    for (k, i) in y.free.enumerated() { owned += [(k, y.hidden(i, sign: 1)), (k, y.hidden(i, sign: -1))] }
    for k in 0..<y.cone.facets.rows { owned.append((y.free.count + k, y.facet(k))) }
    var pairs: [(LinearForm, LinearForm)] = []
    for b in owned.indices {
      for a in 0..<b where owned[a].owner != owned[b].owner { pairs.append((owned[a].form, owned[b].form)) }
    }
    return moments(pairs)
  }

  /// `E[aᵀy · bᵀy]` for every pair.
  func moments(_ pairs: [(LinearForm, LinearForm)]) -> Expression<Vector, Affine> {
    vector(count: pairs.count) { rows in
      for (row, (a, b)) in pairs.enumerated() { add(1, a, b, to: row, of: &rows) }
    }
  }

  /// Adds `factor · E[aᵀy · bᵀy]` to a row.
  func add(_ factor: Double, _ a: LinearForm, _ b: LinearForm, to row: Int, of rows: inout RowBuilder) {
    for (p, x) in a {
      for (q, z) in b { rows.add(factor * x * z, T[p, q], to: row) }
    }
  }

  /// Adds `factor · E[aᵀy · v_k]` to a row.
  func addOutput(_ factor: Double, _ a: LinearForm, _ k: Int, to row: Int, of rows: inout RowBuilder) {
    for (p, x) in a { rows.add(factor * x, T[p, y.v.lowerBound + k], to: row) }
  }
}
