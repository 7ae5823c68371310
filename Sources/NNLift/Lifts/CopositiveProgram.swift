import ConeModel

/// The copositive program of A. Sahiner et al. (ICLR 2021, eq. 17), whose matrices `U_s` lie in `conv{uuᵀ : u ∈ K_s}`, one for each cell
/// `K_s = {u : A_su ≥ 0}` of the arrangement. **Lower bound, exact where every cell has at most four facets.**
///
/// `U ∈ conv{uuᵀ : u ∈ K_s}` means that `A_sUA_sᵀ` is completely positive, since `p ≥ 0` in the range of `A_s` is `A_su` with `u ∈ K_s`. Of
/// the completely positive cone a relaxation must be named; the doubly nonnegative one gives eq. (19),
///
///     minimize    ½‖Ŷ − Σ_s D_sXW_s‖² + (γ/2) Σ_s (tr U_s + tr V_s)
///     subject to  [U_s W_s; W_sᵀ V_s] ⪰ 0,   A_sU_sA_sᵀ ≥ 0
///
/// here with the output weights kept (they are eliminated in the paper's statement; `eliminated` has that form). This is also
/// their eq. (12) with the right penalty: `½ min(tr U + tr V)` is the gauge `min{Σ‖u_k‖‖v_k‖ : W = Σu_kv_kᵀ, u_k ∈ K_s}`, where the nuclear norm
/// as printed drops `u_k ∈ K_s` (`NuclearNormProgram`).
///
/// The paper claims exactness for `d ≤ 4`. True is: for rank at most 2, where cells have two facets, and for cells of four facets
/// or fewer. The five rows of the Lovász umbrella, `d = 3`, have a cell with five, and the value is 8 % below `p*`
/// (docs/vector-relu.md); `TriangulatedProgram` repairs it up to rank 4.
public struct CopositiveProgram: Lift {
  public static let info = LiftInfo(
    name: "copositive", guarantee: .lowerBound, condition: "exact when rank X ≤ 2 or every cell has at most 4 facets",
    size: "P semidefinite blocks of order r+c, k(k−1)/2 nonnegative rows for a cell of k facets",
    theorem: "copositive program over cells; doubly nonnegative = completely positive up to order 4",
    source: "Sahiner et al., ICLR 2021, eq. (17) and (19), (12) with the atomic gauge; for pooling, (50)")

  let moments: MomentProgram

  public static let scope = MomentData.scope

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(
    _ training: ReLUTraining, relaxation: Model.CompletelyPositiveRelaxation = .doublyNonnegative
  ) throws(UnsupportedTraining) {
    let data = try MomentData(training, for: "The copositive program")
    switch relaxation {
    case .doublyNonnegative:
      moments = MomentProgram(data: data, cones: NeuronCone.cells(data, groups: Array(0..<data.groupCount)))
    }
  }

  /// Whether the relaxation is exact by the facets of its cells.
  public var guarantee: Guarantee {
    moments.cones.allSatisfy { $0.facets.rows <= CompletelyPositive.exactOrder } ? .exact : .lowerBound
  }

  public func program() -> LiftedProgram<TwoLayerReLUNetwork> { moments.lifted() }

  /// With squared loss, the form of eq. (19) without output weights: `(γ/2)(tr Ŷᵀ(γI + S)⁻¹Ŷ + Σ tr U_s)`. Its value is the same; it has no network.
  ///
  /// - Throws: `UnsupportedTraining` for any other loss.
  public func eliminated() throws(UnsupportedTraining) -> LiftedProgram<TwoLayerReLUNetwork> {
    try moments.eliminated()
  }
}

enum CompletelyPositive {
  /// Order up to which doubly nonnegative matrices are completely positive (Maxfield & Minc 1962).
  static let exactOrder = 4
}
