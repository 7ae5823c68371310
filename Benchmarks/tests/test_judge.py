import unittest
from pathlib import Path

import numpy as np

from conebench import suite
from conebench.answer import Answer, Claim
from conebench.judge import judge
from conebench.suite import Instance

from . import programs


def instance(expected=Claim.OPTIMAL, published=(), name="name", of="set"):
    return Instance(of, name, Path("file"), expected, published, 0.0)


def verdict(program, answer, about=None, accuracy=1e-7, limit=60.0):
    answer.wall = answer.wall or 1.0
    return judge(about or instance(), program, answer, accuracy, limit).word


class Optima(unittest.TestCase):
    def setUp(self):
        self.program, self.x, self.s, self.z = programs.semidefinite()

    def answer(self, claim=Claim.OPTIMAL, shift=0.0, **fields):
        return Answer("word", claim, self.x + shift, self.s, self.z, **fields)

    def test_right(self):
        self.assertEqual(verdict(self.program, self.answer()), "verified")
        self.assertEqual(verdict(self.program, self.answer(Claim.NONE)), "unclaimed")
        self.assertEqual(verdict(self.program, self.answer(), instance(published=(3.0,))), "verified")

    def test_wrong_points_are_rejected(self):
        self.assertEqual(verdict(self.program, self.answer(shift=1e-4)), "inaccurate")
        self.assertEqual(verdict(self.program, self.answer(shift=1.0)), "wrong")
        self.assertEqual(verdict(self.program, self.answer(Claim.NONE, shift=1e-4)), "no answer")
        self.assertEqual(verdict(self.program, self.answer(shift=np.nan)), "failed")
        self.assertEqual(verdict(self.program, Answer("word", Claim.OPTIMAL)), "failed")

    def test_coarse_accuracy(self):
        self.assertEqual(verdict(self.program, self.answer(shift=0.1), accuracy=1e-2), "inaccurate")
        self.assertEqual(verdict(self.program, self.answer(shift=100.0), accuracy=1e-3), "wrong")

    def test_lengths(self):
        self.assertEqual(verdict(self.program, Answer("word", Claim.OPTIMAL, self.x, self.s[:2], self.z)), "failed")

    def test_published_value(self):
        self.assertEqual(verdict(self.program, self.answer(), instance(published=(3.001,))), "disputed")
        self.assertEqual(verdict(self.program, self.answer(), instance(published=(2.9, 3.1))), "verified")

    def test_infeasibility_published(self):
        about = instance(Claim.PRIMAL_INFEASIBLE)
        self.assertEqual(verdict(self.program, self.answer(), about), "wrong")

    def test_floor_of_a_family(self):
        answer = self.answer(shift=2e-6)
        self.assertEqual(verdict(self.program, answer, instance(name="hinf1", of="sdplib")), "verified")
        self.assertEqual(verdict(self.program, answer, instance(name="theta1", of="sdplib")), "inaccurate")

    def test_limits(self):
        self.assertEqual(verdict(self.program, self.answer(wall=61.0)), "time limit")
        self.assertEqual(verdict(self.program, Answer(failure="time limit")), "time limit")
        self.assertEqual(verdict(self.program, Answer(failure="signal SIGSEGV")), "failed")


class Infeasibility(unittest.TestCase):
    def test_certified(self):
        program, z = programs.primal_infeasible()
        about = instance(Claim.PRIMAL_INFEASIBLE)
        self.assertEqual(verdict(program, Answer("", Claim.PRIMAL_INFEASIBLE, z=z), about), "verified")
        self.assertEqual(verdict(program, Answer("", Claim.PRIMAL_INFEASIBLE, z=z + [0, 1e-4]), about), "inaccurate")
        self.assertEqual(verdict(program, Answer("", Claim.PRIMAL_INFEASIBLE, z=-z), about), "uncertified")
        self.assertEqual(verdict(program, Answer("", Claim.PRIMAL_INFEASIBLE), about), "uncertified")
        program, x = programs.dual_infeasible()
        self.assertEqual(verdict(program, Answer("", Claim.DUAL_INFEASIBLE, x=x), instance(Claim.DUAL_INFEASIBLE)), "verified")

    def test_the_other_side(self):
        """x ≥ 0, x ≤ −1, and −y to minimise: infeasible on both sides."""
        program = programs.without_quadratic([0, -1], [[-1, 0], [1, 0]], [0, -1], [programs.Cone(programs.Kind.NONNEGATIVE, 2)])
        about = instance(Claim.PRIMAL_INFEASIBLE)
        self.assertEqual(verdict(program, Answer("", Claim.DUAL_INFEASIBLE, x=np.array([0.0, 1])), about), "verified")
        self.assertEqual(verdict(program, Answer("", Claim.DUAL_INFEASIBLE, x=np.array([1.0, 1])), about), "wrong")

    def test_false_claims(self):
        program, x, s, z = programs.linear()
        for claim in (Claim.PRIMAL_INFEASIBLE, Claim.DUAL_INFEASIBLE):
            self.assertEqual(verdict(program, Answer("", claim, x, s, z)), "wrong")
        program, z = programs.primal_infeasible()
        about = instance(Claim.PRIMAL_INFEASIBLE)
        self.assertEqual(verdict(program, Answer("", Claim.DUAL_INFEASIBLE, x=np.array([-1.0])), about), "wrong")


class Published(unittest.TestCase):
    def row(self, **fields):
        return suite.instance("data", "set", {"name": "a", "file": "a.mps", "status": "optimal", "opt_value": "", "opt_note": ""} | fields)

    def test_digits(self):
        self.assertAlmostEqual(self.row(opt_value="6.291553e+02").rounding, 0.5e-4 / 629.1553)
        self.assertAlmostEqual(self.row(opt_value="302.6").rounding, 0.05 / 302.6)

    def test_both_sides(self):
        found = self.row(opt_value="1", opt_note="CBLIB2014 stat: primal 30.5, dual 30.25; sense MIN")
        self.assertEqual(found.published, (30.5, 30.25))
        self.assertEqual(found.objective_error(30.4), 0)
        self.assertAlmostEqual(found.objective_error(31.11), 0.61 / 30.5)

    def test_status(self):
        self.assertIs(self.row(status="primal infeasible (SDPA P)").expected, Claim.PRIMAL_INFEASIBLE)
        self.assertIs(self.row(status="dual infeasible").expected, Claim.DUAL_INFEASIBLE)
