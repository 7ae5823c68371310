import ConeSolver

/// A program as an MPS file states it:
///
///     minimize or maximize    ½xᵀQx + cᵀx + β
///     subject to              lᵢ ≤ aᵢᵀx ≤ uᵢ,   lⱼ ≤ xⱼ ≤ uⱼ
///
/// Indices are zero-based, in the order of the file.
struct MPSInstance {
  var objectiveSense = ObjectiveSense.minimize
  var rows = MPSNames()
  var rowTypes: [MPSRowType] = []
  /// The first free row; without one the linear objective is zero.
  var objectiveRow: Int?
  var columns = MPSNames()
  /// `a` and `c` by row and column, of all rows.
  var coefficients = CoordinateList()
  /// By row; that of the objective is `−β`.
  var rightHandSides: [Double] = []
  /// By row, where given.
  var ranges: [Double?] = []
  /// By column.
  var bounds: [MPSBounds] = []
  /// `Q`, each symmetric pair in one entry of the upper triangle.
  var quadratic = CoordinateList()
}

enum MPSRowType: String {
  case free = "N"
  case equal = "E"
  case less = "L"
  case greater = "G"
}

/// The continuous types of bounds.
enum MPSBoundType: String, CaseIterable {
  case lower = "LO"
  case upper = "UP"
  case fixed = "FX"
  case free = "FR"
  case lowerInfinite = "MI"
  case upperInfinite = "PL"

  var takesNumber: Bool {
    switch self {
    case .lower, .upper, .fixed: true
    case .free, .lowerInfinite, .upperInfinite: false
    }
  }
}

/// Names and their numbers.
struct MPSNames {
  private(set) var names: [String] = []
  private var numbers: [String: Int] = [:]

  var count: Int { names.count }

  subscript(name: String) -> Int? { numbers[name] }

  /// False when the name is taken.
  mutating func append(_ name: String) -> Bool {
    if numbers[name] != nil { return false }
    numbers[name] = names.count
    names.append(name)
    return true
  }
}

/// `lower ≤ · ≤ upper`, infinite where there is no bound.
struct MPSInterval {
  var lower = -Double.infinity
  var upper = Double.infinity

  var isPoint: Bool { lower == upper }
}

/// The bounds of a column, each with the line that gives it.
struct MPSBounds {
  private(set) var lower: (value: Double, line: Int)?
  private(set) var upper: (value: Double, line: Int)?

  /// The line on which a bound of this type was already given.
  func earlierLine(of type: MPSBoundType) -> Int? {
    switch type {
    case .lower, .lowerInfinite: lower?.line
    case .upper, .upperInfinite: upper?.line
    case .fixed, .free: lower?.line ?? upper?.line
    }
  }

  mutating func set(_ type: MPSBoundType, to value: Double, line: Int) {
    switch type {
    case .lower: lower = (value, line)
    case .upper: upper = (value, line)
    case .fixed: (lower, upper) = ((value, line), (value, line))
    case .free: (lower, upper) = ((-.infinity, line), (.infinity, line))
    case .lowerInfinite: lower = (-.infinity, line)
    case .upperInfinite: upper = (.infinity, line)
    }
  }

  /// Without a bound `x ≥ 0`; a negative upper bound alone leaves `x` without a lower one.
  var interval: MPSInterval {
    let top = upper?.value ?? .infinity
    return MPSInterval(lower: lower?.value ?? (top < 0 ? -.infinity : 0), upper: top)
  }
}

extension MPSInstance {
  /// `[l, u]` of a row: `E` is `[r, r]`, `L` is `[−∞, r]`, `G` is `[r, ∞]`. A range `R` makes the other side of `L` and
  /// `G` lie `|R|` away, and `E` reach from `r` to `r + R`.
  func interval(ofRow i: Int) -> MPSInterval {
    let r = rightHandSides[i]
    let range = ranges[i]
    switch rowTypes[i] {
    case .free: return MPSInterval()
    case .equal: return MPSInterval(lower: min(r, r + (range ?? 0)), upper: max(r, r + (range ?? 0)))
    case .less: return MPSInterval(lower: range.map { r - abs($0) } ?? -.infinity, upper: r)
    case .greater: return MPSInterval(lower: r, upper: range.map { r + abs($0) } ?? .infinity)
    }
  }

  /// Numbers from here on stand for infinity, as writers of this format mean it.
  static let infinity = 1e20

  static func extended(_ value: Double) -> Double {
    if value >= infinity { return .infinity }
    return value <= -infinity ? -.infinity : value
  }
}
