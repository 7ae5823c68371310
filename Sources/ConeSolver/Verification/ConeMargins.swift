import LinearAlgebra

/// How far `s` lies outside `K` and `z` outside `K*`: the smallest coordinate, eigenvalue or `t − ‖v‖` over all cones when that is
/// negative; of a positive definite matrix only that it is (0). Rows of the zero cone count `−|s|` in the primal margin.
struct ConeMargins {
  let primal: Double
  let dual: Double
  private let primalSize: Double
  private let dualSize: Double

  /// Complexity: one Cholesky factorisation for each PSD block of `s` and of `z`, or for each of its diagonal blocks; eigenvalues
  /// where that breaks down.
  init(_ problem: ConicProblem, s: [Double], z: [Double]) {
    let arena = Arena()
    let sv = arena.vector(s)
    let zv = arena.vector(z)
    var primal = Double.infinity
    var dual = Double.infinity
    var row = 0
    for cone in problem.cones where cone.dimension > 0 {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      let sPart = sv.slice(rows)
      if case .zero = cone {
        primal = min(primal, -sPart.maximumNorm)
      } else {
        primal = min(primal, Self.margin(cone, sPart))
        dual = min(dual, Self.margin(cone, zv.slice(rows)))
      }
    }
    self.primal = primal
    self.dual = dual
    primalSize = sv.maximumNorm
    dualSize = zv.maximumNorm
  }

  /// The margin of one cone's rows.
  static func margin(_ cone: Cone, _ part: VectorView) -> Double {
    switch cone {
    case .zero: .infinity
    case .nonnegative: part.reduce(.infinity) { min($0, $1) }
    case .secondOrder: part.isEmpty ? .infinity : SecondOrderCone.margin(part)
    case .positiveSemidefinite(let k): leastEigenvalue(part, order: k)
    }
  }

  /// The least eigenvalue of a packed matrix if it is negative, else 0: the least of those of its diagonal blocks, the connected
  /// components of its entries.
  private static func leastEigenvalue(_ packed: VectorView, order: Int) -> Double {
    var least = 0.0
    for component in ConeSplitting.components(order: order, isEdge: { packed[$0] != 0 }) {
      let k = component.count
      let arena = Arena()
      let block = arena.vector(k * k)
      for (j, column) in component.enumerated() {
        let first = column * (column + 1) / 2
        for (i, row) in component[...j].enumerated() {
          block[i + j * k] = i == j ? packed[first + row] : packed[first + row] * 0.5.squareRoot()
        }
      }
      if k == 1 {
        least = block[0].isNaN ? -.infinity : min(least, block[0])
        continue
      }
      let factor = arena.vector(block.array)
      Dense.symmetrizeFromUpper(factor, order: k)
      if Dense.choleskyLower(factor, order: k) == 0 { continue }
      let eigensolver = SymmetricEigensolver(order: k, vectors: false)
      guard eigensolver.decompose(block) else { return -.infinity }
      least = min(least, eigensolver.eigenvalues[0])
    }
    return least
  }

  /// Inside, up to the rounding of the eigenvalues themselves.
  var areInside: Bool {
    primal >= -Tuning.marginRounding * primalSize && dual >= -Tuning.marginRounding * dualSize
  }
}
