import COpenBLAS

/// Dense kernels of the supernodal `LDLᵀ`, on column-major memory; narrow shapes by plain loops, where a BLAS call would
/// cost more than its work, wide ones by BLAS-3.
enum PanelKernels {
  typealias Entries = UnsafeMutablePointer<Double>

  /// Rules for pivots and the account of those they changed.
  struct Pivoting {
    /// Pivots smaller in modulus, or of the wrong sign, are replaced by `±minimum`.
    var minimum: Double
    /// Expected signs in the order of elimination; `nil` when any sign is right.
    var signs: UnsafePointer<Int8>?
    var replaced = 0
    /// Whether a pivot was zero, infinite or not a number.
    var failed = false

    /// What takes the place of `pivot` in column `column`.
    @inline(__always)
    mutating func admit(_ pivot: Double, column: Int) -> Double {
      var admitted = pivot
      if let signs {
        let sign = Double(signs[column])
        if pivot * sign < minimum { admitted = sign * minimum }
      } else if abs(pivot) < minimum {
        admitted = pivot < 0 ? -minimum : minimum
      }
      if admitted != pivot { replaced += 1 }
      // A replacement must not hide an infinity; comparisons let a NaN through.
      if admitted == 0 || !pivot.isFinite { failed = true }
      return admitted
    }
  }

  /// Up to this width columns are eliminated one by one.
  private static let narrow = 8
  /// Up to this width the rows below are eliminated along with the columns; beyond, by one triangular solve.
  private static let tall = 24
  /// Products of fewer multiply–adds are made by plain loops.
  private static let fewOperations = 1500
  /// Columns of the update matrix that are made by one product: the upper triangle of each such block is wasted.
  private static let updateBlock = 64

  /// `A = LDLᵀ` of the `width` columns of a panel of `height` rows: `L` in place with `D` on its diagonal, what is
  /// above it is overwritten. `work` holds `width²/4` entries. `first` is the number of the panel's first column.
  static func factor(
    _ panel: Entries, height: Int, width: Int, stride: Int, first: Int, pivots: Entries, work: Entries,
    _ pivoting: inout Pivoting
  ) {
    if width <= narrow {
      factorNarrow(panel, height: height, width: width, stride: stride, first: first, pivots: pivots, &pivoting)
      return
    }
    if width > tall, height > width {
      factor(
        panel, height: width, width: width, stride: stride, first: first, pivots: pivots, work: work, &pivoting)
      let below = panel + width
      cblas_dtrsm(
        CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasUnit, blasint(height - width), blasint(width), 1, panel,
        blasint(stride), below, blasint(stride))
      for j in 0..<width { scale(below + j * stride, count: height - width, by: 1 / pivots[j]) }
      return
    }
    // [A11; A21] first, then A22 − L21 D1 L21ᵀ.
    let left = (width / 2 + narrow - 1) / narrow * narrow
    let right = width - left
    factor(panel, height: height, width: left, stride: stride, first: first, pivots: pivots, work: work, &pivoting)
    for k in 0..<left {
      let source = panel + left + k * stride
      let target = work + k * right
      let d = pivots[k]
      for i in 0..<right { target[i] = source[i] * d }
    }
    let trailing = panel + left + left * stride
    cblas_dgemm(
      CblasColMajor, CblasNoTrans, CblasTrans, blasint(height - left), blasint(right), blasint(left), -1, panel + left,
      blasint(stride), work, blasint(right), 1, trailing, blasint(stride))
    factor(
      trailing, height: height - left, width: right, stride: stride, first: first + left, pivots: pivots + left,
      work: work, &pivoting)
  }

  /// Column by column, each applied to those on its right as soon as it is known.
  private static func factorNarrow(
    _ panel: Entries, height: Int, width: Int, stride: Int, first: Int, pivots: Entries, _ pivoting: inout Pivoting
  ) {
    for j in 0..<width {
      let column = panel + j * stride
      let d = pivoting.admit(column[j], column: first + j)
      let inverse = 1 / d
      column[j] = d
      pivots[j] = d
      for k in j + 1..<max(j + 1, width) {
        subtract(column[k] * inverse, column + k, from: panel + k * stride + k, count: height - k)
      }
      scale(column + j + 1, count: height - j - 1, by: inverse)
    }
  }

  /// Lower triangle of `U ← −L D Lᵀ`, `L` the `rows × width` block below the diagonal of a panel. `work` holds as many
  /// entries as `L`. What is above the diagonal of `U` is left undefined.
  static func update(
    _ L: Entries, rows: Int, width: Int, stride: Int, pivots: Entries, work: Entries, into U: Entries
  ) {
    if rows * rows * width <= 2 * fewOperations || width < 3 {
      updateByLoops(L, rows: rows, width: width, stride: stride, pivots: pivots, into: U)
      return
    }
    for k in 0..<width {
      let source = L + k * stride
      let target = work + k * rows
      let d = pivots[k]
      for i in 0..<rows { target[i] = source[i] * d }
    }
    var j = 0
    while j < rows {
      // A last block of a few columns joins the one before.
      let columns = rows - j < updateBlock * 3 / 2 ? rows - j : updateBlock
      cblas_dgemm(
        CblasColMajor, CblasNoTrans, CblasTrans, blasint(rows - j), blasint(columns), blasint(width), -1, L + j,
        blasint(stride), work + j, blasint(rows), 0, U + j + j * rows, blasint(rows))
      j += columns
    }
  }

  private static func updateByLoops(
    _ L: Entries, rows: Int, width: Int, stride: Int, pivots: Entries, into U: Entries
  ) {
    for j in 0..<rows {
      let target = U + j * rows
      var k = 0
      if width == 1 {
        let f = -L[j] * pivots[0]
        for i in j..<rows { target[i] = f * L[i] }
        continue
      }
      let a = L
      let b = L + stride
      let f = -a[j] * pivots[0]
      let g = -b[j] * pivots[1]
      for i in j..<rows { target[i] = f * a[i] + g * b[i] }
      k = 2
      while k + 1 < width {
        let a = L + k * stride
        let b = a + stride
        let f = a[j] * pivots[k]
        let g = b[j] * pivots[k + 1]
        for i in j..<rows { target[i] -= f * a[i] + g * b[i] }
        k += 2
      }
      if k < width { subtract(L[j + k * stride] * pivots[k], L + k * stride + j, from: target + j, count: rows - j) }
    }
  }

  /// `y ← y − αx`.
  @inline(__always)
  private static func subtract(_ alpha: Double, _ x: Entries, from y: Entries, count: Int) {
    for i in 0..<count { y[i] -= alpha * x[i] }
  }

  @inline(__always)
  private static func scale(_ x: Entries, count: Int, by alpha: Double) {
    for i in 0..<count { x[i] *= alpha }
  }
}
