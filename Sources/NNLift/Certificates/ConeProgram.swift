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

  /// Sizes of `Λ`, `‖B‖_F` and `θ` for which no product overflows, and what underflows is far below every `ε_k`.
  private static let moderate = 0x1p-200...0x1p200
  /// Outputs for which the rounding of norms and inner products of outputs stays below `KappaByCones.Tuning.scalar`.
  private static let mostOutputs = 512

  init(dual: ReducedDual, basis: DenseMatrix, theta: Double) throws(CertificateError) {
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
    let basisSize = RoundingBounds.normUp(basis.values)
    for (what, value) in [("the size of Z", total), ("the basis", basisSize), ("the bound on κ", theta)]
    where !Self.moderate.contains(value) && !(value == 0 && sizes.isEmpty) {
      throw .outOfScale(what: what, value: value)
    }
    guard c <= Self.mostOutputs else { throw .outOfScale(what: "the number of outputs", value: Double(c)) }
    let gamma = RoundingBounds.gamma(sizes.count + 4 * r + 4 * c + 32)
    let single = RoundingBounds.multiplyUp(gamma, basisSize)
    let roots = RoundingBounds.multiplyUp(16, RoundingBounds.rootUp(Double(r)))
    productError = 2 * single
    errorFactor = RoundingBounds.multiplyUp(roots, RoundingBounds.multiplyUp(single, total))
    (self.x, self.s, self.sizes) = (x, s, sizes)
  }
}
