"""CSDP, the command. It calls primal what SDPA sparse calls dual: its y is our x, its Z our s, its X our z."""
import re
from pathlib import Path

import numpy as np

from ..answer import Claim
from ..program import Kind
from ..symmetric import ROOT2, position
from .command import account_for
from .sdpa_file import sdpa_file

# Exit codes of the command, user's guide, section 4. Its primal infeasible is our dual infeasible.
CLAIMS = {0: Claim.OPTIMAL, 1: Claim.DUAL_INFEASIBLE, 2: Claim.PRIMAL_INFEASIBLE}
WORDS = {
    0: "success", 1: "primal infeasible", 2: "dual infeasible", 3: "partial success", 4: "maximum iterations", 5: "stuck at edge of primal",
    6: "stuck at edge of dual", 7: "lack of progress", 8: "singular", 9: "NaN or Inf",
}
PARAMETERS = """axtol={t}
atytol={t}
objtol={t}
pinftol=1.0e8
dinftol=1.0e8
maxiter=200
minstepfrac=0.90
maxstepfrac=0.97
minstepp=1.0e-8
minstepd=1.0e-8
usexzgap=1
tweakgap=0
affine=0
printlevel=1
perturbobj=1
fastmode=0
"""


def solve(path, program, request, directory):
    source, view = sdpa_file(path, program, directory)
    (Path(directory) / "param.csdp").write_text(PARAMETERS.format(t=repr(request.tolerance)))
    account, answer = account_for([request.command or "csdp", source.name, "solution.txt"], request, directory)
    solution = Path(directory) / "solution.txt"
    if account.timed_out or account.code not in WORDS or not solution.exists():
        answer.failure = account.failure or "no solution"
        return answer
    answer.status, answer.claim = WORDS[account.code], CLAIMS.get(account.code, Claim.NONE)
    iterations = re.findall(r"^Iter:\s*(\d+)", account.output, re.MULTILINE)
    answer.iterations = int(iterations[-1]) if iterations else None
    answer.x, answer.s, answer.z = vectors(solution.read_text(), view.program)
    return view.restore(answer)


def vectors(text, program):
    """y, then entries `matrix block i j value`: matrix 1 is Z, matrix 2 is X."""
    first, _, rest = text.partition("\n")
    y = np.array(first.split(), float)
    entries = np.array(rest.split(), float).reshape(-1, 5)
    blocks = list(program.blocks())
    starts = np.array([rows.start for _, rows in blocks])
    packed = np.array([cone.kind is Kind.SEMIDEFINITE for cone, _ in blocks])
    matrix, block, i, j = (entries[:, k].astype(int) - (k > 0) for k in range(4))
    i, j = np.minimum(i, j), np.maximum(i, j)
    rows = starts[block] + np.where(packed[block], position(i, j), i)
    values = entries[:, 4] * np.where(i == j, 1.0, ROOT2)
    s, z = np.zeros(program.rows), np.zeros(program.rows)
    s[rows[matrix == 1]] = values[matrix == 1]
    z[rows[matrix == 2]] = values[matrix == 2]
    return y, s, z
