"""The C interface of conesolver.h through ctypes."""

import ctypes
import os
import sys
from pathlib import Path

import numpy as np

_KERNELS_VARIABLE = "OPENBLAS_CORETYPE"
_AVX512 = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}


def _kernels():
    """The processor family to ask of OpenBLAS, or None to leave the choice to it.

    OpenBLAS picks its kernels by processor model when it is loaded, and a release older than the processor may take it for one
    without AVX-512. A value that the user set is never touched.
    """
    if _KERNELS_VARIABLE in os.environ or not sys.platform.startswith("linux"):
        return None
    try:
        with open("/proc/cpuinfo") as cpuinfo:
            flags = next((line for line in cpuinfo if line.startswith("flags")), "")
    except OSError:
        return None
    return "SkylakeX" if _AVX512 <= set(flags.split()) else None


def _load():
    path = os.environ.get("CONESOLVER_LIBRARY") or Path(__file__).with_name("libconesolver.so")
    kernels = _kernels()
    if kernels is None:
        return ctypes.CDLL(str(path))
    # The variable is read while the library loads; it must not reach other libraries or child processes.
    os.environ[_KERNELS_VARIABLE] = kernels
    try:
        return ctypes.CDLL(str(path))
    finally:
        del os.environ[_KERNELS_VARIABLE]


class Matrix(ctypes.Structure):
    _fields_ = [
        ("rows", ctypes.c_int64),
        ("columns", ctypes.c_int64),
        ("column_pointers", ctypes.c_void_p),
        ("row_indices", ctypes.c_void_p),
        ("values", ctypes.c_void_p),
        ("count", ctypes.c_int64),
    ]


class Table(ctypes.Structure):
    _fields_ = [("rows", ctypes.c_int64), ("columns", ctypes.c_int64), ("values", ctypes.c_void_p)]


class Info(ctypes.Structure):
    _fields_ = [
        ("status", ctypes.c_int64),
        ("iterations", ctypes.c_int64),
        ("primal_objective", ctypes.c_double),
        ("dual_objective", ctypes.c_double),
        ("primal_residual", ctypes.c_double),
        ("dual_residual", ctypes.c_double),
        ("gap", ctypes.c_double),
        ("dimacs", ctypes.c_double * 6),
        ("setup_seconds", ctypes.c_double),
        ("solve_seconds", ctypes.c_double),
    ]


class Size(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_int64)
        for name in ("variables", "rows", "P_count", "A_count", "cone_count", "maximize", "scalar_variables")
    ] + [("objective_constant", ctypes.c_double)]


class Iteration(ctypes.Structure):
    """One interior-point iteration; residuals are relative."""

    _fields_ = [("number", ctypes.c_int64)] + [
        (name, ctypes.c_double)
        for name in (
            "primal_objective",
            "dual_objective",
            "primal_residual",
            "dual_residual",
            "gap",
            "kappa_over_tau",
            "mu",
            "step",
            "seconds",
        )
    ]


class Progress(ctypes.Structure):
    """Where a training run is: a round of the search or an iteration, and the bracket so far."""

    _fields_ = [("number", ctypes.c_int64)] + [
        (name, ctypes.c_double) for name in ("lower_bound", "upper_bound", "seconds")
    ]


LogFunction = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_void_p)
ObserverFunction = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Iteration), ctypes.c_void_p)
TrainingObserverFunction = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Progress), ctypes.c_void_p)

# The numbers of cone_array, cone_kind and cone_status.
ARRAYS = {"P": 0, "q": 1, "A": 2, "b": 3, "x": 4, "s": 5, "z": 6}
KINDS = {"zero": 0, "nonnegative": 1, "second_order": 2, "semidefinite": 3}
STATUSES = [
    "unsolved",
    "solved",
    "almost_solved",
    "primal_infeasible",
    "dual_infeasible",
    "iteration_limit",
    "time_limit",
    "cancelled",
    "numerical_failure",
]
WITHOUT_EFFECT = 1


class ConeError(ValueError):
    """What the library refused: the message says what is wrong and how to mend it; `code` is the cone_code."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def _declare(library):
    from ctypes import POINTER, c_char_p, c_double, c_int, c_int64, c_size_t, c_void_p

    handle = c_void_p
    signatures = {
        "cone_create": [POINTER(Matrix), handle, c_int64, POINTER(Matrix), handle, c_int64, handle, c_int64, POINTER(handle)],
        "cone_read": [c_char_p, POINTER(handle)],
        "cone_write": [handle, c_char_p],
        "cone_destroy": [handle],
        "cone_set_number": [handle, c_char_p, c_double],
        "cone_set_text": [handle, c_char_p, c_char_p],
        "cone_set_log": [handle, LogFunction, c_void_p],
        "cone_set_observer": [handle, ObserverFunction, c_void_p],
        "cone_solve": [handle],
        "cone_cancel": [handle],
        "cone_get_info": [handle, POINTER(Info), c_size_t],
        "cone_update": [handle, c_int, c_void_p, c_int64],
        "cone_get": [handle, c_int, c_void_p, c_int64],
        "cone_get_size": [handle, POINTER(Size), c_size_t],
        "cone_get_pattern": [handle, c_int, c_void_p, c_int64, c_void_p, c_int64],
        "cone_get_cones": [handle, c_void_p, c_int64],
        "cone_training_create": [POINTER(Table), POINTER(Table), c_double, c_int, POINTER(handle)],
        "cone_training_destroy": [handle],
        "cone_training_set_number": [handle, c_char_p, c_double],
        "cone_training_set_text": [handle, c_char_p, c_char_p],
        "cone_training_set_observer": [handle, TrainingObserverFunction, c_void_p],
        "cone_training_run": [handle],
        "cone_training_certify": [handle, POINTER(Table), POINTER(Table)],
        "cone_training_cancel": [handle],
    }
    for name, arguments in signatures.items():
        function = getattr(library, name)
        function.argtypes = arguments
        function.restype = c_int
    for name in ("cone_message", "cone_training_report", "cone_training_model"):
        function = getattr(library, name)
        function.argtypes = [handle]
        function.restype = c_char_p
    for name in ("cone_last_error", "cone_version", "cone_kernels"):
        getattr(library, name).restype = c_char_p
    return library


C = _declare(_load())


def check(code):
    """Turns a negative code into an exception; returns the code otherwise."""
    if code < 0:
        raise ConeError(code, C.cone_last_error().decode())
    return code


def doubles(array, name):
    """A contiguous float64 vector of what is given."""
    vector = np.ascontiguousarray(array, dtype=np.float64)
    if vector.ndim != 1:
        raise ConeError(-3, f"{name} has {vector.ndim} dimensions; give a vector")
    return vector


def set_option(set_number, set_text, handle, name, value):
    """Sets an option by the type of its value."""
    if isinstance(value, str):
        return check(set_text(handle, name.encode(), value.encode()))
    return check(set_number(handle, name.encode(), float(value)))
