import COpenBLAS

/// Triangular solves with one supernode's panel `[L1; L2]`, `L1` unit lower triangular.
extension PanelKernels {
  typealias Rows = UnsafeMutablePointer<Int32>

  /// Blocks of at least this many entries go through BLAS-2.
  private static let blasEntries = 2048
  /// Triangles of at least this order go through BLAS-2.
  private static let blasTriangle = 64

  /// `x₁ ← L1⁻¹x₁`, `x₂ ← x₂ − L2x₁`, with `x₁ = own` and `x₂` the entries `rows` of `all`.
  static func solveForward(
    _ panel: Entries, width: Int, below: Int, rows: Rows, own: Entries, all: Entries, work: Entries
  ) {
    let height = width + below
    if width >= blasTriangle {
      cblas_dtrsv(
        CblasColMajor, CblasLower, CblasNoTrans, CblasUnit, blasint(width), panel, blasint(height), own, 1)
    } else {
      for j in 0..<width {
        let column = panel + j * height
        let x = own[j]
        for i in j + 1..<max(j + 1, width) { own[i] -= column[i] * x }
      }
    }
    guard below > 0 else { return }
    let L2 = panel + width
    if width == 1 {
      let x = own[0]
      for i in 0..<below { all[Int(rows[i])] -= L2[i] * x }
      return
    }
    if width * below >= blasEntries {
      cblas_dgemv(
        CblasColMajor, CblasNoTrans, blasint(below), blasint(width), 1, L2, blasint(height), own, 1, 0, work, 1)
      for i in 0..<below { all[Int(rows[i])] -= work[i] }
      return
    }
    var j = 0
    while j + 3 < width {
      let a = L2 + j * height
      let b = a + height
      let c = b + height
      let d = c + height
      let (p, q, r, s) = (own[j], own[j + 1], own[j + 2], own[j + 3])
      if j == 0 {
        for i in 0..<below { work[i] = (a[i] * p + b[i] * q) + (c[i] * r + d[i] * s) }
      } else {
        for i in 0..<below { work[i] += (a[i] * p + b[i] * q) + (c[i] * r + d[i] * s) }
      }
      j += 4
    }
    if j == 0 {
      for i in 0..<below { work[i] = 0 }
    }
    while j < width {
      let a = L2 + j * height
      let p = own[j]
      for i in 0..<below { work[i] += a[i] * p }
      j += 1
    }
    for i in 0..<below { all[Int(rows[i])] -= work[i] }
  }

  /// `x₁ ← L1⁻ᵀ(x₁ − L2ᵀx₂)`.
  static func solveBackward(
    _ panel: Entries, width: Int, below: Int, rows: Rows, own: Entries, all: Entries, work: Entries
  ) {
    let height = width + below
    let L2 = panel + width
    if width == 1 {
      var sum = 0.0
      for i in 0..<below { sum += L2[i] * all[Int(rows[i])] }
      own[0] -= sum
      return
    }
    if below > 0 {
      for i in 0..<below { work[i] = all[Int(rows[i])] }
      if width * below >= blasEntries {
        cblas_dgemv(
          CblasColMajor, CblasTrans, blasint(below), blasint(width), -1, L2, blasint(height), work, 1, 1, own, 1)
      } else {
        subtractProducts(L2, width: width, count: below, stride: height, with: work, from: own)
      }
    }
    if width >= blasTriangle {
      cblas_dtrsv(CblasColMajor, CblasLower, CblasTrans, CblasUnit, blasint(width), panel, blasint(height), own, 1)
      return
    }
    for j in stride(from: width - 2, through: 0, by: -1) {
      let column = panel + j * height
      var sum = 0.0
      for i in j + 1..<width { sum += column[i] * own[i] }
      own[j] -= sum
    }
  }

  /// `y ← y − Bᵀx`, four columns of `B` at a time.
  @inline(__always)
  private static func subtractProducts(
    _ B: Entries, width: Int, count: Int, stride: Int, with x: Entries, from y: Entries
  ) {
    var j = 0
    while j + 3 < width {
      let a = B + j * stride
      let b = a + stride
      let c = b + stride
      let d = c + stride
      var (p, q, r, s) = (0.0, 0.0, 0.0, 0.0)
      for i in 0..<count {
        let v = x[i]
        p += a[i] * v
        q += b[i] * v
        r += c[i] * v
        s += d[i] * v
      }
      y[j] -= p
      y[j + 1] -= q
      y[j + 2] -= r
      y[j + 3] -= s
      j += 4
    }
    while j < width {
      let a = B + j * stride
      var p = 0.0
      for i in 0..<count { p += a[i] * x[i] }
      y[j] -= p
      j += 1
    }
  }
}
