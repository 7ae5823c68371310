import tempfile
import unittest

import numpy as np
import scipy.sparse as sp

from conebench import verify
from conebench.answer import Request
from conebench.generators import dense, dnn, sdpnn
from conebench.symmetric import triangle, unpack

X6 = np.array([[1, 0.5], [0.3, -1.2], [-0.8, 0.9], [-1.1, -0.4], [0.6, 1.4], [1.3, -0.7]])
Y6 = np.array([[1.0], [-0.5], [0.8], [0.3], [-1.2], [0.6]])


def optimum(program):
    """By Clarabel; None where it is not installed."""
    from conebench.solvers import library

    with tempfile.TemporaryDirectory() as directory:
        answer = library.solve("clarabel", program, Request(1e-9, 30, 8, 1), directory)
    return None if answer.x is None else verify.optimality(program, answer.x, answer.s, answer.z)


class ReLUTraining(unittest.TestCase):
    def test_networks_are_feasible(self):
        """T of some neurons, with the least W, lies in all cones; the cost is that of its definition."""
        generator = np.random.default_rng(3)
        decay, (n, r) = 0.1, X6.shape
        program = sdpnn.program(X6, Y6, decay)
        U = generator.normal(size=(r, 20))
        lifted = np.vstack([np.abs(X6 @ U), U])
        T = lifted @ lifted.T
        alpha = np.maximum(X6 @ U, 0)
        W = Y6.T @ np.linalg.solve(decay * np.eye(n) + alpha @ alpha.T, Y6)
        i, j = triangle(n + r)
        free = ~((i == j) & (i < n))
        point = np.concatenate([T[i, j][free], W[triangle(1)]])
        self.assertLess(verify.outside(program, program.b - program.A @ point), 1e-12)
        self.assertAlmostEqual(program.q @ point, decay / 2 * (W[0, 0] + np.trace(T[n:, n:])))
        # The substituted diagonal is that of T.
        moments = unpack((program.b - program.A @ point)[: len(i)], n + r)
        np.testing.assert_allclose(moments, T, atol=1e-12)

    def test_optimum(self):
        errors = optimum(sdpnn.program(X6, Y6, 0.1))
        if errors is None:
            self.skipTest("clarabel is not installed")
        self.assertAlmostEqual(errors.primal_objective, 0.53358153, delta=1e-6)


class DoublyNonnegative(unittest.TestCase):
    def pentagon(self):
        equalities = [([(i, i, 1.0) for i in range(5)], 1.0)]
        edges = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)]
        equalities += [([(*edge, 1.0)], 0.0) for edge in edges]
        others = [(i, j) for i in range(5) for j in range(i + 1, 5) if (i, j) not in edges]
        return dnn.program(5, -np.ones((5, 5)), equalities, others)

    def test_pentagon(self):
        errors = optimum(self.pentagon())
        if errors is None:
            self.skipTest("clarabel is not installed")
        # The dual, so minus its value is the bound: θ₊ of the 5-cycle is √5.
        self.assertAlmostEqual(errors.primal_objective, np.sqrt(5), delta=1e-6)

    def test_binary_points_price_their_cost(self):
        """Weak duality: the multipliers' bound is at most xᵀQx, and stationarity pairs y with X as the equalities do."""
        Q = dnn.gaussian_quadratic(4, np.random.default_rng(5))
        program = dnn.biq(Q)
        x = np.array([1.0, 1, 0, 1, 0])
        X = np.outer(x, x)
        z = np.concatenate([dnn.pack(X), [X[i, j] * 1.0 for i in range(5) for j in range(i + 1, 5)]])
        # −Aᵀz − q = 0 says that X satisfies every equality.
        np.testing.assert_allclose(program.A.T @ z + program.q, 0, atol=1e-12)
        self.assertAlmostEqual(program.b @ z, x[1:] @ Q @ x[1:])
        self.assertLessEqual(verify.outside(program, z), 1e-12)


class Dense(unittest.TestCase):
    def test_both_sides_have_interior_points(self):
        generator = np.random.default_rng(1)
        program = dense.program(6, 4, generator)
        errors = optimum(program)
        if errors is None:
            self.skipTest("clarabel is not installed")
        self.assertLess(errors.worst_dimacs, 1e-6)
        self.assertEqual(sp.csc_matrix(program.A).nnz, 4 * 21)
