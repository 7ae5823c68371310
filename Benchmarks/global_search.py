#!/usr/bin/env python3
"""Training to a proved optimum on the data of the guide docs/global-search.md, with every certificate checked and then spoilt.

    global_search.py CONE DATA_DIR [--only NAME,…] [--gradient STARTS] [--no-spoil] [--json PATH]

CONE is the built command. DATA_DIR holds `nn/*.csv` (training sets of arXiv:2410.22311) and `ml/*.csv.gz`. Each run is
`cone train --lift exact --model`; its bracket is compared with the gap and time it is held to, `cone check` proves it again from
the data, and then one number at a time is changed in the certificate or the data: `cone check` must refuse each with exit code 4
and a sentence. Prints a table; exit code 1 when something did not hold.
"""
import argparse
import base64
import csv
import gzip
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

# name, file, weight decay, further options, gap, seconds (None: an any-time bracket), rows
RUNS = [
    *((f"spiral {g}", "nn/spiral.csv", g, [], 1e-6, 0.5, None) for g in (0.1, 0.01)),
    *((f"random {k} {g}", f"nn/random_{k}.csv", g, ["--outputs", "y1,y2,y3,y4,y5"], 1e-6, 0.3, None)
      for k in range(5) for g in (0.1, 0.01)),
    ("iris 0.1", "nn/iris_train.csv", 0.1, [], 1e-4, 2, None),
    ("iris 0.01", "nn/iris_train.csv", 0.01, [], 1e-3, 5, None),
    ("iris 0.01 fine", "nn/iris_train.csv", 0.01, [], 1e-4, 60, None),
    ("bank 0.1", "nn/bank_notes_train.csv", 0.1, [], 1e-3, 60, None),
    ("bank 0.01", "nn/bank_notes_train.csv", 0.01, [], 1e-2, 300, None),
    *((f"haberman {g}", "ml/haberman.csv.gz", g, [], 1e-4, None, None) for g in (0.1, 0.01)),
    *((f"banknote with bias {g}", "ml/banknote_authentication.csv.gz", g, ["--bias", "regularized"], 1e-4, None, None)
      for g in (0.1, 0.01)),
    *((f"phoneme {g}", "ml/phoneme.csv.gz", g, [], 1e-4, None, 1000) for g in (0.1, 0.01)),
]
# Seconds of an any-time bracket.
ANY_TIME = 120


def table(path, rows):
    """The CSV as lists of cells, its first `rows` samples if a number is given."""
    opened = gzip.open(path, "rt", newline="") if path.suffix == ".gz" else open(path, newline="")
    with opened as file:
        lines = list(csv.reader(file))
    return lines[: rows + 1] if rows else lines


def write(path, lines):
    with open(path, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def cone(command, *arguments):
    """The finished process, its seconds and its processor seconds."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([command, *map(str, arguments)], capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done, time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def spoilt_models(model):
    """Copies of a model file that claim what is not true, with what was changed."""

    def copy():
        return json.loads(json.dumps(model))

    lie = copy()
    lie["lowerBound"] = model["lowerBound"] + 1e-3 * abs(model["upperBound"])
    yield "lower bound raised", lie
    if model["U"]:
        lie = copy()
        lie["V"][0][0] += 0.1 + abs(lie["V"][0][0])
        yield "output weight changed", lie
    lie = copy()
    row = max(range(len(lie["certificate"]["Z"])), key=lambda k: max(map(abs, lie["certificate"]["Z"][k])))
    lie["certificate"]["Z"][row] = [-2 * z for z in lie["certificate"]["Z"][row]]
    yield "row of Z changed", lie
    if model["certificate"]["kind"] == "cones":
        lie = copy()
        lie["certificate"]["theta"] *= 0.9
        yield "bound on κ lowered", lie
        tree = base64.b64decode(model["certificate"]["tree"])
        lie = copy()
        lie["certificate"]["tree"] = base64.b64encode(tree[: len(tree) // 2]).decode()
        yield "cover cut short", lie
        lie = copy()
        lie["certificate"]["tree"] = base64.b64encode(tree + b"\0").decode()
        yield "cover lengthened", lie


def spoilt_tables(lines, options):
    """Copies of the data with one change."""
    label = options[options.index("--outputs") + 1].split(",")[0] if "--outputs" in options else lines[0][-1]
    column = lines[0].index(label)
    other = next(row[column] for row in lines[1:] if row[column] != lines[1][column])
    changed = [row[:] for row in lines]
    for row in changed[1:4]:
        row[column] = other if "--outputs" not in options else str(float(row[column]) + 1)
    yield "targets changed", changed
    changed = [row[:] for row in lines]
    feature = 0 if column else 1
    for row in changed[1:]:
        row[feature] = repr(1.1 * float(row[feature]))
    yield "feature rescaled", changed
    yield "sample removed", lines[:-1]


def refused(command, model, data):
    """The reason that `cone check` gives, or None when it does not refuse."""
    done, *_ = cone(command, "check", "--model", model, data, "--quiet")
    reason = done.stderr.strip().splitlines()
    return reason[0].split(": ", 1)[-1] if done.returncode == 4 and reason else None


def gradient(data, run, starts):
    """The least and median objective of plain gradient training."""
    script = pathlib.Path(__file__).with_name("gradient_training.py")
    arguments = ["--bias"] if "--bias" in run[3] else []
    done = subprocess.run(
        [sys.executable, script, data, "--weight-decay", str(run[2]), "--starts", str(starts), *arguments],
        capture_output=True, text=True, check=True)
    words = done.stdout.split()
    return float(words[1]), float(words[3])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--only", help="names of runs, or how they begin, with commas between them")
    parser.add_argument("--gradient", type=int, default=0, metavar="STARTS", help="compare the any-time runs with gradient training")
    parser.add_argument("--spoil", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--time-limit", type=float, default=ANY_TIME, help="seconds of the any-time runs")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    faults, results = [], []
    print("| run | bracket | gap | s | CPU s | check s | refused |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for run in RUNS:
        name, file, decay, extra, gap, seconds, rows = run
        if options.only and not any(name.startswith(part) for part in options.only.split(",")):
            continue
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            lines = table(options.data / file, rows)
            data, model, report = folder / "data.csv", folder / "model.json", folder / "report.json"
            write(data, lines)
            limit = [] if seconds else ["--time-limit", options.time_limit]
            done, spent, cpu = cone(
                options.command, "train", data, "--lift", "exact", "--weight-decay", decay, "--gap", gap, "--model", model,
                "--json", report, "--quiet", *limit, *extra)
            if done.returncode not in ([0] if seconds else [0, 3]):
                faults.append(f"{name}: exit code {done.returncode}: {done.stderr.strip()}")
                continue
            bracket = json.loads(report.read_text())
            if seconds and spent > seconds:
                faults.append(f"{name}: {spent:.2f} s, held to {seconds} s")
            check, check_time, _ = cone(options.command, "check", "--model", model, data, "--quiet")
            if check.returncode != 0:
                faults.append(f"{name}: its own certificate is refused: {check.stderr.strip()}")
            reasons = {}
            if options.spoil:
                content = json.loads(model.read_text())
                lie = folder / "lie.json"
                for what, changed in spoilt_models(content):
                    lie.write_text(json.dumps(changed))
                    reasons[what] = refused(options.command, lie, data)
                for what, changed in spoilt_tables(lines, extra):
                    other = folder / "other.csv"
                    write(other, changed)
                    reasons[what] = refused(options.command, model, other)
                faults += [f"{name}: {what} is not refused" for what, reason in reasons.items() if reason is None]
            result = {
                "name": name, "lower": bracket["lower_bound"], "upper": bracket["upper_bound"], "gap": bracket["gap"],
                "seconds": spent, "cpu_seconds": cpu, "check_seconds": check_time, "reasons": reasons}
            if options.gradient and not seconds:
                result["gradient_least"], result["gradient_median"] = gradient(data, run, options.gradient)
                if result["upper"] > result["gradient_least"]:
                    faults.append(f"{name}: {result['upper']} is worse than gradient training, {result['gradient_least']}")
            results.append(result)
            against = f" (gradient {result['gradient_least']:.6g})" if "gradient_least" in result else ""
            print(
                f"| {name} | [{result['lower']:.8g}, {result['upper']:.8g}]{against} | {result['gap']:.1e} | {spent:.2f} | {cpu:.2f} | "
                f"{check_time:.2f} | {sum(r is not None for r in reasons.values())}/{len(reasons)} |", flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1, ensure_ascii=False))
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
