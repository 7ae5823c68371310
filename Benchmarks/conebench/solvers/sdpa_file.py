"""A program as a plain SDPA sparse file for the solvers that read nothing else, with the way back of their answers."""
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from ..answer import Unsupported
from ..program import Cone, Kind, without_quadratic
from ..readers import stem
from ..symmetric import ROOT2, triangle
from .command import plain_copy
from .lmi import Same, lmi


class Split:
    """A view whose equality rows Ex = e are the pairs Ex ≤ e, −Ex ≤ −e."""

    def __init__(self, view):
        self.view = view
        program = view.program
        parts = list(program.blocks())
        self.equal = np.concatenate([np.arange(rows.start, rows.stop) for cone, rows in parts if cone.kind is Kind.ZERO])
        self.conic = np.setdiff1d(np.arange(program.rows), self.equal)
        A = program.A.tocsr()
        E, e = A[self.equal], program.b[self.equal]
        cones = [cone for cone, _ in parts if cone.kind is not Kind.ZERO] + [Cone(Kind.NONNEGATIVE, 2 * len(e))]
        self.program = without_quadratic(
            program.q, sp.vstack([A[self.conic], E, -E]), np.concatenate([program.b[self.conic], e, -e]), cones)

    def restore(self, answer):
        rows, pairs = len(self.conic), len(self.equal)
        for name in ("s", "z"):
            values = getattr(answer, name)
            if values is not None:
                whole = np.zeros(rows + pairs)
                whole[self.conic] = values[:rows]
                if name == "z":
                    whole[self.equal] = values[rows : rows + pairs] - values[rows + pairs :]
                setattr(answer, name, whole)
        return self.view.restore(answer)


def sdpa_file(path, program, directory):
    """The file and the view of the program that it states."""
    if stem(path)[-1].lower() == "dat-s":
        return plain_copy(path, directory, "program.dat-s"), Same(program)
    if program.is_quadratic or program.has(Kind.SECOND_ORDER):
        raise Unsupported("neither quadratic objectives nor second-order cones")
    view = lmi(program)
    if view.program.has(Kind.ZERO):
        view = Split(view)
    target = Path(directory) / "program.dat-s"
    write(target, view.program)
    return target, view


def write(path, program):
    """min qᵀx, F₁x₁ + … − F₀ ⪰ 0 with svec Fᵢ = −A e_i, svec F₀ = −b."""
    sizes = [cone.size if cone.kind is Kind.SEMIDEFINITE else -cone.size for cone in program.cones]
    block, i, j = (np.concatenate(parts) for parts in zip(*(places(number, cone) for number, cone in enumerate(program.cones, 1))))
    whole = -sp.hstack([sp.csc_matrix(program.b).reshape(-1, 1), program.A]).tocoo()
    values = whole.data / np.where(i == j, 1.0, ROOT2)[whole.row]
    with open(path, "w") as target:
        target.write(f"{program.variables}\n{len(sizes)}\n{' '.join(map(str, sizes))}\n")
        target.write(" ".join(map(repr, program.q.tolist())) + "\n")
        for matrix, row, value in zip(whole.col.tolist(), whole.row.tolist(), values.tolist()):
            target.write(f"{matrix} {block[row]} {i[row]} {j[row]} {value!r}\n")


def places(number, cone):
    """Block, row and column of every packed entry, counted from one."""
    if cone.kind is Kind.SEMIDEFINITE:
        rows, columns = triangle(cone.size)
    else:
        rows = columns = np.arange(cone.size)
    return np.full(cone.rows, number), rows + 1, columns + 1
