/// Training of a linear network by its end-to-end matrix `M`, `d × c`:
///
///     p* = min  ½‖√Ω ∘ (XM − Y)‖_F² + κ‖M‖_p^p   subject to  rank M ≤ r,  ⟨A_k, M⟩ {=, ≤, ≥} b_k
///
/// or the least penalty with `XM = Y`. This is what every linear architecture here comes to: `{W₁⋯W_L}` is the set of
/// matrices of rank at most the narrowest width (multiply by identities, padded), and a penalty on the layers is at its least
/// for given `M` a Schatten penalty on `M`. Shapes: `X` is `n × d`, `Y` and `Ω` are `n × c`.
public struct EndToEndTraining: Sendable, Equatable {
  /// How predictions `XM` are held to `Y`.
  public enum Fit: Sendable, Equatable {
    /// `½‖XM − Y‖²`.
    case squared
    /// `½ Σ ω_ij((XM)_ij − Y_ij)²`, `ω ≥ 0`; a mask where every `ω_ij` is 0 or 1.
    case weighted(DenseMatrix)
    /// `XM = Y`.
    case interpolation
  }

  public let X: DenseMatrix
  public let Y: DenseMatrix
  public let fit: Fit
  /// `r`.
  public let rank: Int
  public let penalty: SchattenPenalty?
  public let constraints: [ProductConstraint]

  /// - Throws: `LinearTrainingError` when a matrix is empty, of the wrong shape or not finite, or a weight is negative.
  public init(
    X: DenseMatrix, Y: DenseMatrix, fit: Fit = .squared, rank: Int, penalty: SchattenPenalty? = nil,
    constraints: [ProductConstraint] = []
  ) throws(LinearTrainingError) {
    try Self.check(X, "features", rows: Y.rows, columns: X.columns)
    try Self.check(Y, "outputs", rows: X.rows, columns: Y.columns)
    if case .weighted(let weights) = fit {
      try Self.check(weights, "weights", rows: Y.rows, columns: Y.columns)
      if let k = weights.values.firstIndex(where: { $0 < 0 }) {
        throw .negativeWeight(row: k % weights.rows, column: k / weights.rows, value: weights.values[k])
      }
    }
    for constraint in constraints {
      try Self.check(constraint.coefficients, "a constraint", rows: X.columns, columns: Y.columns)
    }
    self.init(unchecked: X, Y, fit, rank: rank, penalty, constraints)
  }

  init(
    unchecked X: DenseMatrix, _ Y: DenseMatrix, _ fit: Fit, rank: Int, _ penalty: SchattenPenalty?,
    _ constraints: [ProductConstraint]
  ) {
    self.X = X
    self.Y = Y
    self.fit = fit
    self.rank = min(rank, X.columns, Y.columns)
    self.penalty = penalty
    self.constraints = constraints
  }

  public var inputDimension: Int { X.columns }
  public var outputDimension: Int { Y.columns }
  /// Whether the rank is bounded below what the shape of `M` allows.
  public var boundsRank: Bool { rank < min(X.columns, Y.columns) }

  /// Loss and penalty at `M`; the rank and the constraints are not looked at. With interpolation the penalty alone.
  public func objective(_ M: DenseMatrix) -> Double { loss(M) + (penalty?.value(M) ?? 0) }

  /// `½‖√Ω ∘ (XM − Y)‖_F²`; 0 with interpolation.
  public func loss(_ M: DenseMatrix) -> Double {
    let F = DenseKernels.product(X, M)
    switch fit {
    case .interpolation: return 0
    case .squared: return 0.5 * zip(F.values, Y.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    case .weighted(let weights):
      return 0.5 * Y.values.indices.reduce(0) {
        $0 + weights.values[$1] * (F.values[$1] - Y.values[$1]) * (F.values[$1] - Y.values[$1])
      }
    }
  }

  /// The largest amount by which `M` breaks a constraint on the product or, with interpolation, `XM = Y`; rank aside.
  public func violation(_ M: DenseMatrix) -> Double {
    var largest = constraints.reduce(0) { max($0, $1.violation(M)) }
    if fit == .interpolation {
      largest = zip(DenseKernels.product(X, M).values, Y.values).reduce(largest) { max($0, abs($1.0 - $1.1)) }
    }
    return largest
  }

  /// The same problem with `(μ/2)‖M‖_F²` added to the loss: `d` further samples `√μ·I` with targets 0 and weight 1.
  public func withRidge(_ mu: Double) -> EndToEndTraining {
    let d = X.columns
    let stacked = { (top: DenseMatrix, bottom: DenseMatrix) in
      DenseMatrix(rowArrays: top.rowArrays + bottom.rowArrays, columns: top.columns)
    }
    var fit = fit
    if case .weighted(let weights) = fit {
      fit = .weighted(stacked(weights, DenseMatrix(rows: d, columns: Y.columns).map { _ in 1 }))
    }
    return EndToEndTraining(
      unchecked: stacked(X, DenseMatrix.identity(d).map { mu.squareRoot() * $0 }),
      stacked(Y, DenseMatrix(rows: d, columns: Y.columns)), fit, rank: rank, penalty, constraints)
  }

  private static func check(
    _ matrix: DenseMatrix, _ name: String, rows: Int, columns: Int
  ) throws(LinearTrainingError) {
    guard matrix.rows > 0, matrix.columns > 0 else { throw .empty(matrix: name) }
    guard matrix.rows == rows, matrix.columns == columns else {
      throw .shapesDiffer(
        matrix: name, rows: matrix.rows, columns: matrix.columns, expectedRows: rows, expectedColumns: columns)
    }
    if let (i, j) = matrix.firstNonFinite { throw .notFinite(matrix: name, row: i, column: j, value: matrix[i, j]) }
  }
}

/// `⟨A, M⟩ = b`, `≤ b` or `≥ b` on the end-to-end matrix `M`.
public struct ProductConstraint: Sendable, Equatable {
  public enum Relation: String, Sendable {
    case equal = "="
    case atMost = "≤"
    case atLeast = "≥"
  }

  /// `A`, of the shape of `M`.
  public let coefficients: DenseMatrix
  public let relation: Relation
  public let bound: Double

  public init(_ coefficients: DenseMatrix, _ relation: Relation, _ bound: Double) {
    self.coefficients = coefficients
    self.relation = relation
    self.bound = bound
  }

  /// `M_ij ≥ 0` for every entry of a `rows × columns` matrix.
  public static func nonnegative(rows: Int, columns: Int) -> [ProductConstraint] {
    (0..<rows * columns).map { k in
      var A = DenseMatrix(rows: rows, columns: columns)
      A.values[k] = 1
      return ProductConstraint(A, .atLeast, 0)
    }
  }

  func violation(_ M: DenseMatrix) -> Double {
    let excess = DenseKernels.dot(coefficients.values, M.values) - bound
    switch relation {
    case .equal: return abs(excess)
    case .atMost: return max(0, excess)
    case .atLeast: return max(0, -excess)
    }
  }
}
