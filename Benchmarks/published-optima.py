#!/usr/bin/env python3
"""Solve instances with published optima and compare: status, DIMACS errors, objective, time.

    Benchmarks/published-optima.py DATA_DIR [--set sdplib] [--set cblib] [--only NAME,NAME] [--time-limit S] [--cone PATH]

DATA_DIR holds one folder for each set with an index.csv (columns name, file, status, opt_value, opt_note). An instance passes when the
status is the published one and, where a value is published, the objective agrees to 1e-6 relative with DIMACS errors of at most 1e-6.
Where the note gives both sides of a published run ("primal P, dual D") the objective may lie anywhere between them.
One line an instance; exit code 1 when one did not pass.
"""
import argparse
import csv
import json
import pathlib
import re
import subprocess
import sys


def expected_status(text):
    if text.startswith("primal infeasible"):
        return "primal_infeasible"
    if text.startswith("dual infeasible"):
        return "dual_infeasible"
    return "solved"


def solve(cone, path, limit):
    command = [cone, "solve", str(path), "--json", "-", "--quiet", "--time-limit", str(limit)]
    run = subprocess.run(command, capture_output=True, text=True)
    return (json.loads(run.stdout) if run.stdout.strip() else None), run


def judge(row, report):
    """The verdict and the relative difference from the published value."""
    status = report["status"]
    if status != expected_status(row["status"]):
        return status, None
    if status != "solved":
        return "ok", None
    worst = max(abs(e) for e in report["residuals"]["dimacs"])
    if worst > 1e-6:
        return f"DIMACS {worst:.0e}", None
    if not row["opt_value"]:
        return "ok (no published value)", None
    sides = re.search(r"primal ([-+.\deE]+), dual ([-+.\deE]+)", row["opt_note"])
    bracket = [float(side) for side in sides.groups()] if sides else [float(row["opt_value"])]
    value = report["primal_objective"]
    difference = max(0, min(bracket) - value, value - max(bracket)) / max(1, abs(value))
    return ("ok" if difference <= 1e-6 else "objective differs"), difference


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--set", action="append", dest="sets")
    parser.add_argument("--only", default="")
    parser.add_argument("--time-limit", type=float, default=120)
    parser.add_argument("--cone", default=".build/release/cone")
    options = parser.parse_args()
    only = set(filter(None, options.only.split(",")))
    failures = 0
    print(f"{'instance':26} {'status':18} {'objective':>20} {'published':>20} {'difference':>10} {'DIMACS':>8} {'iter':>5} {'time':>8}  verdict")
    for name in options.sets or ["sdplib", "cblib"]:
        with open(options.data / name / "index.csv", newline="") as handle:
            rows = [row for row in csv.DictReader(handle) if not only or row["name"] in only]
        for row in rows:
            path = options.data / row["file"]
            report, run = solve(options.cone, path, options.time_limit)
            if report is None:
                failures += 1
                print(f"{row['name']:26} exit {run.returncode}: {run.stderr.strip()[:120]}", flush=True)
                continue
            verdict, difference = judge(row, report)
            failures += not verdict.startswith("ok")
            value = report["primal_objective"]
            dimacs = [abs(e) for e in report["residuals"]["dimacs"] if e is not None]
            print(
                f"{row['name']:26} {report['status']:18} {'' if value is None else format(value, '.12g'):>20} "
                f"{row['opt_value'][:20]:>20} {'' if difference is None else format(difference, '.1e'):>10} "
                f"{format(max(dimacs), '.0e') if dimacs else '':>8} {report['iterations']:5} {report['time']['total']:7.2f}s  {verdict}",
                flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
