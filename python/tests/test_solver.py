"""Conic programs through the package: optimality conditions, certificates, errors, callbacks, threads."""

import os
import signal
import threading
import time

import numpy as np
import pytest
import scipy.sparse as sp

import conesolver


def random_program(seed, n=12):
    """A program with every cone that has an optimum: the optimality conditions are built in."""
    rng = np.random.default_rng(seed)
    cones = [("zero", 3), ("nonnegative", 6), ("second_order", 4), ("semidefinite", 3)]
    m = 3 + 6 + 4 + 6
    A = rng.normal(size=(m, n)) * (rng.random((m, n)) < 0.6)
    factor = rng.normal(size=(n, 3))
    P = factor @ factor.T
    interior = np.concatenate([rng.uniform(1, 2, 6), [3], rng.uniform(-1, 1, 3), [2, 0, 2, 0, 0, 2]])
    s, z = np.concatenate([np.zeros(3), interior]), np.concatenate([rng.normal(size=3), interior])
    x = rng.normal(size=n)
    return P, -P @ x - A.T @ z, A, A @ x + s, cones


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("whole", [True, False])
def test_optimality_conditions(seed, whole):
    P, q, A, b, cones = random_program(seed)
    solution = conesolver.solve(sp.csc_array(P if whole else np.triu(P)), q, sp.csr_matrix(A), b, cones)
    x, s, z = solution.x, solution.s, solution.z
    assert solution.status == "solved"
    np.testing.assert_allclose(A @ x + s, b, atol=1e-6)
    np.testing.assert_allclose(P @ x + q + A.T @ z, 0, atol=1e-6)
    assert abs(s @ z) < 1e-5
    assert min(s[3:9].min(), z[3:9].min()) > -1e-9
    assert s[9] >= np.linalg.norm(s[10:13]) - 1e-9 and z[9] >= np.linalg.norm(z[10:13]) - 1e-9
    for triangle in (s[13:], z[13:]):
        matrix = np.zeros((3, 3))
        j, i = np.tril_indices(3)
        matrix[i, j] = matrix[j, i] = triangle / np.where(i == j, 1, np.sqrt(2))
        assert np.linalg.eigvalsh(matrix)[0] > -1e-8
    assert solution.primal_objective == pytest.approx(0.5 * x @ P @ x + q @ x)


def test_dense_and_sparse_agree():
    P, q, A, b, cones = random_program(1)
    dense = conesolver.solve(P, q, A, b, cones)
    sparse = conesolver.solve(sp.coo_matrix(P), list(q), sp.csc_matrix(A), tuple(b), cones)
    np.testing.assert_array_equal(dense.x, sparse.x)


def test_infeasible_and_unbounded():
    # x ≤ −1 and x ≥ 0
    A, b = np.array([[1.0], [-1.0]]), np.array([-1.0, 0.0])
    solution = conesolver.solve(None, [0.0], A, b, [("nonnegative", 2)])
    assert solution.status == "primal_infeasible" and solution.primal_objective == np.inf
    assert solution.z.min() >= 0 and b @ solution.z == pytest.approx(-1)
    np.testing.assert_allclose(A.T @ solution.z, 0, atol=1e-8)
    solution = conesolver.solve(None, [-1.0], [[-1.0]], [0.0], [("nonnegative", 1)])
    assert solution.status == "dual_infeasible" and solution.primal_objective == -np.inf
    assert solution.x[0] == pytest.approx(1)


def test_update_is_a_new_program():
    P, q, A, b, cones = random_program(2)
    solver = conesolver.Solver(P, q, A, b, cones)
    before = solver.solve()
    solver.update(P=2 * P, q=2 * q, b=2 * b)
    fresh = conesolver.solve(2 * P, 2 * q, A, 2 * b, cones)
    np.testing.assert_allclose(solver.solve().x, fresh.x, atol=1e-9)
    assert np.abs(fresh.x - before.x).max() > 1e-3
    with pytest.raises(conesolver.ConeError, match="pattern"):
        solver.update(A=np.ones_like(A))


@pytest.mark.parametrize(
    "change, message",
    [
        ({"b": [np.nan, 1]}, "b has nan at entry 0"),
        ({"b": [1.0]}, "number of rows of A"),
        ({"A": [[np.inf], [1]]}, "A has inf at row 0, column 0"),
        ({"cones": [("nonnegative", 3)]}, "sum of the cone dimensions"),
        ({"cones": [("exponential", 2)]}, "is not a cone"),
        ({"cones": [("nonnegative", -2)]}, "size"),
        ({"P": [[-1.0]]}, "not positive semidefinite"),
        ({"eps_rel": float("nan")}, "eps_?[rR]el"),
        ({"unheard_of": 1}, "no option"),
        ({"kkt": "magic"}, "quasidefinite"),
        ({"max_iter": 1.5}, "count"),
    ],
)
def test_faults_are_named(change, message):
    program = {"P": [[1.0]], "q": [1.0], "A": [[1.0], [-1.0]], "b": [1.0, 1.0], "cones": [("nonnegative", 2)]}
    with pytest.raises(conesolver.ConeError, match=message):
        conesolver.solve(**{**program, **change})


def test_names_of_clarabel_and_scs():
    P, q, A, b, cones = random_program(3)
    coarse = conesolver.solve(P, q, A, b, cones, tol_gap_abs=1e-3, tol_gap_rel=1e-3)
    assert coarse.iterations < conesolver.solve(P, q, A, b, cones).iterations
    # Of several names for one tolerance the smallest value holds.
    assert conesolver.solve(P, q, A, b, cones, eps_abs=1e-3, eps_rel=1e-3, tol_feas=1e-8).iterations > coarse.iterations
    assert conesolver.solve(P, q, A, b, cones, max_iters=2, time_limit_secs=0).status == "iteration_limit"
    with pytest.warns(UserWarning, match="no counterpart"):
        conesolver.solve(P, q, A, b, cones, acceleration_lookback=5)


def test_callback_sees_iterations_and_stops():
    P, q, A, b, cones = random_program(4)
    numbers = []
    solution = conesolver.solve(P, q, A, b, cones, callback=lambda i: numbers.append(i.number) or i.number >= 3)
    assert numbers == [0, 1, 2, 3] and solution.status == "cancelled"


def test_an_exception_in_a_callback_comes_through():
    def fail(iteration):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        conesolver.solve(*random_program(4), callback=fail)


def test_verbose_prints_through_python(capsys):
    conesolver.solve(*random_program(0), verbose=True)
    assert "primal objective" in capsys.readouterr().out
    conesolver.solve(*random_program(0))
    assert capsys.readouterr().out == ""


def slow_program(n=250):
    """The eigenvalue bound of a random graph's cut: seconds of work."""
    rng = np.random.default_rng(0)
    j, i = np.tril_indices(n)
    W = np.triu(rng.random((n, n)) < 0.3, 1).astype(float)
    q = np.where(i == j, 0, W[i, j] / np.sqrt(2))
    diagonal = sp.csc_array((np.ones(n), (np.arange(n), np.flatnonzero(i == j))), shape=(n, i.size))
    A = sp.vstack([diagonal, -sp.identity(i.size)], format="csc")
    return None, q, A, np.concatenate([np.ones(n), np.zeros(i.size)]), [("zero", n), ("semidefinite", n)]


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_control_c_stops_a_solve():
    solver = conesolver.Solver(*slow_program(), eps_abs=0, eps_rel=0, max_iter=100000)
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        while time.monotonic() < start + 30:
            solver.solve()
    assert time.monotonic() - start < 20


def test_other_threads_run_and_may_cancel():
    solver = conesolver.Solver(*slow_program())
    results = []
    worker = threading.Thread(target=lambda: results.append(solver.solve()))
    worker.start()
    count = 0
    while worker.is_alive():
        count += 1
        time.sleep(0.005)
        if count == 20:
            with pytest.raises(conesolver.ConeError, match="at work"):
                solver.solve()
            solver.cancel()
    assert count >= 20 and results[0].status == "cancelled"


def test_threads_solve_different_programs_at_once():
    expected = [conesolver.solve(*random_program(k)).x for k in range(8)]
    results = [None] * 8

    def work(k):
        for _ in range(20):
            results[k] = conesolver.solve(*random_program(k)).x

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for x, y in zip(expected, results):
        np.testing.assert_allclose(x, y, atol=1e-7)


def test_read_and_write(examples, tmp_path):
    problem = conesolver.read(examples / "pentagon-theta.dat-s")
    solution = problem.solve()
    assert solution.primal_objective == pytest.approx(np.sqrt(5), abs=1e-6)
    solver = conesolver.Solver(problem.P, problem.q, problem.A, problem.b, problem.cones)
    for name in ("copy.cbf", "copy.json.gz"):
        solver.write(tmp_path / name)
        copy = conesolver.read(tmp_path / name)
        assert abs(copy.solve().primal_objective) == pytest.approx(np.sqrt(5), abs=1e-6)
    with pytest.raises(conesolver.ConeError, match="nowhere.cbf"):
        conesolver.read("nowhere.cbf")
