import ConeModel

/// Training a ReLU network of one output as a lasso over neurons in closed form: the extreme rays `u_k` of the arrangement of the
/// samples, which are the generalised cross products of `r − 1` of them.
///
///     minimize  ℓ(Kz + Xz_0 + t1, y) + γ(‖z‖₁ + ‖z_0‖),        K_ik = Pool (x_iᵀu_k)_+,  ‖u_k‖ = 1
///
/// **What it is.** A neuron of a cell is a nonnegative combination of the cell's rays, `u = Σ a_ku_k`, with the same values on the
/// samples. So the lasso is training with the weight `Σa_k` in the place of `‖u‖`:
/// - **upper bound** always, within the factor `ρ = max Σa_k/‖u‖` (`approximationFactor()`): `p* ≤ p ≤ ρ p*`;
/// - **exact** for `InputNorm.l1` when the hyperplanes `e_kᵀu = 0` of the measured weights are added to the arrangement: `‖u‖₁` is
///   linear on its cells, so `Σa_k = ‖u‖₁`. Without them it is not (`Hyperplanes.samples`), although published so;
/// - **exact** where weight decay measures a single number: one feature, with or without a free bias.
///
/// Size: `C(g, r − 1)` pairs of columns. Sources: M. Pilanci, TMLR 2024, arXiv:2309.16512; E. Zeger et al., arXiv:2403.01046 (one
/// feature); the corrections are derived in docs/scalar-lifts.md.
public struct RayLasso: Lift {
  public static let info = LiftInfo(
    name: "ray-lasso", guarantee: .upperBound, condition: "exact for --input-norm l1 and for a single feature",
    size: "C(n, r − 1) pairs of columns", theorem: "a cell is spanned by its extreme rays",
    source: "Pilanci 2024; Zeger et al. 2024")
  public static let scope = PatternProgram.scope

  /// The hyperplanes whose rays are the neurons.
  public enum Hyperplanes: Sendable, Equatable {
    /// `x_iᵀu = 0` and, where these make the lasso exact, `u_k = 0` for the measured weights.
    case exactWherePossible
    /// `x_iᵀu = 0`.
    case samples
    /// None: neurons of sampled directions.
    case sampled(DirectionSampling, seed: UInt64)
  }

  public let training: ReLUTraining
  public let reduction: DataReduction
  public let hyperplanes: Hyperplanes
  /// `‖u‖ = 1`, in `ℝᵈ`.
  public let neurons: [[Double]]

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(
    _ training: ReLUTraining, _ hyperplanes: Hyperplanes = .exactWherePossible
  ) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: "The lasso over rays")
    self.training = training
    self.hyperplanes = hyperplanes
    reduction = DataReduction(training.X)
    let directions: [[Double]]
    switch hyperplanes {
    case .sampled(let sampling, let seed): directions = sampling.directions(for: training.X, seed: seed)
    case .exactWherePossible where Self.isLinear(training):
      directions = ArrangementRays.all(Self.withAxes(training, reduction), dimension: training.inputDimension)
    case .exactWherePossible, .samples:
      directions = ArrangementRays.all(reduction.directions.rowArrays, dimension: reduction.rank).map(reduction.expand)
    }
    // With a free bias a direction of the bias alone is the constant's.
    neurons = directions.compactMap { u in
      let norm = training.inputNorm(u)
      return norm > DenseSolve.dependence ? u.map { $0 / norm } : nil
    }
  }

  public var guarantee: Guarantee {
    hyperplanes == .exactWherePossible && Self.isLinear(training) ? .exact : .upperBound
  }

  /// Whether `‖u‖` is linear in each orthant of the measured weights.
  private static func isLinear(_ training: ReLUTraining) -> Bool {
    training.terms.inputNorm == .l1 || training.inputDimension - (training.bias == .free ? 1 : 0) == 1
  }

  /// The directions of the samples in `ℝᵈ`, and the axes of the measured weights, each line once.
  private static func withAxes(_ training: ReLUTraining, _ reduction: DataReduction) -> [[Double]] {
    let d = training.inputDimension
    let axes = ((training.bias == .free ? 1 : 0)..<d).map { k in (0..<d).map { $0 == k ? 1.0 : 0 } }
    let rows = reduction.directions.rowArrays.map(reduction.expand) + axes
    return DataReduction.parallelClasses(rows).first.map { rows[$0] }
  }

  /// `K`, `n × columns`.
  public var design: DenseMatrix {
    let hidden = DenseKernels.product(training.X, DenseMatrix(rowArrays: neurons, columns: training.inputDimension), transposeB: true)
    return training.terms.pooled(hidden.map { max($0, 0) }, samples: training.sampleCount)
  }

  public func program() -> LiftedProgram<TwoLayerReLUNetwork> {
    let model = Model()
    let K = design
    let coordinates = WeightCoordinates(training, reduction)
    let everything = coordinates.features()
    let z = model.vector("z", count: neurons.count)
    let linear = training.terms.skip ? model.vector("z0", count: coordinates.count) : nil
    let constant = training.bias == .free ? model.scalar("t") : nil
    let f = vector(count: training.sampleCount) { rows in
      for k in 0..<K.columns {
        for i in 0..<K.rows where K[i, k] != 0 { rows.add(K[i, k], z[k], to: i) }
      }
      for i in 0..<K.rows {
        if let linear {
          for a in coordinates.measured { rows.add(everything[i, a], linear[a], to: i) }
        }
        if let constant { rows.add(everything[i, 0], constant, to: i) }
      }
    }
    let loss = LossTerm(training.loss, outputs: f, targets: training.Y.values)
    let objective: ConvexScalar = sum {
      if let loss = loss.objective { loss }
      training.weightDecay ⋅ norm1(z)
      if let linear { training.weightDecay ⋅ coordinates.norm(linear) }
    }
    let problem = Problem.minimize(objective) {
      loss.constraints
      if let linear, training.bias == .free { linear[0] == 0 }
    }
    return LiftedProgram(problem) { [training, neurons] solution in
      var weights = [Double](repeating: 0, count: training.inputDimension)
      if let linear { weights = coordinates.weights(try solution.value(of: linear)) }
      if let constant { weights[0] = try solution.value(of: constant) }
      return TwoLayerReLUNetwork(
        neurons: zip(try solution.value(of: z), neurons).map { ($0, $1) }, linear: weights, training: training)
    }
  }

  /// A bound `ρ` with `p* ≤ p ≤ ρp*`: 1 where exact, `nil` for sampled directions and for a free bias.
  ///
  /// On the simplicial cone of rays with Gram matrix `G`, `Σa_k/‖u‖` is greatest at `a ∝ G⁻¹1`, where it is `√(1ᵀG⁻¹1)`, or, if
  /// that is not nonnegative, on a face. Cells are triangulated, which can only raise the figure. In the plane it is `1/cos(θ/2)`
  /// for the widest cell `θ`.
  ///
  /// Complexity: that of all cells with their triangulations.
  public func approximationFactor() -> Double? {
    if guarantee == .exact { return 1 }
    guard training.bias != .free, training.terms.inputNorm == .l2 else { return nil }
    if case .sampled = hyperplanes { return nil }
    var factor = 1.0
    // Opposite cells have opposite rays.
    let patterns = SignPatterns(reduction)
    for cell in patterns.prefix(patterns.count / 2) {
      let cone = cell.cone
      for simplex in cone.simplices { factor = max(factor, Self.factor(simplex.map { cone.rays[$0] })) }
    }
    return factor
  }

  private static func factor(_ rays: [[Double]]) -> Double {
    let gram = rays.map { a in rays.map { DenseKernels.dot(a, $0) } }
    guard let inverse = DenseSolve.inverse(gram) else { return .infinity }
    let a = inverse.map { $0.reduce(0, +) }
    if a.allSatisfy({ $0 >= 0 }) { return a.reduce(0, +).squareRoot() }
    return rays.indices.map { left in factor(rays.indices.filter { $0 != left }.map { rays[$0] }) }.max() ?? 1
  }
}
