"""Losses as metrics and scorers of scikit-learn.

>>> import dartboard as db
>>> pinball = db.sklearn.metric("quantile(tau=0.9)")
>>> pinball([1.0, 2.0], [1.0, 3.0])
0.04999999999999999
"""

from __future__ import annotations

from typing import Any

from ._core import Loss

__all__ = ["Metric", "metric", "scorer"]


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


def scorer(loss: str | Loss, *, response_method: str | None = None) -> Any:
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
    from sklearn.metrics import make_scorer

    made = Metric(loss)
    if response_method is None:
        takes = made.loss.card["prediction"]
        if takes not in _RESPONSES:
            raise ValueError(f"{made.loss.name} takes a {takes}: say by response_method which method returns it")
        response_method = _RESPONSES[takes]
    return make_scorer(made, response_method=response_method, greater_is_better=False)
