"""Losses as objectives and metrics of XGBoost.

>>> import dartboard as db
>>> objective = db.xgboost.objective("focal_logits(gamma=2)")
>>> # xgboost.train({"base_score": objective.start(dtrain)}, dtrain, obj=objective,
>>> #               custom_metric=db.xgboost.metric("bce_logits"))
"""

from __future__ import annotations

from typing import Any

from ._boosting import Metric as _Metric
from ._boosting import Objective
from ._core import Loss

__all__ = ["Metric", "Objective", "metric", "objective"]


class Metric(_Metric):
    """A loss as ``custom_metric`` of ``xgboost.train`` or as ``eval_metric`` of its wrappers for scikit-learn."""

    def __call__(self, first: Any, second: Any, sample_weight: Any = None) -> Any:
        value = self.value(first, second, sample_weight)
        return (self.__name__, value) if hasattr(second, "get_label") else value


def objective(loss: str | Loss, *, curvature: str | None = None) -> Objective:
    """A loss as ``obj`` of ``xgboost.train``, or as ``objective`` of its wrappers for scikit-learn.

    Parameters
    ----------
    loss : str or Loss
        A loss of raw predictions: of a quantity, a logit, the logarithm of a mean, a score.
    curvature : {"library", "true", "fisher", "majorizer", "unit"}, optional
        What stands for the second derivative: what XGBoost's own objective uses, the second derivative itself (at least
        1e-16), its expectation, a bound of it, or 1. By default XGBoost's own where it has this loss, else a bound where
        there is one, else whichever is positive.

    Returns
    -------
    Objective
        Give its ``start(dtrain)`` as ``base_score``: without it trees start from 0.5.

    Examples
    --------
    >>> import dartboard as db
    >>> db.xgboost.objective("focal_logits(gamma=2)").curvature
    'unit'
    >>> gradient, curvature = db.xgboost.objective("bce_logits")([0.0, 1.0], [0.0, 0.0])
    >>> gradient, curvature
    (array([ 0.5, -0.5], dtype=float32), array([0.25, 0.25], dtype=float32))
    """
    return Objective(loss, curvature, "xgboost")


def metric(loss: str | Loss) -> Metric:
    """The mean of a loss as ``custom_metric`` of ``xgboost.train``, or as ``eval_metric`` of its wrappers.

    Beside an objective of one's own XGBoost shows raw predictions to metrics, so the loss must be one of raw predictions.

    Examples
    --------
    >>> import dartboard as db
    >>> db.xgboost.metric("mae")([0.0, 1.0], [0.0, 3.0])
    1.0
    """
    return Metric(loss, "xgboost")
