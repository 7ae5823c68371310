import LinearAlgebra

/// The program without its infinite bounds: nonnegative rows `aᵀx ≤ b` with `b ≥ Tuning.infiniteBound`.
///
/// Such a row says nothing, and `10²⁰` among the right-hand sides would make every relative tolerance meaningless; so what is
/// verified is verified without it. It comes back with `z = 0` and `s = bτ − aᵀx`.
struct InfiniteBounds {
  let original: ConicProblem
  /// The rows that say something.
  let finite: ConicProblem
  private let keptRows: [Int]

  init(_ original: ConicProblem) {
    self.original = original
    var keep = [Bool](repeating: true, count: original.rowCount)
    var row = 0
    for cone in original.cones {
      if case .nonnegative(let count) = cone {
        for i in row..<row + count where original.b[i] >= Tuning.infiniteBound { keep[i] = false }
      }
      row += cone.dimension
    }
    keptRows = keep.indices.filter { keep[$0] }
    finite = keptRows.count == original.rowCount
      ? original
      : original.keeping(rows: keep, columns: [Bool](repeating: true, count: original.variableCount))
  }

  private var count: Int { original.rowCount - keptRows.count }

  /// A line of the log with what was removed here before the rest.
  func summary(besides rest: String) -> String {
    count == 0 ? rest : "\(count) infinite bound\(count == 1 ? "" : "s"), \(rest)"
  }

  func restore(_ point: HomogeneousPoint) -> HomogeneousPoint {
    if count == 0 { return point }
    let arena = Arena()
    let slack = arena.vector(original.b.map { $0 * point.tau })
    original.A.multiplyAdd(-1, arena.vector(point.x), into: slack)
    var old = HomogeneousPoint(
      x: point.x, s: slack.array, z: [Double](repeating: 0, count: original.rowCount), tau: point.tau)
    for (new, row) in keptRows.enumerated() { (old.s[row], old.z[row]) = (point.s[new], point.z[new]) }
    return old
  }
}
