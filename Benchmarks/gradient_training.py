#!/usr/bin/env python3
"""Plain gradient training of two-layer ReLU networks: the upper bound that `cone train --lift exact` is compared with.

    gradient_training.py DATA.csv --weight-decay G [--bias] [--label C] [--width M] [--starts S] [--steps N] [--rows R]

Full-batch Adam with a rate that falls to zero, from several random starts, on the objective of `cone train`; the last column
holds integer classes unless --label names another. Prints the least, median and largest objective and the seconds taken.
"""
import argparse
import csv
import time

import numpy as np


def read(path, label, rows):
    with open(path, newline="") as file:
        table = list(csv.reader(file))
    names, values = table[0], np.array(table[1:][:rows], dtype=float)
    column = names.index(label) if label else len(names) - 1
    classes = np.unique(values[:, column])
    targets = (values[:, [column]] == classes).astype(float)
    return np.delete(values, column, axis=1), targets


def objective(X, Y, U, V, decay):
    residual = np.maximum(X @ U, 0) @ V - Y
    return 0.5 * (residual**2).sum((1, 2)) + 0.5 * decay * ((U**2).sum((1, 2)) + (V**2).sum((1, 2)))


def train(X, Y, decay, width, starts, steps, rate, rng):
    # The best direction of a start depends on the scale of the columns: units of their size make it well conditioned.
    scale = np.sqrt((X**2).mean(0)) + 1e-300
    U = rng.normal(size=(starts, X.shape[1], width)) / (scale[:, None] * np.sqrt(X.shape[1]))
    V = rng.normal(size=(starts, width, Y.shape[1])) / np.sqrt(width)
    moments = [[np.zeros_like(P), np.zeros_like(P)] for P in (U, V)]
    best = np.full(starts, np.inf)
    for step in range(1, steps + 1):
        pre = X @ U
        hidden = np.maximum(pre, 0)
        residual = hidden @ V - Y
        gradients = (
            X.T @ ((residual @ V.transpose(0, 2, 1)) * (pre > 0)) + decay * U,
            hidden.transpose(0, 2, 1) @ residual + decay * V,
        )
        value = 0.5 * (residual**2).sum((1, 2)) + 0.5 * decay * ((U**2).sum((1, 2)) + (V**2).sum((1, 2)))
        best = np.fmin(best, value)
        length = rate * 0.5 * (1 + np.cos(np.pi * step / steps))
        for P, g, (m, s), unit in zip((U, V), gradients, moments, (1 / scale[:, None], 1.0)):
            # Adam in the scaled coordinates.
            g = g * unit
            m += 0.1 * (g - m)
            s += 0.001 * (g * g - s)
            P -= unit * length * (m / (1 - 0.9**step)) / (np.sqrt(s / (1 - 0.999**step)) + 1e-12)
    return np.fmin(best, objective(X, Y, U, V, decay))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--weight-decay", type=float, required=True)
    parser.add_argument("--bias", action="store_true")
    parser.add_argument("--label")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--width", type=int, default=100)
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--rate", type=float, default=0.01)
    options = parser.parse_args()
    X, Y = read(options.data, options.label, options.rows)
    if options.bias:
        X = np.hstack([np.ones((len(X), 1)), X])
    start = time.perf_counter()
    values = np.concatenate(
        [train(X, Y, options.weight_decay, options.width, 1, options.steps, options.rate, np.random.default_rng(k))
         for k in range(options.starts)])
    print(f"least {values.min():.9g}  median {np.median(values):.9g}  largest {values.max():.9g}  "
          f"{time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
