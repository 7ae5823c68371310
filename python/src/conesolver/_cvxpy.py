"""The solver as a CVXPY solver: problem.solve(solver=conesolver.CVXPY())."""

import warnings

import cvxpy.settings as s
import numpy as np
import scipy.sparse as sp
from cvxpy.constraints import PSD, SOC
from cvxpy.reductions.solution import Solution, failure_solution
from cvxpy.reductions.solvers import utilities
from cvxpy.reductions.solvers.conic_solvers.conic_solver import ConicSolver

from ._library import ConeError
from ._solver import Solver

try:
    # CVXPY 1.9 brings semidefinite constraints as scaled triangles.
    from cvxpy.constraints import SvecPSD
    from cvxpy.utilities.psd_utils import TriangleKind
except ImportError:
    SvecPSD = None

_STATUS = {
    "solved": s.OPTIMAL,
    "almost_solved": s.OPTIMAL_INACCURATE,
    "primal_infeasible": s.INFEASIBLE,
    "dual_infeasible": s.UNBOUNDED,
    # CVXPY raises an exception for its status of failures, in which the point and its residuals would be lost.
    "numerical_failure": s.USER_LIMIT,
    "iteration_limit": s.USER_LIMIT,
    "time_limit": s.USER_LIMIT,
    "cancelled": s.USER_LIMIT,
}


def _cones(dims):
    """The cones in the order of CVXPY's rows."""
    linear = [(kind, size) for kind, size in (("zero", dims.zero), ("nonnegative", dims.nonneg)) if size]
    return linear + [("second_order", int(n)) for n in dims.soc] + [("semidefinite", int(k)) for k in dims.psd]


class CVXPY(ConicSolver):
    """Linear, quadratic, second-order and semidefinite programs; a quadratic objective is passed as it is.

    Options of `Problem.solve` are the settings of `conesolver.Solver`. After a solve, `problem.solver_stats.extra_stats` is the
    `conesolver.Solution`: its status, residuals and certificate. The status "user_limit" stands for every solve that ended without a
    claim: by a limit or by the limits of double precision; the variables then hold the best point found.
    """

    MIP_CAPABLE = False
    # Bounds come as constraints: with them as attributes, CVXPY 1.9 refuses values that rounding puts outside when a model with
    # maxima is solved a second time.
    BOUNDED_VARIABLES = False
    REQUIRES_CONSTR = False
    REQUIRED_MODULES = ("conesolver",)
    SUPPORTED_CONSTRAINTS = ConicSolver.SUPPORTED_CONSTRAINTS + [SOC, PSD if SvecPSD is None else SvecPSD]

    if SvecPSD is not None:
        PSD_TRIANGLE_KIND = TriangleKind.UPPER
        PSD_SQRT2_SCALING = True
        _dual_value = staticmethod(utilities.extract_dual_value)
    else:

        @staticmethod
        def psd_format_mat(constraint):
            """What takes a matrix, column by column, to the scaled upper triangle of its symmetric part."""
            k = constraint.expr.shape[0]
            j, i = np.tril_indices(k)  # the upper triangle column by column
            weight = np.where(i == j, 0.5, np.sqrt(0.5))
            rows = np.arange(i.size)
            return sp.csc_matrix(
                (np.tile(weight, 2), (np.tile(rows, 2), np.concatenate([i + k * j, j + k * i]))), shape=(i.size, k * k)
            )

        @staticmethod
        def _dual_value(values, offset, constraint):
            """The dual of a constraint at an offset, a semidefinite one as its whole matrix, and the offset after it."""
            if not isinstance(constraint, PSD):
                return utilities.extract_dual_value(values, offset, constraint)
            k = constraint.shape[0]
            j, i = np.tril_indices(k)
            triangle = values[offset : offset + i.size] / np.where(i == j, 1, np.sqrt(2))
            matrix = np.empty((k, k))
            matrix[i, j] = matrix[j, i] = triangle
            return matrix.ravel(order="F"), offset + i.size

    def name(self):
        return "CONESOLVER"

    def import_solver(self):
        pass

    def supports_quad_obj(self):
        return True

    def cite(self, data):
        return ""

    def solve_via_data(self, data, warm_start, verbose, solver_opts, solver_cache=None):
        P = sp.triu(data[s.P]).tocsc() if data.get(s.P) is not None else None
        q, A, b = data[s.C], data[s.A], data[s.B]
        cones = _cones(data[ConicSolver.DIMS])
        settings = {name: value for name, value in solver_opts.items() if name != "use_quad_obj"}
        settings["verbose"] = bool(verbose)

        kept = solver_cache.get(self.name()) if warm_start and solver_cache is not None else None
        solver = None
        if kept is not None and kept[1:] == (cones, settings) and kept[0].has_quadratic == (P is not None):
            # Parameters change numbers; where they change the pattern too, the program is made anew.
            try:
                kept[0].update(P=P, q=q, A=A, b=b)
                solver = kept[0]
            except ConeError:
                pass
        if solver is None:
            solver = Solver(P, q, A, b, cones, **settings)
            solver.has_quadratic = P is not None
        if solver_cache is not None:
            solver_cache[self.name()] = (solver, cones, settings)
        return solver.solve()

    def invert(self, solution, inverse_data):
        status = _STATUS[solution.status]
        attributes = {
            s.SOLVE_TIME: solution.solve_time,
            s.SETUP_TIME: solution.setup_time,
            s.NUM_ITERS: solution.iterations,
            s.EXTRA_STATS: solution,
        }
        if solution.status == "numerical_failure":
            warnings.warn(f"the solve ended without an answer: {solution.message}", stacklevel=2)
        equalities = inverse_data[ConicSolver.DIMS].zero
        duals = utilities.get_dual_values(solution.z[:equalities], self._dual_value, inverse_data[self.EQ_CONSTR])
        duals.update(utilities.get_dual_values(solution.z[equalities:], self._dual_value, inverse_data[self.NEQ_CONSTR]))
        if status in s.SOLUTION_PRESENT:
            objective = solution.primal_objective + inverse_data[s.OFFSET]
            return Solution(status, objective, {inverse_data[self.VAR_ID]: solution.x}, duals, attributes)
        failure = failure_solution(status, attributes)
        failure.dual_vars = duals
        return failure
