import Foundation

/// Training parallel linear networks `f(x) = Σ_j xᵀW_{1,j}⋯W_{L,j}`, `L ≥ 2`, each layer penalised by the power `L` of its norm:
///
///     p* = min  ½‖XM − Y‖_F² + (λ/2) Σ_j Σ_l ‖W_{l,j}‖_F^L,   M = Σ_j W_{1,j}⋯W_{L,j}
///
/// By the inequality of arithmetic and geometric means a branch costs at least `(λL/2) Π_l ‖W_{l,j}‖_F ≥ (λL/2)‖M_j‖_*`, with
/// equality for a balanced branch of rank one. With at least `min(d, c)` branches `p*` is therefore the optimum over `M` with
/// the penalty `(λL/2)‖M‖_*`: convex at every depth. Source: Y. Wang, T. Ergen & M. Pilanci, ICLR 2023 (parallel networks).
public struct ParallelLinearTraining: Sendable, Equatable {
  public let depth: Int
  public let branches: Int
  public let weightDecay: Double
  public let endToEnd: EndToEndTraining

  /// - Throws: `LinearTrainingError` for a fault in the data, a depth below 2, fewer than `min(d, c)` branches, or a decay that
  ///   is negative or not finite.
  public init(
    features: DenseMatrix, outputs: DenseMatrix, depth: Int, branches: Int, weightDecay: Double = 0,
    fit: EndToEndTraining.Fit = .squared, constraints: [ProductConstraint] = []
  ) throws(LinearTrainingError) {
    guard depth >= 2 else { throw .tooShallow(depth) }
    guard weightDecay.isFinite, weightDecay >= 0 else { throw .invalidWeightDecay(weightDecay) }
    let full = min(features.columns, outputs.columns)
    guard branches >= full else { throw .tooFewBranches(given: branches, needed: full) }
    let decay = fit == .interpolation ? 1 : weightDecay
    self.depth = depth
    self.branches = branches
    self.weightDecay = decay
    endToEnd = try EndToEndTraining(
      X: features, Y: outputs, fit: fit, rank: full,
      penalty: decay > 0 ? SchattenPenalty(weight: 0.5 * decay * Double(depth), exponent: 1) : nil,
      constraints: constraints)
  }

  /// Loss and penalty of the branches as they are.
  public func objective(of branches: [DeepLinearNetwork]) -> Double {
    var M = DenseMatrix(rows: endToEnd.inputDimension, columns: endToEnd.outputDimension)
    for branch in branches {
      let product = branch.endToEnd
      for k in M.values.indices { M.values[k] += product.values[k] }
    }
    let layers = branches.flatMap(\.layers)
    let powers = layers.reduce(0) { $0 + pow(DenseKernels.norm($1.values), Double(depth)) }
    return endToEnd.loss(M) + 0.5 * weightDecay * powers
  }

  /// One balanced branch of width 1 for each singular value of `M`.
  public func network(endToEnd M: DenseMatrix) -> [DeepLinearNetwork] {
    guard let svd = RankFactors(M) else { return [] }
    return svd.values.indices.map { k in
      let left = DenseMatrix(rows: M.rows, columns: 1, values: svd.left.column(k))
      let right = DenseMatrix(rows: 1, columns: M.columns, values: svd.right.column(k))
      return DeepLinearNetwork(
        endToEnd: DenseKernels.product(left, right).map { svd.values[k] * $0 },
        hiddenWidths: [Int](repeating: 1, count: depth - 1))
    }
  }
}
