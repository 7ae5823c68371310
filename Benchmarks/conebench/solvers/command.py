"""Solvers that are commands: a file in, files out, the whole process counted."""
import gzip
import shutil
from pathlib import Path

from ..answer import Answer
from ..process import environment, run

TIMED = "process"


def account_for(command, request, directory):
    """Runs a command; the account and an answer that holds its figures."""
    account = run(command, directory, environment(request), request.time_limit, request.memory_limit)
    answer = Answer(wall=account.wall, cpu=account.cpu, peak_mb=account.peak_mb)
    return account, answer


def plain_copy(path, directory, name):
    """The file without gzip under a name of our own."""
    target = Path(directory) / name
    with open(path, "rb") as source:
        compressed = source.read(2) == b"\x1f\x8b"
    with (gzip.open if compressed else open)(path, "rb") as source, open(target, "wb") as sink:
        shutil.copyfileobj(source, sink)
    return target
