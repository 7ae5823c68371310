/// A proof in floating point that a symmetric matrix is positive semidefinite.
///
/// Let `A` be a symmetric matrix of doubles of order `N` and suppose plain Cholesky of `Ã = A − cI` (diagonal rounded
/// down) runs to completion with the factor `R̃`. Then `R̃ᵀR̃ = Ã + ΔA`, `|ΔA| ≤ γ_{N+1}|R̃ᵀ||R̃|` (Higham, *Accuracy
/// and Stability of Numerical Algorithms*, Thm 10.3). By Cauchy–Schwarz `(|R̃ᵀ||R̃|)_ij ≤ ‖r_i‖‖r_j‖`, and
/// `‖r_i‖² = ã_ii + Δa_ii ≤ ã_ii/(1 − γ_{N+1})`, so
///
///     ‖ΔA‖₂ ≤ γ_{N+1}/(1 − γ_{N+1}) · tr Ã   and   λ_min(A) ≥ c − γ_{N+1}/(1 − γ_{N+1}) · tr A.
///
/// Hence completion with `c = e + factorisationError(A)` proves `λ_min(A) ≥ e`, and every matrix within `e` of `A` in
/// the spectral norm is positive semidefinite. Source: S. M. Rump, "Verification of positive definiteness", BIT 46
/// (2006), which also bounds underflow; a generous multiple of the smallest normal number stands for it here.
///
/// The factorisation is written out rather than LAPACK's, because the bound is for divisions by the pivot's root and
/// library kernels may multiply by its reciprocal.
enum PositiveDefiniteness {
  /// An upper bound on what rounding in a Cholesky factorisation of `A` may hide.
  static func factorisationError(_ A: DenseMatrix) -> Double {
    let gamma = RoundingBounds.gamma(A.rows + 1)
    guard gamma < 0.5 else { return .infinity }
    let trace = RoundingBounds.absoluteSumUp((0..<A.rows).map { A[$0, $0] })
    let relative = RoundingBounds.divideUp(gamma, (1 - gamma).nextDown)
    let underflow = 8 * Double(A.rows + 1) * Double(A.rows + 1) * Double.leastNormalMagnitude * (1 + trace)
    return RoundingBounds.addUp(RoundingBounds.multiplyUp(relative, trace), underflow)
  }

  /// True only if `λ_min(A) ≥ margin` is proved; the lower triangle of `A` is read. Complexity: O(N³).
  static func isProved(_ A: DenseMatrix, margin: Double) -> Bool {
    let shift = RoundingBounds.addUp(margin, factorisationError(A))
    guard shift.isFinite else { return false }
    var factor = A
    for i in 0..<A.rows { factor[i, i] = RoundingBounds.subtractDown(A[i, i], shift) }
    return choleskyCompletes(&factor)
  }

  /// Right-looking Cholesky of the lower triangle, in place, column by column.
  private static func choleskyCompletes(_ A: inout DenseMatrix) -> Bool {
    let n = A.rows
    return A.values.withUnsafeMutableBufferPointer { a in
      for k in 0..<n {
        let pivot = a[k + n * k]
        guard pivot > 0, pivot.isFinite else { return false }
        let root = pivot.squareRoot()
        for i in k..<n { a[i + n * k] /= root }
        for j in k + 1..<max(n, k + 1) {
          let multiplier = a[j + n * k]
          guard multiplier != 0 else { continue }
          for i in j..<n { a[i + n * j] -= multiplier * a[i + n * k] }
        }
      }
      return true
    }
  }
}
