/// The exact reduction of the targets `Y`, `n × c`, under squared loss: `Y = ŶBᵀ` with `B`, `c × ρ`, orthonormal.
///
/// For rows with a nonzero input, components of `v_j` outside the row space of `Y` only add to the loss and to the
/// decay, so `v_j = B v̂_j` and `‖FBᵀ − Y‖ = ‖F − Ŷ‖`. Rows whose input is zero are fitted by 0 whatever the
/// network is, and their targets do not count towards the rank: they contribute `lossConstant = ½ Σ ‖y_j‖²`, and
/// their rows of `Ŷ` are zero. So `p* = lossConstant + p̂*`, and a network `(U, V̂)` of the reduced problem gives
/// `(U, V̂Bᵀ)`.
///
/// The rank is numerical: singular values below `rankFactor · max(n, c) · ε` times the largest count as zero; what they
/// carried is added to `lossConstant`. When the rank is `c`, `B` is the identity.
/// Complexity: O(n c²). Source: A. Sahiner et al., ICLR 2021 (the dual depends on `Y` through `YYᵀ`).
public struct OutputReduction: Sendable, Equatable {
  /// Orthonormal, `c × ρ`.
  public let B: DenseMatrix
  /// `Ŷ`, `n × ρ`.
  public let Y: DenseMatrix
  public let lossConstant: Double

  static let rankFactor = 16.0

  /// - Parameter zeroRows: rows of the inputs that are zero, from `DataReduction`.
  public init(_ Y: DenseMatrix, zeroRows: [Int]) {
    var active = Y
    for j in zeroRows {
      for k in 0..<Y.columns { active[j, k] = 0 }
    }
    B = Self.rowSpace(active)
    self.Y = DenseKernels.product(active, B)
    var lost = Y
    let fitted = DenseKernels.product(self.Y, B, transposeB: true)
    for k in lost.values.indices { lost.values[k] -= fitted.values[k] }
    lossConstant = 0.5 * lost.values.reduce(0) { $0 + $1 * $1 }
  }

  /// `ρ`.
  public var rank: Int { B.columns }

  /// The network in the original outputs: `V = V̂Bᵀ`.
  public func expand(_ network: TwoLayerReLUNetwork) -> TwoLayerReLUNetwork {
    TwoLayerReLUNetwork(U: network.U, V: DenseKernels.product(network.V, B, transposeB: true))
  }

  private static func rowSpace(_ Y: DenseMatrix) -> DenseMatrix {
    guard let svd = DenseKernels.rightSingularVectors(Y) else { return .identity(Y.columns) }
    guard let largest = svd.values.first, largest > 0 else { return DenseMatrix(rows: Y.columns, columns: 0) }
    let threshold = largest * rankFactor * Double(max(Y.rows, Y.columns)) * Double.ulpOfOne
    let rank = svd.values.count { $0 > threshold }
    guard rank < Y.columns else { return .identity(Y.columns) }
    return DenseMatrix(rows: Y.columns, columns: rank, values: Array(svd.vectors.values.prefix(Y.columns * rank)))
  }
}
