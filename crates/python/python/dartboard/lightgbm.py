"""Losses as objectives and metrics of LightGBM.

>>> import dartboard as db
>>> objective = db.lightgbm.objective("huber(delta=1.5)")
>>> # lightgbm.train({"objective": objective}, data, feval=db.lightgbm.metric("mae"))
"""

from __future__ import annotations

from typing import Any

from ._boosting import Metric as _Metric
from ._boosting import Objective
from ._core import Loss

__all__ = ["Metric", "Objective", "metric", "objective"]


class Metric(_Metric):
    """A loss as ``feval`` of ``lightgbm.train`` or as ``eval_metric`` of its wrappers for scikit-learn."""

    def __call__(self, first: Any, second: Any, sample_weight: Any = None) -> tuple[str, float, bool]:
        return self.__name__, self.value(first, second, sample_weight), False


def objective(loss: str | Loss, *, curvature: str | None = None) -> Objective:
    """A loss as the parameter ``objective`` of ``lightgbm.train``, or as ``objective`` of its wrappers for scikit-learn.

    Parameters
    ----------
    loss : str or Loss
        A loss of raw predictions: of a quantity, a logit, the logarithm of a mean, a score.
    curvature : {"library", "true", "fisher", "majorizer", "unit"}, optional
        What stands for the second derivative, as for ``dartboard.xgboost.objective``.

    Returns
    -------
    Objective
        LightGBM starts such an objective from 0; give its ``start`` to ``Dataset.set_init_score`` to start from the best
        constant, and add it to predictions.

    Examples
    --------
    >>> import dartboard as db
    >>> db.lightgbm.objective("huber").curvature
    'library'
    """
    return Objective(loss, curvature, "lightgbm")


def metric(loss: str | Loss) -> Metric:
    """The mean of a loss as ``feval`` of ``lightgbm.train``, or as ``eval_metric`` of its wrappers.

    Examples
    --------
    >>> import dartboard as db
    >>> db.lightgbm.metric("mae")([0.0, 1.0], [0.0, 3.0])
    ('mae', 1.0, False)
    """
    return Metric(loss, "lightgbm")
