"""Arithmetic on the program as the file states it: nothing here knows a solver.

SCS form: a residual against the largest of its own terms (SCS documentation, "Termination criteria"). DIMACS errors: D. Johnson,
G. Pataki, F. Alizadeh, 7th DIMACS challenge; its primal, ⟨C, X⟩ with 𝒜X = b, is the dual of the neutral form.
"""
from dataclasses import dataclass

import numpy as np

from .program import Kind
from .symmetric import unpack


def margin(cone, v):
    """How far v lies inside the cone: the least coordinate, t − ‖v‖, or the least eigenvalue; −|v| for the zero cone."""
    if cone.kind is Kind.ZERO:
        return -largest(v)
    if cone.kind is Kind.NONNEGATIVE:
        return float(v.min())
    if cone.kind is Kind.SECOND_ORDER:
        return float(v[0] - np.linalg.norm(v[1:]))
    return float(np.linalg.eigvalsh(unpack(v, cone.size))[0])


def outside(program, v, dual=False):
    """How far v is outside K, or outside K* where the zero cone is free."""
    worst = 0.0
    for cone, rows in program.blocks():
        if dual and cone.kind is Kind.ZERO:
            continue
        distance = -margin(cone, v[rows])
        worst = distance if not distance <= worst else worst  # NaN is kept
    return worst


def largest(v):
    return float(np.max(np.abs(v))) if len(v) else 0.0


@dataclass
class Optimality:
    """Errors of a point (x, s, z)."""

    primal_objective: float  # ½xᵀPx + qᵀx
    dual_objective: float  # −½xᵀPx − bᵀz
    primal: tuple  # residual and the largest of its terms
    dual: tuple
    gap: tuple
    primal_outside: float
    dual_outside: float
    dimacs: list

    @property
    def worst_dimacs(self):
        return float(np.max(np.abs(self.dimacs)))

    @property
    def scs_form(self):
        """The least ε with residual ≤ ε + ε·scale for the three residuals and the two cone distances."""
        pairs = [self.primal, self.dual, self.gap, (self.primal_outside, self.primal[1]), (self.dual_outside, self.dual[1])]
        return float(np.max([residual / (1 + scale) for residual, scale in pairs]))


def optimality(program, x, s, z):
    Px, Ax, ATz = program.P @ x, program.A @ x, program.A.T @ z
    q, b = program.q, program.b
    xPx, qx, bz = float(x @ Px), float(q @ x), float(b @ z)
    primal, dual = 0.5 * xPx + qx, -0.5 * xPx - bz
    primal_residual, dual_residual = Ax + s - b, Px + ATz + q
    s_outside, z_outside = outside(program, s), outside(program, z, dual=True)
    objectives, q_size, b_size = 1 + abs(primal) + abs(dual), 1 + largest(q), 1 + largest(b)
    return Optimality(
        primal, dual,
        primal=(largest(primal_residual), max(largest(Ax), largest(s), largest(b))),
        dual=(largest(dual_residual), max(largest(Px), largest(ATz), largest(q))),
        gap=(abs(xPx + qx + bz), max(abs(xPx), abs(qx), abs(bz))),
        primal_outside=s_outside, dual_outside=z_outside,
        dimacs=[
            float(np.linalg.norm(dual_residual)) / q_size, z_outside / q_size,
            float(np.linalg.norm(primal_residual)) / b_size, s_outside / b_size,
            (primal - dual) / objectives, float(s @ z) / objectives,
        ])


def primal_certificate(program, z):
    """ρ of a proof that no x is feasible; infinite where z proves nothing.

    With bᵀz = −1 and z ∈ K*, a feasible x has −1 = bᵀz ≥ xᵀAᵀz ≥ −‖Aᵀz‖∞‖x‖₁: no feasible point has ‖x‖₁ < 1/‖Aᵀz‖∞. ρ is this
    residual, in units in which b is at most 1. What z lacks of K* counts like a residual.
    """
    return ray(program.b @ z, program.b, largest(program.A.T @ z), outside(program, z, dual=True))


def dual_certificate(program, x):
    """ρ of a proof that the dual has no feasible point: qᵀx = −1, Px = 0, −Ax ∈ K; infinite where x proves nothing."""
    return ray(program.q @ x, program.q, largest(program.P @ x), outside(program, -(program.A @ x)))


def ray(product, data, *residuals):
    """The worst residual where `product` is scaled to −1; infinite where it has the wrong sign."""
    worst = float(np.max(residuals))
    if not (np.isfinite(worst) and product < 0):
        return np.inf
    return worst * max(1.0, largest(data)) / -float(product)
