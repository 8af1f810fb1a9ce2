"""What objectives and metrics of boosting libraries have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._core import Loss

# The least curvature: that of XGBoost's own logistic objective.
LEAST_CURVATURE = np.float32(1e-16)


class Objective:
    """A loss as an objective: gradient and positive curvature of every row, times the row's weight.

    It can be called in either order of arguments: with predictions and a data set, as ``train`` of the library does, or with
    targets and predictions, as the wrappers for scikit-learn do. Predictions are raw, as the trees add them up.
    """

    def __init__(self, loss: str | Loss, curvature: str | None, library: str) -> None:
        self.loss = loss if isinstance(loss, Loss) else Loss(loss)
        self.library = library
        self.__name__ = self.loss.name
        own = [name for name in self.loss.functions(library) if name.startswith("objective")]
        self._function = None
        if curvature is None:
            curvature = "library" if own else _positive(self.loss)
        if curvature == "library":
            if not own:
                raise ValueError(f"{library} has no objective that is {self.loss.name}")
            self._function = own[0]
        elif curvature not in self.loss.curvatures:
            known = [*(["library"] if own else []), *self.loss.curvatures]
            raise ValueError(f"{self.loss.name} has no curvature named {curvature!r}; it is one of {', '.join(known)}")
        #: Which curvature it uses.
        self.curvature = curvature

    def __repr__(self) -> str:
        return f"dartboard.{self.library}.objective({self.loss.spec!r}, curvature={self.curvature!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.loss, self.curvature, self.library)

    def __call__(
        self, first: Any, second: Any, sample_weight: Any = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        predictions, target, weight = arguments(first, second, sample_weight)
        return self.derivatives(target, predictions, weight)

    def derivatives(self, y: Any, p: Any, weight: Any = None) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Gradient and curvature of every row, times its weight, in single precision."""
        if self._function is None:
            gradient, curvature = self.loss.derivatives(y, p, weight=weight, curvature=self.curvature)
        else:
            gradient, curvature = self.loss.derivatives(
                y, p, weight=weight, library=self.library, function=self._function
            )
        gradient = gradient.astype(np.float32, copy=False)
        curvature = curvature.astype(np.float32, copy=False)
        if self._function is None:
            # A row without weight has no curvature to be raised.
            least = LEAST_CURVATURE if weight is None else LEAST_CURVATURE * (np.asarray(weight) > 0)
            np.maximum(curvature, np.reshape(least, np.shape(least) + (1,) * (curvature.ndim - np.ndim(least))), out=curvature)
        return gradient, curvature

    def start(self, y: Any, weight: Any = None, classes: int | None = None) -> Any:
        """The raw prediction to start from: the best constant of the targets, or of a data set's."""
        if hasattr(y, "get_label"):
            if weight is not None:
                raise TypeError("a data set has weights of its own: set them there")
            if hasattr(y, "construct"):
                # LightGBM puts that off.
                y.construct()
            y, weight = y.get_label(), _weight(y)
        return self.loss.best_constant(y, weight=weight, classes=classes)


class Metric:
    """A loss as a metric of raw predictions: its weighted mean. It can be called in either order of arguments."""

    def __init__(self, loss: str | Loss, library: str) -> None:
        self.loss = loss if isinstance(loss, Loss) else Loss(loss)
        self.library = library
        # With its parameters: libraries tell metrics apart by their names.
        self.__name__ = self.loss.spec

    def __repr__(self) -> str:
        return f"dartboard.{self.library}.metric({self.loss.spec!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.loss, self.library)

    def value(self, first: Any, second: Any, sample_weight: Any) -> float:
        predictions, target, weight = arguments(first, second, sample_weight)
        return float(self.loss.value(target, predictions, weight=weight))


def arguments(first: Any, second: Any, weight: Any) -> tuple[Any, Any, Any]:
    """Predictions, targets and weights, whichever order a library passes them in."""
    if hasattr(second, "get_label"):
        predictions, target, weight = first, second.get_label(), _weight(second)
    else:
        predictions, target = second, first
    predictions, target = np.asarray(predictions), np.asarray(target)
    # A single output comes with or without an axis of its own.
    if predictions.ndim == 2 and predictions.shape[1] == 1 and target.ndim == 1:
        predictions = predictions[:, 0]
    return predictions, target, weight


def _weight(data: Any) -> Any:
    weight = data.get_weight()
    return None if weight is None or len(weight) == 0 else weight


def _positive(loss: Loss) -> str:
    """The curvature to use where the library has none: a bound, which makes every step a descent, if there is one."""
    choices = ["majorizer", "true" if loss.is_strictly_convex else "fisher", "fisher", "unit"]
    return next(choice for choice in choices if choice in loss.curvatures)
