"""The process in which a library solves: task in, reply out."""
import importlib
import pickle
import sys
import time
from importlib.metadata import PackageNotFoundError, version

from ..answer import Answer, Unsupported

PACKAGES = {"highs": "highspy", "sdpa-python": "sdpa-python"}


class Clock:
    """Wall and processor time, all threads, between two moments of this process."""

    def __enter__(self):
        self.started = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_):
        self.wall = time.perf_counter() - self.started[0]
        self.cpu = time.process_time() - self.started[1]


def attempt(name, program, request):
    module = importlib.import_module(f".{name.replace('-', '_')}_library", __package__)
    clock = Clock()
    try:
        answer = module.solve(program, request, clock)
    except Unsupported as reason:
        return Answer(failure=f"unsupported: {reason}")
    except MemoryError:
        return Answer(failure="memory limit")
    except Exception as error:  # a peer's own error is its answer
        return Answer(failure=f"{type(error).__name__}: {error}")
    answer.wall, answer.cpu, answer.call = clock.wall, clock.cpu, clock.wall
    return answer


def main():
    task, reply = sys.argv[1:]
    with open(task, "rb") as source:
        name, program, request = pickle.load(source)
    answer = attempt(name, program, request)
    try:
        answer.version = version(PACKAGES.get(name, name))
    except PackageNotFoundError:
        answer.failure = f"{name} is not installed"
    with open(reply, "wb") as sink:
        pickle.dump(answer, sink)


if __name__ == "__main__":
    main()
