"""The table of runs: one row for every run, as CSV."""
import csv
from dataclasses import dataclass, fields

import numpy as np


@dataclass
class Result:
    """Seconds, MB of resident memory, relative errors. `timed` says what the seconds are of: the whole process or the solve call."""

    suite: str
    instance: str
    solver: str
    version: str
    tolerance: float  # asked of the solver
    level: float  # accuracy asked of the verification
    accuracy: float  # the same, or the floor of the instance's family
    threads: int
    core_type: str
    repeat: int
    verdict: str
    status: str
    reason: str
    timed: str
    wall: float
    cpu: float
    call: float
    peak_mb: float
    iterations: int
    objective: float
    published: float
    objective_error: float
    scs_form: float
    primal: float
    dual: float
    gap: float
    e1: float
    e2: float
    e3: float
    e4: float
    e5: float
    e6: float
    certificate: float
    rows: int
    columns: int
    largest_block: int
    time_limit: float
    memory_limit: float

    @property
    def passed(self):
        return self.verdict in ("verified", "unclaimed")

    @property
    def worst_error(self):
        """The larger of the SCS form and, for semidefinite programs, the DIMACS errors: what `accuracy` is asked of."""
        if self.scs_form is None:
            return None
        return max(self.scs_form, self.worst_dimacs) if self.largest_block else self.scs_form

    @property
    def worst_dimacs(self):
        errors = [self.e1, self.e2, self.e3, self.e4, self.e5, self.e6]
        return None if None in errors else max(abs(error) for error in errors)


NAMES = [field.name for field in fields(Result)]
TYPES = {field.name: field.type for field in fields(Result)}


def result(instance, program, name, timed, request, accuracy, repeat, answer, verdict):
    errors = verdict.errors
    relative = {key: getattr(errors, key)[0] / (1 + getattr(errors, key)[1]) if errors else None for key in ("primal", "dual", "gap")}
    dimacs = errors.dimacs if errors else [None] * 6
    return Result(
        instance.suite, instance.name, name, answer.version, request.tolerance, accuracy, instance.accuracy(accuracy), request.threads,
        request.core_type, repeat, verdict.word, answer.status, verdict.reason, timed, answer.wall, answer.cpu, answer.call, answer.peak_mb,
        answer.iterations, verdict.objective, instance.published[0] if instance.published else None, verdict.objective_error,
        errors.scs_form if errors else None, relative["primal"], relative["dual"], relative["gap"], *dimacs, verdict.certificate,
        program.rows, program.variables, program.largest_block(), request.time_limit, request.memory_limit)


class Writer:
    """Appends row by row, so that an interrupted run keeps what it has."""

    def __init__(self, path):
        fresh = not path.exists() or path.stat().st_size == 0
        self.handle = open(path, "a", newline="")
        self.writer = csv.writer(self.handle)
        if fresh:
            self.writer.writerow(NAMES)

    def write(self, row):
        self.writer.writerow([text(getattr(row, name)) for name in NAMES])
        self.handle.flush()


def text(value):
    if value is None:
        return ""
    return repr(float(value)) if isinstance(value, (float, np.floating)) else " ".join(str(value).split())


def read(path):
    with open(path, newline="") as handle:
        return [Result(**{name: parsed(TYPES[name], row.get(name, "")) for name in NAMES}) for row in csv.DictReader(handle)]


def parsed(kind, value):
    if kind is str:
        return value
    return None if value == "" else kind(value)
