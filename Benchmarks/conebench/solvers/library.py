"""Solvers that are Python libraries: each solve in a process of its own, the solve call timed inside it."""
import pickle
import sys
from pathlib import Path

from ..answer import Answer
from ..process import environment, run

# Seconds allowed beyond the time limit for the interpreter, the imports and the exchange of data.
START_UP = 30
ROOT = Path(__file__).resolve().parents[2]


def solve(name, program, request, directory):
    task, reply = Path(directory) / "task.pickle", Path(directory) / "reply.pickle"
    task.write_bytes(pickle.dumps((name, program, request)))
    command = [sys.executable, "-m", "conebench.solvers.worker", str(task), str(reply)]
    variables = environment(request) | {"PYTHONPATH": str(ROOT)}
    account = run(command, directory, variables, request.time_limit + START_UP, request.memory_limit)
    if not reply.exists():
        return Answer(failure=account.failure or "no reply", wall=account.wall, cpu=account.cpu, peak_mb=account.peak_mb)
    answer = pickle.loads(reply.read_bytes())
    answer.peak_mb = account.peak_mb
    return answer
