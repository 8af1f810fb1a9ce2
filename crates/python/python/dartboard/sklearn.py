"""Losses as metrics and scorers of scikit-learn.

>>> import dartboard as db
>>> pinball = db.sklearn.metric("quantile(tau=0.9)")
>>> pinball([1.0, 2.0], [1.0, 3.0])
0.04999999999999999
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ._core import Loss

__all__ = ["Metric", "Scorer", "metric", "scorer"]


class Metric:
    """The mean of a loss as a function of the truth, the predictions and, by name, the weights of the samples."""

    def __init__(self, loss: str | Loss) -> None:
        self.loss = loss if isinstance(loss, Loss) else Loss(loss)
        self.__name__ = self.loss.name

    def __call__(self, y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
        return float(self.loss.value(y_true, y_pred, weight=sample_weight))

    def __repr__(self) -> str:
        return f"dartboard.sklearn.metric({self.loss.spec!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.loss,)


def metric(loss: str | Loss) -> Metric:
    """The mean of a loss as ``sklearn.metrics.make_scorer`` takes it; it is the better the smaller.

    Examples
    --------
    >>> import dartboard as db
    >>> db.sklearn.metric("mae")([1.0, 2.0], [1.0, 3.0], sample_weight=[3.0, 1.0])
    0.25
    """
    return Metric(loss)


# What an estimator is asked for, by what the loss takes as a prediction.
_RESPONSES = {
    "value": "predict",
    "mean": "predict",
    "probability": "predict_proba",
    "logit": "decision_function",
    "score": "decision_function",
    "log_probability": "predict_log_proba",
}


class Scorer:
    """Minus the mean loss of what an estimator predicts.

    Losses of events and classes take the labels that the estimator was fitted to, whatever they are: an event is the second
    of its ``classes_``.
    """

    def __init__(self, loss: str | Loss, response_method: str | None = None) -> None:
        self.loss = loss if isinstance(loss, Loss) else Loss(loss)
        card = self.loss.card
        takes = card["prediction"]
        if response_method is None and takes not in _RESPONSES:
            raise ValueError(f"{self.loss.name} takes a {takes}: say by response_method which method returns it")
        self.response_method = response_method or _RESPONSES[takes]
        self.target: str = card["target"]

    def __call__(self, estimator: Any, X: Any, y_true: Any, *, sample_weight: Any = None) -> float:
        if not hasattr(estimator, self.response_method):
            kind = type(estimator).__name__
            raise TypeError(f"{kind} has no {self.response_method}, which {self.loss.name} is computed from")
        predicted = np.asarray(getattr(estimator, self.response_method)(X))
        classes = getattr(estimator, "classes_", None)
        if classes is not None and self.target in ("event", "class"):
            y_true = self._places(np.asarray(y_true), np.asarray(classes))
            if self.target == "event" and len(classes) != 2:
                raise ValueError(f"{self.loss.name} is of events, and the estimator tells {len(classes)} classes apart")
            if self.target == "event" and predicted.ndim == 2:
                predicted = predicted[:, 1]
            if self.target == "class" and predicted.ndim == 1:
                # A logit of the second of two classes against the first.
                predicted = np.column_stack([np.zeros_like(predicted), predicted])
        return -float(self.loss.value(y_true, predicted, weight=sample_weight))

    def _places(self, labels: Any, classes: Any) -> Any:
        """The place of each label among the classes."""
        order = np.argsort(classes)
        places = order[np.minimum(np.searchsorted(classes, labels, sorter=order), len(classes) - 1)]
        unknown = np.flatnonzero(classes[places] != labels)
        if unknown.size:
            row = int(unknown[0])
            raise ValueError(f"row {row}: the estimator has no class {labels[row]!r}; it has {classes.tolist()}")
        return places

    def __repr__(self) -> str:
        return f"dartboard.sklearn.scorer({self.loss.spec!r}, response_method={self.response_method!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.loss, self.response_method)


def scorer(loss: str | Loss, *, response_method: str | None = None) -> Scorer:
    """A scorer of estimators: minus the mean loss, as scikit-learn's scorers are the better the larger.

    Parameters
    ----------
    loss : str or Loss
        A loss.
    response_method : str, optional
        What the estimator is asked for: by default ``predict``, ``predict_proba``, ``decision_function`` or
        ``predict_log_proba``, by what the loss takes.

    Examples
    --------
    >>> import dartboard as db
    >>> from sklearn.dummy import DummyRegressor
    >>> model = DummyRegressor(strategy="median").fit([[0], [0], [0]], [1.0, 2.0, 9.0])
    >>> db.sklearn.scorer("mae")(model, [[0], [0]], [1.0, 5.0])
    -2.0
    """
    return Scorer(loss, response_method)
