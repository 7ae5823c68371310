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
public struct SDPNN: Sendable {
  public let training: ReLUTraining
  public let reduction: DataReduction
  public let outputs: OutputReduction

  public static let scope = TrainingScope()

  /// - Throws: `UnsupportedTraining` outside `scope`.
  public init(_ training: ReLUTraining) throws(UnsupportedTraining) {
    try Self.scope.require(training, by: "SDP-NN")
    self.training = training
    reduction = DataReduction(training.X)
    outputs = OutputReduction(training.Y, zeroRows: reduction.zeroRows)
  }

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
    let g = reduction.groupCount
    let r = reduction.rank
    let model = Model()
    let T = model.symmetric("T", order: order, .positiveSemidefinite)
    let weights = sum(diagonal(T.principal(g..<g + r + outputs.rank)))
    let balance = balanceRows(T) == 0
    let signs = MomentPairs(groups: g)
    let alphaAlpha = productRows(T, signs.unordered, 1, 1) >= 0
    let betaBeta = productRows(T, signs.unordered, -1, -1) >= 0
    let alphaBeta = productRows(T, signs.ordered, 1, -1) >= 0
    let residual = residualRows(T)
    let problem = Problem.minimize(0.5 ⋅ sumSquares(residual) + (0.5 * training.weightDecay) ⋅ weights) {
      balance
      alphaAlpha
      betaBeta
      alphaBeta
    }
    let compiled = try problem.compile()
    // Bounds are proved from whatever comes back, so the last digits are not worth a second solve.
    var settings = settings
    settings.retries = false
    let solver: Solver
    do { solver = try Solver(compiled.problem, settings: settings) } catch { throw .refused(error) }
    prepared?(solver.strategyReason)
    let solution = solver.solve { iteration in observer?(withConstants(iteration, of: compiled)) ?? .proceed }
    let solved = try compiled.interpret(solution)
    let residualValue = try solved.value(of: residual)
    let certificate = DNNCertificate(
      Z: dualMatrix(residualValue),
      alphaAlpha: signs.multipliers(signs.unordered, try solved.dual(of: alphaAlpha)),
      betaBeta: signs.multipliers(signs.unordered, try solved.dual(of: betaBeta)),
      alphaBeta: signs.multipliers(signs.ordered, try solved.dual(of: alphaBeta)),
      mu: try solved.dual(of: balance).map { 2 * $0 })
    let moments = try solved.value(of: T)
    return Relaxation(
      value: solved.objective + outputs.lossConstant, dualValue: solved.bound + outputs.lossConstant,
      moments: DenseMatrix(
        rows: order, columns: order,
        values: (0..<order * order).map { moments[$0 % order, $0 / order] }),
      certificate: certificate, solution: solved.underlying)
  }

  private func withConstants(_ iteration: Iteration, of compiled: CompiledProblem) -> Iteration {
    var iteration = iteration
    iteration.primalObjective = compiled.objective(ofSolverValue: iteration.primalObjective) + outputs.lossConstant
    iteration.dualObjective = compiled.objective(ofSolverValue: iteration.dualObjective) + outputs.lossConstant
    return iteration
  }

  // MARK: Rows

  /// `T_ss,ii − x̂_iᵀT_ww x̂_i`.
  private func balanceRows(_ T: Expression<Symmetric, Affine>) -> Expression<Vector, Affine> {
    let g = reduction.groupCount
    let X = reduction.directions
    return vector(count: g) { rows in
      for i in 0..<g {
        rows.add(1, T[i, i], to: i)
        for a in 0..<reduction.rank {
          for b in 0..<reduction.rank { rows.add(-X[i, a] * X[i, b], T[g + a, g + b], to: i) }
        }
      }
    }
  }

  /// Four times the moment of `½(s_i + σ p_i)` and `½(s_j + σ' p_j)`, `p = X̂w`: `α` for `σ = 1`, `β` for `σ = −1`.
  private func productRows(
    _ T: Expression<Symmetric, Affine>, _ pairs: [(i: Int, j: Int)], _ sigma: Double, _ sigmaPrime: Double
  ) -> Expression<Vector, Affine> {
    let g = reduction.groupCount
    let X = reduction.directions
    return vector(count: pairs.count) { rows in
      for (row, (i, j)) in pairs.enumerated() {
        rows.add(1, T[i, j], to: row)
        for a in 0..<reduction.rank {
          rows.add(sigmaPrime * X[j, a], T[i, g + a], to: row)
          rows.add(sigma * X[i, a], T[j, g + a], to: row)
          for b in 0..<reduction.rank {
            rows.add(sigma * sigmaPrime * X[i, a] * X[j, b], T[g + a, g + b], to: row)
          }
        }
      }
    }
  }

  /// `Ŷ − P₊T_αv − P₋T_βv`, row by row; samples with a zero input have no row.
  private func residualRows(_ T: Expression<Symmetric, Affine>) -> Expression<Vector, Affine> {
    let g = reduction.groupCount
    let X = reduction.directions
    let first = g + reduction.rank
    return vector(count: training.sampleCount * outputs.rank) { rows in
      for j in 0..<training.sampleCount {
        guard let group = reduction.group[j] else { continue }
        let t = reduction.multiple[j]
        for k in 0..<outputs.rank {
          let row = j * outputs.rank + k
          rows.add(outputs.Y[j, k], to: row)
          rows.add(-0.5 * abs(t), T[group, first + k], to: row)
          for a in 0..<reduction.rank { rows.add(-0.5 * t * X[group, a], T[g + a, first + k], to: row) }
        }
      }
    }
  }

  /// The residual is the dual matrix; in the user's outputs `Z = ẐBᵀ`, and `Z = Y` where the input is zero.
  private func dualMatrix(_ residual: [Double]) -> DenseMatrix {
    var Z = DenseMatrix(rows: training.sampleCount, columns: training.outputDimension)
    for j in 0..<Z.rows {
      for k in 0..<Z.columns {
        if reduction.group[j] == nil {
          Z[j, k] = training.Y[j, k]
        } else {
          for l in 0..<outputs.rank { Z[j, k] += residual[j * outputs.rank + l] * outputs.B[k, l] }
        }
      }
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

  /// Each row is four times a product, so its dual counts four times as a multiplier.
  func multipliers(_ pairs: [(i: Int, j: Int)], _ duals: [Double]) -> [PairMultiplier] {
    zip(pairs, duals).compactMap { pair, dual in dual > 0 ? PairMultiplier(pair.i, pair.j, 4 * dual) : nil }
  }
}
