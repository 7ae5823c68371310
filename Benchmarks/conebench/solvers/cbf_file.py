"""A program without quadratic objective as a CBF file: free variables, conic rows, semidefinite rows last."""
import numpy as np
import scipy.sparse as sp

from ..program import Kind
from ..symmetric import ROOT2, triangle

NAMES = {Kind.ZERO: "L=", Kind.NONNEGATIVE: "L+", Kind.SECOND_ORDER: "Q"}


def write(path, program):
    kinds = [cone.kind is Kind.SEMIDEFINITE for cone in program.cones]
    assert kinds == sorted(kinds) and not program.is_quadratic, "semidefinite rows come last, and the objective is linear"
    scalar = [cone for cone in program.cones if cone.kind is not Kind.SEMIDEFINITE]
    orders = [cone.size for cone in program.cones if cone.kind is Kind.SEMIDEFINITE]
    count = sum(cone.rows for cone in scalar)
    A = sp.csr_matrix(program.A)
    sections = [["VER", "1"], ["OBJSENSE", "MAX" if program.maximize else "MIN"]]
    sections.append(["VAR", f"{program.variables} 1", f"F {program.variables}"])
    if scalar:
        sections.append(["CON", f"{count} {len(scalar)}"] + [f"{NAMES[cone.kind]} {cone.size}" for cone in scalar])
    if orders:
        sections.append(["PSDCON", str(len(orders))] + [str(order) for order in orders])
    q = -program.q if program.maximize else program.q
    sections.append(listed("OBJACOORD", [f"{j} {value!r}" for j, value in enumerate(q.tolist()) if value]))
    if program.constant:
        sections.append(["OBJBCOORD", repr(float(program.constant))])
    upper, lower = (-A[:count]).tocoo(), (-A[count:]).tocoo()
    sections.append(listed("ACOORD", [f"{i} {j} {value!r}" for i, j, value in zip(upper.row.tolist(), upper.col.tolist(), upper.data.tolist())]))
    sections.append(listed("BCOORD", [f"{i} {value!r}" for i, value in enumerate(program.b[:count].tolist()) if value]))
    places = [(block, k, l) for block, order in enumerate(orders) for l, k in zip(*triangle(order))]  # lower triangle: k ≥ l
    unscaled = np.array([1.0 if k == l else 1 / ROOT2 for _, k, l in places])
    sections.append(listed("HCOORD", [
        f"{places[i][0]} {j} {places[i][1]} {places[i][2]} {float(value * unscaled[i])!r}"
        for i, j, value in zip(lower.row.tolist(), lower.col.tolist(), lower.data.tolist())]))
    sections.append(listed("DCOORD", [
        f"{block} {k} {l} {float(value * scale)!r}"
        for (block, k, l), value, scale in zip(places, program.b[count:].tolist(), unscaled) if value]))
    with open(path, "w") as target:
        target.write("\n\n".join("\n".join(section) for section in sections if section) + "\n")


def listed(keyword, lines):
    return [keyword, str(len(lines))] + lines if lines else []
