"""Metrics and scorers of scikit-learn."""

import pickle

import numpy as np
import pytest

import dartboard as db

pytest.importorskip("sklearn")
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss, make_scorer, mean_pinball_loss, mean_squared_error
from sklearn.model_selection import GridSearchCV, cross_val_score

RANDOM = np.random.default_rng(21)
X = RANDOM.normal(size=(200, 3))
Y = X[:, 0] + RANDOM.normal(size=200)
EVENT = (Y > 0).astype(int)
CLASS = np.digitize(Y, [-0.5, 0.5])
WEIGHT = RANDOM.uniform(size=200)


def test_metrics_are_those_of_scikit_learn():
    p = X[:, 0]
    assert np.isclose(db.sklearn.metric("mse")(Y, p, sample_weight=WEIGHT), mean_squared_error(Y, p, sample_weight=WEIGHT))
    pinball = mean_pinball_loss(Y, p, alpha=0.9)
    assert np.isclose(db.sklearn.metric("quantile(tau=0.9)")(Y, p), pinball, rtol=1e-14)


def test_scorers():
    model = LogisticRegression().fit(X, EVENT)
    expected = -log_loss(EVENT, model.predict_proba(X))
    assert np.isclose(db.sklearn.scorer("bce")(model, X, EVENT), expected, rtol=1e-12)
    assert np.isclose(db.sklearn.scorer("bce_logits")(model, X, EVENT), expected, rtol=1e-12)
    model = LogisticRegression().fit(X, CLASS)
    expected = -log_loss(CLASS, model.predict_proba(X))
    assert np.isclose(db.sklearn.scorer("cce")(model, X, CLASS), expected, rtol=1e-12)
    assert np.isclose(db.sklearn.scorer("cce_logits")(model, X, CLASS), expected, rtol=1e-12)
    with pytest.raises(ValueError, match="poisson takes a log_mean: say by response_method"):
        db.sklearn.scorer("poisson")


def test_searches_take_them():
    expected = cross_val_score(LinearRegression(), X, Y, scoring="neg_mean_absolute_error")
    assert np.allclose(cross_val_score(LinearRegression(), X, Y, scoring=db.sklearn.scorer("mae")), expected)
    made = make_scorer(db.sklearn.metric("mae"), greater_is_better=False)
    assert np.allclose(cross_val_score(LinearRegression(), X, Y, scoring=made), expected)
    search = GridSearchCV(
        LogisticRegression(), {"C": [0.01, 1.0]}, scoring=db.sklearn.scorer("bce"), n_jobs=2
    ).fit(X, EVENT)
    assert search.best_score_ < 0


def test_metrics_are_pickled():
    metric = pickle.loads(pickle.dumps(db.sklearn.metric("huber(delta=2)")))
    assert metric(Y, X[:, 0]) == db.huber(Y, X[:, 0], delta=2.0) and metric.__name__ == "huber"
