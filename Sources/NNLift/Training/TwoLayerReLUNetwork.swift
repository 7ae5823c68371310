/// A two-layer ReLU network `f(x) = Σ_j (xᵀu_j)_+ v_j + Wᵀx` of width `k`.
///
/// Shapes: `U` is `k × d` (row `j` is `u_j`), `V` is `k × c`, `W` is `d × c`. When the network was trained with a bias, the first
/// entry of every `u_j` is the bias weight and the inputs carry a leading one; the first row of `W` is then a constant.
public struct TwoLayerReLUNetwork: Sendable, Equatable {
  public var U: DenseMatrix
  public var V: DenseMatrix
  /// `W`, of a skip connection or of the constant that a free bias brings; `nil` stands for zero.
  public var linear: DenseMatrix?

  public init(U: DenseMatrix, V: DenseMatrix, linear: DenseMatrix? = nil) {
    precondition(U.rows == V.rows, "\(U.rows) input weights but \(V.rows) output weights")
    precondition(linear.map { $0.rows == U.columns && $0.columns == V.columns } ?? true, "linear weights of another shape")
    self.U = U
    self.V = V
    self.linear = linear
  }

  /// Number of neurons `k`.
  public var width: Int { U.rows }
  public var inputDimension: Int { U.columns }
  public var outputDimension: Int { V.columns }

  /// `(XUᵀ)_+`, `n × k`, for inputs `X`, `n × d` (leading ones included when there is a bias).
  public func hiddenLayer(_ X: DenseMatrix) -> DenseMatrix {
    DenseKernels.product(X, U, transposeB: true).map { max($0, 0) }
  }

  /// `(XUᵀ)_+ V + XW`, `n × c`.
  public func predict(_ X: DenseMatrix) -> DenseMatrix {
    var outputs = DenseKernels.product(hiddenLayer(X), V)
    if let linear {
      let part = DenseKernels.product(X, linear)
      for k in outputs.values.indices { outputs.values[k] += part.values[k] }
    }
    return outputs
  }

  /// The same function with `‖u_j‖₂ = ‖v_j‖₂`, which for given products `‖u_j‖‖v_j‖` makes
  /// `½Σ(‖u_j‖² + ‖v_j‖²) = Σ‖u_j‖‖v_j‖` least. Neurons with `u_j = 0` or `v_j = 0` contribute nothing and are dropped.
  public func balanced() -> TwoLayerReLUNetwork {
    var u: [[Double]] = []
    var v: [[Double]] = []
    for j in 0..<width {
      let uNorm = DenseKernels.norm(U.row(j))
      let vNorm = DenseKernels.norm(V.row(j))
      guard uNorm > 0, vNorm > 0 else { continue }
      // Two roots instead of the root of a quotient, which could overflow.
      let scale = vNorm.squareRoot() / uNorm.squareRoot()
      u.append(U.row(j).map { $0 * scale })
      v.append(V.row(j).map { $0 / scale })
    }
    return TwoLayerReLUNetwork(
      U: DenseMatrix(rowArrays: u, columns: inputDimension), V: DenseMatrix(rowArrays: v, columns: outputDimension),
      linear: linear)
  }
}
