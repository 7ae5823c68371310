import COpenBLAS

/// `F(η)` with its derivatives, and Newton's steps on it; see `AtomMaster`.
extension AtomMaster {
  /// The smooth form of the master at sizes `η`.
  struct Point {
    var eta: [Double]
    /// `F(η)`.
    var value: Double
    /// `T_k`.
    var T: [Double]
    /// `H = Q ∘ TTᵀ` with `Q = γVᵀV` in the space of the samples, `ΦᵀΦ − VᵀV` in that of the atoms.
    var V: DenseMatrix
    /// `Z`, in the space of the samples.
    var Z: DenseMatrix?
    /// Largest violation of the optimality conditions.
    var violation: Double
  }

  func evaluate(_ eta: [Double]) -> Point {
    let support = atoms.indices.filter { eta[$0] > 0 }
    return inputs.rows <= max(support.count, Tuning.sampleSpace)
      ? evaluateBySamples(eta, support) : evaluateByAtoms(eta, support)
  }

  /// With `γI + ΦDΦᵀ = LLᵀ`, of the order of the samples: `Z = γL⁻ᵀL⁻¹Ŷ`, `V = L⁻¹Φ`. No differences are taken, so a residual
  /// that is small beside the targets has its digits.
  private func evaluateBySamples(_ eta: [Double], _ support: [Int]) -> Point {
    let (n, K) = (inputs.rows, atoms.count)
    var scaled = DenseMatrix(rows: n, columns: support.count)
    for (p, k) in support.enumerated() {
      let root = eta[k].squareRoot()
      for i in 0..<n { scaled.values[n * p + i] = root * features[n * k + i] }
    }
    var S = DenseKernels.product(scaled, scaled, transposeB: true)
    for i in 0..<n { S[i, i] += weight }
    var V = DenseMatrix(rows: n, columns: K, values: features)
    var Z = targets
    let order = Int32(n)
    _ = LAPACKE_dpotrf(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), order, &S.values, order)
    solveLower(S, &V)
    _ = LAPACKE_dpotrs(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), order, Int32(c), S.values, order, &Z.values, order)
    Z = Z.map { weight * $0 }
    let image = DenseKernels.product(Z, DenseMatrix(rows: n, columns: K, values: features), transposeA: true).values
    let T = image.map { $0 / weight }
    let fit = 0.5 * DenseKernels.dot(targets.values, Z.values)
    return point(eta, value: fit + 0.5 * weight * eta.reduce(0, +), T: T, V: V, Z: Z)
  }

  /// With `γI + EΦᵀΦE = LLᵀ`, `E = √D`, of the order of the support: `V = L⁻¹EΦᵀΦ`.
  private func evaluateByAtoms(_ eta: [Double], _ support: [Int]) -> Point {
    let (m, K) = (support.count, atoms.count)
    var S = DenseMatrix(rows: m, columns: m)
    var V = DenseMatrix(rows: m, columns: K)
    var W = DenseMatrix(rows: m, columns: c)
    let root = support.map { eta[$0].squareRoot() }
    for (q, l) in support.enumerated() {
      for (p, k) in support.enumerated() { S[p, q] = root[p] * gram[k * K + l] * root[q] }
      S[q, q] += weight
    }
    for l in 0..<K {
      for (p, k) in support.enumerated() { V[p, l] = root[p] * gram[k * K + l] }
    }
    for j in 0..<c {
      for (p, k) in support.enumerated() { W[p, j] = root[p] * correlation[k * c + j] }
    }
    if m > 0 {
      _ = LAPACKE_dpotrf(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), Int32(m), &S.values, Int32(m))
      solveLower(S, &V)
      solveLower(S, &W)
    }
    let image = DenseKernels.product(W, V, transposeA: true).values
    let T = image.indices.map { (correlation[$0] - image[$0]) / weight }
    var value = constant
    for k in support {
      for j in 0..<c { value -= 0.5 * correlation[k * c + j] * eta[k] * T[k * c + j] }
      value += 0.5 * weight * eta[k]
    }
    return point(eta, value: value, T: T, V: V, Z: nil)
  }

  /// `B ← L⁻¹B` for the lower triangle `L`.
  private func solveLower(_ L: DenseMatrix, _ B: inout DenseMatrix) {
    cblas_dtrsm(
      CblasColMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, Int32(B.rows), Int32(B.columns), 1, L.values,
      Int32(L.rows), &B.values, Int32(B.rows))
  }

  private func point(_ eta: [Double], value: Double, T: [Double], V: DenseMatrix, Z: DenseMatrix?) -> Point {
    var violation = 0.0
    for k in atoms.indices {
      var square = 0.0
      for j in 0..<c { square += T[k * c + j] * T[k * c + j] }
      violation = max(violation, eta[k] > 0 ? abs(square - 1) : square - 1)
    }
    return Point(eta: eta, value: value, T: T, V: V, Z: Z, violation: violation)
  }

  /// A projected Newton step on `η ≥ 0`; `nil` when it does not descend.
  func newtonStep(from point: Point, damping: Double) -> Point? {
    let K = atoms.count
    func slope(_ k: Int) -> Double {
      var square = 0.0
      for j in 0..<c { square += point.T[k * c + j] * point.T[k * c + j] }
      return 0.5 * weight * (1 - square)
    }
    let free = (0..<K).filter { point.eta[$0] > 0 || slope($0) < 0 }
    let N = free.count
    guard N > 0 else { return nil }
    var V = DenseMatrix(rows: point.V.rows, columns: N)
    for (q, k) in free.enumerated() {
      for p in 0..<V.rows { V.values[V.rows * q + p] = point.V.values[V.rows * k + p] }
    }
    let product = DenseKernels.product(V, V, transposeA: true)
    var H = DenseMatrix(rows: N, columns: N)
    for (q, l) in free.enumerated() {
      for (p, k) in free.enumerated() {
        var overlap = 0.0
        for j in 0..<c { overlap += point.T[k * c + j] * point.T[l * c + j] }
        H[p, q] = (point.Z == nil ? gram[k * K + l] - product[p, q] : weight * product[p, q]) * overlap
      }
    }
    guard let step = modelStep(H, free.map(slope), free.map { point.eta[$0] }, damping: damping) else { return nil }
    var eta = point.eta
    for (p, k) in free.enumerated() { eta[k] = max(0, eta[k] + step[p]) }
    let trial = evaluate(eta)
    return trial.value < point.value ? trial : nil
  }

  /// A descent step `d ≥ −η` for the quadratic model: entries that would fall below `−η` are held there and the others solved
  /// again. `nil` when the matrix is not positive definite or the step does not descend.
  private func modelStep(_ H: DenseMatrix, _ slopes: [Double], _ eta: [Double], damping: Double) -> [Double]? {
    let N = eta.count
    var held = [Bool](repeating: false, count: N)
    var step = [Double](repeating: 0, count: N)
    for _ in 0..<Tuning.holds {
      let solved = (0..<N).filter { !held[$0] }
      let m = solved.count
      var A = DenseMatrix(rows: m, columns: m)
      var b = solved.map { -slopes[$0] }
      for k in 0..<N where held[k] {
        for (p, i) in solved.enumerated() { b[p] += H[i, k] * eta[k] }
      }
      for (q, l) in solved.enumerated() {
        for p in q..<m { A[p, q] = H[solved[p], l] }
        A[q, q] += damping * H[l, l] + Double.leastNormalMagnitude
      }
      if m > 0 {
        let info = LAPACKE_dposv(
          LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), Int32(m), 1, &A.values, Int32(m), &b, Int32(m))
        guard info == 0 else { return nil }
      }
      var added = false
      for k in 0..<N where held[k] { step[k] = -eta[k] }
      for (p, i) in solved.enumerated() {
        step[i] = b[p]
        if b[p] < -eta[i] {
          held[i] = true
          added = true
        }
      }
      if !added { break }
    }
    var decrease = 0.0
    for k in 0..<N {
      step[k] = max(step[k], -eta[k])
      decrease -= slopes[k] * step[k]
    }
    return decrease > 0 ? step : nil
  }
}
