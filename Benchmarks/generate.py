#!/usr/bin/env python3
"""Writes the generated sets: dense (dense data), dnn (θ₊ and binary quadratic programs), sdpnn (ReLU training).

    Benchmarks/generate.py OUT_DIR [--data DATA_DIR]      DATA_DIR: dnn/biq/*.sparse.gz and nn/*.csv

then Benchmarks/run.py OUT_DIR --set dense,dnn,sdpnn …
"""
import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from conebench.generators import dense, dnn, sdpnn, write_set  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, help="without it the sets that need no data are written")
    options = parser.parse_args()
    write_set(options.out, "dense", dense.instances())
    write_set(options.out, "dnn", dnn.instances(options.data or options.out))
    if options.data:
        write_set(options.out, "sdpnn", sdpnn.instances(options.data))


if __name__ == "__main__":
    main()
