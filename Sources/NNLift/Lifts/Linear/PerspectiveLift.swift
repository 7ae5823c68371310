import ConeModel
import ConeSolver

/// Linear networks of bounded rank by the matrix perspective. **Lower bound.**
///
/// With the least weight `ω_i = min_j ω_ij` of every sample, `√ω ∘ X = USVᵀ` and `N = SVᵀM`, that part of the loss is
/// `½‖N‖² − ⟨N, G⟩ + ½‖√ω ∘ Y‖²`, `G = Uᵀ(√ω ∘ Y)`. A matrix `N` of rank at most `r` has a projection `P` of rank `r` with `N = PN`,
/// and then `NᵀN = NᵀP†N`:
///
///     minimize   ½ tr Θ − ⟨N, G⟩ + ½‖√ω ∘ Y‖² + ½ Σ (ω_ij − ω_i)((XM)_ij − Y_ij)² + κ‖M‖_*
///     subject to [P N; Nᵀ Θ] ⪰ 0,   0 ⪯ P ⪯ I,   tr P = r,   the constraints on M
///
/// (or with `P` on the other side, whichever is smaller). With weights that differ from sample to sample only and without
/// penalty or constraints it is exact: minimised over `N` it is the Fantope program. A mask leaves `ω_i = 0` where a sample
/// misses an output; then only `EndToEndTraining.withRidge` or a penalty gives the rank bound something to act on.
///
/// Size: semidefinite blocks of order `rank X + c`, `min(rank X, c)`, and `d + c` with weight decay. Source: D. Bertsimas,
/// R. Cory-Wright & J. Pauphilet, "A new perspective on low-rank optimization", Math. Program. 202, 2023.
public struct PerspectiveLift: Lift {
  public typealias Network = DenseMatrix

  public static let info = LiftInfo(
    name: "perspective", guarantee: .lowerBound, condition: "exact for the squared loss without penalty and constraints",
    size: "PSD rank X + c, min(rank X, c); d + c with weight decay",
    theorem: "N of rank r has NᵀN = NᵀP†N for a projection P of rank r, relaxed to the Fantope",
    source: "Bertsimas, Cory-Wright & Pauphilet 2023")

  public let training: EndToEndTraining

  /// - Throws: `LinearTrainingError.unsupported` for interpolation and for penalties that are not convex.
  public init(_ training: EndToEndTraining) throws(LinearTrainingError) {
    guard training.fit != .interpolation else {
      throw .unsupported(formulation: "the matrix perspective", reason: "interpolation has no loss to take it of")
    }
    guard (training.penalty?.exponent ?? 1) >= 1 else {
      throw .unsupported(
        formulation: "the matrix perspective", reason: "weight decay on three and more layers is not convex")
    }
    self.training = training
  }

  /// Exact without penalty and constraints where the weights do not differ within a sample.
  public var guarantee: Guarantee {
    training.penalty == nil && EndToEndReduction(training).scales != nil ? .exact : .lowerBound
  }

  public func program() throws -> LiftedProgram<DenseMatrix> {
    let reduction = EndToEndReduction(training)
    let training = reduction.training
    let (d, c) = (training.inputDimension, training.outputDimension)
    let common = (0..<training.Y.rows).map { i in (0..<c).reduce(Double.infinity) { min($0, training.weight(i, $1)) } }
    let quadratic = CommonQuadratic(training, weights: common)
    let k = quadratic.factor.rows
    let model = Model()
    let M = model.matrix("M", rows: d, columns: c)
    let N = quadratic.factor.constant ⋅ M
    let onInputs = k <= c
    let P = model.symmetric("P", order: min(k, c), .positiveSemidefinite)
    let Theta = model.symmetric("Θ", order: max(k, c))
    let penalty = PenaltyModel(training.penalty, M, in: model)
    let loss =
      training.weightedLoss(M, less: common) + 0.5 ⋅ trace(Theta) - inner(quadratic.target.constant, N) + penalty.linear
    let problem = Problem.minimize(loss + penalty.convex) {
      symmetricBlock(P, onInputs ? N : N.transposed(), Theta).isPositiveSemidefinite
      P ⪯ .identity(order: min(k, c))
      trace(P) == Double(min(training.rank, k, c))
      training.conditions(M)
      penalty.conditions
    }
    return LiftedProgram(problem, constant: reduction.constant + quadratic.constant) {
      reduction.expand(DenseMatrix(try $0.value(of: M)))
    }
  }
}

/// `½‖√ω ∘ (XM − Y)‖² = ½‖RM‖² − ⟨RM, G⟩ + constant`, `R = SVᵀ` with as many rows as `√ω ∘ X` has rank.
private struct CommonQuadratic {
  let factor: DenseMatrix
  let target: DenseMatrix
  let constant: Double

  init(_ training: EndToEndTraining, weights: [Double]) {
    let scaled = { (A: DenseMatrix) in
      DenseMatrix(
        rows: A.rows, columns: A.columns,
        values: A.values.indices.map { weights[$0 % A.rows].squareRoot() * A.values[$0] })
    }
    let (X, Y) = (scaled(training.X), scaled(training.Y))
    constant = 0.5 * Y.values.reduce(0) { $0 + $1 * $1 }
    guard let svd = RankFactors(X) else {
      factor = X
      target = Y
      return
    }
    var factor = svd.right.transposed
    for k in 0..<factor.rows {
      for j in 0..<factor.columns { factor[k, j] *= svd.values[k] }
    }
    self.factor = factor
    target = DenseKernels.product(svd.left, Y, transposeA: true)
  }
}

/// `κ‖M‖_p^p` for `p = 1` (a semidefinite block) and `p = 2`.
private struct PenaltyModel {
  let linear: Expression<Scalar, Affine>
  let convex: Expression<Scalar, Convex>
  let conditions: Constraints

  init(_ penalty: SchattenPenalty?, _ M: Expression<Matrix, Affine>, in model: Model) {
    switch penalty?.exponent {
    case 1:
      let V = model.symmetric("V", order: M.rows)
      let W = model.symmetric("W", order: M.columns)
      linear = (0.5 * penalty!.weight) ⋅ (trace(V) + trace(W))
      convex = sumSquares(vector(count: 0) { _ in })
      conditions = Self.list { symmetricBlock(V, M, W).isPositiveSemidefinite }
    case 2:
      linear = sum(vector(count: 0) { _ in })
      convex = penalty!.weight ⋅ sumSquares(M)
      conditions = Constraints()
    default:
      linear = sum(vector(count: 0) { _ in })
      convex = sumSquares(vector(count: 0) { _ in })
      conditions = Constraints()
    }
  }

  private static func list(@ConstraintBuilder _ constraints: () -> Constraints) -> Constraints { constraints() }
}
