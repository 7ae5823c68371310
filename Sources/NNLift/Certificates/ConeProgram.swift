/// What every cone of a check shares: the terms of `h`, the basis, `θ`, and the rounding that `KappaByCones` pays for.
struct ConeProgram: Sendable {
  let r: Int
  let c: Int
  let basis: DenseMatrix
  let theta: Double
  /// `x_g` and `s_g` of the terms, one after the other, and `‖s_g‖` from above.
  private(set) var x: [Double] = []
  private(set) var s: [Double] = []
  private(set) var sizes: [Double] = []
  /// `16√r γ_NΛ‖B‖_F`, from above.
  let errorFactor: Double
  /// `2γ_N‖B‖_F`, from above: what an inner product with a vector of length 1 loses for each `‖y_k‖`.
  let productError: Double

  init(dual: ReducedDual, basis: DenseMatrix, theta: Double) {
    (r, c) = (dual.directions.columns, dual.outputDimension)
    self.basis = basis
    self.theta = theta
    var (x, s, sizes) = ([Double](), [Double](), [Double]())
    var total = 0.0
    for g in 0..<dual.directions.rows {
      let row = dual.directions.row(g)
      for (sign, side) in [(1.0, dual.positive), (-1, dual.negative)] {
        let weight = side.row(g)
        guard weight.contains(where: { $0 != 0 }) else { continue }
        x += row.map { sign * $0 }
        s += weight
        let size = RoundingBounds.normUp(weight)
        sizes.append(size)
        total = RoundingBounds.addUp(total, RoundingBounds.multiplyUp(size, RoundingBounds.normUp(row)))
      }
    }
    let gamma = RoundingBounds.gamma(sizes.count + 4 * r + 4 * c + 32)
    let single = RoundingBounds.multiplyUp(gamma, RoundingBounds.normUp(basis.values))
    let roots = RoundingBounds.multiplyUp(16, RoundingBounds.rootUp(Double(r)))
    productError = 2 * single
    errorFactor = RoundingBounds.multiplyUp(roots, RoundingBounds.multiplyUp(single, total))
    (self.x, self.s, self.sizes) = (x, s, sizes)
  }
}
