"""The losses of rows into arrays that are kept, over the functions with `out=` that numpy and torch have in common.

Each takes such a namespace, the target, the prediction, what is asked for, and arrays to write to: `value` (a loss per
row, of which the mean is then taken), `gradient`, `hessian` and `scratch`.
"""

from collections.abc import Collection
from typing import Any

from peers.cases import QUANTILE
from peers.contract import Buffers


def mse(xp: Any, y: Any, p: Any, parts: Collection[str], out: Buffers) -> None:
    d = xp.subtract(p, y, out=out["gradient" if "gradient" in parts else "value"])
    if "value" in parts:
        xp.multiply(d, d, out=out["value"])
    if "gradient" in parts:
        xp.add(d, d, out=d)
    if "hessian" in parts:
        out["hessian"][...] = 2.0


def mae(xp: Any, y: Any, p: Any, parts: Collection[str], out: Buffers) -> None:
    d = xp.subtract(p, y, out=out["gradient" if "gradient" in parts else "value"])
    xp.abs(d, out=out["value"])
    if "gradient" in parts:
        xp.sign(d, out=d)


def huber(xp: Any, y: Any, p: Any, parts: Collection[str], out: Buffers) -> None:
    d = xp.subtract(p, y, out=out["value"])
    slope = xp.clip(d, -1.0, 1.0, out=out["gradient"])
    half = xp.multiply(slope, 0.5, out=out["scratch"])
    xp.subtract(d, half, out=d)
    xp.multiply(d, slope, out=d)


def quantile(xp: Any, y: Any, p: Any, parts: Collection[str], out: Buffers) -> None:
    d = xp.subtract(p, y, out=out["gradient"])
    under = xp.multiply(d, -QUANTILE, out=out["value"])
    over = xp.multiply(d, 1 - QUANTILE, out=out["scratch"])
    xp.maximum(under, over, out=under)
    if "gradient" in parts:
        xp.sign(d, out=d)
        xp.multiply(d, 0.5, out=d)
        xp.add(d, 0.5 - QUANTILE, out=d)


def bce_logits(xp: Any, y: Any, z: Any, parts: Collection[str], out: Buffers) -> None:
    if "value" in parts:
        value, scratch = out["value"], out["scratch"]
        xp.abs(z, out=value)
        xp.negative(value, out=value)
        xp.exp(value, out=value)
        xp.log1p(value, out=value)
        xp.add(value, xp.clip(z, 0.0, None, out=scratch), out=value)
        xp.subtract(value, xp.multiply(z, y, out=scratch), out=value)
    if "gradient" in parts:
        s = xp.negative(z, out=out["gradient"])
        xp.exp(s, out=s)
        xp.add(s, 1.0, out=s)
        xp.reciprocal(s, out=s)
        if "hessian" in parts:
            xp.multiply(s, s, out=out["hessian"])
            xp.subtract(s, out["hessian"], out=out["hessian"])
        xp.subtract(s, y, out=s)


def bce(xp: Any, y: Any, p: Any, parts: Collection[str], out: Buffers) -> None:
    q = xp.negative(y, out=out["gradient" if "gradient" in parts else "value"])
    xp.add(q, 1.0, out=q)
    xp.subtract(q, p, out=q)
    value = xp.abs(q, out=out["value"])
    xp.log(value, out=value)
    xp.negative(value, out=value)
    if "gradient" in parts:
        xp.reciprocal(q, out=q)


def poisson(xp: Any, y: Any, z: Any, parts: Collection[str], out: Buffers) -> None:
    mean = xp.exp(z, out=out["gradient"])
    xp.multiply(y, z, out=out["value"])
    xp.subtract(mean, out["value"], out=out["value"])
    if "gradient" in parts:
        xp.subtract(mean, y, out=mean)


OF = {f.__name__: f for f in (mse, mae, huber, quantile, bce_logits, bce, poisson)}
