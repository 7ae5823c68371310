"""A linear or quadratic program as a free MPS file, row by row: columns free, equalities first, so that the rows of the neutral form
are those of the file as `cone` reads it (docs/formats.md)."""
import scipy.sparse as sp

from ..program import Kind


def write(path, program):
    kinds = ["E" if cone.kind is Kind.ZERO else "L" for cone, rows in program.blocks() for _ in range(rows.stop - rows.start)]
    assert kinds == sorted(kinds) and not program.maximize, "equalities come first, and the program minimises"
    A = sp.csc_matrix(program.A)
    with open(path, "w") as target:
        target.write("NAME program\nROWS\n N cost\n")
        target.writelines(f" {kind} r{i}\n" for i, kind in enumerate(kinds))
        target.write("COLUMNS\n")
        for j in range(program.variables):
            target.write(f" x{j} cost {float(program.q[j])!r}\n")
            for k in range(A.indptr[j], A.indptr[j + 1]):
                target.write(f" x{j} r{A.indices[k]} {float(A.data[k])!r}\n")
        target.write("RHS\n")
        if program.constant:
            target.write(f" rhs cost {-float(program.constant)!r}\n")
        target.writelines(f" rhs r{i} {float(value)!r}\n" for i, value in enumerate(program.b) if value)
        target.write("BOUNDS\n")
        target.writelines(f" FR bnd x{j}\n" for j in range(program.variables))
        if program.is_quadratic:
            lower = sp.tril(program.P).tocoo()
            target.write("QUADOBJ\n")
            target.writelines(f" x{j} x{i} {float(value)!r}\n" for i, j, value in zip(lower.row, lower.col, lower.data))
        target.write("ENDATA\n")
