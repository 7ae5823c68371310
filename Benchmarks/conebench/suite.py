"""Instances of a data directory, with what is published of each.

DATA_DIR/SET/index.csv has the columns name, file (relative to DATA_DIR), status, opt_value and opt_note.
"""
import csv
import fnmatch
import math
import re
from dataclasses import dataclass
from pathlib import Path

from .answer import Claim

# Accuracy that the geometry of a family allows: control and gpp programs have little or no interior, hinf programs are ill-posed.
FLOORS = {("sdplib", "control*"): 1e-6, ("sdplib", "gpp*"): 1e-6, ("sdplib", "hinf*"): 1e-4, ("dimacs", "hinf*"): 1e-4}
# Published optima that verified answers refute, with the value instead: columns suite, name, value, evidence.
CORRECTIONS = Path(__file__).resolve().parents[1] / "corrections.csv"
# Families whose published optima are no more than a run that stopped.
UNRELIABLE = (("sdplib", "hinf*"), ("dimacs", "hinf*"))


@dataclass
class Instance:
    suite: str
    name: str
    path: Path
    expected: Claim
    published: tuple  # values between which the optimum lies; empty where nothing is published
    rounding: float  # relative, of the published digits

    def accuracy(self, asked):
        """The accuracy to verify at: what is asked, or the floor of the family."""
        return max([asked] + [floor for pattern, floor in FLOORS.items() if self.matches(pattern)])

    def matches(self, pattern):
        return self.suite == pattern[0] and fnmatch.fnmatch(self.name, pattern[1])

    def objective_error(self, value):
        """Relative distance from the published optimum; None without one."""
        if not self.published or value is None or math.isnan(value):
            return None
        distance = max(0.0, min(self.published) - value, value - max(self.published))
        return distance / max(1.0, max(abs(side) for side in self.published))


def load(data, suite, only=()):
    rows = [row for row in table(Path(data) / suite / "index.csv") if not only or any(fnmatch.fnmatch(row["name"], one) for one in only)]
    corrected = {row["name"]: row["value"] for row in table(CORRECTIONS) if row["suite"] == suite}
    for row in rows:
        if row["name"] in corrected:
            row.update(opt_value=corrected[row["name"]], opt_note="")
    return [instance(data, suite, row) for row in rows]


def table(path):
    with open(path, newline="") as handle:
        return list(csv.DictReader(handle))


def instance(data, suite, row):
    status = row.get("status", "")
    expected = Claim.OPTIMAL
    for claim in (Claim.PRIMAL_INFEASIBLE, Claim.DUAL_INFEASIBLE):
        if status.startswith(claim.value):
            expected = claim
    found = Instance(suite, row["name"], Path(data) / row["file"], expected, (), 0.0)
    if expected is Claim.OPTIMAL and row.get("opt_value") and not any(found.matches(pattern) for pattern in UNRELIABLE):
        sides = re.search(r"primal ([-+.\deE]+), dual ([-+.\deE]+)", row.get("opt_note", ""))
        texts = list(sides.groups()) if sides else [row["opt_value"]]
        found.published = tuple(float(text) for text in texts)
        found.rounding = max(half_unit(text) / max(1.0, abs(float(text))) for text in texts)
    return found


def half_unit(text):
    """Half a unit of the last digit that is printed."""
    mantissa, _, exponent = text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5 * 10.0 ** (int(exponent or 0) - decimals)
