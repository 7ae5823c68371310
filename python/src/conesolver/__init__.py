"""Convex conic programs, and certified training of two-layer ReLU networks.

    solve(P, q, A, b, cones)            minimize ½xᵀPx + qᵀx subject to Ax + s = b, s ∈ K
    read(path)                          a program from an SDPA, CBF, MPS or JSON file
    train(X, Y, weight_decay=…)         a two-layer ReLU network with proved bounds on the optimum of training
    certify((U, V), X, Y, weight_decay) how far a network trained elsewhere is from optimal
    ReLUClassifier, ReLURegressor       estimators in the manner of scikit-learn
    CVXPY                               problem.solve(solver=conesolver.CVXPY())
"""

from ._library import C as _C
from ._library import ConeError
from ._solver import Problem, Solution, Solver, read, solve
from ._training import Certificate, Network, Training, certify, train

__version__ = _C.cone_version().decode()

__all__ = [
    "CVXPY",
    "Certificate",
    "ConeError",
    "Network",
    "Problem",
    "ReLUClassifier",
    "ReLURegressor",
    "Solution",
    "Solver",
    "Training",
    "certify",
    "kernels",
    "read",
    "solve",
    "train",
]


def kernels():
    """The processor family whose kernels OpenBLAS runs, such as "SkylakeX"."""
    return _C.cone_kernels().decode()


def __getattr__(name):
    # What imports other packages is loaded when it is asked for.
    if name == "CVXPY":
        from ._cvxpy import CVXPY

        return CVXPY
    if name in ("ReLUClassifier", "ReLURegressor"):
        from . import _estimators

        return getattr(_estimators, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
