/// A linear function of the coordinates of a moment matrix.
typealias LinearForm = [(index: Int, coefficient: Double)]

/// The coordinates `y = (s, w, v)` of the moments of neurons `(w, v)` in one cone, and the hidden values as linear functions of them.
///
/// `s_i = |x̂_iᵀw|` for the groups `i` without a sign on the cone; for the others the hidden value is linear in `w` itself:
///
///     α_i = (x̂_iᵀw)_+ = ½(s_i + x̂_iᵀw)  or  x̂_iᵀw  or  0,        β_i = (−x̂_iᵀw)_+ likewise.
struct MomentCoordinates: Sendable {
  let data: MomentData
  let cone: NeuronCone
  /// The groups with a coordinate `s_i`, in the order of these.
  let free: [Int]
  /// Place of group `i` in `free`.
  private let place: [Int?]

  init(_ data: MomentData, _ cone: NeuronCone) {
    self.data = data
    self.cone = cone
    let free = cone.signs.indices.filter { cone.signs[$0] == 0 }
    self.free = free
    var place = [Int?](repeating: nil, count: cone.signs.count)
    for (k, i) in free.enumerated() { place[i] = k }
    self.place = place
  }

  /// Places of `w`.
  var w: Range<Int> { free.count..<free.count + data.rank }
  /// Places of `v`.
  var v: Range<Int> { w.upperBound..<w.upperBound + data.outputCount }

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

  /// Row `k` of `Aw`.
  func facet(_ k: Int) -> LinearForm { form(cone.facets.row(k)) }

  private func form(_ row: [Double]) -> LinearForm {
    row.enumerated().compactMap { a, x in x == 0 ? nil : (w.lowerBound + a, x) }
  }

  private func scaled(_ form: LinearForm, _ factor: Double) -> LinearForm {
    form.map { ($0.index, factor * $0.coefficient) }
  }

  // MARK: Values

  /// `E[aᵀy · bᵀy]` at given moments.
  func moment(_ T: DenseMatrix, _ a: LinearForm, _ b: LinearForm) -> Double {
    var sum = 0.0
    for (p, x) in a {
      for (q, y) in b { sum += x * y * T[p, q] }
    }
    return sum
  }

  /// `E[aᵀy · w]` at given moments.
  func mean(_ T: DenseMatrix, _ a: LinearForm) -> [Double] {
    w.map { q in a.reduce(0) { $0 + $1.coefficient * T[$1.index, q] } }
  }
}
