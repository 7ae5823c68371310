import ConeModel

/// The network that moments in cells stand for, neuron by neuron.
///
/// In a cell `{w : Aw ≥ 0}` on which every group has a sign let the moments be `U = T_ww`, `W = T_wv`, `V = T_vv`. If `AUAᵀ = Σ p_kp_kᵀ`
/// with `p_k ≥ 0` in the range of `A`, then `w_k = A†p_k` lies in the cell and `U = Σ w_kw_kᵀ`. As `T ⪰ 0`, `W = UB`, so with
/// `v_k = Bᵀw_k`
///
///     Σ w_kv_kᵀ = W,       Σ v_kv_kᵀ = BᵀUB ⪯ V:
///
/// the neurons `(w_k, v_k)` have the outputs of the moments, and cost no more.
struct CellFactorization {
  enum Tuning {
    /// Cells, and neurons, whose share of the trace is below this are empty.
    static let emptyCell = 1e-9
    /// Eigenvalues of `U` below this, relative to the largest of its cell, count as zero.
    static let rank = 1e-10
    /// Share of the trace of all cells that the factorisation of one may leave over.
    static let remainder = 1e-6
  }

  /// `nil` where a cell has no sign for some group, or its moments could not be factored.
  let network: TwoLayerReLUNetwork?

  /// - Parameter blocks: the moments in every cell, with outputs.
  init(_ blocks: [(y: MomentCoordinates, T: DenseMatrix)], _ data: MomentData) {
    network = blocks.allSatisfy { $0.y.free.isEmpty } ? Self.network(blocks, data) : nil
  }

  private static func network(
    _ blocks: [(y: MomentCoordinates, T: DenseMatrix)], _ data: MomentData
  ) -> TwoLayerReLUNetwork? {
    let total = blocks.reduce(0) { $0 + $1.T.trace }
    var neurons: [(w: [Double], v: [Double])] = []
    for (y, T) in blocks where T.trace > Tuning.emptyCell * total {
      let U = T.block(y.w, y.w)
      let A = y.cone.facets
      let N = DenseKernels.product(DenseKernels.product(A, U), A, transposeB: true)
      let factor = CompletelyPositiveFactor(N)
      guard let inverse = PseudoInverse(U, relativeTo: Tuning.rank),
        let gram = PseudoInverse(DenseKernels.product(A, A, transposeA: true), relativeTo: 0)
      else { return nil }
      // A†, and what is left of U.
      let back = DenseKernels.product(gram.matrix, A, transposeB: true)
      let left = DenseKernels.product(DenseKernels.product(back, factor.remainder), back, transposeB: true)
      guard DenseKernels.norm(left.values) <= Tuning.remainder * total else { return nil }
      let B = DenseKernels.product(inverse.matrix, T.block(y.w, y.v))
      for p in factor.vectors {
        let w = back.times(p)
        let v = B.transposed.times(w)
        let size = DenseKernels.dot(w, w) + DenseKernels.dot(v, v)
        if size > Tuning.emptyCell * total { neurons.append((w, v)) }
      }
    }
    return data.network(neurons)
  }
}

/// `A†` of a symmetric positive-semidefinite matrix, small eigenvalues taken as zero.
struct PseudoInverse {
  let matrix: DenseMatrix

  init?(_ A: DenseMatrix, relativeTo tolerance: Double) {
    guard let eigen = DenseKernels.symmetricEigen(A) else { return nil }
    let threshold = tolerance * (eigen.values.last ?? 0)
    var scaled = eigen.vectors
    for k in 0..<A.columns {
      let factor = eigen.values[k] > threshold ? 1 / eigen.values[k].squareRoot() : 0
      for i in 0..<A.rows { scaled[i, k] *= factor }
    }
    matrix = DenseKernels.product(scaled, scaled, transposeB: true)
  }
}

extension DenseMatrix {
  init(_ constant: Constant<Symmetric>) {
    let n = constant.order
    self.init(rows: n, columns: n, values: (0..<n * n).map { constant[$0 % n, $0 / n] })
  }

  func block(_ rows: Range<Int>, _ columns: Range<Int>) -> DenseMatrix {
    DenseMatrix(
      rows: rows.count, columns: columns.count, values: columns.flatMap { j in rows.map { self[$0, j] } })
  }

  var trace: Double { (0..<rows).reduce(0) { $0 + self[$1, $1] } }

  /// `Ax`.
  func times(_ x: [Double]) -> [Double] { (0..<rows).map { DenseKernels.dot(row($0), x) } }
}
