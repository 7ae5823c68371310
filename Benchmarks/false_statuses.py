#!/usr/bin/env python3
"""Looks for false statuses of `cone` on many small random programs whose answers are known.

    Benchmarks/false_statuses.py --cases 100000 [--seed 1] [--jobs 2] [--keep DIRECTORY] [--cone PATH]

A status is false when it claims an optimum of a program that has none, an infeasibility of a program that is solvable, a point whose
errors or objective are off by more than 1e-5, or a certificate that arithmetic does not confirm. No answer is counted apart.
Files of what failed are kept in the directory. Exit code 1 when a status was false.
"""
import argparse
import shutil
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np  # noqa: E402

from conebench import readers, verify  # noqa: E402
from conebench.answer import Claim, Request  # noqa: E402
from conebench.generators.planted import planted  # noqa: E402
from conebench.solvers import cbf_file, cone, qps_file  # noqa: E402

ACCURACY = 1e-5
# ρ of a certificate; the claim itself is at 1e-8 in the solver's own units.
CERTIFICATE = 1e-4


def verdict(case, program, answer):
    """`right`, `no answer: status`, or `FALSE: what`."""
    if answer.failure:
        return f"no answer: {answer.failure}"
    if answer.claim is Claim.NONE:
        return f"no answer: {answer.status}"
    if answer.claim is Claim.PRIMAL_INFEASIBLE:
        proved = case.claim is not Claim.OPTIMAL and verify.primal_certificate(program, answer.z) <= CERTIFICATE
        return "right" if proved else f"FALSE: primal infeasible claimed, {case.claim.value} planted"
    if answer.claim is Claim.DUAL_INFEASIBLE:
        proved = case.claim is not Claim.OPTIMAL and verify.dual_certificate(program, answer.x) <= CERTIFICATE
        return "right" if proved else f"FALSE: dual infeasible claimed, {case.claim.value} planted"
    if case.claim is not Claim.OPTIMAL:
        return f"FALSE: solved claimed, {case.claim.value} planted"
    errors = verify.optimality(program, answer.x, answer.s, answer.z)
    difference = abs(errors.primal_objective - case.objective) / max(1.0, abs(case.objective), errors.gap[1])
    off = max(errors.scs_form, difference)
    return "right" if off <= ACCURACY else f"FALSE: solved with errors {errors.scs_form:.0e}, objective off by {difference:.0e}"


def attempt(number, options):
    generator = np.random.default_rng([options.seed, number])
    quadratic = number % 2 == 1
    case = planted(generator, quadratic)
    with tempfile.TemporaryDirectory(prefix="conebench-") as directory:
        path = Path(directory) / f"case-{options.seed}-{number}.{'qps' if quadratic else 'cbf'}"
        (qps_file if quadratic else cbf_file).write(path, case.program)
        program = readers.read(path)
        answer = cone.solve(path, program, Request(1e-8, 20, 8, 1, command=options.cone), directory)
        found = verdict(case, program, answer)
        if found != "right" and options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, options.keep)
    return number, found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--cone", type=lambda text: str(Path(text).resolve()), default=str(Path(".build/release/cone").resolve()))
    options = parser.parse_args()
    counts, false = Counter(), 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for number, found in pool.map(lambda k: attempt(k, options), range(options.first, options.first + options.cases)):
            counts[found.split(",")[0] if found.startswith("FALSE: solved with") else found] += 1
            if found.startswith("FALSE"):
                false += 1
                print(f"case {number}: {found}", flush=True)
    for found, count in counts.most_common():
        print(f"{count:8}  {found}")
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main())
