import LinearAlgebra

/// How far `s` lies inside `K` and `z` inside `K*`: the smallest coordinate, eigenvalue or `t − ‖v‖` over all cones,
/// negative when outside. Rows of the zero cone count `−|s|` in the primal margin.
struct ConeMargins {
  let primal: Double
  let dual: Double
  private let primalSize: Double
  private let dualSize: Double

  /// Complexity: one eigenvalue decomposition for each PSD block of `s` and of `z`.
  init(_ problem: ConicProblem, s: [Double], z: [Double]) {
    let arena = Arena()
    let sv = arena.vector(s)
    let zv = arena.vector(z)
    var primal = Double.infinity
    var dual = Double.infinity
    for cone in problem.makeConeOperators() {
      let part = sv.slice(cone.rows)
      primal = min(primal, cone is ZeroCone ? -part.maximumNorm : cone.margin(part))
      dual = min(dual, cone.margin(zv.slice(cone.rows)))
    }
    self.primal = primal
    self.dual = dual
    primalSize = sv.maximumNorm
    dualSize = zv.maximumNorm
  }

  /// Inside, up to the rounding of the eigenvalues themselves.
  var areInside: Bool {
    primal >= -Tuning.marginRounding * primalSize && dual >= -Tuning.marginRounding * dualSize
  }
}
