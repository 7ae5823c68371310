/// The exact reduction of a linear training problem to the row space of `X` and, where nothing stands against it, of `Y`.
///
/// Weights `ω_ij = ω_i`, one for each sample, are multiplied into the rows of `X` and `Y`. For the squared loss and
/// `X = USVᵀ` of rank `k`, `½‖XM − Y‖² = ½‖SVᵀM − UᵀY‖² + ½‖Y‖² − ½‖UᵀY‖²`: `k` samples take the place of `n`. Without constraints
/// components of `M` outside the row space of `X`, and outputs outside the row space of `UᵀY = ŶBᵀ`, do nothing for the loss
/// and raise neither rank nor penalty when they are left out: `M = VM̂Bᵀ` with `½‖SM̂ − Ŷ‖²`, and `S` is diagonal.
///
/// Ranks are numerical (`OutputReduction.rankFactor`); what is cut off goes into `constant` where it belongs to `Y`.
/// Complexity: O(nd² + nc²).
public struct EndToEndReduction: Sendable {
  /// The reduced problem.
  public let training: EndToEndTraining
  /// Added to the reduced objective.
  public let constant: Double
  /// `M = left · M̂ · rightᵀ`; `nil` for the identity.
  private let bases: (left: DenseMatrix, right: DenseMatrix)?
  /// Singular values of `X`, when the reduced inputs are the diagonal matrix of them.
  let scales: [Double]?

  public init(_ training: EndToEndTraining) {
    let weighted = Self.foldingSampleWeights(training)
    guard weighted.fit == .squared || weighted.fit == .interpolation, let X = RankFactors(weighted.X) else {
      self.init(reduced: weighted)
      return
    }
    let Y = DenseKernels.product(X.left, weighted.Y, transposeA: true)
    let squares = { (A: DenseMatrix) in A.values.reduce(0) { $0 + $1 * $1 } }
    let interpolates = weighted.fit == .interpolation
    guard weighted.constraints.isEmpty, let outputs = RankFactors(Y), X.rank > 0, outputs.rank > 0 else {
      guard X.rank > 0, !interpolates else {
        self.init(reduced: weighted)
        return
      }
      var scaled = X.right.transposed
      for k in 0..<X.rank {
        for j in 0..<scaled.columns { scaled[k, j] *= X.values[k] }
      }
      self.init(
        reduced: EndToEndTraining(
          unchecked: scaled, Y, .squared, rank: weighted.rank, weighted.penalty, weighted.constraints),
        constant: 0.5 * (squares(weighted.Y) - squares(Y)))
      return
    }
    let reduced = DenseKernels.product(Y, outputs.right)
    var S = DenseMatrix(rows: X.rank, columns: X.rank)
    for k in 0..<X.rank { S[k, k] = X.values[k] }
    self.init(
      reduced: EndToEndTraining(unchecked: S, reduced, weighted.fit, rank: weighted.rank, weighted.penalty, []),
      constant: interpolates ? 0 : 0.5 * (squares(weighted.Y) - squares(reduced)), bases: (X.right, outputs.right),
      scales: X.values)
  }

  private init(
    reduced training: EndToEndTraining, constant: Double = 0, bases: (left: DenseMatrix, right: DenseMatrix)? = nil,
    scales: [Double]? = nil
  ) {
    self.training = training
    self.constant = constant
    self.bases = bases
    self.scales = scales
  }

  /// `M` of the original problem.
  public func expand(_ reduced: DenseMatrix) -> DenseMatrix {
    guard let (left, right) = bases else { return reduced }
    return DenseKernels.product(DenseKernels.product(left, reduced), right, transposeB: true)
  }

  private static func foldingSampleWeights(_ training: EndToEndTraining) -> EndToEndTraining {
    guard case .weighted(let weights) = training.fit,
      (0..<weights.rows).allSatisfy({ i in (1..<max(weights.columns, 1)).allSatisfy { weights[i, $0] == weights[i, 0] } })
    else { return training }
    let scaled = { (A: DenseMatrix) in
      DenseMatrix(
        rows: A.rows, columns: A.columns,
        values: A.values.indices.map { weights[$0 % A.rows, 0].squareRoot() * A.values[$0] })
    }
    return EndToEndTraining(
      unchecked: scaled(training.X), scaled(training.Y), .squared, rank: training.rank, training.penalty,
      training.constraints)
  }
}
