import tempfile
import unittest
from pathlib import Path

import numpy as np

from conebench import readers, verify
from conebench.answer import Claim
from conebench.generators import planted
from conebench.program import Kind
from conebench.solvers import cbf_file

from . import programs


class Planted(unittest.TestCase):
    def test_plants(self):
        """The construction holds: complementary pairs are in their cones, and infeasible programs have their certificates."""
        generator = np.random.default_rng(4)
        seen = set()
        for number in range(300):
            case = planted.planted(generator, number % 2 == 1)
            seen.add(case.claim)
            self.assertEqual(case.objective is None, case.claim is not Claim.OPTIMAL)
            self.assertGreaterEqual(np.linalg.eigvalsh(case.program.P.toarray())[0], -1e-9 * (1 + abs(case.program.P).max()))
        self.assertEqual(len(seen), 3)

    def test_complementary(self):
        generator = np.random.default_rng(5)
        for cone in (planted.Cone(Kind.NONNEGATIVE, 4), planted.Cone(Kind.SECOND_ORDER, 4), planted.Cone(Kind.SEMIDEFINITE, 3)):
            for _ in range(50):
                s, z = planted.complementary(generator, cone)
                self.assertAlmostEqual(s @ z, 0)
                self.assertGreater(min(verify.margin(cone, s), verify.margin(cone, z)), -1e-12)
                self.assertGreater(verify.margin(cone, s + z), 1e-3)

    def test_certificates(self):
        generator = np.random.default_rng(6)
        cones = [planted.Cone(Kind.ZERO, 2), planted.Cone(Kind.NONNEGATIVE, 3), planted.Cone(Kind.SEMIDEFINITE, 2)]
        A, root = generator.normal(size=(8, 4)), generator.normal(size=(4, 2))
        z_cone = [planted.dual_point(np.random.default_rng(7), cone) for cone in cones]
        case = planted.without_point(np.random.default_rng(7), cones, A, root)
        # The same generator gives the same z.
        source = np.random.default_rng(7)
        z = np.concatenate([planted.dual_point(source, cone) for cone in cones])
        self.assertEqual(len(z_cone), 3)
        self.assertLess(verify.primal_certificate(case.program, z), 1e-12)


class CBF(unittest.TestCase):
    def test_round_trip(self):
        generator = np.random.default_rng(8)
        cases = [planted.planted(generator, False).program for _ in range(20)] + [programs.semidefinite()[0], programs.second_order()[0]]
        for program in cases:
            with tempfile.TemporaryDirectory() as directory:
                path = Path(directory) / "program.cbf"
                cbf_file.write(path, program)
                read = readers.read(path)
            self.assertEqual(read.cones, program.cones)
            np.testing.assert_allclose(read.A.toarray(), program.A.toarray(), rtol=1e-15, atol=1e-300)
            np.testing.assert_allclose(read.b, program.b, rtol=1e-15)
            np.testing.assert_array_equal(read.q, program.q)
