import unittest

import numpy as np

from conebench import verify
from conebench.program import Cone, Kind
from conebench.symmetric import pack, unpack

from . import programs


class Points(unittest.TestCase):
    def test_solutions_have_no_error(self):
        for name, make in programs.SOLVED.items():
            with self.subTest(name):
                errors = verify.optimality(*make())
                self.assertLess(errors.scs_form, 1e-14)
                self.assertLess(errors.worst_dimacs, 1e-14)
                self.assertAlmostEqual(errors.primal_objective, errors.dual_objective)

    def test_every_vector_matters(self):
        """A change of any entry of x, s or z shows as an error of its size."""
        for name, make in programs.SOLVED.items():
            program, *point = make()
            for k, vector in enumerate(point):
                for i in range(len(vector)):
                    changed = [v.copy() for v in point]
                    changed[k][i] += 1e-3
                    with self.subTest(f"{name}, vector {k}, entry {i}"):
                        self.assertGreater(verify.optimality(program, *changed).worst_dimacs, 1e-5)
                        self.assertGreater(verify.optimality(program, *changed).scs_form, 1e-5)

    def test_each_dimacs_error(self):
        program, x, s, z = programs.semidefinite()
        outside = pack(np.array([[0.0, 0], [0, -0.5]]))
        size_b, size_q = 1 + np.max(np.abs(program.b)), 1 + np.max(np.abs(program.q))
        errors = verify.optimality(program, x, s + outside, z).dimacs
        self.assertAlmostEqual(errors[2], 0.5 / size_b)
        self.assertAlmostEqual(errors[3], -np.linalg.eigvalsh(unpack(s + outside, 2))[0] / size_b)
        errors = verify.optimality(program, x, s, z + outside).dimacs
        self.assertAlmostEqual(errors[0], 0.5 / size_q)  # Aᵀz is the trace
        self.assertAlmostEqual(errors[1], -np.linalg.eigvalsh(unpack(z + outside, 2))[0] / size_q)
        # A feasible pair with a gap: t = 4 and the same dual.
        errors = verify.optimality(program, x + 1, s + pack(np.eye(2)), z).dimacs
        np.testing.assert_allclose(errors, [0, 0, 0, 0, 1 / 8, 1 / 8], atol=1e-15)

    def test_large_multiplier_cannot_hide_a_residual(self):
        """Residuals are measured against their own terms, not against ‖x‖ or ‖z‖."""
        program, x, s, z = programs.linear()
        worse = verify.optimality(program, x, s, z + np.array([0, 1e-3, 0]))
        self.assertGreater(worse.scs_form, 1e-4)

    def test_nan_is_an_error(self):
        program, x, s, z = programs.semidefinite()
        errors = verify.optimality(program, x * np.nan, s, z)
        self.assertFalse(errors.scs_form <= 1e-3)
        self.assertFalse(errors.worst_dimacs <= 1e-3)


class Margins(unittest.TestCase):
    def test_cones(self):
        self.assertEqual(verify.margin(Cone(Kind.NONNEGATIVE, 2), np.array([3.0, -1])), -1)
        self.assertEqual(verify.margin(Cone(Kind.ZERO, 2), np.array([3.0, -1])), -3)
        self.assertAlmostEqual(verify.margin(Cone(Kind.SECOND_ORDER, 3), np.array([6.0, 3, 4])), 1)
        matrix = np.array([[2.0, 1, 0], [1, 2, 0], [0, 0, 5]])
        self.assertAlmostEqual(verify.margin(Cone(Kind.SEMIDEFINITE, 3), pack(matrix)), 1)

    def test_packing_keeps_inner_products(self):
        generator = np.random.default_rng(1)
        X, Y = (matrix + matrix.T for matrix in generator.normal(size=(2, 5, 5)))
        self.assertAlmostEqual(pack(X) @ pack(Y), np.sum(X * Y))
        np.testing.assert_allclose(unpack(pack(X), 5), X, atol=1e-15)
        np.testing.assert_allclose(pack(X)[:4], [X[0, 0], np.sqrt(2) * X[0, 1], X[1, 1], np.sqrt(2) * X[0, 2]])


class Certificates(unittest.TestCase):
    def test_proofs(self):
        program, z = programs.primal_infeasible()
        self.assertEqual(verify.primal_certificate(program, z), 0)
        self.assertAlmostEqual(verify.primal_certificate(program, 1e5 * z), 0)
        program, x = programs.dual_infeasible()
        self.assertEqual(verify.dual_certificate(program, x), 0)

    def test_no_proofs(self):
        program, z = programs.primal_infeasible()
        self.assertEqual(verify.primal_certificate(program, -z), np.inf)  # wrong sign
        self.assertEqual(verify.primal_certificate(program, 0 * z), np.inf)
        self.assertGreater(verify.primal_certificate(program, np.array([1, 0.5])), 0.4)  # Aᵀz ≠ 0
        self.assertEqual(verify.primal_certificate(program, np.array([np.nan, 1])), np.inf)
        program, x = programs.dual_infeasible()
        self.assertEqual(verify.dual_certificate(program, -x), np.inf)

    def test_feasible_programs_have_none(self):
        """Against many directions: no certificate for a program with a solution can be small."""
        generator = np.random.default_rng(2)
        for name, make in programs.SOLVED.items():
            program, x, s, z = make()
            for _ in range(200):
                with self.subTest(name):
                    self.assertGreater(verify.primal_certificate(program, generator.normal(size=program.rows)), 1e-3)
                    self.assertGreater(verify.dual_certificate(program, generator.normal(size=program.variables)), 1e-3)

    def test_quadratic_cost_ends_a_ray(self):
        program, *_ = programs.quadratic()
        self.assertGreaterEqual(verify.dual_certificate(program, np.array([1.0])), 1)
