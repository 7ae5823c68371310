"""The neutral form in which every file is stated and every answer is verified.

    minimize    ½xᵀPx + qᵀx + constant        (negated where the file maximises)
    subject to  Ax + s = b,  s ∈ K             dual variable z ∈ K*

K is a product of zero, nonnegative, second-order and positive-semidefinite cones. A semidefinite block of order k travels as its
upper triangle column by column (11 12 22 13 23 33), off-diagonals times √2.
"""
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import scipy.sparse as sp


class FormatError(ValueError):
    """A file breaks its format, or asks for what the neutral form does not hold."""


class Kind(Enum):
    ZERO = "zero"
    NONNEGATIVE = "nonnegative"
    SECOND_ORDER = "second-order"
    SEMIDEFINITE = "semidefinite"


@dataclass(frozen=True)
class Cone:
    """`size` is the number of rows, but for a semidefinite cone the order of its matrix."""

    kind: Kind
    size: int

    @property
    def rows(self):
        return self.size * (self.size + 1) // 2 if self.kind is Kind.SEMIDEFINITE else self.size


@dataclass
class Program:
    P: sp.csc_matrix  # n × n, symmetric, both triangles
    q: np.ndarray
    A: sp.csc_matrix  # m × n
    b: np.ndarray
    cones: list
    constant: float = 0.0
    maximize: bool = False
    # How the columns group into the file's own variables: scalars first, then symmetric matrices of these orders.
    scalars: int = None
    matrix_orders: list = field(default_factory=list)

    def __post_init__(self):
        if self.scalars is None:
            self.scalars = len(self.q)

    @property
    def variables(self):
        return len(self.q)

    @property
    def rows(self):
        return len(self.b)

    @property
    def is_quadratic(self):
        return self.P.nnz > 0

    def blocks(self):
        """Every cone with the slice of its rows."""
        start = 0
        for cone in self.cones:
            yield cone, slice(start, start + cone.rows)
            start += cone.rows

    def has(self, kind):
        return any(cone.kind is kind and cone.size > 0 for cone in self.cones)

    def largest_block(self):
        """The largest order of a semidefinite block, 0 without one."""
        return max((cone.size for cone in self.cones if cone.kind is Kind.SEMIDEFINITE), default=0)

    def file_objective(self, value):
        """A value of ½xᵀPx + qᵀx in the file's own sense and with its constant."""
        return self.constant - value if self.maximize else value + self.constant


def without_quadratic(q, A, b, cones, **rest):
    n = len(q)
    return Program(sp.csc_matrix((n, n)), np.asarray(q, float), sp.csc_matrix(A, dtype=float), np.asarray(b, float), merged(cones), **rest)


def merged(cones):
    """Neighbouring linear cones of one kind become one; empty ones vanish. The rows stay as they are."""
    result = []
    for cone in cones:
        if cone.rows == 0:
            continue
        linear = cone.kind in (Kind.ZERO, Kind.NONNEGATIVE)
        if linear and result and result[-1].kind is cone.kind:
            result[-1] = Cone(cone.kind, result[-1].size + cone.size)
        else:
            result.append(cone)
    return result
