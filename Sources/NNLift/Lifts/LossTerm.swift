import ConeModel

/// A loss as a part of a model: `Σ ℓ(f_i, y_i)` is `objective` under `constraints`.
public struct LossTerm: Sendable {
  /// `nil` for a loss that is 0 or infinite.
  public let objective: ConvexScalar?
  public let constraints: Constraints

  /// | loss | objective | constraints |
  /// |---|---|---|
  /// | squared | `½‖f − y‖²` | |
  /// | absolute | `‖f − y‖₁` | |
  /// | Huber | `½ Σ huber(f_i − y_i, δ)` | |
  /// | hinge | `Σ (1 − y_i f_i)₊` | |
  /// | squared hinge | `½ Σ (1 − y_i f_i)₊²` | |
  /// | interpolation | | `f = y` |
  public init(_ loss: Loss, outputs f: AffineVector, targets y: [Double]) {
    var constraints = Constraints()
    var margins: ConvexVector {
      positivePart(1 - vector(count: y.count) { rows in for i in y.indices { rows.add(y[i], f[i], to: i) } })
    }
    switch loss {
    case .squared: objective = 0.5 ⋅ sumSquares(f - y)
    case .absolute: objective = norm1(f - y)
    case .huber(let delta): objective = 0.5 ⋅ sum(huber(f - y, threshold: delta))
    case .hinge: objective = sum(margins)
    case .squaredHinge: objective = 0.5 ⋅ sumSquares(margins)
    case .interpolation:
      objective = nil
      constraints = ConstraintBuilder.buildExpression((f == y).named("interpolation"))
    }
    self.constraints = constraints
  }
}

/// The conjugate of a loss as a part of a model: `−Σ ℓ*(−λ_i, y_i)` is `objective` under `constraints`.
public struct DualLossTerm: Sendable {
  public let objective: ConcaveScalar
  public let constraints: Constraints

  /// `Σ λ_iy_i`, less `½‖λ‖²` for the losses with a quadratic part; `λ` is held to the domain of the conjugate.
  public init(_ loss: Loss, multipliers lambda: AffineVector, targets y: [Double]) {
    let n = y.count
    let linear: AffineScalar = inner(y, lambda)
    let margins = vector(count: n) { rows in for i in 0..<n { rows.add(y[i], lambda[i], to: i) } }
    let isQuadratic: Bool
    switch loss {
    case .squared, .huber, .squaredHinge: isQuadratic = true
    case .absolute, .hinge, .interpolation: isQuadratic = false
    }
    objective = linear - (isQuadratic ? 0.5 : 0) ⋅ sumSquares(lambda)
    @ConstraintBuilder func domain() -> Constraints {
      switch loss {
      case .squared, .interpolation: Constraints()
      case .absolute: within(1)
      case .huber(let delta): within(delta)
      case .hinge:
        margins >= 0
        margins <= 1
      case .squaredHinge: margins >= 0
      }
    }
    @ConstraintBuilder func within(_ bound: Double) -> Constraints {
      lambda <= bound
      lambda >= -bound
    }
    constraints = domain()
  }
}
