"""HiGHS: its interior point without crossover for linear programs, its active-set method for quadratic ones."""
import highspy
import numpy as np
import scipy.sparse as sp

from ..answer import Answer, Claim
from .boxes import Boxes
from .layout import projected_slack

CLAIMS = {
    highspy.HighsModelStatus.kOptimal: Claim.OPTIMAL, highspy.HighsModelStatus.kInfeasible: Claim.PRIMAL_INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Claim.DUAL_INFEASIBLE,
}


def solve(program, request, clock):
    boxes = Boxes(program)
    highs = highspy.Highs()
    options = {
        "output_flag": False, "run_crossover": "off", "threads": request.threads, "time_limit": request.time_limit,
        "kkt_tolerance": max(request.tolerance, 1e-10), "ipm_optimality_tolerance": max(request.tolerance, 1e-12),
    }
    if not program.is_quadratic:
        options["solver"] = "ipm"
    for name, value in options.items():
        highs.setOptionValue(name, value)
    with clock:
        highs.passModel(model(program, boxes))
        highs.run()
    status = highs.getModelStatus()
    claim = CLAIMS.get(status, Claim.NONE)
    info = highs.getInfo()
    answer = Answer(highs.modelStatusToString(status), claim, iterations=max(info.ipm_iteration_count, info.qp_iteration_count))
    if claim is Claim.PRIMAL_INFEASIBLE:
        return answer
    found = highs.getSolution()
    answer.x = np.array(found.col_value)
    reduced = np.array(found.col_dual)
    answer.z = boxes.dual(-np.array(found.row_dual), np.maximum(reduced, 0), np.maximum(-reduced, 0))
    answer.s = projected_slack(program, answer.x)
    if claim is Claim.DUAL_INFEASIBLE:
        answer.x = None  # a point, not a ray
    return answer


def model(program, boxes):
    lp = highspy.HighsLp()
    R = sp.csc_matrix(boxes.R)
    lp.num_col_, lp.num_row_ = program.variables, R.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.q, boxes.lower, boxes.upper
    lp.row_lower_, lp.row_upper_ = boxes.low, boxes.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = program.variables, R.shape[0]
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = R.indptr, R.indices, R.data
    whole = highspy.HighsModel()
    whole.lp_ = lp
    if program.is_quadratic:
        lower = sp.tril(program.P, format="csc")
        whole.hessian_.dim_ = program.variables
        whole.hessian_.format_ = highspy.HessianFormat.kTriangular
        whole.hessian_.start_, whole.hessian_.index_, whole.hessian_.value_ = lower.indptr, lower.indices, lower.data
    return whole
