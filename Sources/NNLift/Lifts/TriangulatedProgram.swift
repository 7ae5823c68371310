import ConeModel

/// The copositive program over simplicial cones. **Exact for rank at most 4**, else a lower bound.
///
/// Each cell is cut into simplicial cones `{Rλ : λ ≥ 0}`. There `conv{uuᵀ} = {RΛRᵀ : Λ completely positive}` with `Λ` of order `r`, and for
/// `r ≤ 4` completely positive means doubly nonnegative (J. E. Maxfield & H. Minc, Proc. Edinburgh Math. Soc. 13, 1962):
///
///     minimize    ½‖Ŷ − Σ_Δ D_sXW_Δ‖² + (γ/2) Σ_Δ (tr U_Δ + tr V_Δ)
///     subject to  [U_Δ W_Δ; W_Δᵀ V_Δ] ⪰ 0,   R⁻¹U_ΔR⁻ᵀ ≥ 0
///
/// `CellFactorization` takes the solution apart into neurons. This repairs eq. (19) of A. Sahiner et al., ICLR 2021.
public struct TriangulatedProgram: Lift {
  public static let info = LiftInfo(
    name: "triangulated", guarantee: .exact, condition: "rank X ≤ 4 (a lower bound beyond)",
    size: "one semidefinite block of order r+c and r(r−1)/2 nonnegative rows for each simplex of the triangulated cells",
    theorem: "simplicial cones: conv{uuᵀ} is a congruence of the doubly nonnegative matrices for r ≤ 4",
    source: "repair of Sahiner et al., ICLR 2021, eq. (19); Maxfield & Minc 1962")

  let moments: MomentProgram

  public static let scope = MomentData.scope

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(_ training: ReLUTraining) throws(UnsupportedTraining) {
    let data = try MomentData(training, for: "The triangulated program")
    moments = MomentProgram(data: data, cones: NeuronCone.simplices(data))
  }

  public var guarantee: Guarantee { moments.data.rank <= CompletelyPositive.exactOrder ? .exact : .lowerBound }
  public var simplexCount: Int { moments.cones.count }

  public func program() -> LiftedProgram<TwoLayerReLUNetwork> { moments.lifted() }
}
