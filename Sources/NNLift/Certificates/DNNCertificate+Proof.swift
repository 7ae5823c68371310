import Foundation

/// A bound that was proved in floating point.
public struct ProvenKappa: Sendable, Equatable {
  /// `κ(Z) ≤ kappa` for the user's `X`; `+∞` when nothing could be proved.
  public let kappa: Double
  /// The `θ` of the claim, in reduced coordinates.
  public let theta: Double
  /// The shifted multipliers `μ` with which `M(θ) ⪰ 0` was proved.
  public let mu: [Double]
}

extension DNNCertificate {
  enum Tuning {
    /// Golden-section steps over the shift; each narrows its logarithm by 0.618.
    static let sectionSteps = 80
    /// The shift above `−λ_min(M_ss)` is sought in this range, relative to the size of the matrix.
    static let shiftRange = (1e-15, 1e2)
    /// The margin given to rounding: first in multiples of its bound, then raised until the proof succeeds.
    static let firstMargin = 2.0
    static let marginFactor = 8.0
    static let attempts = 12
  }

  /// The least convenient `θ` for which the multipliers, after a common shift of `μ`, prove `κ ≤ θ`.
  ///
  /// Replacing `μ` by `μ − t` adds `tI` to `M_ss` and takes `tX̂ᵀX̂` from `M_ww`. Wherever `M_ss + tI ≻ 0`, the Schur
  /// complement gives the least `θ` in closed form,
  ///
  ///     θ(t) = λ_max( M_{s·}ᵀ(M_ss + tI)⁻¹M_{s·} + t·(X̂ᵀX̂ ⊕ 0) − M(0)_{··} ),   · = (w, v),
  ///
  /// convex in `t`: one eigendecomposition of `M_ss` and a golden-section search. So infeasible or inaccurate
  /// multipliers are repaired rather than refused, and every valid list proves a finite bound. The search is done for
  /// `M − νI` with `ν` a multiple of the rounding bound, so that the proof of `M(θ) ⪰ 0` by `PositiveDefiniteness` has
  /// room to succeed; the search itself is not trusted.
  ///
  /// - Throws: `CertificateError` when a shape, sign or value is wrong. Complexity: O((g + r + c)³).
  public func provenKappa(for reduction: DataReduction) throws(CertificateError) -> ProvenKappa {
    try validate(for: reduction)
    let dual = ReducedDual(Z: Z, reduction: reduction)
    guard reduction.groupCount > 0, Z.values.contains(where: { $0 != 0 }) else {
      return ProvenKappa(kappa: dual.userBound(0), theta: 0, mu: mu)
    }
    let unshifted = DNNMatrix(self, dual: dual)
    guard let repair = ShiftRepair(unshifted, directions: dual.directions) else { return unproven }
    var margin = Tuning.firstMargin * repair.roundingBound
    for _ in 0..<Tuning.attempts {
      let (shift, theta) = repair.leastTheta(margin: margin)
      var shifted = self
      shifted.mu = mu.map { $0 - shift }
      if shifted.proves(theta, dual: dual) {
        return ProvenKappa(kappa: dual.userBound(theta), theta: theta, mu: shifted.mu)
      }
      margin *= Tuning.marginFactor
    }
    return unproven
  }

  private var unproven: ProvenKappa { ProvenKappa(kappa: .infinity, theta: .infinity, mu: mu) }

  /// True only if `M(θ) ⪰ 0` is proved for these very multipliers.
  func proves(_ theta: Double, dual: ReducedDual) -> Bool {
    let M = DNNMatrix(self, dual: dual)
    return theta >= 0 && PositiveDefiniteness.isProved(M.matrix(theta: theta), margin: M.error)
  }
}

/// The search for the shift `t` and `θ(t)`; see `DNNCertificate.provenKappa`.
private struct ShiftRepair {
  /// Eigenvalues of `M_ss`.
  private let eigenvalues: [Double]
  /// `M_{s·}` in the eigenvectors of `M_ss`, `g × (r + c)`.
  private let rotated: DenseMatrix
  /// `M(0)_{··}`, of order `r + c`.
  private let corner: DenseMatrix
  /// `X̂ᵀX̂`.
  private let gram: DenseMatrix
  /// The size against which shifts are measured.
  private let scale: Double
  /// What forming and factoring `M` may hide.
  let roundingBound: Double

  init?(_ M: DNNMatrix, directions X: DenseMatrix) {
    let (g, k) = (M.groups, M.rank + M.outputs)
    guard let eigen = DenseKernels.symmetricEigen(Self.block(M.base, 0, g, 0, g)) else { return nil }
    let coupling = Self.block(M.base, 0, g, g, k)
    eigenvalues = eigen.values
    rotated = DenseKernels.product(eigen.vectors, coupling, transposeA: true)
    corner = Self.block(M.base, g, k, g, k)
    gram = DenseKernels.product(X, X, transposeA: true)
    scale = max(abs(eigen.values[0]), abs(eigen.values[g - 1]), DenseKernels.norm(coupling.values))
    guard scale > 0, scale.isFinite else { return nil }
    // θ is about ‖M_{s·}‖ on the diagonal of the corner.
    roundingBound = M.error + PositiveDefiniteness.factorisationError(M.matrix(theta: scale))
  }

  private static func block(_ A: DenseMatrix, _ row: Int, _ rows: Int, _ column: Int, _ columns: Int) -> DenseMatrix {
    var result = DenseMatrix(rows: rows, columns: columns)
    for j in 0..<columns {
      for i in 0..<rows { result[i, j] = A[row + i, column + j] }
    }
    return result
  }

  /// The shift and `θ` that are least for `M − margin·I`.
  func leastTheta(margin: Double) -> (shift: Double, theta: Double) {
    let floor = margin - eigenvalues[0]
    let (low, high) = DNNCertificate.Tuning.shiftRange
    let step = minimiser(from: log(low * scale), to: log(high * scale)) { theta(excess: exp($0), margin: margin) }
    return (floor + exp(step), theta(excess: exp(step), margin: margin))
  }

  /// `θ(t)` for `M − margin·I` at `t = margin − λ_min + excess`.
  private func theta(excess: Double, margin: Double) -> Double {
    let shift = margin - eigenvalues[0] + excess
    var weighted = rotated
    for k in 0..<rotated.columns {
      for i in eigenvalues.indices { weighted[i, k] /= (eigenvalues[i] - eigenvalues[0]) + excess }
    }
    var K = DenseKernels.product(rotated, weighted, transposeA: true)
    for k in K.values.indices { K.values[k] -= corner.values[k] }
    for j in 0..<gram.columns {
      for i in 0..<gram.rows { K[i, j] += shift * gram[i, j] }
    }
    guard let eigen = DenseKernels.symmetricEigen(K), let largest = eigen.values.last else { return .infinity }
    return max(largest + margin, 0)
  }

  /// Golden-section search for the least value of a function that falls and then rises.
  private func minimiser(from low: Double, to high: Double, _ value: (Double) -> Double) -> Double {
    let ratio = 0.5 * (5.0.squareRoot() - 1)
    var (a, b) = (low, high)
    var (x, y) = (b - ratio * (b - a), a + ratio * (b - a))
    var (fx, fy) = (value(x), value(y))
    for _ in 0..<DNNCertificate.Tuning.sectionSteps {
      if fx <= fy {
        (b, y, fy) = (y, x, fx)
        x = b - ratio * (b - a)
        fx = value(x)
      } else {
        (a, x, fx) = (x, y, fy)
        y = a + ratio * (b - a)
        fy = value(y)
      }
    }
    return fx <= fy ? x : y
  }
}
