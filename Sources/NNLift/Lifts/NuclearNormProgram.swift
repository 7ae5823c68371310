import ConeModel

/// Eq. (12) of A. Sahiner et al. (ICLR 2021) as printed, for comparison. **Lower bound**, in general far below `p*`.
///
///     minimize  ½‖Ŷ − Σ_s D_sXW_s‖² + γ Σ_s ‖W_s‖_*
///
/// The printed constraint `W_s ∈ cone{ugᵀ : u ∈ K_s, ‖g‖ ≤ 1}` does not bind: a cell has interior, so every matrix is a sum of `ugᵀ` with
/// `u ∈ K_s`. What is lost is that the *cost* of `W_s` must be counted over such sums: for the cell `K = ℝ²₊` and one output
/// `W = (1, −1)` costs `√2` by the nuclear norm but needs two neurons of cost 1. What remains is gated ReLU training with all gates. The
/// right penalty is that of `CopositiveProgram`.
public struct NuclearNormProgram: Lift {
  public static let info = LiftInfo(
    name: "nuclear-norm", guarantee: .lowerBound,
    size: "P semidefinite blocks of order r+c",
    theorem: "relaxes the atomic gauge of each cell to the nuclear norm; equals gated ReLU with all gates",
    source: "Sahiner et al., ICLR 2021, eq. (12) as printed, for comparison")

  let data: MomentData

  public static let scope = MomentData.scope

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(_ training: ReLUTraining) throws(UnsupportedTraining) {
    data = try MomentData(training, for: "The nuclear-norm program")
  }

  public func program() -> LiftedProgram<TwoLayerReLUNetwork> {
    let cells = NeuronCone.cells(data, groups: Array(0..<data.groupCount))
    let program = MomentProgram(data: data, cones: cells.map(\.withoutFacets)).lifted()
    // Its gates are no neurons of a ReLU network.
    return LiftedProgram(program.problem, constant: program.constant) { _ in nil }
  }
}
