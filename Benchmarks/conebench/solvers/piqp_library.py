"""PIQP: sparse back end, equalities, inequalities and bounds apart."""
import numpy as np
import piqp
import scipy.sparse as sp

from ..answer import Answer, Claim
from .boxes import Boxes
from .layout import projected_slack

CLAIMS = {
    piqp.PIQP_SOLVED: Claim.OPTIMAL, piqp.PIQP_PRIMAL_INFEASIBLE: Claim.PRIMAL_INFEASIBLE,
    piqp.PIQP_DUAL_INFEASIBLE: Claim.DUAL_INFEASIBLE,
}


def solve(program, request, clock):
    boxes = Boxes(program)
    equal = boxes.low == boxes.high
    A, G = sp.csc_matrix(boxes.R[equal]), sp.csc_matrix(boxes.R[~equal])
    solver = piqp.SparseSolver()
    for name in ("eps_abs", "eps_rel", "eps_duality_gap_abs", "eps_duality_gap_rel"):
        setattr(solver.settings, name, request.tolerance)
    solver.settings.verbose = False
    solver.settings.max_iter = 500
    P = sp.triu(program.P, format="csc")
    with clock:
        solver.setup(P, program.q, A, boxes.high[equal], G, boxes.low[~equal], boxes.high[~equal], boxes.lower, boxes.upper)
        status = solver.solve()
    found = solver.result
    rows = np.zeros(len(boxes.kept))
    rows[equal], rows[~equal] = found.y, np.asarray(found.z_u) - np.asarray(found.z_l)
    x = np.array(found.x)
    z = boxes.dual(rows, np.array(found.z_bl), np.array(found.z_bu))
    return Answer(status.name, CLAIMS.get(status, Claim.NONE), x, projected_slack(program, x), z, found.info.iter)
