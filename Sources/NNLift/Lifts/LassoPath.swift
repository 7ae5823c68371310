/// The lasso over rays for every weight decay at once: networks along `γ`.
///
/// For squared loss, `min ½‖Kz + t1 − y‖² + γ‖z‖₁` has a solution that is linear in `γ` between breakpoints: with active columns
/// `A` and their signs `σ`, `K_Aᵀ(y − Kz − t1) = γσ` and the residual adds up to zero where there is a constant `t`. Following it
/// down from `γ_max = ‖Kᵀ(y − ȳ)‖_∞`, where no neuron is worth its cost, a breakpoint is where another column reaches `γ`, or an
/// active one zero. (Homotopy: M. Osborne, B. Presnell and B. Turlach, IMA J. Numer. Anal. 20, 2000; B. Efron, T. Hastie, I.
/// Johnstone and R. Tibshirani, Ann. Stat. 32, 2004.)
///
/// Complexity: O(n·columns + |A|³) a breakpoint. When not to use it: columns that tie make breakpoints coincide; where the active
/// columns become dependent the path ends (`endsAt`), and single values of `γ` are for `RayLasso.program()`.
public struct LassoPath: Sendable {
  public struct Point: Sendable {
    public let weightDecay: Double
    /// Sizes of the active columns, and the constant.
    public let coefficients: [Int: Double]
    public let constant: Double
    /// `½‖residual‖² + γ‖z‖₁`.
    public let objective: Double

    public var neurons: Int { coefficients.count }
  }

  public let lasso: RayLasso
  /// From the greatest weight decay to the least; between two of them coefficients are linear in it.
  public let points: [Point]

  enum Tuning {
    /// Relative decrease of `γ` below which two breakpoints are one.
    static let step = 1e-12
    /// Columns that are closer than this, scaled to unit length, count as one neuron.
    static let sameColumn = 1e-8
    static let breakpoints = 100_000
  }

  public static let scope = TrainingScope(
    biases: Bias.allCases, inputNorms: InputNorm.allCases, patches: true, vectorOutputs: false)

  /// Follows the path down to the weight decay of the lasso's training problem.
  /// - Throws: `UnsupportedTraining` for a loss that is not squared, or a skip connection.
  public init(_ lasso: RayLasso) throws(UnsupportedTraining) {
    try Self.scope.require(lasso.training, by: "The lasso path")
    self.lasso = lasso
    var homotopy = Homotopy(
      design: lasso.design, targets: lasso.training.Y.values, hasConstant: lasso.training.bias == .free)
    points = homotopy.run(downTo: lasso.training.weightDecay)
  }

  /// Where the path ends: the weight decay asked for, or where columns became dependent.
  public var endsAt: Double { points.last?.weightDecay ?? 0 }

  /// The solution between the ends of the path; above its beginning there are no neurons.
  public func coefficients(at weightDecay: Double) -> (z: [Int: Double], constant: Double) {
    guard let first = points.first, weightDecay < first.weightDecay else {
      return ([:], points.first?.constant ?? 0)
    }
    let index = points.firstIndex { $0.weightDecay <= weightDecay } ?? points.count - 1
    let (upper, lower) = (points[max(0, index - 1)], points[index])
    let width = upper.weightDecay - lower.weightDecay
    let share = width > 0 ? (upper.weightDecay - weightDecay) / width : 1
    var z: [Int: Double] = [:]
    for k in Set(upper.coefficients.keys).union(lower.coefficients.keys) {
      z[k] = (1 - share) * (upper.coefficients[k] ?? 0) + share * (lower.coefficients[k] ?? 0)
    }
    return (z, (1 - share) * upper.constant + share * lower.constant)
  }

  /// The network at a weight decay.
  public func network(at weightDecay: Double) -> TwoLayerReLUNetwork {
    let (z, constant) = coefficients(at: weightDecay)
    var linear = [Double](repeating: 0, count: lasso.training.inputDimension)
    linear[0] = constant
    return TwoLayerReLUNetwork(
      neurons: z.sorted { $0.key < $1.key }.map { ($0.value, lasso.neurons[$0.key]) }, linear: linear,
      training: lasso.training)
  }
}

/// The state of the path: active columns with signs, and the present solution.
private struct Homotopy {
  /// Columns of `K`; repetitions and zero columns are left out.
  private var columns: [(index: Int, values: [Double])] = []
  private let y: [Double]
  private let hasConstant: Bool
  private var active: [Int] = []
  private var signs: [Double] = []

  init(design K: DenseMatrix, targets y: [Double], hasConstant: Bool) {
    self.y = y
    self.hasConstant = hasConstant
    let candidates = (0..<K.columns).map { (index: $0, values: K.column($0)) }
      .filter { DenseKernels.norm($0.values) > 0 }
      .sorted { DenseKernels.norm($0.values) > DenseKernels.norm($1.values) }
    // Of columns that are one up to scale the longest is worth most.
    let units = candidates.map { c in c.values.map { $0 / DenseKernels.norm(c.values) } }
    columns = DataReduction.parallelClasses(units, tolerance: LassoPath.Tuning.sameColumn).first.map { candidates[$0] }
  }

  mutating func run(downTo end: Double) -> [LassoPath.Point] {
    var residual = centred(y)
    var correlation = columns.map { DenseKernels.dot($0.values, residual) }
    guard let first = correlation.indices.max(by: { abs(correlation[$0]) < abs(correlation[$1]) }) else { return [] }
    var gamma = abs(correlation[first])
    var points: [LassoPath.Point] = []
    var z: [Double] = []
    append(&points, gamma, z)
    guard gamma > end else { return points }
    active = [first]
    signs = [correlation[first] < 0 ? -1 : 1]
    z = [0]
    var left: Int?
    while gamma > end, points.count < LassoPath.Tuning.breakpoints {
      // Along γ − s the active coefficients move by s·direction, which keeps their correlations equal to γ.
      guard let direction = solveActive(signs) else { break }
      let change = fitted(direction)
      let slopes = columns.map { DenseKernels.dot($0.values, change) }
      var step = gamma - end
      var event: (enters: Int?, leaves: Int?) = (nil, nil)
      for k in columns.indices where !active.contains(k) && k != left {
        for sign in [1.0, -1] {
          // sign·(c_k − s·slope_k) = γ − s.
          let rate = 1 - sign * slopes[k]
          let distance = gamma - sign * correlation[k]
          guard rate > LassoPath.Tuning.step else { continue }
          if distance / rate < step { (step, event) = (max(0, distance / rate), (k, nil)) }
        }
      }
      for (place, value) in z.enumerated() where value * direction[place] < 0 {
        if -value / direction[place] < step { (step, event) = (-value / direction[place], (nil, place)) }
      }
      for place in z.indices { z[place] += step * direction[place] }
      gamma -= step
      left = nil
      if let place = event.leaves {
        left = active[place]
        active.remove(at: place)
        signs.remove(at: place)
        z.remove(at: place)
      }
      residual = centred(zip(y, fitted(z)).map { $0 - $1 })
      correlation = columns.map { DenseKernels.dot($0.values, residual) }
      append(&points, gamma, z)
      if let k = event.enters {
        active.append(k)
        signs.append(correlation[k] < 0 ? -1 : 1)
        z.append(0)
      }
    }
    return points
  }

  /// `x` with its mean taken out where there is a constant to take it.
  private func centred(_ x: [Double]) -> [Double] {
    guard hasConstant else { return x }
    let mean = x.reduce(0, +) / Double(x.count)
    return x.map { $0 - mean }
  }

  private func fitted(_ z: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: y.count)
    for (k, value) in zip(active, z) {
      for i in sum.indices { sum[i] += value * columns[k].values[i] }
    }
    return centred(sum)
  }

  /// `(K_AᵀK_A)⁻¹σ`, with centred columns where there is a constant; `nil` when they are dependent.
  private func solveActive(_ right: [Double]) -> [Double]? {
    let vectors = active.map { centred(columns[$0].values) }
    let gram = vectors.map { a in vectors.map { DenseKernels.dot(a, $0) } }
    return DenseSolve.inverse(gram).map { inverse in inverse.map { DenseKernels.dot($0, right) } }
  }

  private func append(_ points: inout [LassoPath.Point], _ gamma: Double, _ z: [Double]) {
    var coefficients: [Int: Double] = [:]
    var raw = y
    for (k, value) in zip(active, z) where value != 0 {
      coefficients[columns[k].index] = value
      for i in raw.indices { raw[i] -= value * columns[k].values[i] }
    }
    let constant = hasConstant ? raw.reduce(0, +) / Double(raw.count) : 0
    let squares = raw.reduce(0) { $0 + ($1 - constant) * ($1 - constant) }
    points.append(
      .init(
        weightDecay: gamma, coefficients: coefficients, constant: constant,
        objective: 0.5 * squares + gamma * coefficients.values.reduce(0) { $0 + abs($1) }))
  }
}
