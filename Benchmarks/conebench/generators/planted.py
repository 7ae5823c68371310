"""Random small programs whose answer is planted.

solvable             x, s ∈ K, z ∈ K* with s and z complementary; b = Ax + s, q = −Px − Aᵀz
primal infeasible    z ∈ K*, A projected so that Aᵀz = 0, b so that bᵀz = −1
dual infeasible      x and s ∈ K, A so that Ax = −s, P so that Px = 0, q so that qᵀx = −1

Columns and rows are scaled by powers of ten at random (a second-order or semidefinite cone by one number), some columns are repeated,
so that data of the wild occur too. Both infeasibilities may hold of one program; then either certificate is right.
"""
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ..answer import Claim
from ..program import Cone, Kind, Program, merged
from ..symmetric import pack


@dataclass
class Planted:
    program: Program
    claim: Claim
    objective: float = None


def planted(generator, quadratic):
    """`quadratic` programs have linear rows only, as MPS files do; the others are linear with all cones, as CBF files are."""
    cones = merged(sorted(random_cones(generator, quadratic), key=lambda cone: list(Kind).index(cone.kind)))
    m = sum(cone.rows for cone in cones)
    n = int(generator.integers(1, 9))
    A = generator.normal(size=(m, n)) * (generator.random((m, n)) < generator.uniform(0.3, 1))
    if n > 2 and generator.random() < 0.1:
        A[:, 1] = A[:, 0]
    rank = int(generator.integers(0, n + 1)) if quadratic else 0
    root = generator.normal(size=(n, rank))
    A, root = scaled(generator, cones, A, root)
    claim = (Claim.OPTIMAL, Claim.PRIMAL_INFEASIBLE, Claim.DUAL_INFEASIBLE)[generator.choice(3, p=(0.6, 0.2, 0.2))]
    return {Claim.OPTIMAL: solvable, Claim.PRIMAL_INFEASIBLE: without_point, Claim.DUAL_INFEASIBLE: unbounded}[claim](generator, cones, A, root)


def random_cones(generator, linear):
    cones = [Cone(Kind.NONNEGATIVE, int(generator.integers(1, 8)))]
    if generator.random() < 0.6:
        cones.append(Cone(Kind.ZERO, int(generator.integers(1, 4))))
    if not linear:
        cones += [Cone(Kind.SECOND_ORDER, int(generator.integers(2, 6))) for _ in range(generator.integers(0, 3))]
        cones += [Cone(Kind.SEMIDEFINITE, int(generator.integers(1, 5))) for _ in range(generator.integers(0, 3))]
    return cones


def scaled(generator, cones, A, root):
    spread = generator.choice([0.0, 0.0, 1.0, 2.0])
    columns = 10 ** generator.uniform(-spread, spread, A.shape[1])
    rows = [
        10 ** (generator.uniform(-spread, spread, cone.rows) if cone.kind in (Kind.ZERO, Kind.NONNEGATIVE)
               else np.full(cone.rows, generator.uniform(-spread, spread))) for cone in cones]
    return np.concatenate(rows)[:, None] * A * columns, root * columns[:, None]


def solvable(generator, cones, A, root):
    s, z = (np.concatenate(parts) for parts in zip(*(complementary(generator, cone) for cone in cones)))
    x = generator.normal(size=A.shape[1])
    P = root @ root.T
    q = -P @ x - A.T @ z
    return Planted(program(P, q, A, A @ x + s, cones), Claim.OPTIMAL, float(0.5 * x @ P @ x + q @ x))


def without_point(generator, cones, A, root):
    z = np.concatenate([dual_point(generator, cone) for cone in cones])
    A = A - np.outer(z, z @ A) / (z @ z)
    b = generator.normal(size=len(z))
    b -= z * (b @ z + 1) / (z @ z)
    return Planted(program(root @ root.T, generator.normal(size=A.shape[1]), A, b, cones), Claim.PRIMAL_INFEASIBLE)


def unbounded(generator, cones, A, root):
    s = np.concatenate([np.zeros(cone.rows) if cone.kind is Kind.ZERO else dual_point(generator, cone) for cone in cones])
    x = generator.normal(size=A.shape[1])
    A = A - np.outer(A @ x + s, x) / (x @ x)
    root = root - np.outer(x, x @ root) / (x @ x)
    q = generator.normal(size=len(x))
    q -= x * (q @ x + 1) / (x @ x)
    return Planted(program(root @ root.T, q, A, generator.normal(size=len(s)), cones), Claim.DUAL_INFEASIBLE)


def program(P, q, A, b, cones):
    return Program(sp.csc_matrix(P), q, sp.csc_matrix(A), b, cones)


def dual_point(generator, cone):
    """A point of K*, often on its boundary."""
    if cone.kind is Kind.ZERO:
        return generator.normal(size=cone.size)
    if cone.kind is Kind.NONNEGATIVE:
        return np.abs(generator.normal(size=cone.size)) * (generator.random(cone.size) < 0.8) + 1e-3
    s, z = complementary(generator, cone)
    return s + z if generator.random() < 0.5 else s + 0.1 * z


def complementary(generator, cone):
    """s ∈ K and z ∈ K* with sᵀz = 0, strictly complementary."""
    if cone.kind is Kind.ZERO:
        return np.zeros(cone.size), generator.normal(size=cone.size)
    if cone.kind is Kind.NONNEGATIVE:
        values = np.abs(generator.normal(size=cone.size)) + 0.1
        active = generator.random(cone.size) < 0.5
        return np.where(active, 0, values), np.where(active, values, 0)
    if cone.kind is Kind.SECOND_ORDER:
        direction = generator.normal(size=cone.size - 1)
        direction /= np.linalg.norm(direction)
        inside, zero = np.concatenate([[2.0], direction]), np.zeros(cone.size)
        ray, opposite = np.concatenate([[1.0], direction]), np.concatenate([[1.0], -direction])
        return ((ray, opposite), (inside, zero), (zero, inside))[generator.integers(3)]
    basis, _ = np.linalg.qr(generator.normal(size=(cone.size, cone.size)))
    values = np.abs(generator.normal(size=cone.size)) + 0.1
    active = np.arange(cone.size) < generator.integers(0, cone.size + 1)
    return pack(basis * np.where(active, 0, values) @ basis.T), pack(basis * np.where(active, values, 0) @ basis.T)
