import ConeModel

/// A gated ReLU network of one output, `f(x) = Σ_j 1[g_jᵀx > 0] u_jᵀx + Wᵀx`: its gates `g_j` are fixed, its weights trained.
public struct GatedReLUNetwork: Sendable, Equatable {
  /// `k × d`.
  public let gates: DenseMatrix
  /// `k × d`.
  public let weights: DenseMatrix
  /// `d` entries.
  public let linear: [Double]

  /// `n × 1` for inputs `X`, `n × d`, bias column included.
  public func predict(_ X: DenseMatrix) -> DenseMatrix {
    let open = DenseKernels.product(X, gates, transposeB: true)
    let values = DenseKernels.product(X, weights, transposeB: true)
    var f = DenseKernels.product(X, DenseMatrix(rows: linear.count, columns: 1, values: linear))
    for j in 0..<gates.rows {
      for i in 0..<X.rows where open[i, j] > 0 { f[i, 0] += values[i, j] }
    }
    return f
  }
}

/// Training a gated ReLU network, a group lasso without cells:
///
///     minimize  ℓ(Σ_s D_sXw_s, y) + γ Σ_s ‖w_s‖,        D_s = Diag(1[Xg_s > 0])
///
/// **Exact** for gated networks with these gates. For ReLU networks a **lower bound** when every pattern has its gate: it is
/// `ConvexReLU` without the cells, `w = w_s − w'_s`. (The published vector program with the nuclear norm is this one for one
/// output, so it is not training: docs/scalar-lifts.md.)
///
/// Size: `P` second-order cones of order `r + 1`, no rows. Source: A. Mishkin, A. Sahiner and M. Pilanci, ICML 2022.
public struct ConvexGatedReLU: Lift {
  public static let info = LiftInfo(
    name: "gated-relu", guarantee: .lowerBound, condition: "exact for networks with these gates",
    size: "P second-order cones of order r + 1", theorem: "drops the cells of cone-program",
    source: "Mishkin, Sahiner & Pilanci 2022")
  public static let scope = PatternProgram.scope

  public let training: ReLUTraining
  public let patterns: SignPatterns

  /// - Parameter sampling: where the gates come from; `nil` for one in every cell.
  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(
    _ training: ReLUTraining, gates sampling: DirectionSampling? = nil, seed: UInt64 = 1
  ) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: "The gated ReLU program")
    self.training = training
    patterns =
      sampling.map { SignPatterns(training.X, meeting: $0.directions(for: training.X, seed: seed)) }
      ?? SignPatterns(training.X)
  }

  public func program() -> LiftedProgram<GatedReLUNetwork> {
    let coordinates = WeightCoordinates(training, patterns.reduction)
    let active = patterns.map { PatternProgram.Pattern(active: patterns.activeRows($0), constraints: []) }
    let program = PatternProgram(coordinates, active, isGated: true)
    let kept = patterns.filter { patterns.activeRows($0).contains(true) }
    let gates = kept.map { patterns.reduction.expand($0.interiorPoint) }
    let d = training.inputDimension
    return program.program { weights in
      GatedReLUNetwork(
        gates: DenseMatrix(rowArrays: gates, columns: d),
        weights: DenseMatrix(rowArrays: weights.neurons.map(\.u), columns: d), linear: weights.linear)
    }
  }
}
