import ConeModel

/// The completely positive program CP-NN of K. Prakhya, T. Birdal and A. Yurtsever (arXiv:2410.22311) in its published form, over the
/// user's data as they are: with `λ = (α, β, u, v)`, `α, β ∈ ℝⁿ`, and `Λ = Σλ_kλ_kᵀ`, of order `p = 2n + d + c`,
///
///     minimize    ½‖Λ_αv − Y‖² + (γ/2)(tr Λ_uu + tr Λ_vv)
///     subject to  MΛMᵀ = 0,   diag Λ_αβ = 0,        M = [−I I X 0],
///                 Λ ∈ conv{λλᵀ : α, β ≥ 0}
///
/// CP-NN is exact (its Theorem 1). The cone is `Λ ⪰ 0` with a *completely positive* block over `(α, β)`: if that block is `Σ p_kp_kᵀ`, `p_k ≥ 0`,
/// then `Λ ⪰ 0` gives the off-diagonal block as a product with it, hence `(u, v)` for every `p_k`, and what is left has `α = β = 0`.
/// So a relaxation of the completely positive cone must be named. The doubly nonnegative one makes **SDP-NN, a lower bound**.
///
/// *When not to use it*: `MΛMᵀ = 0` leaves `Λ` no interior. `SDPNN` is the same relaxation reduced to its face, of order `n + d + c` with
/// `n` equalities instead of `n(n + 1)/2 + n`; this form is for comparison, export, and the published rounding (`ThreeOperatorSplitting`).
public struct CPNN: Lift {
  public static let info = LiftInfo(
    name: "cp-nn", guarantee: .lowerBound, condition: "exact with the completely positive cone itself",
    size: "one semidefinite block of order 2n+d+c, n(n+1)/2+n equalities, n(2n−1) nonnegative rows",
    theorem: "Theorem 1: the lift to Λ is exact over the completely positive cone; the doubly nonnegative one contains it",
    source: "Prakhya, Birdal & Yurtsever, arXiv:2410.22311, CP-NN and SDP-NN as published")

  /// How `Xu = α − β` and `α_iβ_i = 0` are stated, all the same on the cone.
  public enum Equations: String, Sendable, CaseIterable {
    /// `MΛMᵀ = 0` and `diag Λ_αβ = 0`, as in the authors' code.
    case matrices
    /// `tr MΛMᵀ = 0` and `tr Λ_αβ = 0`, as in the paper.
    case traces
    /// `MΛ = 0` and `diag Λ_αβ = 0`: `n` times as many equations, but linear in the distance from the face where the others are
    /// quadratic, so that a solver's residual of `10⁻¹⁰` is that of `Λ` and not its square.
    case kernel
  }

  public let training: ReLUTraining
  public let relaxation: Model.CompletelyPositiveRelaxation
  public let equations: Equations
  public static let scope = TrainingScope(losses: Loss.Kind.allCases)

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(
    _ training: ReLUTraining, relaxation: Model.CompletelyPositiveRelaxation = .doublyNonnegative,
    equations: Equations = .matrices
  ) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: "CP-NN")
    self.training = training
    self.relaxation = relaxation
    self.equations = equations
  }

  /// `p = 2n + d + c`.
  public var order: Int { 2 * training.sampleCount + training.inputDimension + training.outputDimension }

  public func program() -> LiftedProgram<TwoLayerReLUNetwork> { stated().program }

  /// The program and its variable.
  func stated() -> (program: LiftedProgram<TwoLayerReLUNetwork>, moments: Expression<Symmetric, Affine>) {
    let n = training.sampleCount
    let model = Model()
    let moments = model.symmetric("Λ", order: order, .positiveSemidefinite)
    let weights = sum(diagonal(moments)[2 * n..<order])
    let outputs = entries(moments[0..<n, order - training.outputDimension..<order])
    let loss = LossTerm(training.loss, outputs: outputs, targets: training.Y.values)
    let M = kernelMap
    let matrix = Constant<Matrix>(rows: M.rows, columns: M.columns, columnMajor: M.values)
    let face = congruence(matrix, moments)
    let complementarity = diagonal(moments[0..<n, n..<2 * n])
    let objective: Expression<Scalar, Convex> = sum {
      (0.5 * training.weightDecay) ⋅ weights
      if let fit = loss.objective { fit }
    }
    let problem = Problem.minimize(objective) {
      loss.constraints
      switch equations {
      case .matrices:
        entries(face) == [Double](repeating: 0, count: n * (n + 1) / 2)
        complementarity == 0
      case .traces:
        trace(face) == 0
        sum(complementarity) == 0
      case .kernel:
        entries(product(matrix, moments)) == [Double](repeating: 0, count: n * order)
        complementarity == 0
      }
      switch relaxation {
      case .doublyNonnegative: offDiagonal(moments.principal(0..<2 * n)) >= 0
      }
    }
    return (LiftedProgram(problem) { _ in nil }, moments)
  }

  /// `M = [−I I X 0]`, `n × p`, for which `Mλ = Xu − α + β`.
  var kernelMap: DenseMatrix {
    let n = training.sampleCount
    var M = DenseMatrix(rows: n, columns: order)
    for i in 0..<n {
      M[i, i] = -1
      M[i, n + i] = 1
      for a in 0..<training.inputDimension { M[i, 2 * n + a] = training.X[i, a] }
    }
    return M
  }

  /// `Λ` of a network: feasible for CP-NN, with the network's objective.
  public func moments(of network: TwoLayerReLUNetwork) -> DenseMatrix {
    let p = DenseKernels.product(training.X, network.U, transposeB: true)
    let neurons = (0..<network.width).map { k in
      p.column(k).map { max($0, 0) } + p.column(k).map { max(-$0, 0) } + network.U.row(k) + network.V.row(k)
    }
    let L = DenseMatrix(rowArrays: neurons, columns: order)
    return DenseKernels.product(L, L, transposeA: true)
  }
}
