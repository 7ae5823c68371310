/// Training a two-layer ReLU network of any width by a convex loss with weight decay `γ > 0`:
///
///     p* = inf  Σ_ic ℓ(f_ic, y_ic) + (γ/2) Σ_j (‖u_j‖² + ‖v_j‖²) + γ ‖W‖,      f = Pool[(XU)_+ V + XW] + 1tᵀ
///
/// - `X`, with the bias column first when there is one, is `n × d`, `Y` is `n × c`. With patches `X` is `nK × d`, the patches of
///   the samples one below the other, and `Pool` adds the `K` rows of a sample.
/// - `W`, `d × c`, is there with a skip connection only. Its units `(w_k, v_k)` are linear and cost what neurons cost, so
///   `‖W‖ = min Σ‖w_k‖‖v_k‖` over `W = Σ w_kv_kᵀ`: the nuclear norm, the sum of the norms of the rows for `InputNorm.l1`, and
///   for one output the norm of `w`.
/// - With a free bias `‖u‖` leaves the first entry of `u` out, and `t` is there (`Bias.free`); otherwise `t = 0`.
/// - `‖u‖` is `‖u‖₂` or `‖u‖₁` (`InputNorm`), `‖v‖` always `‖v‖₂`.
///
/// With squared loss and no more the optimum is attained with at most `nc + 1` neurons. Sources: K. Prakhya, T. Birdal and A.
/// Yurtsever, arXiv:2410.22311, eq. NN-TRAIN; the same scaling as A. Sahiner et al., ICLR 2021, eq. (5) and, for pooling, (50);
/// skip connection: Y. Wang, Y. Hua, E. Candès and M. Pilanci, IEEE Trans. Inf. Theory, 2025.
public struct ReLUTraining: Sendable, Equatable {
  /// `n × d`, after bias handling; `nK × d` with patches.
  public let X: DenseMatrix
  /// `n × c`.
  public let Y: DenseMatrix
  public let terms: TrainingTerms

  /// - Parameter features: `n × columns`, without a bias column.
  /// - Throws: `TrainingError` when a matrix is empty, the row counts differ, an entry is not finite, a target of a margin loss
  ///   is not `±1`, the patches do not fit, or a number of the terms is not finite and positive.
  public init(features: DenseMatrix, outputs: DenseMatrix, terms: TrainingTerms) throws(TrainingError) {
    guard features.rows > 0 || outputs.rows > 0 else { throw .noSamples }
    guard features.rows == outputs.rows else {
      throw .rowCountsDiffer(features: features.rows, outputs: outputs.rows)
    }
    guard features.columns > 0 else { throw .noFeatures }
    guard outputs.columns > 0 else { throw .noOutputs }
    guard terms.weightDecay.isFinite, terms.weightDecay > 0 else { throw .invalidWeightDecay(terms.weightDecay) }
    if case .huber(let delta) = terms.loss, !(delta.isFinite && delta > 0) { throw .invalidHuberThreshold(delta) }
    if let patches = terms.patches, patches.count(columns: features.columns) == 0 {
      throw .patchesDoNotFit(patches, columns: features.columns)
    }
    for (name, matrix) in [("features", features), ("outputs", outputs)] {
      guard let (i, j) = matrix.firstNonFinite else { continue }
      throw .notFinite(matrix: name, row: i, column: j, value: matrix[i, j])
    }
    if terms.loss.isMargin, let k = outputs.values.firstIndex(where: { abs($0) != 1 }) {
      throw .notALabel(row: k % outputs.rows, column: k / outputs.rows, value: outputs.values[k])
    }
    X = terms.design(features)
    Y = outputs
    self.terms = terms
  }

  /// Squared loss, dense first layer, `‖u‖₂`.
  public init(
    features: DenseMatrix, outputs: DenseMatrix, weightDecay: Double, bias: Bias = .none
  ) throws(TrainingError) {
    try self.init(features: features, outputs: outputs, terms: TrainingTerms(weightDecay: weightDecay, bias: bias))
  }

  /// Classes become targets as the loss reads them (`Dataset.targets(for:)`).
  public init(dataset: Dataset, terms: TrainingTerms) throws(TrainingError) {
    try self.init(features: dataset.features, outputs: dataset.targets(for: terms.loss), terms: terms)
  }

  public init(dataset: Dataset, weightDecay: Double, bias: Bias = .none) throws(TrainingError) {
    try self.init(dataset: dataset, terms: TrainingTerms(weightDecay: weightDecay, bias: bias))
  }

  public var weightDecay: Double { terms.weightDecay }
  public var bias: Bias { terms.bias }
  public var loss: Loss { terms.loss }
  /// `n`.
  public var sampleCount: Int { Y.rows }
  /// `d`, the bias included.
  public var inputDimension: Int { X.columns }
  /// `c`.
  public var outputDimension: Int { Y.columns }
  /// `K`, 1 for a dense first layer.
  public var patchCount: Int { X.rows / Y.rows }
}

// MARK: - Networks

extension ReLUTraining {
  /// `f`, `n × c`.
  public func outputs(of network: TwoLayerReLUNetwork) -> DenseMatrix {
    terms.pooled(network.predict(X), samples: sampleCount)
  }

  /// `Z = −∂ℓ/∂f`, `n × c`, a subgradient at kinks; `Y − f` for squared loss. At an optimum a dual solution.
  public func residual(of network: TwoLayerReLUNetwork) -> DenseMatrix {
    var Z = outputs(of: network)
    for k in Z.values.indices { Z.values[k] = -loss.derivative(Z.values[k], Y.values[k]) }
    return Z
  }

  /// The objective at a network: an upper bound on `p*`. The weights are taken as they are, not balanced first.
  public func objective(of network: TwoLayerReLUNetwork) -> Double {
    let f = outputs(of: network)
    var sum = zip(f.values, Y.values).reduce(0) { $0 + loss.value($1.0, $1.1) }
    var squares = network.V.values.reduce(0) { $0 + $1 * $1 }
    for j in 0..<network.width {
      let norm = inputNorm(network.U.row(j))
      squares += norm * norm
    }
    sum += 0.5 * weightDecay * squares
    if let W = network.linear { sum += weightDecay * linearNorm(W) }
    return sum
  }

  /// `‖u‖` as weight decay measures it.
  public func inputNorm(_ u: [Double]) -> Double {
    let measured = bias == .free ? Array(u.dropFirst()) : u
    switch terms.inputNorm {
    case .l2: return DenseKernels.norm(measured)
    case .l1: return measured.reduce(0) { $0 + abs($1) }
    }
  }

  /// `‖W‖`, without the row of a free bias.
  func linearNorm(_ W: DenseMatrix) -> Double {
    let rows = Array(W.rowArrays.dropFirst(bias == .free ? 1 : 0))
    switch terms.inputNorm {
    case .l1: return rows.reduce(0) { $0 + DenseKernels.norm($1) }
    case .l2:
      guard W.columns > 1 else { return DenseKernels.norm(rows.map { $0[0] }) }
      let values = DenseKernels.rightSingularVectors(DenseMatrix(rowArrays: rows, columns: W.columns))?.values
      return values?.reduce(0, +) ?? .infinity
    }
  }

  /// The same function with `‖u_j‖ = ‖v_j‖`, `‖u_j‖` as weight decay measures it: the least objective for given products `u_jv_jᵀ`.
  /// Neurons with `v_j = 0`, or of zero norm, which a free bias makes constants, are left as they are.
  public func balanced(_ network: TwoLayerReLUNetwork) -> TwoLayerReLUNetwork {
    var network = network
    for j in 0..<network.width {
      let (uNorm, vNorm) = (inputNorm(network.U.row(j)), DenseKernels.norm(network.V.row(j)))
      guard uNorm > 0, vNorm > 0 else { continue }
      let scale = vNorm.squareRoot() / uNorm.squareRoot()
      for k in 0..<network.inputDimension { network.U[j, k] *= scale }
      for k in 0..<network.outputDimension { network.V[j, k] /= scale }
    }
    return network
  }

  /// The fraction of samples whose class the network gives.
  public func accuracy(of network: TwoLayerReLUNetwork, classes: [Int]) -> Double {
    precondition(classes.count == sampleCount, "\(sampleCount) samples but \(classes.count) classes")
    guard !classes.isEmpty else { return 0 }
    let hits = zip(terms.classes(ofOutputs: outputs(of: network)), classes).count { $0 == $1 }
    return Double(hits) / Double(classes.count)
  }
}
