"""One child process with limits on time and memory, and its account."""
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass

# What C++, Rust, Python and the commands say when an allocation fails.
OUT_OF_MEMORY = ("bad_alloc", "memory allocation of", "MemoryError", "Cannot allocate", "out of memory", "Memory Exhausted", "does not fit")


@dataclass
class Account:
    code: int
    wall: float  # seconds
    cpu: float  # seconds, user and system, all threads
    peak_mb: float  # largest resident set; 0 for a process too short to be looked at
    output: str
    timed_out: bool

    @property
    def failure(self):
        """What ended the process, empty where it ended by itself and in order."""
        if self.timed_out:
            return "time limit"
        if self.code and any(word in self.output for word in OUT_OF_MEMORY):
            return "memory limit"
        if self.code < 0:
            return f"signal {signal.Signals(-self.code).name}"
        return f"exit {self.code}: {(self.output.strip().splitlines() or [''])[-1][:240]}" if self.code else ""


def run(command, directory, environment, time_limit, memory_limit):
    """Runs the command in a process group of its own; the group is killed at the limit (seconds, GB)."""
    log = os.path.join(directory, "output.txt")
    # The shell sets the limit on itself and becomes the command: no fork of this process, whose pages would count.
    limited = ["/bin/sh", "-c", f'ulimit -v {int(memory_limit * 2**20)}; exec "$@"', "sh", *command]
    with open(log, "wb") as sink:
        started = time.perf_counter()
        child = subprocess.Popen(
            limited, cwd=directory, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=sink,
            stderr=subprocess.STDOUT, start_new_session=True)
        watch = Watch(child.pid, started + time_limit)
        watch.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        finally:
            wall = time.perf_counter() - started
            watch.ended.set()
        watch.join()
        child.returncode = os.waitstatus_to_exitcode(status)
    with open(log, errors="replace") as source:
        output = source.read()
    return Account(child.returncode, wall, usage.ru_utime + usage.ru_stime, watch.peak_mb, output, watch.timed_out)


class Watch(threading.Thread):
    """Kills the group at the deadline, and reads the largest resident set, which the kernel's account of a child mixes with the
    parent's. A peak of the last interval may be missed."""

    INTERVAL = 0.01  # seconds; grows to the tenfold

    def __init__(self, pid, deadline):
        super().__init__(daemon=True)
        self.pid, self.deadline = pid, deadline
        self.ended = threading.Event()
        self.timed_out = False
        self.peak_mb = 0.0

    def run(self):
        interval = self.INTERVAL
        while not self.ended.wait(interval):
            interval = min(1.2 * interval, 10 * self.INTERVAL)
            self.read_peak()
            if time.perf_counter() > self.deadline and not self.timed_out:
                self.timed_out = True
                os.killpg(self.pid, signal.SIGKILL)

    def read_peak(self):
        try:
            with open(f"/proc/{self.pid}/status") as status:
                for line in status:
                    if line.startswith("VmHWM:"):
                        self.peak_mb = max(self.peak_mb, int(line.split()[1]) / 1024)
        except OSError:
            pass  # it ended in between


def environment(request):
    """Threads and kernels, by the variables that the numerical libraries read."""
    count = str(request.threads)
    variables = {name: count for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")}
    if request.core_type:
        variables["OPENBLAS_CORETYPE"] = request.core_type
    return variables
