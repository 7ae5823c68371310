/// Sparse `LDLᵀ` factors, `D` diagonal, of symmetric quasidefinite matrices of one pattern.
///
/// A quasidefinite matrix `[E Bᵀ; B −F]`, `E, F ≻ 0`, has such a factor under every symmetric permutation
/// (R. J. Vanderbei, "Symmetric quasidefinite matrices", SIAM J. Optim. 5, 1995), so the ordering is chosen for fill only
/// (`FillReducingOrdering`) and no pivot is moved. Columns of equal structure are eliminated together by dense kernels
/// (`SupernodePartition`, `SupernodalFactor`).
///
/// Results are the same at every run with one number of BLAS threads.
public final class SparseLDL {
  public let order: Int
  /// Entries of `L`, diagonal included, and the explicit zeros of merged columns.
  public let factorNonzeros: Double
  /// Floating-point operations of one factorisation: the sum of the squares of the columns' entries.
  public let flops: Double
  /// Numerical values of the upper triangle, in the order of the pattern; written by the caller before `factorize()`.
  public let values: VectorView
  /// Pivots that the last factorisation replaced.
  public private(set) var replacedPivots = 0

  private let arena = Arena()
  private let minimumPivot: Double
  private let factor: SupernodalFactor
  /// Expected signs of the pivots in the order of elimination.
  private let signs: UnsafeMutablePointer<Int8>?

  /// Orders and analyses the pattern of `upper`, the upper triangle of a symmetric matrix with a full diagonal.
  /// - Parameters:
  ///   - minimumPivot: pivots smaller in modulus are replaced by `±minimumPivot`, with the expected sign or else their own.
  ///   - signs: `+1` or `−1` for each row, the expected sign of its pivot: one of the other sign is replaced as well.
  /// - Returns: `nil` when memory ran out.
  public init?(upper: SparseMatrix, minimumPivot: Double, signs: [Int8]? = nil) {
    precondition(signs == nil || signs!.count == upper.rows, "one sign per row")
    guard let ordering = FillReducingOrdering(upper: upper) else { return nil }
    let partition = SupernodePartition(upper: upper, ordering: ordering)
    let structure = SupernodalStructure(upper: upper, partition: partition)
    guard let factor = SupernodalFactor(structure) else { return nil }
    self.factor = factor
    self.minimumPivot = minimumPivot
    order = upper.rows
    factorNonzeros = structure.nonzeros
    flops = structure.flops
    values = arena.vector(upper.values)
    self.signs = signs.map { signs in
      let ordered = UnsafeMutablePointer<Int8>.allocate(capacity: max(1, signs.count))
      for (k, row) in partition.permutation.enumerated() { ordered[k] = signs[row] }
      return ordered
    }
  }

  deinit { signs?.deallocate() }

  /// Factors the matrix now in `values`.
  /// - Returns: false when a pivot was zero or not finite.
  public func factorize() -> Bool {
    guard order > 0, let entries = values.baseAddress else { return true }
    var pivoting = PanelKernels.Pivoting(minimum: minimumPivot, signs: signs.map { UnsafePointer($0) })
    factor.factor(entries, &pivoting)
    replacedPivots = pivoting.replaced
    return !pivoting.failed
  }

  /// The pivots `D` of the last factorisation, by the rows of the matrix.
  public var pivots: [Double] {
    var list = [Double](repeating: 0, count: order)
    for k in 0..<order { list[Int(factor.structure.permutation[k])] = factor.pivots[k] }
    return list
  }

  /// The most negative pivot of the last factorisation with its row; a NaN counts as such.
  public var leastPivot: (value: Double, row: Int) {
    var least = (value: Double.infinity, row: -1)
    for (row, pivot) in pivots.enumerated() {
      if pivot.isNaN { return (pivot, row) }
      if pivot < least.value { least = (pivot, row) }
    }
    return least
  }

  /// Solves with the last factor: `x ← M⁻¹x`.
  public func solve(_ x: VectorView) {
    guard order > 0, let entries = x.baseAddress else { return }
    factor.solve(entries)
  }
}
