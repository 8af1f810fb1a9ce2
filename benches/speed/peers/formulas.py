"""The losses of rows written by hand, over the functions that numpy, jax.numpy and torch have in common.

Each takes such a namespace, the target and the prediction, and returns functions for value, gradient and Hessian, so that
what they share is computed once and what is not asked for is not computed.
"""

from collections.abc import Callable
from typing import Any

from peers.cases import QUANTILE

Parts = dict[str, Callable[[], Any]]


def mse(xp: Any, y: Any, p: Any) -> Parts:
    d = p - y
    return {"value": lambda: d * d, "gradient": lambda: 2 * d, "hessian": lambda: xp.full_like(d, 2.0)}


def mae(xp: Any, y: Any, p: Any) -> Parts:
    d = p - y
    return {"value": lambda: abs(d), "gradient": lambda: xp.sign(d)}


def huber(xp: Any, y: Any, p: Any) -> Parts:
    d = p - y
    slope = xp.clip(d, -1.0, 1.0)
    return {"value": lambda: slope * (d - 0.5 * slope), "gradient": lambda: slope}


def quantile(xp: Any, y: Any, p: Any) -> Parts:
    d = p - y
    return {
        "value": lambda: xp.maximum(-QUANTILE * d, (1 - QUANTILE) * d),
        "gradient": lambda: 0.5 * xp.sign(d) + (0.5 - QUANTILE),
    }


def bce_logits(xp: Any, y: Any, z: Any) -> Parts:
    def sigmoid() -> Any:
        return 1 / (1 + xp.exp(-z))

    def hessian() -> Any:
        s = sigmoid()
        return s * (1 - s)

    return {
        "value": lambda: xp.clip(z, 0.0, None) - z * y + xp.log1p(xp.exp(-abs(z))),
        "gradient": lambda: sigmoid() - y,
        "hessian": hessian,
    }


def bce(xp: Any, y: Any, p: Any) -> Parts:
    # Targets are 0 or 1, which makes it one logarithm and one division: of −p or 1 − p.
    q = (1 - y) - p
    return {"value": lambda: -xp.log(abs(q)), "gradient": lambda: 1 / q}


def poisson(xp: Any, y: Any, z: Any) -> Parts:
    mean = xp.exp(z)
    return {"value": lambda: mean - y * z, "gradient": lambda: mean - y}


OF = {f.__name__: f for f in (mse, mae, huber, quantile, bce_logits, bce, poisson)}
