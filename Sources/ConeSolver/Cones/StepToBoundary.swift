import LinearAlgebra

/// The step from a positive definite matrix to the boundary of the semidefinite cone: with `X = LLᵀ`, the largest `α` with
/// `X + αD ⪰ 0` is `−1/λ_min(L⁻¹DL⁻ᵀ)`.
///
/// The eigenvalue is exact for small orders and a lower estimate by Lanczos iteration for large ones, so that the step is a little
/// short rather than too long.
final class StepToBoundary {
  private let order: Int
  private let arena = Arena()
  /// Work matrix of the order's size, free between calls.
  let scratch: VectorView
  private let trial: VectorView
  private let eigensolver: SymmetricEigensolver?
  private let lanczos: LanczosBound?
  private let rotated: VectorView

  init(order: Int) {
    self.order = order
    scratch = arena.vector(order * order)
    rotated = arena.vector(order)
    let isSmall = order <= Tuning.lanczosOrder
    trial = arena.vector(isSmall ? order * order : 0)
    eigensolver = isSmall ? SymmetricEigensolver(order: order, vectors: false) : nil
    lanczos = isSmall ? nil : LanczosBound(order: order, steps: Tuning.lanczosSteps)
  }

  /// The step along a packed direction from the matrix with Cholesky factor `L`, at most `limit`.
  func step(factor L: VectorView, _ direction: VectorView, limit: Double) -> Double {
    guard order > 0 else { return limit }
    TriangleLayout.unpack(direction, into: scratch, order: order)
    let least: Double
    if let lanczos {
      // Two triangular solves a product cost less than forming L⁻¹DL⁻ᵀ for the few products it takes.
      least = lanczos.leastEigenvalue(relative: Tuning.lanczosAccuracy, threshold: -1 / limit) { v, y in
        rotated.copy(v)
        Dense.solveLower(L, transpose: true, rotated)
        Dense.symmetricMultiply(scratch, rotated, into: y)
        Dense.solveLower(L, y)
      }
    } else {
      Dense.reduceByCholeskyLower(scratch, L, order: order)
      if allowsLimit(limit) { return limit }
      Dense.symmetrizeFromLower(scratch, order: order)
      least = eigensolver!.decompose(scratch) ? eigensolver!.eigenvalues[0] : -.infinity
    }
    return least < 0 ? min(limit, -1 / least) : limit
  }

  /// Whether `I + αR` is positive definite for the matrix `R` in `scratch`: most blocks allow the step that others do, and Cholesky's
  /// factorisation costs less than the eigenvalues.
  private func allowsLimit(_ alpha: Double) -> Bool {
    guard alpha.isFinite else { return false }
    for k in trial.indices { trial[k] = alpha * scratch[k] }
    for i in 0..<order { trial[i + i * order] += 1 }
    return Dense.choleskyLower(trial, order: order) == 0
  }
}
