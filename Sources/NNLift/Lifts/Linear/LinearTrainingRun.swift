import ConeSolver

/// A way to train linear networks, and what its answer is worth.
public enum LinearMethod: Sendable, Equatable {
  case closedForm(LinearClosedForm)
  case leastSquares
  case fantope
  case nuclear
  case perspective
  case kronecker

  public var name: String {
    switch self {
    case .closedForm(let form): form.rawValue
    case .leastSquares: ConvexLift.info.name
    case .fantope: FantopeLift.info.name
    case .nuclear: NuclearNormLift.info.name
    case .perspective: PerspectiveLift.info.name
    case .kronecker: KroneckerRelaxation.info.name
    }
  }
}

/// Trains a linear network by its end-to-end matrix: the cheapest method that is exact, else the tightest bound that is
/// affordable beside a network found by descent.
///
/// The order is closed form, least squares, nuclear norm, then, where the rank bound or the depth leave the problem not convex,
/// the lift's relaxation for small `d + c` and the matrix perspective for larger ones. (The Fantope program states what
/// reduced-rank regression has in closed form; it is there to be asked for by name.)
public struct LinearTrainingRun: Sendable {
  /// Largest `d + c` for which the lift's relaxation is chosen: moments of order `δ(δ + 1)`.
  static let largestLiftedOrder = 5
  /// Singular values below this multiple of the largest are zero when a relaxation's optimum is judged to be of rank `r`.
  static let rankTolerance = 1e-6
  /// Violation of a constraint, relative to the data, up to which a network counts as feasible.
  static let feasibilityTolerance = 1e-7

  public struct Outcome: Sendable {
    public let method: LinearMethod
    /// Why that method.
    public let reason: String
    /// Whether `lowerBound` is `p*`, as far as the solver's residuals go.
    public let isExact: Bool
    /// A bound on `p*` as far as the solver's residuals go; exact to rounding for a closed form.
    public let lowerBound: Double
    /// The objective at `endToEnd`: `p* ≤ upperBound`.
    public let upperBound: Double
    /// `M`; of rank at most `r`, and within `feasibilityTolerance` of the constraints.
    public let endToEnd: DenseMatrix
  }

  public let training: EndToEndTraining
  public let method: LinearMethod
  public let reason: String

  /// The automatic choice.
  public init(_ training: EndToEndTraining) {
    self.training = training
    (method, reason) = Self.choose(training)
  }

  /// A method asked for by name.
  public init(_ training: EndToEndTraining, method: LinearMethod) {
    self.training = training
    self.method = method
    reason = "asked for"
  }

  private static func choose(_ training: EndToEndTraining) -> (LinearMethod, String) {
    if let form = LinearClosedForm(for: EndToEndReduction(training)) {
      return (.closedForm(form), "the optimum is written down from singular values")
    }
    let exponent = training.penalty?.exponent
    if exponent == nil || exponent == 2, !training.boundsRank {
      return (.leastSquares, "the widths do not bound the rank: convex in the end-to-end matrix")
    }
    if exponent == 1 {
      guard training.boundsRank else { return (.nuclear, "weight decay is the nuclear norm: convex in the end-to-end matrix") }
      return training.fit == .interpolation
        ? (.nuclear, "weight decay is the nuclear norm; exact if the optimum respects the rank bound")
        : (.perspective, "weight decay is the nuclear norm, and the rank bound a perspective: exact if the optimum respects it")
    }
    if let exponent, exponent < 1 {
      return (.nuclear, "weight decay on \(Int((2 / exponent).rounded())) layers is not convex: its chord is a lower bound")
    }
    let order = training.inputDimension + training.outputDimension
    return order <= largestLiftedOrder
      ? (.kronecker, "rank bound with \(reasonNotClosed(training)): d + c = \(order) is small enough for the lift's relaxation")
      : (.perspective, "rank bound with \(reasonNotClosed(training)): matrix perspective, since d + c = \(order)")
  }

  private static func reasonNotClosed(_ training: EndToEndTraining) -> String {
    training.constraints.isEmpty ? "weights that differ between outputs" : "constraints on the product"
  }

  /// - Throws: `LinearTrainingError` when the method does not apply or no network satisfies the constraints; `ModelError` when the
  ///   solver refuses the program.
  public func run(_ settings: Settings = Settings()) throws -> Outcome {
    switch method {
    case .closedForm(let form):
      let M = try form.optimum(EndToEndReduction(training), of: training)
      let value = training.objective(M)
      return Outcome(
        method: method, reason: reason, isExact: true, lowerBound: value, upperBound: value, endToEnd: M)
    case .leastSquares: return try bracket(ConvexLift(training), settings)
    case .fantope: return try bracket(FantopeLift(training), settings)
    case .nuclear:
      guard (training.penalty?.exponent ?? 1) < 1 else { return try bracket(NuclearNormLift(training), settings) }
      // The chord needs an objective that the optimum does not exceed; the better it is, the tighter the bound.
      let known = try localOptima(settings)
      let best = known.map(training.objective).min()
      return try bracket(NuclearNormLift(training, value: best), settings, candidates: known)
    case .perspective: return try bracket(PerspectiveLift(training), settings)
    case .kronecker: return try bracket(KroneckerRelaxation(training), settings)
    }
  }

  /// What descent reaches from `X†Y` cut to every rank, and 0: below two layers' convexity each rank has optima of its own, and
  /// descent does not bring a singular value to 0 in finitely many rounds.
  private func localOptima(_ settings: Settings) throws -> [DenseMatrix] {
    let plain = EndToEndTraining(unchecked: training.X, training.Y, .squared, rank: training.rank, nil, [])
    let reduction = EndToEndReduction(plain)
    let zero = DenseMatrix(rows: training.inputDimension, columns: training.outputDimension)
    guard let start = try LinearClosedForm(for: reduction)?.optimum(reduction, of: plain) else { return [zero] }
    let descent = LayerwiseDescent(training: training)
    return try [zero] + (1...training.rank).compactMap { rank in
      try descent.run(from: LinearClosedForm.spectrum(of: start, rank: rank) { $0 }, settings: settings)
    }
  }

  /// The relaxation's value, and the best network from its optimum: that optimum itself when it is of rank `r`, else descent
  /// from it.
  private func bracket<L: Lift>(
    _ lift: L, _ settings: Settings, candidates: [DenseMatrix] = []
  ) throws -> Outcome where L.Network == DenseMatrix {
    let optimum = try lift.program().solve(settings)
    let candidates = try candidates + (optimum.network.map { try rounded($0, value: optimum.value, settings) } ?? [])
    guard let best = best(of: candidates) else {
      throw LinearTrainingError.unsupported(
        formulation: L.info.name, reason: "no network within the rank bound was found that satisfies the constraints")
    }
    let value = training.objective(best)
    return Outcome(
      method: method, reason: reason, isExact: value - optimum.value <= Self.rankTolerance * max(1, abs(value)),
      lowerBound: optimum.dualValue, upperBound: value, endToEnd: best)
  }

  /// The network for a relaxation's `M`: cut to rank `r`, and where that costs more than the relaxation's `value`, descent from there;
  /// `nil` when neither satisfies the constraints.
  public func network(from M: DenseMatrix, value: Double, settings: Settings = Settings()) throws -> DenseMatrix? {
    best(of: try rounded(M, value: value, settings))
  }

  private func rounded(_ M: DenseMatrix, value: Double, _ settings: Settings) throws -> [DenseMatrix] {
    let cut = LinearClosedForm.spectrum(of: M, rank: training.rank) { $0 }
    guard training.objective(cut) - value > Self.rankTolerance * max(1, abs(value)) else { return [cut] }
    return try [cut] + [LayerwiseDescent(training: training).run(from: M, settings: settings)].compactMap { $0 }
  }

  private func best(of candidates: [DenseMatrix]) -> DenseMatrix? {
    let scale = 1 + training.constraints.reduce(DenseKernels.norm(training.Y.values)) { max($0, abs($1.bound)) }
    return candidates.filter { training.violation($0) <= Self.feasibilityTolerance * scale }
      .min { training.objective($0) < training.objective($1) }
  }
}
