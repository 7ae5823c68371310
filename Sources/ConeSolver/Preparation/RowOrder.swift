/// Sorts rows by cone: equalities, one nonnegative block, second-order cones, semidefinite cones.
///
/// Second-order and semidefinite cones of one dimension are half-lines and join the nonnegative block; cones without rows go. The
/// order within each kind stays. Nothing but the order of rows changes.
enum RowOrder {
  static func search(_ problem: ConicProblem) -> ReductionFinding {
    var equalities: [Int] = []
    var nonnegative: [Int] = []
    var others: [(cones: [Cone], rows: [Int])] = [([], []), ([], [])]
    var row = 0
    for cone in problem.cones {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      switch cone {
      case .zero: equalities += rows
      case .nonnegative: nonnegative += rows
      case .secondOrder, .positiveSemidefinite:
        if rows.count == 1 {
          nonnegative += rows
        } else if !rows.isEmpty {
          var place = 0
          if case .positiveSemidefinite = cone { place = 1 }
          others[place].cones.append(cone)
          others[place].rows += rows
        }
      }
    }
    var cones: [Cone] = []
    if !equalities.isEmpty { cones.append(.zero(equalities.count)) }
    if !nonnegative.isEmpty { cones.append(.nonnegative(nonnegative.count)) }
    cones += others[0].cones + others[1].cones
    guard cones != problem.cones else { return .nothing }
    let source = equalities + nonnegative + others[0].rows + others[1].rows
    let step = RowSelection(source: source, oldRowCount: problem.rowCount)
    let moved = zip(problem.cones, cones).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
    return .smaller(
      problem.selecting(rows: source, cones: cones), step,
      count: max(moved, abs(problem.cones.count - cones.count)))
  }
}
