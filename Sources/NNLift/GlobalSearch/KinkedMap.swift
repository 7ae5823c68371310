/// The map `h(w) = Σ_g s_g (x_gᵀw)_+`, `ℝʳ → ℝᶜ`, whose largest norm on the unit sphere is `κ̂` of a dual matrix.
///
/// The terms of a `ReducedDual`: `x_g` are its unit directions with the weights `Ẑ₊_g`, and the opposite directions with the
/// weights `Ẑ₋_g` where these are not zero. Terms without weight are left out. `vᵀh` is convex across the kink `x_gᵀw = 0` when
/// `vᵀs_g > 0`, concave when `vᵀs_g < 0`.
struct KinkedMap: Sendable {
  let rank: Int
  let outputs: Int
  let count: Int
  /// `x_g`, one after the other.
  let rows: [Double]
  /// `s_g`, one after the other.
  let weights: [Double]

  init(_ dual: ReducedDual) {
    var rows: [Double] = []
    var weights: [Double] = []
    for g in 0..<dual.directions.rows {
      let x = dual.directions.row(g)
      for (sign, side) in [(1.0, dual.positive), (-1, dual.negative)] {
        let weight = side.row(g)
        guard weight.contains(where: { $0 != 0 }) else { continue }
        rows += x.map { sign * $0 }
        weights += weight
      }
    }
    rank = dual.directions.columns
    outputs = dual.outputDimension
    count = rank == 0 ? 0 : rows.count / rank
    self.rows = rows
    self.weights = weights
  }

  /// `x_g`.
  func row(_ g: Int) -> [Double] { Array(rows[g * rank..<(g + 1) * rank]) }

  /// `h(w)`.
  func value(at w: [Double]) -> [Double] {
    var h = [Double](repeating: 0, count: outputs)
    for g in 0..<count {
      var product = 0.0
      for i in 0..<rank { product += rows[g * rank + i] * w[i] }
      guard product > 0 else { continue }
      for k in 0..<outputs { h[k] += product * weights[g * outputs + k] }
    }
    return h
  }

  /// `‖h(w)‖`.
  func norm(at w: [Double]) -> Double { DenseKernels.norm(value(at: w)) }
}
