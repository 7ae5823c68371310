import ConeModel

/// A linear function of the coordinates of a moment matrix.
typealias LinearForm = [(index: Int, coefficient: Double)]

/// The moments `T = Σ_k yy ᵀ`, `y = (s, w, v)`, of the neurons `(w, v)` in one cone, as a variable with its rows.
///
/// `s_i = |x̂_iᵀw|` for the groups `i` without a sign on the cone; for the others the hidden value is linear in `w` itself:
///
///     α_i = (x̂_iᵀw)_+ = ½(s_i + x̂_iᵀw)  or  x̂_iᵀw  or  0,        β_i = (−x̂_iᵀw)_+ likewise.
///
/// Every neuron satisfies `T_ss,ii = x̂_iᵀT_ww x̂_i`, and the moments of any two nonnegative functions, of `α_i`, `β_i` and the rows
/// of `A`, are nonnegative.
struct CellMoments: Sendable {
  let data: MomentData
  let cone: NeuronCone
  /// The groups with a coordinate `s_i`, in the order of these.
  let free: [Int]
  /// Place of group `i` in `free`.
  private let place: [Int?]
  /// Of order `f + r + ρ`, or `f + r` without outputs.
  let T: Expression<Symmetric, Affine>

  init(_ name: String, _ cone: NeuronCone, _ data: MomentData, model: Model, hasOutputs: Bool) {
    self.data = data
    self.cone = cone
    let free = cone.signs.indices.filter { cone.signs[$0] == 0 }
    self.free = free
    var place = [Int?](repeating: nil, count: cone.signs.count)
    for (k, i) in free.enumerated() { place[i] = k }
    self.place = place
    T = model.symmetric(
      name, order: free.count + data.rank + (hasOutputs ? data.outputCount : 0), .positiveSemidefinite)
  }

  /// Places of `w`.
  var w: Range<Int> { free.count..<free.count + data.rank }
  /// Places of `v`.
  var v: Range<Int> { w.upperBound..<T.order }

  // MARK: Linear forms

  /// `x̂_iᵀw`.
  func projection(_ i: Int) -> LinearForm { form(data.directions.row(i)) }

  /// `α_i` for `sign` 1, `β_i` for −1; empty where it is zero.
  func hidden(_ i: Int, sign: Int) -> LinearForm {
    guard let k = place[i] else {
      return cone.signs[i] == sign ? projection(i).map { ($0.index, Double(sign) * $0.coefficient) } : []
    }
    return [(k, 0.5)] + projection(i).map { ($0.index, 0.5 * Double(sign) * $0.coefficient) }
  }

  /// Hidden output of sample `j`: row `j` of `P₊α + P₋β`.
  func output(_ j: Int) -> LinearForm {
    data.positive[j].flatMap { reading in scaled(hidden(reading.group, sign: 1), reading.weight) }
      + data.negative[j].flatMap { reading in scaled(hidden(reading.group, sign: -1), reading.weight) }
  }

  private func form(_ row: [Double]) -> LinearForm {
    row.enumerated().compactMap { a, x in x == 0 ? nil : (w.lowerBound + a, x) }
  }

  private func scaled(_ form: LinearForm, _ factor: Double) -> LinearForm {
    form.map { ($0.index, factor * $0.coefficient) }
  }

  // MARK: Rows

  /// `T_ss,ii − x̂_iᵀT_ww x̂_i`, for every group with an `s_i`.
  var balance: Expression<Vector, Affine> {
    vector(count: free.count) { rows in
      for (k, i) in free.enumerated() {
        rows.add(1, T[k, k], to: k)
        let p = projection(i)
        add(-1, p, p, to: k, of: &rows)
      }
    }
  }

  /// The moments of all pairs of nonnegative functions, but those that are nonnegative or zero by other rows.
  var products: Expression<Vector, Affine> {
    // Functions of one owner have no row: their product is a square, or zero by `balance`.
    var owned: [(owner: Int, form: LinearForm)] = []
    for (k, i) in free.enumerated() { owned += [(k, hidden(i, sign: 1)), (k, hidden(i, sign: -1))] }
    for k in 0..<cone.facets.rows { owned.append((free.count + k, form(cone.facets.row(k)))) }
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
      for (q, y) in b { rows.add(factor * x * y, T[p, q], to: row) }
    }
  }

  /// Adds `factor · E[aᵀy · v_k]` to a row.
  func addOutput(_ factor: Double, _ a: LinearForm, _ k: Int, to row: Int, of rows: inout RowBuilder) {
    for (p, x) in a { rows.add(factor * x, T[p, v.lowerBound + k], to: row) }
  }
}
