/// The rank bound of a linear network as complementarity of two semidefinite matrices. **Exact**, not convex.
///
/// A chain of equivalent problems, `δ = d + c`:
///
///     W₁⋯W_L  →  M = AB, inner dimension r  →  Z = (A; Bᵀ)(A; Bᵀ)ᵀ ⪰ 0, rank Z ≤ r, M = Z₁₂  →  (Z, U)
///
///     minimize   q(Z) = ½⟨Z₁₂, H Z₁₂⟩ − ⟨B, Z₁₂⟩ + ½‖√Ω ∘ Y‖² + (κ/2) tr Z
///     subject to Z ⪰ 0,   0 ⪯ U ⪯ I,   tr U = δ − r,   ⟨U, Z⟩ = 0,   the constraints on Z₁₂
///
/// A matrix `Z ⪰ 0` of rank at most `r` has a kernel of dimension at least `δ − r`, and `U` is the projection on that much of
/// it. Conversely `⟨U, Z⟩ = 0` with both semidefinite gives `UZ = 0`, and `U ⪯ I` with `tr U = δ − r` has rank at least `δ − r`: so
/// `rank Z ≤ r`, and no other points come in. The samples enter through `H` (`d × d`, one for each output), `B` and a number, the
/// depth not at all. Source: arXiv:2605.17692, derived anew.
public struct ComplementarityForm: Sendable {
  /// Semidefinite matrices of order `δ`.
  public struct Point: Sendable, Equatable {
    public var Z: DenseMatrix
    public var U: DenseMatrix

    public init(Z: DenseMatrix, U: DenseMatrix) {
      self.Z = Z
      self.U = U
    }
  }

  public let training: EndToEndTraining
  /// `H_k = XᵀDiag(ω_{·k})X` of each output.
  let curvature: [DenseMatrix]
  /// `B = Xᵀ(Ω ∘ Y)`.
  let slope: DenseMatrix
  /// `½‖√Ω ∘ Y‖²`.
  let constant: Double
  /// `κ` of `κ‖M‖_*`, which is `(κ/2) tr Z` at its least; 0 without weight decay.
  let decay: Double

  /// - Throws: `LinearTrainingError.unsupported` for interpolation, and for penalties other than the nuclear norm.
  public init(_ training: EndToEndTraining) throws(LinearTrainingError) {
    guard training.fit != .interpolation, (training.penalty?.exponent ?? 1) == 1 else {
      throw .unsupported(
        formulation: "the complementarity form",
        reason: "it is for squared losses with no weight decay, or with that of two layers")
    }
    self.training = training
    decay = training.penalty?.weight ?? 0
    var weighted = training.Y
    for j in 0..<weighted.columns {
      for i in 0..<weighted.rows { weighted[i, j] *= training.weight(i, j) }
    }
    slope = DenseKernels.product(training.X, weighted, transposeA: true)
    constant = 0.5 * DenseKernels.dot(weighted.values, training.Y.values)
    curvature = (0..<training.outputDimension).map { k in
      var scaled = training.X
      for j in 0..<scaled.columns {
        for i in 0..<scaled.rows { scaled[i, j] *= training.weight(i, k) }
      }
      return DenseKernels.product(training.X, scaled, transposeA: true)
    }
  }

  /// `δ = d + c`.
  public var order: Int { training.inputDimension + training.outputDimension }

  /// `q(Z)`: the training objective at `M = Z₁₂` when `Z` is balanced, more else.
  public func objective(_ Z: DenseMatrix) -> Double {
    let M = endToEnd(Z)
    var value = constant - DenseKernels.dot(slope.values, M.values)
    for k in 0..<M.columns {
      let m = DenseMatrix(rows: M.rows, columns: 1, values: M.column(k))
      value += 0.5 * DenseKernels.dot(m.values, DenseKernels.product(curvature[k], m).values)
    }
    return value + 0.5 * decay * (0..<order).reduce(0) { $0 + Z[$1, $1] }
  }

  /// `Z₁₂`.
  public func endToEnd(_ Z: DenseMatrix) -> DenseMatrix {
    let d = training.inputDimension
    var M = DenseMatrix(rows: d, columns: training.outputDimension)
    for j in 0..<M.columns {
      for i in 0..<d { M[i, j] = Z[i, d + j] }
    }
    return M
  }

  /// The point of balanced factors of `M`, of which singular values beyond the `r`-th are left out.
  public func point(endToEnd M: DenseMatrix) -> Point {
    let network = DeepLinearNetwork(endToEnd: M, hiddenWidths: [training.rank])
    let (A, B) = (network.layers[0], network.layers[1])
    let factor = DenseMatrix(rowArrays: A.rowArrays + B.transposed.rowArrays, columns: training.rank)
    let Z = DenseKernels.product(factor, factor, transposeB: true)
    let kernel = LinearClosedForm.topProjection(Z.map { -$0 }, rank: order - training.rank)
    return Point(Z: Z, U: kernel)
  }

  /// The largest violation of the conditions on `(Z, U)`, each as it stands above; symmetry is taken for granted.
  public func violation(_ point: Point) -> Double {
    let least = { (A: DenseMatrix) in DenseKernels.symmetricEigen(A)?.values.first ?? -.infinity }
    var difference = DenseMatrix.identity(order)
    for k in difference.values.indices { difference.values[k] -= point.U.values[k] }
    let trace = (0..<order).reduce(0) { $0 + point.U[$1, $1] }
    return [
      -least(point.Z), -least(point.U), -least(difference), abs(trace - Double(order - training.rank)),
      abs(DenseKernels.dot(point.U.values, point.Z.values)), training.violation(endToEnd(point.Z)),
    ].reduce(0, max)
  }
}
