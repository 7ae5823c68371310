"""Figures over many runs: the best run of each solver, shifted geometric means, ratios, profiles."""
import math
from collections import defaultdict
from dataclasses import replace

# Added to every time before the geometric mean, so that instances of milliseconds do not decide it. Seconds.
SHIFT = 1.0
# Times below are taken as this where one divides by them: the clock and the start of a process resolve no more. Seconds.
RESOLUTION = 1e-2
# Columns that measure time.
MEASURES = {"cpu": "processor seconds", "wall": "wall-clock seconds", "call": "wall-clock seconds"}
# Words of verdicts, worst first; the page lists them in this order.
FAILURES = ("wrong", "disputed", "inaccurate", "uncertified", "no answer", "failed", "time limit", "memory limit", "unsupported")


def settled(rows):
    """Disputed answers to instances where another answer, verified, agrees with what is published, are inaccurate."""
    agreed = {(row.suite, row.instance) for row in rows if row.passed and row.objective_error is not None}
    return [
        replace(row, verdict="inaccurate") if row.verdict == "disputed" and (row.suite, row.instance) in agreed else row for row in rows
    ]


def best(rows, measure):
    """(suite, instance) → solver → its fastest run that passed, else its first run; over repeats, kernels and tolerances."""
    table = defaultdict(dict)
    for row in rows:
        runs = table[(row.suite, row.instance)]
        seen = runs.get(row.solver)
        if seen is None or row.passed and (not seen.passed or time_of(row, measure) < time_of(seen, measure)):
            runs[row.solver] = row
    return dict(table)


def time_of(row, measure):
    value = getattr(row, measure)
    if value is None and measure == "call":  # a command without a clock of its own
        value = row.wall
    return math.inf if value is None else value


def shifted_geometric_mean(values, shift=SHIFT):
    if not values:
        return math.nan
    return math.exp(sum(math.log(value + shift) for value in values) / len(values)) - shift


def mean_with_failures(table, solver, measure, shift=SHIFT):
    """Over all instances that the solver has a form for; a failure counts as its time limit."""
    values = []
    for runs in table.values():
        row = runs.get(solver)
        if row is not None and row.verdict != "unsupported":
            values.append(time_of(row, measure) if row.passed else row.time_limit)
    return shifted_geometric_mean(values, shift)


def ratios(table, solver, others, measure):
    """key → (ours, the fastest of the others) where both passed."""
    found = {}
    for key, runs in table.items():
        mine = runs.get(solver)
        theirs = [time_of(runs[other], measure) for other in others if other in runs and runs[other].passed]
        if mine is not None and mine.passed and theirs:
            found[key] = (time_of(mine, measure), min(theirs))
    return found


def ratio_of_means(pairs, shift=SHIFT):
    """Shifted geometric mean of ours over that of theirs, on the same instances."""
    if not pairs:
        return math.nan
    ours, theirs = zip(*pairs)
    return shifted_geometric_mean(ours, shift) / shifted_geometric_mean(theirs, shift)


def profile(table, solvers, measure):
    """Performance profile (Dolan and Moré, 2002): solver → sorted [(τ, share of instances within τ of the best)].

    Over the instances that at least one of the solvers passed.
    """
    factors, count = {solver: [] for solver in solvers}, 0
    for runs in table.values():
        times = {s: time_of(runs[s], measure) for s in solvers if s in runs and runs[s].passed}
        if not times:
            continue
        count += 1
        least = max(min(times.values()), RESOLUTION)
        for solver, value in times.items():
            factors[solver].append(max(value, RESOLUTION) / least)
    return {s: [(f, (k + 1) / count) for k, f in enumerate(sorted(values))] for s, values in factors.items()} if count else {}
