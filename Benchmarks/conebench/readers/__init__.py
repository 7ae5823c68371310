"""Reads a file of any known format into the neutral form. Shares nothing with the readers of the package."""
import gzip
from pathlib import Path

from ..program import FormatError


def text_of(path):
    data = Path(path).read_bytes()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8-sig", errors="replace")


def stem(path):
    """The name without .gz and without the format's own extension."""
    name = Path(path).name
    name = name[:-3] if name.endswith(".gz") else name
    return name.rsplit(".", 1)


def read(path):
    from . import cbf, matlab, mps, sdpa

    extension = stem(path)[-1].lower()
    if extension in ("dat-s", "dat"):
        return sdpa.read(text_of(path))
    if extension == "cbf":
        return cbf.read(text_of(path))
    if extension in ("mps", "qps", "sif"):
        return mps.read(text_of(path))
    if extension == "mat":
        return matlab.read(path)
    raise FormatError(f"{path}: no reader for .{extension}; known are .dat-s, .cbf, .mps, .qps, .sif and .mat, each with or without .gz")
