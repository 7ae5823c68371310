import ConeSolver
import LinearAlgebra

/// How far a certificate of infeasibility is from proving its claim, on the program as the file gives it.
///
/// Primal infeasible: `bᵀz = −1`, `z ∈ K*`, and `dual` is `‖Aᵀz‖∞`. Dual infeasible: `qᵀx = −1`, `s ∈ K`, `dual` is
/// `‖Px‖∞` and `primal` is `‖Ax + s‖∞`.
struct CertificateResidual {
  let primal: Double?
  let dual: Double

  /// `nil` when the solution is not a certificate. Complexity: O(n + m + nonzeros).
  init?(_ solution: Solution, of problem: ConicProblem) {
    let arena = Arena()
    let columns = arena.vector(problem.variableCount)
    switch solution.status {
    case .primalInfeasible:
      problem.A.transposeMultiplyAdd(1, arena.vector(solution.z), into: columns)
      primal = nil
    case .dualInfeasible:
      let rows = arena.vector(solution.s)
      problem.A.multiplyAdd(1, arena.vector(solution.x), into: rows)
      problem.P.symmetricMultiplyAdd(1, arena.vector(solution.x), into: columns)
      primal = rows.maximumNorm
    default: return nil
    }
    dual = columns.maximumNorm
  }
}
