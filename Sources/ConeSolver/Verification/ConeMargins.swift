import LinearAlgebra

/// How far `s` lies inside `K` and `z` inside `K*`: the smallest coordinate, eigenvalue or `t − ‖v‖` over all cones,
/// negative when outside. Rows of the zero cone count `−|s|` in the primal margin.
struct ConeMargins {
  let primal: Double
  let dual: Double
  private let primalSize: Double
  private let dualSize: Double

  /// Complexity: one eigenvalue decomposition for each PSD block of `s` and of `z`, or for each of its diagonal blocks.
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
      let (sPart, zPart) = (sv.slice(rows), zv.slice(rows))
      switch cone {
      case .zero: primal = min(primal, -sPart.maximumNorm)
      case .positiveSemidefinite(let k):
        primal = min(primal, Self.leastEigenvalue(sPart, order: k))
        dual = min(dual, Self.leastEigenvalue(zPart, order: k))
      case .nonnegative, .secondOrder:
        let operators = cone.makeOperators(rows: rows)
        primal = min(primal, operators.margin(sPart))
        dual = min(dual, operators.margin(zPart))
      }
    }
    self.primal = primal
    self.dual = dual
    primalSize = sv.maximumNorm
    dualSize = zv.maximumNorm
  }

  /// The least eigenvalue of a packed matrix: the least of those of its diagonal blocks, the connected components of its entries.
  private static func leastEigenvalue(_ packed: VectorView, order: Int) -> Double {
    var least = Double.infinity
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
