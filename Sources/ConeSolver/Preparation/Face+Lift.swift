import LinearAlgebra

extension Face {
  /// What becomes, in the whole space, of a slack `G` whose restriction `VᵀGV` is, up to a residual, a matrix `S' ⪰ 0` of the face:
  /// `S = G + N-part of the residual`, so that `VᵀSV = S'`, and a `t ≥ 0` for which `S + ta ⪰ 0`.
  ///
  /// With `E` the columns of the identity for the pivots of `a`, `(V E)ᵀ(S + ta)(V E)` is `[S' w; wᵀ u + t a_PP]`: `t` is twice what
  /// `t a_PP ⪰ wᵀS'⁻¹w − u` asks for. Where `S'` is singular and `w` outside its range no finite `t` is enough.
  ///
  /// - Parameters:
  ///   - packed: `G`.
  ///   - reduced: `S'`, packed.
  func lift(_ packed: VectorView, over reduced: ArraySlice<Double>) -> (S: [Double], t: Double) {
    let (k, r) = (dimension, rank)
    let arena = Arena()
    let G = arena.vector(order * order)
    TriangleLayout.unpack(packed, into: G, order: order)
    let PN = arena.vector(r * k)
    let PP = arena.vector(r * r)
    for (i, p) in pivots.enumerated() {
      for (j, q) in kept.enumerated() { PN[i + j * r] = G[p + q * order] }
      for (j, q) in pivots.enumerated() { PP[i + j * r] = G[p + q * order] }
    }
    let NN = arena.vector(k * k)
    let w = arena.vector(r * k)
    let inner = arena.vector(k * k)
    TriangleLayout.unpack(arena.vector(Array(reduced)), into: inner, order: k)
    restriction(PN, PP, into: NN, w)
    for i in 0..<k * k { NN[i] = inner[i] - NN[i] }
    return (assemble(NN, PN, PP, arena), multiplier(inner, w, PP, arena))
  }

  private func multiplier(_ inner: VectorView, _ w: VectorView, _ u: VectorView, _ arena: Arena) -> Double {
    let (k, r) = (dimension, rank)
    let factor = arena.vector(k * k)
    let floor = Tuning.faceFloor * max(inner.maximumNorm, w.maximumNorm)
    var isDefinite = false
    for shift in [0, floor] where !isDefinite {
      factor.copy(inner)
      for i in 0..<k { factor[i + i * k] += shift }
      isDefinite = Dense.choleskyLower(factor, order: k) == 0
    }
    guard isDefinite else { return 0 }
    let half = arena.vector(k * r)
    for i in 0..<r {
      for j in 0..<k { half[j + i * k] = w[i + j * r] }
    }
    Dense.solveLower(factor, half, order: k, columns: r)
    let need = arena.vector(r * r)
    need.copy(u)
    Dense.multiply(1, half, transposeA: true, half, -1, into: need, m: r, n: r, k: k)
    let exposed = arena.vector(exposing)
    guard Dense.choleskyLower(exposed, order: r) == 0 else { return 0 }
    Dense.reduceByCholeskyLower(need, exposed, order: r)
    Dense.symmetrizeFromLower(need, order: r)
    let eigensolver = SymmetricEigensolver(order: r, vectors: false)
    guard eigensolver.decompose(need) else { return 0 }
    return max(0, 2 * eigensolver.eigenvalues[r - 1])
  }
}
