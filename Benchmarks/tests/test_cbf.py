import unittest

import numpy as np

from conebench.program import FormatError, Kind
from conebench.readers import cbf

FILE = """# every block
VER
1

OBJSENSE
MAX

PSDVAR
1
2

VAR
4 3
L- 1
F 1
L+ 2

CON
5 3
L= 1
QR 3
L- 1

PSDCON
1
2

OBJFCOORD
1
0 1 0 2.0

OBJACOORD
1
1 7

OBJBCOORD
10

FCOORD
2
0 0 0 0 1
0 0 1 0 3

ACOORD
4
1 0 1
2 1 1
3 2 1
4 3 2

BCOORD
2
0 -6
4 5

HCOORD
1
0 1 1 0 4

DCOORD
2
0 0 0 1
0 1 1 9
"""


class CBF(unittest.TestCase):
    def setUp(self):
        self.program = cbf.read(FILE)

    def test_shape(self):
        kinds = [(cone.kind, cone.size) for cone in self.program.cones]
        self.assertEqual(kinds, [
            (Kind.ZERO, 1), (Kind.SECOND_ORDER, 3), (Kind.NONNEGATIVE, 1), (Kind.SEMIDEFINITE, 2), (Kind.NONNEGATIVE, 3),
            (Kind.SEMIDEFINITE, 2)])
        self.assertEqual((self.program.scalars, self.program.matrix_orders), (4, [2]))

    def test_slacks(self):
        """s at a point, by hand."""
        x = np.array([-1.0, 2, 3, 4])  # scalars
        X = np.array([[5.0, 6], [6, 8]])
        point = np.concatenate([x, [5, 6, 8]])
        root2 = np.sqrt(2)
        g = [X[0, 0] + 2 * 3 * X[0, 1] - 6, x[0], x[1], x[2], 2 * x[3] + 5]
        expected = [
            g[0], (g[1] + g[2]) / root2, (g[1] - g[2]) / root2, g[3], -g[4],  # equality, rotated cone, L-
            1, 4 * x[1] * root2, 9,  # 4x₁ on the off-diagonal of the matrix constraint
            1, 3, 4,  # −x₀ and x₂, x₃; x₁ is free
            5, 6 * root2, 8]
        np.testing.assert_allclose(self.program.b - self.program.A @ point, expected, atol=1e-14)

    def test_maximisation(self):
        point = np.array([0, 2.0, 0, 0, 0, 6, 0])
        value = float(self.program.q @ point)
        self.assertAlmostEqual(self.program.file_objective(value), 2 * 2 * 6 + 7 * 2 + 10)

    def test_refused(self):
        start = "VER\n1\nOBJSENSE\nMIN\n"
        for text in (start.replace("1", "5"), "VER\n1\n", start + "INT\n1\n0\n", start + "VAR\n3 1\nEXP 3\n", start + start):
            with self.subTest(text), self.assertRaises(FormatError):
                cbf.read(text)
