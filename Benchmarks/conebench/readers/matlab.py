"""Quadratic programs as MATLAB files with Q, c, A, rl, ru, lb, ub (repository QP-Test-Problems)."""
import gzip
import io
from pathlib import Path

import numpy as np
import scipy.io
import scipy.sparse as sp

from .mps import assemble

INFINITE = 1e20  # a side at least as large is none


def read(path):
    data = Path(path).read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    tables = scipy.io.loadmat(io.BytesIO(data))

    def box(low, high):
        sides = np.hstack([tables[low].astype(float), tables[high].astype(float)])
        return np.where(np.abs(sides) >= INFINITE, np.copysign(np.inf, sides), sides)

    return assemble(
        sp.csc_matrix(tables["Q"]), tables["c"].ravel().astype(float), sp.csc_matrix(tables["A"]), box("rl", "ru"), box("lb", "ub"))
