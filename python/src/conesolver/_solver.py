"""Conic programs: minimize ½xᵀPx + qᵀx subject to Ax + s = b, s ∈ K."""

import ctypes
import os
import signal
import threading
import warnings
from dataclasses import dataclass

import numpy as np

from . import _library
from ._library import ARRAYS, KINDS, STATUSES, C, ConeError, check, doubles

_KIND_NAMES = list(KINDS)
_byref = ctypes.byref


@dataclass
class Solution:
    """The outcome of a solve, recomputed on the data as given.

    `status` is a claim: "solved", "almost_solved" (within reduced tolerances), "primal_infeasible" (`z` proves it: z ∈ K*, Aᵀz = 0,
    bᵀz = −1), "dual_infeasible" (`x` proves it: Px = 0, −Ax ∈ K, qᵀx = −1), "iteration_limit", "time_limit", "cancelled" or
    "numerical_failure"; after the last four the vectors are the best point found.
    """

    status: str
    x: np.ndarray
    s: np.ndarray
    z: np.ndarray
    primal_objective: float
    dual_objective: float
    iterations: int
    primal_residual: float
    dual_residual: float
    gap: float
    dimacs: tuple
    setup_time: float
    solve_time: float
    message: str

    def __repr__(self):
        return (
            f"Solution({self.status}, objective {self.primal_objective:.9g}, {self.iterations} iterations, "
            f"{self.setup_time + self.solve_time:.3g} s)"
        )


def _columns(M, name):
    """(shape, pointers, rows, values) of a matrix compressed by columns, each array ready for C."""
    if getattr(M, "format", None) != "csc":
        from scipy.sparse import csc_array

        M = csc_array(M)
    if M.ndim != 2:
        raise ConeError(-3, f"{name} has {M.ndim} dimensions; give a matrix")
    if not M.has_canonical_format:
        M = M.copy()
        M.sum_duplicates()
    return (
        M.shape,
        np.ascontiguousarray(M.indptr, dtype=np.int64),
        np.ascontiguousarray(M.indices, dtype=np.int64),
        np.ascontiguousarray(M.data, dtype=np.float64),
    )


def _matrix(columns):
    (rows, count), pointers, indices, values = columns
    return _library.Matrix(rows, count, pointers.ctypes.data, indices.ctypes.data, values.ctypes.data, values.size)


def _factors(cones):
    """The (kind, size) rows that C reads."""
    factors = np.empty((len(cones), 2), dtype=np.int64)
    for row, cone in zip(factors, cones):
        try:
            kind, size = cone
            row[0], row[1] = KINDS[kind], size
        except (TypeError, ValueError, KeyError):
            raise ConeError(-4, f"{cone!r} is not a cone; give pairs like ('nonnegative', 3), of {', '.join(KINDS)}") from None
    return factors


class _HeldInterrupts:
    """Holds Ctrl-C back while the library works, and lets it out afterwards.

    Python raises KeyboardInterrupt as soon as it enters a callback, before any `try` of the callback, and ctypes would drop it there.
    Here the signal only leaves a note, which the callback reads. Only the main thread gets signals.
    """

    def __enter__(self):
        self.arrived = None
        former = signal.getsignal(signal.SIGINT)
        self.held = callable(former) and threading.current_thread() is threading.main_thread()
        if self.held:
            self._former = former
            signal.signal(signal.SIGINT, self._note)
        return self

    def _note(self, number, frame):
        self.arrived = (number, frame)

    def __exit__(self, *_):
        if self.held:
            signal.signal(signal.SIGINT, self._former)
            if self.arrived:
                self._former(*self.arrived)


class Solver:
    """A program that is solved once or, with new numbers in the same pattern, many times.

    `P` (or None) is symmetric positive semidefinite, whole or its upper triangle; `A` is m × n; both are sparse or dense. `cones`
    lists pairs in the order of the rows of `A`: ("zero", n), ("nonnegative", n), ("second_order", n), ("semidefinite", k), where a
    semidefinite cone of order k takes k(k + 1)/2 rows: the upper triangle column by column, off-diagonal entries times √2.

    Settings are those of `conesolver.h`, by their names here, in Clarabel and in SCS: `eps_rel=1e-9`, `max_iter=100`,
    `time_limit=60`, `threads=1`, `verbose=True`, …
    """

    def __init__(self, P, q, A, b, cones, **settings):
        handle = ctypes.c_void_p()
        q, b = doubles(q, "q"), doubles(b, "b")
        A = _columns(A, "A")
        factors = _factors(cones)
        P = None if P is None else _columns(P, "P")
        check(
            C.cone_create(
                None if P is None else _byref(_matrix(P)), q.ctypes.data, q.size, _byref(_matrix(A)), b.ctypes.data, b.size,
                factors.ctypes.data, len(factors), _byref(handle),
            )
        )  # fmt: skip
        self._begin(handle, q.size, b.size)
        self.set(**settings)

    def _begin(self, handle, n, m):
        self._handle = handle
        self._n, self._m = n, m
        self._log = None

    def __del__(self):
        if getattr(self, "_handle", None):
            C.cone_destroy(self._handle)

    def set(self, **settings):
        """Changes settings."""
        for name, value in settings.items():
            if name == "verbose":
                # Python's own standard output, which a notebook shows.
                self._log = _library.LogFunction(_print_line if value else 0)
                check(C.cone_set_log(self._handle, self._log, None))
            elif _library.set_option(C.cone_set_number, C.cone_set_text, self._handle, name, value) == _library.WITHOUT_EFFECT:
                warnings.warn(f"the setting {name} has no counterpart here and was passed over", stacklevel=3)

    def update(self, P=None, q=None, A=None, b=None):
        """Replaces values. P and A keep their pattern: give a matrix of that pattern, or its values in column order."""
        for name, values in (("P", P), ("q", q), ("A", A), ("b", b)):
            if values is None:
                continue
            if name in "PA" and (hasattr(values, "format") or np.ndim(values) == 2):
                _, pointers, indices, values = _columns(values, name)
                own_pointers, own_indices = self._pattern(name)
                if not (np.array_equal(pointers, own_pointers) and np.array_equal(indices, own_indices)):
                    raise ConeError(-4, f"{name} has another pattern than before; make a new solver")
            values = doubles(values, name)
            check(C.cone_update(self._handle, ARRAYS[name], values.ctypes.data, values.size))

    def solve(self, callback=None):
        """Solves the program.

        `callback(iteration)` sees every iteration (`number`, `primal_objective`, `gap`, …) and stops the solve by returning True.
        Other threads run meanwhile. Ctrl-C stops the solve at its next iteration.
        """
        raised = []

        def observe(iteration, _):
            # An exception must not leave through C.
            try:
                return 1 if interrupts.arrived or (callback is not None and callback(iteration.contents)) else 0
            except BaseException as error:
                raised.append(error)
                return 1

        with _HeldInterrupts() as interrupts:
            observer = _library.ObserverFunction(observe if callback is not None or interrupts.held else 0)
            check(C.cone_set_observer(self._handle, observer, None))
            check(C.cone_solve(self._handle))
        if raised:
            raise raised[0]
        return self._solution()

    def cancel(self):
        """Stops the solve that another thread runs, at its next iteration."""
        check(C.cone_cancel(self._handle))

    def write(self, path):
        """Writes the program; the extension says how: .cbf, .dat-s, .mps or .json, and .gz after it."""
        check(C.cone_write(self._handle, os.fsencode(path)))

    def _get(self, name, count):
        values = np.empty(count)
        check(C.cone_get(self._handle, ARRAYS[name], values.ctypes.data, count))
        return values

    def _size(self):
        size = _library.Size()
        check(C.cone_get_size(self._handle, _byref(size), ctypes.sizeof(size)))
        return size

    def _pattern(self, name):
        size = self._size()
        pointers = np.empty(size.variables + 1, dtype=np.int64)
        indices = np.empty(size.P_count if name == "P" else size.A_count, dtype=np.int64)
        check(
            C.cone_get_pattern(
                self._handle, ARRAYS[name], pointers.ctypes.data, pointers.size, indices.ctypes.data, indices.size
            )
        )
        return pointers, indices

    def _solution(self):
        info = _library.Info()
        check(C.cone_get_info(self._handle, _byref(info), ctypes.sizeof(info)))
        return Solution(
            status=STATUSES[info.status],
            x=self._get("x", self._n),
            s=self._get("s", self._m),
            z=self._get("z", self._m),
            primal_objective=info.primal_objective,
            dual_objective=info.dual_objective,
            iterations=info.iterations,
            primal_residual=info.primal_residual,
            dual_residual=info.dual_residual,
            gap=info.gap,
            dimacs=tuple(info.dimacs),
            setup_time=info.setup_seconds,
            solve_time=info.solve_seconds,
            message=C.cone_message(self._handle).decode(),
        )


def _print_line(line, _):
    print(line.decode(), flush=True)


def solve(P, q, A, b, cones, callback=None, **settings):
    """Solves minimize ½xᵀPx + qᵀx subject to Ax + s = b, s ∈ K; see `Solver` for the arguments."""
    return Solver(P, q, A, b, cones, **settings).solve(callback)


@dataclass
class Problem:
    """A program that a file states: minimize ½xᵀPx + qᵀx subject to Ax + s = b, s ∈ K.

    Where the file asks for a maximum, this is the minimization of its negative, and the file's objective is
    `objective_constant` − value; `scalar_variables` entries of x are the file's own, those of matrix variables follow.
    """

    P: object
    q: np.ndarray
    A: object
    b: np.ndarray
    cones: list
    maximize: bool
    objective_constant: float
    scalar_variables: int

    def objective(self, value):
        """The file's objective where the minimization's is `value`."""
        return self.objective_constant - value if self.maximize else self.objective_constant + value

    def solve(self, callback=None, **settings):
        """Solves the program; objectives are in the file's sense and with its constant."""
        settings.setdefault("objective_constant", -self.objective_constant if self.maximize else self.objective_constant)
        solution = solve(self.P, self.q, self.A, self.b, self.cones, callback, **settings)
        solution.primal_objective = self.objective(solution.primal_objective)
        solution.dual_objective = self.objective(solution.dual_objective)
        return solution


def read(path):
    """Reads a program from SDPA sparse, CBF, MPS or QPS, or Clarabel's JSON, compressed with gzip or not."""
    from scipy.sparse import csc_array

    handle = ctypes.c_void_p()
    check(C.cone_read(os.fsencode(path), _byref(handle)))
    solver = Solver.__new__(Solver)
    solver._begin(handle, 0, 0)
    size = solver._size()
    n, m = size.variables, size.rows

    def matrix(name, rows, count):
        pointers, indices = solver._pattern(name)
        return csc_array((solver._get(name, count), indices, pointers), shape=(rows, n))

    factors = np.empty((size.cone_count, 2), dtype=np.int64)
    check(C.cone_get_cones(handle, factors.ctypes.data, size.cone_count))
    return Problem(
        P=matrix("P", n, size.P_count),
        q=solver._get("q", n),
        A=matrix("A", m, size.A_count),
        b=solver._get("b", m),
        cones=[(_KIND_NAMES[kind], int(dimension)) for kind, dimension in factors],
        maximize=bool(size.maximize),
        objective_constant=size.objective_constant,
        scalar_variables=size.scalar_variables,
    )
