import Foundation

/// The two-layer ReLU network of infinite width as a kernel method: the baselines NNGP and NTK, in closed form.
///
/// For inputs with angle `θ`, weights `w ~ N(0, I/d)` of the first layer and output weights of variance `1/width`,
///
///     Σ(x, x') = E[(wᵀx)₊(wᵀx')₊] = ‖x‖‖x'‖/(2πd) · (sin θ + (π − θ) cos θ)            (NNGP)
///     Θ(x, x') = Σ(x, x') + xᵀx'/d · (π − θ)/(2π)                                        (NTK, both layers trained)
///
/// and the mean prediction of gradient descent to the end on the squared loss, ridge `ρ` on the kernel, is
/// `K(x, X)(K(X, X) + ρI)⁻¹Y`. Sources: Y. Cho & L. Saul, NIPS 2009 (arc-cosine kernels); A. Jacot, F. Gabriel & C. Hongler, NeurIPS
/// 2018; R. Novak et al., ICLR 2020, whose library scales `ρ` by the mean of the diagonal, as is done here.
/// Complexity: O(n²d + n³).
public struct KernelRegression: Sendable {
  public enum Kernel: String, Sendable, CaseIterable {
    case nngp
    case ntk

    /// `K(a_i, b_j)` for the rows of two matrices.
    public func matrix(_ A: DenseMatrix, _ B: DenseMatrix) -> DenseMatrix {
      var K = DenseKernels.product(A, B, transposeB: true)
      let (a, b) = ((0..<A.rows).map { DenseKernels.norm(A.row($0)) }, (0..<B.rows).map { DenseKernels.norm(B.row($0)) })
      let d = Double(A.columns)
      for j in 0..<K.columns {
        for i in 0..<K.rows {
          let norms = a[i] * b[j]
          guard norms > 0 else { continue }
          let cosine = max(-1, min(1, K[i, j] / norms))
          let theta = acos(cosine)
          var value = norms * ((1 - cosine * cosine).squareRoot() + (.pi - theta) * cosine) / (2 * .pi * d)
          if self == .ntk { value += K[i, j] / d * (.pi - theta) / (2 * .pi) }
          K[i, j] = value
        }
      }
      return K
    }
  }

  public let kernel: Kernel
  private let X: DenseMatrix
  /// `(K + ρI)⁻¹Y`.
  private let coefficients: DenseMatrix

  /// - Parameter ridge: `ρ` as a multiple of the mean of the diagonal of `K(X, X)`.
  /// - Returns: `nil` when `K + ρI` is not positive definite in double precision (parallel rows and no ridge).
  public init?(_ kernel: Kernel, X: DenseMatrix, Y: DenseMatrix, ridge: Double) {
    self.kernel = kernel
    self.X = X
    var K = kernel.matrix(X, X)
    let mean = (0..<K.rows).reduce(0) { $0 + K[$1, $1] } / Double(max(K.rows, 1))
    for i in 0..<K.rows { K[i, i] += ridge * mean }
    guard let solved = DenseKernels.solvePositiveDefinite(K, Y) else { return nil }
    coefficients = solved
  }

  public func predict(_ inputs: DenseMatrix) -> DenseMatrix {
    DenseKernels.product(kernel.matrix(inputs, X), coefficients)
  }
}
