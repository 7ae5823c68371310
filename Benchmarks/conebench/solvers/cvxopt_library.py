"""CVXOPT: nonnegative, second-order, then whole semidefinite matrices column by column; equalities apart."""
import cvxopt
import numpy as np
from cvxopt import solvers

from ..answer import Answer, Claim
from ..program import Kind
from .layout import Grouped, unpacking
from .lmi import Same, lmi

CONIC = (Kind.NONNEGATIVE, Kind.SECOND_ORDER, Kind.SEMIDEFINITE)
CLAIMS = {
    "optimal": Claim.OPTIMAL, "primal infeasible": Claim.PRIMAL_INFEASIBLE, "dual infeasible": Claim.DUAL_INFEASIBLE,
}


def solve(program, request, clock):
    view = lmi(program) if program.largest_block() else Same(program)
    return view.restore(conic(view.program, request, clock))


def conic(program, request, clock):
    grouped = Grouped(program)
    rows, equal = grouped.order(*CONIC), grouped.rows[Kind.ZERO]
    U = unpacking([(kind, size) for kind in CONIC for size in grouped.sizes[kind]])
    A = program.A.tocsr()
    G, h = sparse(U @ A[rows]), cvxopt.matrix(U @ program.b[rows])
    dims = {"l": len(grouped.rows[Kind.NONNEGATIVE]), "q": grouped.sizes[Kind.SECOND_ORDER], "s": grouped.sizes[Kind.SEMIDEFINITE]}
    c = cvxopt.matrix(program.q)
    equalities = {"A": sparse(A[equal]), "b": cvxopt.matrix(program.b[equal])} if len(equal) else {}
    options = {
        "show_progress": False, "abstol": request.tolerance, "reltol": request.tolerance, "feastol": request.tolerance, "maxiters": 200,
    }
    with clock:
        if program.is_quadratic:
            found = solvers.coneqp(sparse(program.P), c, G, h, dims, **equalities, options=options)
        else:
            found = solvers.conelp(c, G, h, dims, **equalities, options=options)
    s, z = (None if found[name] is None else grouped.restore(U.T @ symmetric(found[name], dims), *CONIC) for name in "sz")
    if z is not None and len(equal):
        z[equal] = np.array(found["y"]).ravel()
    x = None if found["x"] is None else np.array(found["x"]).ravel()
    return Answer(found["status"], CLAIMS.get(found["status"], Claim.NONE), x, s, z, found.get("iterations"))


def sparse(matrix):
    matrix = matrix.tocoo()
    return cvxopt.spmatrix(matrix.data, matrix.row.astype(int), matrix.col.astype(int), matrix.shape, tc="d")


def symmetric(values, dims):
    """Fills upper triangles, of which CVXOPT promises nothing, from the lower ones."""
    values = np.array(values).ravel()
    at = dims["l"] + sum(dims["q"])
    for size in dims["s"]:
        block = values[at : at + size * size].reshape(size, size, order="F")
        lower = np.tril(block, -1)
        values[at : at + size * size] = (lower + lower.T + np.diag(np.diag(block))).ravel(order="F")
        at += size * size
    return values
