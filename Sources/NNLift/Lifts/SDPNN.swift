import ConeModel
import ConeSolver

/// The doubly-nonnegative relaxation SDP-NN of training a two-layer ReLU network with squared loss, facially reduced.
/// **Lower bound.**
///
/// With the exact reductions of `DataReduction` (unit directions `x̂_g`, `g × r`) and `OutputReduction` (`ρ` outputs) a neuron
/// `(w, v)` has `s = |X̂w|` and hidden values `α = ½(s + X̂w)`, `β = ½(s − X̂w)`. Over the moments
/// `T = Σ (s; w; v)(s; w; v)ᵀ`, of order `g + r + ρ`,
///
///     minimize    ½‖P₊T_αv + P₋T_βv − Ŷ‖² + (γ/2)(tr T_ww + tr T_vv)
///     subject to  T_ss,ii = x̂_iᵀT_ww x̂_i,     T_αα,ij, T_ββ,ij (i < j) ≥ 0,   T_αβ,ij (i ≠ j) ≥ 0,     T ⪰ 0
///
/// where `T_αα` and the others are the linear images of `T`. The published program has `Λ` of order `2n + d + c` with
/// `MΛMᵀ = 0`, hence no interior; substituting `Λ = NTNᵀ` on the kernel of `M` removes that face and leaves one equality for
/// each direction, `g` in all. `α_iβ_i = 0` is that equality. The diagonals of `T_αα` and `T_ββ` need no row: `T ⪰ 0` has them.
///
/// Size: `N(N + 1)/2` unknowns with `N = g + r + ρ`, `2g(g − 1)` nonnegative rows of `1 + 2r + r(r + 1)/2` entries.
/// Sources: K. Prakhya, T. Birdal and A. Yurtsever, arXiv:2410.22311 (CP-NN, SDP-NN); the reduction is derived in
/// docs/sdp-nn.md.
public struct SDPNN: Lift {
  public static let info = LiftInfo(
    name: "sdp-nn", guarantee: .lowerBound,
    size: "one semidefinite block of order n+r+c, n equalities, 2n(n−1) nonnegative rows",
    theorem: "doubly nonnegative relaxation of the completely positive program, on its face",
    source: "Prakhya, Birdal & Yurtsever, arXiv:2410.22311, SDP-NN")

  public let training: ReLUTraining
  public let outputs: OutputReduction
  /// The coordinates `(s, w, v)` of the moments.
  let coordinates: MomentCoordinates

  public static let scope = TrainingScope()

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(_ training: ReLUTraining) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: "SDP-NN")
    self.training = training
    let data = try MomentData(training, for: "SDP-NN")
    coordinates = MomentCoordinates(data, NeuronCone.cells(data, groups: [])[0])
    outputs = OutputReduction(training.Y, zeroRows: data.reduction.zeroRows)
  }

  public var reduction: DataReduction { coordinates.data.reduction }

  /// Order of the moment matrix, `g + r + ρ`.
  public var order: Int { reduction.groupCount + reduction.rank + outputs.rank }

  /// The solved relaxation.
  public struct Relaxation: Sendable {
    /// The value at the returned moments: the relaxation's optimum up to the residuals of `solution`.
    public let value: Double
    /// The dual objective.
    public let dualValue: Double
    /// `T` over `(s, w, v)`, of order `g + r + ρ`.
    public let moments: DenseMatrix
    /// The dual matrix with its multipliers; `DNNCertificate.provenKappa` turns it into a proof.
    public let certificate: DNNCertificate
    public let solution: Solution
  }

  /// Solves the relaxation. Any status may come back; the certificate is sound whatever it is.
  ///
  /// - Parameters:
  ///   - prepared: receives why the linear system was chosen, before the first iteration.
  ///   - observer: receives the iterations, their objectives with every constant of the training problem.
  public func solve(
    _ settings: Settings = Settings(), prepared: ((_ strategyReason: String) -> Void)? = nil,
    observer: ((Iteration) -> ObserverAction)? = nil
  ) throws(ModelError) -> Relaxation {
    let stated = stated()
    let compiled = try stated.program.problem.compile()
    // Bounds are proved from whatever comes back, so the last digits are not worth a second solve.
    var settings = settings
    settings.retries = false
    let solver: Solver
    do { solver = try Solver(compiled.problem, settings: settings) } catch { throw .refused(error) }
    prepared?(solver.strategyReason)
    let solution = solver.solve { iteration in observer?(withConstants(iteration, of: compiled)) ?? .proceed }
    let solved = try compiled.interpret(solution)
    let certificate = DNNCertificate(
      Z: dualMatrix(outputs: try solved.value(of: stated.outputs)),
      alphaAlpha: MomentPairs.multipliers(stated.pairs.unordered, try solved.dual(of: stated.alphaAlpha)),
      betaBeta: MomentPairs.multipliers(stated.pairs.unordered, try solved.dual(of: stated.betaBeta)),
      alphaBeta: MomentPairs.multipliers(stated.pairs.ordered, try solved.dual(of: stated.alphaBeta)),
      mu: try solved.dual(of: stated.balance).map { 2 * $0 })
    return Relaxation(
      value: solved.objective + outputs.lossConstant, dualValue: solved.bound + outputs.lossConstant,
      moments: DenseMatrix(try solved.value(of: stated.moments)), certificate: certificate, solution: solved.underlying)
  }

  private func withConstants(_ iteration: Iteration, of compiled: CompiledProblem) -> Iteration {
    var iteration = iteration
    iteration.primalObjective = compiled.objective(ofSolverValue: iteration.primalObjective) + outputs.lossConstant
    iteration.dualObjective = compiled.objective(ofSolverValue: iteration.dualObjective) + outputs.lossConstant
    return iteration
  }

  // MARK: Program

  public func program() -> LiftedProgram<TwoLayerReLUNetwork> { stated().program }

  /// The relaxation as a model, without `outputs.lossConstant`.
  public var problem: Problem { program().problem }

  /// The program, with the parts that bounds and networks are made of.
  private struct Statement {
    let program: LiftedProgram<TwoLayerReLUNetwork>
    let moments: Expression<Symmetric, Affine>
    /// `P₊T_αv + P₋T_βv`, column by column.
    let outputs: Expression<Vector, Affine>
    let pairs: MomentPairs
    let balance, alphaAlpha, betaBeta, alphaBeta: Constraint<Vector>
  }

  private func stated() -> Statement {
    let y = coordinates
    let cell = CellMoments("T", y, model: Model(), hasOutputs: true)
    let pairs = MomentPairs(groups: reduction.groupCount)
    let products = { (list: [(i: Int, j: Int)], first: Int, second: Int) in
      cell.moments(list.map { (y.hidden($0.i, sign: first), y.hidden($0.j, sign: second)) }) >= 0
    }
    let balance = cell.balance == 0
    let alphaAlpha = products(pairs.unordered, 1, 1)
    let betaBeta = products(pairs.unordered, -1, -1)
    let alphaBeta = products(pairs.ordered, 1, -1)
    let f = MomentProgram.outputs(of: [cell], y.data)
    let fit = 0.5 ⋅ sumSquares(f - outputs.Y.values)
    let problem = Problem.minimize(fit + (0.5 * training.weightDecay) ⋅ cell.weights) {
      balance
      alphaAlpha
      betaBeta
      alphaBeta
    }
    let program = LiftedProgram(problem, constant: outputs.lossConstant) { solution -> TwoLayerReLUNetwork? in
      try MomentProgram.network([cell], y.data, solution)
    }
    return Statement(
      program: program, moments: cell.T, outputs: f, pairs: pairs, balance: balance, alphaAlpha: alphaAlpha,
      betaBeta: betaBeta, alphaBeta: alphaBeta)
  }

  /// The residual `Ŷ − f` is the dual matrix; in the user's outputs `Z = ẐBᵀ`, and `Z = Y` where the input is zero.
  private func dualMatrix(outputs f: [Double]) -> DenseMatrix {
    var residual = outputs.Y
    for k in f.indices { residual.values[k] -= f[k] }
    var Z = coordinates.data.expand(residual)
    for j in reduction.zeroRows {
      for k in 0..<Z.columns { Z[j, k] = training.Y[j, k] }
    }
    return Z
  }
}

/// The index pairs of the nonnegative rows, and their duals as multipliers of `DNNCertificate`.
private struct MomentPairs {
  let unordered: [(i: Int, j: Int)]
  let ordered: [(i: Int, j: Int)]

  init(groups: Int) {
    unordered = (0..<groups).flatMap { j in (0..<j).map { ($0, j) } }
    ordered = (0..<groups).flatMap { j in (0..<groups).filter { $0 != j }.map { ($0, j) } }
  }

  static func multipliers(_ pairs: [(i: Int, j: Int)], _ duals: [Double]) -> [PairMultiplier] {
    zip(pairs, duals).compactMap { pair, dual in dual > 0 ? PairMultiplier(pair.i, pair.j, dual) : nil }
  }
}
