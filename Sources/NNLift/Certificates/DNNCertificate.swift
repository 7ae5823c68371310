/// A multiplier of one product of two hidden values, such as `α_i α_j ≥ 0`.
public struct PairMultiplier: Sendable, Equatable {
  /// Groups of the data reduction.
  public var i: Int
  public var j: Int
  public var value: Double

  public init(_ i: Int, _ j: Int, _ value: Double) {
    self.i = i
    self.j = j
    self.value = value
  }
}

/// A proof of `κ(Z) ≤ θ` for inputs of any rank, from doubly-nonnegative multipliers.
///
/// **Setting.** In reduced coordinates (`DataReduction`) a unit `w ∈ ℝʳ` gives `p = X̂w`, `s = |p|`, the hidden values
/// `α = (p)_+ = ½(s + p)` and `β = (−p)_+ = ½(s − p)`, and the output `h(w) = Ẑ₊ᵀα + Ẑ₋ᵀβ`.
///
/// **Claim.** Let `N_αα`, `N_ββ ∈ ℝ^{g×g}` be symmetric with zero diagonal, `N_αβ ∈ ℝ^{g×g}` with zero diagonal, all
/// entrywise nonnegative, and `μ ∈ ℝᵍ`. If for all `s ∈ ℝᵍ`, `w ∈ ℝʳ`, `v ∈ ℝᶜ`, with `p = X̂w`, `α = ½(s + p)` and
/// `β = ½(s − p)` read as linear maps,
///
///     q(s, w, v) = (θ/2)‖w‖² + (θ/2)‖v‖² − vᵀ(Ẑ₊ᵀα + Ẑ₋ᵀβ)
///                  − ½αᵀN_αα α − ½βᵀN_ββ β − αᵀN_αβ β − ½Σ_i μ_i (s_i² − (x̂_iᵀw)²)  ≥ 0,
///
/// then `‖h(w)‖ ≤ θ` whenever `‖w‖ ≤ 1`.
///
/// *Proof.* At `s = |X̂w|` the hidden values are nonnegative, so the `N` terms subtract nonnegative numbers, and
/// `s_i² = (x̂_iᵀw)²`, so the `μ` terms vanish: `vᵀh(w) ≤ (θ/2)(‖w‖² + ‖v‖²)`. Take `‖w‖ = 1` and `v = h(w)/‖h(w)‖`;
/// the rest is homogeneity. ∎
///
/// `q = ½yᵀMy` over `y = (s, w, v)` with, writing `N₁ = N_αα + N_ββ`, `N₂ = N_αβ + N_αβᵀ`,
///
///     M_ss = −¼(N₁ + N₂) − Diag μ                 M_vs = −½(Ẑ₊ + Ẑ₋)ᵀ
///     M_pp = −¼(N₁ − N₂) + Diag μ                 M_vw = −½(Ẑ₊ − Ẑ₋)ᵀX̂
///     M_sp = −¼(N_αα − N_ββ − N_αβ + N_αβᵀ)       M_vv = θI
///     M_sw = M_sp X̂,  M_ww = θI + X̂ᵀM_ppX̂
///
/// so the claim asks that `M(θ) ⪰ 0`, of order `g + r + c`. Diagonal multipliers are not offered: `α_iβ_i` is the `μ_i`
/// term over 4, and `α_i²`, `β_i²` only make `M` smaller. `2θ‖w‖‖v‖` is what the two `θ` terms amount to after scaling
/// `v` against `w`, so multipliers of a program that weighs `w` by `γ²` and `v` by 1 are divided by `γ`.
///
/// The least `θ` over all multipliers is the doubly-nonnegative relaxation of `κ`; with the best `Z` it gives the bound
/// SDP-NN. Source: the dual of the relaxation in arXiv:2410.22311, after facial reduction.
public struct DNNCertificate: Sendable, Equatable {
  /// `n × c`, in the user's rows.
  public var Z: DenseMatrix
  /// `N_αα`: one entry per unordered pair `i ≠ j`, for both `(i, j)` and `(j, i)`.
  public var alphaAlpha: [PairMultiplier]
  /// `N_ββ`: one entry per unordered pair `i ≠ j`, for both `(i, j)` and `(j, i)`.
  public var betaBeta: [PairMultiplier]
  /// `N_αβ`: one entry per ordered pair `i ≠ j`, the multiplier of `α_i β_j`.
  public var alphaBeta: [PairMultiplier]
  /// `μ`, one per group.
  public var mu: [Double]

  public init(
    Z: DenseMatrix, alphaAlpha: [PairMultiplier], betaBeta: [PairMultiplier], alphaBeta: [PairMultiplier],
    mu: [Double]
  ) {
    self.Z = Z
    self.alphaAlpha = alphaAlpha
    self.betaBeta = betaBeta
    self.alphaBeta = alphaBeta
    self.mu = mu
  }

  /// A certificate from dense multipliers as a solver leaves them: off-diagonal entries not above `cutoff` are dropped
  /// (so slightly negative ones too), the symmetric blocks are averaged with their transposes.
  public init(
    Z: DenseMatrix, alphaAlpha: DenseMatrix, betaBeta: DenseMatrix, alphaBeta: DenseMatrix, mu: [Double],
    cutoff: Double = 0
  ) {
    self.init(
      Z: Z,
      alphaAlpha: Self.pairs(alphaAlpha, symmetric: true, cutoff: cutoff),
      betaBeta: Self.pairs(betaBeta, symmetric: true, cutoff: cutoff),
      alphaBeta: Self.pairs(alphaBeta, symmetric: false, cutoff: cutoff), mu: mu)
  }

  private static func pairs(_ N: DenseMatrix, symmetric: Bool, cutoff: Double) -> [PairMultiplier] {
    var list: [PairMultiplier] = []
    for j in 0..<N.columns {
      for i in 0..<(symmetric ? j : N.rows) where i != j {
        let value = symmetric ? 0.5 * (N[i, j] + N[j, i]) : N[i, j]
        if value > max(cutoff, 0) { list.append(PairMultiplier(i, j, value)) }
      }
    }
    return list
  }

  /// Checks shapes, signs and finiteness against the data. Complexity: O(nc + multipliers).
  public func validate(for reduction: DataReduction) throws(CertificateError) {
    guard Z.rows == reduction.rowCount else {
      throw .shape(what: "the number of rows of Z", found: Z.rows, expected: reduction.rowCount)
    }
    guard mu.count == reduction.groupCount else {
      throw .shape(what: "the number of multipliers μ", found: mu.count, expected: reduction.groupCount)
    }
    if let (i, k) = Z.firstNonFinite { throw .notFinite(what: "Z", place: "row \(i), column \(k)") }
    if let i = mu.firstIndex(where: { !$0.isFinite }) { throw .notFinite(what: "μ", place: "entry \(i)") }
    try Self.validate(alphaAlpha, block: "αα", symmetric: true, groups: mu.count)
    try Self.validate(betaBeta, block: "ββ", symmetric: true, groups: mu.count)
    try Self.validate(alphaBeta, block: "αβ", symmetric: false, groups: mu.count)
  }

  private static func validate(
    _ pairs: [PairMultiplier], block: String, symmetric: Bool, groups: Int
  ) throws(CertificateError) {
    var seen: Set<[Int]> = []
    for pair in pairs {
      let (i, j) = (pair.i, pair.j)
      guard (0..<groups).contains(i), (0..<groups).contains(j) else {
        throw .pairOutOfRange(block: block, i: i, j: j, groups: groups)
      }
      guard i != j else { throw .diagonalPair(block: block, i: i) }
      guard pair.value.isFinite else { throw .notFinite(what: "multiplier \(block)", place: "pair (\(i), \(j))") }
      guard pair.value >= 0 else { throw .negativeMultiplier(block: block, i: i, j: j, value: pair.value) }
      guard seen.insert(symmetric ? [min(i, j), max(i, j)] : [i, j]).inserted else {
        throw .repeatedPair(block: block, i: i, j: j)
      }
    }
  }
}
