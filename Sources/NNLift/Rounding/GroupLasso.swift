import ConeModel
import ConeSolver

/// Output weights for fixed hidden units:
///
///     minimize  ½‖ΦG − Y‖_F² + γ Σ_k ‖G_k‖₂
///
/// over `G`, `k × c`, with rows `G_k`. For unit input weights `u_k` and `Φ = (XUᵀ)_+` its optimum is that of the training
/// problem over networks whose neurons point along the `u_k`: the balanced neuron is `(√‖G_k‖ u_k, G_k/√‖G_k‖)`. **Upper
/// bound.**
///
/// Stated with the Gram matrices `ΦᵀΦ` and `ΦᵀY` and one second-order cone for each unit: `k(c + 1)` unknowns whatever the
/// number of samples. Source: M. Yuan & Y. Lin, J. R. Stat. Soc. B 68, 2006.
enum GroupLasso {
  /// - Parameters:
  ///   - features: `Φ`, `n × k`.
  ///   - targets: `Y`, `n × c`.
  ///   - observer: may stop the solve; the best weights so far come back.
  static func solve(
    features: DenseMatrix, targets: DenseMatrix, weight: Double, settings: Settings,
    observer: ((Iteration) -> ObserverAction)? = nil
  ) throws(ModelError) -> DenseMatrix {
    let k = features.columns
    let c = targets.columns
    let gram = GramFactor(features)
    let correlation = DenseKernels.product(features, targets, transposeA: true)
    let model = Model()
    let G = model.matrix("G", rows: k, columns: c)
    let bound = model.vector("t", count: k)
    // ½‖ΦG‖² − ⟨ΦᵀY, G⟩ with ‖ΦG‖ = ‖RG‖ for the k × k (or shorter) triangular factor R of Φ.
    let fit = 0.5 ⋅ sumSquares(gram.factor ⋅ G)
      - inner(Constant<Matrix>(rows: k, columns: c, columnMajor: correlation.values), G)
    let problem = Problem.minimize(fit + weight ⋅ sum(bound)) {
      for j in 0..<k { stack(bound[j], G.row(j)).isMember(of: .secondOrder) }
    }
    let solved = try problem.solve(settings, observer: observer).solution
    return DenseMatrix(rows: k, columns: c, values: try solved.value(of: G).values)
  }
}

/// A factor `R` with `RᵀR = ΦᵀΦ` and no more rows than columns: `Φ` itself when it is short.
private struct GramFactor {
  let factor: Constant<Matrix>

  init(_ features: DenseMatrix) {
    let k = features.columns
    guard features.rows > k, let svd = DenseKernels.rightSingularVectors(features) else {
      factor = Constant(rows: features.rows, columns: k, columnMajor: features.values)
      return
    }
    factor = Constant(rows: svd.values.count, columns: k) { i, j in svd.values[i] * svd.vectors[j, i] }
  }
}
