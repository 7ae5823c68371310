/// Training of linear networks as a linear program over a cone of completely positive type: a model object, exact, which no
/// solver takes as it is; `KroneckerRelaxation` is what can be solved.
///
/// With `y = (t, Z, U)` in the cone `K = {t ≥ 0, Z ⪰ 0, 0 ⪯ U ⪯ tI, g_k(y) ≥ 0}` and `𝒞 = conv{yyᵀ : y ∈ K}`,
///
///     minimize   ⟨Q, 𝐘⟩
///     subject to 𝐘_tt = 1,   ⟨aaᵀ, 𝐘⟩ = 0 for a(y) = tr U − (δ − r)t and a(y) = ⟨A_k, Z₁₂⟩ − b_k t,   ⟨E, 𝐘⟩ = 0,   𝐘 ∈ 𝒞
///
/// where `⟨Q, yyᵀ⟩ = q(Z)` of `ComplementarityForm` at `t = 1`, `⟨E, yyᵀ⟩ = ⟨U, Z⟩`, and inequalities on the product are the `g_k`.
///
/// **Theorem.** Its value is `p*`, and is attained. *Proof.* Write `𝐘 = Σ λ_k y_k y_kᵀ + Σ ξ_jξ_jᵀ` with `t = 1` in `y_k`, `t = 0` in
/// `ξ_j`, `Σ λ_k = 1`. Squares that sum to zero are zero, and so are the `⟨U, Z⟩ ≥ 0`: every `y_k` is feasible for the complementarity
/// form. In `ξ_j`, `0 ⪯ U ⪯ 0`, so it is `(0, Z_j, 0)` with any semidefinite `Z_j` and adds `½⟨Z_{j,12}, H Z_{j,12}⟩ ≥ 0`. Hence `⟨Q, 𝐘⟩ ≥
/// Σ λ_k q(Z_k) ≥ p*`, with equality at `yyᵀ` of an optimum. ∎ (A loss that is not convex would break the step for `ξ_j`.)
///
/// No point lies in the interior: `⟨E, 𝐘⟩ = 0` exposes a face, and a dual optimum need not exist. Its dimension depends on
/// `d + c` alone: neither on the depth nor on the number of samples, and `r` enters in one coefficient. Sources:
/// arXiv:2605.17692, derived anew; for the pattern of proof, S. Burer, Math. Program. 120, 2009, and L. Bai, J. Mitchell & J.-S.
/// Pang, Math. Program. 159, 2016.
public struct CompletelyPositiveLift: Sendable {
  /// `⟨matrix, 𝐘⟩ = value`.
  public struct Equation: Sendable {
    public let name: String
    public let matrix: DenseMatrix
    public let value: Double
  }

  public let form: ComplementarityForm

  /// - Throws: `LinearTrainingError.unsupported` where the complementarity form does not apply.
  public init(_ training: EndToEndTraining) throws(LinearTrainingError) {
    form = try ComplementarityForm(training)
  }

  /// Entries of `y`: `1 + δ(δ + 1)`.
  public var dimension: Int { 1 + form.order * (form.order + 1) }

  /// `y = (1, svec Z, svec U)`, off-diagonal entries times √2.
  public func vector(_ point: ComplementarityForm.Point) -> [Double] { [1] + Self.svec(point.Z) + Self.svec(point.U) }

  /// `yyᵀ`.
  public func lift(_ point: ComplementarityForm.Point) -> DenseMatrix {
    let y = DenseMatrix(rows: dimension, columns: 1, values: vector(point))
    return DenseKernels.product(y, y, transposeB: true)
  }

  /// `Q`, symmetric.
  public var objective: DenseMatrix {
    let d = form.training.inputDimension
    var Q = DenseMatrix(rows: dimension, columns: dimension)
    Q[0, 0] = form.constant
    for i in 0..<form.order {
      Q[0, position(i, i)] = 0.25 * form.decay
      Q[position(i, i), 0] = Q[0, position(i, i)]
    }
    // An entry of Z₁₂ is its coordinate over √2.
    for k in 0..<form.training.outputDimension {
      for i in 0..<d {
        let row = position(i, d + k)
        Q[0, row] = -0.5 * form.slope[i, k] / 2.0.squareRoot()
        Q[row, 0] = Q[0, row]
        for j in 0..<d { Q[row, position(j, d + k)] = 0.25 * form.curvature[k][i, j] }
      }
    }
    return Q
  }

  /// The linear equations on `𝐘`.
  public var equations: [Equation] {
    let half = dimension / 2
    var normalization = DenseMatrix(rows: dimension, columns: dimension)
    normalization[0, 0] = 1
    var complementarity = DenseMatrix(rows: dimension, columns: dimension)
    for k in 1...half {
      complementarity[k, half + k] = 0.5
      complementarity[half + k, k] = 0.5
    }
    var trace = [Double](repeating: 0, count: dimension)
    trace[0] = -Double(form.order - form.training.rank)
    for i in 0..<form.order { trace[half + position(i, i)] = 1 }
    let products = form.training.constraints.filter { $0.relation == .equal }.map { squared(product($0), "product") }
    return [
      Equation(name: "normalization", matrix: normalization, value: 1), squared(trace, "trace"),
      Equation(name: "complementarity", matrix: complementarity, value: 0),
    ] + products
  }

  /// `⟨A, Z₁₂⟩ − bt` as a linear function of `y`.
  private func product(_ constraint: ProductConstraint) -> [Double] {
    let d = form.training.inputDimension
    var a = [Double](repeating: 0, count: dimension)
    a[0] = -constraint.bound
    for k in 0..<form.training.outputDimension {
      for i in 0..<d { a[position(i, d + k)] = constraint.coefficients[i, k] / 2.0.squareRoot() }
    }
    return a
  }

  private func squared(_ a: [Double], _ name: String) -> Equation {
    let column = DenseMatrix(rows: dimension, columns: 1, values: a)
    return Equation(name: name, matrix: DenseKernels.product(column, column, transposeB: true), value: 0)
  }

  /// Where entry `(i, j)`, `i ≤ j`, of `Z` stands in `y`; that of `U` is `δ(δ + 1)/2` further.
  private func position(_ i: Int, _ j: Int) -> Int { 1 + j * (j + 1) / 2 + i }

  private static func svec(_ A: DenseMatrix) -> [Double] {
    (0..<A.rows).flatMap { j in (0...j).map { i in i == j ? A[i, i] : 2.0.squareRoot() * A[i, j] } }
  }
}
