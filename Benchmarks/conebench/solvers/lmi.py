"""Programs as linear matrix inequalities, for solvers that want few free variables and no equalities: the program itself where it has
no equality rows, otherwise the dual of its standard form.

Standard form: a column that one conic row holds alone, s_r = h_r − g x_j, is replaced by x_j = (h_r − s_r)/g; other columns stay free.
With y = (s, x_free) the program is min cᵀy, By = d, s ∈ K, and its dual is the neutral form again:

    minimize dᵀw   subject to  −Bᵀw + S = c,  S ∈ K* (zero rows where y is free)

Its dual variable is y; S is the dual variable of the conic rows, and w of the equalities.
"""
import numpy as np
import scipy.sparse as sp

from ..answer import Claim
from ..program import Cone, Kind, without_quadratic

SWAPPED = {Claim.PRIMAL_INFEASIBLE: Claim.DUAL_INFEASIBLE, Claim.DUAL_INFEASIBLE: Claim.PRIMAL_INFEASIBLE}


class Same:
    """The program itself."""

    def __init__(self, program):
        self.program = program

    def restore(self, answer):
        return answer


class DualOfStandard:
    def __init__(self, program):
        self.original = program
        n = program.variables
        self.equal = np.zeros(program.rows, bool)
        for cone, rows in program.blocks():
            self.equal[rows] = cone.kind is Kind.ZERO
        A = program.A.tocsr()
        E, e = A[self.equal], program.b[self.equal]
        G, h = A[~self.equal], program.b[~self.equal]
        claimed = pivots(G, n)  # row of G for every column, −1 for free ones
        self.free = np.flatnonzero(claimed < 0)
        bound = np.flatnonzero(claimed >= 0)
        rows = claimed[bound]
        g = np.asarray(G[rows, bound]).ravel()
        self.T = sp.csr_matrix((-1 / g, (bound, rows)), shape=(n, len(h)))
        self.F = sp.csr_matrix((np.ones(len(self.free)), (self.free, np.arange(len(self.free)))), shape=(n, len(self.free)))
        self.offset = np.zeros(n)
        self.offset[bound] = h[rows] / g
        others = np.setdiff1d(np.arange(len(h)), rows)
        chosen = sp.csr_matrix((np.ones(len(others)), (np.arange(len(others)), others)), shape=(len(others), len(h)))
        B = sp.bmat([[E @ self.T, E @ self.F], [G[others] @ self.T + chosen, G[others] @ self.F]], format="csr")
        d = np.concatenate([e - E @ self.offset, h[others] - G[others] @ self.offset])
        c = np.concatenate([self.T.T @ program.q, self.F.T @ program.q])
        cones = [cone for cone in program.cones if cone.kind is not Kind.ZERO] + [Cone(Kind.ZERO, len(self.free))]
        self.program = without_quadratic(d, -B.T, c, cones)

    def restore(self, answer):
        """The answer in the terms of the original program."""
        answer.claim = SWAPPED.get(answer.claim, answer.claim)
        w, S, y = answer.x, answer.s, answer.z
        rows = np.count_nonzero(~self.equal)
        answer.x = answer.s = answer.z = None
        if y is not None:
            ray = answer.claim is Claim.DUAL_INFEASIBLE
            answer.x = self.T @ y[:rows] + self.F @ y[rows:] + (0 if ray else self.offset)
            answer.s = np.zeros(self.original.rows)
            answer.s[~self.equal] = y[:rows]
        if w is not None and S is not None:
            answer.z = np.zeros(self.original.rows)
            answer.z[~self.equal] = S[:rows]
            answer.z[self.equal] = w[: self.original.rows - rows]
        return answer


def pivots(G, columns):
    """For every column a row that holds it alone, −1 where there is none."""
    claimed = np.full(columns, -1)
    single = np.flatnonzero(np.diff(G.indptr) == 1)
    claimed[G.indices[G.indptr[single]][::-1]] = single[::-1]
    return claimed


def lmi(program):
    """A view with `program` to solve and `restore` for its answer. For programs without quadratic objective."""
    return DualOfStandard(program) if program.has(Kind.ZERO) else Same(program)
