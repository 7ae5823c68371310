"""QICS: Gx + s = h with whole semidefinite matrices; equalities apart."""
import qics

from ..answer import Answer, Claim
from ..program import Kind
from .layout import Grouped, require, unpacking
from .lmi import lmi

CONIC = (Kind.NONNEGATIVE, Kind.SECOND_ORDER, Kind.SEMIDEFINITE)
CONES = {
    Kind.NONNEGATIVE: qics.cones.NonNegOrthant, Kind.SECOND_ORDER: lambda size: qics.cones.SecondOrder(size - 1),
    Kind.SEMIDEFINITE: qics.cones.PosSemidefinite,
}
CLAIMS = {"optimal": Claim.OPTIMAL, "pinfeas": Claim.PRIMAL_INFEASIBLE, "dinfeas": Claim.DUAL_INFEASIBLE}


def solve(program, request, clock):
    require(program, Kind.ZERO, *CONIC)
    view = lmi(program)
    program = view.program
    grouped = Grouped(program)
    rows, equal = grouped.order(*CONIC), grouped.rows[Kind.ZERO]
    sizes = [(kind, size) for kind in CONIC for size in grouped.sizes[kind]]
    U = unpacking(sizes)
    A = program.A.tocsr()
    equalities = {"A": A[equal], "b": program.b[equal].reshape(-1, 1)} if len(equal) else {}
    with clock:
        model = qics.Model(
            program.q.reshape(-1, 1), **equalities, G=U @ A[rows], h=(U @ program.b[rows]).reshape(-1, 1),
            cones=[CONES[kind](size) for kind, size in sizes])
        found = qics.Solver(
            model, max_iter=200, max_time=request.time_limit, tol_gap=request.tolerance, tol_feas=request.tolerance, verbose=0).solve()
    x, z = found["x_opt"].ravel(), grouped.restore(U.T @ found["z_opt"].vec.ravel(), *CONIC)
    # Its own slack comes back in scaled units (1.1.3).
    s = program.b - program.A @ x
    s[equal] = 0
    if len(equal):
        z[equal] = found["y_opt"].ravel()
    status = found["sol_status"]
    return view.restore(Answer(status, CLAIMS.get(status, Claim.NONE), x, s, z, found["num_iter"]))
