import COpenBLAS

/// Triangular solves with one supernode's panel `[L1; L2]`, `L1` unit lower triangular.
extension PanelKernels {
  typealias Rows = UnsafeMutablePointer<Int32>

  /// Blocks of at least this many entries go through BLAS-2.
  private static let blasEntries = 2048
  /// Triangles of at least this order go through BLAS-2.
  private static let blasTriangle = 64

  /// `x₁ ← L1⁻¹x₁`, `x₂ ← x₂ − L2x₁`, with `x₁ = own` and `x₂` the entries `rows` of `all`.
  @inline(__always)
  static func solveForward(
    _ panel: Entries, width: Int, below: Int, rows: Rows, own: Entries, all: Entries, work: Entries
  ) {
    let a = panel
    switch width {
    case 1:
      let p = own[0]
      for i in 0..<below { all[Int(rows[i])] -= a[1 + i] * p }
    case 2:
      let b = a + (2 + below)
      let p = own[0]
      let q = own[1] - a[1] * p
      own[1] = q
      for i in 0..<below { all[Int(rows[i])] -= a[2 + i] * p + b[2 + i] * q }
    case 3:
      let b = a + (3 + below)
      let c = b + (3 + below)
      let p = own[0]
      let q = own[1] - a[1] * p
      let r = own[2] - a[2] * p - b[2] * q
      own[1] = q
      own[2] = r
      for i in 0..<below { all[Int(rows[i])] -= a[3 + i] * p + b[3 + i] * q + c[3 + i] * r }
    default: solveForwardWide(panel, width: width, below: below, rows: rows, own: own, all: all, work: work)
    }
  }

  /// `x₁ ← L1⁻ᵀ(x₁ − L2ᵀx₂)`.
  @inline(__always)
  static func solveBackward(
    _ panel: Entries, width: Int, below: Int, rows: Rows, own: Entries, all: Entries, work: Entries
  ) {
    let a = panel
    switch width {
    case 1:
      var p = own[0]
      for i in 0..<below { p -= a[1 + i] * all[Int(rows[i])] }
      own[0] = p
    case 2:
      let b = a + (2 + below)
      var (p, q) = (own[0], own[1])
      for i in 0..<below {
        let x = all[Int(rows[i])]
        p -= a[2 + i] * x
        q -= b[2 + i] * x
      }
      own[0] = p - a[1] * q
      own[1] = q
    case 3:
      let b = a + (3 + below)
      let c = b + (3 + below)
      var (p, q, r) = (own[0], own[1], own[2])
      for i in 0..<below {
        let x = all[Int(rows[i])]
        p -= a[3 + i] * x
        q -= b[3 + i] * x
        r -= c[3 + i] * x
      }
      q -= b[2] * r
      own[0] = p - a[1] * q - a[2] * r
      own[1] = q
      own[2] = r
    default: solveBackwardWide(panel, width: width, below: below, rows: rows, own: own, all: all, work: work)
    }
  }

  private static func solveForwardWide(
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
    if width * below >= blasEntries {
      cblas_dgemv(
        CblasColMajor, CblasNoTrans, blasint(below), blasint(width), 1, L2, blasint(height), own, 1, 0, work, 1)
    } else {
      multiply(L2, width: width, count: below, stride: height, with: own, into: work)
    }
    for i in 0..<below { all[Int(rows[i])] -= work[i] }
  }

  private static func solveBackwardWide(
    _ panel: Entries, width: Int, below: Int, rows: Rows, own: Entries, all: Entries, work: Entries
  ) {
    let height = width + below
    let L2 = panel + width
    for i in 0..<below { work[i] = all[Int(rows[i])] }
    if width * below >= blasEntries {
      cblas_dgemv(
        CblasColMajor, CblasTrans, blasint(below), blasint(width), -1, L2, blasint(height), work, 1, 1, own, 1)
    } else {
      subtractProducts(L2, width: width, count: below, stride: height, with: work, from: own)
    }
    if width >= blasTriangle {
      cblas_dtrsv(CblasColMajor, CblasLower, CblasTrans, CblasUnit, blasint(width), panel, blasint(height), own, 1)
      return
    }
    for j in stride(from: width - 2, through: 0, by: -1) {
      let column = panel + j * height
      var x = own[j]
      for i in j + 1..<width { x -= column[i] * own[i] }
      own[j] = x
    }
  }

  /// `y ← Bx`, four columns of `B` at a time; at least four.
  @inline(__always)
  private static func multiply(
    _ B: Entries, width: Int, count: Int, stride: Int, with x: Entries, into y: Entries
  ) {
    var j = 0
    while j + 3 < width {
      let a = B + j * stride
      let b = a + stride
      let c = b + stride
      let d = c + stride
      let (p, q, r, s) = (x[j], x[j + 1], x[j + 2], x[j + 3])
      if j == 0 {
        for i in 0..<count { y[i] = (a[i] * p + b[i] * q) + (c[i] * r + d[i] * s) }
      } else {
        for i in 0..<count { y[i] += (a[i] * p + b[i] * q) + (c[i] * r + d[i] * s) }
      }
      j += 4
    }
    while j < width {
      let a = B + j * stride
      let p = x[j]
      for i in 0..<count { y[i] += a[i] * p }
      j += 1
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
