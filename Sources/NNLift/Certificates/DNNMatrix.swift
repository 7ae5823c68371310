/// The matrix `M(θ)` of a `DNNCertificate` over `(s, w, v)`, as computed, with a bound on how far it is from the exact
/// one.
///
/// `M(θ) = base + θ·(0 ⊕ I_r ⊕ I_c)`. The exact matrix is the one made from the stored doubles `N`, `μ`, `X̂`, `Ẑ±`
/// without rounding; `error ≥ ‖M − fl(M)‖₂` through the largest row sum of the entrywise bounds
///
///     |δM_ss|, |δM_sp|, |δM_pp| ≤ γ_5 A,  A = ¼(N₁ + N₂) + Diag|μ|     (at most four additions an entry)
///     |δM_sw| ≤ γ_{g+5} A|X̂|,  |δM_ww| ≤ γ_{2g+5} |X̂|ᵀA|X̂|
///     |δM_vs| ≤ u|Ẑ₊ + Ẑ₋|ᵀ,  |δM_vw| ≤ γ_{g+2} ½(|Ẑ₊| + |Ẑ₋|)ᵀ|X̂|.
///
/// Complexity: O(g² (r + 1) + g r c).
struct DNNMatrix {
  let groups: Int
  let rank: Int
  let outputs: Int
  /// `M(0)`, symmetric, of order `g + r + c`.
  let base: DenseMatrix
  /// An upper bound on the spectral norm of the rounding error of `base`.
  let error: Double

  var order: Int { groups + rank + outputs }

  init(_ certificate: DNNCertificate, dual: ReducedDual) {
    let X = dual.directions
    (groups, rank, outputs) = (X.rows, X.columns, dual.outputDimension)
    let blocks = MultiplierBlocks(certificate)
    let coupling = Self.coupling(dual)
    base = Self.assemble(
      ss: blocks.ss,
      sw: DenseKernels.product(blocks.sp, X),
      ww: DenseKernels.product(X, DenseKernels.product(blocks.pp, X), transposeA: true),
      vs: coupling.map(-0.5) { $0 + $1 }, vw: DenseKernels.product(coupling.map(-0.5) { $0 - $1 }, X))
    error = Self.roundingError(sizes: blocks.size, X: X, coupling: coupling)
  }

  /// `M(θ)`, its diagonal rounded down.
  func matrix(theta: Double) -> DenseMatrix {
    var M = base
    for k in groups..<order { M[k, k] = (M[k, k] + theta).nextDown }
    return M
  }

  private static func assemble(
    ss: DenseMatrix, sw: DenseMatrix, ww: DenseMatrix, vs: DenseMatrix, vw: DenseMatrix
  ) -> DenseMatrix {
    let (g, r, c) = (ss.rows, ww.rows, vs.rows)
    var M = DenseMatrix(rows: g + r + c, columns: g + r + c)
    func put(_ block: DenseMatrix, row: Int, column: Int) {
      for j in 0..<block.columns {
        for i in 0..<block.rows {
          M[row + i, column + j] = block[i, j]
          M[column + j, row + i] = block[i, j]
        }
      }
    }
    put(ss, row: 0, column: 0)
    put(sw, row: 0, column: g)
    put(ww, row: g, column: g)
    put(vs, row: g + r, column: 0)
    put(vw, row: g + r, column: g)
    return M
  }

  /// `Ẑ₊ᵀ` and `Ẑ₋ᵀ`, `c × g`.
  private struct Coupling {
    let positive: DenseMatrix
    let negative: DenseMatrix

    func map(_ scale: Double, _ combine: (Double, Double) -> Double) -> DenseMatrix {
      var result = positive
      for k in result.values.indices { result.values[k] = scale * combine(positive.values[k], negative.values[k]) }
      return result
    }
  }

  private static func coupling(_ dual: ReducedDual) -> Coupling {
    Coupling(positive: dual.positive.transposed, negative: dual.negative.transposed)
  }

  /// The largest row sum of the entrywise bounds. The bounds are themselves sums of nonnegative numbers with a relative
  /// error far below `slack − 1`.
  private static func roundingError(sizes: DenseMatrix, X: DenseMatrix, coupling: Coupling) -> Double {
    let slack = 1.01
    let g = sizes.rows
    let absX = X.map(abs)
    let sizesX = DenseKernels.product(sizes, absX)
    let couplingSize = coupling.map(0.5) { abs($0) + abs($1) }
    let bounds = assemble(
      ss: sizes.map { $0 * RoundingBounds.gamma(5) },
      sw: sizesX.map { $0 * RoundingBounds.gamma(g + 5) },
      ww: DenseKernels.product(absX, sizesX, transposeA: true).map { $0 * RoundingBounds.gamma(2 * g + 5) },
      vs: couplingSize.map { $0 * RoundingBounds.gamma(2) },
      vw: DenseKernels.product(couplingSize, absX).map { $0 * RoundingBounds.gamma(g + 2) })
    let rowSums = (0..<bounds.rows).map { i in
      (0..<bounds.columns).reduce(0) { $0 + bounds[i, $1] }
    }
    let underflow = Double(bounds.rows) * Double(g + 1) * Double(g + 1) * Double.leastNormalMagnitude
    return slack * rowSums.reduce(0, RoundingBounds.greaterBound) + underflow
  }
}

/// `M_ss`, `M_sp`, `M_pp` and the sizes `A` of their terms, all `g × g`, from the sparse lists.
private struct MultiplierBlocks {
  var ss: DenseMatrix
  var sp: DenseMatrix
  var pp: DenseMatrix
  var size: DenseMatrix

  init(_ certificate: DNNCertificate) {
    let g = certificate.mu.count
    ss = DenseMatrix(rows: g, columns: g)
    (sp, pp, size) = (ss, ss, ss)
    for pair in certificate.alphaAlpha { add(pair, ss: -1, sp: -1, spTransposed: -1, pp: -1) }
    for pair in certificate.betaBeta { add(pair, ss: -1, sp: 1, spTransposed: 1, pp: -1) }
    for pair in certificate.alphaBeta { add(pair, ss: -1, sp: 1, spTransposed: -1, pp: 1) }
    for (i, mu) in certificate.mu.enumerated() {
      ss[i, i] -= mu
      pp[i, i] += mu
      size[i, i] += abs(mu)
    }
  }

  /// A quarter of the multiplier, with the given signs, at `(i, j)` and `(j, i)`.
  private mutating func add(_ pair: PairMultiplier, ss a: Double, sp b: Double, spTransposed c: Double, pp d: Double) {
    let (i, j, quarter) = (pair.i, pair.j, pair.value / 4)
    ss[i, j] += a * quarter
    ss[j, i] += a * quarter
    pp[i, j] += d * quarter
    pp[j, i] += d * quarter
    sp[i, j] += b * quarter
    sp[j, i] += c * quarter
    size[i, j] += quarter
    size[j, i] += quarter
  }
}
