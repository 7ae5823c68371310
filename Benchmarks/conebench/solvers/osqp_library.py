"""OSQP: low ≤ Ax ≤ high for all rows."""
import numpy as np
import osqp
import scipy.sparse as sp

from ..answer import Answer, Claim
from ..program import Kind
from .layout import projected_slack, require

CLAIMS = {"solved": Claim.OPTIMAL, "primal infeasible": Claim.PRIMAL_INFEASIBLE, "dual infeasible": Claim.DUAL_INFEASIBLE}


def solve(program, request, clock):
    require(program, Kind.ZERO, Kind.NONNEGATIVE, quadratic=True)
    low = np.full(program.rows, -np.inf)
    for cone, rows in program.blocks():
        if cone.kind is Kind.ZERO:
            low[rows] = program.b[rows]
    solver = osqp.OSQP()
    P = sp.triu(program.P, format="csc")
    with clock:
        solver.setup(
            P, program.q, program.A, low, program.b, verbose=False, eps_abs=request.tolerance, eps_rel=request.tolerance,
            eps_prim_inf=request.tolerance, eps_dual_inf=request.tolerance, max_iter=100_000_000, time_limit=request.time_limit)
        found = solver.solve()
    status = found.info.status
    claim = CLAIMS.get(status, Claim.NONE)
    x, z = np.array(found.x), np.array(found.y)
    if claim is Claim.PRIMAL_INFEASIBLE:
        return Answer(status, claim, z=np.array(found.prim_inf_cert), iterations=found.info.iter)
    if claim is Claim.DUAL_INFEASIBLE:
        return Answer(status, claim, x=np.array(found.dual_inf_cert), iterations=found.info.iter)
    return Answer(status, claim, x, projected_slack(program, x), z, found.info.iter)
