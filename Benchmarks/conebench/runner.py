"""The loop over instances and solvers: read, solve, verify, record."""
import tempfile
from pathlib import Path

from . import readers, results, solvers, suite
from .answer import Answer, Request, Unsupported
from .judge import judge

LINE = "{:24} {:11} {:>7} {:13} {:18} {:>18} {:>8} {:>8} {:>8} {:>9} {:>7}"


def run(options):
    writer = results.Writer(options.out)
    print(LINE.format("instance", "solver", "tol", "verdict", "status", "objective", "differs", "DIMACS", "cpu s", "wall s", "MB"))
    failures = 0
    for name in options.suites:
        for instance in suite.load(options.data, name, options.only):
            try:
                program = readers.read(instance.path)
            except (ValueError, OSError) as error:
                print(f"{instance.name:24} not read: {error}", flush=True)
                continue
            for row in runs(instance, program, options):
                writer.write(row)
                print(line(row), flush=True)
                failures += row.solver == "cone" and not row.passed
    return 1 if failures else 0


def runs(instance, program, options):
    for repeat in range(options.repeat):
        for tolerance in options.tolerances:
            for name in options.solvers:
                for core_type in options.core_types if name in solvers.USES_OPENBLAS else [""]:
                    request = Request(
                        float(tolerance), options.time_limit, options.memory_limit, options.threads, core_type,
                        str(Path(options.cone).resolve()) if name == "cone" else "")
                    accuracy = options.accuracy or 10 * request.tolerance
                    answer = attempt(name, instance, program, request)
                    verdict = judge(instance, program, answer, accuracy, request.time_limit)
                    yield results.result(instance, program, name, solvers.timed(name), request, accuracy, repeat, answer, verdict)


def attempt(name, instance, program, request):
    with tempfile.TemporaryDirectory(prefix="conebench-") as directory:
        try:
            path = instance.path.resolve()
            answer = solvers.solve(name, path, program, request, directory)
            answer.failure = answer.failure.replace(f"{path.parent}/", "").replace(f"{directory}/", "")
            return answer
        except Unsupported as reason:
            return Answer(failure=f"unsupported: {reason}")
        except (ValueError, KeyError, IndexError, OSError) as fault:  # what it wrote cannot be read
            return Answer(failure=f"unreadable answer: {type(fault).__name__}: {fault}")


def line(row):
    def short(value, form):
        return "" if value is None else format(value, form)

    dimacs = row.certificate if row.certificate is not None else row.worst_dimacs
    return LINE.format(
        row.instance[:24], row.solver, format(row.tolerance, ".0e"), row.verdict, row.status[:18], short(row.objective, ".11g"),
        short(row.objective_error, ".1e"), short(dimacs, ".1e"), short(row.cpu, ".2f"), short(row.wall, ".2f"),
        short(row.peak_mb, ".0f")) + (f"  {row.reason}" if row.reason else "")
