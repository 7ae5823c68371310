import ConeModel
import ConeSolver

/// Linear networks without weight decay as a semidefinite program over projections. **Exact.**
///
///     p* = ½‖Y‖² − max {½⟨S, P⟩ : 0 ⪯ P ⪯ I, tr P = r},   S = ŶᵀŶ or ŶŶᵀ,  Ŷ = UᵀY,  X = USVᵀ
///
/// For a projection `P` of rank `r` the best `M` with that row space has `SVᵀM = ŶP` (or column space, `PŶ`), and loses
/// `½‖Y‖² − ½⟨S, P⟩`. The projections are the extreme points of the Fantope `{0 ⪯ P ⪯ I, tr P = r}`, so that a linear function
/// is largest there at one of them. Of the two sides the smaller order is taken.
///
/// Size: order `min(rank X, rank Ŷ)`, whatever the depth and the number of samples. Sources: M. L. Overton & R. S. Womersley,
/// SIAM J. Matrix Anal. Appl. 13, 1992 (the Fantope); A. J. Izenman, 1975 (reduced-rank regression).
public struct FantopeLift: Lift {
  public typealias Network = DenseMatrix

  public static let info = LiftInfo(
    name: "fantope", guarantee: .exact, condition: "squared loss, no weight decay, no constraints",
    size: "PSD 2 × min(d, c)", theorem: "the extreme points of the Fantope are the projections of rank r",
    source: "Overton & Womersley 1992; Izenman 1975")

  public let training: EndToEndTraining
  private let reduction: EndToEndReduction

  /// - Throws: `LinearTrainingError.unsupported` beyond its condition.
  public init(_ training: EndToEndTraining) throws(LinearTrainingError) {
    self.training = training
    reduction = EndToEndReduction(training)
    guard LinearClosedForm(for: reduction) == .reducedRankRegression else {
      throw .unsupported(formulation: "the Fantope program", reason: "it needs \(Self.info.condition!)")
    }
  }

  public func program() -> LiftedProgram<DenseMatrix> {
    let Y = reduction.training.Y
    let scales = reduction.scales!
    let right = Y.columns <= Y.rows
    let S = DenseKernels.product(Y, Y, transposeA: right, transposeB: !right)
    let half = Constant<Symmetric>(order: S.rows) { i, j in 0.25 * (S[i, j] + S[j, i]) }
    let rank = min(reduction.training.rank, S.rows)
    let P = Model().symmetric("P", order: S.rows, .positiveSemidefinite)
    let problem = Problem.minimize(-inner(half, P)) {
      P ⪯ .identity(order: S.rows)
      trace(P) == Double(rank)
    }
    let reduction = self.reduction
    let constant = reduction.constant + 0.5 * Y.values.reduce(0) { $0 + $1 * $1 }
    return LiftedProgram(problem, constant: constant) { solution in
      let value = try solution.value(of: P)
      let projection = LinearClosedForm.topProjection(
        DenseMatrix(rows: S.rows, columns: S.rows, values: (0..<S.values.count).map { value[$0 % S.rows, $0 / S.rows] }),
        rank: rank)
      var fitted = right ? DenseKernels.product(Y, projection) : DenseKernels.product(projection, Y)
      for k in fitted.values.indices { fitted.values[k] /= scales[k % fitted.rows] }
      return reduction.expand(fitted)
    }
  }
}

extension LinearClosedForm {
  /// The projection onto the eigenvectors of the `rank` largest eigenvalues of a symmetric matrix.
  static func topProjection(_ A: DenseMatrix, rank: Int) -> DenseMatrix {
    guard let eigen = DenseKernels.symmetricEigen(A) else { return .identity(A.rows) }
    let top = DenseMatrix(rows: A.rows, columns: rank, values: Array(eigen.vectors.values.suffix(A.rows * rank)))
    return DenseKernels.product(top, top, transposeB: true)
  }
}
