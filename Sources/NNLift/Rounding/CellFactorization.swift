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
    /// Cells whose share of the trace is below this hold no neuron.
    static let emptyCell = 1e-9
    /// Eigenvalues of `U` below this, relative to the largest of its cell, count as zero.
    static let rank = 1e-10
    /// Share of the trace of all cells that the factorisation of one may leave over.
    static let remainder = 1e-6
  }

  /// `nil` where a cell has no sign for some group, or its moments could not be factored.
  let network: TwoLayerReLUNetwork?

  init(_ cells: [CellMoments], _ data: MomentData, _ solution: ModelSolution) throws(ModelError) {
    network = nil == cells.first(where: { !$0.free.isEmpty }) ? try Self.network(cells, data, solution) : nil
  }

  private static func network(
    _ cells: [CellMoments], _ data: MomentData, _ solution: ModelSolution
  ) throws(ModelError) -> TwoLayerReLUNetwork? {
    var blocks: [(cell: CellMoments, T: DenseMatrix, size: Double)] = []
    for cell in cells {
      let T = DenseMatrix(try solution.value(of: cell.T))
      blocks.append((cell, T, (0..<T.rows).reduce(0) { $0 + T[$1, $1] }))
    }
    let total = blocks.reduce(0) { $0 + $1.size }
    var neurons: [(w: [Double], v: [Double])] = []
    for (cell, T, size) in blocks where size > Tuning.emptyCell * total {
      let U = T.block(cell.w, cell.w)
      let A = cell.cone.facets
      let N = DenseKernels.product(DenseKernels.product(A, U), A, transposeB: true)
      let factor = CompletelyPositiveFactor(N)
      guard let inverse = PseudoInverse(U, relativeTo: Tuning.rank),
        let gram = PseudoInverse(DenseKernels.product(A, A, transposeA: true), relativeTo: Tuning.rank)
      else { return nil }
      // A†, and what is left of U.
      let back = DenseKernels.product(gram.matrix, A, transposeB: true)
      let left = DenseKernels.product(DenseKernels.product(back, factor.remainder), back, transposeB: true)
      guard DenseKernels.norm(left.values) <= Tuning.remainder * total else { return nil }
      let B = DenseKernels.product(inverse.matrix, T.block(cell.w, cell.v))
      for p in factor.vectors {
        let w = back.times(p)
        neurons.append((w, B.transposed.times(w)))
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
    self.init(rows: constant.order, columns: constant.order)
    for j in 0..<columns {
      for i in 0..<rows { self[i, j] = constant[i, j] }
    }
  }

  func block(_ rows: Range<Int>, _ columns: Range<Int>) -> DenseMatrix {
    DenseMatrix(
      rows: rows.count, columns: columns.count, values: columns.flatMap { j in rows.map { self[$0, j] } })
  }

  /// `Ax`.
  func times(_ x: [Double]) -> [Double] { (0..<rows).map { DenseKernels.dot(row($0), x) } }
}
