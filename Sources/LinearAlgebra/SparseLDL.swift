import CCHOLMOD

/// Sparse `LDLᵀ` factors of symmetric quasidefinite matrices of one pattern, by CHOLMOD's simplicial method.
///
/// Only CHOLMOD's Utility and Cholesky (and, for the ordering, Partition) modules are called, all of them LGPL; see
/// docs/licences.md. A quasidefinite matrix `[E Bᵀ; B −F]`, `E, F ≻ 0`, has an `LDLᵀ` under every symmetric permutation
/// (R. J. Vanderbei, "Symmetric quasidefinite matrices", SIAM J. Optim. 5, 1995), so the ordering is chosen for fill only.
public final class SparseLDL {
  /// Values of CHOLMOD's C macros, which do not import.
  private enum Constant {
    static let factoredSystem: Int32 = 0  // CHOLMOD_A
    static let simplicial: Int32 = 0  // CHOLMOD_SIMPLICIAL
    static let real: Int32 = 1  // CHOLMOD_REAL
    static let long: Int32 = 2  // CHOLMOD_LONG
    static let double: Int32 = 0  // CHOLMOD_DOUBLE
    static let ok: Int32 = 0  // CHOLMOD_OK
  }

  public let order: Int
  /// Entries of `L`, diagonal included.
  public let factorNonzeros: Double
  /// Floating-point operations of one factorisation.
  public let flops: Double

  private let common: UnsafeMutablePointer<cholmod_common>
  private var matrix = cholmod_sparse()
  private var factor: UnsafeMutablePointer<cholmod_factor>?
  private let pointers: UnsafeMutableBufferPointer<Int>
  private let indices: UnsafeMutableBufferPointer<Int>
  private let arena = Arena()
  /// Numerical values of the upper triangle, in the order of the pattern; written by the caller before `factorize()`.
  public let values: VectorView
  private var rightHandSide: cholmod_dense
  private var solution: UnsafeMutablePointer<cholmod_dense>?
  private var workY: UnsafeMutablePointer<cholmod_dense>?
  private var workE: UnsafeMutablePointer<cholmod_dense>?
  private let rhs: VectorView

  /// Orders and analyses the pattern of `upper`, the upper triangle of a symmetric matrix with a full diagonal.
  /// - Parameter minimumPivot: pivots smaller in modulus are replaced by `±minimumPivot`.
  /// - Returns: `nil` when CHOLMOD ran out of memory.
  public init?(upper: SparseMatrix, minimumPivot: Double) {
    order = upper.rows
    common = .allocate(capacity: 1)
    common.initialize(to: cholmod_common())
    cholmod_l_start(common)
    common.pointee.supernodal = Constant.simplicial
    common.pointee.final_ll = 0
    common.pointee.final_asis = 1
    common.pointee.dbound = minimumPivot
    common.pointee.print = 0
    common.pointee.quick_return_if_not_posdef = 0
    pointers = .allocate(capacity: upper.columns + 1)
    _ = pointers.initialize(from: upper.columnPointers)
    indices = .allocate(capacity: max(1, upper.nonzeros))
    _ = indices.initialize(from: upper.rowIndices)
    values = arena.vector(upper.values)
    rhs = arena.vector(upper.rows)
    rightHandSide = cholmod_dense()
    rightHandSide.nrow = upper.rows
    rightHandSide.ncol = 1
    rightHandSide.nzmax = upper.rows
    rightHandSide.d = upper.rows
    rightHandSide.x = UnsafeMutableRawPointer(rhs.baseAddress)
    rightHandSide.xtype = Constant.real
    rightHandSide.dtype = Constant.double

    matrix.nrow = upper.rows
    matrix.ncol = upper.columns
    matrix.nzmax = upper.nonzeros
    matrix.p = UnsafeMutableRawPointer(pointers.baseAddress)
    matrix.i = UnsafeMutableRawPointer(indices.baseAddress)
    matrix.x = UnsafeMutableRawPointer(values.baseAddress)
    matrix.stype = 1
    matrix.itype = Constant.long
    matrix.xtype = Constant.real
    matrix.dtype = Constant.double
    matrix.sorted = 1
    matrix.packed = 1
    factor = cholmod_l_analyze(&matrix, common)
    factorNonzeros = common.pointee.lnz
    flops = common.pointee.fl
    if factor == nil { return nil }
  }

  deinit {
    cholmod_l_free_factor(&factor, common)
    cholmod_l_free_dense(&solution, common)
    cholmod_l_free_dense(&workY, common)
    cholmod_l_free_dense(&workE, common)
    cholmod_l_finish(common)
    common.deallocate()
    pointers.deallocate()
    indices.deallocate()
  }

  /// Factors the matrix now in `values`.
  /// - Returns: false when a pivot was exactly zero or memory ran out.
  public func factorize() -> Bool {
    cholmod_l_factorize(&matrix, factor, common) != 0 && common.pointee.status >= Constant.ok
  }

  /// The most negative pivot of `D` in the last factorisation, with its row in the user's order.
  public var leastPivot: (value: Double, row: Int) {
    guard order > 0, let factor, let p = factor.pointee.p, let x = factor.pointee.x, let perm = factor.pointee.Perm else {
      return (.infinity, -1)
    }
    let starts = p.assumingMemoryBound(to: Int.self)
    let entries = x.assumingMemoryBound(to: Double.self)
    let permutation = perm.assumingMemoryBound(to: Int.self)
    var least = (value: Double.infinity, row: -1)
    for j in 0..<order where entries[starts[j]] < least.value { least = (entries[starts[j]], permutation[j]) }
    return least
  }

  /// The fill-reducing order: entry `k` is the row that is eliminated as the `k`-th.
  public var permutation: [Int] {
    guard order > 0, let perm = factor?.pointee.Perm else { return [] }
    return Array(UnsafeBufferPointer(start: perm.assumingMemoryBound(to: Int.self), count: order))
  }

  /// Solves with the last factor: `x ← M⁻¹x`.
  public func solve(_ x: VectorView) {
    guard order > 0 else { return }
    rhs.copy(x)
    let done = cholmod_l_solve2(
      Constant.factoredSystem, factor, &rightHandSide, nil, &solution, nil, &workY, &workE, common)
    guard done != 0, let values = solution?.pointee.x else {
      x.fill(.nan)
      return
    }
    x.copy(VectorView(start: values.assumingMemoryBound(to: Double.self), count: order))
  }
}
