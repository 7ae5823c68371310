"""This package's own solver, through its command. Rows and columns of its files are those of docs/formats.md."""
import json
from pathlib import Path

import numpy as np

from ..answer import Claim
from ..readers import stem
from . import qps_file
from .command import account_for

CLAIMS = {
    "solved": Claim.OPTIMAL, "primal_infeasible": Claim.PRIMAL_INFEASIBLE, "dual_infeasible": Claim.DUAL_INFEASIBLE,
}


def solve(path, program, request, directory):
    if stem(path)[-1].lower() == "mat":
        path = Path(directory) / "program.qps"
        qps_file.write(path, program)
    command = [
        request.command or "cone", "solve", str(path), "--quiet", "--json", "report.json", "--solution", "solution.json",
        "--eps-abs", repr(request.tolerance), "--eps-rel", repr(request.tolerance), "--time-limit", str(request.time_limit),
        "--threads", str(request.threads),
    ]
    account, answer = account_for(command, request, directory)
    report = Path(directory) / "report.json"
    if account.timed_out or not report.exists():
        answer.failure = account.failure or "no report"
        return answer
    said = json.loads(report.read_text())
    answer.status, answer.iterations = said["status"], said["iterations"]
    answer.claim = CLAIMS.get(answer.status, Claim.NONE)
    answer.call = said["time"]["setup"] + said["time"]["solve"]
    answer.version = said["kkt"]
    vectors = json.loads((Path(directory) / "solution.json").read_text())
    vectors = vectors.get("certificate", vectors)
    if "x" in vectors:
        answer.x = columns(vectors)
    answer.s, answer.z = vector(vectors, "s"), vector(vectors, "z")
    return answer


def vector(vectors, key):
    values = vectors.get(key)
    return None if values is None else np.array([np.nan if value is None else value for value in values], float)


def columns(vectors):
    """Scalars, then the upper triangle of every matrix variable, column by column."""
    parts = [vector(vectors, "x")]
    for rows in vectors.get("matrix_variables") or []:
        matrix = np.array(rows, float)
        parts.append(np.concatenate([matrix[: j + 1, j] for j in range(len(matrix))]))
    return np.concatenate(parts)
