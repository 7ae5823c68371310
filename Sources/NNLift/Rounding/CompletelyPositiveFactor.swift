/// Nonnegative vectors `p_k` with `Σ p_kp_kᵀ = N` for a doubly nonnegative `N` of small order.
///
/// **Method.** The support graph of `N` has an edge for each positive entry off the diagonal. Let vertex `i` be *simplicial*, its
/// neighbours all adjacent. Then `p = Ne_i ≥ 0` lies in the range of `N`, and `N − tppᵀ` stays doubly nonnegative up to
///
///     t = min(1/N_ii, min N_ab/(N_aiN_bi) over neighbours a ≠ b of i),
///
/// where vertex `i` or an edge is gone: `k(k + 1)/2` steps at most. A graph on three vertices or fewer has a simplicial vertex, one on
/// four too unless it is the cycle. The cycle has no triangle: by Perron and Frobenius the comparison matrix (`N` with the signs off the
/// diagonal changed; similar to `N` as the cycle is bipartite) has an eigenvector `x > 0` to its smallest eigenvalue, which is
/// not negative, and `N = Σ_edges pp^T + diagonal` with `p = (N_ij x_j/x_i)^½ e_i + (N_ij x_i/x_j)^½ e_j`.
/// So for order at most 4 the factorisation always succeeds, which proves that doubly nonnegative matrices are completely
/// positive there (J. E. Maxfield & H. Minc, Proc. Edinburgh Math. Soc. 13, 1962). Beyond, it goes as far as simplicial vertices do.
///
/// Complexity: O(k⁴) for order `k`.
struct CompletelyPositiveFactor {
  /// `p_k`.
  private(set) var vectors: [[Double]] = []
  /// What is left of `N`: zero up to rounding where the factorisation succeeded.
  private(set) var remainder: DenseMatrix

  /// Smallest eigenvalue of a comparison matrix, relative to the largest, that counts as zero.
  static let semidefinite = 1e-12

  /// - Parameter N: symmetric; small negative entries, as solvers leave them, count as zero.
  init(_ N: DenseMatrix) {
    remainder = N.map { max($0, 0) }
    while let i = simplicialVertex { eliminate(i) }
    splitCycle()
  }

  private var order: Int { remainder.rows }
  private func neighbours(_ i: Int) -> [Int] { (0..<order).filter { $0 != i && remainder[$0, i] > 0 } }

  private var simplicialVertex: Int? {
    (0..<order).first { i in
      guard remainder[i, i] > 0 else { return false }
      let near = neighbours(i)
      return near.allSatisfy { a in near.allSatisfy { a == $0 || remainder[a, $0] > 0 } }
    }
  }

  /// Takes the largest multiple of `(Ne_i)(Ne_i)ᵀ`.
  private mutating func eliminate(_ i: Int) {
    let p = remainder.column(i)
    let near = neighbours(i)
    var t = 1 / p[i]
    var vanishing: (Int, Int)?
    for (k, a) in near.enumerated() {
      for b in near[..<k] where remainder[a, b] < t * p[a] * p[b] {
        t = remainder[a, b] / (p[a] * p[b])
        vanishing = (a, b)
      }
    }
    append(p.map { $0 * t.squareRoot() })
    // Rounding decides nothing: what vanishes is set to zero.
    if let (a, b) = vanishing { setZero(a, b) } else { for a in 0..<order { setZero(a, i) } }
  }

  /// The edges of a graph without triangles, where its comparison matrix is semidefinite.
  private mutating func splitCycle() {
    let vertices = (0..<order).filter { !neighbours($0).isEmpty }
    guard !vertices.isEmpty, !hasTriangle(vertices) else { return }
    var comparison = DenseMatrix(rows: vertices.count, columns: vertices.count)
    for (a, i) in vertices.enumerated() {
      for (b, j) in vertices.enumerated() { comparison[a, b] = i == j ? remainder[i, i] : -remainder[i, j] }
    }
    guard let eigen = DenseKernels.symmetricEigen(comparison), let largest = eigen.values.last else { return }
    let x = eigen.vectors.column(0).map(abs)
    // Without a semidefinite comparison matrix the edges need more than the diagonal has: not completely positive.
    guard eigen.values[0] >= -Self.semidefinite * largest, x.allSatisfy({ $0 > 0 }) else { return }
    for (a, i) in vertices.enumerated() {
      for (b, j) in vertices.enumerated() where i < j && remainder[i, j] > 0 {
        var p = [Double](repeating: 0, count: order)
        p[i] = (remainder[i, j] * x[b] / x[a]).squareRoot()
        p[j] = (remainder[i, j] * x[a] / x[b]).squareRoot()
        append(p)
        setZero(i, j)
      }
    }
    for i in vertices where remainder[i, i] > 0 {
      eliminate(i)
    }
  }

  private func hasTriangle(_ vertices: [Int]) -> Bool {
    vertices.contains { i in
      let near = neighbours(i)
      return near.contains { a in near.contains { a != $0 && remainder[a, $0] > 0 } }
    }
  }

  /// Adds `p` and takes `ppᵀ` from the remainder, whose entries stay nonnegative.
  private mutating func append(_ p: [Double]) {
    vectors.append(p)
    for a in 0..<order {
      for b in 0..<order { remainder[a, b] = max(0, remainder[a, b] - p[a] * p[b]) }
    }
  }

  private mutating func setZero(_ a: Int, _ b: Int) {
    remainder[a, b] = 0
    remainder[b, a] = 0
  }
}
