"""Training of two-layer ReLU networks to a proved bracket of the optimum."""

import ctypes
import json
import sys
import threading
from dataclasses import dataclass

import numpy as np

from . import _library
from ._library import C, ConeError, check

_byref = ctypes.byref


@dataclass
class Network:
    """f(x) = Σⱼ (xᵀuⱼ)₊ vⱼ. `U` has a row of input weights a neuron, the bias first if there is one; `V` one of output weights."""

    U: np.ndarray
    V: np.ndarray
    bias: bool = False

    def predict(self, X):
        """The outputs, n × c, for inputs n × d."""
        X = np.asarray(X, dtype=float)
        if self.bias:
            X = np.column_stack([np.ones(len(X)), X])
        return np.maximum(X @ self.U.T, 0) @ self.V


@dataclass
class Training:
    """What training gave: a network and proved bounds lower_bound ≤ p* ≤ upper_bound of the optimum.

    `upper_bound` is the objective of the network and `gap` (upper − lower)/upper. `report` holds all figures, those of
    `cone train --json`; `model` is the JSON that `cone check` proves again.
    """

    network: Network
    status: str
    lower_bound: float
    upper_bound: float
    gap: float
    report: dict
    model: str

    @property
    def bracket(self):
        return self.lower_bound, self.upper_bound

    def save(self, path):
        """Writes the network with the certificate of its bounds."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.model)


@dataclass
class Certificate(Training):
    """How far a given network is from optimal.

    `objective` is its objective and `excess` (objective − lower)/objective; `network` is the best one found from it; `neuron` has the
    input weights that would lower its objective fastest, which they do if `neuron_gain` is above 1.
    """

    objective: float
    excess: float
    neuron: np.ndarray
    neuron_gain: float


def _table(M, name):
    table = np.ascontiguousarray(M, dtype=np.float64)
    if table.ndim == 1:
        table = table.reshape(-1, 1)
    if table.ndim != 2:
        raise ConeError(-3, f"{name} has {table.ndim} dimensions; give a matrix with a row a sample")
    return table


def _pass(table):
    return _byref(_library.Table(table.shape[0], table.shape[1], table.ctypes.data))


class _Meter:
    """A line on standard error that is written over, in terminals and notebooks, once a run takes time."""

    def __init__(self, patience=1.0, period=0.2):
        self._next, self._period, self._shown = patience, period, False
        self._visible = sys.stderr is not None and (sys.stderr.isatty() or "ipykernel" in sys.modules)

    def __call__(self, progress):
        if not self._visible or progress.seconds < self._next:
            return
        self._next = progress.seconds + self._period
        self._shown = True
        upper = progress.upper_bound
        gap = (upper - progress.lower_bound) / upper if 0 < upper < float("inf") else 1.0
        text = f"{progress.number:5d}  {progress.lower_bound:.9e} ≤ p* ≤ {upper:.9e}  gap {gap:.1e}  {progress.seconds:.1f} s"
        print(f"\r{text}", end="", file=sys.stderr, flush=True)

    def end(self):
        if self._shown:
            print(file=sys.stderr, flush=True)


def _run(X, Y, weight_decay, bias, options, callback, progress, work):
    """(report, model) of `work`, a C function of the handle, which runs in a thread of its own so that Ctrl-C is heard."""
    X, Y = _table(X, "X"), _table(Y, "Y")
    handle = ctypes.c_void_p()
    check(C.cone_training_create(_pass(X), _pass(Y), float(weight_decay), int(bool(bias)), _byref(handle)))
    failures = []
    meter = _Meter()

    def observe(state, _):
        try:
            if progress:
                meter(state.contents)
            return 1 if callback is not None and callback(state.contents) else 0
        except BaseException as error:
            failures.append(error)
            return 1

    def body():
        try:
            check(work(handle))
        except BaseException as error:
            failures.append(error)

    try:
        for name, value in options.items():
            if value is not None:
                _library.set_option(C.cone_training_set_number, C.cone_training_set_text, handle, name, value)
        observer = _library.TrainingObserverFunction(observe)
        check(C.cone_training_set_observer(handle, observer, None))
        thread = threading.Thread(target=body)
        thread.start()
        while thread.is_alive():
            try:
                thread.join(0.1)
            except KeyboardInterrupt as interrupt:
                check(C.cone_training_cancel(handle))
                failures.append(interrupt)
        meter.end()
        if failures:
            raise failures[0]
        return json.loads(C.cone_training_report(handle)), C.cone_training_model(handle).decode()
    finally:
        C.cone_training_destroy(handle)


def _network(model, bias):
    content = json.loads(model)
    inputs, outputs = len(content["problem"]["features"]) + int(bias), len(content["problem"]["outputs"])
    return Network(
        np.array(content["U"], dtype=float).reshape(-1, inputs), np.array(content["V"], dtype=float).reshape(-1, outputs), bias
    )


def train(
    X, Y, network="relu", lift="exact", *, weight_decay, bias=False, gap=None, node_limit=None, callback=None, progress=True, **settings
):
    """Trains a two-layer ReLU network of any width to

        p* = min ½‖Σⱼ (Xuⱼ)₊ vⱼᵀ − Y‖² + (γ/2) Σⱼ (‖uⱼ‖² + ‖vⱼ‖²),        γ = weight_decay,

    and proves a bracket of p*. `X` is n × d, `Y` n × c (or of length n). `lift="exact"` searches for the global optimum until the
    relative `gap` (1e-4) is proved; "sdp-nn" solves a semidefinite relaxation, whose bracket may stay open. `bias=True` adds a
    regularised bias. Further settings: `time_limit`, `threads`, `node_limit`.

    `callback(progress)` sees `number`, `lower_bound`, `upper_bound` and `seconds`, and ends the run by returning True; the bracket so
    far then comes back. Ctrl-C ends the run with KeyboardInterrupt.
    """
    if network != "relu":
        raise ConeError(-5, f"the network is {network!r}; two-layer \"relu\" networks are trained here")
    options = {"lift": lift, "gap": gap, "node_limit": node_limit, **settings}
    report, model = _run(X, Y, weight_decay, bias, options, callback, progress, C.cone_training_run)
    return Training(
        network=_network(model, bool(bias)),
        status=report["status"],
        lower_bound=report["lower_bound"],
        upper_bound=report["upper_bound"],
        gap=report["gap"],
        report=report,
        model=model,
    )


def certify(weights, X, Y, weight_decay, *, bias=False, gap=None, node_limit=None, callback=None, progress=True, **settings):
    """Proves how far a network is from the global optimum of training; see `train` for the rest.

    `weights` is a `Network` or a pair (U, V): a row of input weights a neuron, the bias first with `bias=True`, and one of output
    weights.
    """
    if isinstance(weights, Network):
        bias, weights = weights.bias, (weights.U, weights.V)
    U, V = (_table(M, name) for M, name in zip(weights, "UV"))
    options = {"gap": gap, "node_limit": node_limit, **settings}
    report, model = _run(
        X, Y, weight_decay, bias, options, callback, progress, lambda handle: C.cone_training_certify(handle, _pass(U), _pass(V))
    )
    return Certificate(
        network=_network(model, bool(bias)),
        status=report["status"],
        lower_bound=report["lower_bound"],
        upper_bound=report["upper_bound"],
        gap=report["gap"],
        report=report,
        model=model,
        objective=report["objective"],
        excess=report["excess"],
        neuron=np.array(report["neuron"]),
        neuron_gain=report["neuron_gain"],
    )
