"""A pytest plug-in that answers to Clarabel's name in CVXPY with this solver, to run CVXPY's own tests with:

    python -m pytest -p in_place_of_clarabel --pyargs cvxpy.tests

A test that asks for an exponential or power cone is skipped. Results: docs/python.md.
"""

import pytest
from cvxpy.constraints import ExpCone, PowCone3D, PowConeND
from cvxpy.reductions.solvers import defines

import conesolver


class InPlaceOfClarabel(conesolver.CVXPY):
    FOREIGN = (ExpCone, PowCone3D, PowConeND)
    SUPPORTED_CONSTRAINTS = conesolver.CVXPY.SUPPORTED_CONSTRAINTS + list(FOREIGN)
    EXP_CONE_ORDER = [0, 1, 2]
    ACCEPT_UNKNOWN = "accept_unknown"

    def name(self):
        return "CLARABEL"

    def apply(self, problem):
        if any(isinstance(constraint, self.FOREIGN) for constraint in problem.constraints):
            pytest.skip("asks for an exponential or power cone")
        return super().apply(problem)


defines.SOLVER_MAP_CONIC["CLARABEL"] = InPlaceOfClarabel()
