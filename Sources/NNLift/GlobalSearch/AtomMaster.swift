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
    /// The space of the samples is worked in up to this number of samples, or of atoms of nonzero size if these are more: it
    /// takes no differences, where that of the atoms loses digits when `γ` is small beside `ΦᵀΦ`.
    static let sampleSpace = 1_500
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
  let constant: Double
  private(set) var atoms: [[Double]] = []
  /// `G_k`, one after the other.
  private(set) var G: [Double] = []
  /// `φ_k`, one after the other.
  private(set) var features: [Double] = []
  /// `ΦᵀΦ`, row by row, and `ΦᵀŶ`.
  private(set) var gram: [Double] = []
  private(set) var correlation: [Double] = []
  private var sampleDual: DenseMatrix?

  init(inputs: DenseMatrix, targets: DenseMatrix, weight: Double) {
    self.inputs = inputs
    self.targets = targets
    self.weight = weight
    constant = 0.5 * targets.values.reduce(0) { $0 + $1 * $1 }
  }

  var c: Int { targets.columns }

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
      if decrease <= Tuning.negligible * tolerance * point.value, damping <= Tuning.damping.first { break }
    }
    eta = point.eta
    for k in atoms.indices {
      for j in 0..<c { G[k * c + j] = eta[k] * point.T[k * c + j] }
    }
    sampleDual = point.Z
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
