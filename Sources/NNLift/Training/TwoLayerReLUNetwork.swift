/// A two-layer ReLU network `f(x) = Σ_j (xᵀu_j)_+ v_j` of width `k`.
///
/// Shapes: `U` is `k × d` (row `j` is `u_j`), `V` is `k × c`. When the network was trained with a bias, the first
/// entry of every `u_j` is the bias weight and the inputs carry a leading one.
public struct TwoLayerReLUNetwork: Sendable, Equatable {
  public var U: DenseMatrix
  public var V: DenseMatrix

  public init(U: DenseMatrix, V: DenseMatrix) {
    precondition(U.rows == V.rows, "\(U.rows) input weights but \(V.rows) output weights")
    self.U = U
    self.V = V
  }

  /// Number of neurons `k`.
  public var width: Int { U.rows }
  public var inputDimension: Int { U.columns }
  public var outputDimension: Int { V.columns }

  /// `(XUᵀ)_+`, `n × k`, for inputs `X`, `n × d` (leading ones included when there is a bias).
  public func hiddenLayer(_ X: DenseMatrix) -> DenseMatrix {
    DenseKernels.product(X, U, transposeB: true).map { max($0, 0) }
  }

  /// `(XUᵀ)_+ V`, `n × c`.
  public func predict(_ X: DenseMatrix) -> DenseMatrix {
    DenseKernels.product(hiddenLayer(X), V)
  }

  /// The same function with `‖u_j‖ = ‖v_j‖`, which for given products `‖u_j‖‖v_j‖` makes
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
      U: DenseMatrix(rowArrays: u, columns: inputDimension), V: DenseMatrix(rowArrays: v, columns: outputDimension))
  }

  /// The column with the largest output, per row of `X`; the first of equals.
  public func predictedClasses(_ X: DenseMatrix) -> [Int] {
    let outputs = predict(X)
    return (0..<outputs.rows).map { i in
      (0..<outputs.columns).reduce(0) { outputs[i, $1] > outputs[i, $0] ? $1 : $0 }
    }
  }

  /// The fraction of rows of `X` whose largest output is that of `classes[i]`.
  public func accuracy(_ X: DenseMatrix, classes: [Int]) -> Double {
    precondition(classes.count == X.rows, "\(X.rows) samples but \(classes.count) classes")
    guard !classes.isEmpty else { return 0 }
    let hits = zip(predictedClasses(X), classes).count { $0 == $1 }
    return Double(hits) / Double(classes.count)
  }
}
