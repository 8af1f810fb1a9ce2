"""Losses as objectives and metrics of CatBoost.

>>> import dartboard as db
>>> # catboost.CatBoostRegressor(loss_function=db.catboost.objective("huber(delta=1.5)"), eval_metric="MAE")
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ._boosting import LEAST_CURVATURE, Objective
from ._core import Loss

__all__ = ["CatBoostMetric", "CatBoostObjective", "metric", "objective"]


class CatBoostObjective(Objective):
    """A loss as ``loss_function``: CatBoost climbs, so it is given the derivatives of the loss with the sign changed."""

    def calc_ders_range(self, approxes: Any, targets: Any, weights: Any) -> list[tuple[float, float]]:
        """Pairs of derivatives, one per row."""
        weight = None if weights is None else np.asarray(weights, dtype=np.float64)
        y, p = np.asarray(targets, dtype=np.float64), np.asarray(approxes, dtype=np.float64)
        gradient, curvature = self.loss.derivatives(y, p, weight=weight, curvature=self.curvature)
        return list(zip((-gradient).tolist(), (-np.maximum(curvature, LEAST_CURVATURE)).tolist(), strict=True))


class CatBoostMetric:
    """A loss as ``eval_metric``."""

    def __init__(self, loss: str | Loss) -> None:
        self.loss = loss if isinstance(loss, Loss) else Loss(loss)

    def is_max_optimal(self) -> bool:
        """No: a loss is the better the smaller."""
        return False

    def evaluate(self, approxes: Any, target: Any, weight: Any) -> tuple[float, float]:
        """The sum of losses and the sum of weights."""
        y = np.asarray(target, dtype=np.float64)
        p = np.asarray(approxes, dtype=np.float64)
        p = p[0] if len(p) == 1 else np.ascontiguousarray(p.T)
        w = None if weight is None else np.asarray(weight, dtype=np.float64)
        return float(self.loss.value(y, p, weight=w, reduction="sum")), float(len(y) if w is None else w.sum())

    def get_final_error(self, error: float, weight: float) -> float:
        """The mean."""
        return error / weight if weight else 0.0


def objective(loss: str | Loss, *, curvature: str | None = None) -> CatBoostObjective:
    """A loss of one raw prediction per row as ``loss_function`` of CatBoost's models.

    Parameters
    ----------
    loss : str or Loss
        A pointwise loss.
    curvature : {"true", "fisher", "majorizer", "unit"}, optional
        What stands for the second derivative, as for ``dartboard.xgboost.objective``.

    Examples
    --------
    >>> import dartboard as db
    >>> db.catboost.objective("mse").calc_ders_range([1.0, 2.0], [1.0, 1.0], None)
    [(-0.0, -2.0), (-2.0, -2.0)]
    """
    made = CatBoostObjective(loss, curvature, "catboost")
    if made.loss.family != "pointwise":
        raise ValueError(f"{made.loss.name} takes a row of predictions, and this interface of CatBoost gives one")
    return made


def metric(loss: str | Loss) -> CatBoostMetric:
    """The mean of a loss as ``eval_metric`` of CatBoost's models.

    Examples
    --------
    >>> import dartboard as db
    >>> db.catboost.metric("mae").evaluate([[1.0, 2.0]], [1.0, 1.0], None)
    (1.0, 2.0)
    """
    return CatBoostMetric(loss)
