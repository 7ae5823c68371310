import COpenBLAS

/// The dense kernels that data reduction and certificates need, over BLAS and LAPACK.
///
/// Nothing here is trusted by a proof beyond what is said: products obey the classical bound
/// `|fl(AB) − AB| ≤ γ_k |A||B|` in any order of summation, and the decompositions only propose numbers whose
/// consequences are bounded afterwards.
enum DenseKernels {
  /// `op(A)·op(B)`, with `op` the identity or the transpose.
  static func product(
    _ A: DenseMatrix, _ B: DenseMatrix, transposeA: Bool = false, transposeB: Bool = false
  ) -> DenseMatrix {
    let m = transposeA ? A.columns : A.rows
    let k = transposeA ? A.rows : A.columns
    let n = transposeB ? B.rows : B.columns
    precondition(k == (transposeB ? B.columns : B.rows), "inner dimensions differ")
    var C = DenseMatrix(rows: m, columns: n)
    guard m > 0, n > 0, k > 0 else { return C }
    cblas_dgemm(
      CblasColMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      Int32(m), Int32(n), Int32(k), 1, A.values, Int32(A.rows), B.values, Int32(B.rows), 0, &C.values, Int32(m))
    return C
  }

  /// Eigenvalues in increasing order and eigenvectors as columns of a symmetric matrix (its lower triangle is read);
  /// `nil` when LAPACK does not converge.
  static func symmetricEigen(_ A: DenseMatrix) -> (values: [Double], vectors: DenseMatrix)? {
    let n = A.rows
    guard n > 0 else { return ([], A) }
    var vectors = A
    var values = [Double](repeating: 0, count: n)
    let info = LAPACKE_dsyevd(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")), Int32(n), &vectors.values, Int32(n),
      &values)
    return info == 0 ? (values, vectors) : nil
  }

  /// Singular values in decreasing order and right singular vectors as columns (`A.columns × min(rows, columns)`);
  /// `nil` when LAPACK does not converge.
  static func rightSingularVectors(_ A: DenseMatrix) -> (values: [Double], vectors: DenseMatrix)? {
    singularValues(A).map { ($0.values, $0.right) }
  }

  /// The thin decomposition `A = left · Diag(values) · rightᵀ`, values in decreasing order, `k = min(rows, columns)` columns in
  /// `left` and `right`; `nil` when LAPACK does not converge.
  static func singularValues(_ A: DenseMatrix) -> (left: DenseMatrix, values: [Double], right: DenseMatrix)? {
    let k = min(A.rows, A.columns)
    var left = DenseMatrix(rows: A.rows, columns: k)
    guard k > 0 else { return (left, [], DenseMatrix(rows: A.columns, columns: 0)) }
    var work = A.values
    var values = [Double](repeating: 0, count: k)
    var rightT = DenseMatrix(rows: k, columns: A.columns)
    let info = LAPACKE_dgesdd(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "S")), Int32(A.rows), Int32(A.columns), &work, Int32(A.rows), &values,
      &left.values, Int32(A.rows), &rightT.values, Int32(k))
    return info == 0 ? (left, values, rightT.transposed) : nil
  }

  /// `A⁻¹B` for a symmetric `A` (its lower triangle is read); `nil` when it is not positive definite in double precision.
  static func solvePositiveDefinite(_ A: DenseMatrix, _ B: DenseMatrix) -> DenseMatrix? {
    guard A.rows > 0, B.columns > 0 else { return B }
    var (factor, X) = (A, B)
    let info = LAPACKE_dposv(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), Int32(A.rows), Int32(B.columns), &factor.values, Int32(A.rows), &X.values,
      Int32(A.rows))
    return info == 0 ? X : nil
  }

  /// `‖x‖₂` without overflow, to a few units in the last place; not a bound.
  static func norm(_ x: [Double]) -> Double {
    let largest = x.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return largest }
    let sum = x.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }
    return largest * sum.squareRoot()
  }

  /// `⟨x, y⟩`.
  static func dot(_ x: [Double], _ y: [Double]) -> Double {
    var sum = 0.0
    for i in 0..<x.count { sum += x[i] * y[i] }
    return sum
  }
}
