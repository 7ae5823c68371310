import Foundation

/// Linear networks whose optimum is written down from singular values.
///
/// In the coordinates of `EndToEndReduction`, `S = Diag(s)` the singular values of `X` and `Ŷ` the targets it can reach:
///
/// | loss, penalty | needs | `M̂` |
/// |---|---|---|
/// | squared, none | – | `S⁻¹[Ŷ]_r`: `p* = ½‖Y − P_XY‖² + ½ Σ_{i>r} σᵢ²(P_XY)` |
/// | squared, `κ‖M‖_p^p` | `XᵀX = s²I` on the row space | `U Diag(t) Vᵀ`, `t_i = argmin ½(st − σᵢ)² + κt^p`, the first `r` of them |
/// | squared, ridge (`p = 2`) | rank not bounded | `(S² + 2κI)⁻¹SŶ` |
/// | `XM = Y`, `κ‖M‖_p^p` | `rank X†Y ≤ r` | `X†Y`: `p* = κ‖X†Y‖_p^p` |
///
/// The first is reduced-rank regression: A. J. Izenman, J. Multivariate Anal. 5, 1975. The second rests on von Neumann's trace
/// inequality, by which `M̂` may take the singular vectors of `Ŷ`; what a singular value saves, `½σ² − min_t(…)`, grows with `σ`,
/// so the largest `r` are kept. Soft thresholding for two layers: J.-F. Cai, E. J. Candès & Z. Shen, SIAM J. Optim. 20, 2010.
/// The last holds since every `M` with `XM = Y` has `X†Y = X†XM`, whose singular values are not larger. Constraints on the
/// product and weights that differ between outputs of a sample have no closed form. Complexity: O(nd² + nc²).
public enum LinearClosedForm: String, Sendable, CaseIterable {
  case reducedRankRegression = "reduced-rank regression"
  case shrinkage = "singular-value shrinkage"
  case ridge = "ridge regression"
  case minimumNorm = "minimum norm"

  /// Singular values of `X` whose relative spread is below this count as equal.
  static let whiteningTolerance = 1e-10
  /// Relative residual up to which `XX†Y` counts as `Y`.
  static let interpolationTolerance = 1e-9

  /// The closed form that applies, if any.
  public init?(for reduction: EndToEndReduction) {
    let training = reduction.training
    guard let scales = reduction.scales else { return nil }
    switch (training.fit, training.penalty) {
    case (.squared, nil): self = .reducedRankRegression
    case (.squared, let penalty?) where scales[0] - scales.last! <= Self.whiteningTolerance * scales[0]:
      _ = penalty
      self = .shrinkage
    case (.squared, let penalty?) where penalty.exponent == 2 && !training.boundsRank: self = .ridge
    case (.interpolation, _): self = .minimumNorm
    default: return nil
    }
  }

  /// The optimal end-to-end matrix of the problem that was reduced.
  ///
  /// - Throws: `LinearTrainingError.notInterpolating` when no network of the rank allowed interpolates.
  public func optimum(_ reduction: EndToEndReduction, of training: EndToEndTraining) throws(LinearTrainingError)
    -> DenseMatrix
  {
    let reduced = reduction.training
    let scales = reduction.scales!
    var M: DenseMatrix
    switch self {
    case .reducedRankRegression:
      M = Self.dividingRows(Self.spectrum(of: reduced.Y, rank: reduced.rank) { $0 }, by: scales)
    case .shrinkage:
      M = Self.spectrum(of: reduced.Y, rank: reduced.rank) { reduced.penalty!.shrink($0, scale: scales[0]) }
    case .ridge:
      M = Self.dividingRows(reduced.Y, by: scales.map { $0 + 2 * reduced.penalty!.weight / $0 })
    case .minimumNorm:
      M = Self.dividingRows(reduced.Y, by: scales)
    }
    M = reduction.expand(M)
    if self == .minimumNorm {
      let residual = training.violation(M)
      let rank = DenseKernels.singularValues(M)?.values.count { $0 > Self.interpolationTolerance * DenseKernels.norm(M.values) }
      guard residual <= Self.interpolationTolerance * DenseKernels.norm(training.Y.values), let rank,
        rank <= training.rank
      else { throw .notInterpolating(residual: residual, rank: training.rank) }
    }
    return M
  }

  /// `U Diag(f(σ₁), …, f(σ_r)) Vᵀ` for `A = U Diag(σ) Vᵀ`.
  static func spectrum(of A: DenseMatrix, rank: Int, _ f: (Double) -> Double) -> DenseMatrix {
    guard let svd = DenseKernels.singularValues(A) else { return A }
    let count = min(rank, svd.values.count)
    var left = DenseMatrix(rows: A.rows, columns: count)
    var right = DenseMatrix(rows: A.columns, columns: count)
    for k in 0..<count {
      let value = f(svd.values[k])
      for i in 0..<A.rows { left[i, k] = value * svd.left[i, k] }
      for j in 0..<A.columns { right[j, k] = svd.right[j, k] }
    }
    return DenseKernels.product(left, right, transposeB: true)
  }

  private static func dividingRows(_ A: DenseMatrix, by divisors: [Double]) -> DenseMatrix {
    DenseMatrix(
      rows: A.rows, columns: A.columns, values: A.values.indices.map { A.values[$0] / divisors[$0 % A.rows] })
  }
}
