import COpenBLAS

/// The Cholesky factor `S = LLᵀ` of a positive definite matrix with a chordal pattern, and the dense `S⁻¹`. There is no fill.
///
/// Complexity: O(Σ w(w + b)²) flops for the factor, O(Σ wb·n) for the inverse, with `w`, `b` the columns and separator sizes of the
/// supernodes: about `4n|L|` together.
public final class ChordalFactor {
  public let pattern: ChordalPattern
  private let arena = Arena()
  /// `L`, by panels.
  private let L: VectorView
  private let update: VectorView
  private let work: VectorView
  private let columns: DenseColumns
  /// What `inverse` found, for products with the inverse.
  public let recursion: ChordalRecursion

  public init(_ pattern: ChordalPattern) {
    self.pattern = pattern
    L = arena.vector(pattern.panelEntries)
    let below = pattern.supernodes.map(\.below).max() ?? 0
    update = arena.vector(below * below)
    work = arena.vector(max(pattern.order, pattern.largestClique * pattern.largestClique))
    columns = DenseColumns(pattern)
    recursion = ChordalRecursion(pattern)
  }

  /// Factors the matrix with the given panels; false when it is not numerically positive definite.
  public func factor(_ panels: VectorView) -> Bool {
    guard let L = L.baseAddress, let source = panels.baseAddress, let update = update.baseAddress else { return true }
    L.update(from: source, count: pattern.panelEntries)
    return pattern.separatorPlaces.withUnsafeBufferPointer { places in
      for node in pattern.supernodes {
        let panel = L + node.panel
        let height = blasint(node.height)
        let width = blasint(node.width)
        let below = node.below
        guard LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), width, panel, height) == 0,
          panel[(node.width - 1) * (node.height + 1)].isFinite
        else { return false }
        guard below > 0 else { continue }
        cblas_dtrsm(
          CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, blasint(below), width, 1, panel, height,
          panel + node.width, height)
        cblas_dsyrk(
          CblasColMajor, CblasLower, CblasNoTrans, blasint(below), width, 1, panel + node.width, height, 0, update,
          blasint(below))
        var place = node.placeStart
        for j in 0..<below {
          let column = update + j * below
          for i in j..<below {
            L[Int(places[place])] -= column[i]
            place += 1
          }
        }
      }
      return true
    }
  }

  /// The dense inverse of the matrix factored last, both triangles.
  ///
  /// Backwards over the supernodes, with `r` the columns, `s` the separator and `W` all later indices: `S⁻¹L = L⁻ᵀ` has zeros below
  /// the diagonal, so `S⁻¹_Wr = S⁻¹_Ws Kᵀ` with `Kᵀ = −L_sr L_rr⁻¹`, and `S⁻¹_rr = L_rr⁻ᵀL_rr⁻¹ + K S⁻¹_sr`.
  public func inverse(into X: VectorView) {
    let n = pattern.order
    guard let L = L.baseAddress, let target = X.baseAddress else { return }
    for (s, node) in pattern.supernodes.enumerated().reversed() {
      let panel = L + node.panel
      let height = node.height
      let width = node.width
      let K = recursion.gain(s)
      let C = recursion.conditional(s)
      for j in 0..<width {
        for i in 0..<node.below { K[i + j * node.below] = -panel[width + i + j * height] }
      }
      if node.below > 0 {
        cblas_dtrsm(
          CblasColMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, blasint(node.below), blasint(width), 1, panel,
          blasint(height), K, blasint(node.below))
      }
      columns.extend(node, K, into: target)
      for j in 0..<width {
        for i in j..<width { C[i + j * width] = panel[i + j * height] }
      }
      _ = LAPACKE_dpotri_work(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), blasint(width), C, blasint(width))
      let corner = target + node.first * (n + 1)
      for j in 0..<width {
        for i in j..<width {
          C[j + i * width] = C[i + j * width]
          corner[i + j * n] = C[i + j * width]
        }
      }
      if node.below > 0 { columns.addProduct(node, K, into: target) }
      for j in 0..<width {
        for i in j + 1..<max(width, j + 1) { corner[j + i * n] = corner[i + j * n] }
      }
    }
  }

  /// `x ← L⁻¹x`, in the order of elimination.
  public func solve(_ x: VectorView) {
    guard let L = L.baseAddress, let x = x.baseAddress, let work = work.baseAddress else { return }
    for node in pattern.supernodes {
      let panel = L + node.panel
      let own = x + node.first
      let height = blasint(node.height)
      cblas_dtrsv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, blasint(node.width), panel, height, own, 1)
      guard node.below > 0 else { continue }
      cblas_dgemv(
        CblasColMajor, CblasNoTrans, blasint(node.below), blasint(node.width), 1, panel + node.width, height, own, 1, 0, work, 1)
      for (k, row) in pattern.separator(node).enumerated() { x[row] -= work[k] }
    }
  }

  /// `x ← L⁻ᵀx`, in the order of elimination.
  public func solveTransposed(_ x: VectorView) {
    guard let L = L.baseAddress, let x = x.baseAddress, let work = work.baseAddress else { return }
    for node in pattern.supernodes.reversed() {
      let panel = L + node.panel
      let own = x + node.first
      let height = blasint(node.height)
      if node.below > 0 {
        for (k, row) in pattern.separator(node).enumerated() { work[k] = x[row] }
        cblas_dgemv(
          CblasColMajor, CblasTrans, blasint(node.below), blasint(node.width), -1, panel + node.width, height, work, 1, 1, own, 1)
      }
      cblas_dtrsv(CblasColMajor, CblasLower, CblasTrans, CblasNonUnit, blasint(node.width), panel, height, own, 1)
    }
  }
}
