import ConeModel

// The pieces of a linear training problem as expressions of a model: losses, constraints and values are the same for every
// formulation that has `M` among its variables.

extension EndToEndTraining {
  /// `½‖√Ω ∘ (XM − Y)‖_F²`; entries without weight have no row, and with interpolation there is nothing to add.
  func loss(_ M: Expression<Matrix, Affine>) -> Expression<Scalar, Convex> { weightedLoss(M, less: nil) }

  /// The loss with weights `ω_ij − ω_i`, `ω_i ≤ ω_ij` one for each sample.
  func weightedLoss(_ M: Expression<Matrix, Affine>, less common: [Double]?) -> Expression<Scalar, Convex> {
    let F = X.constant ⋅ M
    var places: [(i: Int, j: Int, scale: Double)] = []
    for j in 0..<Y.columns {
      for i in 0..<Y.rows {
        let scale = (weight(i, j) - (common?[i] ?? 0)).squareRoot()
        if scale > 0 { places.append((i, j, scale)) }
      }
    }
    let residual = vector(count: places.count) { rows in
      for (row, (i, j, scale)) in places.enumerated() {
        rows.add(scale, F[i, j], to: row)
        rows.add(-scale * Y[i, j], to: row)
      }
    }
    return 0.5 ⋅ sumSquares(residual)
  }

  /// `ω_ij`; 0 with interpolation.
  func weight(_ i: Int, _ j: Int) -> Double {
    switch fit {
    case .squared: 1
    case .weighted(let weights): weights[i, j]
    case .interpolation: 0
    }
  }

  /// The constraints on the product, and `XM = Y` with interpolation.
  @ConstraintBuilder func conditions(_ M: Expression<Matrix, Affine>) -> Constraints {
    for constraint in constraints {
      switch constraint.relation {
      case .equal: inner(constraint.coefficients.constant, M) == constraint.bound
      case .atMost: inner(constraint.coefficients.constant, M) <= constraint.bound
      case .atLeast: inner(constraint.coefficients.constant, M) >= constraint.bound
      }
    }
    if fit == .interpolation { X.constant ⋅ M == Y.constant }
  }
}

extension DenseMatrix {
  /// The matrix as data of a model.
  var constant: Constant<Matrix> { Constant(rows: rows, columns: columns, columnMajor: values) }

  init(_ constant: Constant<Matrix>) {
    self.init(rows: constant.rows, columns: constant.columns, values: constant.values)
  }
}
