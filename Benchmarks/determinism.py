#!/usr/bin/env python3
"""Whether `cone` gives the same answer again: bit by bit for one number of threads, objectives to 1e-9 across numbers of threads.

    Benchmarks/determinism.py DATA_DIR --set sdplib --only 'theta*' --threads 1,2 [--repeat 3] [--cone PATH]

Exit code 1 when an instance differs.
"""
import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from conebench import suite  # noqa: E402
from conebench.answer import Request  # noqa: E402
from conebench.process import environment, run  # noqa: E402

AGREEMENT = 1e-9


def solve(options, path, threads):
    """Digest of the solution file, status and objectives."""
    with tempfile.TemporaryDirectory() as directory:
        command = [
            str(options.cone.resolve()), "solve", str(path.resolve()), "--quiet", "--json", "report.json", "--solution", "solution.json",
            "--threads", str(threads)]
        account = run(command, directory, environment(Request(0, options.time_limit, 16, threads)), options.time_limit, 16)
        solution = Path(directory) / "solution.json"
        if account.timed_out or not solution.exists():
            return None
        report = json.loads((Path(directory) / "report.json").read_text())
        digest = hashlib.sha256(solution.read_bytes()).hexdigest()
        return digest, report["status"], report["primal_objective"], report["dual_objective"]


def faults(options, path):
    found, firsts = [], {}
    for threads in options.threads:
        answers = [solve(options, path, threads) for _ in range(options.repeat)]
        if None in answers:
            return [f"no answer within {options.time_limit:g} s with {threads} threads"]
        if len(set(answers)) > 1:
            found.append(f"{len(set(answers))} different answers in {options.repeat} runs with {threads} threads")
        firsts[threads] = answers[0]
    statuses = {answer[1] for answer in firsts.values()}
    if len(statuses) > 1:
        found.append(f"status depends on the threads: {', '.join(sorted(statuses))}")
    for side in (2, 3):
        values = [answer[side] for answer in firsts.values() if answer[side] is not None]
        if values and max(values) - min(values) > AGREEMENT * max(1, *map(abs, values)):
            found.append(f"objectives differ across threads by {(max(values) - min(values)) / max(1, *map(abs, values)):.1e}")
    return found


def main():
    def words(text):
        return [word for word in text.split(",") if word]

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", type=words, default=["sdplib"], dest="suites")
    parser.add_argument("--only", type=words, default=[])
    parser.add_argument("--threads", type=lambda text: [int(word) for word in words(text)], default=[1, 2])
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--time-limit", type=float, default=60)
    parser.add_argument("--cone", type=Path, default=Path(".build/release/cone"))
    options = parser.parse_args()
    failed = 0
    for name in options.suites:
        for instance in suite.load(options.data, name, options.only):
            found = faults(options, instance.path)
            failed += bool(found)
            print(f"{name:10} {instance.name:24} {'; '.join(found) or 'same'}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
