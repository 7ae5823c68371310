import COpenBLAS

/// BLAS and LAPACK on column-major views. Every matrix is contiguous: leading dimension = number of rows.
public enum Dense {
  /// `C ← α·op(A)·op(B) + β·C` with `op(A)` of shape `m × k` and `op(B)` of shape `k × n`. 2mnk flops.
  public static func multiply(
    _ alpha: Double, _ A: VectorView, transposeA: Bool = false, _ B: VectorView, transposeB: Bool = false,
    _ beta: Double = 0, into C: VectorView, m: Int, n: Int, k: Int
  ) {
    guard m > 0, n > 0 else { return }
    cblas_dgemm(
      CblasColMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), alpha, A.baseAddress, blasint(max(1, transposeA ? k : m)),
      B.baseAddress, blasint(max(1, transposeB ? n : k)), beta, C.baseAddress, blasint(m))
  }

  /// `y ← y + Ax`, for `A` with as many rows as `y` has entries. 2mn flops.
  public static func multiplyAdd(_ A: UnsafeBufferPointer<Double>, _ x: UnsafeBufferPointer<Double>, into y: VectorView) {
    guard !x.isEmpty, !y.isEmpty else { return }
    let m = blasint(y.count)
    cblas_dgemv(CblasColMajor, CblasNoTrans, m, blasint(x.count), 1, A.baseAddress, m, x.baseAddress, 1, 1, y.baseAddress, 1)
  }

  /// Upper, or lower, triangle of `C ← α·AᵀA + β·C`, `A` of shape `k × n`. n²k flops.
  public static func gram(
    _ alpha: Double, _ A: VectorView, _ beta: Double, into C: VectorView, n: Int, k: Int, lower: Bool = false
  ) {
    guard n > 0 else { return }
    cblas_dsyrk(
      CblasColMajor, lower ? CblasLower : CblasUpper, CblasTrans, blasint(n), blasint(k), alpha, A.baseAddress, blasint(max(1, k)), beta,
      C.baseAddress, blasint(n))
  }

  /// Cholesky factor in place of the lower triangle, `A = LLᵀ`; the strict upper triangle is left alone. n³/3 flops.
  /// - Returns: 0 on success, else the one-based order of the leading minor that is not positive definite; `n` for a NaN.
  public static func choleskyLower(_ A: VectorView, order n: Int) -> Int {
    guard n > 0 else { return 0 }
    let info = Int(LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), Int32(n), A.baseAddress, Int32(n)))
    // No comparison stops a NaN, but it spreads to the last pivot.
    return info == 0 && A[n * n - 1].isNaN ? n : info
  }

  /// Lower triangle of `A⁻¹ = L⁻ᵀL⁻¹` in place of the Cholesky factor `L`. 2n³/3 flops.
  public static func invertFromCholeskyLower(_ L: VectorView, order n: Int) {
    guard n > 0 else { return }
    _ = LAPACKE_dpotri_work(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), Int32(n), L.baseAddress, Int32(n))
  }

  /// Lower triangle of `L⁻¹AL⁻ᵀ` in place of that of the symmetric `A`. n³ flops.
  public static func reduceByCholeskyLower(_ A: VectorView, _ L: VectorView, order n: Int) {
    guard n > 0 else { return }
    _ = LAPACKE_dsygst_work(
      LAPACK_COL_MAJOR, 1, CChar(UInt8(ascii: "L")), Int32(n), A.baseAddress, Int32(n), L.baseAddress, Int32(n))
  }

  /// `B ← L⁻¹B`, or `L⁻ᵀB` with `transpose`; `L` lower triangular of order `n`, `B` of shape `n × columns`.
  public static func solveLower(_ L: VectorView, transpose: Bool = false, _ B: VectorView, order n: Int, columns: Int) {
    guard n > 0, columns > 0 else { return }
    cblas_dtrsm(
      CblasColMajor, CblasLeft, CblasLower, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit, blasint(n),
      blasint(columns), 1, L.baseAddress, blasint(n), B.baseAddress, blasint(n))
  }

  /// `B ← op(L)·B` for lower-triangular `L` of order `n` and `B` of shape `n × columns`.
  public static func multiplyLower(
    _ L: VectorView, transpose: Bool = false, _ B: VectorView, order n: Int, columns: Int
  ) {
    guard n > 0, columns > 0 else { return }
    cblas_dtrmm(
      CblasColMajor, CblasLeft, CblasLower, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit, blasint(n),
      blasint(columns), 1, L.baseAddress, blasint(n), B.baseAddress, blasint(n))
  }

  /// `v ← L⁻¹v`, or `L⁻ᵀv` with `transpose`, for one vector. n² flops.
  public static func solveLower(_ L: VectorView, transpose: Bool = false, _ v: VectorView) {
    let n = blasint(v.count)
    guard n > 0 else { return }
    cblas_dtrsv(
      CblasColMajor, CblasLower, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit, n, L.baseAddress, n, v.baseAddress, 1)
  }

  /// `y ← Av` for the symmetric matrix whose lower triangle is in `A`. 2n² flops.
  public static func symmetricMultiply(_ A: VectorView, _ v: VectorView, into y: VectorView) {
    let n = blasint(v.count)
    guard n > 0 else { return }
    cblas_dsymv(CblasColMajor, CblasLower, n, 1, A.baseAddress, n, v.baseAddress, 1, 0, y.baseAddress, 1)
  }

  /// `B ← Aᵀ` for a square matrix.
  public static func transpose(_ A: VectorView, into B: VectorView, order n: Int) {
    guard n > 0 else { return }
    cblas_domatcopy(CblasColMajor, CblasTrans, blasint(n), blasint(n), 1, A.baseAddress, blasint(n), B.baseAddress, blasint(n))
  }

  /// Copies the lower triangle onto the upper one.
  public static func symmetrizeFromLower(_ A: VectorView, order n: Int) {
    forEachTile(n) { i, j in A[j + i * n] = A[i + j * n] }
  }

  /// Copies the upper triangle onto the lower one.
  public static func symmetrizeFromUpper(_ A: VectorView, order n: Int) {
    forEachTile(n) { i, j in A[i + j * n] = A[j + i * n] }
  }

  /// Visits `(i, j)`, `j < i < n`, in square tiles, so that both `A[i + jn]` and `A[j + in]` stay in cache.
  @inline(__always)
  private static func forEachTile(_ n: Int, _ body: (_ i: Int, _ j: Int) -> Void) {
    let tile = 32
    for jj in stride(from: 0, to: n, by: tile) {
      for ii in stride(from: jj, to: n, by: tile) {
        for j in jj..<min(n, jj + tile) {
          for i in max(ii, j + 1)..<max(min(n, ii + tile), max(ii, j + 1)) { body(i, j) }
        }
      }
    }
  }

  /// Threads the dense kernels may use.
  public static func setThreads(_ count: Int) { openblas_set_num_threads(Int32(count)) }

  /// Threads the dense kernels use at most.
  public static var threads: Int { Int(openblas_get_num_threads()) }

  /// The kernel family in use, such as "Haswell" or "SkylakeX".
  public static var coreName: String { String(cString: openblas_get_corename()) }
}

/// Eigenvalues, and on request eigenvectors, of symmetric matrices of one order; workspaces are made once.
public final class SymmetricEigensolver {
  public let order: Int
  private let arena = Arena()
  private let work: VectorView
  private let integerWork: UnsafeMutableBufferPointer<Int32>
  /// Ascending eigenvalues of the last matrix.
  public let eigenvalues: VectorView

  /// - Parameter vectors: whether eigenvectors will ever be wanted, which decides the workspace.
  public init(order n: Int, vectors: Bool) {
    order = n
    eigenvalues = arena.vector(n)
    var size = 0.0
    var integerSize: Int32 = 0
    _ = LAPACKE_dsyevd_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: vectors ? "V" : "N")), CChar(UInt8(ascii: "U")), Int32(n), nil,
      Int32(max(1, n)), nil, &size, -1, &integerSize, -1)
    work = arena.vector(max(1, Int(size)))
    integerWork = .allocate(capacity: max(1, Int(integerSize)))
  }

  deinit { integerWork.deallocate() }

  /// Decomposes the symmetric matrix whose upper triangle is in `A`, destroying it; with `vectors` the columns of `A`
  /// become orthonormal eigenvectors. About 4n³/3 flops for values, 9n³ with vectors.
  /// - Returns: false when LAPACK did not converge or met a NaN.
  @discardableResult
  public func decompose(_ A: VectorView, vectors: Bool = false) -> Bool {
    guard order > 0 else { return true }
    let info = LAPACKE_dsyevd_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: vectors ? "V" : "N")), CChar(UInt8(ascii: "U")), Int32(order),
      A.baseAddress, Int32(order), eigenvalues.baseAddress, work.baseAddress, Int32(work.count),
      integerWork.baseAddress, Int32(integerWork.count))
    return info == 0 && eigenvalues[0].isFinite && eigenvalues[order - 1].isFinite
  }
}

/// Singular value decomposition of square matrices of one order; workspaces are made once.
public final class SquareSVD {
  public let order: Int
  private let arena = Arena()
  private let work: VectorView
  private let integerWork: UnsafeMutableBufferPointer<Int32>
  /// Left singular vectors, columns, of the last matrix.
  public let U: VectorView
  /// Transposed right singular vectors of the last matrix.
  public let VT: VectorView
  /// Descending singular values of the last matrix.
  public let singularValues: VectorView

  public init(order n: Int) {
    order = n
    U = arena.vector(n * n)
    VT = arena.vector(n * n)
    singularValues = arena.vector(n)
    integerWork = .allocate(capacity: max(1, 8 * n))
    var size = 0.0
    _ = LAPACKE_dgesdd_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "A")), Int32(n), Int32(n), nil, Int32(max(1, n)), nil, nil,
      Int32(max(1, n)), nil, Int32(max(1, n)), &size, -1, nil)
    work = arena.vector(max(1, Int(size)))
  }

  deinit { integerWork.deallocate() }

  /// `A = U·diag(σ)·VT`, destroying `A`. About 22n³ flops.
  /// - Returns: false when LAPACK did not converge or met a NaN.
  public func decompose(_ A: VectorView) -> Bool {
    guard order > 0 else { return true }
    let n = Int32(order)
    let info = LAPACKE_dgesdd_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "A")), n, n, A.baseAddress, n, singularValues.baseAddress, U.baseAddress, n,
      VT.baseAddress, n, work.baseAddress, Int32(work.count), integerWork.baseAddress)
    return info == 0 && singularValues[0].isFinite
  }
}
