"""ECOS: Gx + s = h with nonnegative, then second-order rows; equalities apart."""
import ecos
import numpy as np

from ..answer import Answer, Claim
from ..program import Kind
from .layout import Grouped, require

CONIC = (Kind.NONNEGATIVE, Kind.SECOND_ORDER)
CLAIMS = {0: Claim.OPTIMAL, 1: Claim.PRIMAL_INFEASIBLE, 2: Claim.DUAL_INFEASIBLE}


def solve(program, request, clock):
    require(program, Kind.ZERO, *CONIC)
    grouped = Grouped(program)
    conic, equal = grouped.order(*CONIC), grouped.rows[Kind.ZERO]
    A = program.A.tocsr()
    G, E = A[conic].tocsc(), A[equal].tocsc()
    dims = {"l": len(grouped.rows[Kind.NONNEGATIVE]), "q": grouped.sizes[Kind.SECOND_ORDER]}
    equalities = {"A": E, "b": program.b[equal]} if len(equal) else {}
    with clock:
        found = ecos.solve(
            program.q, G, program.b[conic], dims, **equalities, verbose=False, max_iters=500, feastol=request.tolerance,
            abstol=request.tolerance, reltol=request.tolerance)
    s, z = grouped.restore(found["s"], *CONIC), grouped.restore(found["z"], *CONIC)
    if len(equal):
        z[equal] = found["y"]
    info = found["info"]
    return Answer(info["infostring"], CLAIMS.get(info["exitFlag"], Claim.NONE), np.array(found["x"]), s, z, info["iter"])
