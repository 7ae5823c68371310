"""Training and certifying networks: the bracket against the objective computed here, and against published relations."""

import os
import signal
import threading
import time

import numpy as np
import pytest

import conesolver


@pytest.fixture
def spiral(examples):
    table = np.genfromtxt(examples / "spiral.csv", delimiter=",", skip_header=1)
    return table[:, :2], table[:, 2].astype(int)


def objective(network, X, Y, weight_decay):
    loss = 0.5 * ((network.predict(X) - Y) ** 2).sum()
    return loss + 0.5 * weight_decay * ((network.U**2).sum() + (network.V**2).sum())


@pytest.mark.parametrize("lift", ["exact", "sdp-nn"])
def test_the_bracket_of_the_spiral(spiral, lift):
    X, classes = spiral
    Y = np.eye(3)[classes]
    training = conesolver.train(X[::3], Y[::3], lift=lift, weight_decay=0.1)
    lower, upper = training.bracket
    assert training.status == "complete"
    assert 0 < lower <= upper
    assert objective(training.network, X[::3], Y[::3], 0.1) == pytest.approx(upper, rel=1e-9)
    assert training.gap == pytest.approx((upper - lower) / upper, abs=1e-12) and training.gap < 1e-3


def test_bias_and_vector_targets():
    X = np.linspace(-1, 1, 15).reshape(-1, 1)
    y = np.abs(X[:, 0] - 0.3)
    plain, biased = (conesolver.train(X, y, weight_decay=1e-3, bias=bias) for bias in (False, True))
    assert biased.network.U.shape[1] == 2
    assert biased.upper_bound < plain.lower_bound
    assert objective(plain.network, X, y[:, None], 1e-3) == pytest.approx(plain.upper_bound, rel=1e-9)


def test_certify_places_a_network(spiral):
    X, classes = spiral
    Y = np.eye(3)[classes]
    rng = np.random.default_rng(0)
    U, V = rng.normal(size=(5, 2)), rng.normal(size=(5, 3))
    certificate = conesolver.certify((U, V), X, Y, 0.1)
    assert certificate.objective == pytest.approx(objective(conesolver.Network(U, V), X, Y, 0.1), rel=1e-12)
    assert certificate.excess == pytest.approx((certificate.objective - certificate.lower_bound) / certificate.objective)
    optimal = conesolver.certify(certificate.network, X, Y, 0.1)
    assert optimal.excess < 1e-3 and certificate.excess > 0.1
    assert certificate.lower_bound <= optimal.objective


def test_a_callback_ends_the_run_with_its_bracket():
    rng = np.random.default_rng(3)
    X, Y = rng.normal(size=(40, 4)), rng.normal(size=(40, 2))
    seen = []
    training = conesolver.train(X, Y, weight_decay=0.01, gap=0, callback=lambda p: seen.append(p.number) or True)
    assert training.status == "cancelled" and len(seen) >= 1
    assert training.lower_bound <= training.upper_bound


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_control_c_ends_the_run():
    rng = np.random.default_rng(3)
    X, Y = rng.normal(size=(60, 6)), rng.normal(size=(60, 2))
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        conesolver.train(X, Y, weight_decay=0.01, gap=0, time_limit=60)
    assert time.monotonic() - start < 30


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"X": [[np.nan], [1]]}, "nan"),
        ({"Y": [[1.0]]}, "rows"),
        ({"weight_decay": 0}, "weight decay"),
        ({"X": [[1e200], [1]]}, "moderate"),
        ({"lift": "sideways"}, "exact"),
        ({"network": "transformer"}, "relu"),
        ({"gap": 2}, "gap"),
    ],
)
def test_faults_are_named(arguments, message):
    with pytest.raises(conesolver.ConeError, match=message):
        conesolver.train(**{"X": [[1.0], [2.0]], "Y": [[1.0], [0.0]], "weight_decay": 0.1, **arguments})
    with pytest.raises(conesolver.ConeError, match="neurons"):
        conesolver.certify((np.ones((2, 3)), np.ones((2, 1))), [[1.0], [2.0]], [[1.0], [0.0]], 0.1)


def test_estimators(spiral):
    X, classes = spiral
    names = np.array(["a", "b", "c"])[classes]
    classifier = conesolver.ReLUClassifier(weight_decay=1e-3).fit(X, names)
    assert set(classifier.predict(X)) <= set(names)
    assert classifier.score(X, names) == np.mean(classifier.predict(X) == names) > 0.5
    assert classifier.bracket_[0] <= classifier.bracket_[1]
    assert classifier.get_params()["weight_decay"] == 1e-3
    assert classifier.set_params(gap=0.1).gap == 0.1
    y = np.maximum(X[:, 0], 0)
    regressor = conesolver.ReLURegressor(weight_decay=1e-4).fit(X, y)
    assert regressor.predict(X).shape == y.shape and regressor.score(X, y) > 0.99


def test_the_saved_model_states_the_problem(spiral, tmp_path):
    import json

    X, classes = spiral
    training = conesolver.train(X, np.eye(3)[classes], weight_decay=0.1)
    training.save(tmp_path / "model.json")
    model = json.loads((tmp_path / "model.json").read_text())
    assert model["format"] == "cone-network" and model["lowerBound"] <= training.lower_bound
