import LinearAlgebra

/// The products `(z/s)aaᵀ` of nonnegative rows `a` that meet many variables, all together as one dense product `BᵀB`: a row with a sixth
/// of all entries is cheaper so than entry by entry.
final class DenseRowProducts {
  private let rows: [(cone: NonnegativeCone, row: Int)]
  private let isDense: [Bool]
  private let transposed: SparseMatrix
  private let arena = Arena()
  /// `B`, one row for each of `rows`.
  private let scaled: VectorView

  /// - Parameter transposed: `Aᵀ`.
  init(_ transposed: SparseMatrix, cones: [any SymmetricCone]) {
    self.transposed = transposed
    let n = transposed.rows
    var rows: [(NonnegativeCone, Int)] = []
    var isDense = [Bool](repeating: false, count: transposed.columns)
    for case let cone as NonnegativeCone in cones {
      for row in cone.rows
      where Self.isDense(entries: transposed.columnPointers[row + 1] - transposed.columnPointers[row], variables: n) {
        rows.append((cone, row))
        isDense[row] = true
      }
    }
    self.rows = rows
    self.isDense = isDense
    scaled = arena.vector(rows.count * n)
  }

  /// Seconds for the product of a row with itself, entry by entry or as part of a dense one.
  static func seconds(entries: Int, variables n: Int) -> Double {
    min(Double(entries) * Double(entries) / 2 * Tuning.gatherOperation, Double(n) * Double(n) * Tuning.denseFlop)
  }

  private static func isDense(entries: Int, variables n: Int) -> Bool {
    seconds(entries: entries, variables: n) < Double(entries) * Double(entries) / 2 * Tuning.gatherOperation
  }

  func contains(_ row: Int) -> Bool { isDense[row] }

  /// Adds the products to the lower triangle of `M`.
  func accumulate(into M: VectorView) {
    guard !rows.isEmpty else { return }
    for (index, (cone, row)) in rows.enumerated() {
      let root = (1 / cone.scaling[row - cone.rows.lowerBound]).squareRoot()
      for entry in transposed.columnPointers[row]..<transposed.columnPointers[row + 1] {
        scaled[index + transposed.rowIndices[entry] * rows.count] = root * transposed.values[entry]
      }
    }
    Dense.gram(1, scaled, 1, into: M, n: transposed.rows, k: rows.count, lower: true)
  }
}
