"""Objectives of boosting libraries: what they have built in is reproduced, and everything else trains."""

import pickle

import numpy as np
import pytest

import dartboard as db

xgboost = pytest.importorskip("xgboost")
lightgbm = pytest.importorskip("lightgbm")

ROWS = 1500
RANDOM = np.random.default_rng(11)
X = RANDOM.normal(size=(ROWS, 6))
SIGNAL = X[:, 0] + 0.5 * X[:, 1] * X[:, 2]
QUANTITY = SIGNAL + 0.3 * RANDOM.standard_t(3, ROWS)
EVENT = (RANDOM.uniform(size=ROWS) < 1 / (1 + np.exp(-2 * SIGNAL))).astype(float)
COUNT = RANDOM.poisson(np.exp(0.5 * SIGNAL)).astype(float)
AMOUNT = RANDOM.gamma(2.0, np.exp(0.5 * SIGNAL) / 2)
CLASS = np.digitize(SIGNAL, [-0.7, 0.7]).astype(float)
WEIGHT = RANDOM.uniform(0.2, 2.0, ROWS)

# Of XGBoost: loss, objective, its parameters, target, and the built-in base_score that is the margin 0.
XGBOOST = [
    ("mse", "reg:squarederror", {}, QUANTITY, 0.0),
    ("pseudo_huber(delta=0.7)", "reg:pseudohubererror", {"huber_slope": 0.7}, QUANTITY, 0.0),
    ("msle", "reg:squaredlogerror", {}, AMOUNT, 0.0),
    ("bce_logits", "binary:logistic", {}, EVENT, 0.5),
    ("poisson", "count:poisson", {"max_delta_step": 0.7}, COUNT, 1.0),
    ("gamma", "reg:gamma", {}, AMOUNT, 1.0),
    ("tweedie(power=1.3)", "reg:tweedie", {"tweedie_variance_power": 1.3}, COUNT, 1.0),
    ("cce_logits", "multi:softprob", {"num_class": 3}, CLASS, 0.0),
]


@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["", "weighted"])
@pytest.mark.parametrize(("loss", "name", "extra", "y", "base"), XGBOOST, ids=[case[1] for case in XGBOOST])
def test_xgboost_has_the_same_trees(loss, name, extra, y, base, weight):
    data = xgboost.DMatrix(X, y, weight=weight)
    common = {"max_depth": 4, "eta": 0.3, "tree_method": "hist", "nthread": 1, "seed": 0, **extra}
    own = xgboost.train({**common, "objective": name, "base_score": base}, data, 15)
    common.pop("huber_slope", None)
    common.pop("tweedie_variance_power", None)
    ours = xgboost.train({**common, "base_score": 0.0}, data, 15, obj=db.xgboost.objective(loss))
    expected, found = own.predict(data, output_margin=True), ours.predict(data, output_margin=True)
    assert np.abs(found - expected).max() <= 1e-5 * max(1, np.abs(expected).max())
    assert expected.std() > 0.1


# Of LightGBM: loss, objective, its parameters, target.
LIGHTGBM = [
    ("mse", "regression", {}, QUANTITY),
    ("huber(delta=0.5)", "huber", {"alpha": 0.5}, QUANTITY),
    ("fair(c=0.8)", "fair", {"fair_c": 0.8}, QUANTITY),
    ("bce_logits", "binary", {}, EVENT),
    ("poisson", "poisson", {}, COUNT),
    ("gamma", "gamma", {}, AMOUNT),
    ("tweedie(power=1.3)", "tweedie", {"tweedie_variance_power": 1.3}, COUNT),
    ("cce_logits", "multiclass", {"num_class": 3}, CLASS),
]


@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["", "weighted"])
@pytest.mark.parametrize(("loss", "name", "extra", "y"), LIGHTGBM, ids=[case[1] for case in LIGHTGBM])
def test_lightgbm_has_the_same_trees(loss, name, extra, y, weight):
    common = {"num_leaves": 15, "boost_from_average": False, "num_threads": 1, "verbose": -1, "deterministic": True, **extra}
    data = lightgbm.Dataset(X, y, weight=weight, free_raw_data=False)
    own = lightgbm.train({**common, "objective": name}, data, 15)
    data = lightgbm.Dataset(X, y, weight=weight, free_raw_data=False)
    ours = lightgbm.train({**common, "objective": db.lightgbm.objective(loss)}, data, 15)
    expected, found = own.predict(X, raw_score=True), ours.predict(X, raw_score=True)
    assert np.abs(found - expected).max() <= 1e-5 * max(1, np.abs(expected).max())
    assert expected.std() > 0.1


def test_the_start_is_the_best_constant():
    data = xgboost.DMatrix(X, EVENT, weight=WEIGHT)
    objective = db.xgboost.objective("focal_logits(gamma=2)")
    expected = db.loss("focal_logits(gamma=2)").best_constant(EVENT, weight=WEIGHT)
    assert np.isclose(objective.start(data), expected, rtol=1e-6)
    assert objective.start(EVENT, WEIGHT) == expected
    booster = xgboost.train({"base_score": float(expected), "nthread": 1}, data, 1, obj=lambda p, d: (0 * p, 0 * p + 1))
    assert np.allclose(booster.predict(data, output_margin=True), expected)


@pytest.mark.parametrize("name", db.losses())
def test_every_loss_of_raw_predictions_has_a_positive_curvature(name):
    loss = db.loss(name)
    if loss.family != "pointwise" or loss.card["prediction"] in ("probability", "mean"):
        pytest.skip("its predictions are not raw")
    y = EVENT if loss.card["target"] == "event" else AMOUNT
    p = X[:, 3] if name not in ("msle",) else np.abs(X[:, 3])
    objective = db.xgboost.objective(name)
    gradient, curvature = objective(y, p)
    assert gradient.dtype == curvature.dtype == np.float32
    assert np.all(curvature > 0)
    assert np.allclose(db.lightgbm.objective(name, curvature="unit")(y, p, WEIGHT)[1], WEIGHT)


def test_training_lowers_any_loss():
    data = xgboost.DMatrix(X, EVENT)
    objective, metric = db.xgboost.objective("focal_logits(gamma=2)"), db.xgboost.metric("focal_logits(gamma=2)")
    seen = {}
    xgboost.train(
        {"base_score": objective.start(data), "nthread": 1, "disable_default_eval_metric": True},
        data,
        20,
        obj=objective,
        custom_metric=metric,
        evals=[(data, "train")],
        evals_result=seen,
        verbose_eval=False,
    )
    values = seen["train"]["focal_logits"]
    assert values[-1] < 0.9 * values[0]


def test_the_wrappers_for_scikit_learn():
    common = {"n_estimators": 5, "max_depth": 3}
    for weight in (None, WEIGHT):
        own = xgboost.XGBClassifier(**common, n_jobs=1, base_score=0.5).fit(X, EVENT, sample_weight=weight)
        ours = xgboost.XGBClassifier(
            **common,
            n_jobs=1,
            # This wrapper reads it as a probability, whatever the objective.
            base_score=0.5,
            objective=db.xgboost.objective("bce_logits"),
            eval_metric=db.xgboost.metric("bce_logits"),
        ).fit(X, EVENT, sample_weight=weight, eval_set=[(X, EVENT)], verbose=False)
        expected = own.predict(X, output_margin=True)
        assert np.allclose(ours.predict(X, output_margin=True), expected, atol=1e-5)
        last = ours.evals_result()["validation_0"]["bce_logits"][-1]
        assert np.isclose(last, db.bce_logits(EVENT, expected), rtol=1e-5)
        own = lightgbm.LGBMRegressor(**common, n_jobs=1, verbose=-1, boost_from_average=False).fit(
            X, QUANTITY, sample_weight=weight
        )
        ours = lightgbm.LGBMRegressor(
            **common, n_jobs=1, verbose=-1, boost_from_average=False, objective=db.lightgbm.objective("mse")
        ).fit(X, QUANTITY, sample_weight=weight, eval_X=X[:700], eval_y=QUANTITY[:700], eval_metric=db.lightgbm.metric("mae"))
        assert np.allclose(ours.predict(X), own.predict(X), atol=1e-5)
        seen = next(iter(ours.evals_result_.values()))
        assert np.isclose(seen["mae"][-1], db.mae(QUANTITY[:700], ours.predict(X[:700])), rtol=1e-6)


def test_curvatures_are_named():
    with pytest.raises(ValueError, match="there is no loss named 'hubber'; did you mean 'huber'?"):
        db.xgboost.objective("hubber")
    with pytest.raises(ValueError, match="mae has no curvature named 'majorizer'; it is one of library, true, fisher, unit"):
        db.xgboost.objective("mae", curvature="majorizer")
    with pytest.raises(ValueError, match="xgboost has no objective that is huber"):
        db.xgboost.objective("huber", curvature="library")
    assert db.xgboost.objective("huber").curvature == "majorizer"


def test_objectives_are_pickled():
    objective = pickle.loads(pickle.dumps(db.lightgbm.objective("huber(delta=2)")))
    assert objective.loss == db.loss("huber(delta=2)") and objective.curvature == "library"
    assert pickle.loads(pickle.dumps(db.xgboost.metric("mae"))).loss == db.loss("mae")


def test_catboost():
    catboost = pytest.importorskip("catboost")
    common = {"iterations": 20, "depth": 4, "learning_rate": 0.3, "verbose": 0, "random_seed": 0, "thread_count": 1}
    common |= {"leaf_estimation_method": "Newton", "leaf_estimation_iterations": 1, "boost_from_average": False, "allow_writing_files": False}
    for loss, name, y in (("mse", "RMSE", QUANTITY), ("bce_logits", "Logloss", EVENT)):
        own = catboost.CatBoost({**common, "loss_function": name}).fit(X, y)
        objective = db.catboost.objective(loss, curvature="true")
        ours = catboost.CatBoost({**common, "loss_function": objective, "eval_metric": db.catboost.metric(loss)}).fit(X, y)
        expected = own.predict(X, prediction_type="RawFormulaVal")
        found = ours.predict(X, prediction_type="RawFormulaVal")
        assert np.corrcoef(found, expected)[0, 1] > 0.99
        assert np.isclose(ours.evals_result_["learn"]["CatBoostMetric"][-1], db.loss(loss).value(y, found), rtol=1e-6)
