/// A fault in a user's program, with its place. Nothing was solved and nothing was changed.
public enum ProblemError: Error, Sendable, Equatable {
  /// A dimension does not fit another: what, found, expected.
  case dimensionMismatch(what: String, found: Int, expected: Int)
  /// A cone has a negative size.
  case negativeConeSize(cone: Int, size: Int)
  /// A compressed-sparse-column array is malformed.
  case malformedSparseMatrix(name: String, reason: String)
  /// NaN or an infinity where a finite number is needed; `row`/`column` are zero-based, `column` −1 for vectors.
  case notFinite(name: String, row: Int, column: Int, value: Double)
  /// `P` has entries on both sides of its diagonal that do not mirror each other.
  case asymmetric(row: Int, column: Int, value: Double, mirrored: Double)
  /// `P` is not positive semidefinite; `pivot` is the column at which the factorisation found negative curvature.
  case notPositiveSemidefinite(column: Int)
  /// A setting is out of range.
  case invalidSetting(name: String, value: String, rule: String)
  /// The program does not fit in memory by any strategy.
  case tooLarge(reason: String)
}

extension ProblemError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .dimensionMismatch(let what, let found, let expected):
      return "\(what) is \(found), but \(expected) is needed"
    case .negativeConeSize(let cone, let size):
      return "cone \(cone) has size \(size); sizes are zero or more"
    case .malformedSparseMatrix(let name, let reason):
      return "\(name) is not a compressed-sparse-column matrix: \(reason)"
    case .notFinite(let name, let row, let column, let value):
      let place = column < 0 ? "entry \(row)" : "row \(row), column \(column)"
      return "\(name) has \(value) at \(place); every coefficient must be a finite number"
    case .asymmetric(let row, let column, let value, let mirrored):
      return "P is not symmetric: \(value) at row \(row), column \(column), but \(mirrored) at its mirror image; "
        + "give the upper triangle only, or a symmetric matrix"
    case .notPositiveSemidefinite(let column):
      return "P is not positive semidefinite: column \(column) brings negative curvature, so the program is not convex"
    case .invalidSetting(let name, let value, let rule):
      return "\(name) is \(value); \(rule)"
    case .tooLarge(let reason):
      return "the program does not fit: \(reason)"
    }
  }
}
