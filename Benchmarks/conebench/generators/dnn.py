"""Doubly nonnegative programs: a matrix variable that is semidefinite and entrywise nonnegative.

    θ₊     max ⟨J, X⟩, tr X = 1, X_ij = 0 on edges, X ⪰ 0, X ≥ 0                      (random graphs)
    BIQ    min ⟨Q, X⟩, diag X = x, [1 xᵀ; x X] ⪰ 0 and ≥ 0                           (binary quadratic programs)

X ≥ 0 is a slack for each entry, as the SDPA format has it: the program written is the dual, in the multipliers of all equalities.
"""
import gzip
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from ..program import Cone, Kind, without_quadratic
from ..symmetric import ROOT2, pack, position

THETA_ORDERS = (60, 100)
BIQ_ORDERS = (50, 100)


def instances(data, seed=1):
    for order in THETA_ORDERS:
        yield f"theta-plus-{order}", theta_plus(order, np.random.default_rng(seed + order)), "", "random graph of density 1/2"
    for order in BIQ_ORDERS:
        yield f"biq-{order}", biq(gaussian_quadratic(order, np.random.default_rng(seed + order))), "", "random, entries −100 … 100"
    for path in sorted(Path(data).glob("dnn/biq/*.sparse.gz")):
        Q = read_biq(path)
        if len(Q) <= max(BIQ_ORDERS):
            yield path.name.split(".")[0], biq(Q), "", "DNN relaxation"


def theta_plus(order, generator):
    edges = np.triu(generator.random((order, order)) < 0.5, 1)
    equalities = [([(i, i, 1.0) for i in range(order)], 1.0)]
    equalities += [([(i, j, 1.0)], 0.0) for i, j in zip(*np.nonzero(edges))]
    nonnegative = list(zip(*np.nonzero(np.triu(~edges, 1))))
    return program(order, -np.ones((order, order)), equalities, nonnegative)


def gaussian_quadratic(order, generator):
    matrix = generator.integers(-100, 101, size=(order, order)).astype(float)
    return np.triu(matrix) + np.triu(matrix, 1).T


def biq(Q):
    """min xᵀQx over binary x, relaxed; row and column 0 of the matrix are (1, x)."""
    order = len(Q) + 1
    C = np.zeros((order, order))
    C[1:, 1:] = Q
    equalities = [([(0, 0, 1.0)], 1.0)] + [([(i, i, 1.0), (0, i, -0.5)], 0.0) for i in range(1, order)]
    return program(order, C, equalities, [(i, j) for i in range(order) for j in range(i + 1, order)])


def program(order, C, equalities, nonnegative):
    """The dual of min ⟨C, X⟩, ⟨Aᵢ, X⟩ = bᵢ, X ⪰ 0, X_ij ≥ 0: min −bᵀy, C − Σ yᵢAᵢ ⪰ 0 with multipliers of X_ij = t_ij, t ≥ 0.

    An entry (i, j, a) of Aᵢ with i ≠ j stands for both triangles.
    """
    count, bounds = len(equalities), len(nonnegative)
    rows, columns, values = [], [], []
    for column, (entries, _) in enumerate(equalities):
        for i, j, a in entries:
            rows.append(position(i, j))
            columns.append(column)
            values.append(a if i == j else ROOT2 * a)
    for k, (i, j) in enumerate(nonnegative):
        rows += [position(i, j), order * (order + 1) // 2 + k]
        columns += [count + k, count + k]
        values += [ROOT2, -2.0]  # 2X_ij − 2t_ij = 0
    packed = order * (order + 1) // 2
    A = sp.csc_matrix((values, (rows, columns)), shape=(packed + bounds, count + bounds))
    q = np.concatenate([[-b for _, b in equalities], np.zeros(bounds)])
    cones = [Cone(Kind.SEMIDEFINITE, order), Cone(Kind.NONNEGATIVE, bounds)]
    return without_quadratic(q, A, np.concatenate([pack(C), np.zeros(bounds)]), cones)


def read_biq(path):
    """Order and number of entries, then `i j value`, counted from one, an entry off the diagonal standing for both triangles."""
    numbers = gzip.decompress(path.read_bytes()).decode().split()
    order, count = int(numbers[0]), int(numbers[1])
    Q = np.zeros((order, order))
    for i, j, value in zip(*(numbers[2 + k : 2 + 3 * count : 3] for k in range(3))):
        Q[int(i) - 1, int(j) - 1] = Q[int(j) - 1, int(i) - 1] = float(value)
    return Q
