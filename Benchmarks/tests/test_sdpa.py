import unittest

import numpy as np

from conebench.program import FormatError, Kind
from conebench.readers import sdpa

FILE = """"a comment
2 = m
 2 = blocks
{2, -2}
{1.0, -3.5d0}
0 1 1 2 4
0 2 2 2 -1
1 1 1 1 1
2 1 2 1 3
2 2 1 1 5
"""


class SDPA(unittest.TestCase):
    def test_neutral_form(self):
        program = sdpa.read(FILE)
        root2 = np.sqrt(2)
        self.assertEqual([(cone.kind, cone.size) for cone in program.cones], [(Kind.SEMIDEFINITE, 2), (Kind.NONNEGATIVE, 2)])
        np.testing.assert_allclose(program.q, [1, -3.5])
        # s = F₁x₁ + F₂x₂ − F₀ = b − Ax, so b = −svec F₀ and A = −svec Fᵢ.
        np.testing.assert_allclose(program.b, [0, -4 * root2, 0, 0, 1])
        np.testing.assert_allclose(program.A.toarray(), [[-1, 0], [0, -3 * root2], [0, 0], [0, -5], [0, 0]])

    def test_broken_files(self):
        for fault, text in {
            "twice": FILE + "2 1 1 2 3\n",
            "block": FILE + "1 3 1 1 1\n",
            "index": FILE + "1 1 1 3 1\n",
            "matrix": FILE + "3 1 1 1 1\n",
            "off the diagonal": FILE + "1 2 1 2 1\n",
            "incomplete": FILE + "1 2 2 2\n",
            "word": FILE + "1 2 2 2 x\n",
        }.items():
            with self.subTest(fault), self.assertRaises(FormatError):
                sdpa.read(text)


if __name__ == "__main__":
    unittest.main()
