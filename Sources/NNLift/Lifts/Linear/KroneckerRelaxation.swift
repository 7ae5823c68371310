import ConeModel
import ConeSolver

/// A semidefinite relaxation of `CompletelyPositiveLift`. **Lower bound.**
///
/// Moments `T = E[wwᵀ]` of `w = (1, Z, U)`, where `U = (1 − r/δ)I + U₀`, `tr U₀ = 0`, takes the trace equation and the face it
/// exposes out of the problem. With `V = I − U`,
///
///     minimize   E[q(Z)]
///     subject to T ⪰ 0,  T₁₁ = 1,  E[UZ] = 0,  E[U²] = E[U],  E[P ⊗ Q] ⪰ 0 for P, Q ∈ {Z, U, V}
///     and, for a constraint g on the product, E[g·w] = 0, or E[g·P] ⪰ 0 and E[g·g'] ≥ 0
///
/// all of them linear in `T`. `U` may be taken a projection, so that `U² = U` is no restriction. Since `U + V = I` the Kronecker
/// blocks imply `E[Z], E[U], E[V] ⪰ 0`. `P ⊗ P` is stated on symmetric and antisymmetric tensors apart; `Z ⊗ U` and `U ⊗ V` have
/// `vec I` in their kernel, which the equations force, and are stated on its complement. Without the Kronecker blocks the bound
/// is worthless (0 for `X = I`, `Y = Diag(2, 1)`, `r = 1`); with them and `XᵀX = I` no gap has been seen for `δ = 4`, and none is excluded. Where `XᵀX` is ill-conditioned there are gaps: the
/// squared loss without constraints is therefore stated for `SVᵀM`, `X = USVᵀ`, which has the rank of `M`.
///
/// Size: `T` of order `δ(δ + 1)`, six semidefinite pairs of order up to `δ²`: for `δ ≤ 6` or so. Source: for products of
/// semidefinite cones, arXiv:2602.23725 and its warning that no hierarchy of this kind closes the gap in general.
public struct KroneckerRelaxation: Lift {
  public typealias Network = DenseMatrix

  public static let info = LiftInfo(
    name: "kronecker", guarantee: .lowerBound, size: "PSD (d + c)(d + c + 1), 6 × (d + c)²",
    theorem: "moments of the completely positive lift, localised by Kronecker products",
    source: "arXiv:2605.17692; docs/deep-linear.md")

  public let lift: CompletelyPositiveLift
  /// Whether the Kronecker blocks are stated; without them only to see what they are worth.
  let localized: Bool
  private let expand: @Sendable (DenseMatrix) -> DenseMatrix
  private let constant: Double

  /// - Throws: `LinearTrainingError.unsupported` where the complementarity form does not apply.
  public init(_ training: EndToEndTraining) throws(LinearTrainingError) { try self.init(training, localized: true) }

  /// - Parameter whitened: whether the moments are those of `SVᵀM`, where nothing stands against it.
  init(_ training: EndToEndTraining, localized: Bool, whitened: Bool = true) throws(LinearTrainingError) {
    self.localized = localized
    let reduction = EndToEndReduction(training)
    guard whitened, training.penalty == nil, let scales = reduction.scales, training.fit != .interpolation else {
      lift = try CompletelyPositiveLift(training)
      expand = { $0 }
      constant = 0
      return
    }
    let Y = reduction.training.Y
    lift = try CompletelyPositiveLift(
      EndToEndTraining(unchecked: .identity(Y.rows), Y, .squared, rank: training.rank, nil, []))
    constant = reduction.constant
    expand = { N in
      reduction.expand(
        DenseMatrix(rows: N.rows, columns: N.columns, values: N.values.indices.map { N.values[$0] / scales[$0 % N.rows] }))
    }
  }

  public func program() throws -> LiftedProgram<DenseMatrix> {
    let moments = ComplementarityMoments(lift.form)
    let T = moments.T
    let problem = Problem.minimize(moments.objective) {
      T[0, 0] == 1
      moments.equations == 0
      if localized {
        moments.localizing
      } else {
        for P in [moments.Z, moments.U, moments.V] { moments.mean(P).isPositiveSemidefinite }
      }
    }
    return LiftedProgram(problem, constant: constant) { expand(DenseMatrix(try $0.value(of: moments.endToEnd))) }
  }
}
