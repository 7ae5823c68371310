import COpenBLAS

/// The restricted master: optimal output weights for a set of unit neurons `w_k` ("atoms"),
///
///     minimize  ½‖ΦG − Ŷ‖_F² + γ Σ_k ‖G_k‖₂,      φ_k = (X_r w_k)_+,
///
/// a group lasso (M. Yuan & Y. Lin, J. R. Stat. Soc. B 68, 2006) kept in Gram form and warm from one set to the next.
///
/// **Method.** `‖G_k‖ = min_{η_k ≥ 0} ½(‖G_k‖²/η_k + η_k)`, and for given `η` the minimiser is a ridge regression. What remains,
///
///     F(η) = (γ/2) tr Ŷᵀ(γI + Σ η_kφ_kφ_kᵀ)⁻¹Ŷ + (γ/2) Σ η_k,   η ≥ 0,
///
/// is convex and *smooth*, with one variable an atom whatever the number of outputs: with `Z = γ(γI + ΦDΦᵀ)⁻¹Ŷ`, the residual,
/// and `T_k = Zᵀφ_k/γ`, `∂F/∂η_k = (γ/2)(1 − ‖T_k‖²)` and `∂²F/∂η_k∂η_l = (T_kᵀT_l)(γφ_kᵀ(γI + ΦDΦᵀ)⁻¹φ_l)`. At the optimum
/// `η_k = ‖G_k‖`, `G_k = η_kT_k`. After a few sweeps of exact block minimisation (each a soft threshold), which seed `η`,
/// projected Newton steps finish it. Source of the smooth form: the matrix-fractional objective in A. Sahiner et al., ICLR
/// 2021, eq. (17), here over atoms.
struct AtomMaster {
  enum Tuning {
    /// Relative violation of the optimality conditions at which the master counts as solved.
    static let tolerance = 1e-11
    static let rounds = 100
    /// The space of the samples is worked in up to this number of samples, in terms of the atoms of nonzero size.
    static let sampleSpace = (factor: 2, least: 100)
    static let sweeps = 3
    /// Added to the diagonal of the Newton matrix, relative to it; raised when a step does not descend, else lowered.
    static let damping = (first: 1e-9, least: 1e-12, rise: 30.0, fall: 0.1, last: 1e3)
    /// Relative decrease at which the master ends, as a part of the tolerance.
    static let negligible = 1e-4
    /// Passes that hold sizes at zero within one step.
    static let holds = 8
  }

  /// `X_r`, `n × r`.
  let inputs: DenseMatrix
  /// `Ŷ`, `n × c`.
  let targets: DenseMatrix
  let weight: Double
  /// `½‖Ŷ‖²`.
  private let constant: Double
  private(set) var atoms: [[Double]] = []
  /// `G_k`, one after the other.
  private(set) var G: [Double] = []
  /// `φ_k`, one after the other.
  private var features: [Double] = []
  /// `ΦᵀΦ`, row by row, and `ΦᵀŶ`.
  private var gram: [Double] = []
  private var correlation: [Double] = []
  private var sampleDual: DenseMatrix?

  init(inputs: DenseMatrix, targets: DenseMatrix, weight: Double) {
    self.inputs = inputs
    self.targets = targets
    self.weight = weight
    constant = 0.5 * targets.values.reduce(0) { $0 + $1 * $1 }
  }

  private var c: Int { targets.columns }

  func size(_ k: Int) -> Double {
    var sum = 0.0
    for j in 0..<c { sum += G[k * c + j] * G[k * c + j] }
    return sum.squareRoot()
  }

  /// Adds atoms with output weights of zero.
  mutating func add(_ new: [[Double]]) {
    guard !new.isEmpty else { return }
    let n = inputs.rows
    let (old, K) = (atoms.count, atoms.count + new.count)
    atoms += new
    G += [Double](repeating: 0, count: new.count * c)
    let U = DenseMatrix(rowArrays: new, columns: inputs.columns)
    let fresh = DenseKernels.product(inputs, U, transposeB: true).map { max($0, 0) }
    features += fresh.values
    correlation += DenseKernels.product(fresh, targets, transposeA: true).transposed.values
    let all = DenseMatrix(rows: n, columns: K, values: features)
    let cross = DenseKernels.product(all, fresh, transposeA: true)
    var larger = [Double](repeating: 0, count: K * K)
    for i in 0..<old {
      for j in 0..<old { larger[i * K + j] = gram[i * old + j] }
    }
    for j in 0..<new.count {
      for i in 0..<K {
        larger[i * K + old + j] = cross[i, j]
        larger[(old + j) * K + i] = cross[i, j]
      }
    }
    gram = larger
  }

  /// Keeps the atoms for which `isKept` holds.
  mutating func keep(where isKept: (Int) -> Bool) {
    let kept = atoms.indices.filter(isKept)
    guard kept.count < atoms.count else { return }
    let (n, K) = (inputs.rows, atoms.count)
    gram = kept.flatMap { i in kept.map { gram[i * K + $0] } }
    correlation = kept.flatMap { correlation[$0 * c..<($0 + 1) * c] }
    features = kept.flatMap { features[$0 * n..<($0 + 1) * n] }
    G = kept.flatMap { G[$0 * c..<($0 + 1) * c] }
    atoms = kept.map { atoms[$0] }
  }

  /// The dual solution of the last master: the residual, without its cancellation where it was computed by samples.
  func dual() -> DenseMatrix { sampleDual ?? residual() }

  /// `Ŷ − ΦG`.
  func residual() -> DenseMatrix {
    let K = atoms.count
    guard K > 0 else { return targets }
    let fitted = DenseKernels.product(
      DenseMatrix(rows: inputs.rows, columns: K, values: features), DenseMatrix(rows: c, columns: K, values: G),
      transposeB: true)
    var R = targets
    for k in R.values.indices { R.values[k] -= fitted.values[k] }
    return R
  }

  /// Solves the master. Complexity: a few sweeps of O(K²c), then O(K³) for each Newton step.
  /// - Parameter tolerance: relative violation of the optimality conditions at which to stop.
  mutating func solve(tolerance: Double = Tuning.tolerance) {
    guard !atoms.isEmpty else { return }
    var gradient = gramTimes(G)
    for k in gradient.indices { gradient[k] -= correlation[k] }
    for _ in 0..<Tuning.sweeps { sweep(&gradient) }
    var eta = atoms.indices.map(size)
    var point = evaluate(eta)
    var damping = Tuning.damping.first
    for _ in 0..<Tuning.rounds where point.violation > tolerance {
      guard let next = newtonStep(from: point, damping: damping) else {
        damping *= Tuning.damping.rise
        if damping > Tuning.damping.last { break }
        continue
      }
      damping = max(Tuning.damping.least, damping * Tuning.damping.fall)
      let decrease = point.value - next.value
      point = next
      if decrease <= Tuning.negligible * tolerance * point.value { break }
    }
    eta = point.eta
    for k in atoms.indices {
      for j in 0..<c { G[k * c + j] = eta[k] * point.T[k * c + j] }
    }
    sampleDual = point.Z
  }

  /// The smooth form of the master at sizes `η`.
  private struct Point {
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

  private func evaluate(_ eta: [Double]) -> Point {
    let support = atoms.indices.filter { eta[$0] > 0 }
    return inputs.rows <= Tuning.sampleSpace.factor * support.count + Tuning.sampleSpace.least
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
  private func newtonStep(from point: Point, damping: Double) -> Point? {
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

  private func gramTimes(_ D: [Double]) -> [Double] {
    let K = atoms.count
    return DenseKernels.product(
      DenseMatrix(rows: c, columns: K, values: D), DenseMatrix(rows: K, columns: K, values: gram)
    ).values
  }

  /// One pass of exact block minimisation; `gradient` is `ΦᵀΦG − ΦᵀŶ` and stays so.
  private mutating func sweep(_ gradient: inout [Double]) {
    let (K, c) = (atoms.count, c)
    var change = [Double](repeating: 0, count: c)
    for k in 0..<K {
      let curvature = gram[k * K + k]
      guard curvature > 0 else { continue }
      var square = 0.0
      for j in 0..<c {
        let aim = curvature * G[k * c + j] - gradient[k * c + j]
        change[j] = aim
        square += aim * aim
      }
      let norm = square.squareRoot()
      let factor = norm > weight ? (1 - weight / norm) / curvature : 0
      var moved = false
      for j in 0..<c {
        let value = factor * change[j]
        change[j] = value - G[k * c + j]
        G[k * c + j] = value
        if change[j] != 0 { moved = true }
      }
      guard moved else { continue }
      for l in 0..<K {
        let q = gram[k * K + l]
        for j in 0..<c { gradient[l * c + j] += q * change[j] }
      }
    }
  }

}
