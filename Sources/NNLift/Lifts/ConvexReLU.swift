import ConeModel

/// Training a ReLU network of one output through all activation patterns. **Exact.**
///
///     minimize    ℓ(Σ_s D_sX(w_s − w'_s), y) + γ Σ_s (‖w_s‖ + ‖w'_s‖)
///     subject to  (2D_s − I)Xw_s ≥ 0,  (2D_s − I)Xw'_s ≥ 0        over all cells s of {u : x_iᵀu = 0}
///
/// Within a cell a neuron is linear, and neurons of one cell and sign add up to one of no greater weight: so a network is a point
/// of this program with the same loss and no greater penalty, and conversely `w_s` is a neuron of output weight 1. Facets alone
/// state the cells. With a skip connection and `Loss.interpolation` this is minimum-norm interpolation with skip.
///
/// Size: `2Pr` unknowns for `P ≤ 2Σ_{k<r} C(n−1, k)` cells, a second-order cone of order `r + 1` and a row for each facet, for
/// each. Sources: M. Pilanci and T. Ergen, ICML 2020; A. Sahiner et al., ICLR 2021, eq. (9); for pooling, eq. (50); skip: Y. Wang,
/// Y. Hua, E. Candès and M. Pilanci, IEEE Trans. Inf. Theory, 2025. Guide: docs/scalar-lifts.md.
public struct ConvexReLU: Lift {
  public static let info = LiftInfo(
    name: "cone-program", guarantee: .exact, size: "2P second-order cones of order r + 1, a row a facet",
    theorem: "neurons of one cell and sign merge without cost", source: "Pilanci & Ergen 2020; Sahiner et al. 2021, (9), (50)")
  public static let scope = PatternProgram.scope

  public let training: ReLUTraining
  public let patterns: SignPatterns

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(_ training: ReLUTraining) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: "The cone program")
    self.training = training
    patterns = SignPatterns(training.X)
  }

  public func program() -> LiftedProgram<TwoLayerReLUNetwork> {
    let training = training
    return PatternProgram(training, patterns).program { TwoLayerReLUNetwork($0, training: training) }
  }
}

/// The same over the patterns that sampled directions meet. **Upper bound**: networks with neurons in other cells are left out;
/// exact when no cell is missing.
///
/// Its optima are the Clarke stationary points of networks of those patterns (Y. Wang, J. Lacotte and M. Pilanci, ICLR 2022).
public struct SampledConvexReLU: Lift {
  public static let info = LiftInfo(
    name: "sampled-cone-program", guarantee: .upperBound, condition: "exact when every cell is met",
    size: "as cone-program, over the cells met",
    theorem: "leaves networks out; optima are Clarke stationary points", source: "Wang, Lacotte & Pilanci 2022")
  public static let scope = PatternProgram.scope

  public let training: ReLUTraining
  public let patterns: SignPatterns

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(_ training: ReLUTraining, _ sampling: DirectionSampling, seed: UInt64 = 1) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: "The sampled cone program")
    self.training = training
    patterns = SignPatterns(training.X, meeting: sampling.directions(for: training.X, seed: seed))
  }

  public func program() -> LiftedProgram<TwoLayerReLUNetwork> {
    let training = training
    return PatternProgram(training, patterns).program { TwoLayerReLUNetwork($0, training: training) }
  }
}

/// The program of the single pattern `D = I`. **Upper bound**, exact for spike-free inputs.
///
///     minimize  ℓ(X(w − w'), y) + γ(‖w‖ + ‖w'‖)   subject to  Xw ≥ 0,  Xw' ≥ 0
///
/// `X` is *spike-free* when `{(Xu)_+ : ‖u‖ ≤ 1} = {Xu : ‖u‖ ≤ 1} ∩ ℝⁿ₊`. Orthogonal rows are enough (whitened data, `n ≤ d`): then
/// the `u'` of least norm with `Xu' = (Xu)_+` has `‖u'‖² = Σ (x_iᵀu)_+²/‖x_i‖² ≤ ‖u‖²`.
///
/// Size: two second-order cones of order `r + 1`, `2g` rows. Source: A. Sahiner et al., ICLR 2021, eq. (10); T. Ergen and M.
/// Pilanci, JMLR 22, 2021 (spike-free).
public struct SpikeFreeReLU: Lift {
  public static let info = LiftInfo(
    name: "spike-free", guarantee: .upperBound, condition: "exact for spike-free X",
    size: "2 second-order cones of order r + 1, 2n rows", theorem: "(Xu)_+ = Xu' for some u' no longer than u",
    source: "Sahiner et al. 2021, (10)")
  public static let scope = TrainingScope(
    losses: Loss.Kind.allCases, biases: [.none, .regularized], skip: true, vectorOutputs: false)

  public let training: ReLUTraining
  public let reduction: DataReduction

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(_ training: ReLUTraining) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: "The spike-free program")
    self.training = training
    reduction = DataReduction(training.X)
  }

  /// Cells up to which `SpikeFreeTest` is asked, which enumerates their faces unless the rows are orthogonal.
  static let testedCells = 1e5

  public var guarantee: Guarantee {
    let isTested =
      reduction.groupCount <= reduction.rank
      || SignPatterns.count(rows: reduction.groupCount, rank: reduction.rank) <= Self.testedCells
    return isTested && SpikeFreeTest.holds(for: training.X) ? .exact : .upperBound
  }

  public func program() -> LiftedProgram<TwoLayerReLUNetwork> {
    let coordinates = WeightCoordinates(training, reduction)
    let sides = Set(
      reduction.group.indices.compactMap { j in reduction.group[j].map { [$0, reduction.multiple[j] < 0 ? -1 : 1] } })
    let constraints = sides.sorted { $0[0] < $1[0] }.map { side in
      coordinates.row(reduction.directions.row(side[0]).map { Double(side[1]) * $0 })
    }
    let all = PatternProgram.Pattern(active: reduction.group.map { $0 != nil }, constraints: constraints)
    let training = training
    return PatternProgram(coordinates, [all]).program { TwoLayerReLUNetwork($0, training: training) }
  }
}
