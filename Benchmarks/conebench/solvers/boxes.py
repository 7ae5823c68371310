"""Linear rows as boxes: low ≤ Rx ≤ high with bounds on x, for solvers that treat bounds apart.

A row with a single entry is a bound of its variable; where several bound one side, the tightest is taken.
"""
import numpy as np

from ..program import Kind
from .layout import require


class Boxes:
    def __init__(self, program):
        require(program, Kind.ZERO, Kind.NONNEGATIVE, quadratic=True)
        self.program = program
        equal = np.zeros(program.rows, bool)
        for cone, rows in program.blocks():
            equal[rows] = cone.kind is Kind.ZERO
        A = program.A.tocsr()
        n = program.variables
        self.lower, self.upper = np.full(n, -np.inf), np.full(n, np.inf)
        # The row that each bound came from, and the entry of the row.
        self.lower_row, self.upper_row = np.full(n, -1), np.full(n, -1)
        single = np.diff(A.indptr) == 1
        for i in np.flatnonzero(single):
            j, a = A.indices[A.indptr[i]], A.data[A.indptr[i]]
            value = program.b[i] / a
            if (equal[i] or a > 0) and value < self.upper[j]:
                self.upper[j], self.upper_row[j] = value, i
            if (equal[i] or a < 0) and value > self.lower[j]:
                self.lower[j], self.lower_row[j] = value, i
        self.kept = np.flatnonzero(~single)
        self.R = A[self.kept]
        self.high = program.b[self.kept]
        self.low = np.where(equal[self.kept], self.high, -np.inf)

    def dual(self, rows, lower, upper):
        """z of the program from multipliers of the rows (≥ 0 pushes down) and the nonnegative ones of the bounds."""
        z = np.zeros(self.program.rows)
        z[self.kept] = rows
        A = self.program.A.tocsr()
        for source, values, sign in ((self.upper_row, upper, 1.0), (self.lower_row, lower, -1.0)):
            for j in np.flatnonzero(source >= 0):
                i = source[j]
                z[i] += sign * values[j] / A.data[A.indptr[i]]
        return z
