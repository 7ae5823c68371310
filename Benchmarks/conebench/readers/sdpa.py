"""SDPA sparse (.dat-s).

    minimize    cᵀx
    subject to  F₁x₁ + … + Fₘxₘ − F₀ ⪰ 0

is q = c, A = −[svec Fᵢ], b = −svec F₀; a block of size −k is k nonnegative rows. So s is the matrix on the left and z its dual matrix,
in the order of the file's blocks.
"""
import re

import numpy as np
import scipy.sparse as sp

from ..program import Cone, FormatError, Kind, without_quadratic
from ..symmetric import ROOT2, position

SEPARATORS = str.maketrans(",(){}", "     ")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?")


def read(text):
    lines = text.translate(SEPARATORS).splitlines()
    at = 0
    while lines[at].lstrip()[:1] in ('"', "*", ""):
        at += 1
    m = integers(lines[at], 1)[0]
    block_count = integers(lines[at + 1], 1)[0]
    at += 2
    sizes = []
    while len(sizes) < block_count:
        sizes += integers(lines[at], block_count - len(sizes))
        at += 1
    c = []
    while len(c) < m:
        c += [decimal(token) for token in lines[at].split()]
        at += 1
    if len(c) != m or 0 in sizes:
        raise FormatError(f"{len(c)} costs for {m} variables, block sizes {sizes}")
    entries = np.array([decimal(token) for token in " ".join(lines[at:]).split()])
    if len(entries) % 5:
        raise FormatError(f"{len(entries)} numbers in the entries is no multiple of 5")
    return assemble(np.array(c), sizes, entries.reshape(-1, 5))


def integers(line, most):
    """The leading integers of a header line, at most so many; text may follow the last one without a blank."""
    found = []
    for token in line.split()[:most]:
        match = re.match(r"[-+]?\d+", token)
        if not match:
            break
        found.append(int(match.group()))
    if not found:
        raise FormatError(f"no integer in header line {line!r}")
    return found


def decimal(token):
    try:
        return float(token)
    except ValueError:
        if NUMBER.fullmatch(token):
            return float(token.replace("d", "e").replace("D", "e"))
        raise FormatError(f"{token!r} is no number") from None


def assemble(c, sizes, entries):
    cones = [Cone(Kind.SEMIDEFINITE, k) if k > 0 else Cone(Kind.NONNEGATIVE, -k) for k in sizes]
    starts = np.concatenate([[0], np.cumsum([cone.rows for cone in cones])])
    diagonal = np.array([k < 0 for k in sizes])
    order = np.abs(sizes)
    matrix, block, i, j = (entries[:, k].astype(int) for k in range(4))
    if len(entries) and not (
        matrix.min() >= 0 and matrix.max() <= len(c) and block.min() >= 1 and block.max() <= len(sizes)
        and min(i.min(), j.min()) >= 1 and np.all(np.maximum(i, j) <= order[block - 1])
    ):
        raise FormatError("an index is out of range")
    block, i, j = block - 1, np.minimum(i, j) - 1, np.maximum(i, j) - 1
    if np.any(diagonal[block] & (i != j)):
        raise FormatError("an entry off the diagonal of a diagonal block")
    rows = starts[block] + np.where(diagonal[block], i, position(i, j))
    values = -entries[:, 4] * np.where(i == j, 1.0, ROOT2)
    if len(np.unique(rows * (len(c) + 1) + matrix)) != len(rows):
        raise FormatError("a position is given twice")
    m = int(starts[-1])
    whole = sp.csc_matrix((values, (rows, matrix)), shape=(m, len(c) + 1))
    return without_quadratic(c, whole[:, 1:], whole[:, [0]].toarray().ravel(), cones)
