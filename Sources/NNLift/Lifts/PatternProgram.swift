import ConeModel

/// Training a network of one output through activation patterns, the program behind `ConvexReLU`, `SampledConvexReLU`,
/// `SpikeFreeReLU` and `ConvexGatedReLU`:
///
///     minimize    Σ_i ℓ(f_i, y_i) + γ (Σ_s ‖z_s‖ + ‖z'_s‖ + ‖z_0‖)
///     f = Σ_s Pool[D_s XB](z_s − z'_s) + Pool[XB] z_0 + t 1
///     subject to  z_s, z'_s in the closed cell of pattern s
///
/// with `z_0` for a skip connection and `t` for a free bias only.
///
/// **Free bias.** A direction `e_0` that moves the bias alone is free of cost and lies in one closed cell, that where all rows are
/// active: `(Xu + b)_+ = Xu + b` for large `b`. Its `b` is one with `t`, its cone is then the whole space, and what remains is a
/// linear unit `z_0`, which no constraint holds. (Stated as a cell it would have a free direction, and the program no interior.)
struct PatternProgram {
  struct Pattern {
    let active: [Bool]
    /// Rows `a` of `aᵀz ≥ 0`; none for a gate.
    let constraints: [[Double]]
  }

  let coordinates: WeightCoordinates
  let patterns: [Pattern]
  /// Gates: one block `z_s` of either sign a pattern.
  let isGated: Bool

  var training: ReLUTraining { coordinates.training }

  init(_ coordinates: WeightCoordinates, _ patterns: [Pattern], isGated: Bool = false) {
    self.coordinates = coordinates
    self.patterns = patterns.filter { $0.active.contains(true) }
    self.isGated = isGated
  }

  /// Up to this rank a cell is stated by its facets. Beyond, it has so many rays that finding the facets by them costs more than
  /// the rows that are spared.
  static let facetRank = 4

  /// The patterns of cells, with a row for each facet, or each direction.
  init(_ training: ReLUTraining, _ cells: SignPatterns) {
    let coordinates = WeightCoordinates(training, cells.reduction)
    let rank = cells.reduction.rank
    self.init(
      coordinates,
      cells.map { cell in
        let normals =
          rank <= Self.facetRank ? cell.cone.facets.map { cell.normal($0) } : cell.signs.indices.map { cell.normal($0) }
        return Pattern(active: cells.activeRows(cell), constraints: normals.map(coordinates.row))
      })
  }

  /// What training can be stated so.
  static let scope = TrainingScope(
    losses: Loss.Kind.allCases, biases: Bias.allCases, inputNorms: InputNorm.allCases, skip: true, patches: true,
    vectorOutputs: false)

  /// A solution: `z_s − z'_s` as weights of neurons of either sign, and the linear part.
  struct Weights {
    /// The pattern, the sign of the output weight, and `u`.
    var neurons: [(pattern: Int, sign: Double, u: [Double])]
    /// `u_0`, `d` entries; zero when there is none.
    var linear: [Double]
  }

  func program<Network>(_ network: @escaping @Sendable (Weights) -> Network) -> LiftedProgram<Network> {
    let model = Model()
    let signs = isGated ? [1.0] : [1.0, -1]
    let isFree = training.bias == .free
    let linearPatterns = isFree && !isGated ? patterns.indices.filter { !patterns[$0].active.contains(false) } : []
    let blocks = patterns.indices.filter { !linearPatterns.contains($0) }.flatMap { s in
      signs.map { sign in
        (pattern: s, sign: sign, z: model.vector("w\(sign < 0 ? "'" : "")[\(s)]", count: coordinates.count))
      }
    }
    let hasLinear = training.terms.skip || !linearPatterns.isEmpty
    let linear = hasLinear ? model.vector("w0", count: coordinates.count) : nil
    let constant = isFree ? model.scalar("t") : nil

    let everything = coordinates.features()
    let f = vector(count: training.sampleCount) { rows in
      for block in blocks {
        let features = coordinates.features(active: patterns[block.pattern].active)
        Self.add(block.sign, features, block.z, 0..<coordinates.count, to: &rows)
      }
      if let linear { Self.add(1, everything, linear, coordinates.measured, to: &rows) }
      if let constant {
        for i in 0..<rows.count { rows.add(everything[i, 0], constant, to: i) }
      }
    }
    let loss = LossTerm(training.loss, outputs: f, targets: training.Y.values)
    let norms = blocks.map { coordinates.norm($0.z) } + (linear.map { [coordinates.norm($0)] } ?? [])
    let objective: ConvexScalar = sum {
      if let loss = loss.objective { loss }
      training.weightDecay ⋅ sum(norms)
    }
    let problem = Problem.minimize(objective) {
      loss.constraints
      for block in blocks where !patterns[block.pattern].constraints.isEmpty {
        Self.rows(patterns[block.pattern].constraints, block.z) >= 0
      }
      // The bias of a linear unit is the constant's.
      if let linear, isFree { linear[0] == 0 }
    }
    return LiftedProgram(problem) { [coordinates] solution in
      var weights = Weights(neurons: [], linear: [Double](repeating: 0, count: coordinates.training.inputDimension))
      for block in blocks {
        weights.neurons.append((block.pattern, block.sign, coordinates.weights(try solution.value(of: block.z))))
      }
      if let linear { weights.linear = coordinates.weights(try solution.value(of: linear)) }
      if let constant { weights.linear[0] = try solution.value(of: constant) }
      return network(weights)
    }
  }

  private static func add(
    _ sign: Double, _ features: DenseMatrix, _ z: AffineVector, _ columns: Range<Int>, to rows: inout RowBuilder
  ) {
    for a in columns {
      let entry = z[a]
      for i in 0..<features.rows where features[i, a] != 0 { rows.add(sign * features[i, a], entry, to: i) }
    }
  }

  private static func rows(_ constraints: [[Double]], _ z: AffineVector) -> AffineVector {
    vector(count: constraints.count) { rows in
      for (k, constraint) in constraints.enumerated() {
        for (a, value) in constraint.enumerated() where value != 0 { rows.add(value, z[a], to: k) }
      }
    }
  }
}

// MARK: - Networks

extension TwoLayerReLUNetwork {
  /// Weights below this part of the sum of all are what a solver leaves of a zero.
  static let negligible = 1e-7

  /// The balanced network of a pattern program's solution: a neuron `(u/√‖u‖, ±√‖u‖)` for every block of weight.
  ///
  /// A linear unit that no skip connection holds becomes a neuron whose bias keeps every sample active; the constant is lowered
  /// by that bias.
  init(_ weights: PatternProgram.Weights, training: ReLUTraining) {
    var neurons = weights.neurons.map { (v: $0.sign, u: $0.u) }
    var linear = weights.linear
    if training.bias == .free, !training.terms.skip, training.inputNorm(linear) > 0 {
      let constant = linear[0]
      linear[0] = 0
      let least = (0..<training.X.rows).map { DenseKernels.dot(training.X.row($0), linear) }.min() ?? 0
      linear[0] = Swift.max(0, -least)
      neurons.append((1, linear))
      linear = [constant - linear[0]] + linear.dropFirst().map { _ in 0 }
    }
    let all = TwoLayerReLUNetwork(neurons: neurons, linear: linear, training: training)
    // Neurons on the boundary of two cells are split between them.
    let few = training.pruned(all)
    self = training.objective(of: few) <= training.objective(of: all) * (1 + Self.negligible) ? few : all
  }

  /// Neurons `v(xᵀu)_+`, balanced as weight decay measures them; those of negligible weight are dropped.
  init(neurons: [(v: Double, u: [Double])], linear: [Double], training: ReLUTraining) {
    let norms = neurons.map { abs($0.v) * training.inputNorm($0.u) }
    let threshold = Self.negligible * norms.reduce(training.inputNorm(linear), +)
    let kept = neurons.indices.filter { norms[$0] > threshold }
    // ‖u‖ = |v| = √(‖u‖|v|).
    let U = kept.map { k in neurons[k].u.map { $0 * (abs(neurons[k].v) / norms[k].squareRoot()) } }
    let V = kept.map { k in [neurons[k].v < 0 ? -norms[k].squareRoot() : norms[k].squareRoot()] }
    let d = training.inputDimension
    let hasLinear = training.terms.skip || training.bias == .free
    self.init(
      U: DenseMatrix(rowArrays: U, columns: d), V: DenseMatrix(rowArrays: V, columns: 1),
      linear: hasLinear ? DenseMatrix(rows: d, columns: 1, values: linear) : nil)
  }
}
