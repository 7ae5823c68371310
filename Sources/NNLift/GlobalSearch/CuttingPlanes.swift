import ConeModel
import ConeSolver

/// The cutting-plane method for the dual of training, A. Sahiner et al. (ICLR 2021, App. A.5):
///
///     p* = max  −½‖Z − Y‖² + ½‖Y‖²    subject to   ‖Zᵀ(Xu)_+‖ ≤ γ  for all ‖u‖ ≤ 1
///
/// that is, `Y` is projected onto a convex set given by an oracle. The constraints of finitely many `u_k` are second-order cones; their
/// program's value is an *upper* bound on `p*` and decreases as cuts are added. The exact oracle (`FaceOracle`) finds the violated `u`,
/// at most one for each face, or `κ(Z)`, and `Z` scaled by `γ/κ(Z)` is feasible: a *lower* bound.
///
/// The paper queries the analytic centre of the localisation set, for a polynomial bound on the number of queries; here the
/// query is the optimum of the present program, which a strongly concave objective keeps from jumping. Its dual is the
/// group lasso over the neurons `u_k` (`GlobalSearch`), so both run through the same values.
///
/// *When not to use it*: `GlobalSearch` does the same in the primal, warm from round to round, and for any rank.
public struct CuttingPlanes: Sendable {
  public struct Options: Sendable {
    /// `(upper − lower)/upper` at which the method ends.
    public var gap = 1e-8
    public var rounds = 100
    /// Cuts added in one round.
    public var cuts = 40

    public init() {}
  }

  public struct Outcome: Sendable {
    /// Feasible for the dual up to rounding, `n × c`.
    public let Z: DenseMatrix
    public let lowerBound: Double
    public let upperBound: Double
    /// Unit `u_k`, one for each cut.
    public let directions: [[Double]]
    public let rounds: Int
  }

  public let training: ReLUTraining
  private let data: MomentData
  private let oracle: FaceOracle

  public static let scope = TrainingScope(patches: true)

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(_ training: ReLUTraining) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: "The cutting-plane method")
    self.training = training
    data = try MomentData(training, for: "The cutting-plane method")
    oracle = FaceOracle(data.directions)
  }

  /// - Throws: `ModelError` when the solver refuses a program.
  public func run(_ options: Options = Options(), settings: Settings = Self.tight) throws(ModelError) -> Outcome {
    let Y = data.targets
    var Z = Y
    var directions: [[Double]] = []
    var best = (Z: Y, lower: 0.0, upper: 0.5 * Y.values.reduce(0) { $0 + $1 * $1 })
    var round = 0
    while true {
      let found = oracle.violations(GroupDual(Z, data), above: data.weightDecay)
      let kappa = found.first?.value ?? data.weightDecay
      let bound = DualBound(Z: Z, Y: Y, weightDecay: data.weightDecay, kappa: kappa)
      if bound.value > best.lower { best = (Z.map { bound.scale * $0 }, bound.value, best.upper) }
      let new = found.map(\.direction).filter { w in !directions.contains { Separation.areSame($0, w) } }
      guard round < options.rounds, !new.isEmpty, best.upper - best.lower > options.gap * best.upper else { break }
      directions += new.prefix(options.cuts)
      let solved = try project(Y, directions, settings)
      Z = solved.Z
      best.upper = min(best.upper, solved.value)
      round += 1
    }
    let constant = data.lossConstant
    return Outcome(
      Z: data.expand(best.Z), lowerBound: best.lower + constant,
      upperBound: best.upper + constant, directions: directions.map(data.reduction.expand), rounds: round)
  }

  /// Tolerances with which the programs are solved unless others are given.
  public static let tight: Settings = {
    var settings = Settings()
    settings.epsAbs = 1e-10
    settings.epsRel = 1e-10
    return settings
  }()

  /// The optimum under the cuts so far, `n × ρ`, and its value.
  private func project(
    _ Y: DenseMatrix, _ directions: [[Double]], _ settings: Settings
  ) throws(ModelError) -> (Z: DenseMatrix, value: Double) {
    let model = Model()
    let Z = model.matrix("Z", rows: Y.rows, columns: Y.columns)
    let targets = Constant<Matrix>(rows: Y.rows, columns: Y.columns, columnMajor: Y.values)
    let cuts = directions.map { w in norm(product(Z.transposed(), data.hiddenOutputs(w))) <= data.weightDecay }
    let problem = Problem.minimize(0.5 ⋅ sumSquares(entries(Z)) - inner(targets, Z)) { cuts }
    let solution = try problem.solve(settings).solution
    return (
      DenseMatrix(rows: Y.rows, columns: Y.columns, values: try solution.value(of: Z).values), -solution.bound
    )
  }
}
