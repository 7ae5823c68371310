"""Seconds from a model as written to a conic program, here and in CVXPY, in one run.

    python Benchmarks/modelling/compile_times.py [--runs 3] [-- arguments for swift test in the place of scripts/test.sh]

Runs the package's CompileTimeTests and the same three models in CVXPY (models.py), one thread, CPU time. Exit code 1 when
some model is not at least 20 times faster to compile here.
"""
import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import models

GOAL = 20
PACKAGE = Path(__file__).resolve().parents[2]
LINES = {
    "doubly nonnegative, order 120": r"doubly nonnegative, order 120: ([\d.e-]+) s",
    "100 dense traces, order 100": r"100 dense traces, order 100: ([\d.e-]+) s",
    "least squares 1000 x 1000, 100 further values": r"least squares 1000 × 1000: first [\d.e-]+ s, 100 times again ([\d.e-]+) s",
}


def ours(command):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    run = subprocess.run(
        command + ["--filter", "CompileTimeTests"], cwd=PACKAGE, env=environment, capture_output=True, text=True)
    text = run.stdout + run.stderr
    found = {name: re.search(pattern, text) for name, pattern in LINES.items()}
    if run.returncode != 0 or not all(found.values()):
        sys.exit(text[-2000:])
    return {name: float(match.group(1)) for name, match in found.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("command", nargs="*", default=["scripts/test.sh"])
    options = parser.parse_args()
    missed = False
    for _ in range(options.runs):
        mine = ours(options.command)
        theirs = dict(zip(LINES, models.compile_seconds()))
        for name in LINES:
            ratio = theirs[name] / mine[name]
            missed |= ratio < GOAL
            print(f"{name:47} {1e3 * mine[name]:8.2f} ms  CVXPY {1e3 * theirs[name]:8.1f} ms  {ratio:5.1f} times")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
