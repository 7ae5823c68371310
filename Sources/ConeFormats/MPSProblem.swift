import ConeSolver
import LinearAlgebra

/// The way from an MPS instance to `Ax + s = b, s ∈ K`.
///
/// The columns are those of the file. The rows are, in this order,
///
///     aᵢᵀx + s = r,  xⱼ + s = v,  s = 0       equality rows, then fixed columns
///     −aᵢᵀx + s = −l,  aᵢᵀx + s = u,  s ≥ 0   inequality rows, then the bounds of the columns
///
/// each in the order of the file and the lower side before the upper one; sides at infinity have no row.
extension MPSInstance {
  func imported() -> ImportedProblem {
    let rowSides = (0..<rows.count).map(interval(ofRow:))
    let columnSides = bounds.map(\.interval)
    var map = MPSRows(rowNames: rows.names, columnNames: columns.names)
    let rowPlaces = map.appendEqualities(rowSides, kind: .row)
    let columnPlaces = map.appendEqualities(columnSides, kind: .column)
    let equalities = map.b.count
    let places = map.appendInequalities(rowSides, kind: .row, after: rowPlaces)
    let boundPlaces = map.appendInequalities(columnSides, kind: .column, after: columnPlaces)

    let sign = objectiveSense == .minimize ? 1.0 : -1.0
    var q = [Double](repeating: 0, count: columns.count)
    var entries: [SparseMatrix.Entry] = []
    entries.reserveCapacity(coefficients.count + map.b.count)
    for k in 0..<coefficients.count where coefficients.values[k] != 0 {
      let (i, j, value) = (coefficients.rows[k], coefficients.columns[k], coefficients.values[k])
      if i == objectiveRow { q[j] = sign * value }
      places[i].addEntries(value, column: j, to: &entries)
    }
    for (j, place) in boundPlaces.enumerated() { place.addEntries(1, column: j, to: &entries) }

    var cones: [Cone] = []
    if equalities > 0 { cones.append(.zero(equalities)) }
    if map.b.count > equalities { cones.append(.nonnegative(map.b.count - equalities)) }
    let P = (0..<quadratic.count).compactMap { k in
      quadratic.values[k] == 0
        ? nil : SparseMatrix.Entry(quadratic.rows[k], quadratic.columns[k], sign * quadratic.values[k])
    }
    let problem = ConicProblem(
      P: SparseMatrix(rows: q.count, columns: q.count, entries: P), q: q,
      A: SparseMatrix(rows: map.b.count, columns: q.count, entries: entries), b: map.b, cones: cones)
    return ImportedProblem(
      problem: problem, objectiveSense: objectiveSense,
      objectiveConstant: objectiveRow.map { 0 - rightHandSides[$0] } ?? 0, format: .mps,
      scalarVariableCount: q.count, matrixVariableOrders: [], variableNames: columns.names, rowNames: map.names)
  }
}

/// Where the sides of a row or column of the file went; `nil` for a side at infinity.
private struct MPSPlace {
  /// The row of `A` that says `s = aᵀx − l`.
  var lower: Int?
  /// The row of `A` that says `s = u − aᵀx`; of an equality too.
  var upper: Int?

  func addEntries(_ value: Double, column: Int, to entries: inout [SparseMatrix.Entry]) {
    if let lower { entries.append(.init(lower, column, -value)) }
    if let upper { entries.append(.init(upper, column, value)) }
  }
}

/// `b` and the names of its rows, as they accumulate.
private struct MPSRows {
  enum Kind { case row, column }

  let rowNames: [String]
  let columnNames: [String]
  private(set) var b: [Double] = []
  private(set) var names: [String] = []

  init(rowNames: [String], columnNames: [String]) { (self.rowNames, self.columnNames) = (rowNames, columnNames) }

  mutating func appendEqualities(_ sides: [MPSInterval], kind: Kind) -> [MPSPlace] {
    sides.indices.map { k in sides[k].isPoint ? MPSPlace(upper: append(sides[k].upper, kind, k)) : MPSPlace() }
  }

  mutating func appendInequalities(_ sides: [MPSInterval], kind: Kind, after places: [MPSPlace]) -> [MPSPlace] {
    var places = places
    for k in sides.indices where !sides[k].isPoint {
      // 0 − l, for −l would make a negative zero.
      if sides[k].lower.isFinite { places[k].lower = append(0 - sides[k].lower, kind, k) }
      if sides[k].upper.isFinite { places[k].upper = append(sides[k].upper, kind, k) }
    }
    return places
  }

  private mutating func append(_ value: Double, _ kind: Kind, _ k: Int) -> Int {
    b.append(value + 0)
    names.append(kind == .row ? rowNames[k] : columnNames[k])
    return b.count - 1
  }
}
