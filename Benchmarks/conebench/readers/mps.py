"""MPS and QPS (SIF of the Maros–Mészáros set), free or fixed columns; linear or convex quadratic, continuous.

Rows of the neutral form: equality rows, then fixed columns; inequality rows, then bounds of columns, each in the order of the file and
the lower side (−aᵀx + s = −l) before the upper one. The constant is minus the right-hand side of the objective. Of several sets of
right-hand sides, ranges or bounds the first counts.
"""
import math

import numpy as np
import scipy.sparse as sp

from ..program import Cone, FormatError, Kind, Program, merged

HEADERS = ("NAME", "OBJSENSE", "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS", "QUADOBJ", "QMATRIX", "QSECTION", "ENDATA")
# Fixed columns of fields 1 to 6, counted from zero.
FIELDS = ((1, 3), (4, 12), (14, 22), (24, 36), (39, 47), (49, 61))


def read(text):
    """Free columns; where a line does not read so (names with blanks), the whole file by fixed columns."""
    try:
        return Text(text, free).program()
    except FormatError as fault:
        try:
            return Text(text, fixed).program()
        except FormatError:
            raise fault from None


def free(line):
    return line.split()


def fixed(line):
    parts = [line[start:end].strip() for start, end in FIELDS]
    return [part for part in parts if part]


def decimal(token):
    try:
        return float(token.replace("D", "E").replace("d", "e"))
    except ValueError:
        raise FormatError(f"{token!r} is no number") from None


class Text:
    """What the sections say, by name."""

    def __init__(self, text, fields):
        self.kinds, self.rows, self.columns = {}, {}, {}
        self.objective = None
        self.maximize = False
        self.entries, self.costs, self.quadratic = {}, {}, {}
        self.rhs, self.ranges, self.lower, self.upper = {}, {}, {}, {}
        self.sets = {}  # section → name of its first set, the one that counts
        section = None
        for line in text.splitlines():
            if not line.strip() or line.startswith("*"):
                continue
            if not line[0].isspace():
                section = line.split()[0].upper()
                if section not in HEADERS:
                    raise FormatError(f"section {section} is not read")
                if section == "OBJSENSE" and len(line.split()) > 1:
                    self.sense(line.split()[1])
                continue
            if section == "ENDATA":
                break
            self.line(section, fields(line))

    def line(self, section, fields):
        if section == "OBJSENSE":
            self.sense(fields[0])
        elif section == "ROWS":
            self.row(*self.exactly(fields, 2))
        elif section == "COLUMNS":
            self.column(fields)
        elif section in ("RHS", "RANGES"):
            self.sides(section, self.rhs if section == "RHS" else self.ranges, fields)
        elif section == "BOUNDS":
            self.bound(fields)
        elif section in ("QUADOBJ", "QMATRIX", "QSECTION"):
            self.product(section, *self.exactly(fields, 3))
        elif section != "NAME":
            raise FormatError(f"a line before any section: {fields}")

    @staticmethod
    def exactly(fields, count):
        if len(fields) != count:
            raise FormatError(f"{count} fields expected: {fields}")
        return fields

    def sense(self, word):
        self.maximize = word.upper().startswith("MAX")

    def row(self, kind, name):
        kind = kind.upper()
        if kind not in "NLGE" or name in self.kinds:
            raise FormatError(f"row {kind} {name}")
        self.kinds[name] = kind
        if kind != "N":
            self.rows[name] = len(self.rows)
        elif self.objective is None:
            self.objective = name

    def pairs(self, fields):
        if len(fields) % 2:
            raise FormatError(f"pairs of a row and a value expected: {fields}")
        for name, value in zip(fields[::2], fields[1::2]):
            if name not in self.kinds:
                raise FormatError(f"unknown row {name}")
            yield name, decimal(value)

    def column(self, fields):
        if "'MARKER'" in fields:
            raise FormatError("integer variables are not read")
        j = self.columns.setdefault(fields[0], len(self.columns))
        for name, value in self.pairs(fields[1:]):
            if name == self.objective:
                self.put(self.costs, j, value)
            elif name in self.rows:
                self.put(self.entries, (self.rows[name], j), value)

    @staticmethod
    def put(table, key, value):
        if key in table:
            raise FormatError(f"position {key} is given twice")
        table[key] = value

    def counts(self, section, name):
        return self.sets.setdefault(section, name) == name

    def sides(self, section, table, fields):
        # The name of the set may be missing.
        named = len(fields) % 2
        pairs = list(self.pairs(fields[named:]))
        if self.counts(section, fields[0] if named else ""):
            for name, value in pairs:
                self.put(table, name, value)

    def bound(self, fields):
        kind = fields[0].upper()
        valued = kind in ("LO", "UP", "FX")
        if kind not in ("LO", "UP", "FX", "FR", "MI", "PL"):
            raise FormatError(f"bound {kind} is not read")
        unnamed = fields[1] in self.columns and len(fields) == 2 + valued
        rest = fields[1:] if unnamed else fields[2:]
        if len(rest) < 1 + valued or rest[0] not in self.columns:
            raise FormatError(f"bound {fields}")
        if not self.counts("BOUNDS", "" if unnamed else fields[1]):
            return
        j, value = self.columns[rest[0]], decimal(rest[1]) if valued else None
        if kind in ("LO", "FX"):
            self.lower[j] = value
        if kind in ("UP", "FX"):
            self.upper[j] = value
            # An upper bound below zero without a lower bound frees the variable downwards.
            if kind == "UP" and value < 0 and j not in self.lower:
                self.lower[j] = -math.inf
        if kind in ("FR", "MI"):
            self.lower[j] = -math.inf
        if kind in ("FR", "PL"):
            self.upper[j] = math.inf

    def product(self, section, first, second, value):
        if first not in self.columns or second not in self.columns:
            raise FormatError(f"unknown column in {section}: {first}, {second}")
        i, j = self.columns[first], self.columns[second]
        self.put(self.quadratic, (i, j), decimal(value))
        if section != "QMATRIX" and i != j:
            self.put(self.quadratic, (j, i), decimal(value))

    def program(self):
        n = len(self.columns)
        q = np.zeros(n)
        for j, value in self.costs.items():
            q[j] = value
        sides = np.array([self.side(name) for name in self.rows]).reshape(-1, 2)
        bounds = np.array([(self.lower.get(j, 0.0), self.upper.get(j, math.inf)) for j in range(n)])
        P, A = matrix(self.quadratic, (n, n)), matrix(self.entries, (len(self.rows), n))
        sign = -1.0 if self.maximize else 1.0
        return assemble(sign * P, sign * q, A, sides, bounds, 0.0 - self.rhs.get(self.objective, 0.0), self.maximize)

    def side(self, name):
        """Lower and upper side of a constraint."""
        value, width, kind = self.rhs.get(name, 0.0), self.ranges.get(name), self.kinds[name]
        if width is None:
            return (value if kind in "EG" else -math.inf, value if kind in "EL" else math.inf)
        if kind == "E":
            return (min(value, value + width), max(value, value + width))
        return (value, value + abs(width)) if kind == "G" else (value - abs(width), value)


def matrix(entries, shape):
    if not entries:
        return sp.csc_matrix(shape)
    keys = np.array(list(entries.keys()))
    return sp.csc_matrix((np.array(list(entries.values())), (keys[:, 0], keys[:, 1])), shape=shape)


def assemble(P, q, A, sides, bounds, constant=0.0, maximize=False):
    """The neutral form of sides[:, 0] ≤ Ax ≤ sides[:, 1], bounds likewise on x."""
    boxes = ((A.tocsr(), sides[:, 0], sides[:, 1]), (sp.identity(len(q), format="csr"), bounds[:, 0], bounds[:, 1]))
    rows, limits = [], []
    for block, lower, upper in boxes:
        point = lower == upper
        rows.append(block[point])
        limits.append(upper[point])
    equalities = sum(map(len, limits))
    for block, lower, upper in boxes:
        above, below = (np.flatnonzero(np.isfinite(side) & (lower != upper)) for side in (lower, upper))
        order = np.argsort(np.concatenate([2 * above, 2 * below + 1]))
        rows.append(sp.vstack([-block[above], block[below]], "csr")[order])
        limits.append(np.concatenate([-lower[above], upper[below]])[order])
    b = np.concatenate(limits)
    cones = merged([Cone(Kind.ZERO, equalities), Cone(Kind.NONNEGATIVE, len(b) - equalities)])
    return Program(P.tocsc(), q, sp.vstack(rows, "csc"), b, cones, constant=constant, maximize=maximize)
