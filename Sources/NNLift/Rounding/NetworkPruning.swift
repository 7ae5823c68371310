/// Fewer neurons with the same outputs on the training inputs, at no higher cost (Carathéodory).
///
/// Give the neurons weights `a_k ≥ 0`, at first 1: outputs `Σ a_k(Xu_k)_+v_kᵀ`, cost `Σ a_k‖u_k‖‖v_k‖`. More than `m` neurons, `m` the
/// dimension of the outputs, have a dependence `Σ δ_k(Xu_k)_+v_kᵀ = 0`, whose sign is taken so that the cost does not rise. Along
/// `a + tδ` the outputs stay, the cost does not rise, and as no cost is negative some weight falls to zero: that neuron is gone.
/// At most `m ≤ nc` neurons remain, one less than the number `nc + 1` of the papers, which keeps the cost equal.
///
/// Complexity: O(m³) for each neuron removed.
/// Source: the argument is that of the critical width in M. Pilanci & T. Ergen, ICML 2020.
enum NetworkPruning {
  /// Entries of a dependence below this, relative to the largest, are rounding.
  static let negligible = 1e-12

  /// - Parameters:
  ///   - cost: `‖u‖` as weight decay measures it.
  ///   - hidden: the hidden outputs of a direction `u`, as the outputs of the network see them (pooled, say).
  static func prune(
    _ network: TwoLayerReLUNetwork, cost: ([Double]) -> Double, hidden: ([Double]) -> [Double]
  ) -> TwoLayerReLUNetwork {
    let balanced = network.balanced()
    var neurons = (0..<balanced.width).map { k in (u: balanced.U.row(k), v: balanced.V.row(k), a: 1.0) }
    let columns = neurons.map { neuron -> [Double] in
      let phi = hidden(neuron.u)
      return neuron.v.flatMap { v in phi.map { $0 * v } }
    }
    let costs = neurons.map { cost($0.u) * DenseKernels.norm($0.v) }
    let dimension = columns.first?.count ?? 0
    var active: [Int] = []
    for next in neurons.indices {
      active.append(next)
      while active.count > dimension, let dependence = Self.dependence(active.map { columns[$0] }) {
        let cost = zip(active, dependence).reduce(0) { $0 + costs[$1.0] * $1.1 }
        let delta = cost > 0 ? dependence.map { -$0 } : dependence
        let falling = active.indices.filter { delta[$0] < 0 }
        guard let first = falling.min(by: { neurons[active[$0]].a / -delta[$0] < neurons[active[$1]].a / -delta[$1] })
        else { break }
        let t = neurons[active[first]].a / -delta[first]
        for (k, d) in zip(active, delta) { neurons[k].a = max(0, neurons[k].a + t * d) }
        neurons[active[first]].a = 0
        active.removeAll { neurons[$0].a == 0 }
      }
    }
    let kept = active.map { neurons[$0] }
    return TwoLayerReLUNetwork(
      U: DenseMatrix(rowArrays: kept.map(\.u), columns: network.inputDimension),
      V: DenseMatrix(rowArrays: kept.map { neuron in neuron.v.map { neuron.a * $0 } }, columns: network.outputDimension),
      linear: network.linear
    ).balanced()
  }

  /// `δ ≠ 0` with `Σ δ_k column_k = 0`, for more columns than entries.
  private static func dependence(_ columns: [[Double]]) -> [Double]? {
    // Columns of unit length, so that the dependence does not depend on the sizes of the neurons.
    let lengths = columns.map(DenseKernels.norm)
    if let zero = lengths.firstIndex(of: 0) { return columns.indices.map { $0 == zero ? -1 : 0 } }
    // Rows of zeros make the matrix square, so that its null space is among the singular vectors.
    var A = DenseMatrix(rows: columns.count, columns: columns.count)
    for (k, column) in columns.enumerated() {
      for (i, value) in column.enumerated() { A[i, k] = value / lengths[k] }
    }
    guard let svd = DenseKernels.rightSingularVectors(A) else { return nil }
    let vector = svd.vectors.column(columns.count - 1)
    let largest = vector.reduce(0) { max($0, abs($1)) }
    return zip(vector, lengths).map { abs($0) <= negligible * largest ? 0 : $0 / $1 }
  }
}

extension ReLUTraining {
  /// The network with at most `nc` neurons, the same outputs on the training inputs and an objective no higher, up to rounding. A
  /// linear part is left as it is.
  public func pruned(_ network: TwoLayerReLUNetwork) -> TwoLayerReLUNetwork {
    balanced(
      NetworkPruning.prune(network, cost: inputNorm) { u in
        terms.pooled(DenseMatrix(rows: X.rows, columns: 1, values: X.times(u).map { max($0, 0) }), samples: sampleCount).values
      })
  }
}
