"""From an answer to a verdict. What a solver says of itself decides nothing but what is to be checked.

verified     the point or the certificate passes at the accuracy, and agrees with what is published
unclaimed    the same, but the solver did not claim it (a point within the accuracy after "stalled", say); counts as verified
inaccurate   claimed, and close to a solution, but not within the accuracy
disputed     the point passes, but its objective is not the published one: one of the two is at fault (see suite.CORRECTIONS)
wrong        claimed and false: infeasible against what is published and without proof, or the errors exceed `FALSE`
uncertified  infeasible, as published, but nothing came that proves it
no answer    nothing was claimed and the point does not pass
time limit, memory limit, failed, unsupported
"""
import math
from dataclasses import dataclass

import numpy as np

from . import verify
from .answer import Claim

VERIFIED = ("verified", "unclaimed")
# An error beyond which a claimed optimum is called wrong rather than inaccurate (Mittelmann: failed), and the same as a multiple of
# the accuracy where that is coarse.
FALSE, FALSE_MULTIPLE = 1e-2, 100
# ρ that a certificate of infeasibility has to reach at least, see verify.primal_certificate.
CERTIFICATE = 1e-6


@dataclass
class Verdict:
    word: str
    reason: str = ""
    errors: verify.Optimality = None
    objective: float = None  # in the file's sense
    objective_error: float = None
    certificate: float = None

    @property
    def passed(self):
        return self.word in VERIFIED


def judge(instance, program, answer, accuracy, time_limit):
    """The verdict at an accuracy, which the floor of the instance's family may relax."""
    if answer.failure:
        known = ("time limit", "memory limit", "unsupported")
        word = next((word for word in known if answer.failure.startswith(word)), "failed")
        return Verdict(word, answer.failure)
    for vector, length in ((answer.x, program.variables), (answer.s, program.rows), (answer.z, program.rows)):
        if vector is not None and np.shape(vector) != (length,):
            return Verdict("failed", f"{np.size(vector)} numbers where the file has {length}")
    accuracy = instance.accuracy(accuracy)
    if answer.claim in (Claim.PRIMAL_INFEASIBLE, Claim.DUAL_INFEASIBLE):
        verdict = certificate(instance, program, answer, max(accuracy, CERTIFICATE))
    else:
        verdict = optimum(instance, program, answer, accuracy)
    if verdict.passed and answer.wall is not None and answer.wall > time_limit:
        return Verdict("time limit", f"verified after {answer.wall:.1f} s", verdict.errors, verdict.objective, verdict.objective_error)
    return verdict


def certificate(instance, program, answer, accuracy):
    if instance.expected is Claim.OPTIMAL:
        return Verdict("wrong", f"{answer.claim.value} claimed, optimum published")
    primal = answer.claim is Claim.PRIMAL_INFEASIBLE
    vector = answer.z if primal else answer.x
    agrees = instance.expected is answer.claim
    if vector is None:
        return Verdict("uncertified" if agrees else "wrong", "no certificate")
    rho = verify.primal_certificate(program, vector) if primal else verify.dual_certificate(program, vector)
    if rho <= accuracy:
        # A program may be infeasible on both sides: a proof of the other one is as good.
        return Verdict("verified", "" if agrees else f"{instance.expected.value} published", certificate=rho)
    word = "wrong" if not agrees else "inaccurate" if rho <= FALSE else "uncertified"
    return Verdict(word, f"certificate with residual {rho:.1e}", certificate=rho)


def optimum(instance, program, answer, accuracy):
    claimed = answer.claim is Claim.OPTIMAL
    if any(v is None or not np.all(np.isfinite(v)) for v in (answer.x, answer.s, answer.z)):
        return Verdict("failed" if claimed else "no answer", "no finite point")
    errors = verify.optimality(program, answer.x, answer.s, answer.z)
    objective = program.file_objective(errors.primal_objective)
    difference = instance.objective_error(objective)
    worst = worst_error(program, errors)
    verdict = Verdict("", "", errors, objective, difference)
    if instance.expected is not Claim.OPTIMAL:
        verdict.word, verdict.reason = ("wrong" if claimed else "no answer"), f"{instance.expected.value} published"
    elif not worst <= accuracy:
        verdict.word = "no answer" if not claimed else "wrong" if not worst <= max(FALSE, FALSE_MULTIPLE * accuracy) else "inaccurate"
        verdict.reason = f"worst error {worst:.1e}"
    elif difference is not None and difference > max(accuracy, OBJECTIVE) + instance.rounding:
        verdict.word, verdict.reason = ("disputed" if claimed else "no answer"), f"objective differs by {difference:.1e}"
    else:
        verdict.word = "verified" if claimed else "unclaimed"
    return verdict


# Relative agreement with a published optimum that is asked for at least.
OBJECTIVE = 1e-6


def worst_error(program, errors):
    """What the accuracy is asked of: the SCS form, and for semidefinite programs the DIMACS errors too."""
    worst = errors.scs_form
    if program.largest_block():
        worst = max(worst, errors.worst_dimacs)
    return worst if not math.isnan(worst) else math.inf
