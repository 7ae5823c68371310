"""Conic Benchmark Format, versions 1 to 4, without integers and without cones other than linear, quadratic and semidefinite.

Columns: the scalar variables, then for each matrix variable its upper triangle column by column, entries as they are. Rows, in this
order: constraints, matrix constraints, cones of the scalar variables, matrix variables. A rotated cone 2tu ≥ ‖v‖² becomes the
second-order cone of ((t + u)/√2, (t − u)/√2, v).
"""
import numpy as np
import scipy.sparse as sp

from ..program import Cone, FormatError, Kind, without_quadratic
from ..symmetric import ROOT2, position, triangle

LINEAR = {"L+": Kind.NONNEGATIVE, "L-": Kind.NONNEGATIVE, "L=": Kind.ZERO, "Q": Kind.SECOND_ORDER, "QR": Kind.SECOND_ORDER}
COORDINATES = {"OBJFCOORD": 4, "OBJACOORD": 2, "OBJBCOORD": 0, "FCOORD": 5, "ACOORD": 3, "BCOORD": 2, "HCOORD": 5, "DCOORD": 4}


def read(text):
    sections = split(text)
    if sections.get("VER", 0) not in (1, 2, 3, 4):
        raise FormatError(f"version {sections.get('VER')} is not read")
    return Assembly(sections).program()


def split(text):
    lines = iter(line for line in (raw.partition("#")[0].strip() for raw in text.splitlines()) if line)
    sections = {}
    for keyword in lines:
        if keyword in sections:
            raise FormatError(f"{keyword} comes twice")
        if keyword == "VER":
            sections[keyword] = int(next(lines))
        elif keyword == "OBJSENSE":
            sections[keyword] = next(lines)
        elif keyword in ("VAR", "CON"):
            total, count = map(int, next(lines).split())
            sections[keyword] = [(name, int(size)) for name, size in (next(lines).split() for _ in range(count))]
            if sum(size for _, size in sections[keyword]) != total:
                raise FormatError(f"the cones of {keyword} do not add up to {total}")
        elif keyword in ("PSDVAR", "PSDCON"):
            sections[keyword] = [int(next(lines)) for _ in range(int(next(lines)))]
        elif keyword == "OBJBCOORD":
            sections[keyword] = float(next(lines))
        elif keyword in COORDINATES:
            width = COORDINATES[keyword]
            numbers = np.array(" ".join(next(lines) for _ in range(int(next(lines)))).split(), float)
            sections[keyword] = numbers.reshape(-1, width)
        else:
            raise FormatError(f"{keyword} is not read")
    if sections.get("OBJSENSE") not in ("MIN", "MAX"):
        raise FormatError(f"OBJSENSE is {sections.get('OBJSENSE')}")
    return sections


def lower_first(indices):
    return indices.min(axis=0), indices.max(axis=0)


class Assembly:
    """Collects rows of `s = b − Ax` as lists of coordinates."""

    def __init__(self, sections):
        self.sections = sections
        self.variable_cones = sections.get("VAR", [])
        self.orders = sections.get("PSDVAR", [])
        self.scalars = sum(size for _, size in self.variable_cones)
        self.matrix_starts = self.scalars + np.concatenate([[0], np.cumsum([k * (k + 1) // 2 for k in self.orders])]).astype(int)
        self.columns = int(self.matrix_starts[-1])
        self.cones, self.parts, self.constants = [], [], []

    def coordinates(self, keyword):
        values = self.sections.get(keyword, np.zeros((0, COORDINATES[keyword])))
        return [values[:, k].astype(int) for k in range(values.shape[1] - 1)] + [values[:, -1]]

    def inner(self, matrix, k, l, values):
        """Columns and coefficients of ⟨F, X⟩ for entries of F."""
        i, j = lower_first(np.vstack([k, l]))
        return self.matrix_starts[matrix] + position(i, j), values * np.where(i == j, 1.0, 2.0)

    def program(self):
        self.constraints()
        self.matrix_constraints()
        self.variables()
        self.matrix_variables()
        maximize = self.sections["OBJSENSE"] == "MAX"
        q = self.objective()
        return without_quadratic(
            -q if maximize else q, -sp.vstack(self.parts, "csc"), np.concatenate(self.constants), self.cones,
            constant=self.sections.get("OBJBCOORD", 0.0), maximize=maximize, scalars=self.scalars, matrix_orders=self.orders)

    def objective(self):
        q = np.zeros(self.columns)
        at, values = self.coordinates("OBJACOORD")
        np.add.at(q, at, values)
        np.add.at(q, *self.inner(*self.coordinates("OBJFCOORD")))
        return q

    def append(self, cones, matrix, constant):
        """Rows s = matrix·x + constant in the cones."""
        self.cones += cones
        self.parts.append(matrix)
        self.constants.append(constant)

    def append_named(self, cones, matrix, constant):
        """Rows of scalar cones of the format, turned and signed into ours; free ones give no row."""
        found, rows, columns, values = [], [], [], []
        source = target = 0
        for name, size in cones:
            if name != "F":
                if name not in LINEAR:
                    raise FormatError(f"cone {name} is not read")
                found.append(Cone(LINEAR[name], size))
                plain = 2 if name == "QR" else 0
                rows.append(np.arange(target + plain, target + size))
                columns.append(np.arange(source + plain, source + size))
                values.append(np.full(size - plain, -1.0 if name == "L-" else 1.0))
                if name == "QR":
                    rows.append(target + np.array([0, 0, 1, 1]))
                    columns.append(source + np.array([0, 1, 0, 1]))
                    values.append(np.array([1, 1, 1, -1]) / ROOT2)
                target += size
            source += size
        if found:
            rows, columns, values = (np.concatenate(parts) for parts in (rows, columns, values))
            turn = sp.csr_matrix((values, (rows, columns)), shape=(target, source))
            self.append(found, turn @ matrix, turn @ constant)

    def constraints(self):
        cones = self.sections.get("CON", [])
        count = sum(size for _, size in cones)
        rows, columns, values = self.coordinates("ACOORD")
        frows, matrix, k, l, fvalues = self.coordinates("FCOORD")
        fcolumns, fvalues = self.inner(matrix, k, l, fvalues)
        coefficients = np.concatenate([values, fvalues])
        whole = sp.csr_matrix(
            (coefficients, (np.concatenate([rows, frows]), np.concatenate([columns, fcolumns]))), shape=(count, self.columns))
        constant = np.zeros(count)
        at, values = self.coordinates("BCOORD")
        np.add.at(constant, at, values)
        self.append_named(cones, whole, constant)

    def matrix_constraints(self):
        orders = self.sections.get("PSDCON", [])
        starts = np.concatenate([[0], np.cumsum([k * (k + 1) // 2 for k in orders])]).astype(int)
        block, column, k, l, values = self.coordinates("HCOORD")
        i, j = lower_first(np.vstack([k, l]))
        packed = values * np.where(i == j, 1.0, ROOT2)
        whole = sp.csr_matrix((packed, (starts[block] + position(i, j), column)), shape=(starts[-1], self.columns))
        constant = np.zeros(starts[-1])
        block, k, l, values = self.coordinates("DCOORD")
        i, j = lower_first(np.vstack([k, l]))
        np.add.at(constant, starts[block] + position(i, j), values * np.where(i == j, 1.0, ROOT2))
        self.append([Cone(Kind.SEMIDEFINITE, order) for order in orders], whole, constant)

    def variables(self):
        whole = sp.eye(self.scalars, self.columns, format="csr")
        self.append_named(self.variable_cones, whole, np.zeros(self.scalars))

    def matrix_variables(self):
        for order, start in zip(self.orders, self.matrix_starts):
            rows, columns = triangle(order)
            count = len(rows)
            scale = np.where(rows == columns, 1.0, ROOT2)
            matrix = sp.csr_matrix((scale, (np.arange(count), start + np.arange(count))), shape=(count, self.columns))
            self.append([Cone(Kind.SEMIDEFINITE, order)], matrix, np.zeros(count))
