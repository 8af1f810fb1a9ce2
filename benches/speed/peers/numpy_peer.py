"""NumPy: each loss as one would write it, with fresh arrays, and into arrays that are kept."""

import math
from collections.abc import Iterator

import numpy as np

from peers import formulas, in_place
from peers.cases import LOSSES, Case
from peers.contract import Answer, Buffers, Contestant, Offer, aligned, real

CHUNK = 256
"""Rows of scores that the linear layer holds at a time."""


def versions() -> dict[str, str]:
    """The versions of what runs here."""
    return {"numpy": np.__version__}


def offers(case: Case, inputs: dict[str, np.ndarray], threads: int) -> Iterator[Offer]:
    """The contestants for a case. NumPy's own loops use one thread; its matrix products use as many as allowed."""
    family = case.dataset.family
    if family in LOSSES:
        yield Offer("numpy", lambda: _pointwise(case, inputs), allocates=True)
        yield Offer("numpy, out=", lambda: _pointwise_in_place(case, inputs))
    elif family == "cce_logits":
        yield Offer("numpy", lambda: _rows(case, inputs), allocates=True)
        yield Offer("numpy, out=", lambda: _rows_in_place(case, inputs))
    elif family == "linear":
        yield Offer(f"numpy, {CHUNK} rows at a time", lambda: _linear(case, inputs))
    elif family == "sum":
        yield Offer("numpy.sum", lambda: _sum(np.sum, inputs["values"]))
        yield Offer("math.fsum of a list", lambda: _sum(math.fsum, inputs["values"].tolist()))
    elif family == "grouped":
        yield from _grouped(case, inputs)


def _pointwise(case: Case, inputs: dict[str, np.ndarray]) -> Contestant:
    y, p, formula = inputs["target"], inputs["prediction"], formulas.OF[case.dataset.family]

    def call() -> list:
        rows = formula(np, y, p)
        return [rows[part]().mean() if part == "value" else rows[part]() for part in case.parts]

    return Contestant(call, lambda result: _answer(dict(zip(case.parts, result))))


def _pointwise_in_place(case: Case, inputs: dict[str, np.ndarray]) -> Contestant:
    y, p, formula = inputs["target"], inputs["prediction"], in_place.OF[case.dataset.family]
    out = Buffers(y.shape, y.dtype)

    def call() -> np.floating | None:
        formula(np, y, p, case.parts, out)
        return out["value"].mean() if "value" in case.parts else None

    def answer(mean: np.floating | None) -> Answer:
        return _answer({part: mean if part == "value" else out[part] for part in case.parts})

    return Contestant(call, answer, lambda: out.nbytes)


def _answer(parts: dict) -> Answer:
    mean = parts.pop("value", None)
    return Answer(None if mean is None else float(mean), parts)


def _rows(case: Case, inputs: dict[str, np.ndarray]) -> Contestant:
    scores, target = inputs["scores"], inputs["target"].astype(np.intp)
    each = np.arange(len(target))
    gradient = "gradient" in case.parts

    def call() -> tuple:
        top = scores.max(axis=1, keepdims=True)
        shares = np.exp(scores - top)
        total = shares.sum(axis=1, keepdims=True)
        mean = (np.log(total[:, 0]) + top[:, 0] - scores[each, target]).mean()
        if not gradient:
            return mean, None
        shares /= total
        shares[each, target] -= 1
        return mean, shares

    return Contestant(call, lambda result: Answer(float(result[0]), {"gradient": result[1]} if gradient else {}))


def _rows_in_place(case: Case, inputs: dict[str, np.ndarray]) -> Contestant:
    scores, target = inputs["scores"], inputs["target"].astype(np.intp)
    each = np.arange(len(target))
    shares = aligned(scores.shape, scores.dtype)
    gradient = "gradient" in case.parts

    def call() -> np.floating:
        top = scores.max(axis=1, keepdims=True)
        np.subtract(scores, top, out=shares)
        np.exp(shares, out=shares)
        total = shares.sum(axis=1, keepdims=True)
        mean = (np.log(total[:, 0]) + top[:, 0] - scores[each, target]).mean()
        if gradient:
            np.divide(shares, total, out=shares)
            shares[each, target] -= 1
        return mean

    return Contestant(call, lambda mean: Answer(float(mean), {"gradient": shares} if gradient else {}), lambda: shares.nbytes)


def _linear(case: Case, inputs: dict[str, np.ndarray]) -> Contestant:
    hidden, weights, target = inputs["hidden"], inputs["weights"], inputs["target"].astype(np.intp)
    rows, gradient = len(hidden), "gradient" in case.parts
    scores = aligned((CHUNK, len(weights)), np.float32)
    d_hidden, d_weights, part = (aligned(a.shape, np.float32) if gradient else None for a in (hidden, weights, weights))

    def call() -> float:
        total = 0.0
        if gradient:
            d_weights[...] = 0
        for start in range(0, rows, CHUNK):
            h, t = hidden[start : start + CHUNK], target[start : start + CHUNK]
            each, s = np.arange(len(t)), scores[: len(t)]
            np.matmul(h, weights.T, out=s)
            top = s.max(axis=1, keepdims=True)
            of_target = s[each, t]
            np.subtract(s, top, out=s)
            np.exp(s, out=s)
            sums = s.sum(axis=1, keepdims=True)
            total += (np.log(sums[:, 0]) + top[:, 0] - of_target).sum(dtype=np.float64)
            if gradient:
                np.divide(s, sums * np.float32(rows), out=s)
                s[each, t] -= np.float32(1 / rows)
                np.matmul(s, weights, out=d_hidden[start : start + CHUNK])
                np.matmul(s.T, h, out=part)
                np.add(d_weights, part, out=d_weights)
        return total / rows

    kept = sum(a.nbytes for a in (scores, d_hidden, d_weights, part) if a is not None)
    arrays = {"d_hidden": d_hidden, "d_weights": d_weights} if gradient else {}
    return Contestant(call, lambda mean: Answer(mean, arrays), lambda: kept)


def _sum(function, values) -> Contestant:
    return Contestant(lambda: function(values), lambda total: Answer(float(total)))


def _grouped(case: Case, inputs: dict[str, np.ndarray]) -> Iterator[Offer]:
    values, groups, count = inputs["values"], inputs["groups"], case.dataset.count

    def bincount(keys: np.ndarray) -> Contestant:
        return Contestant(lambda: np.bincount(keys, values, count), lambda totals: Answer(None, {"totals": totals}))

    def add_at(keys: np.ndarray) -> Contestant:
        totals = aligned(count, real(64))

        def call() -> None:
            totals[...] = 0
            np.add.at(totals, keys, values)

        return Contestant(call, lambda _: Answer(None, {"totals": totals}), lambda: totals.nbytes)

    yield Offer("numpy.bincount", lambda: bincount(groups), allocates=True)
    yield Offer("numpy.bincount, 64-bit keys", lambda: bincount(groups.astype(np.intp)), allocates=True)
    yield Offer("numpy.add.at", lambda: add_at(groups.astype(np.intp)))
