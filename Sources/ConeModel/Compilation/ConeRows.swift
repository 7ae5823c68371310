import ConeSolver
import LinearAlgebra

/// The kinds of cone in the order in which a compiled problem lists them: all equalities as one zero cone, all
/// inequalities as one nonnegative cone, then each second-order cone, then each semidefinite one.
enum ConeKind: Int, Sendable, CaseIterable {
  case zero, nonnegative, secondOrder, positiveSemidefinite
}

/// Rows of `Ax + s = b` of one kind of cone, while they are being collected. Columns are still variable numbers.
struct ConeRows {
  /// `value · p[parameter]` at a place of `A`, or of `b` where `variable` is `nil`.
  struct ParametricEntry {
    let row: Int
    let variable: Int?
    let parameter: Int
    let value: Double
  }

  private(set) var entries: [SparseMatrix.Entry] = []
  private(set) var parametric: [ParametricEntry] = []
  private(set) var b: [Double] = []
  /// Dimension, or order, of each cone.
  private(set) var sizes: [Int] = []

  var count: Int { b.count }

  // A row states `s = Σ coefficient · x + constant`: the row of `A` is minus its coefficients, `b` its constant.

  /// Adds `weight` times terms, all of which are variables.
  mutating func add(_ weight: Double, _ terms: ArraySlice<Term>) {
    let row = b.count
    for term in terms { entries.append(SparseMatrix.Entry(row, term.variable, -weight * term.coefficient)) }
  }

  mutating func add(_ coefficient: Double, _ variable: Int) {
    entries.append(SparseMatrix.Entry(b.count, variable, -coefficient))
  }

  mutating func add(_ coefficient: Double, _ variable: Int, times parameter: Int) {
    parametric.append(ParametricEntry(row: b.count, variable: variable, parameter: parameter, value: -coefficient))
  }

  mutating func add(constant: Double, times parameter: Int) {
    parametric.append(ParametricEntry(row: b.count, variable: nil, parameter: parameter, value: constant))
  }

  mutating func endRow(constant: Double) {
    b.append(constant)
  }

  /// Closes a cone over the rows appended since the last one was closed.
  mutating func endCone(size: Int) {
    sizes.append(size)
  }

  /// The cones over all rows of the kind.
  func cones(of kind: ConeKind) -> [Cone] {
    switch kind {
    case .zero: count == 0 ? [] : [.zero(count)]
    case .nonnegative: count == 0 ? [] : [.nonnegative(count)]
    case .secondOrder: sizes.map { .secondOrder($0) }
    case .positiveSemidefinite: sizes.map { .positiveSemidefinite(order: $0) }
    }
  }
}

/// Consecutive rows of one kind.
struct RowRange: Sendable {
  let kind: ConeKind
  /// Within the kind.
  let rows: Range<Int>
}

/// Where a constraint's multipliers stand in `z`, and how its dual is read from them.
///
/// A dual is kept per entry of the constraint, so that `⟨dual, perturbation⟩` counts an entry off the diagonal of a
/// symmetric constraint twice.
struct DualPiece: Sendable {
  enum Reading: Sendable {
    /// One row for each entry.
    case entries(count: Int)
    /// One row for each entry `i ≤ j`; the multiplier of an off-diagonal pair is shared by its two entries.
    case triangle(order: Int)
    /// A semidefinite block: off-diagonal rows carry √2.
    case scaledTriangle(order: Int)
    /// One row for each entry `i < j`, shared by its two entries.
    case aboveDiagonal(order: Int)
    /// Rows `(t + s, t − s, 2v)` of `(t, s, v)`.
    case rotated(count: Int)
    /// The multiplier of one entry: `Σ weight · z[row]`.
    case weighted(entry: Int, [(row: Int, weight: Double)])
  }

  let kind: ConeKind
  /// First row within its kind; of a weighted reading, what its rows are counted from.
  let start: Int
  let reading: Reading
  /// The sign of the rows: −1 where they state minus the entries.
  var sign = 1.0

  /// Adds `factor` times the multipliers to the dual; `z` begins at the first row of the piece.
  func accumulate(_ factor: Double, _ z: ArraySlice<Double>, into dual: inout [Double]) {
    let first = z.startIndex
    let factor = sign * factor
    switch reading {
    case .entries(let count):
      for i in 0..<count { dual[i] += factor * z[first + i] }
    case .triangle(let order):
      let weights = triangleWeights(order: order, offDiagonal: 0.5)
      for (i, weight) in weights.enumerated() { dual[i] += factor * weight * z[first + i] }
    case .scaledTriangle(let order):
      let weights = triangleWeights(order: order, offDiagonal: 0.5.squareRoot())
      for (i, weight) in weights.enumerated() { dual[i] += factor * weight * z[first + i] }
    case .aboveDiagonal(let order):
      var row = first
      Triangle.forEach(order: order) { position, i, j in
        guard i < j else { return }
        dual[position] += factor * 0.5 * z[row]
        row += 1
      }
    case .rotated(let count):
      dual[0] += factor * (z[first] + z[first + 1])
      dual[1] += factor * (z[first] - z[first + 1])
      for i in 2..<count { dual[i] += factor * 2 * z[first + i] }
    case .weighted(let entry, let rows):
      for (row, weight) in rows { dual[entry] += factor * weight * z[first + row] }
    }
  }
}
