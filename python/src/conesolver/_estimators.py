"""Estimators in the manner of scikit-learn, which is used if it is installed."""

import numpy as np

from ._training import train

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
except ImportError:
    import inspect

    class BaseEstimator:
        def get_params(self, deep=True):
            return {name: getattr(self, name) for name in inspect.signature(type(self).__init__).parameters if name != "self"}

        def set_params(self, **params):
            unknown = set(params) - set(self.get_params())
            if unknown:
                raise ValueError(f"there is no parameter {', '.join(sorted(unknown))}")
            for name, value in params.items():
                setattr(self, name, value)
            return self

    class ClassifierMixin:
        def score(self, X, y):
            """The fraction of samples that are classified correctly."""
            return float(np.mean(self.predict(X) == np.asarray(y)))

    class RegressorMixin:
        def score(self, X, y):
            """The coefficient of determination, averaged over the outputs."""
            y = np.asarray(y, dtype=float)
            residual = ((y - self.predict(X)) ** 2).sum(axis=0)
            spread = ((y - y.mean(axis=0)) ** 2).sum(axis=0)
            return float(np.mean(1 - residual / spread))


class _ReLUEstimator(BaseEstimator):
    """A two-layer ReLU network trained by `train`.

    After `fit`: `network_`, `bracket_` (proved bounds of the optimum), `gap_`, `training_` (all that `train` returned).
    """

    def __init__(self, weight_decay=0.1, lift="exact", bias=False, gap=None, time_limit=None, threads=None):
        self.weight_decay = weight_decay
        self.lift = lift
        self.bias = bias
        self.gap = gap
        self.time_limit = time_limit
        self.threads = threads

    def _fit(self, X, Y):
        X = np.asarray(X, dtype=float)
        self.training_ = train(
            X, Y, lift=self.lift, weight_decay=self.weight_decay, bias=self.bias, gap=self.gap, time_limit=self.time_limit,
            threads=self.threads,
        )  # fmt: skip
        self.network_ = self.training_.network
        self.bracket_ = self.training_.bracket
        self.gap_ = self.training_.gap
        self.n_features_in_ = X.shape[1]
        return self


class ReLUClassifier(ClassifierMixin, _ReLUEstimator):
    """Classification: an output for each class, trained on one-hot targets; the largest one decides."""

    def fit(self, X, y):
        self.classes_, indices = np.unique(np.asarray(y), return_inverse=True)
        return self._fit(X, np.eye(len(self.classes_))[indices.reshape(-1)])

    def decision_function(self, X):
        """The outputs of the network, n × classes."""
        return self.network_.predict(X)

    def predict(self, X):
        return self.classes_[np.argmax(self.decision_function(X), axis=1)]


class ReLURegressor(RegressorMixin, _ReLUEstimator):
    """Regression on one target or several."""

    def fit(self, X, y):
        y = np.asarray(y, dtype=float)
        self._is_vector = y.ndim == 1
        return self._fit(X, y)

    def predict(self, X):
        outputs = self.network_.predict(X)
        return outputs[:, 0] if self._is_vector else outputs
