import ConeModel
import ConeSolver

/// Linear networks whose widths do not bound the rank, without weight decay or of one layer: least squares in `M`. **Exact.**
///
///     minimize ½‖√Ω ∘ (XM − Y)‖_F² + κ‖M‖_F²   subject to the constraints on M
///
/// Size: `dc` unknowns, no cone but the constraints.
public struct ConvexLift: Lift {
  public typealias Network = DenseMatrix

  public static let info = LiftInfo(
    name: "least-squares", guarantee: .exact, condition: "rank not bounded by the widths; no weight decay, or one layer",
    size: "d × c unknowns", theorem: "every matrix is the product of layers that are wide enough",
    source: "least squares")

  public let training: EndToEndTraining

  /// - Throws: `LinearTrainingError.unsupported` beyond its condition.
  public init(_ training: EndToEndTraining) throws(LinearTrainingError) {
    guard !training.boundsRank, (training.penalty?.exponent ?? 2) == 2 else {
      throw .unsupported(formulation: "least squares", reason: "it needs \(Self.info.condition!)")
    }
    self.training = training
  }

  public func program() -> LiftedProgram<DenseMatrix> {
    let reduction = EndToEndReduction(training)
    let training = reduction.training
    let M = Model().matrix("M", rows: training.inputDimension, columns: training.outputDimension)
    let problem = Problem.minimize(training.loss(M) + (training.penalty?.weight ?? 0) ⋅ sumSquares(M)) {
      training.conditions(M)
    }
    return LiftedProgram(problem, constant: reduction.constant) { reduction.expand(DenseMatrix(try $0.value(of: M))) }
  }
}
