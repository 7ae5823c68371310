extension SDPNN {
  /// `Λ = NTNᵀ`, the point of the published program (`CPNN`) over `(α, β, u, v)` that reduced moments `T` over `(s, w, v̂)` stand for.
  ///
  /// Row `j` of `N` for `α` is `|t_j|` times the hidden value of its group on the side of `t_j`, for `β` that of the other side; `u = Qw`,
  /// `v = Bv̂`. Complexity: O(p²(g + r + ρ)), `p = 2n + d + c`.
  public func publishedMoments(_ T: DenseMatrix) -> DenseMatrix {
    let (n, d, c) = (training.sampleCount, training.inputDimension, training.outputDimension)
    var N = DenseMatrix(rows: 2 * n + d + c, columns: order)
    for j in 0..<n {
      guard let g = reduction.group[j] else { continue }
      let t = reduction.multiple[j]
      for (row, sign) in [(j, t > 0 ? 1 : -1), (n + j, t > 0 ? -1 : 1)] {
        for (index, coefficient) in coordinates.hidden(g, sign: sign) { N[row, index] = abs(t) * coefficient }
      }
    }
    for i in 0..<d {
      for (a, index) in coordinates.w.enumerated() { N[2 * n + i, index] = reduction.Q[i, a] }
    }
    for k in 0..<c {
      for (l, index) in coordinates.v.enumerated() { N[2 * n + d + k, index] = outputs.B[k, l] }
    }
    return DenseKernels.product(DenseKernels.product(N, T), N, transposeB: true)
  }
}
