"""What a solver is asked, and what it answers."""
from dataclasses import dataclass
from enum import Enum

import numpy as np


class Claim(Enum):
    """What the solver says of its answer. `NONE` says nothing: the point is checked all the same."""

    OPTIMAL = "optimal"
    PRIMAL_INFEASIBLE = "primal infeasible"
    DUAL_INFEASIBLE = "dual infeasible"
    NONE = "none"


@dataclass
class Request:
    tolerance: float
    time_limit: float  # seconds
    memory_limit: float  # GB of address space
    threads: int
    core_type: str = ""  # OPENBLAS_CORETYPE; empty leaves OpenBLAS its own choice
    command: str = ""  # of solvers that are commands


@dataclass
class Answer:
    """Vectors in the neutral form's terms. `failure` names what came in place of an answer: a limit, a crash, a form not supported."""

    status: str = ""  # the solver's own word
    claim: Claim = Claim.NONE
    x: np.ndarray = None
    s: np.ndarray = None
    z: np.ndarray = None
    iterations: int = None
    wall: float = None  # seconds
    cpu: float = None  # seconds, all threads
    call: float = None  # wall-clock seconds of set-up and solve alone, by the solver's own clock where it is a command
    peak_mb: float = None
    version: str = ""
    failure: str = ""


class Unsupported(Exception):
    """The solver has no form for this program."""
