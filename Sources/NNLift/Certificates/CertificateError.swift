/// Why a certificate cannot be evaluated.
public enum CertificateError: Error, Sendable, Equatable {
  case shape(what: String, found: Int, expected: Int)
  case notFinite(what: String, place: String)
  /// Sectors of a circle need inputs of rank at most 2, cones of a moderate rank.
  case rankTooLarge(rank: Int)
  /// The basis of a cover must be upper triangular, with no zero on its diagonal.
  case basisNotTriangular(row: Int, column: Int)
  /// The tree of a cover has nodes left when every orthant is covered.
  case treeDoesNotEnd
  /// Numbers so large or small that overflow or underflow could spoil the error bounds of a proof.
  case outOfScale(what: String, value: Double)
  case pairOutOfRange(block: String, i: Int, j: Int, groups: Int)
  case diagonalPair(block: String, i: Int)
  case repeatedPair(block: String, i: Int, j: Int)
  case negativeMultiplier(block: String, i: Int, j: Int, value: Double)
}

extension CertificateError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .shape(let what, let found, let expected):
      return "\(what) is \(found), but the data needs \(expected)"
    case .notFinite(let what, let place):
      return "\(what) is not a finite number at \(place)"
    case .rankTooLarge(let rank):
      return "the inputs have rank \(rank), which is too large for this kind of certificate (use one of kind dnn)"
    case .basisNotTriangular(let row, let column):
      return "the basis of the cover is not a regular upper triangular matrix: see row \(row), column \(column)"
    case .outOfScale(let what, let value):
      return "\(what) is \(value), outside the range in which rounding is accounted for"
    case .treeDoesNotEnd:
      return "the tree of the cover has nodes left when every orthant is covered"
    case .pairOutOfRange(let block, let i, let j, let groups):
      return "multiplier \(block)(\(i), \(j)) names a group outside 0..<\(groups)"
    case .diagonalPair(let block, let i):
      return "multiplier \(block)(\(i), \(i)) is on the diagonal; only pairs of different groups carry multipliers"
    case .repeatedPair(let block, let i, let j):
      return "multiplier \(block)(\(i), \(j)) is given twice"
    case .negativeMultiplier(let block, let i, let j, let value):
      return "multiplier \(block)(\(i), \(j)) is \(value); it must be zero or more"
    }
  }
}
