"""Figures by gnuplot: performance profiles, and true error against time."""
import subprocess
import tempfile
from pathlib import Path

from . import summary

COLOURS = {
    "cone": "#c1121f", "csdp": "#1d3557", "sdpa": "#2a9d8f", "clarabel": "#e9a23b", "scs": "#8d99ae", "cvxopt": "#6a4c93", "qics": "#7f5539",
    "sdpa-python": "#52b788", "ecos": "#3a86ff", "piqp": "#ff70a6", "highs": "#344e41", "osqp": "#adb5bd",
}
SETTINGS = """set terminal svg size 760,440 font 'Helvetica,13' background 'white'
set output '{output}'
set border 3 lw 0.8
set tics nomirror
set grid lc rgb '#dddddd' lw 0.6
set logscale x
set format x '10^{{%T}}'
"""
# Errors below are drawn here, an exact zero among them.
LEAST_ERROR = 1e-16


def draw(script, output, blocks):
    """Runs gnuplot on a script whose data blocks $name are given as lists of rows."""
    with tempfile.TemporaryDirectory() as directory:
        data = "".join(f"${name} << EOD\n{table(rows)}\nEOD\n" for name, rows in blocks.items())
        source = Path(directory) / "figure.gp"
        source.write_text(SETTINGS.format(output=output) + data + script)
        subprocess.run(["gnuplot", str(source)], check=True)


def table(rows):
    return "\n".join(" ".join(map(repr, row)) for row in rows)


def series(solvers, style):
    return "plot " + ", ".join(f"$D{k} using 1:2 {style(solver)} title '{solver}' noenhanced" for k, solver in enumerate(solvers)) + "\n"


def colour(solver):
    return COLOURS.get(solver, "#000000")


def ordered(solvers):
    return sorted(solvers, key=lambda name: (name != "cone", name))


def performance_profile(table, measure, title, output):
    """Share of instances within a factor τ of the fastest."""
    curves = summary.profile(table, sorted({name for runs in table.values() for name in runs}), measure)
    solvers = ordered(name for name, points in curves.items() if points)
    if not solvers:
        return False
    widest = max(points[-1][0] for points in curves.values() if points)
    end = max(2.0, widest) * 1.2
    blocks = {f"D{k}": steps(curves[solver], end) for k, solver in enumerate(solvers)}
    script = f"""set title '{title}' noenhanced
set xlabel 'factor of the fastest'
set ylabel 'share of instances'
set yrange [0:1.02]
set xrange [1:{end}]
set format x '%g'
set key outside right top
"""
    draw(script + series(solvers, lambda name: f"with lines lw {3 if name == 'cone' else 1.8} lc rgb '{colour(name)}'"), output, blocks)
    return True


def steps(points, end):
    """A staircase from τ = 1 to the right edge."""
    rows, share = [(1.0, 0.0)], 0.0
    for factor, value in points:
        rows += [(factor, share), (factor, value)]
        share = value
    return rows + [(end, share)]


def error_against_time(rows, measure, title, level, output):
    """One point for every answer: seconds and the worst true error, passed or not."""
    points = {}
    for row in rows:
        if row.worst_error is not None and summary.time_of(row, measure) < float("inf"):
            seconds = max(summary.time_of(row, measure), summary.RESOLUTION)
            points.setdefault(row.solver, []).append((seconds, min(max(row.worst_error, LEAST_ERROR), 1.0)))
    solvers = ordered(points)
    if not solvers:
        return False
    least = min([level / 10] + [error for values in points.values() for _, error in values]) / 2
    script = f"""set title '{title}' noenhanced
set xlabel '{summary.MEASURES[measure]}'
set ylabel 'worst error, recomputed'
set logscale y
set format y '10^{{%T}}'
set yrange [{least}:1]
set key outside right top
set arrow from graph 0, first {level} to graph 1, first {level} nohead lw 1.2 lc rgb '#555555' dt 2
"""
    draw(script + series(solvers, dots), output, {f"D{k}": points[solver] for k, solver in enumerate(solvers)})
    return True


def dots(solver):
    shape, size = (7, 0.6) if solver == "cone" else (6, 0.5)
    return f"with points pt {shape} ps {size} lc rgb '{colour(solver)}'"
