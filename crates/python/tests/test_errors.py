"""What is refused: the kind of error, and the text of the command line."""

import numpy as np
import pytest

import dartboard as db


def raises(kind, text, call, *args, **keywords):
    with pytest.raises(kind) as caught:
        call(*args, **keywords)
    assert text in str(caught.value), str(caught.value)
    assert not any(word in str(caught.value).lower() for word in ("rust", "pyo3", "panick", "unwrap")), caught.value


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("mes", "there is no loss named 'mes'; did you mean 'mse'?"),
        ("huber(detla=2)", "huber has no parameter 'detla'; it has delta"),
        ("huber(delta=0)", "huber: delta must be finite and above 0, not 0"),
        ("huber(", "cannot be read"),
        ("", "the name is missing"),
        ("dice", "a whole batch"),
    ],
)
def test_specs(spec, text):
    raises(ValueError, text, db.loss, spec)


def test_keywords():
    raises(TypeError, "huber has no parameter 'detla'; did you mean 'delta'?", db.huber, [1], [1], detla=2)
    raises(TypeError, "mse has no parameter 'delta'; it has none", db.mse, [1], [1], delta=2)
    raises(TypeError, "mse has no parameter 'wieght'; did you mean 'weight'?", db.mse, [1], [1], wieght=[1])
    raises(ValueError, "huber: delta must be finite and above 0, not -1", db.huber, [1], [1], delta=-1)
    raises(AttributeError, "did you mean 'huber'?", lambda: db.hubber)
    raises(AttributeError, "has no attribute '_x'", lambda: db._x)
    raises(ValueError, "there is no reduction named 'avg'; it is one of mean,", db.mse, [1], [1], reduction="avg")
    raises(ValueError, "there is no curvature named 'x'", db.loss("mse").hessian, [1], [1], curvature="x")
    raises(ValueError, "mae has no majorizer curvature", db.loss("mae").hessian, [1], [1], curvature="majorizer")
    raises(ValueError, "threads must be from 1 to 4096, or 0 for all, not -1", db.mse, [1], [1], threads=-1)
    raises(ValueError, "threads must be", db.set_threads, 10**9)
    raises(ValueError, "mse is about a quantity: class weights", db.loss("mse").value, [1], [1], class_weight=[1, 2])


def test_numbers():
    nan = float("nan")
    raises(ValueError, "row 1: the prediction of mse must be finite, not NaN", db.mse, [1, 2], [1, nan])
    raises(ValueError, "row 0: the target of mse must be finite, not inf", db.mse, [float("inf"), 2], [1, 2])
    raises(ValueError, "row 1: the target of bce must be in [0, 1], not 2", db.bce, [1, 2], [0.5, 0.5])
    raises(ValueError, "row 1: the weight must be finite and at least 0, not -1", db.mse, [1, 2], [1, 2], weight=[1, -1])
    raises(ValueError, "row 0: the weight", db.loss("mse").gradient, [1, 2], [1, 2], weight=[nan, 1])
    raises(ValueError, "the weights add up to 0", db.mse, [1, 2], [1, 2], weight=[0, 0])
    raises(ValueError, "the weights add up to 0", db.loss("mse").gradient, [1, 2], [1, 2], weight=[0, 0])
    raises(ValueError, "no row is left", db.mse, [], [])
    raises(ValueError, "row 1: the class must be a whole number from 0 to 1, not 2", db.cce_logits, [0, 2], [[1, 2.0]] * 2)
    raises(ValueError, "row 0: the class must be", db.cce_logits, [0.5, 1], [[1, 2.0]] * 2)
    raises(ValueError, "row 1: logits must not be NaN", db.cce_logits, [0, 1], [[1, 2.0], [nan, 1]])
    raises(ValueError, "row 0: the probabilities of the classes must add up to 1", db.cce, [0], [[0.5, 0.4]])
    raises(ValueError, "there are 2 classes, and 3 class weights", db.cce_logits, [0], [[1, 2.0]], class_weight=[1, 1, 1])
    raises(ValueError, "label smoothing must be at least 0 and below 1", db.bce, [0], [0.5], label_smoothing=1.0)


def test_the_row_is_named_wherever_it_is():
    for row in (0, 255, 256, 2048, 70_001, 99_999):
        p = np.zeros(100_000, dtype=np.float32)
        p[row] = np.nan
        for threads in (1, 2):
            raises(ValueError, f"row {row}: the prediction", db.mse, np.zeros(100_000, np.float32), p, threads=threads)


def test_shapes():
    raises(ValueError, "the column of predictions has 3 rows, the truth has 2", db.mse, [1, 2], [1, 2, 3])
    raises(ValueError, "the column of weights has 1 rows", db.mse, [1, 2], [1, 2], weight=[1])
    raises(ValueError, "takes two of one shape", db.mse, [[1], [2]], [1, 2])
    raises(ValueError, "takes predictions of 2 dimensions", db.cce_logits, [1, 2], [1, 2])
    raises(ValueError, "the array of predictions has 1 rows, the truth has 2", db.cce_logits, [1, 2], [[1, 2]])
    raises(ValueError, "columns of predictions as of shares", db.cce_logits, [[1.0]], [[1, 2]])
    raises(ValueError, "gaussian_nll takes 2 columns of predictions, not 3", db.gaussian_nll, [1], [[1, 2, 3]])
    raises(ValueError, "a column per label", db.multilabel_bce, [1], [[0.5, 0.5]])


def test_things_that_are_no_numbers():
    raises(TypeError, "the target must hold numbers of at most 64 bits, not text", db.mse, ["a"], [1])
    raises(TypeError, "the prediction must be an array of numbers, not str", db.mse, [1], "abc")
    raises(TypeError, "the prediction must be an array of numbers, not NoneType", db.mse, [1], None)
    raises(TypeError, "not complex128", db.mse, [1], [1j])
    raises(TypeError, "not datetime64", db.mse, np.array(["2020-01-01"], "M8[D]"), [1])
    raises(TypeError, "row 1: the target must be a number, not dict", db.mse, [1, {}], [1, 2])
    raises(ValueError, "row 1: the target is missing", db.mse, [1, None], [1, 2])
    raises(TypeError, "", db.huber, [1], [1], delta="a")
    raises(ValueError, "row 1: the target is 16777217, which float32 does not hold", db.mse, [1, 2**24 + 1], np.ones(2, "f4"))


def test_constants():
    raises(ValueError, "no best constant", db.loss("mse").best_constant, [])
    raises(ValueError, "row 0: the target of bce must be in [0, 1], not 3", db.loss("bce").best_constant, [3])
    raises(ValueError, "one class per row", db.loss("cosine").best_constant, [1.0])
