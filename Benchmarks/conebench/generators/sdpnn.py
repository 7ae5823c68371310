"""Two-layer ReLU training as a semidefinite program, facially reduced (docs/sdp-nn.md), with the output weights eliminated:

    min (γ/2)(tr W + tr T_uu)    T ⪰ 0 of order n + r over (s, u),  [γI + S_αα  Y; Yᵀ  W] ⪰ 0
    S_αα = L₊TL₊ᵀ ≥ 0, S_ββ = L₋TL₋ᵀ ≥ 0, S_αβ = L₊TL₋ᵀ ≥ 0, its diagonal 0,    L± = ½[I ±X]

(s stands for |Xu|.) The variables are the entries of T and W; diag S_αβ = 0 says T_ii = x_iᵀT_uu x_i for i ≤ n and is substituted.
Rows of X that are zero add ½‖y‖² to the objective and are dropped.
"""
import csv
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from ..program import Cone, Kind, without_quadratic
from ..symmetric import ROOT2, position, triangle

SETS = ("spiral", "iris_train")
DECAYS = (0.1, 0.01)


def instances(data):
    for name in SETS:
        X, Y = read(Path(data) / "nn" / f"{name}.csv")
        for decay in DECAYS:
            kept = np.any(X != 0, axis=1)
            note = f"SDP-NN of {name}, weight decay {decay}, without the constant {0.5 * np.sum(Y[~kept] ** 2):g} of zero rows"
            yield f"{name}-{decay}", program(X[kept], Y[kept], decay), "", note


def program(X, Y, decay):
    (n, r), outputs = X.shape, Y.shape[1]
    order, side = n + r, n + outputs
    T, count = entries_of_moments(X)
    plus, minus = (sp.hstack([sp.identity(n), sign * sp.csr_matrix(X)], "csr") / 2 for sign in (1, -1))
    whole = sp.csr_matrix(unpacked(order) @ T)

    def block(left, right):
        """Entries of left·T·rightᵀ, row by row."""
        return sp.kron(left, right, format="csr") @ whole

    alpha, beta, mixed = block(plus, plus), block(minus, minus), block(plus, minus)
    upper = np.flatnonzero(np.triu(np.ones((n, n)), 1).ravel())
    off = np.flatnonzero(~np.eye(n, dtype=bool).ravel())
    nonnegative = sp.vstack([alpha[upper], beta[upper], mixed[off]], "csr")

    weights = outputs * (outputs + 1) // 2
    moments = scaled(order) @ T
    fit, constant = fit_block(alpha, Y, decay, n, outputs)
    A = -sp.bmat([
        [moments, sp.csr_matrix((moments.shape[0], weights))], [fit[:, :count], fit[:, count:]],
        [nonnegative, sp.csr_matrix((nonnegative.shape[0], weights))]], format="csc")
    b = np.concatenate([np.zeros(moments.shape[0]), constant, np.zeros(nonnegative.shape[0])])
    trace = np.asarray(T[[position(k, k) for k in range(n, order)]].sum(axis=0)).ravel()
    diagonal = np.array([float(i == j) for i, j in zip(*triangle(outputs))])
    cones = [Cone(Kind.SEMIDEFINITE, order), Cone(Kind.SEMIDEFINITE, side), Cone(Kind.NONNEGATIVE, nonnegative.shape[0])]
    return without_quadratic(decay / 2 * np.concatenate([trace, diagonal]), A, b, cones)


def entries_of_moments(X):
    """T's upper triangle (unscaled, column by column) as a linear function of the variables, and their number."""
    n, r = X.shape
    i, j = triangle(n + r)
    free = ~((i == j) & (i < n))
    number = np.cumsum(free) - 1
    rows, columns, values = [np.flatnonzero(free)], [number[free]], [np.ones(np.count_nonzero(free))]
    for row in range(n):
        a, c = triangle(r)
        products = X[row, a] * X[row, c] * np.where(a == c, 1.0, 2.0)
        rows.append(np.full(len(a), position(row, row)))
        columns.append(number[position(n + a, n + c)])
        values.append(products)
    count = int(np.count_nonzero(free))
    T = sp.csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(len(i), count))
    return T, count


def fit_block(alpha, Y, decay, n, outputs):
    """Packed rows of [γI + S_αα  Y; Yᵀ  W] in the variables (of T, then of W), and their constant."""
    i, j = triangle(n + outputs)
    scale = np.where(i == j, 1.0, ROOT2)
    inner = np.flatnonzero(j < n)
    outer = np.flatnonzero(i >= n)
    pick = sp.csr_matrix((scale[inner], (inner, i[inner] * n + j[inner])), shape=(len(i), n * n))
    place = sp.csr_matrix((scale[outer], (outer, position(i[outer] - n, j[outer] - n))), shape=(len(i), outputs * (outputs + 1) // 2))
    constant = np.where((i == j) & (j < n), decay, 0.0)
    mixed = np.flatnonzero((i < n) & (j >= n))
    constant[mixed] = ROOT2 * Y[i[mixed], j[mixed] - n]
    return sp.hstack([pick @ alpha, place], "csr"), constant


def unpacked(order):
    """Upper triangle to the whole matrix, row by row."""
    i, j = triangle(order)
    off = np.flatnonzero(i != j)
    rows = np.concatenate([i * order + j, (j * order + i)[off]])
    columns = np.concatenate([np.arange(len(i)), off])
    return sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(order * order, len(i)))


def scaled(order):
    """Upper triangle to its packing."""
    i, j = triangle(order)
    return sp.diags(np.where(i == j, 1.0, ROOT2), format="csr")


def read(path):
    """Features and one-hot classes; columns whose name begins with y are outputs, else the last column is a class."""
    with open(path, newline="") as handle:
        head, *rows = csv.reader(handle)
    table = np.array(rows, float)
    outputs = [k for k, name in enumerate(head) if name.lower().startswith("y")]
    if outputs:
        return np.delete(table, outputs, axis=1), table[:, outputs]
    classes = np.unique(table[:, -1])
    return table[:, :-1], (table[:, -1:] == classes).astype(float)
