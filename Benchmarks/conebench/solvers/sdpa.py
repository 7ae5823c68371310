"""SDPA, the command. Its x is our x, its X our s, its Y our z."""
import re
from pathlib import Path

import numpy as np

from ..answer import Claim
from ..program import Kind
from ..symmetric import pack
from .command import account_for
from .sdpa_file import sdpa_file

# Phases of the user's manual, section 6: only these claim anything. pdFEAS is a feasible pair with a gap.
CLAIMS = {
    "pdOPT": Claim.OPTIMAL, "pINF_dFEAS": Claim.PRIMAL_INFEASIBLE, "dUNBD": Claim.PRIMAL_INFEASIBLE,
    "pFEAS_dINF": Claim.DUAL_INFEASIBLE, "pUNBD": Claim.DUAL_INFEASIBLE,
}
# The manual's defaults but for the two tolerances, the iterations and the digits printed.
PARAMETERS = """200 maxIteration
{t} epsilonStar
1.0E2 lambdaStar
2.0 omegaStar
-1.0E5 lowerBound
1.0E5 upperBound
0.1 betaStar
0.2 betaBar
0.9 gammaStar
{t} epsilonDash
%+.17e xPrint
%+.17e XPrint
%+.17e YPrint
%+.17e infPrint
"""


def solve(path, program, request, directory):
    source, view = sdpa_file(path, program, directory)
    (Path(directory) / "param.sdpa").write_text(PARAMETERS.format(t=repr(request.tolerance)))
    command = [
        request.command or "sdpa", "-ds", source.name, "-o", "result.txt", "-p", "param.sdpa", "-numThreads", str(request.threads),
    ]
    account, answer = account_for(command, request, directory)
    result = Path(directory) / "result.txt"
    text = result.read_text(errors="replace") if result.exists() else ""
    if account.timed_out or account.code or "yMat" not in text:
        answer.failure = account.failure or "no result"
        return answer
    answer.status = re.search(r"phase\.value\s*=\s*(\w+)", text).group(1)
    answer.claim = CLAIMS.get(answer.status, Claim.NONE)
    answer.iterations = int(re.search(r"Iteration\s*=\s*(\d+)", text).group(1))
    answer.call = float(re.search(r"main loop time = ([\d.]+)", text).group(1))
    answer.x, answer.s, answer.z = vectors(text, view.program)
    return view.restore(answer)


def vectors(text, program):
    x, _, rest = text.partition("xVec")[2].partition("xMat")
    xMat, _, yMat = rest.partition("yMat")
    yMat = yMat.partition("main loop time")[0]
    return numbers(x)[: program.variables], blocks(numbers(xMat), program), blocks(numbers(yMat), program)


def numbers(text):
    """The numbers of a passage, whatever braces, commas and names stand around them."""
    cleaned = text.replace("{", " ").replace("}", " ").replace(",", " ").replace("=", " ")
    return np.array([token for token in cleaned.split()], float)


def blocks(values, program):
    """Whole matrices row by row, diagonal blocks as their diagonal."""
    parts, at = [], 0
    for cone, _ in program.blocks():
        count = cone.size**2 if cone.kind is Kind.SEMIDEFINITE else cone.size
        part = values[at : at + count]
        parts.append(pack(part.reshape(cone.size, cone.size)) if cone.kind is Kind.SEMIDEFINITE else part)
        at += count
    return np.concatenate(parts)
