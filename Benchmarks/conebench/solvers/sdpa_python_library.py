"""SDPA for Python: min cᵀx, Ax − b ∈ J with free x; J is free rows, nonnegative rows and whole semidefinite matrices."""
import numpy as np
import sdpap

from ..answer import Answer, Claim
from ..program import Kind
from .layout import Grouped, require, unpacking
from .lmi import lmi
from .sdpa import CLAIMS

CONIC = (Kind.NONNEGATIVE, Kind.SEMIDEFINITE)


def solve(program, request, clock):
    require(program, Kind.ZERO, *CONIC)
    view = lmi(program)
    program = view.program
    grouped = Grouped(program)
    rows, equal = grouped.order(*CONIC), grouped.rows[Kind.ZERO]
    order = np.concatenate([equal, rows])
    U = unpacking([(Kind.ZERO, len(equal))] + [(kind, size) for kind in CONIC for size in grouped.sizes[kind]])
    K = sdpap.SymCone(f=program.variables)
    J = sdpap.SymCone(f=len(equal), l=len(grouped.rows[Kind.NONNEGATIVE]), s=tuple(grouped.sizes[Kind.SEMIDEFINITE]))
    A, b = -(U @ program.A.tocsr()[order]).tocsc(), -(U @ program.b[order]).reshape(-1, 1)
    option = {
        "print": "no", "epsilonStar": request.tolerance, "epsilonDash": request.tolerance, "numThreads": request.threads,
        "maxIteration": 200,
    }
    with clock:
        x, y, info, _, inner = sdpap.solve(A, b, program.q.reshape(-1, 1), K, J, option)
    x, y = dense(x), dense(y)
    kinds = (Kind.ZERO,) + CONIC
    z = grouped.restore(U.T @ y, *kinds)
    s = program.b - program.A @ x
    s[equal] = 0
    status = info["phasevalue"]
    return view.restore(Answer(status, CLAIMS.get(status, Claim.NONE), x, s, z, inner.get("iteration")))


def dense(vector):
    return np.asarray(vector.todense() if hasattr(vector, "todense") else vector, float).ravel()
