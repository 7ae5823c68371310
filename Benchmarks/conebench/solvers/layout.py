"""Rows in the order and the packing that a library asks for."""
import numpy as np
import scipy.sparse as sp

from ..answer import Unsupported
from ..program import Kind
from ..symmetric import ROOT2, triangle


def require(program, *kinds, quadratic=False):
    """Refuses what a solver has no form for."""
    if program.is_quadratic and not quadratic:
        raise Unsupported("no quadratic objective")
    for kind in Kind:
        if program.has(kind) and kind not in kinds:
            raise Unsupported(f"no {kind.value} cones")


class Grouped:
    """Rows by kind: zero, nonnegative, second-order, semidefinite. `rows[kind]` are indices, `sizes[kind]` the cones' sizes."""

    def __init__(self, program):
        self.count = program.rows
        parts = {kind: [np.zeros(0, int)] for kind in Kind}
        self.sizes = {kind: [] for kind in Kind}
        for cone, rows in program.blocks():
            parts[cone.kind].append(np.arange(rows.start, rows.stop))
            self.sizes[cone.kind].append(cone.size)
        self.rows = {kind: np.concatenate(part) for kind, part in parts.items()}

    def order(self, *kinds):
        return np.concatenate([self.rows[kind] for kind in kinds])

    def restore(self, values, *kinds):
        """Values in the order of `kinds` back to the order of the program; zero elsewhere."""
        whole = np.zeros(self.count)
        whole[self.order(*kinds)] = values
        return whole


def unpacking(cones):
    """U with orthonormal columns: packed blocks to whole matrices column by column, Uᵀ the way back; other cones as they are."""
    rows, columns, values = [], [], []
    target = source = 0
    for kind, size in cones:
        if kind is Kind.SEMIDEFINITE:
            i, j = triangle(size)
            at = source + np.arange(len(i))
            off = i != j
            rows += [target + i + j * size, (target + j + i * size)[off]]
            columns += [at, at[off]]
            values += [np.where(off, 1 / ROOT2, 1.0), np.full(np.count_nonzero(off), 1 / ROOT2)]
            target, source = target + size * size, source + len(i)
        else:
            rows.append(target + np.arange(size))
            columns.append(source + np.arange(size))
            values.append(np.ones(size))
            target, source = target + size, source + size
    if not rows:
        return sp.csr_matrix((0, 0))
    return sp.csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(target, source))


def projected_slack(program, x):
    """b − Ax with its negative part cut off, for linear programs of solvers that return no slack."""
    s = program.b - program.A @ x
    for cone, rows in program.blocks():
        s[rows] = 0 if cone.kind is Kind.ZERO else np.maximum(s[rows], 0)
    return s
