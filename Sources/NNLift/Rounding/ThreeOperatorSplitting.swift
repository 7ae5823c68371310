/// The published way from `Λ` of SDP-NN to a network (K. Prakhya, T. Birdal and A. Yurtsever, arXiv:2410.22311): a three-operator splitting
/// (D. Davis & W. Yin, Set-Valued Var. Anal. 25, 2017) for
///
///     minimize  ½‖WWᵀ − Λ‖²    over  W ∈ ℝ^{p×R},   MW = 0,   α, β ≥ 0,   α ∘ β = 0
///
/// whose columns would be neurons `λ = (α, β, u, v)`:
///
///     W = P_ker M(Z),    V = P_D(2W − Z − 2η(WWᵀW − ΛW)),    Z ← Z − W + V.
///
/// **A baseline, with the defects of its published form.** The problem is not convex and no fixed point need be near `Λ`; the projection on
/// `D` leaves both of `α_i = β_i > 0`, a tie, as they are; the output weights are read off `W` and come out wrongly scaled, as the authors
/// note; and their evaluation chooses the iterate by its *test* accuracy, which is not done here. Refitting the output weights for
/// the directions found mends the scale; `SDPNNTraining` does so from better candidates.
public struct ThreeOperatorSplitting: Sendable {
  public struct Options: Sendable {
    /// `R`: columns, those beyond the order of `Λ` start at zero.
    public var columns = 300
    public var iterations = 1_000
    /// `η‖Λ‖_F`; 0.1 in the authors' runs on MNIST.
    public var step = 0.75

    public init() {}
  }

  public let training: ReLUTraining
  private let lift: CPNN
  /// `(MMᵀ)⁻¹`.
  private let inverse: DenseMatrix

  /// - Throws: `UnsupportedTraining` outside the scope of `CPNN`.
  public init(_ training: ReLUTraining) throws(UnsupportedTraining) {
    self.training = training
    lift = try CPNN(training)
    let M = lift.kernelMap
    // MMᵀ = 2I + XXᵀ is never singular.
    inverse = PseudoInverse(DenseKernels.product(M, M, transposeB: true), relativeTo: 0)?.matrix ?? .identity(M.rows)
  }

  /// The network `(P_uW, P_vW)` of the last iterate.
  ///
  /// - Parameters:
  ///   - moments: `Λ`, of order `2n + d + c`.
  ///   - initial: the first `Z`, `p × R`; the scaled eigenvectors of `Λ` unless given. A factor `Z` of `Λ` whose columns are neurons is
  ///     a fixed point.
  /// Complexity: O(p²R) an iteration.
  public func run(from moments: DenseMatrix, _ options: Options = Options(), initial: DenseMatrix? = nil) -> TwoLayerReLUNetwork {
    let n = training.sampleCount
    let M = lift.kernelMap
    let eta = options.step / DenseKernels.norm(moments.values)
    var Z = initial ?? start(moments, columns: options.columns)
    var W = Z
    for _ in 0..<options.iterations {
      let correction = DenseKernels.product(M, DenseKernels.product(inverse, DenseKernels.product(M, Z)), transposeA: true)
      for k in W.values.indices { W.values[k] = Z.values[k] - correction.values[k] }
      let cubic = DenseKernels.product(W, DenseKernels.product(W, W, transposeA: true))
      let linear = DenseKernels.product(moments, W)
      var V = W
      for k in V.values.indices {
        V.values[k] = 2 * W.values[k] - Z.values[k] - 2 * eta * (cubic.values[k] - linear.values[k])
      }
      Self.makeComplementary(&V, rows: n)
      for k in Z.values.indices { Z.values[k] += V.values[k] - W.values[k] }
    }
    let (d, c) = (training.inputDimension, training.outputDimension)
    return TwoLayerReLUNetwork(
      U: W.block(2 * n..<2 * n + d, 0..<W.columns).transposed,
      V: W.block(2 * n + d..<2 * n + d + c, 0..<W.columns).transposed)
  }

  /// `Q√D` of `Λ = QDQᵀ`, the largest eigenvalues first, with columns of zeros.
  private func start(_ moments: DenseMatrix, columns: Int) -> DenseMatrix {
    var Z = DenseMatrix(rows: moments.rows, columns: columns)
    guard let eigen = DenseKernels.symmetricEigen(moments) else { return Z }
    for k in 0..<min(columns, moments.columns) {
      let source = moments.columns - 1 - k
      let root = max(0, eigen.values[source]).squareRoot()
      for i in 0..<moments.rows { Z[i, k] = root * eigen.vectors[i, source] }
    }
    return Z
  }

  /// Keeps the larger of `α_ik`, `β_ik` if it is positive; both of a tie.
  private static func makeComplementary(_ V: inout DenseMatrix, rows n: Int) {
    for k in 0..<V.columns {
      for i in 0..<n {
        let (a, b) = (V[i, k], V[n + i, k])
        V[i, k] = a >= b ? max(a, 0) : 0
        V[n + i, k] = b >= a ? max(b, 0) : 0
      }
    }
  }
}
