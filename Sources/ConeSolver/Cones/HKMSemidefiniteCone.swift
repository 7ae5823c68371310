import LinearAlgebra

/// `K = K* = {X ⪰ 0}` of order `k` with the HKM direction in place of Nesterov and Todd's: no decomposition beyond Cholesky's.
///
/// Linearising `z s = σμI` and symmetrising (Helmberg, Rendl, Vanderbei & Wolkowicz 1996; Kojima, Shindoh & Hara 1997;
/// Monteiro 1997) gives the same form `H(Δz + ζ) + Δs = 0` with
///
///     H⁻¹(V) = ½(z V s⁻¹ + s⁻¹V z),     ζ = z − σμ s⁻¹ + ½(Δz Δs s⁻¹ + s⁻¹Δs Δz),
///
/// and again `Hz = s`. `H⁻¹` is symmetric and positive definite, and explicit; `H` itself takes an eigenvalue decomposition, and no
/// strategy that uses this direction asks for it. O(k³) for each method, by matrix products.
final class HKMSemidefiniteCone: SymmetricCone, SemidefiniteScaling {
  let rows: Range<Int>
  let order: Int
  private let arena = Arena()
  /// `z`, full symmetric.
  let left: VectorView
  /// `s⁻¹`, full symmetric.
  let right: VectorView
  /// Cholesky factors of `s` and `z` in the lower triangles.
  private let sFactor, zFactor: VectorView
  private let work1, work2: VectorView
  private let boundary: StepToBoundary
  private lazy var eigensolver = SymmetricEigensolver(order: order, vectors: true)

  init(order: Int, rows: Range<Int>) {
    self.order = order
    self.rows = rows
    let area = order * order
    left = arena.vector(area)
    right = arena.vector(area)
    sFactor = arena.vector(area)
    zFactor = arena.vector(area)
    work1 = arena.vector(area)
    work2 = arena.vector(area)
    boundary = StepToBoundary(order: order)
  }

  func setIdentityScaling() {
    for matrix in [left, right, sFactor, zFactor] {
      matrix.fill(0)
      for i in 0..<order { matrix[i + i * order] = 1 }
    }
  }

  func updateScaling(s: VectorView, z: VectorView) -> Bool {
    TriangleLayout.unpack(s, into: sFactor, order: order)
    TriangleLayout.unpack(z, into: left, order: order)
    zFactor.copy(left)
    guard Dense.choleskyLower(sFactor, order: order) == 0, Dense.choleskyLower(zFactor, order: order) == 0 else { return false }
    right.copy(sFactor)
    Dense.invertFromCholeskyLower(right, order: order)
    Dense.symmetrizeFromLower(right, order: order)
    return true
  }

  /// With `s = LLᵀ` and `M = LᵀzL`, `y = LṼLᵀ` where `½(MṼ + ṼM) = Lᵀx L`.
  func applyH(_ x: VectorView, into y: VectorView) {
    guard order > 0 else { return }
    let k = order
    let arena = Arena()
    let L = arena.vector(k * k)
    for j in 0..<k {
      for i in j..<k { L[i + j * k] = sFactor[i + j * k] }
    }
    let rotated = arena.vector(k * k)
    let vectors = arena.vector(k * k)
    func congruence(_ A: VectorView, transposed: Bool, _ X: VectorView, into Y: VectorView) {
      Dense.multiply(1, X, A, transposeB: !transposed, into: work2, m: k, n: k, k: k)
      Dense.multiply(1, A, transposeA: transposed, work2, into: Y, m: k, n: k, k: k)
    }
    congruence(L, transposed: true, left, into: vectors)
    guard eigensolver.decompose(vectors, vectors: true) else { return y.fill(.nan) }
    TriangleLayout.unpack(x, into: work1, order: k)
    congruence(L, transposed: true, work1, into: rotated)
    congruence(vectors, transposed: true, rotated, into: work1)
    for j in 0..<k {
      for i in 0..<k { work1[i + j * k] *= 2 / (eigensolver.eigenvalues[i] + eigensolver.eigenvalues[j]) }
    }
    congruence(vectors, transposed: false, work1, into: rotated)
    congruence(L, transposed: false, rotated, into: work1)
    TriangleLayout.pack(work1, into: y, order: k)
  }

  func applyHInverse(_ x: VectorView, into y: VectorView) {
    multiply(right, x, into: work2)
    Dense.multiply(1, left, work2, transposeB: true, into: work1, m: order, n: order, k: order)
    TriangleLayout.pack(work1, into: y, order: order)
  }

  /// `Y ← M X` for packed `x`, entry by entry where few are nonzero: slacks have no more than the data. Destroys `work1`.
  private func multiply(_ M: VectorView, _ x: VectorView, into Y: VectorView) {
    var nonzeros = 0
    for value in x where value != 0 { nonzeros += 1 }
    guard order > 0, Double(nonzeros) <= Tuning.sparseSlack * Double(x.count) else {
      TriangleLayout.unpack(x, into: work1, order: order)
      Dense.multiply(1, M, work1, into: Y, m: order, n: order, k: order)
      return
    }
    Y.fill(0)
    let halfRoot = 0.5.squareRoot()
    let source = M.baseAddress!
    let target = Y.baseAddress!
    func addColumn(_ q: Int, to p: Int, times value: Double) {
      let from = source + q * order
      let to = target + p * order
      for t in 0..<order { to[t] += value * from[t] }
    }
    var position = 0
    for j in 0..<order {
      for i in 0...j {
        let value = x[position]
        position += 1
        if value == 0 { continue }
        if i == j {
          addColumn(j, to: j, times: value)
        } else {
          addColumn(j, to: i, times: value * halfRoot)
          addColumn(i, to: j, times: value * halfRoot)
        }
      }
    }
  }

  func combinedTerm(z: VectorView, ds: VectorView, dz: VectorView, sigmaMu: Double, into shift: VectorView) {
    multiply(right, ds, into: work2)
    TriangleLayout.unpack(dz, into: work1, order: order)
    let product = boundary.scratch
    Dense.multiply(1, work1, work2, transposeB: true, into: product, m: order, n: order, k: order)
    product.add(-sigmaMu, right)
    TriangleLayout.pack(product, into: shift, order: order)
    shift.add(1, z)
  }

  func maximumStep(s: VectorView, ds: VectorView, z: VectorView, dz: VectorView, limit: Double) -> Double {
    let forS = boundary.step(factor: sFactor, ds, limit: limit)
    return boundary.step(factor: zFactor, dz, limit: forS)
  }
}
