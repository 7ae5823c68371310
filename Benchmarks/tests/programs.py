"""Tiny programs with known answers."""
import numpy as np
import scipy.sparse as sp

from conebench.program import Cone, Kind, Program, without_quadratic
from conebench.symmetric import pack

ROOT2 = np.sqrt(2)


def linear():
    """min x + 2y, x + y = 1, x ≥ 0, y ≥ 0: x = (1, 0), dual −1 on the equality and (0, 1) on the bounds."""
    program = without_quadratic([1, 2], [[1, 1], [-1, 0], [0, -1]], [1, 0, 0], [Cone(Kind.ZERO, 1), Cone(Kind.NONNEGATIVE, 2)])
    return program, np.array([1.0, 0]), np.array([0.0, 1, 0]), np.array([-1.0, 0, 1])


def quadratic():
    """min ½x² − x, x ≤ ½: x = ½ with multiplier ½, value −⅜."""
    program = Program(sp.csc_matrix([[1.0]]), np.array([-1.0]), sp.csc_matrix([[1.0]]), np.array([0.5]), [Cone(Kind.NONNEGATIVE, 1)])
    return program, np.array([0.5]), np.array([0.0]), np.array([0.5])


def second_order():
    """min t, ‖(3, 4)‖ ≤ t: t = 5, z = (1, −3/5, −4/5)."""
    program = without_quadratic([1], [[-1], [0], [0]], [0, 3, 4], [Cone(Kind.SECOND_ORDER, 3)])
    return program, np.array([5.0]), np.array([5.0, 3, 4]), np.array([1, -0.6, -0.8])


def semidefinite():
    """min t, tI − C ⪰ 0 is the greatest eigenvalue, 3 of C = [2 1; 1 2], with z = vvᵀ, v = (1, 1)/√2."""
    C = np.array([[2.0, 1], [1, 2]])
    program = without_quadratic([1], -pack(np.eye(2)).reshape(-1, 1), -pack(C), [Cone(Kind.SEMIDEFINITE, 2)])
    return program, np.array([3.0]), pack(3 * np.eye(2) - C), pack(np.full((2, 2), 0.5))


SOLVED = {"linear": linear, "quadratic": quadratic, "second-order": second_order, "semidefinite": semidefinite}


def primal_infeasible():
    """x ≤ −1 and x ≥ 0; z = (1, 1)."""
    return without_quadratic([1], [[1], [-1]], [-1, 0], [Cone(Kind.NONNEGATIVE, 2)]), np.array([1.0, 1])


def dual_infeasible():
    """min −x, x ≥ 0; the ray x = 1."""
    return without_quadratic([-1], [[-1]], [0], [Cone(Kind.NONNEGATIVE, 1)]), np.array([1.0])
