#!/usr/bin/env python3
"""Solves instances with any of the solvers, verifies every answer from the raw file, and writes one CSV row a run.

    Benchmarks/run.py DATA_DIR --set sdplib,cblib --solver cone,csdp,sdpa,clarabel --tolerance 1e-8 --out results.csv

DATA_DIR holds a folder for each set with an index.csv (columns name, file, status, opt_value, opt_note). Benchmarks/report.py makes the
page and the figures from the CSV. Exit code 1 when an answer of `cone` did not pass.
"""
import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from conebench import runner, solvers  # noqa: E402


def words(text):
    return [word for word in text.split(",") if word]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", type=words, default=["sdplib", "cblib"], dest="suites", metavar="S,S")
    parser.add_argument("--only", type=words, default=[], metavar="NAME,NAME", help="instances by name; wildcards allowed")
    parser.add_argument("--solver", type=words, default=["cone"], dest="solvers", metavar="S,S", help=", ".join(solvers.NAMES))
    parser.add_argument("--tolerance", type=words, default=["1e-8"], dest="tolerances", metavar="E,E", help="asked of the solvers")
    parser.add_argument("--accuracy", type=float, help="errors allowed by the verification; ten times the tolerance by default")
    parser.add_argument("--time-limit", type=float, default=60, metavar="S")
    parser.add_argument("--memory-limit", type=float, default=16, metavar="GB", help="of address space")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--core-types", type=lambda text: text.split(","), default=[""], metavar="T,T",
                        help="values of OPENBLAS_CORETYPE to try on the peers that use OpenBLAS; an empty one is OpenBLAS's own choice")
    parser.add_argument("--repeat", type=int, default=1, metavar="K")
    parser.add_argument("--cone", default=".build/release/cone", help="the command of this package")
    parser.add_argument("--out", type=Path, default=Path("results.csv"), help="rows are appended")
    options = parser.parse_args()
    unknown = [name for name in options.solvers if name not in solvers.NAMES]
    if unknown:
        parser.error(f"unknown solver {', '.join(unknown)}; known are {', '.join(solvers.NAMES)}")
    return runner.run(options)


if __name__ == "__main__":
    sys.exit(main())
