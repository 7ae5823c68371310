"""The way of programs to the solvers and of answers back, without any solver."""
import tempfile
import unittest
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from conebench import readers, verify
from conebench.answer import Answer, Claim, Request, Unsupported
from conebench.program import Cone, Kind, without_quadratic
from conebench.solvers import cone, csdp, layout, lmi, qps_file, sdpa, sdpa_file
from conebench.symmetric import pack

from . import programs


def equality_form():
    """min ⟨C, X⟩ + 2f, tr X = 1, X₁₂ + f = ½, f free, X ⪰ 0 of order 2, X entries as columns: optimal X and multipliers by hand.

    f = ½ − X₁₂, so the cost is ⟨C, X⟩ − 2X₁₂ + 1 with C = I: 1 − 2X₁₂ + 1, least at X = [½ ½; ½ ½] with value 1, f = 0.
    """
    root2 = np.sqrt(2)
    A = np.array([[0, 1, 0, 1], [1, 0, 1, 0], [0, -1, 0, 0], [0, 0, -root2, 0], [0, 0, 0, -1]], float)
    b = np.array([1, 0.5, 0, 0, 0])
    program = without_quadratic([2, 1, 0, 1], A, b, [Cone(Kind.ZERO, 2), Cone(Kind.SEMIDEFINITE, 2)])
    x, s = np.array([0, 0.5, 0.5, 0.5]), np.array([0, 0, 0.5, 0.5 * root2, 0.5])
    # Stationarity: z₂ = −2 from f, tr: z₁ with 1 + z₁ − Z₁₁ = 0, −2 − 2Z₁₂ = 0: Z = [1 −1; −1 1], z₁ = 0.
    z = np.array([0, -2, 1, -root2, 1])
    return program, x, s, z


class LMI(unittest.TestCase):
    def test_answer_of_the_dual_comes_back(self):
        program, x, s, z = equality_form()
        self.assertLess(verify.optimality(program, x, s, z).worst_dimacs, 1e-14)
        view = lmi.lmi(program)
        w, S, y = z[:2], np.concatenate([z[2:], [0]]), np.concatenate([s[2:], [x[0]]])
        self.assertLess(verify.optimality(view.program, w, S, y).worst_dimacs, 1e-14)
        back = view.restore(Answer("", Claim.PRIMAL_INFEASIBLE, w, S, y))
        for found, expected in ((back.x, x), (back.s, s), (back.z, z)):
            np.testing.assert_allclose(found, expected, atol=1e-14)
        self.assertIs(back.claim, Claim.DUAL_INFEASIBLE)

    def test_split_equalities(self):
        program, x, s, z = equality_form()
        with tempfile.TemporaryDirectory() as directory:
            path, view = sdpa_file.sdpa_file("name.cbf", program, directory)
            written = readers.read(path)
        self.assertFalse(written.has(Kind.ZERO))
        for field in ("q", "b"):
            np.testing.assert_allclose(getattr(written, field), getattr(view.program, field), atol=1e-15)
        np.testing.assert_allclose(written.A.toarray(), view.program.A.toarray(), atol=1e-15)
        # f = 0.25 as a difference of two nonnegative ones.
        y = np.concatenate([s[2:], [0.5, 0.25]])
        back = view.restore(Answer("", Claim.OPTIMAL, z[:2], np.concatenate([z[2:], [0, 0]]), y))
        self.assertAlmostEqual(back.x[0], 0.25)
        np.testing.assert_allclose(back.z, z, atol=1e-14)

    def test_second_order_cones_are_refused(self):
        with self.assertRaises(Unsupported):
            sdpa_file.sdpa_file("name.cbf", programs.second_order()[0], "/nowhere")


class QPS(unittest.TestCase):
    def test_round_trip(self):
        for name in ("linear", "quadratic"):
            program = programs.SOLVED[name]()[0]
            program.constant = 2.5
            with tempfile.TemporaryDirectory() as directory, self.subTest(name):
                path = Path(directory) / "program.qps"
                qps_file.write(path, program)
                read = readers.read(path)
                for field in ("P", "A"):
                    np.testing.assert_array_equal(getattr(read, field).toarray(), getattr(program, field).toarray())
                for field in ("q", "b", "constant", "cones"):
                    np.testing.assert_array_equal(getattr(read, field), getattr(program, field))


class Outputs(unittest.TestCase):
    """What the commands print, for a block of order 2 and a diagonal block."""

    def setUp(self):
        self.program = without_quadratic(
            np.zeros(2), sp.csc_matrix((5, 2)), np.zeros(5), [Cone(Kind.SEMIDEFINITE, 2), Cone(Kind.NONNEGATIVE, 2)])
        self.s = np.concatenate([pack(np.array([[1.0, 2], [2, 5]])), [0, 7]])
        self.z = np.concatenate([pack(np.array([[3.0, -1], [-1, 4]])), [6, 0]])

    def check(self, x, s, z):
        np.testing.assert_allclose(x, [1.5, -2])
        np.testing.assert_allclose(s, self.s)
        np.testing.assert_allclose(z, self.z)

    def test_csdp(self):
        text = "1.5 -2 \n1 1 1 1 1\n1 1 1 2 2\n1 1 2 2 5\n1 2 2 2 7\n2 1 1 1 3\n2 1 1 2 -1\n2 1 2 2 4\n2 2 1 1 6\n"
        self.check(*csdp.vectors(text, self.program))

    def test_sdpa(self):
        text = (
            "xVec = \n{+1.5e+00,-2e+00}\nxMat = \n{\n{ {+1, +2 },\n {+2, +5 } }\n{+0,+7}\n}\nyMat = \n{\n{ {+3,-1},\n{-1,+4} }\n{+6,+0}\n}\n"
            "    main loop time = 0.3\n")
        self.check(*sdpa.vectors(text, self.program))

    def test_cone(self):
        found = cone.columns({"x": [1, 2], "matrix_variables": [[[3, 4], [4, 5]], [[6]]]})
        np.testing.assert_allclose(found, [1, 2, 3, 4, 5, 6])
        self.assertTrue(np.isnan(cone.vector({"z": [None]}, "z")[0]))


class Layout(unittest.TestCase):
    def test_unpacking_is_an_isometry(self):
        U = layout.unpacking([(Kind.NONNEGATIVE, 1), (Kind.SEMIDEFINITE, 3)])
        matrix = np.arange(9.0).reshape(3, 3)
        matrix = matrix + matrix.T
        packed = np.concatenate([[8], pack(matrix)])
        np.testing.assert_allclose(U @ packed, np.concatenate([[8], matrix.ravel(order="F")]))
        np.testing.assert_allclose(U.T @ U @ packed, packed)

    def test_boxes(self):
        from conebench.solvers.boxes import Boxes

        # x = 2; y ≤ 4; y ≤ 3 (tighter); −2y ≤ 2; x + y ≤ 9.
        program = without_quadratic(
            [0, 0], [[1, 0], [0, 1], [0, 1], [0, -2], [1, 1]], [2, 4, 3, 2, 9], [Cone(Kind.ZERO, 1), Cone(Kind.NONNEGATIVE, 4)])
        boxes = Boxes(program)
        np.testing.assert_allclose(boxes.lower, [2, -1])
        np.testing.assert_allclose(boxes.upper, [2, 3])
        z = boxes.dual([5.0], np.array([1.0, 2]), np.array([0, 3.0]))
        np.testing.assert_allclose(z, [-1, 0, 3, 1, 5])

    def test_scs_lower_triangles(self):
        try:
            from conebench.solvers import scs_library
        except ImportError:
            self.skipTest("scs is not installed")
        program = without_quadratic([0], np.zeros((6, 1)), np.zeros(6), [Cone(Kind.SEMIDEFINITE, 3)])
        matrix = np.array([[11.0, 21, 31], [21, 22, 32], [31, 32, 33]])
        lower = pack(matrix)[scs_library.lower_triangles(program)[0]]
        np.testing.assert_allclose(lower / np.where([1, 0, 0, 1, 0, 1], 1, np.sqrt(2)), [11, 21, 31, 22, 32, 33])


class Installed(unittest.TestCase):
    """Every library that is installed, on tiny programs: the point passes, the certificates prove."""

    def test_libraries(self):
        from conebench import solvers
        from conebench.solvers import library

        for name in solvers.LIBRARIES:
            for kind, make in programs.SOLVED.items():
                program = make()[0]
                with tempfile.TemporaryDirectory() as directory:
                    answer = library.solve(name, program, Request(1e-7, 20, 8, 1), directory)
                if answer.failure.startswith(("unsupported", "ModuleNotFound", "exit")):
                    continue
                with self.subTest(f"{name}: {kind}"):
                    self.assertEqual(answer.failure, "")
                    self.assertIn(answer.claim, (Claim.OPTIMAL, Claim.NONE))
                    self.assertLess(verify.optimality(program, answer.x, answer.s, answer.z).worst_dimacs, 1e-5)
