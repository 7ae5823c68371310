import COpenBLAS

/// `P_E(½(A V B + B V A))` for a matrix `V` with a chordal pattern `E` and positive definite `A`, `B` whose inverses have it.
///
/// `A V B` is the corner `−X₁₂` of the inverse `X` of `[A⁻¹ V; 0 B⁻¹]`, which has the pattern of `E` in blocks. Its block elimination
/// (upwards over the supernodes, with `F` the front of `V` on a clique) and the recursion of an inverse (downwards) are, with `K`, `C` of `A` and
/// `K̂`, `Ĉ` of `B` (`ChordalRecursion`),
///
///     T₁ = F_rs + F_rr K̂,     T₂ = F_sr + KᵀF_rr,     F_ss + F_sr K̂ + KᵀT₁ added to the parent's front;
///     X_rs = K X_ss + C T₁ B_ss,     X_sr = X_ss K̂ᵀ + A_ss T₂ Ĉ,     X_rr = C F_rr Ĉ + K X_sr + C T₁ B_sr.
///
/// For `A = B` it is the Hessian of `−log det` in the cone of sparse matrices (M. Andersen, J. Dahl and L. Vandenberghe, Math. Prog. Comp. 2,
/// 2010). Complexity: O(Σ w(w + b)²) flops.
public final class ChordalProduct {
  private let pattern: ChordalPattern
  private let arena = Arena()
  private let fronts: VectorView
  private let denseA, denseB, corner, product, second: VectorView

  public init(_ pattern: ChordalPattern) {
    self.pattern = pattern
    fronts = arena.vector(pattern.blockEntries)
    let area = pattern.largestClique * pattern.largestClique
    denseA = arena.vector(area)
    denseB = arena.vector(area)
    corner = arena.vector(area)
    product = arena.vector(area)
    second = arena.vector(area)
  }

  /// - Parameters:
  ///   - A, B: the recursions, and the dense matrices they made.
  ///   - V: the panels of `V`.
  ///   - result: the panels of the product.
  public func apply(
    _ A: ChordalRecursion, _ denseA: VectorView, _ B: ChordalRecursion, _ denseB: VectorView, _ V: VectorView, into result: VectorView
  ) {
    for node in pattern.supernodes { load(node, V, into: front(node)) }
    for (s, node) in pattern.supernodes.enumerated() where node.below > 0 { eliminate(node, A.gain(s), B.gain(s)) }
    for (s, node) in pattern.supernodes.enumerated().reversed() {
      invert(s, node, A, denseA, B, denseB)
      store(node, front(node), into: result)
    }
  }

  private func front(_ node: ChordalPattern.Supernode) -> UnsafeMutablePointer<Double> { fronts.baseAddress! + node.block }

  /// The entries of `V` in the columns of a supernode, both triangles; zero between indices of the separator.
  private func load(_ node: ChordalPattern.Supernode, _ V: VectorView, into F: UnsafeMutablePointer<Double>) {
    let c = node.height
    let panel = V.baseAddress! + node.panel
    for j in node.width..<max(c, node.width) { (F + node.width + j * c).update(repeating: 0, count: node.below) }
    for j in 0..<node.width {
      for i in j..<c {
        F[i + j * c] = panel[i + j * c]
        F[j + i * c] = panel[i + j * c]
      }
    }
  }

  private func eliminate(
    _ node: ChordalPattern.Supernode, _ KT: UnsafeMutablePointer<Double>, _ otherKT: UnsafeMutablePointer<Double>
  ) {
    let (w, b, c) = (node.width, node.below, node.height)
    let rr = front(node)
    let sr = rr + w
    let rs = rr + w * c
    let ss = rs + w
    Self.multiply(sr, c, otherKT, b, transposed: true, into: ss, c, m: b, n: b, k: w)
    Self.multiply(rr, c, otherKT, b, transposed: true, into: rs, c, m: w, n: b, k: w)
    Self.multiply(KT, b, rs, c, into: ss, c, m: b, n: b, k: w)
    Self.multiply(KT, b, rr, c, into: sr, c, m: b, n: w, k: w)
    let parent = pattern.supernodes[node.parent]
    let target = front(parent)
    let height = parent.height
    pattern.parentPlaces.withUnsafeBufferPointer { places in
      let place = places.baseAddress! + node.rowStart
      for j in 0..<b {
        let column = target + Int(place[j]) * height
        let source = ss + j * c
        for i in 0..<b { column[Int(place[i])] += source[i] }
      }
    }
  }

  private func invert(
    _ s: Int, _ node: ChordalPattern.Supernode, _ A: ChordalRecursion, _ wholeA: VectorView, _ B: ChordalRecursion, _ wholeB: VectorView
  ) {
    let (w, b, c) = (node.width, node.below, node.height)
    let rr = front(node)
    let corner = corner.baseAddress!
    let product = product.baseAddress!
    // C F_rr Ĉ.
    Self.multiply(A.conditional(s), w, rr, c, 0, into: product, w, m: w, n: w, k: w)
    Self.multiply(product, w, B.conditional(s), w, 0, into: corner, w, m: w, n: w, k: w)
    if b > 0 {
      let n = pattern.order
      let separator = pattern.separator(node)
      let X = front(pattern.supernodes[node.parent])
      let height = pattern.supernodes[node.parent].height
      let sr = rr + w
      let rs = rr + w * c
      let ss = rs + w
      let Ass = denseA.baseAddress!
      let Bss = denseB.baseAddress!
      pattern.parentPlaces.withUnsafeBufferPointer { places in
        let place = places.baseAddress! + node.rowStart
        for j in 0..<b {
          let column = X + Int(place[j]) * height
          for i in 0..<b { ss[i + j * c] = column[Int(place[i])] }
        }
      }
      for (j, column) in separator.enumerated() {
        let a = wholeA.baseAddress! + column * n
        let z = wholeB.baseAddress! + column * n
        for (i, row) in separator.enumerated() {
          Ass[i + j * b] = a[row]
          Bss[i + j * b] = z[row]
        }
      }
      // C T₁, times B_sr into the corner.
      Self.multiply(A.conditional(s), w, rs, c, 0, into: product, w, m: w, n: b, k: w)
      let Bsr = second.baseAddress!
      for j in 0..<w {
        let z = wholeB.baseAddress! + (node.first + j) * n
        for (i, row) in separator.enumerated() { Bsr[i + j * b] = z[row] }
      }
      Self.multiply(product, w, Bsr, b, into: corner, w, m: w, n: w, k: b)
      // X_sr = X_ss K̂ᵀ + A_ss T₂ Ĉ.
      Self.multiply(sr, c, B.conditional(s), w, 0, into: Bsr, b, m: b, n: w, k: w)
      Self.multiply(Ass, b, Bsr, b, 0, into: sr, c, m: b, n: w, k: b)
      Self.multiply(ss, c, B.gain(s), b, into: sr, c, m: b, n: w, k: b)
      // X_rs = K X_ss + C T₁ B_ss.
      Self.multiply(product, w, Bss, b, 0, into: rs, c, m: w, n: b, k: b)
      cblas_dgemm(
        CblasColMajor, CblasTrans, CblasNoTrans, blasint(w), blasint(b), blasint(b), 1, A.gain(s), blasint(b), ss, blasint(c), 1, rs,
        blasint(c))
      cblas_dgemm(
        CblasColMajor, CblasTrans, CblasNoTrans, blasint(w), blasint(w), blasint(b), 1, A.gain(s), blasint(b), sr, blasint(c), 1, corner,
        blasint(w))
    }
    for j in 0..<w {
      for i in 0..<w { rr[i + j * c] = corner[i + j * w] }
    }
  }

  private func store(_ node: ChordalPattern.Supernode, _ X: UnsafeMutablePointer<Double>, into result: VectorView) {
    let c = node.height
    let panel = result.baseAddress! + node.panel
    for j in 0..<node.width {
      for i in j..<c { panel[i + j * c] = 0.5 * (X[i + j * c] + X[j + i * c]) }
    }
  }

  /// `C ← β·C + A·B`, or `A·Bᵀ`, with leading dimensions.
  private static func multiply(
    _ A: UnsafeMutablePointer<Double>, _ lda: Int, _ B: UnsafeMutablePointer<Double>, _ ldb: Int, transposed: Bool = false,
    _ beta: Double = 1, into C: UnsafeMutablePointer<Double>, _ ldc: Int, m: Int, n: Int, k: Int
  ) {
    cblas_dgemm(
      CblasColMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k), 1, A, blasint(lda), B,
      blasint(ldb), beta, C, blasint(ldc))
  }
}
