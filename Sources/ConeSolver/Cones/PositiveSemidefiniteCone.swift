import LinearAlgebra

/// `K = K* = {X ⪰ 0}` of order `k`, packed by `TriangleLayout`; `e = I`, `A ∘ B = ½(AB + BA)`.
///
/// From `S = L₁L₁ᵀ`, `Z = L₂L₂ᵀ` and the singular value decomposition `L₂ᵀL₁ = UΛVᵀ`,
///
///     R = L₁VΛ^(−½),   R⁻¹ = Λ^(−½)UᵀL₂ᵀ,   W(X) = RᵀXR,   W⁻ᵀ(X) = R⁻¹XR⁻ᵀ,   λ = Λ
///     H(X) = G X G,   G = RRᵀ,       H⁻¹(X) = G⁻¹XG⁻¹,   G⁻¹ = R⁻ᵀR⁻¹
///
/// (Nesterov & Todd 1997; Vandenberghe 2010, section 4.3; Todd, Toh & Tütüncü 1998.) The decomposition of the product of the
/// factors, rather than of `L₁ᵀZL₁`, keeps the small `λ` to full relative accuracy. O(k³) for each method.
final class PositiveSemidefiniteCone: SymmetricCone, SemidefiniteScaling {
  let rows: Range<Int>
  /// Order `k` of the matrices.
  let order: Int
  private let arena = Arena()
  /// `R`, with `RᵀZR = R⁻¹SR⁻ᵀ = Λ`.
  private let R: VectorView
  private let RInverse: VectorView
  /// `G = RRᵀ`, full symmetric.
  let G: VectorView
  /// `G⁻¹ = R⁻ᵀR⁻¹`, full symmetric.
  let GInverse: VectorView
  var left: VectorView { GInverse }
  var right: VectorView { GInverse }
  private let lambda: VectorView
  private let work1: VectorView
  private let work2: VectorView
  private let work3: VectorView
  private let svd: SquareSVD
  private let eigensolver: SymmetricEigensolver

  init(order: Int, rows: Range<Int>) {
    self.order = order
    self.rows = rows
    let area = order * order
    R = arena.vector(area)
    RInverse = arena.vector(area)
    G = arena.vector(area)
    GInverse = arena.vector(area)
    work1 = arena.vector(area)
    work2 = arena.vector(area)
    work3 = arena.vector(area)
    lambda = arena.vector(order)
    svd = SquareSVD(order: order)
    eigensolver = SymmetricEigensolver(order: order, vectors: false)
  }

  func setIdentityScaling() {
    for matrix in [R, RInverse, G, GInverse] {
      matrix.fill(0)
      for i in 0..<order { matrix[i + i * order] = 1 }
    }
    lambda.fill(1)
  }

  func updateScaling(s: VectorView, z: VectorView) -> Bool {
    guard order > 0 else { return true }
    let L1 = work1
    let L2 = work2
    guard choleskyFactor(of: s, into: L1), choleskyFactor(of: z, into: L2) else { return false }
    work3.copy(L1)
    Dense.multiplyLower(L2, transpose: true, work3, order: order, columns: order)
    guard svd.decompose(work3) else { return false }
    for i in 0..<order {
      lambda[i] = svd.singularValues[i]
      guard lambda[i] > 0 else { return false }
    }
    // R = L₁VΛ^(−½).
    for j in 0..<order {
      let scale = 1 / lambda[j].squareRoot()
      for i in 0..<order { R[i + j * order] = svd.VT[j + i * order] * scale }
    }
    Dense.multiplyLower(L1, R, order: order, columns: order)
    // R⁻¹ = Λ^(−½)UᵀL₂ᵀ = (L₂UΛ^(−½))ᵀ.
    for j in 0..<order {
      let scale = 1 / lambda[j].squareRoot()
      for i in 0..<order { work3[i + j * order] = svd.U[i + j * order] * scale }
    }
    Dense.multiplyLower(L2, work3, order: order, columns: order)
    for j in 0..<order {
      for i in 0..<order { RInverse[j + i * order] = work3[i + j * order] }
    }
    outerProducts()
    return true
  }

  /// `G = RRᵀ` and `G⁻¹ = R⁻ᵀR⁻¹`; the latter is `AᵀA` of `A = R⁻¹`, the former of `A = Rᵀ`.
  private func outerProducts() {
    for j in 0..<order {
      for i in 0..<order { work3[j + i * order] = R[i + j * order] }
    }
    Dense.gram(1, work3, 0, into: G, n: order, k: order)
    Dense.symmetrizeFromUpper(G, order: order)
    Dense.gram(1, RInverse, 0, into: GInverse, n: order, k: order)
    Dense.symmetrizeFromUpper(GInverse, order: order)
  }

  /// Lower Cholesky factor with a clean upper triangle; false when the matrix is not numerically positive definite.
  private func choleskyFactor(of v: VectorView, into L: VectorView) -> Bool {
    TriangleLayout.unpack(v, into: L, order: order)
    guard Dense.choleskyLower(L, order: order) == 0 else { return false }
    for j in 0..<order {
      for i in 0..<j { L[i + j * order] = 0 }
    }
    return true
  }

  /// `y ← M X Mᵀ`, or `MᵀXM` with `transposed`, for packed `x`, `y`.
  private func congruence(_ M: VectorView, transposed: Bool, _ x: VectorView, into y: VectorView) {
    TriangleLayout.unpack(x, into: work1, order: order)
    Dense.multiply(1, work1, M, transposeB: !transposed, into: work2, m: order, n: order, k: order)
    Dense.multiply(1, M, transposeA: transposed, work2, into: work1, m: order, n: order, k: order)
    TriangleLayout.pack(work1, into: y, order: order)
  }

  func applyH(_ x: VectorView, into y: VectorView) { congruence(G, transposed: false, x, into: y) }

  func applyHInverse(_ x: VectorView, into y: VectorView) { congruence(GInverse, transposed: false, x, into: y) }

  func combinedTerm(z: VectorView, ds: VectorView, dz: VectorView, sigmaMu: Double, into shift: VectorView) {
    guard order > 0 else { return }
    congruence(RInverse, transposed: false, ds, into: shift)
    TriangleLayout.unpack(shift, into: work3, order: order)
    congruence(R, transposed: true, dz, into: shift)
    TriangleLayout.unpack(shift, into: work1, order: order)
    Dense.multiply(1, work3, work1, into: work2, m: order, n: order, k: order)
    // λ \ V for diagonal λ: entries 2Vᵢⱼ/(λᵢ + λⱼ), with V = ½(M + Mᵀ) − σμI.
    for j in 0..<order {
      for i in 0...j {
        var v = 0.5 * (work2[i + j * order] + work2[j + i * order])
        if i == j { v -= sigmaMu }
        let u = 2 * v / (lambda[i] + lambda[j])
        work3[i + j * order] = u
        work3[j + i * order] = u
      }
    }
    TriangleLayout.pack(work3, into: shift, order: order)
    congruence(RInverse, transposed: true, shift, into: shift)
    shift.add(1, z)
  }

  func maximumStep(s: VectorView, ds: VectorView, z: VectorView, dz: VectorView, limit: Double) -> Double {
    guard order > 0 else { return limit }
    let forS = stepToBoundary(RInverse, transposed: false, ds, limit: limit)
    return stepToBoundary(R, transposed: true, dz, limit: forS)
  }

  /// In the scaled space both points are `Λ`, so the step to the boundary is `−1/λ_min(Λ^(−½) D Λ^(−½))`.
  private func stepToBoundary(_ M: VectorView, transposed: Bool, _ direction: VectorView, limit: Double) -> Double {
    TriangleLayout.unpack(direction, into: work1, order: order)
    Dense.multiply(1, work1, M, transposeB: !transposed, into: work2, m: order, n: order, k: order)
    Dense.multiply(1, M, transposeA: transposed, work2, into: work1, m: order, n: order, k: order)
    for j in 0..<order {
      for i in 0...j {
        let mean = 0.5 * (work1[i + j * order] + work1[j + i * order])
        work1[i + j * order] = mean / (lambda[i] * lambda[j]).squareRoot()
      }
    }
    guard eigensolver.decompose(work1) else { return 0 }
    let least = eigensolver.eigenvalues[0]
    return least < 0 ? min(limit, -1 / least) : limit
  }
}
