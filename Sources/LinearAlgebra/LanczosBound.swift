import COpenBLAS

/// A lower estimate of the smallest eigenvalue of symmetric matrices of one order, by Lanczos iteration.
///
/// After `k` steps the smallest Ritz value `θ` is at least `λ_min`, and some eigenvalue lies within `β_k|y_k|` of it, `y` the Ritz
/// vector in the Krylov basis (Parlett, "The Symmetric Eigenvalue Problem", 1998, chapter 13). The estimate `θ − β_k|y_k|` errs on
/// the safe side for step lengths (Toh, "A note on the calculation of step-lengths in interior-point methods for semidefinite
/// programming", Comput. Optim. Appl. 21, 2002); that the eigenvalue found is the smallest one is likely, not certain. The basis is
/// kept orthogonal by full reorthogonalisation.
public final class LanczosBound {
  public let order: Int
  private let steps: Int
  private let arena = Arena()
  /// Krylov basis, one column a step.
  private let basis: VectorView
  private let start, product, alpha, beta, diagonal, offDiagonal, ritzVectors, work: VectorView

  /// - Parameter steps: Lanczos steps at most.
  public init(order n: Int, steps: Int) {
    order = n
    self.steps = min(steps, n)
    let k = self.steps
    basis = arena.vector(n * (k + 1))
    start = arena.vector(n)
    product = arena.vector(n)
    alpha = arena.vector(k)
    beta = arena.vector(k)
    diagonal = arena.vector(k)
    offDiagonal = arena.vector(k)
    ritzVectors = arena.vector(k * k)
    work = arena.vector(max(1, 2 * k))
    // A fixed start with components in every direction: fractional parts of multiples of the golden ratio.
    var fraction = 0.5
    for i in 0..<n {
      fraction += 0.6180339887498949
      if fraction >= 1 { fraction -= 1 }
      start[i] = fraction - 0.5 + (fraction < 0.5 ? -0.5 : 0.5)
    }
    if n > 0 { start.scale(1 / start.euclideanNorm) }
  }

  /// A lower estimate of `λ_min(A)` of a symmetric matrix.
  ///
  /// - Parameters:
  ///   - multiply: `y ← Av`.
  ///   - relative: the estimate is good enough within this fraction of its modulus …
  ///   - threshold: … or as soon as it is at least this, where the caller needs to know no more.
  /// - Returns: `−∞` when the matrix is not finite.
  public func leastEigenvalue(
    relative: Double, threshold: Double, multiply: (_ v: VectorView, _ y: VectorView) -> Void
  ) -> Double {
    guard order > 0 else { return .infinity }
    column(0).copy(start)
    var estimate = -Double.infinity
    for k in 0..<steps {
      let v = column(k)
      multiply(v, product)
      alpha[k] = v.dot(product)
      orthogonalize(against: k + 1)
      orthogonalize(against: k + 1)
      beta[k] = product.euclideanNorm
      guard alpha[k].isFinite, beta[k].isFinite else { return -.infinity }
      let isLast = k == steps - 1 || beta[k] <= 1e-14 * abs(alpha[k])
      if isLast || k % 4 == 3 {
        guard let (ritz, error) = smallestRitz(k + 1) else { return -.infinity }
        estimate = ritz - error
        if isLast || error <= relative * abs(ritz) || estimate >= threshold { return estimate }
      }
      column(k + 1).copy(product)
      column(k + 1).scale(1 / beta[k])
    }
    return estimate
  }

  private func column(_ k: Int) -> VectorView { basis.slice(k * order..<(k + 1) * order) }

  /// Removes from `product` its components along the first `count` basis vectors.
  private func orthogonalize(against count: Int) {
    let n = blasint(order)
    cblas_dgemv(
      CblasColMajor, CblasTrans, n, blasint(count), 1, basis.baseAddress, n, product.baseAddress, 1, 0, work.baseAddress, 1)
    cblas_dgemv(
      CblasColMajor, CblasNoTrans, n, blasint(count), -1, basis.baseAddress, n, work.baseAddress, 1, 1, product.baseAddress, 1)
  }

  /// The smallest Ritz value of `k` steps with its error bound.
  private func smallestRitz(_ k: Int) -> (value: Double, error: Double)? {
    for i in 0..<k {
      diagonal[i] = alpha[i]
      offDiagonal[i] = beta[i]
    }
    let info = LAPACKE_dstev_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), Int32(k), diagonal.baseAddress, offDiagonal.baseAddress,
      ritzVectors.baseAddress, Int32(k), work.baseAddress)
    guard info == 0 else { return nil }
    return (diagonal[0], beta[k - 1] * abs(ritzVectors[k - 1]))
  }
}
