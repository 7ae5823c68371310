/// The largest program a reader admits. A header is a few bytes, so without a limit a damaged one could ask for more
/// memory than any machine has before the first coefficient is read.
enum SizeLimit {
  /// Rows, and columns, of the constraint matrix: 16.8 million. One dense vector of this length takes 128 MB; a single
  /// semidefinite block reaches it at order 5 792.
  static let dimension = 1 << 24

  /// Bytes of text that a compressed file may unfold to.
  static let textBytes = 1 << 31

  /// `total + extra`, or `nil` when it exceeds `dimension`. Both arguments are nonnegative.
  static func sum(_ total: Int, _ extra: Int) -> Int? {
    let (sum, overflow) = total.addingReportingOverflow(extra)
    return overflow || sum > dimension ? nil : sum
  }

  /// `k(k + 1)/2`, the entries of a triangle of order `k ≥ 0`, or `nil` when they exceed `dimension`.
  static func triangle(order k: Int) -> Int? {
    // Below the limit the product stays far from overflow.
    guard k <= dimension else { return nil }
    let count = k * (k + 1) / 2
    return count <= dimension ? count : nil
  }
}

/// Position of entry `(i, j)` of a symmetric matrix in its upper triangle taken column by column: 11 12 22 13 23 33.
/// Indices are zero-based and may come in either order.
func trianglePosition(_ i: Int, _ j: Int) -> Int {
  let (low, high) = i <= j ? (i, j) : (j, i)
  return high * (high + 1) / 2 + low
}
