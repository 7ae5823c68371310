"""Semidefinite programs whose data are dense: min cᵀx, ΣxᵢFᵢ − F₀ ⪰ 0 with Gaussian symmetric Fᵢ.

F₀ = ΣxᵢFᵢ − S at a Gaussian x and cᵢ = ⟨Fᵢ, Y⟩, with S, Y positive definite, so that both sides have interior points.
"""
import numpy as np

from ..program import Cone, Kind, without_quadratic
from ..symmetric import pack

SIZES = ((50, 100), (100, 300))


def instances(seed=1):
    for order, count in SIZES:
        yield f"dense-n{order}-m{count}", program(order, count, np.random.default_rng(seed)), "", "random"


def program(order, count, generator):
    def gaussian():
        matrix = generator.normal(size=(order, order))
        return (matrix + matrix.T) / 2

    def definite():
        root = generator.normal(size=(order, order))
        return root @ root.T / order + np.eye(order)

    F = np.array([pack(gaussian()) for _ in range(count)])
    x, S, Y = generator.normal(size=count), pack(definite()), pack(definite())
    return without_quadratic(F @ Y, -F.T, -(F.T @ x - S), [Cone(Kind.SEMIDEFINITE, order)])
