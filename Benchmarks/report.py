#!/usr/bin/env python3
"""Makes the page of results and its figures from the CSV of run.py. Needs gnuplot.

    Benchmarks/report.py results.csv [more.csv …] [--docs docs] [--measure cpu] [--note TEXT]
"""
import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from conebench import figures, results, summary  # noqa: E402
from conebench.page import page  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", type=Path, nargs="+")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="folder of benchmarks.md and figures/")
    parser.add_argument("--measure", choices=tuple(summary.MEASURES), default="cpu")
    parser.add_argument("--note", default="", help="a sentence for the conditions, on the machine for instance")
    options = parser.parse_args()
    rows = summary.settled([row for path in options.csv for row in results.read(path)])
    (options.docs / "figures").mkdir(parents=True, exist_ok=True)
    drawn = {}
    for level, suite in sorted({(row.level, row.suite) for row in rows}):
        chosen = [row for row in rows if (row.level, row.suite) == (level, suite)]
        drawn[level, suite] = draw(chosen, suite, level, options)
    (options.docs / "benchmarks.md").write_text(page(rows, options.measure, drawn, options.note))


def draw(rows, suite, level, options):
    stem, title = f"{suite}-{level:.0e}", f"{suite}, verified at {level:.0e}"
    profile, scatter = f"figures/{stem}-profile.svg", f"figures/{stem}-accuracy.svg"
    made = []
    if figures.performance_profile(summary.best(rows, options.measure), options.measure, title, options.docs / profile):
        made.append(("performance profile", profile))
    if figures.error_against_time(rows, options.measure, title, level, options.docs / scatter):
        made.append(("error against time", scatter))
    return made


if __name__ == "__main__":
    main()
