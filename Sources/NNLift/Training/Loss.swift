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
  /// `0` for `f = y`, infinite otherwise: training becomes interpolation of least norm.
  case interpolation

  /// The loss without its parameter.
  public enum Kind: String, Sendable, CaseIterable {
    case squared, absolute, huber, hinge
    case squaredHinge = "squared-hinge"
    case interpolation
  }

  /// Difference `|f − y|`, relative to `max(1, |y|)`, up to which numbers count as interpolated: a network in floating point
  /// meets its targets no better than the solver that found it.
  public static let interpolationTolerance = 1e-6

  public var kind: Kind {
    switch self {
    case .squared: .squared
    case .absolute: .absolute
    case .huber: .huber
    case .hinge: .hinge
    case .squaredHinge: .squaredHinge
    case .interpolation: .interpolation
    }
  }

  /// Whether the loss judges the sign of `f`, so that targets are labels `±1`.
  public var isMargin: Bool { self == .hinge || self == .squaredHinge }

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
    case .interpolation: return abs(f - y) <= Self.interpolationTolerance * max(1, abs(y)) ? 0 : .infinity
    }
  }

  /// `∂ℓ/∂f`, a subgradient at kinks; 0 for interpolation, whose subgradients at `f = y` are all numbers.
  public func derivative(_ f: Double, _ y: Double) -> Double {
    switch self {
    case .squared: return f - y
    case .absolute: return f > y ? 1 : f < y ? -1 : 0
    case .huber(let delta): return max(-delta, min(delta, f - y))
    case .hinge: return y * f < 1 ? -y : 0
    case .squaredHinge: return y * f < 1 ? -y * (1 - y * f) : 0
    case .interpolation: return 0
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
    case .interpolation: return g * y
    }
  }
}

/// `squared`, `huber:0.5`: the form of options and model files.
extension Loss: CustomStringConvertible {
  public static let defaultHuberDelta = 1.0

  /// `nil` for anything but the name of a kind, with `:δ` after `huber` where `δ` is not 1.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard let kind = Kind(rawValue: parts[0]), parts.count == 1 || kind == .huber && parts.count == 2 else { return nil }
    switch kind {
    case .squared: self = .squared
    case .absolute: self = .absolute
    case .hinge: self = .hinge
    case .squaredHinge: self = .squaredHinge
    case .interpolation: self = .interpolation
    case .huber:
      guard let delta = parts.count == 1 ? Self.defaultHuberDelta : Double(parts[1]) else { return nil }
      self = .huber(delta: delta)
    }
  }

  public var description: String {
    if case .huber(let delta) = self, delta != Self.defaultHuberDelta { return "huber:\(delta)" }
    return kind.rawValue
  }
}
