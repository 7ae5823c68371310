/// A symmetric matrix `±vvᵀ`.
struct RankOneFactor {
  let vector: [Double]
  let sign: Double

  /// Finds `v` if the matrix of the given order has rank one up to rounding.
  ///
  /// - Parameters: its upper triangle, each entry once, with `1/√2` of the matrix on the diagonal and `√2` off it.
  init?(order: Int, rows: ArraySlice<Int32>, columns: ArraySlice<Int32>, values: ArraySlice<Double>) {
    guard order > 1, values.count == order * (order + 1) / 2 else { return nil }
    let root = 2.0.squareRoot()
    var vector = [Double](repeating: 0, count: order)
    var first = 0.0
    // The first index of the support is 0 by construction; its row gives v up to scale.
    for ((i, j), value) in zip(zip(rows, columns), values) {
      if i == 0, j == 0 { first = value * root }
      else if i == 0 { vector[Int(j)] = value / root }
      else if j == 0 { vector[Int(i)] = value / root }
    }
    guard first != 0 else { return nil }
    sign = first < 0 ? -1 : 1
    let scale = abs(first).squareRoot()
    for i in 1..<order { vector[i] *= sign / scale }
    vector[0] = scale
    for ((i, j), value) in zip(zip(rows, columns), values) {
      let product = sign * vector[Int(i)] * vector[Int(j)]
      guard abs((i == j ? value * root : value / root) - product) <= Tuning.rankOneRounding * abs(product) else { return nil }
    }
    self.vector = vector
  }
}
