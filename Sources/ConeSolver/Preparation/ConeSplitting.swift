import LinearAlgebra

/// Splits semidefinite cones along the connected components of their aggregate pattern, and takes rows that are zero out of
/// second-order cones.
///
/// An off-diagonal row of a semidefinite cone without coefficients and with `b = 0` says `S_ij = 0`. Let the other off-diagonal
/// rows be the edges of a graph on `1 … k`. `S` is block diagonal over its connected components, and `S ⪰ 0` exactly when each
/// block is. The entries of `Z` between components multiply zeros: nothing but `Z ⪰ 0` asks for them, and zeros do, since a matrix
/// of semidefinite diagonal blocks is semidefinite. A component of one index is a nonnegative row. Likewise a row of `v` in a
/// second-order cone `t ≥ ‖v‖` that is zero may go, with `z = 0` there.
enum ConeSplitting {
  static func search(_ problem: ConicProblem) -> ReductionFinding {
    let isZero = problem.emptyRows
    var source: [Int] = []
    var cones: [Cone] = []
    var split = 0
    var row = 0
    for cone in problem.cones {
      let rows = row..<row + cone.dimension
      row = rows.upperBound
      switch cone {
      case .secondOrder(let n) where n > 1 && rows.dropFirst().contains { isZero[$0] }:
        let kept = rows.filter { $0 == rows.lowerBound || !isZero[$0] }
        source += kept
        cones.append(.secondOrder(kept.count))
        split += 1
      case .positiveSemidefinite(let k) where k > 1:
        let components = components(order: k) { !isZero[rows.lowerBound + $0] }
        if components.count > 1 { split += 1 }
        for component in components {
          for (j, column) in component.enumerated() {
            let first = rows.lowerBound + column * (column + 1) / 2
            source += component[...j].map { first + $0 }
          }
          cones.append(component.count == 1 ? .nonnegative(1) : .positiveSemidefinite(order: component.count))
        }
      default:
        source += rows
        cones.append(cone)
      }
    }
    guard split > 0 else { return .nothing }
    let step = RowSelection(source: source, oldRowCount: problem.rowCount)
    return .smaller(problem.selecting(rows: source, cones: cones), step, count: split)
  }

  /// The connected components of the graph on `0 ..< order` whose edges are the packed off-diagonal positions that hold, each in
  /// increasing order, by their smallest index. Complexity: O(order²).
  static func components(order: Int, isEdge: (_ packed: Int) -> Bool) -> [[Int]] {
    var parent = Array(0..<order)
    func root(_ i: Int) -> Int {
      var i = i
      while parent[i] != i {
        parent[i] = parent[parent[i]]
        i = parent[i]
      }
      return i
    }
    var position = 0
    var count = order
    for j in 0..<order {
      for i in 0..<j {
        if count > 1, isEdge(position) {
          let (a, b) = (root(i), root(j))
          if a != b {
            parent[max(a, b)] = min(a, b)
            count -= 1
          }
        }
        position += 1
      }
      position += 1
    }
    var members = [[Int]](repeating: [], count: order)
    for i in 0..<order { members[root(i)].append(i) }
    return members.filter { !$0.isEmpty }
  }
}
