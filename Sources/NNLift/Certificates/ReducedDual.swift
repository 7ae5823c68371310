/// A dual matrix `Z`, `n × c`, seen through a data reduction: `Ẑ₊ = P₊ᵀZ` and `Ẑ₋ = P₋ᵀZ`, both `g × c`, so that
///
///     Zᵀ(Xu)_+ ≈ h(w) = Ẑ₊ᵀ(X̂w)_+ + Ẑ₋ᵀ(−X̂w)_+,   w = Qᵀu,
///
/// together with the bound that leads back to the user's `X`. With `κ̂ ≥ max_{‖w‖≤1} ‖h(w)‖` for the stored `Ẑ±`, `X̂`:
///
///     κ(Z) ≤ ‖Q‖₂ (κ̂ + Σ_g (‖δẐ₊_g‖ + ‖δẐ₋_g‖)‖x̂_g‖) + Σ_j ‖Z_j‖ ‖x_j − t_jQx̂_g‖.
///
/// *Proof.* `|(a)_+ − (b)_+| ≤ |a − b|` moves each row `x_j` to its representative at the cost of the last sum. For the
/// representatives `(t_j Qx̂_g)ᵀu = t_j x̂_gᵀw` with `‖w‖ ≤ ‖Q‖₂‖u‖`, and `h` is positively homogeneous. The middle
/// term is the rounding of `Ẑ±`, bounded row by row as a sum of products.
struct ReducedDual {
  let positive: DenseMatrix
  let negative: DenseMatrix
  let directions: DenseMatrix
  private let basisNorm: Double
  /// `Σ_g (‖δẐ₊_g‖ + ‖δẐ₋_g‖)‖x̂_g‖`, from above.
  private let readoutError: Double
  /// `Σ_j ‖Z_j‖ ‖x_j − t_jQx̂_g‖`, from above.
  private let representationError: Double
  /// `Σ_g (‖Ẑ₊_g‖ + ‖Ẑ₋_g‖)‖x̂_g‖`, from above: a Lipschitz constant of `h`.
  let lipschitz: Double

  init(Z: DenseMatrix, reduction: DataReduction) {
    precondition(Z.rows == reduction.rowCount, "Z has \(Z.rows) rows but X has \(reduction.rowCount)")
    let groups = reduction.groupCount
    var sums = [DenseMatrix](repeating: DenseMatrix(rows: groups, columns: Z.columns), count: 2)
    var sizes = sums
    var counts = [[Int]](repeating: [Int](repeating: 0, count: groups), count: 2)
    var representation = 0.0
    for j in 0..<Z.rows {
      guard let g = reduction.group[j] else { continue }
      let t = reduction.multiple[j]
      let side = t < 0 ? 1 : 0
      counts[side][g] += 1
      for k in 0..<Z.columns {
        let term = abs(t) * Z[j, k]
        sums[side][g, k] += term
        sizes[side][g, k] = RoundingBounds.addUp(sizes[side][g, k], abs(term).nextUp)
      }
      let product = RoundingBounds.multiplyUp(RoundingBounds.normUp(Z.row(j)), reduction.representationError[j])
      representation = RoundingBounds.addUp(representation, product)
    }
    var readout = 0.0
    var lipschitz = 0.0
    for g in 0..<groups {
      let length = RoundingBounds.normUp(reduction.directions.row(g))
      for side in 0..<2 {
        let gamma = RoundingBounds.gamma(counts[side][g] + 1)
        let underflow = Double(counts[side][g]) * Double.leastNormalMagnitude
        let size = RoundingBounds.absoluteSumUp(sizes[side].row(g))
        let error = RoundingBounds.addUp(RoundingBounds.multiplyUp(gamma, size), underflow)
        readout = RoundingBounds.addUp(readout, RoundingBounds.multiplyUp(error, length))
        let norm = RoundingBounds.normUp(sums[side].row(g))
        lipschitz = RoundingBounds.addUp(lipschitz, RoundingBounds.multiplyUp(norm, length))
      }
    }
    positive = sums[0]
    negative = sums[1]
    directions = reduction.directions
    basisNorm = reduction.basisNorm
    readoutError = readout
    representationError = representation
    self.lipschitz = lipschitz
  }

  var outputDimension: Int { positive.columns }

  /// The bound on `κ(Z)` for the user's `X` that follows from `κ̂`; `+∞` after an overflow.
  func userBound(_ reducedKappa: Double) -> Double {
    let reduced = RoundingBounds.multiplyUp(basisNorm, RoundingBounds.addUp(reducedKappa, readoutError))
    return RoundingBounds.greaterBound(RoundingBounds.addUp(reduced, representationError), 0)
  }

  /// `h(w)`, `c` entries, in plain floating point.
  func value(at w: [Double]) -> [Double] {
    var h = [Double](repeating: 0, count: outputDimension)
    for g in 0..<directions.rows {
      var product = 0.0
      for i in w.indices { product += directions[g, i] * w[i] }
      for k in h.indices { h[k] += product > 0 ? product * positive[g, k] : -product * negative[g, k] }
    }
    return h
  }
}
