"""The plug-in against CVXPY's own collection of programs with known solutions, and what a user sees of statuses and duals."""

import numpy as np
import pytest

import conesolver

cp = pytest.importorskip("cvxpy")
helpers = pytest.importorskip("cvxpy.tests.solver_test_helpers")

FAMILIES = ["LPs", "QPs", "SOCPs", "SDPs", "MixedCPs", "InfeasibleProblems"]
# Programs with exponential or power cones, and mixed-integer ones.
FOREIGN = ("test_mi_", "exp_", "pcp", "power_cone", "soc_exp")
# Run below by what they state: their wrappers ask for another solver's package, or for solvers that take bounds apart from constraints.
STATED = ("test_lp_7", "_bound_attr", "_bounds_attr")
CASES = [
    (family, name)
    for family in FAMILIES
    if hasattr(helpers, f"StandardTest{family}")
    for name in dir(getattr(helpers, f"StandardTest{family}"))
    if name.startswith("test_") and not any(part in name for part in FOREIGN + STATED)
]


def test_the_collection_is_there():
    assert len(CASES) >= 15


@pytest.mark.parametrize("family, name", CASES)
def test_standard_program(family, name):
    getattr(getattr(helpers, f"StandardTest{family}"), name)(solver=conesolver.CVXPY())


def test_stated_programs():
    """An ill-posed linear program for solvers of more than double precision, and bounds as an attribute of a variable."""
    ill_posed = helpers.lp_7()
    ill_posed.solve(conesolver.CVXPY())
    ill_posed.verify_objective(4)
    for program in (helpers.lp_bound_attr, helpers.qp_bound_attr, helpers.socp_bounds_attr):
        bounded = program()
        bounded.solve(conesolver.CVXPY())
        bounded.verify_objective(4)
        bounded.verify_primal_values(4)


def test_quadratic_objective_is_not_lifted():
    x = cp.Variable(3)
    problem = cp.Problem(cp.Minimize(cp.sum_squares(x - np.arange(3.0))), [cp.sum(x) == 1])
    data, _, _ = problem.get_problem_data(conesolver.CVXPY())
    assert data["P"].nnz > 0 and not data["dims"].soc
    problem.solve(solver=conesolver.CVXPY())
    np.testing.assert_allclose(x.value, np.arange(3.0) - 2 / 3, atol=1e-7)


def test_dual_of_an_equality_is_the_sensitivity():
    """For min f(x) s.t. Ax = b CVXPY's dual is −∂p*/∂b; here p*(b) = b²/2."""
    x, b = cp.Variable(2), 3.0
    equality = cp.sum(x) == b
    cp.Problem(cp.Minimize(cp.sum_squares(x)), [equality]).solve(solver=conesolver.CVXPY())
    assert equality.dual_value == pytest.approx(-b, abs=1e-6)


def test_dual_of_a_semidefinite_constraint_is_a_matrix_that_certifies():
    C = np.array([[2.0, 1, 0], [1, 0, -1], [0, -1, -2]])
    X = cp.Variable((3, 3), symmetric=True)
    semidefinite = X >> 0
    trace = cp.trace(X) == 1
    problem = cp.Problem(cp.Minimize(cp.trace(C @ X)), [semidefinite, trace])
    problem.solve(solver=conesolver.CVXPY())
    S = semidefinite.dual_value
    assert problem.value == pytest.approx(np.linalg.eigvalsh(C)[0], abs=1e-6)
    np.testing.assert_allclose(S, C + trace.dual_value * np.eye(3), atol=1e-6)
    assert np.linalg.eigvalsh(S)[0] > -1e-6
    assert abs(np.trace(S @ X.value)) < 1e-6


def test_infeasible_and_unbounded():
    x = cp.Variable(2)
    below, above = x <= -1, cp.sum(x) >= 0
    problem = cp.Problem(cp.Minimize(0), [below, above])
    problem.solve(solver=conesolver.CVXPY())
    assert problem.status == cp.INFEASIBLE
    # Farkas: the multipliers combine the constraints to 0 ≤ −1.
    certificate = problem.solver_stats.extra_stats.z
    np.testing.assert_allclose(certificate[:2] - certificate[2], 0, atol=1e-6)
    assert certificate[0] + certificate[1] == pytest.approx(1)
    if below.dual_value is not None:  # CVXPY 1.9 hands it on
        np.testing.assert_allclose(below.dual_value, certificate[:2])
    problem = cp.Problem(cp.Minimize(cp.sum(x)), [x[0] >= 0])
    problem.solve(solver=conesolver.CVXPY())
    assert problem.status == cp.UNBOUNDED and problem.value == -np.inf


def test_a_limit_leaves_a_status_and_a_point():
    rng = np.random.default_rng(1)
    x = cp.Variable(20)
    problem = cp.Problem(cp.Minimize(cp.norm(rng.normal(size=(30, 20)) @ x - rng.normal(size=30))), [x >= 0])
    problem.solve(solver=conesolver.CVXPY(), max_iter=1)
    assert problem.status == "user_limit"
    assert problem.solver_stats.extra_stats.status == "iteration_limit"


def test_parameters_are_solved_anew(capsys):
    rng = np.random.default_rng(2)
    F = rng.normal(size=(15, 5))
    gamma, x = cp.Parameter(nonneg=True), cp.Variable(5)
    problem = cp.Problem(cp.Minimize(cp.sum_squares(F @ x - 1) + gamma * cp.norm1(x)))
    for value in (0.1, 1.0, 5.0):
        gamma.value = value
        warm = problem.solve(solver=conesolver.CVXPY(), warm_start=True)
        cold = problem.solve(solver=cp.CLARABEL)
        assert warm == pytest.approx(cold, rel=1e-6)
    assert capsys.readouterr().out == ""
    problem.solve(solver=conesolver.CVXPY(), verbose=True)
    assert "primal objective" in capsys.readouterr().out


def test_a_model_with_maxima_is_solved_twice():
    x = cp.Variable(3)
    problem = cp.Problem(cp.Minimize(cp.sum_squares(x) + cp.sum(cp.pos(1 - x))), [cp.max(x) <= 0.6])
    assert problem.solve(solver=conesolver.CVXPY()) == pytest.approx(problem.solve(solver=conesolver.CVXPY()))


def test_names_of_other_solvers_and_unknown_ones():
    x = cp.Variable()
    problem = cp.Problem(cp.Minimize(x), [x >= 1])
    problem.solve(solver=conesolver.CVXPY(), tol_gap_rel=1e-6, eps_abs=1e-6)
    with pytest.warns(UserWarning, match="no counterpart"):
        problem.solve(solver=conesolver.CVXPY(), static_regularization_constant=1e-7)
    with pytest.raises(conesolver.ConeError, match="no option"):
        problem.solve(solver=conesolver.CVXPY(), epsilon=1e-6)
