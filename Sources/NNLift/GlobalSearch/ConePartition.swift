/// The coordinates in which the oracle refines its partition of `ℝʳ`; the format is that of `ConeCertificate`.
///
/// `w = By` with `BᵀX̂ᵀX̂B` a multiple of the identity: nearly collinear columns of the data make thin cones in `w`, but not in
/// the whitened `y`, where the first orthants and the longest edges are taken. A direction along which `X̂w` varies by less than
/// `μ‖w‖` is not stretched further: with `μ = γ/L`, `L` a Lipschitz constant of `h(w)` in `X̂w`, nothing of size `γ` can happen along it.
enum ConePartition {
  /// Rank above which the `2ʳ` orthants are too many for a search.
  static let largestRank = 8
  /// Splits that every orthant gets, to make tasks for the threads.
  static let commonDepth = 3

  /// `B = √g R⁻¹`, `X̂ᵀX̂ + gμ²I = RᵀR` by Cholesky, upper triangular. `nil` without full rank.
  static func whitening(_ directions: DenseMatrix, floor mu: Double = 0) -> DenseMatrix? {
    let r = directions.columns
    var R = DenseKernels.product(directions, directions, transposeA: true)
    for k in 0..<r { R[k, k] += Double(directions.rows) * mu * mu }
    for k in 0..<r {
      for i in 0..<k {
        for j in k..<r { R[k, j] -= R[i, k] * R[i, j] }
      }
      guard R[k, k] > 0 else { return nil }
      let root = R[k, k].squareRoot()
      for j in k..<r { R[k, j] /= root }
    }
    let scale = Double(directions.rows).squareRoot()
    var B = DenseMatrix(rows: r, columns: r)
    for j in 0..<r {
      B[j, j] = scale / R[j, j]
      for i in (0..<j).reversed() {
        var sum = 0.0
        for k in i + 1...j { sum += R[i, k] * B[k, j] }
        B[i, j] = -sum / R[i, i]
      }
    }
    return B.firstNonFinite == nil ? B : nil
  }

  /// The trees of all orthants in preorder from those of the tasks, which follow the common splits.
  static func assembled(_ tasks: [[Bool]], rank: Int) -> [Bool] {
    var nodes: [Bool] = []
    nodes.reserveCapacity(tasks.reduce(0) { $0 + $1.count } + tasks.count)
    func append(_ first: Int, _ count: Int) {
      guard count > 1 else {
        nodes += tasks[first]
        return
      }
      nodes.append(true)
      append(first, count / 2)
      append(first + count / 2, count / 2)
    }
    for orthant in 0..<1 << rank { append(orthant << commonDepth, 1 << commonDepth) }
    return nodes
  }
}
