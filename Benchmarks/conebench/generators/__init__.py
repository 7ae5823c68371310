"""Families that no public set holds, written as SDPA sparse files with an index.csv beside them."""
import csv
import gzip
from pathlib import Path

from ..solvers.sdpa_file import write

COLUMNS = ("name", "file", "status", "opt_value", "opt_note")


def write_set(directory, suite, instances):
    """`instances`: (name, program, published optimum as text or empty, note)."""
    folder = Path(directory) / suite
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "index.csv", "w", newline="") as handle:
        index = csv.writer(handle)
        index.writerow(COLUMNS)
        for name, program, value, note in instances:
            plain = folder / f"{name}.dat-s"
            write(plain, program)
            with gzip.open(f"{plain}.gz", "wb", compresslevel=6) as sink:
                sink.write(plain.read_bytes())
            plain.unlink()
            index.writerow([name, f"{suite}/{name}.dat-s.gz", "optimal", value, note])
            print(f"{suite}/{name}: {program.variables} variables, {program.rows} rows", flush=True)
