#!/usr/bin/env python3
"""Ten models through CVXPY by three solvers, side by side: CPU seconds of a whole solve, and of CVXPY's part of it.

    OPENBLAS_NUM_THREADS=1 python Benchmarks/cvxpy_models.py [--repeat 3]

Prints the table of docs/python.md. Needs cvxpy, clarabel, scs and conesolver. SCS is asked for 1e-6, the others for their standard
tolerances; "error" is the difference of the objective from the best of the interior-point objectives, over 1 + its modulus.
"""

import argparse
import time

import cvxpy as cp
import numpy as np

import conesolver

rng = np.random.default_rng(0)


def linear_program(m=300, n=200):
    A, x = rng.normal(size=(m, n)), cp.Variable(n, nonneg=True)
    return cp.Problem(cp.Minimize(rng.uniform(size=n) @ x), [A @ x <= A @ rng.uniform(size=n) + rng.uniform(size=m)])


def chebyshev_centre(m=400, n=100):
    A, x, r = rng.normal(size=(m, n)), cp.Variable(n), cp.Variable()
    return cp.Problem(cp.Maximize(r), [A @ x + r * np.linalg.norm(A, axis=1) <= 1])


def markowitz(n=300, k=20):
    F, d, w = rng.normal(size=(n, k)), rng.uniform(size=n), cp.Variable(n)
    risk = cp.sum_squares(F.T @ w) + cp.sum_squares(cp.multiply(np.sqrt(d), w))
    return cp.Problem(cp.Minimize(5 * risk - rng.normal(size=n) @ w), [cp.sum(w) == 1, w >= 0])


def lasso(m=200, n=400):
    A, x = rng.normal(size=(m, n)), cp.Variable(n)
    b = A[:, :10] @ rng.normal(size=10) + 0.1 * rng.normal(size=m)
    return cp.Problem(cp.Minimize(0.5 * cp.sum_squares(A @ x - b) + 5 * cp.norm1(x)))


def support_vectors(m=300, n=30):
    X, y, w = rng.normal(size=(m, n)), np.sign(rng.normal(size=m)), cp.Variable(n)
    return cp.Problem(cp.Minimize(0.5 * cp.sum_squares(w) + cp.sum(cp.pos(1 - cp.multiply(y, X @ w)))))


def control(n=8, m=4, T=40):
    A, B = np.linalg.qr(rng.normal(size=(n, n)))[0], rng.normal(size=(n, m))
    x, u = cp.Variable((n, T + 1)), cp.Variable((m, T))
    dynamics = [x[:, 1:] == A @ x[:, :-1] + B @ u, x[:, 0] == 3 * rng.normal(size=n), cp.abs(u) <= 0.5]
    return cp.Problem(cp.Minimize(cp.sum_squares(x) + 0.1 * cp.sum_squares(u)), dynamics)


def group_lasso(m=150, groups=40, size=6):
    A, x = rng.normal(size=(m, groups * size)), cp.Variable((groups, size))
    penalty = cp.sum(cp.norm(x, axis=1))
    return cp.Problem(cp.Minimize(cp.norm(A @ cp.vec(x, order="C") - rng.normal(size=m)) + 0.1 * penalty))


def max_cut(n=60):
    W = np.triu(rng.uniform(size=(n, n)) < 0.3, 1).astype(float)
    W += W.T
    X = cp.Variable((n, n), PSD=True)
    return cp.Problem(cp.Maximize(0.25 * cp.trace((np.diag(W.sum(0)) - W) @ X)), [cp.diag(X) == 1])


def correlation(n=40):
    C, X = rng.uniform(-1, 1, size=(n, n)), cp.Variable((n, n), PSD=True)
    return cp.Problem(cp.Minimize(cp.sum_squares(X - (C + C.T) / 2)), [cp.diag(X) == 1])


def lyapunov(n=15):
    A, P = rng.normal(size=(n, n)) - 6 * np.eye(n), cp.Variable((n, n), symmetric=True)
    return cp.Problem(cp.Minimize(cp.trace(P)), [A.T @ P + P @ A << -np.eye(n), P >> np.eye(n)])


MODELS = [linear_program, chebyshev_centre, markowitz, lasso, support_vectors, control, group_lasso, max_cut, correlation, lyapunov]
SOLVERS = {
    "conesolver": {"solver": conesolver.CVXPY()},
    "Clarabel": {"solver": cp.CLARABEL},
    "SCS": {"solver": cp.SCS, "eps_abs": 1e-6, "eps_rel": 1e-6, "max_iters": 100000},
}


def measure(problem, arguments, repeat):
    """(whole, of it outside the solver, objective, status); CPU seconds, the best of several solves from nothing."""
    best = (np.inf, np.inf)
    for _ in range(repeat):
        fresh = cp.Problem(problem.objective, problem.constraints)
        begin, wall = time.process_time(), time.perf_counter()
        fresh.solve(**arguments)
        whole, wall = time.process_time() - begin, time.perf_counter() - wall
        # What the solver reports is wall-clock time; on one thread its share of the whole is the same.
        stats = fresh.solver_stats
        solver = (stats.solve_time or 0) + (stats.setup_time or 0)
        best = min(best, (whole, whole * max(0, 1 - solver / wall)))
    return *best, fresh.value, fresh.status


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    print("| model |" + "".join(f" {name}, s | CVXPY | error |" for name in SOLVERS))
    print("|---|" + "---|" * 3 * len(SOLVERS))
    for model in MODELS:
        problem = model()
        runs = {name: measure(problem, arguments, repeat) for name, arguments in SOLVERS.items()}
        exact = [runs[name][2] for name in ("conesolver", "Clarabel") if runs[name][3] == cp.OPTIMAL]
        reference = (min if isinstance(problem.objective, cp.Minimize) else max)(exact) if exact else np.nan
        cells = ""
        for whole, outside, value, status in runs.values():
            error = f"{abs(value - reference) / (1 + abs(reference)):.0e}" if status == cp.OPTIMAL else status
            cells += f" {whole:.3f} | {outside:.3f} | {error} |"
        print(f"| {model.__name__.replace('_', ' ')} |{cells}", flush=True)


if __name__ == "__main__":
    main()
