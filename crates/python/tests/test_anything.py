"""Whatever comes in, what comes out is a result, a TypeError or a ValueError."""

import itertools

import numpy as np
import pytest

import dartboard as db

SHAPES = [(), (0,), (1,), (3,), (3, 1), (1, 3), (3, 2), (0, 2), (3, 0), (2, 3, 4)]
NUMBERS = [0.0, -0.0, 1.0, 0.5, -1.0, 2.0, 1e300, -1e300, 1e-310, np.inf, -np.inf, np.nan, 2.0**31, 4294967295.0]


def attempt(call, *args, **keywords):
    try:
        return call(*args, **keywords)
    except (TypeError, ValueError) as error:
        assert str(error), error
        return None


@pytest.mark.parametrize("name", db.losses())
def test_shapes_and_numbers(name):
    random = np.random.default_rng(len(name))
    loss = db.loss(name)
    for (target, prediction), dtype in itertools.product(itertools.product(SHAPES, SHAPES), [np.float64, np.float32]):
        with np.errstate(over="ignore"):
            y = random.choice(NUMBERS if random.random() < 0.5 else NUMBERS[:4], size=target).astype(dtype)
            p = random.choice(NUMBERS if random.random() < 0.5 else NUMBERS[:4], size=prediction).astype(dtype)
            w = random.choice(NUMBERS, size=(target or (1,))[:1]) if random.random() < 0.3 else None
        around = {
            "weight": w,
            "reduction": str(random.choice(["mean", "sum", "none", "mean_by_count", "batch_mean"])),
            "ignore": [None, 0.0, np.nan, -100.0][random.integers(4)],
            "label_smoothing": float(random.choice([0.0, 0.1, 1.0, -1.0, np.nan])) if random.random() < 0.2 else 0.0,
            "class_weight": [None, [], [1, 2], [1, 2, 0], [np.nan]][random.integers(5)] if random.random() < 0.2 else None,
        }
        gradient = attempt(loss.gradient, y, p, **around)
        assert gradient is None or (gradient.shape == p.shape and gradient.dtype == dtype) or w is not None
        attempt(loss.value, y, p, **around)
        attempt(loss.hessian, y, p, **around, curvature=str(random.choice(["true", "fisher", "majorizer", "unit"])))
        library = [None, "xgboost", "lightgbm", "torch", "keras", "sklearn", "catboost"][random.integers(7)]
        attempt(loss.derivatives, y, p, weight=w, library=library)
        attempt(loss.best_constant, y, weight=w)
        attempt(loss.skill, y, p, weight=w)
        attempt(loss.hessian_vector, y, p, random.normal(size=prediction))


@pytest.mark.parametrize("thing", [None, 1, "x", b"x", {}, {1}, object(), [[1], [1, 2]], [object()], int, lambda: 0, 10**400])
def test_things(thing):
    loss = db.loss("mse")
    for call in (loss.value, loss.gradient, loss.skill, db.choose):
        attempt(call, thing, [1.0])
        attempt(call, [1.0], thing)
    attempt(loss.value, [1.0], [1.0], weight=thing)
    for keyword in ("reduction", "class_weight", "label_smoothing", "ignore", "threads"):
        attempt(loss.value, [1.0], [1.0], **{keyword: thing})
    attempt(db.loss, thing)
    attempt(db.huber, [1.0], [1.0], delta=thing)


def test_specs():
    for spec in ["huber(delta=1e400)", "huber(delta=-0)", "(((", "huber()()", "mse(", "é", "a" * 10_000, "huber(delta=1,delta=1)", "\0"]:
        attempt(db.loss, spec)
