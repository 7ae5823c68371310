"""Every solver by name: `solve(path, program, request, directory)` returns an `Answer`."""
import importlib

# Commands are measured as whole processes, libraries by the time of their solve call inside a process of their own.
COMMANDS = ("cone", "csdp", "sdpa")
LIBRARIES = ("clarabel", "scs", "ecos", "cvxopt", "sdpa-python", "qics", "piqp", "highs", "osqp")
NAMES = COMMANDS + LIBRARIES

# Solvers whose dense kernels come from OpenBLAS, whose choice of kernels is worth trying both ways. Ours makes the choice itself.
USES_OPENBLAS = ("csdp", "sdpa", "scs", "cvxopt", "sdpa-python", "qics")


def timed(name):
    return "process" if name in COMMANDS else "call"


def solve(name, path, program, request, directory):
    if name in COMMANDS:
        return importlib.import_module(f".{name}", __name__).solve(path, program, request, directory)
    from . import library

    return library.solve(name, program, request, directory)
