import LinearAlgebra

/// A convex conic program in the form every part of the package speaks:
///
///     minimize    ½ xᵀPx + qᵀx
///     subject to  Ax + s = b,  s ∈ K
///
/// with dual variable `z ∈ K*`; `K` is the product of `cones` in the order of the rows of `A`.
///
/// Shapes: `P` is `n × n` symmetric positive semidefinite, stored as its upper triangle; `q` has `n` entries; `A` is
/// `m × n`; `b` has `m`; the cone dimensions add up to `m`. The data is never changed, scaled or reordered in anything
/// that is reported back.
public struct ConicProblem: Sendable, Equatable {
  /// Upper triangle of the quadratic objective, `n × n`.
  public var P: SparseMatrix
  /// Linear objective, `n`.
  public var q: [Double]
  /// Constraint matrix, `m × n`.
  public var A: SparseMatrix
  /// Right-hand side, `m`.
  public var b: [Double]
  /// The factors of `K`, in row order.
  public var cones: [Cone]

  /// - Parameter P: upper triangle of the quadratic term; `nil` for a linear objective.
  public init(P: SparseMatrix? = nil, q: [Double], A: SparseMatrix, b: [Double], cones: [Cone]) {
    self.P = P ?? .zero(rows: q.count, columns: q.count)
    self.q = q
    self.A = A
    self.b = b
    self.cones = cones
  }

  /// Number of variables `n`.
  public var variableCount: Int { q.count }
  /// Number of rows `m`.
  public var rowCount: Int { b.count }
}

extension ConicProblem {
  /// Whether the other program differs in values only. Rows without coefficients count as part of the pattern when their right-hand side is
  /// zero: that is what makes semidefinite cones sparse.
  func hasPattern(of other: ConicProblem) -> Bool {
    hasArrays(of: other) && emptyRows == other.emptyRows
  }

  /// Whether values in the order of the other program's arrays mean the same here.
  func hasArrays(of other: ConicProblem) -> Bool {
    cones == other.cones && P.hasPattern(of: other.P) && A.hasPattern(of: other.A)
  }

  /// - Throws: `ProblemError.dimensionMismatch` unless there are as many values as in the other program.
  func expectCounts(of other: ConicProblem) throws(ProblemError) {
    for (name, found, expected) in [
      ("the number of values of P", P.values.count, other.P.values.count), ("the number of entries of q", q.count, other.q.count),
      ("the number of values of A", A.values.count, other.A.values.count), ("the number of entries of b", b.count, other.b.count),
    ] where found != expected { throw .dimensionMismatch(what: name, found: found, expected: expected) }
  }
}

extension SparseMatrix {
  fileprivate func hasPattern(of other: SparseMatrix) -> Bool {
    rows == other.rows && columns == other.columns && columnPointers == other.columnPointers && rowIndices == other.rowIndices
  }
}
