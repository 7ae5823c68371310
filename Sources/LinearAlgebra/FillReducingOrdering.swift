import CCHOLMOD

/// A symmetric permutation that keeps the factor of a sparse matrix sparse, by CHOLMOD's symbolic analysis.
///
/// Minimum degree (AMD) is tried first. Where it leaves many operations (500 per entry of `L`, and five entries of `L` per
/// entry of the matrix) nested dissection (METIS) competes and the smaller factor wins: the rule of CHOLMOD's default
/// strategy, which keeps the analysis of small matrices cheap. The order is a postorder of the elimination tree.
///
/// Only CHOLMOD's Utility, Cholesky and Partition modules are called, all of them LGPL; see docs/licences.md.
struct FillReducingOrdering {
  /// `permutation[k]` is the row of the matrix that is eliminated as number `k`.
  let permutation: [Int]
  /// Entries in each column of the permuted factor, diagonal included.
  let columnCounts: [Int]

  /// Values of CHOLMOD's C macros, which do not import.
  private enum Constant {
    static let simplicial: Int32 = 0  // CHOLMOD_SIMPLICIAL
    static let pattern: Int32 = 0  // CHOLMOD_PATTERN
    static let long: Int32 = 2  // CHOLMOD_LONG
    static let double: Int32 = 0  // CHOLMOD_DOUBLE
  }

  /// - Parameter upper: the upper triangle of a symmetric pattern.
  /// - Returns: `nil` when CHOLMOD ran out of memory.
  init?(upper: SparseMatrix) {
    let order = upper.rows
    var common = cholmod_common()
    cholmod_l_start(&common)
    defer { cholmod_l_finish(&common) }
    common.supernodal = Constant.simplicial
    common.print = 0
    var matrix = cholmod_sparse()
    matrix.nrow = order
    matrix.ncol = order
    matrix.nzmax = upper.nonzeros
    matrix.stype = 1
    matrix.itype = Constant.long
    matrix.xtype = Constant.pattern
    matrix.dtype = Constant.double
    matrix.sorted = 1
    matrix.packed = 1
    var factor = upper.columnPointers.withUnsafeBytes { pointers in
      upper.rowIndices.withUnsafeBytes { indices in
        matrix.p = UnsafeMutableRawPointer(mutating: pointers.baseAddress)
        matrix.i = UnsafeMutableRawPointer(mutating: indices.baseAddress)
        return cholmod_l_analyze(&matrix, &common)
      }
    }
    guard let analysis = factor?.pointee, let rows = analysis.Perm, let counts = analysis.ColCount else { return nil }
    permutation = Array(UnsafeBufferPointer(start: rows.assumingMemoryBound(to: Int.self), count: order))
    columnCounts = Array(UnsafeBufferPointer(start: counts.assumingMemoryBound(to: Int.self), count: order))
    cholmod_l_free_factor(&factor, &common)
  }
}
