#!/usr/bin/env python3
"""One solver against the fastest of others, instance by instance, from the CSV of run.py.

    Benchmarks/compare.py results.csv [--solver cone] [--others csdp,sdpa] [--measure cpu]
"""
import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from conebench import results, summary  # noqa: E402

HEAD = "{:22} {:11} {:17} {:>6} {:>8} {:>9} {:>4} {:>8} {:>8} {:>6}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", type=Path, nargs="+")
    parser.add_argument("--solver", default="cone")
    parser.add_argument("--others", type=lambda text: text.split(","), default=["csdp", "sdpa"])
    parser.add_argument("--measure", choices=tuple(summary.MEASURES), default="cpu")
    options = parser.parse_args()
    table = summary.best(summary.settled([row for path in options.csv for row in results.read(path)]), options.measure)
    print(HEAD.format("instance", "verdict", "status", "asked", "error", "objective", "iter", "seconds", "others", "ratio"))
    pairs = summary.ratios(table, options.solver, options.others, options.measure)
    for key, runs in sorted(table.items()):
        if options.solver in runs:
            print(line(runs[options.solver], runs, pairs.get(key), options))
    print(f"\n{len(pairs)} instances passed by both: ratio of geometric means shifted by {summary.SHIFT:g} s "
          f"{summary.ratio_of_means(list(pairs.values())):.2f}, by 0.1 s {summary.ratio_of_means(list(pairs.values()), 0.1):.2f}")


def line(row, runs, pair, options):
    def short(value, form):
        return "" if value is None else format(value, form)

    others = [(summary.time_of(runs[name], options.measure), name) for name in options.others if name in runs and runs[name].passed]
    error = row.certificate if row.certificate is not None else row.worst_error
    return (
        f"{row.instance:22} {row.verdict:11} {row.status[:17]:17} {row.tolerance:6.0e} {short(error, '.1e'):>8} "
        f"{short(row.objective_error, '.1e'):>9} {short(row.iterations, 'd'):>4} {short(summary.time_of(row, options.measure), '.2f'):>8} "
        f"{short(min(others)[0] if others else None, '.2f'):>8} {short(pair and pair[0] / max(pair[1], summary.RESOLUTION), '.2f'):>6}"
        f" {min(others)[1] if others else 'none passed'}")


if __name__ == "__main__":
    main()
