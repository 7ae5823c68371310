/// A convex, cone-representable loss `ℓ(f, y)`, summed over samples and outputs.
public enum Loss: Sendable, Equatable {
  /// `½(f − y)²`.
  case squared
  /// `|f − y|`.
  case absolute
  /// `½e²` for `e = |f − y| ≤ δ`, `δe − ½δ²` beyond.
  case huber(delta: Double)
  /// `(1 − yf)₊`, labels `y = ±1`.
  case hinge
  /// `½(1 − yf)₊²`, labels `y = ±1`.
  case squaredHinge

  /// `ℓ(f, y)`.
  public func value(_ f: Double, _ y: Double) -> Double {
    switch self {
    case .squared: return 0.5 * (f - y) * (f - y)
    case .absolute: return abs(f - y)
    case .huber(let delta):
      let e = abs(f - y)
      return e <= delta ? 0.5 * e * e : delta * e - 0.5 * delta * delta
    case .hinge: return max(0, 1 - y * f)
    case .squaredHinge:
      let slack = max(0, 1 - y * f)
      return 0.5 * slack * slack
    }
  }

  /// `∂ℓ/∂f`, a subgradient at kinks.
  public func derivative(_ f: Double, _ y: Double) -> Double {
    switch self {
    case .squared: return f - y
    case .absolute: return f > y ? 1 : f < y ? -1 : 0
    case .huber(let delta): return max(-delta, min(delta, f - y))
    case .hinge: return y * f < 1 ? -y : 0
    case .squaredHinge: return y * f < 1 ? -y * (1 - y * f) : 0
    }
  }

  /// `ℓ*(g, y) = sup_f gf − ℓ(f, y)`; infinite outside the domain.
  public func conjugate(_ g: Double, _ y: Double) -> Double {
    switch self {
    case .squared: return 0.5 * g * g + g * y
    case .absolute: return abs(g) <= 1 ? g * y : .infinity
    case .huber(let delta): return abs(g) <= delta ? 0.5 * g * g + g * y : .infinity
    case .hinge: return g * y <= 0 && g * y >= -1 ? g * y : .infinity
    case .squaredHinge: return g * y <= 0 ? 0.5 * g * g + g * y : .infinity
    }
  }
}
