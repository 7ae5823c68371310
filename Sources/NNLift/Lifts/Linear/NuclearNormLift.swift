import ConeModel
import ConeSolver
import Foundation

/// Linear networks with weight decay through the nuclear norm of the end-to-end matrix.
///
///     minimize  ½‖√Ω ∘ (XM − Y)‖² + (κ̂/2) tr Z + loss-free constraints on M,   Z = [V M; Mᵀ W] ⪰ 0
///
/// For two layers, and for parallel networks of any depth, `κ̂ = κ` and the penalty is the training problem's own:
/// `min ½(‖A‖² + ‖B‖²)` over `AB = M` is `‖M‖_*`. **Exact** when the rank bound is that of the shape, or the optimum found
/// respects it; a **lower bound** else. For `L ≥ 3` layers `κσ^{2/L}` is concave in a singular value; on `0 ≤ σ ≤ R` it lies above
/// its chord of slope `κ̂ = κR^{2/L−1}`, where `κR^{2/L}` is the objective at a known point, which no optimum exceeds: a **lower
/// bound**.
///
/// Size: one semidefinite block of order `d + c` (ranks of `X` and `Y` when nothing stands against their reduction), whatever
/// the depth and, for the squared loss, the number of samples. Sources: M. Fazel, H. Hindi & S. Boyd, ACC 2001 (the block
/// form); N. Srebro, J. Rennie & T. Jaakkola, NIPS 2004 (factors and nuclear norm).
public struct NuclearNormLift: Lift {
  public typealias Network = DenseMatrix

  public static let info = LiftInfo(
    name: "nuclear", guarantee: .lowerBound,
    condition: "exact for two layers or parallel networks when its optimum has rank at most r",
    size: "PSD d + c", theorem: "least weight decay of two factors is the nuclear norm of their product",
    source: "Fazel, Hindi & Boyd 2001; Srebro, Rennie & Jaakkola 2004")

  public let training: EndToEndTraining
  private let reduction: EndToEndReduction
  /// `κ̂`.
  let slope: Double

  /// - Parameter value: objective of a known point that satisfies the constraints, for networks of three and more layers; that
  ///   of `M = 0` when there is none.
  /// - Throws: `LinearTrainingError.unsupported` without weight decay, for a ridge, or when three and more layers have
  ///   constraints or interpolate and no `value` is given.
  public init(_ training: EndToEndTraining, value: Double? = nil) throws(LinearTrainingError) {
    guard let penalty = training.penalty, penalty.exponent <= 1 else {
      throw .unsupported(formulation: "the nuclear-norm program", reason: "it needs weight decay on two or more layers")
    }
    self.training = training
    reduction = EndToEndReduction(training)
    if penalty.exponent == 1 {
      slope = penalty.weight
    } else {
      let zero = DenseMatrix(rows: training.inputDimension, columns: training.outputDimension)
      guard let known = value ?? (training.violation(zero) == 0 ? training.objective(zero) : nil) else {
        throw .unsupported(
          formulation: "the nuclear-norm program", reason: "three and more layers need the objective of a known point")
      }
      let radius = pow(known / penalty.weight, 1 / penalty.exponent)
      slope = radius > 0 ? penalty.weight * pow(radius, penalty.exponent - 1) : penalty.weight
    }
  }

  /// Exact where the penalty is the nuclear norm and the widths do not bound the rank.
  public var guarantee: Guarantee { training.penalty!.exponent == 1 && !training.boundsRank ? .exact : .lowerBound }

  public func program() -> LiftedProgram<DenseMatrix> {
    let training = reduction.training
    let (d, c) = (training.inputDimension, training.outputDimension)
    let Z = Model().symmetric("Z", order: d + c, .positiveSemidefinite)
    let M = Z[0..<d, d..<d + c]
    let problem = Problem.minimize(training.loss(M) + (0.5 * slope) ⋅ trace(Z)) { training.conditions(M) }
    let reduction = self.reduction
    return LiftedProgram(problem, constant: reduction.constant) { reduction.expand(DenseMatrix(try $0.value(of: M))) }
  }
}
