import unittest

import numpy as np

from conebench.program import FormatError, Kind
from conebench.readers import mps

FREE = """NAME test
ROWS
 N cost
 E e
 L l
 G g
 E r
COLUMNS
 x cost 1 e 1
 x l 2
 y cost -2 e 1
 y g 3 r 1
 z l 1 r 1
RHS
 rhs cost -7 e 4
 rhs l 5 g 1
 rhs r 2
RANGES
 rng l 3 g 10
 rng r -1
BOUNDS
 UP bnd x 9
 MI bnd y
 FX bnd z 1.5
QUADOBJ
 x x 2
 x y 1
ENDATA
"""

FIXED = """NAME          BLANKS
ROWS
 N  COST
 G  ROW 1
COLUMNS
    COL A     COST               1.0   ROW 1              1.0
    COL B     COST               2.0   ROW 1              1.0
RHS
    RHS       ROW 1              3.0
BOUNDS
 UP BND       COL A             -1.0
ENDATA
"""


class MPS(unittest.TestCase):
    def test_rows(self):
        program = mps.read(FREE)
        self.assertEqual([(cone.kind, cone.size) for cone in program.cones], [(Kind.ZERO, 2), (Kind.NONNEGATIVE, 8)])
        rows = np.column_stack([program.A.toarray(), program.b])
        np.testing.assert_allclose(rows, [
            [1, 1, 0, 4], [0, 0, 1, 1.5],  # e, then fixed z
            [-2, 0, -1, -2], [2, 0, 1, 5],  # l: 2 ≤ 2x + z ≤ 5
            [0, -3, 0, -1], [0, 3, 0, 11],  # g: 1 ≤ 3y ≤ 11
            [0, -1, -1, -1], [0, 1, 1, 2],  # r: an equality of range −1 is 1 ≤ y + z ≤ 2
            [-1, 0, 0, 0], [1, 0, 0, 9]])  # 0 ≤ x ≤ 9; y has no bound
        np.testing.assert_allclose(program.q, [1, -2, 0])
        np.testing.assert_allclose(program.P.toarray(), [[2, 1, 0], [1, 0, 0], [0, 0, 0]])
        self.assertEqual(program.constant, 7)

    def test_names_with_blanks(self):
        program = mps.read(FIXED)
        rows = np.column_stack([program.A.toarray(), program.b])
        # A negative upper bound without a lower one frees the variable downwards.
        np.testing.assert_allclose(rows, [[-1, -1, -3], [1, 0, -1], [0, -1, 0]])

    def test_first_set_counts(self):
        several = FREE.replace(" FX bnd z 1.5", " FX bnd z 1.5\n UP other x 3").replace(" rhs r 2", " rhs r 2\n more e 9")
        several = several.replace(" rng r -1", " rng r -1\n more e 1")
        np.testing.assert_array_equal(mps.read(several).b, mps.read(FREE).b)

    def test_maximisation(self):
        program = mps.read(FREE.replace("ROWS", "OBJSENSE\n MAX\nROWS", 1))
        np.testing.assert_allclose(program.q, [-1, 2, 0])
        self.assertAlmostEqual(program.file_objective(3.0), 7 - 3)

    def test_refused(self):
        for change in (("x l 2", "x unknown 2"), ("x l 2", "x l 2 l 3"), (" UP bnd x 9", " BV bnd x"), (" x l 2", " m 'MARKER' 'INTORG'"),
                       ("RANGES", "CONES"), ("x x 2", "x w 2"), ("x l 2", "x l two")):
            with self.subTest(change), self.assertRaises(FormatError):
                mps.read(FREE.replace(*change))
