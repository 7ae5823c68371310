import ConeModel

/// Whether data are spike-free: `{(Xu)_+ : ‖u‖ ≤ 1} = {Xu : ‖u‖ ≤ 1, Xu ≥ 0}` (T. Ergen & M. Pilanci, 2020). A network on such data needs
/// only neurons that are active on every sample.
///
/// Equivalently, for every unit `u` the vector `(Xu)_+` is `Xu′` with `‖u′‖ ≤ 1`, that is
///
///     (I − XX†)(Xu)_+ = 0    and    ‖X†(Xu)_+‖ ≤ 1.
///
/// Both are statements about `κ(Z) = max ‖Zᵀ(Xu)_+‖`, for `Z = I − XX†` and for `Zᵀ = X†`, and the exact oracle decides them.
public enum SpikeFreeTest {
  enum Tolerance {
    /// Deviation allowed in both conditions, relative to 1 and to `‖X‖`.
    static let condition = 1e-9
  }

  /// Rows `n ≤ d` that are orthogonal are spike-free at once: `‖X†(Xu)_+‖ ≤ ‖X†Xu‖ ≤ 1`. Otherwise the faces of the arrangement are
  /// enumerated. Complexity: O(n²d), or O(nʳ) for rank `r`.
  public static func holds(for X: DenseMatrix) -> Bool {
    if hasOrthogonalRows(X) { return true }
    let reduction = DataReduction(X)
    guard reduction.groupCount > 0 else { return true }
    guard
      let inverse = PseudoInverse(DenseKernels.product(X, X, transposeA: true), relativeTo: Tolerance.condition)
    else { return false }
    let pseudoInverse = DenseKernels.product(inverse.matrix, X, transposeB: true)
    let outside = DenseKernels.product(X, pseudoInverse).map { -$0 }
    var projector = outside
    for i in 0..<X.rows { projector[i, i] += 1 }
    let oracle = FaceOracle(reduction.directions)
    let kappa = { (Z: DenseMatrix) in oracle.maximum(GroupDual(ReducedDual(Z: Z, reduction: reduction))).value }
    guard kappa(pseudoInverse.transposed) <= 1 + Tolerance.condition else { return false }
    return kappa(projector) <= Tolerance.condition * DenseKernels.norm(X.values)
  }

  private static func hasOrthogonalRows(_ X: DenseMatrix) -> Bool {
    guard X.rows <= X.columns else { return false }
    let gram = DenseKernels.product(X, X, transposeB: true)
    for j in 0..<X.rows {
      for i in 0..<j {
        let scale = (gram[i, i] * gram[j, j]).squareRoot()
        if abs(gram[i, j]) > Tolerance.condition * scale { return false }
      }
    }
    return true
  }
}

/// The copositive program with the single pattern `D = I`, A. Sahiner et al. (ICLR 2021, eq. 20). **Lower bound for spike-free data**,
/// exact when the cone `{u : Xu ≥ 0}` has at most four facets.
///
///     minimize  ½‖Y − XW‖² + (γ/2)(tr U + tr V)    subject to  [U W; Wᵀ V] ⪰ 0,   XUXᵀ ≥ 0
///
/// Without the nonnegative rows this is the nuclear-norm problem of a linear network.
public struct SpikeFreeCopositiveProgram: Lift {
  public static let info = LiftInfo(
    name: "copositive-spike-free", guarantee: .lowerBound, condition: "spike-free X",
    size: "one semidefinite block of order r+c, n(n−1)/2 nonnegative rows",
    theorem: "spike-free data need only neurons that are active on every sample",
    source: "Sahiner et al., ICLR 2021, eq. (20) and (15)")

  let moments: MomentProgram

  public static let scope = TrainingScope(losses: Loss.Kind.allCases)

  /// - Throws: `UnsupportedTraining` outside `scope`; `LiftError.notSpikeFree` when the data are not, so that the program would
  ///   bound nothing.
  public init(_ training: ReLUTraining) throws {
    try Self.scope.require(training, by: "The spike-free copositive program")
    guard SpikeFreeTest.holds(for: training.X) else { throw LiftError.notSpikeFree }
    let data = try MomentData(training, for: "The spike-free copositive program")
    // Spike-free data have no antiparallel samples, so a group's direction is that of all its samples.
    moments = MomentProgram(
      data: data,
      cones: [NeuronCone(signs: [Int](repeating: 1, count: data.groupCount), facets: data.directions)])
  }

  public func program() -> LiftedProgram<TwoLayerReLUNetwork> { moments.lifted() }
}
