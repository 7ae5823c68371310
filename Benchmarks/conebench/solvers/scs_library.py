"""SCS: rows by kind, semidefinite blocks as lower triangles column by column, off-diagonals times √2."""
import numpy as np
import scipy.sparse as sp
import scs

from ..answer import Answer, Claim
from ..program import Kind
from ..symmetric import triangle
from .layout import Grouped

ORDER = (Kind.ZERO, Kind.NONNEGATIVE, Kind.SECOND_ORDER, Kind.SEMIDEFINITE)
# Status values of the user's guide: solved, infeasible, unbounded.
CLAIMS = {1: Claim.OPTIMAL, -2: Claim.PRIMAL_INFEASIBLE, -1: Claim.DUAL_INFEASIBLE}


def solve(program, request, clock):
    grouped = Grouped(program)
    order = np.concatenate([grouped.order(*ORDER[:3])] + lower_triangles(program))
    data = {"P": sp.triu(program.P, format="csc"), "A": program.A[order], "b": program.b[order], "c": program.q}
    data["A"] = sp.csc_matrix(data["A"])
    cone = {
        "z": len(grouped.rows[Kind.ZERO]), "l": len(grouped.rows[Kind.NONNEGATIVE]), "q": grouped.sizes[Kind.SECOND_ORDER],
        "s": grouped.sizes[Kind.SEMIDEFINITE],
    }
    with clock:
        solver = scs.SCS(
            data, cone, eps_abs=request.tolerance, eps_rel=request.tolerance, time_limit_secs=request.time_limit,
            max_iters=10_000_000, verbose=False)
        found = solver.solve()
    s, z = np.empty(program.rows), np.empty(program.rows)
    s[order], z[order] = found["s"], found["y"]
    info = found["info"]
    return Answer(info["status"], CLAIMS.get(info["status_val"], Claim.NONE), found["x"], s, z, info["iter"])


def lower_triangles(program):
    """Row indices of every semidefinite block, in the order of its lower triangle column by column."""
    parts = []
    for cone, rows in program.blocks():
        if cone.kind is Kind.SEMIDEFINITE:
            i, j = triangle(cone.size)
            parts.append(rows.start + np.lexsort((j, i)))
    return parts
