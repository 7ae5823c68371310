"""Clarabel: the neutral form is its own."""
import clarabel
import numpy as np
import scipy.sparse as sp

from ..answer import Answer, Claim
from ..program import Kind

CONES = {
    Kind.ZERO: clarabel.ZeroConeT, Kind.NONNEGATIVE: clarabel.NonnegativeConeT, Kind.SECOND_ORDER: clarabel.SecondOrderConeT,
    Kind.SEMIDEFINITE: clarabel.PSDTriangleConeT,
}
CLAIMS = {"Solved": Claim.OPTIMAL, "PrimalInfeasible": Claim.PRIMAL_INFEASIBLE, "DualInfeasible": Claim.DUAL_INFEASIBLE}
# Statuses whose vectors are a certificate that is not claimed at full tolerance.
ALMOST = {"AlmostPrimalInfeasible": Claim.PRIMAL_INFEASIBLE, "AlmostDualInfeasible": Claim.DUAL_INFEASIBLE}


def solve(program, request, clock):
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.time_limit = request.time_limit
    settings.max_threads = request.threads
    for name in ("tol_feas", "tol_gap_abs", "tol_gap_rel"):
        setattr(settings, name, request.tolerance)
    cones = [CONES[cone.kind](cone.size) for cone in program.cones]
    P = sp.triu(program.P, format="csc")
    with clock:
        solution = clarabel.DefaultSolver(P, program.q, program.A, program.b, cones, settings).solve()
    status = str(solution.status)
    return Answer(
        status, CLAIMS.get(status) or ALMOST.get(status, Claim.NONE), np.array(solution.x), np.array(solution.s), np.array(solution.z),
        solution.iterations)
