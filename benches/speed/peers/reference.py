"""Makes the arrays of a data set and the answers that everybody's are held against, in more digits than the contestants."""

import json
import pathlib

import numpy as np

from peers import formulas
from peers.cases import PARTS, WITH_HESSIAN, Case, Dataset
from peers.contract import Answer, aligned, real

SEED = 20_260
BLOCK = 1_000_000
"""Entries that are worked on at a time, so that wide numbers need little memory."""


def make(dataset: Dataset, folder: pathlib.Path) -> None:
    """Writes inputs and reference answers of a data set to a folder."""
    (folder / "inputs").mkdir(parents=True)
    (folder / "answers").mkdir()
    maker = {"cce_logits": _rows, "linear": _linear, "sum": _sum, "grouped": _grouped}.get(dataset.family, _pointwise)
    inputs, mean, answers = maker(dataset, np.random.default_rng(SEED))
    for part, arrays in {"inputs": inputs, "answers": answers}.items():
        for name, array in arrays.items():
            np.save(folder / part / f"{name}.npy", array)
    (folder / "mean.json").write_text(json.dumps(mean))


def load(folder: pathlib.Path) -> dict[str, np.ndarray]:
    """The inputs as ordinary arrays, in memory of this process."""
    inputs = {}
    for path in sorted((folder / "inputs").glob("*.npy")):
        stored = np.load(path, mmap_mode="r")
        inputs[path.stem] = aligned(stored.shape, stored.dtype)
        inputs[path.stem][...] = stored
    return inputs


def errors(case: Case, answer: Answer, folder: pathlib.Path) -> dict[str, float]:
    """How far an answer is off: the mean relative to itself, each array relative to its largest entry."""
    found = {}
    mean = json.loads((folder / "mean.json").read_text())
    if mean is not None and "value" in case.parts:
        found["mean"] = abs(answer.mean - mean) / abs(mean) if answer.mean is not None else float("nan")
    for name in expected_arrays(case):
        right = np.load(folder / "answers" / f"{name}.npy", mmap_mode="r")
        given = answer.arrays.get(name)
        found[name] = _distance(given, right) if given is not None and given.shape == right.shape else float("nan")
    return found


def expected_arrays(case: Case) -> list[str]:
    """The arrays that an answer to a case must have."""
    if case.dataset.family == "grouped":
        return ["totals"]
    if case.dataset.family == "linear":
        return ["d_hidden", "d_weights"] if "gradient" in case.parts else []
    return [part for part in case.parts if part != "value"]


def _distance(given: np.ndarray, right: np.ndarray) -> float:
    given, right = given.reshape(-1), right.reshape(-1)
    furthest = largest = 0.0
    for start in range(0, len(right), BLOCK):
        part = np.asarray(right[start : start + BLOCK])
        # NaN must win, which the maximum of NumPy sees to.
        furthest = np.maximum(furthest, np.abs(given[start : start + BLOCK] - part).max())
        largest = max(largest, np.abs(part).max())
    return float(furthest / largest)


Made = tuple[dict[str, np.ndarray], float | None, dict[str, np.ndarray]]


def _pointwise(dataset: Dataset, random: np.random.Generator) -> Made:
    dtype, rows, family = real(dataset.precision), dataset.rows, dataset.family
    z = random.standard_normal(rows, dtype)
    if family in ("bce_logits", "bce"):
        prediction = 2 * z
        chance = 1 / (1 + np.exp(-prediction))
        target = (random.random(rows, dtype) < chance).astype(dtype)
        if family == "bce":
            prediction = chance
    elif family == "poisson":
        prediction = z
        target = random.poisson(np.exp(z)).astype(dtype)
    else:
        target, prediction = z, (z + 1.2 * random.standard_normal(rows, dtype)).astype(dtype)
        # Where both are equal the losses with a kink have more than one gradient, and libraries differ in their choice.
        equal = target == prediction
        prediction[equal] = np.nextafter(target[equal], dtype(np.inf))
    total, names = np.longdouble(0), PARTS["hessian" if family in WITH_HESSIAN else "gradient"][1:]
    answers = {name: np.empty(rows) for name in names}
    for start in range(0, rows, BLOCK):
        block = slice(start, start + BLOCK)
        parts = formulas.OF[family](np, target[block].astype(np.longdouble), prediction[block].astype(np.longdouble))
        total += parts["value"]().sum()
        for name in names:
            answers[name][block] = parts[name]()
    return {"target": target, "prediction": prediction}, float(total / rows), answers


def _softmax(scores: np.ndarray, target: np.ndarray) -> tuple[float, np.ndarray]:
    """Sum of the losses, and the gradient of each row's own, of a block of scores in double precision."""
    each = np.arange(len(target))
    top = scores.max(axis=1, keepdims=True)
    gradient = np.exp(scores - top)
    total = gradient.sum(axis=1, keepdims=True)
    value = (np.log(total[:, 0]) + top[:, 0] - scores[each, target]).sum()
    gradient /= total
    gradient[each, target] -= 1
    return float(value), gradient


def _rows(dataset: Dataset, random: np.random.Generator) -> Made:
    scores = random.standard_normal((dataset.rows, dataset.count), np.float32) * np.float32(2)
    target = random.integers(0, dataset.count, dataset.rows).astype(np.uint32)
    gradient, total = np.empty(scores.shape), 0.0
    step = max(1, BLOCK // dataset.count)
    for start in range(0, dataset.rows, step):
        block = slice(start, start + step)
        value, gradient[block] = _softmax(scores[block].astype(np.float64), target[block])
        total += value
    return {"target": target, "scores": scores}, total / dataset.rows, {"gradient": gradient}


def _linear(dataset: Dataset, random: np.random.Generator) -> Made:
    hidden = random.standard_normal((dataset.rows, dataset.width), np.float32)
    weights = random.standard_normal((dataset.count, dataset.width), np.float32) / np.float32(np.sqrt(dataset.width))
    target = random.integers(0, dataset.count, dataset.rows).astype(np.uint32)
    wide, total = weights.astype(np.float64), 0.0
    d_hidden, d_weights = np.empty(hidden.shape), np.zeros(weights.shape)
    for start in range(0, dataset.rows, 256):
        block = slice(start, start + 256)
        part = hidden[block].astype(np.float64)
        value, gradient = _softmax(part @ wide.T, target[block])
        total += value
        d_hidden[block] = gradient @ wide / dataset.rows
        d_weights += gradient.T @ part / dataset.rows
    inputs = {"hidden": hidden, "weights": weights, "target": target}
    return inputs, total / dataset.rows, {"d_hidden": d_hidden, "d_weights": d_weights}


def _sum(dataset: Dataset, random: np.random.Generator) -> Made:
    values = random.lognormal(0.0, 2.0, dataset.rows)
    return {"values": values}, float(values.astype(np.longdouble).sum()), {}


def _grouped(dataset: Dataset, random: np.random.Generator) -> Made:
    values = random.lognormal(0.0, 2.0, dataset.rows)
    groups = random.integers(0, dataset.count, dataset.rows).astype(np.uint32)
    order = np.argsort(groups, kind="stable")
    present, starts = np.unique(groups[order], return_index=True)
    totals = np.zeros(dataset.count)
    totals[present] = np.add.reduceat(values[order].astype(np.longdouble), starts)
    return {"values": values, "groups": groups}, None, {"totals": totals}
