import COpenBLAS

/// Triangular solves with one supernode's panel `[L1; L2]`, `L1` unit lower triangular.
extension PanelKernels {
  typealias Rows = UnsafeMutablePointer<Int32>

  /// Wide panels are solved with by this many columns at a time.
  private static let solveBlock = 32
  /// Blocks of at least this many rows go through BLAS-2 …
  private static let blasRows = 16
  /// … in pieces of this many rows. OpenBLAS wakes no other thread for so few entries: waking one takes longer than the
  /// product, and results do not depend on the number of threads.
  private static let blasPiece = 256

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

  /// The same for any width, on the contiguous vector `[x₁; −change of x₂]` in `work`.
  private static func solveForwardWide(
    _ panel: Entries, width: Int, below: Int, rows: Rows, own: Entries, all: Entries, work: Entries
  ) {
    let height = width + below
    for i in 0..<width { work[i] = own[i] }
    for i in width..<height { work[i] = 0 }
    var start = 0
    while start < width {
      let end = min(start + solveBlock, width)
      for j in start..<end {
        let column = panel + j * height
        let x = work[j]
        for i in j + 1..<max(j + 1, end) { work[i] -= column[i] * x }
      }
      subtractProduct(
        panel + end + start * height, rows: height - end, columns: end - start, stride: height, with: work + start,
        from: work + end)
      start = end
    }
    for i in 0..<width { own[i] = work[i] }
    let change = work + width
    for i in 0..<below { all[Int(rows[i])] += change[i] }
  }

  private static func solveBackwardWide(
    _ panel: Entries, width: Int, below: Int, rows: Rows, own: Entries, all: Entries, work: Entries
  ) {
    let height = width + below
    let other = work + width
    for i in 0..<width { work[i] = own[i] }
    for i in 0..<below { other[i] = all[Int(rows[i])] }
    var end = width
    while end > 0 {
      let start = (end - 1) / solveBlock * solveBlock
      subtractTransposedProduct(
        panel + end + start * height, rows: height - end, columns: end - start, stride: height, with: work + end,
        from: work + start)
      for j in stride(from: end - 1, through: start, by: -1) {
        let column = panel + j * height
        var x = work[j]
        for i in j + 1..<max(j + 1, end) { x -= column[i] * work[i] }
        work[j] = x
      }
      end = start
    }
    for i in 0..<width { own[i] = work[i] }
  }

  /// `y ← y − Bx`.
  private static func subtractProduct(
    _ B: Entries, rows: Int, columns: Int, stride: Int, with x: Entries, from y: Entries
  ) {
    if rows >= blasRows {
      var i = 0
      while i < rows {
        let piece = min(blasPiece, rows - i)
        cblas_dgemv(
          CblasColMajor, CblasNoTrans, blasint(piece), blasint(columns), -1, B + i, blasint(stride), x, 1, 1, y + i, 1)
        i += piece
      }
      return
    }
    for j in 0..<columns {
      let column = B + j * stride
      let value = x[j]
      for i in 0..<rows { y[i] -= column[i] * value }
    }
  }

  /// `y ← y − Bᵀx`.
  private static func subtractTransposedProduct(
    _ B: Entries, rows: Int, columns: Int, stride: Int, with x: Entries, from y: Entries
  ) {
    if rows >= blasRows {
      var i = 0
      while i < rows {
        let piece = min(blasPiece, rows - i)
        cblas_dgemv(
          CblasColMajor, CblasTrans, blasint(piece), blasint(columns), -1, B + i, blasint(stride), x + i, 1, 1, y, 1)
        i += piece
      }
      return
    }
    for j in 0..<columns {
      let column = B + j * stride
      var value = y[j]
      for i in 0..<rows { value -= column[i] * x[i] }
      y[j] = value
    }
  }
}
