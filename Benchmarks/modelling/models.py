"""The models of Tests/ConeModelTests/RightModels in CVXPY: the same data, the same statements.

    python Benchmarks/modelling/models.py            # optima, as the Swift tests list them

The tests hold these optima and compare them with this package's; compile_times.py times the canonicalisation of three large models.
"""
import math
import time

import cvxpy as cp
import numpy as np


def wave(k):
    return math.cos(0.7 * k * k + k)


def waves(count, start):
    return np.array([wave(start + k) for k in range(count)])


def wave_matrix(rows, columns, start):
    return np.array([[wave(start + i * columns + j) for j in range(columns)] for i in range(rows)])


def wave_symmetric(order, start, width):
    upper = [[wave(start + width * min(i, j) + max(i, j)) for j in range(order)] for i in range(order)]
    return np.array(upper)


MODELS = {}


def model(name):
    def register(make):
        MODELS[name] = make
        return make

    return register


# --- regression

A = wave_matrix(12, 5, 1)
b = waves(12, 100)


@model("nonnegative least squares")
def _():
    x = cp.Variable(5, nonneg=True)
    return cp.Problem(cp.Minimize(cp.sum_squares(A @ x - b)), [cp.sum(x) <= 10])


@model("lasso")
def _():
    x = cp.Variable(5)
    return cp.Problem(cp.Minimize(0.5 * cp.sum_squares(A @ x - b) + 0.3 * cp.norm1(x)))


@model("group lasso")
def _():
    X = cp.Variable((5, 2))
    targets = wave_matrix(12, 2, 200)
    groups = sum(cp.norm(X[i, :]) for i in range(5))
    return cp.Problem(cp.Minimize(0.5 * cp.sum_squares(A @ X - targets) + 0.4 * groups))


@model("support vector machine")
def _():
    w, offset = cp.Variable(5), cp.Variable()
    labels = np.where(b > 0, 1.0, -1.0)
    margins = cp.multiply(labels, A @ w + offset)
    return cp.Problem(cp.Minimize(0.5 * cp.sum_squares(w) + 2 * cp.sum(cp.pos(1 - margins))))


@model("robust least squares")
def _():
    x = cp.Variable(5)
    return cp.Problem(cp.Minimize(cp.norm(A @ x - b) + 0.2 * cp.norm(x)))


@model("Huber regression")
def _():
    x = cp.Variable(5)
    return cp.Problem(cp.Minimize(cp.sum(cp.huber(A @ x - b, 0.3))))


@model("quantile regression")
def _():
    x = cp.Variable(5)
    r = A @ x - b
    return cp.Problem(cp.Minimize(0.8 * cp.sum(cp.pos(r)) + 0.2 * cp.sum(cp.pos(-r))))


@model("total variation denoising")
def _():
    x = cp.Variable(20)
    signal = np.array([(0.0 if k < 10 else 1) + 0.3 * wave(300 + k) for k in range(20)])
    return cp.Problem(cp.Minimize(0.5 * cp.sum_squares(x - signal) + 0.5 * cp.norm1(cp.diff(x))))


@model("squared hinge with nonnegative weights")
def _():
    x = cp.Variable(5, nonneg=True)
    return cp.Problem(cp.Minimize(cp.sum_squares(cp.pos(A @ x - b)) + 0.1 * cp.sum_squares(x)), [cp.sum(x) == 1])


# --- finance and networks

returns = 0.1 + 0.05 * waves(8, 400)
factors = wave_matrix(3, 8, 410)


@model("portfolio with sector limits and a parameter")
def _():
    w = cp.Variable(8)
    aversion = cp.Parameter(nonneg=True, value=0.05)
    objective = returns @ w - aversion * cp.norm(factors @ w) - 0.01 * cp.sum_squares(w)
    return cp.Problem(
        cp.Maximize(objective), [cp.sum(w) == 1, w >= 0, cp.sum(w[:3]) <= 0.4, cp.sum(w[3:5]) <= 0.4])


@model("least variance at a given return")
def _():
    w = cp.Variable(8)
    covariance = factors.T @ factors + 0.1 * np.eye(8)
    return cp.Problem(
        cp.Minimize(cp.quad_form(w, cp.psd_wrap(covariance))), [w >= 0, w <= 0.5, cp.sum(w) == 1, returns @ w >= 0.11])


@model("conditional value at risk")
def _():
    w = cp.Variable(8, nonneg=True)
    return cp.Problem(cp.Minimize(0.25 * cp.sum_largest(-(wave_matrix(20, 8, 500) @ w), 4)), [cp.sum(w) == 1])


@model("transport")
def _():
    f = cp.Variable((3, 4), nonneg=True)
    cost = 2 + wave_matrix(3, 4, 600)
    return cp.Problem(
        cp.Minimize(cp.sum(cp.multiply(cost, f))), [cp.sum(f, axis=1) <= 4, cp.sum(f, axis=0) >= 2.5])


@model("largest flow")
def _():
    edges = [(0, 1, 3), (0, 2, 2), (1, 2, 1), (1, 3, 2), (2, 4, 2), (3, 5, 3), (4, 3, 1), (4, 5, 2)]
    f = cp.Variable(len(edges), nonneg=True)

    def net(node):
        return sum((f[k] if i == node else -f[k]) for k, (i, j, _) in enumerate(edges) if node in (i, j))

    return cp.Problem(
        cp.Maximize(net(0)), [f <= np.array([c for _, _, c in edges])] + [net(v) == 0 for v in range(1, 5)])


# --- geometry

points = [np.array([wave(700 + 2 * k), wave(701 + 2 * k)]) for k in range(7)]


@model("Chebyshev centre of a polygon")
def _():
    x, r = cp.Variable(2), cp.Variable()
    normals = [np.array([math.cos(1.1 * k), math.sin(1.1 * k)]) for k in range(6)]
    return cp.Problem(cp.Maximize(r), [a @ x + r <= 1 + 0.3 * wave(720 + k) for k, a in enumerate(normals)])


@model("Fermat and Weber's point")
def _():
    x = cp.Variable(2)
    return cp.Problem(cp.Minimize(sum(cp.norm(x - p) for p in points)))


@model("smallest enclosing circle")
def _():
    x, r = cp.Variable(2), cp.Variable()
    return cp.Problem(cp.Minimize(r), [cp.norm(x - p) <= r for p in points])


@model("smallest enclosing ellipse")
def _():
    # CVXPY has no root of the determinant: by hand, as Nesterov and Nemirovskii do.
    X, c, Z, t = cp.Variable((2, 2), symmetric=True), cp.Variable(2), cp.Variable(3), cp.Variable()
    L = cp.bmat([[Z[0], 0], [Z[1], Z[2]]])
    D = cp.bmat([[Z[0], 0], [0, Z[2]]])
    tower = [cp.bmat([[X, L], [L.T, D]]) >> 0, cp.geo_mean(cp.hstack([Z[0], Z[2]])) >= t]
    return cp.Problem(cp.Maximize(t), tower + [cp.norm(X @ p - c) <= 1 for p in points])


@model("largest box")
def _():
    s = cp.Variable(3, nonneg=True)
    return cp.Problem(cp.Maximize(cp.geo_mean(s)), [np.array([1, 2, 3]) @ s <= 6])


@model("low-pass filter")
def _():
    h = cp.Variable(8)

    def response(omega):
        return np.array([1 if k == 0 else 2 * math.cos(k * omega) for k in range(8)]) @ h

    stop = [1.4 + k * (math.pi - 1.4) / 20 for k in range(21)]
    passing = [0.08 * k for k in range(11)]
    bounds = [response(w) <= 1.1 for w in passing] + [response(w) >= 0.9 for w in passing]
    return cp.Problem(cp.Minimize(cp.norm_inf(cp.hstack([response(w) for w in stop]))), bounds)


@model("smallest sum of rational powers")
def _():
    x = cp.Variable(3)
    return cp.Problem(
        cp.Minimize(cp.sum(cp.power(x, 1.5)) + cp.sum(cp.power(x, -1))), [np.array([1, 2, 3]) @ x == 4])


# --- semidefinite

graph = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 4), (3, 4), (3, 5), (4, 5), (0, 5), (5, 6), (6, 1)]
regressors = [np.array([wave(800 + 3 * k), wave(801 + 3 * k), wave(802 + 3 * k)]) for k in range(8)]


def information(w):
    return sum(w[k] * np.outer(a, a) for k, a in enumerate(regressors))


@model("MaxCut")
def _():
    X = cp.Variable((7, 7), PSD=True)
    L = np.zeros((7, 7))
    for i, j in graph:
        L[i, i] += 1
        L[j, j] += 1
        L[i, j] -= 1
        L[j, i] -= 1
    return cp.Problem(cp.Maximize(0.25 * cp.trace(L @ X)), [cp.diag(X) == 1])


@model("Lovász's theta")
def _():
    X = cp.Variable((7, 7), PSD=True)
    return cp.Problem(cp.Maximize(cp.sum(X)), [cp.trace(X) == 1] + [X[i, (i + 1) % 7] == 0 for i in range(7)])


@model("theta plus")
def _():
    X = cp.Variable((7, 7), PSD=True)
    return cp.Problem(cp.Maximize(cp.sum(X)), [cp.trace(X) == 1, X >= 0] + [X[i, j] == 0 for i, j in graph])


@model("nearest correlation matrix")
def _():
    X = cp.Variable((5, 5), PSD=True)
    C = wave_symmetric(5, 900, 5)
    np.fill_diagonal(C, 1)
    return cp.Problem(cp.Minimize(cp.sum_squares(X - C)), [cp.diag(X) == 1])


@model("matrix completion")
def _():
    X = cp.Variable((5, 4))
    known = [k for k in range(20) if k % 3 != 1]
    return cp.Problem(
        cp.Minimize(cp.normNuc(X)), [X[k % 5, k // 5] == wave(950 + k % 5) * wave(960 + k // 5) for k in known])


@model("E-optimal design")
def _():
    w = cp.Variable(8, nonneg=True)
    return cp.Problem(cp.Maximize(cp.lambda_min(information(w))), [cp.sum(w) == 1])


@model("A-optimal design")
def _():
    w = cp.Variable(8, nonneg=True)
    return cp.Problem(cp.Minimize(cp.tr_inv(information(w))), [cp.sum(w) == 1])


@model("D-optimal design")
def _():
    w, Z, t = cp.Variable(8, nonneg=True), cp.Variable(6), cp.Variable()
    L = cp.bmat([[Z[0], 0, 0], [Z[1], Z[2], 0], [Z[3], Z[4], Z[5]]])
    D = cp.diag(cp.hstack([Z[0], Z[2], Z[5]]))
    M = cp.bmat([[information(w), L], [L.T, D]])
    return cp.Problem(
        cp.Maximize(t), [cp.sum(w) == 1, M >> 0, cp.geo_mean(cp.hstack([Z[0], Z[2], Z[5]])) >= t])


@model("lower bound of a polynomial")
def _():
    t, Q = cp.Variable(), cp.Variable((3, 3), PSD=True)
    return cp.Problem(
        cp.Maximize(t),
        [Q[0, 0] + t == 2, 2 * Q[0, 1] == 1, 2 * Q[0, 2] + Q[1, 1] == -3, 2 * Q[1, 2] == 0, Q[2, 2] == 1])


@model("fastest mixing Markov chain")
def _():
    path = [(0, 1), (1, 2), (2, 3), (3, 4), (1, 3)]
    p = cp.Variable(len(path), nonneg=True)
    P = np.eye(5)
    for k, (i, j) in enumerate(path):
        E = np.zeros((5, 5))
        E[i, i] = E[j, j] = -1
        E[i, j] = E[j, i] = 1
        P = P + p[k] * E
    return cp.Problem(cp.Minimize(cp.sigma_max(P - np.full((5, 5), 0.2))), [cp.diag(P) >= 0])


@model("standard quadratic program, relaxed")
def _():
    X = cp.Variable((5, 5), PSD=True)
    return cp.Problem(cp.Minimize(cp.trace(wave_symmetric(5, 1000, 5) @ X)), [cp.sum(X) == 1, X >= 0])


@model("sum of the largest eigenvalues")
def _():
    x = cp.Variable(2)
    M = [wave_symmetric(4, 1100 + 16 * k, 4) for k in range(3)]
    return cp.Problem(cp.Minimize(cp.lambda_sum_largest(M[0] + x[0] * M[1] + x[1] * M[2], 2)))


@model("stability by Lyapunov's inequality")
def _():
    P = cp.Variable((3, 3), symmetric=True)
    S = np.array([[-1, 2, 0], [0, -2, 1], [0.5, 0, -1.5]])
    derivative = (S.T @ P + P @ S) / 2
    return cp.Problem(cp.Minimize(cp.trace(P)), [derivative << -0.5 * np.eye(3), P >> np.eye(3)])


# --- compile times of the three large models

def doubly_nonnegative():
    X = cp.Variable((120, 120), PSD=True)
    return cp.Problem(cp.Minimize(cp.trace(X)), [X >= 0])


def dense_traces():
    X = cp.Variable((100, 100), symmetric=True)
    matrices = []
    for k in range(100):
        upper = np.cos(0.1 * np.arange(100)[:, None] * (k + 1) + 0.3 * np.arange(100)[None, :])
        matrices.append(np.triu(upper) + np.triu(upper, 1).T)
    return cp.Problem(cp.Minimize(cp.trace(X)), [cp.trace(M @ X) == 1 for M in matrices])


def least_squares_again():
    x, rhs = cp.Variable(1000), cp.Parameter(1000)
    data = np.cos(np.arange(1000)[:, None] * 0.37 * (1 + np.arange(1000)[None, :] % 97) + 0.2 * np.arange(1000)[None, :])
    rhs.value = np.cos(np.arange(1000.0))
    return cp.Problem(cp.Minimize(cp.sum_squares(data @ x - rhs))), rhs


def seconds(action):
    """CPU time, so that what else the machine does is not counted."""
    start = time.process_time()
    action()
    return time.process_time() - start


def compile_seconds():
    """The three models: the best of three compilations of each of the first two, and 100 further values of the parameter of the third."""
    best = [min(seconds(lambda: make().get_problem_data(cp.CLARABEL)) for _ in range(3)) for make in (doubly_nonnegative, dense_traces)]
    problem, rhs = least_squares_again()
    problem.get_problem_data(cp.CLARABEL)

    def again():
        rhs.value = rhs.value + 1
        problem.get_problem_data(cp.CLARABEL)

    return best + [100 * min(seconds(again) for _ in range(5))]


if __name__ == "__main__":
    for name, make in MODELS.items():
        problem = make()
        tight = dict(tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
        problem.solve(solver=cp.CLARABEL, **tight)
        print(f'  "{name}": {problem.value!r},')
