import ConeSolver
import LinearAlgebra

/// The kinds of cone in the order in which a compiled problem lists them: all equalities as one zero cone, all
/// inequalities as one nonnegative cone, then each second-order cone, then each semidefinite one.
enum ConeKind: Int, Sendable, CaseIterable {
  case zero, nonnegative, secondOrder, positiveSemidefinite
}

/// Rows of `Ax + s = b` of one kind of cone, while they are being collected. Columns are still variable numbers.
struct ConeRows {
  private(set) var entries: [SparseMatrix.Entry] = []
  private(set) var b: [Double] = []
  /// Dimension, or order, of each cone.
  private(set) var sizes: [Int] = []

  var count: Int { b.count }

  /// States `s = weight · (row of rows)`: the row of `A` is minus its coefficients, `b` its constant.
  mutating func append(_ weight: Double, _ row: Int, of rows: AffineRows) {
    for term in rows.terms(row) {
      entries.append(SparseMatrix.Entry(b.count, term.variable, -weight * term.coefficient))
    }
    b.append(weight * rows.constant(row))
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
    /// The multiplier of a curved scalar constraint: `Σ weights[k] · z[k]`.
    case multiplier(weights: [Double], rowCount: Int)
  }

  let kind: ConeKind
  /// First row within its kind.
  let start: Int
  let reading: Reading

  var rowCount: Int {
    switch reading {
    case .entries(let count): count
    case .triangle(let order), .scaledTriangle(let order): Triangle.count(order: order)
    case .aboveDiagonal(let order): Triangle.count(order: order) - order
    case .multiplier(_, let rowCount): rowCount
    }
  }

  /// Adds `factor` times the multipliers to the dual; `z` begins at the first row of the piece.
  func accumulate(_ factor: Double, _ z: ArraySlice<Double>, into dual: inout [Double]) {
    let first = z.startIndex
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
    case .multiplier(let weights, _):
      for (k, weight) in weights.enumerated() { dual[0] += factor * weight * z[first + k] }
    }
  }
}
