/// What became of a constraint, of a domain or of the atoms of the objective.
struct ConstraintPart: Sendable {
  let label: String
  let pieces: [DualPiece]
  let ranges: [RowRange]
}

/// Tells cones over the same rows.
struct ConeFingerprint: Hashable {
  private let set: ConeSet
  private let orientation: Double
  private let constants: [Double]
  private let starts: [Int]
  private let coefficients: [Double]
  private let variables: [Int]

  init(_ block: ConstraintBlock) {
    set = block.set
    orientation = block.orientation
    let rows = block.body.affine
    constants = (0..<rows.count).map(rows.constant)
    starts = (0..<rows.count).map { rows.terms($0).count }
    coefficients = rows.allTerms.map(\.coefficient)
    variables = rows.allTerms.map(\.variable)
  }
}

/// The variable that rows are, entry by entry, if they are one.
func wholeVariable(_ rows: AffineRows, in blocks: [VariableBlock]) -> Int? {
  guard rows.count > 0, !blocks.isEmpty, let first = rows.terms(0).first?.variable, first < AtomNode.firstNumber else {
    return nil
  }
  let index = VariableBlock.index(of: first, in: blocks)
  let isWhole =
    blocks[index].first == first && blocks[index].count == rows.count
    && (0..<rows.count).allSatisfy { row in
      let terms = rows.terms(row)
      return rows.constant(row) == 0 && terms.count == 1
        && terms[terms.startIndex] == Term(variable: first + row, coefficient: 1)
    }
  return isWhole ? index : nil
}

extension DomainKind {
  /// The cone of the domain, if it is one.
  var set: ConeSet? {
    switch self {
    case .free, .box: nil
    case .nonnegative: .nonnegative
    case .positiveSemidefinite: .positiveSemidefinite
    case .doublyNonnegative: .doublyNonnegative
    }
  }
}

extension ConstraintBlock {
  /// How messages call it: by its name or number, and the place where it entered the problem.
  var label: String {
    (name.map { "constraint \"\($0)\"" } ?? "constraint \(number ?? 0)") + (place.map { " at \($0)" } ?? "")
  }
}
