"""Numbers, shapes and reductions, against formulas that are written out here."""

import math
import pickle

import numpy as np
import pytest

import dartboard as db

Y = np.array([1.0, 2.0, 3.0, 4.0])
P = np.array([1.5, 2.0, 1.0, 9.0])
W = np.array([1.0, 0.0, 3.0, 0.5])


def test_reductions():
    rows = (P - Y) ** 2
    assert db.mse(Y, P) == rows.mean()
    assert db.mse(Y, P, reduction="sum") == rows.sum()
    assert np.array_equal(db.mse(Y, P, reduction="none"), rows)
    assert db.mse(Y, P, weight=W) == np.average(rows, weights=W)
    assert db.mse(Y, P, weight=W, reduction="sum") == (W * rows).sum()
    assert np.array_equal(db.mse(Y, P, weight=W, reduction="none"), W * rows)
    assert db.mse(Y, P, weight=W, reduction="mean_by_count") == (W * rows).sum() / 4


def test_derivatives_belong_to_the_reduced_value():
    loss = db.loss("mse")
    slope = 2 * (P - Y)
    assert np.array_equal(loss.gradient(Y, P), slope / 4)
    assert np.array_equal(loss.gradient(Y, P, reduction="sum"), slope)
    assert np.allclose(loss.gradient(Y, P, weight=W), W * slope / W.sum(), rtol=1e-15)
    assert np.array_equal(loss.hessian(Y, P), np.full(4, 0.5))
    assert np.allclose(loss.hessian(Y, P, weight=W), 2 * W / W.sum(), rtol=1e-15)
    assert np.array_equal(loss.hessian(Y, P, curvature="unit", reduction="sum"), np.ones(4))
    value, gradient = loss.value_and_gradient(Y, P, weight=W)
    assert value == loss.value(Y, P, weight=W)
    assert np.array_equal(gradient, loss.gradient(Y, P, weight=W))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_stays(dtype):
    y, p = Y.astype(dtype), P.astype(dtype)
    for loss in ("mse", "huber", "gaussian_nll"):
        loss = db.loss(loss)
        prediction = np.stack([p, p], axis=1) if loss.family == "joint" else p
        assert loss.gradient(y, prediction).dtype == dtype
        assert loss.value(y, prediction, reduction="none").dtype == dtype
    logits = np.arange(12, dtype=dtype).reshape(4, 3)
    for loss in ("cce_logits", "multiclass_hinge"):
        assert db.loss(loss).gradient([0, 1, 2, 0], logits).dtype == dtype
        assert db.loss(loss).value([0, 1, 2, 0], logits, reduction="none").dtype == dtype


def test_two_precisions_are_computed_in_the_wider():
    y, p = Y.astype(np.float32), P
    assert db.loss("mse").gradient(y, p).dtype == np.float64
    # Whole numbers take the precision of what is beside them.
    assert db.loss("mse").gradient(np.array([1, 2, 3, 4]), P.astype(np.float32)).dtype == np.float32
    assert db.loss("mse").gradient([1, 2, 3, 4], [1, 2, 3, 4]).dtype == np.float64


def test_shapes_of_pointwise_losses():
    y, p = Y.reshape(2, 2), P.reshape(2, 2)
    assert db.mse(y, p) == db.mse(Y, P)
    assert np.array_equal(db.loss("mse").gradient(y, p), db.loss("mse").gradient(Y, P).reshape(2, 2))
    assert np.array_equal(db.loss("mse").gradient(y.T, p.T), db.loss("mse").gradient(Y, P).reshape(2, 2).T)
    assert db.mse(3.0, 1.0) == 4.0


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def test_rows_of_classes():
    random = np.random.default_rng(1)
    z, y = random.normal(size=(50, 4)), random.integers(0, 4, 50)
    w = random.uniform(0, 2, 50)
    rows = -np.log(softmax(z)[np.arange(50), y])
    loss = db.loss("cce_logits")
    assert np.isclose(loss.value(y, z), rows.mean(), rtol=1e-14)
    assert np.allclose(loss.value(y, z, reduction="none"), rows, rtol=1e-13)
    expected = (softmax(z) - np.eye(4)[y]) * (w / w.sum())[:, None]
    assert np.allclose(loss.gradient(y, z, weight=w), expected, rtol=1e-12, atol=1e-16)
    assert np.allclose(loss.gradient(np.eye(4)[y], z, weight=w), expected, rtol=1e-12, atol=1e-16)
    assert np.allclose(loss.gradient(y, np.asfortranarray(z), weight=w), expected, rtol=1e-12, atol=1e-16)
    h = softmax(z) * (1 - softmax(z)) / 50
    assert np.allclose(loss.hessian(y, z), h, rtol=1e-12)


def test_what_goes_around_classes():
    random = np.random.default_rng(2)
    z, y = random.normal(size=(40, 3)), random.integers(0, 3, 40)
    log_p = np.log(softmax(z))
    rows = -log_p[np.arange(40), y]
    cw = np.array([1.0, 2.0, 0.5])
    assert np.isclose(db.cce_logits(y, z, class_weight=cw), np.average(rows, weights=cw[y]), rtol=1e-14)
    smooth = 0.9 * rows - 0.1 * log_p.mean(axis=1)
    assert np.isclose(db.cce_logits(y, z, label_smoothing=0.1), smooth.mean(), rtol=1e-14)
    ignored = np.where(np.arange(40) % 3 == 0, -100, y)
    kept = ignored >= 0
    assert np.isclose(db.cce_logits(ignored, z, ignore=-100), rows[kept].mean(), rtol=1e-14)
    gradient = db.loss("cce_logits").gradient(ignored, z, ignore=-100)
    assert np.all(gradient[~kept] == 0)
    assert np.allclose(gradient[kept], (softmax(z) - np.eye(3)[y])[kept] / kept.sum(), rtol=1e-12, atol=1e-16)
    # Another way through the library, the same numbers.
    value, slopes = db.loss("cce_logits").value_and_gradient(ignored, z, ignore=-100, reduction="none")
    assert np.allclose(value[kept], rows[kept], rtol=1e-13) and np.all(value[~kept] == 0)
    assert np.allclose(slopes / kept.sum(), gradient, rtol=1e-12, atol=1e-16)


def test_what_goes_around_events():
    y, z = np.array([1.0, 0.0, 1.0, np.nan]), np.array([0.5, -2.0, 3.0, 1.0])
    rows = np.logaddexp(0, np.where(y == 1, -z, z))[:3]
    assert np.isclose(db.bce_logits(y, z, ignore=np.nan), rows.mean(), rtol=1e-15)
    w = np.array([1.0, 3.0])[y[:3].astype(int)]
    found = db.bce_logits(y, z, ignore=np.nan, class_weight=[1, 3])
    assert np.isclose(found, np.average(rows, weights=w), rtol=1e-15)


def test_best_constant_and_skill():
    assert db.loss("mse").best_constant(Y) == 2.5
    assert db.loss("mae").best_constant([1.0, 2.0, 9.0]) == 2.0
    assert db.loss("mse").best_constant(Y, weight=[0, 0, 0, 2]) == 4.0
    assert np.isclose(db.loss("bce_logits").best_constant([1, 0, 0, 0]), np.log(1 / 3))
    constant = db.loss("cce_logits").best_constant([0, 1, 1, 2], classes=4)
    assert np.allclose(softmax(constant[None])[0], [0.25, 0.5, 0.25, 0.0])
    assert db.loss("mse").skill(Y, Y) == 1.0
    assert db.loss("mse").skill(Y, np.full(4, 2.5)) == 0.0
    assert np.isclose(db.loss("mse").skill(Y, P), 1 - ((P - Y) ** 2).sum() / ((Y - 2.5) ** 2).sum())
    assert db.loss("mse").skill([1.0, 1.0], [1.0, 2.0]) is None


def test_losses_are_values():
    huber = db.loss("huber(delta=1.5)")
    assert huber == db.Loss("huber(1.5)") != db.loss("huber")
    assert hash(huber) == hash(db.Loss("huber(1.5)"))
    assert pickle.loads(pickle.dumps(huber)) == huber
    assert repr(huber) == "Loss('huber(delta=1.5)')"
    assert huber(Y, P) == huber.value(Y, P) == db.huber(Y, P, delta=1.5)
    assert huber.parameters == {"delta": 1.5}
    assert huber.card["parameters"][0]["value"] == 1.5
    assert db.loss(huber) is huber


def test_what_notebooks_show():
    huber = db.loss("huber(delta=1.5)")
    assert huber.formula._repr_latex_().startswith("$")
    assert "δ" in huber.formula.value and "\\delta" in huber.formula.latex
    figure = huber.plot()
    assert figure._repr_svg_().startswith("<svg") and "huber" in figure.description


def test_other_names():
    assert db.l2(Y, P) == db.mse(Y, P)
    assert db.loss("torch.nn.MSELoss") == db.loss("mse")


def test_every_loss_has_a_function():
    for name in db.losses():
        assert name in db.__all__ and getattr(db, name).__doc__


def test_choose():
    random = np.random.default_rng(3)
    p = random.uniform(0, 100, 500)
    y = p + random.normal(size=500)
    advice = db.choose(y, p, goal="mean", name="price")
    assert advice.best == db.loss("mse")
    assert "price" in str(advice["evidence"]) + str(advice["question"]) + advice["target"]
    names = db.choose(np.where(y > 50, "yes", "no"))
    assert names["task"]["task"] == "binary"
    with pytest.raises(ValueError, match="row 7"):
        db.choose(np.where(np.arange(500) == 7, np.nan, y), p)


@pytest.mark.parametrize("name", ["huber", "cce_logits", "multiclass_hinge"])
def test_gradients_go_where_they_are_wanted(name):
    loss = db.loss(name)
    p = np.arange(12, dtype=np.float32).reshape(4, 3)
    y = p[::-1].copy() if loss.family == "pointwise" else np.array([0, 1, 2, 0])
    out = np.full_like(p, 7)
    value, gradient = loss.value_and_gradient(y, p, out=out)
    assert gradient is out and value == loss.value(y, p)
    assert np.array_equal(out, loss.gradient(y, p)) and loss.gradient(y, p, out=out) is out
    with pytest.raises(TypeError, match="out must be a NumPy array of float32"):
        loss.gradient(y, p, out=np.zeros((4, 3)))
    with pytest.raises(ValueError, match="out has the shape"):
        loss.gradient(y, p, out=np.zeros((3, 4), np.float32))
    with pytest.raises(ValueError, match="out must be contiguous"):
        loss.gradient(y, p, out=np.zeros((4, 6), np.float32)[:, ::2])
    with pytest.raises(ValueError, match="out cannot be written to"):
        loss.gradient(y, p, out=p)
    frozen = np.zeros_like(p)
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match="out cannot be written to"):
        loss.gradient(y, p, out=frozen)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["multiclass_hinge", "cce", "gaussian_nll", "kl_div"])
def test_many_rows_are_taken_some_at_a_time(name, dtype):
    loss, rows, random = db.loss(name), 20_000, np.random.default_rng(3)
    p = random.uniform(0.5, 1, (rows, 2)).astype(dtype)
    if name in ("cce", "kl_div"):
        p[:, 0] = 1 - p[:, 1]
    y = {"gaussian_nll": random.normal(size=rows).astype(dtype)}.get(name, random.integers(0, 2, rows))
    if name == "kl_div":
        y = np.stack([y, 1 - y], axis=1).astype(dtype)
    weight = random.uniform(size=rows).astype(dtype)
    value, gradient = loss.value_and_gradient(y, p, weight=weight)
    each = loss.value(y, p, weight=weight, reduction="none").astype(float)
    assert value == pytest.approx(math.fsum(each) / math.fsum(weight), rel=1e-6)
    slopes = loss.gradient(y, p, weight=weight, reduction="none")
    assert np.allclose(gradient, slopes / weight.sum(dtype=float), rtol=1e-5, atol=0)
    half = loss.gradient(y[13_000:], p[13_000:], weight=weight[13_000:], reduction="none")
    assert np.array_equal(slopes[13_000:], half)
    p[17_777, 1] = np.nan
    with pytest.raises(ValueError, match=r"^row 17777: "):
        loss.value(y, p)
    with pytest.raises(ValueError, match=r"^row 17777: "):
        loss.gradient(y, p, reduction="none")
