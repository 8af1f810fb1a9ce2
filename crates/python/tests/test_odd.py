"""Odd arrays and labels: what they once brought to light."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import dartboard as db


def test_weights_have_the_shape_of_the_targets():
    y = np.arange(6.0).reshape(2, 3)
    for weight in (np.ones((3, 2)), np.ones(6), np.ones((2, 1))):
        with pytest.raises(ValueError, match="they must have one shape"):
            db.mse(y, y, weight=weight)
    with pytest.raises(ValueError, match="must have one shape"):
        db.mse([1.0], [2.0], weight=2)


def test_results_are_not_written_over_inputs_whoever_owns_the_memory():
    memory = bytearray(8 * 2001)
    p = np.frombuffer(memory, float, count=2000)
    out = np.frombuffer(memory, float, count=2000, offset=8)
    with pytest.raises(ValueError, match="it shares memory with the prediction"):
        db.loss("mse").gradient(np.zeros(2000), p, out=out)
    beside = np.frombuffer(memory, float, count=1, offset=8 * 2000)
    db.loss("mse").gradient([1.0], p[:1], out=beside)


def test_whole_numbers_that_a_common_type_does_not_hold():
    large = 2**53 + 1
    for frame in (pd.DataFrame, pl.DataFrame, pa.table):
        with pytest.raises(ValueError, match=f"row 0: the target is {large}, which float64 does not hold"):
            db.mse(frame({"a": [large], "b": [0.5]}), [[2.0**53, 0.5]])
    whole = np.array([2**24 + 2, 2**62, -(2**63), 2**24 + 1])
    with pytest.raises(ValueError, match="row 3: the target is 16777217, which float32 does not hold"):
        db.mse(whole, whole.astype(np.float32))
    with pytest.raises(ValueError, match="row 0"):
        db.mse(np.array([2**63 - 1]), np.zeros(1))
    assert db.mse(np.array([2**53 + 2, 0], dtype=object), [2.0**53 + 2, 3.0]) == 4.5


def test_parts_of_nested_arrow_arrays():
    rows = pa.StructArray.from_arrays([pa.array([None, 2.0, 3.0]), pa.array([1.0, 2.0, 3.0])], names=["a", "b"])
    assert db.mse(rows.slice(1), [[2.0, 2.0], [3.0, 4.0]]) == 0.25
    with pytest.raises(ValueError, match="row 0: the target is missing"):
        db.mse(rows, np.ones((3, 2)))
    rows = pa.array([[1.0, 2.0], [1.0, None], [3.0, 4.0]], pa.list_(pa.float64(), 2))
    with pytest.raises(ValueError, match="row 1: the target is missing"):
        db.mse(rows, np.ones((3, 2)))
    assert db.mse(rows.slice(2), [[3.0, 6.0]]) == 2.0


def test_missing_numbers_among_objects():
    for nothing in (None, pd.NA):
        with pytest.raises(ValueError, match="row 1: the target is missing"):
            db.mse([1.0, nothing], [1.0, 2.0])
    assert db.mse(np.array([1.5, 2], dtype=object), [1.5, 3.0]) == 0.5
    with pytest.raises(ValueError, match="no row"):
        db.mse(pd.Series([], dtype=object), [])


def test_rows_that_are_left_out_are_counted():
    with pytest.raises(ValueError, match="2 of 2 are masked or ignored"):
        db.cce_logits([1, 1], [[1.0, 2.0], [3.0, 4.0]], ignore=1)


def test_gradients_have_the_same_bits_with_values_and_without():
    random = np.random.default_rng(1)
    logits, index = random.normal(size=(50, 7)), random.integers(0, 7, 50)
    loss = db.loss("cce_logits")
    for reduction in ("mean", "sum", "none"):
        _, gradient = loss.value_and_gradient(index, logits, reduction=reduction)
        assert np.array_equal(gradient, loss.gradient(index, logits, reduction=reduction))


def test_advice_takes_as_many_predictions_as_targets():
    random = np.random.default_rng(1)
    with pytest.raises(ValueError, match="1 dimension"):
        db.choose(random.normal(size=(20, 2)), random.normal(size=40))
    with pytest.raises(ValueError, match="the target has 20 rows"):
        db.choose(random.normal(size=20), random.normal(size=(20, 1, 1)))


def test_a_function_belongs_to_a_library():
    with pytest.raises(ValueError, match="but no library"):
        db.loss("mse").derivatives([1.0], [2.0], function="objective")


def test_metrics_are_told_apart_by_their_parameters():
    names = {db.lightgbm.metric(f"quantile(tau={tau})").__name__ for tau in (0.1, 0.9)}
    assert names == {"quantile(tau=0.1)", "quantile(tau=0.9)"}


def test_data_sets_that_are_not_constructed_yet():
    lightgbm = pytest.importorskip("lightgbm")
    data = lightgbm.Dataset(np.arange(8.0).reshape(4, 2), np.array([1.0, 2.0, 3.0, 6.0]))
    objective = db.lightgbm.objective("mse")
    assert objective.start(data) == 3.0
    with pytest.raises(TypeError, match="weights of its own"):
        objective.start(data, weight=[1, 1, 1, 1])


@pytest.mark.parametrize("classes", [[1, 2, 3], ["cat", "dog", "owl"]])
def test_scorers_know_the_classes_of_their_estimator(classes):
    linear_model = pytest.importorskip("sklearn.linear_model")
    from sklearn.metrics import log_loss

    random = np.random.default_rng(0)
    x, y = random.normal(size=(300, 3)), np.array(classes)[random.integers(0, 3, 300)]
    model = linear_model.LogisticRegression().fit(x, y)
    some = y != classes[2]
    expected = -log_loss(y[some], model.predict_proba(x[some]), labels=classes)
    for loss in ("cce", "cce_logits", "nll"):
        assert db.sklearn.scorer(loss)(model, x[some], y[some]) == pytest.approx(expected, rel=1e-12)
    with pytest.raises(ValueError, match="row 1: the estimator has no class"):
        db.sklearn.scorer("cce")(model, x[:2], np.array([classes[0], type(classes[0])(9)]))
    with pytest.raises(ValueError, match="tells 3 classes apart"):
        db.sklearn.scorer("bce")(model, x, y)


@pytest.mark.parametrize("classes", [[0, 1], [-1, 1], ["no", "yes"]])
def test_scorers_of_events(classes):
    linear_model = pytest.importorskip("sklearn.linear_model")
    from sklearn.metrics import log_loss
    from sklearn.model_selection import cross_val_score

    random = np.random.default_rng(0)
    x = random.normal(size=(200, 2))
    y = np.array(classes)[(x[:, 0] + random.normal(size=200) > 0).astype(int)]
    model = linear_model.LogisticRegression().fit(x, y)
    expected = -log_loss(y, model.predict_proba(x))
    for loss in ("bce", "bce_logits", "cce", "cce_logits"):
        assert db.sklearn.scorer(loss)(model, x, y) == pytest.approx(expected, rel=1e-12)
    theirs = cross_val_score(model, x, y, scoring="neg_log_loss")
    assert cross_val_score(model, x, y, scoring=db.sklearn.scorer("bce")) == pytest.approx(theirs, rel=1e-12)
