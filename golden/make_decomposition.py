"""Makes decomposition.json: Murphy's decompositions of mean scores, from model-diagnostics, and its elementary scores.

    pip install model-diagnostics==1.5.0 scikit-learn==1.9.1 scipy==1.17.1
    python3 golden/make_decomposition.py

model-diagnostics needs its rows sorted by prediction, has no weighted quantiles, and has no value for a mean of 0 that
the loss allows only as a limit. So the rows here are sorted, weights of quantiles are given to it as repeated rows, and
where a recalibrated mean is 0 it is not asked. Every decomposition is also computed a second way, which has none of
these limits: isotonic regression by scikit-learn for means, by a linear programme for quantiles, by the min-max formula
for expectiles; losses in NumPy. The two must agree before anything is written.
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
import scipy
import sklearn
from model_diagnostics.scoring import (
    ElementaryScore,
    HomogeneousExpectileScore,
    LogLoss,
    PinballLoss,
    PoissonDeviance,
    SquaredError,
    decompose,
)
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.special import expit, xlogy
from scipy.stats import expectile
from sklearn.isotonic import IsotonicRegression

PARTS = ["miscalibration", "discrimination", "uncertainty", "score"]


def pinball(level):
    return lambda y, x: np.where(x >= y, 1 - level, level) * np.abs(x - y)


def log_loss(y, p):
    return -xlogy(y, p) - xlogy(1 - y, 1 - p)


def asymmetric_square(level):
    return lambda y, x: np.where(x >= y, 1 - level, level) * (x - y) ** 2


def poisson_deviance(y, mean):
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * (np.where(y == 0, 0.0, y * np.log(y / mean)) - y + mean)


# Loss: its functional, its level, its function of the functional, that of model-diagnostics, and the factor that makes
# the latter ours.
LOSSES = {
    "mse": ("mean", None, lambda y, x: (x - y) ** 2, SquaredError(), 1.0),
    "bce": ("mean", None, log_loss, LogLoss(), 1.0),
    "poisson_deviance": ("mean", None, poisson_deviance, PoissonDeviance(), 1.0),
    "mae": ("quantile", 0.5, lambda y, x: np.abs(x - y), PinballLoss(0.5), 2.0),
    "quantile(tau=0.25)": ("quantile", 0.25, pinball(0.25), PinballLoss(0.25), 1.0),
    "quantile(tau=0.9)": ("quantile", 0.9, pinball(0.9), PinballLoss(0.9), 1.0),
    "expectile(tau=0.8)": ("expectile", 0.8, asymmetric_square(0.8), HomogeneousExpectileScore(2, 0.8), 0.5),
    "expectile(tau=0.1)": ("expectile", 0.1, asymmetric_square(0.1), HomogeneousExpectileScore(2, 0.1), 0.5),
}


def isotonic_quantile(x, y, w, level):
    """The least weighted pinball loss over non-decreasing functions of x, by linear programming."""
    _, group = np.unique(x, return_inverse=True)
    rows, groups = len(y), group.max() + 1
    # Variables: the fits, then what each target exceeds its fit by, then what it falls short.
    cost = np.concatenate([np.zeros(groups), w * level, w * (1 - level)])
    row = np.arange(rows)
    equal = coo_array(
        (np.concatenate([np.ones(rows), np.ones(rows), -np.ones(rows)]),
         (np.concatenate([row, row, row]), np.concatenate([group, groups + row, groups + rows + row]))),
        shape=(rows, groups + 2 * rows),
    )
    step = np.arange(groups - 1)
    rising = coo_array(
        (np.concatenate([np.ones(groups - 1), -np.ones(groups - 1)]),
         (np.concatenate([step, step]), np.concatenate([step, step + 1]))),
        shape=(groups - 1, groups + 2 * rows),
    )
    bounds = [(None, None)] * groups + [(0, None)] * (2 * rows)
    found = linprog(cost, A_ub=rising.tocsr(), b_ub=np.zeros(groups - 1), A_eq=equal.tocsr(), b_eq=y, bounds=bounds)
    assert found.status == 0, found.message
    return found.x[:groups][group]


def isotonic_expectile(x, y, w, level):
    """max over a ≤ i of min over b ≥ i of the expectile of groups a to b."""
    distinct, group = np.unique(x, return_inverse=True)
    groups = len(distinct)
    of = np.full((groups, groups), np.nan)
    for a in range(groups):
        for b in range(a, groups):
            inside = (group >= a) & (group <= b)
            of[a, b] = expectile(y[inside], alpha=level, weights=w[inside])
    fit = [max(min(of[a, b] for b in range(i, groups)) for a in range(i + 1)) for i in range(groups)]
    return np.array(fit)[group]


def quantile(y, w, level):
    order = np.argsort(y)
    reached = np.searchsorted(np.cumsum(w[order]), level * w.sum())
    return y[order][reached]


def second_way(name, x, y, w, link):
    functional, level, loss, _, _ = LOSSES[name]
    if functional == "mean":
        fit = IsotonicRegression(out_of_bounds="clip").fit(x, y, sample_weight=w).predict(x)
        constant = np.average(y, weights=w)
    elif functional == "quantile":
        fit, constant = isotonic_quantile(x, y, w, level), quantile(y, w, level)
    else:
        fit, constant = isotonic_expectile(x, y, w, level), expectile(y, alpha=level, weights=w)
    score, best, reference = (np.average(loss(y, p), weights=w) for p in (link(x), fit, np.full_like(y, constant)))
    return dict(zip(PARTS, [score - best, reference - best, reference, score])), fit


def first_way(name, x, y, w, link):
    functional, level, _, scoring, factor = LOSSES[name]
    x, weights = link(x), w
    if functional == "quantile":
        times = w.astype(int)
        assert (times == w).all()
        x, y, weights = np.repeat(x, times), np.repeat(y, times), None
    frame = decompose(y, x, weights, scoring_function=scoring, functional=functional, level=level)
    return {part: factor * frame[part][0] for part in PARTS}


def case(title, name, x, y, w=None, link=None, spec=None):
    link = link or (lambda z: z)
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    weight = np.ones_like(y) if w is None else w[order]
    second, fit = second_way(name, x, y, weight, link)
    if name == "poisson_deviance" and fit.min() == 0:
        parts, made_with = second, "scikit-learn"
    else:
        parts, made_with = first_way(name, x, y, weight, link), "model-diagnostics"
        for part in PARTS:
            assert abs(parts[part] - second[part]) < 1e-9, (title, name, part, parts, second)
    return {
        "title": title,
        "loss": spec or name,
        "made_with": made_with,
        "target": y.tolist(),
        "prediction": x.tolist(),
        "weight": None if w is None else weight.tolist(),
        **{part: float(parts[part]) for part in PARTS},
    }


def cases():
    random = np.random.default_rng(1973)
    rows = 200
    signal = random.normal(size=rows)
    target = signal + random.normal(size=rows)
    off = 1.5 * signal + 0.3
    coarse = np.round(off, 1)
    weight = random.integers(1, 5, size=rows).astype(float)
    few = slice(0, 60)
    for name in ["mse", "mae", "quantile(tau=0.25)", "quantile(tau=0.9)", "expectile(tau=0.8)", "expectile(tau=0.1)"]:
        # The min-max formula takes time of the cube of the rows.
        part = few if name.startswith("expectile") else slice(None)
        yield case("distinct predictions", name, off[part], target[part])
        yield case("tied predictions", name, coarse[part], np.round(target[part], 1))
        yield case("weights", name, coarse[part], np.round(target[part], 1), weight[part])
    yield case("predictions against the trend", "mse", -off, target)
    yield case("predictions against the trend", "mae", -off, target)

    probability = expit(signal)
    event = (random.random(rows) < probability).astype(float)
    for name in ["bce", "mse"]:
        yield case("events", name, expit(2 * signal), event)
        tied = np.round(expit(signal - 0.5), 1).clip(0.05, 0.95)
        yield case("events, tied predictions, weights", name, tied, event, weight)
    yield case("events, logits", "bce", 2 * signal, event, link=expit, spec="bce_logits")

    mean = np.exp(signal)
    count = random.poisson(mean).astype(float)
    yield case("counts, a first block of zeros", "poisson_deviance", 1.3 * np.exp(1.2 * signal), count)
    # A large count for a small mean: no block of zeros alone.
    count = np.where(mean == mean.min(), 3.0, count)
    yield case("counts", "poisson_deviance", 1.3 * np.exp(1.2 * signal), count)
    yield case("counts, weights", "poisson_deviance", np.round(mean, 1) + 0.1, count, weight)


def diagrams():
    random = np.random.default_rng(2016)
    rows = 50
    target = np.round(random.normal(size=rows), 2)
    predictions = [np.round(target + random.normal(size=rows), 2), np.round(0.5 * target, 2)]
    # Between the numbers of the data: at a tie of threshold and prediction conventions differ.
    thetas = np.linspace(-3, 3, 25) + 0.0037
    for functional, level, factor in [("mean", None, 0.5), ("expectile", 0.8, 0.5), ("quantile", 0.3, 1.0)]:
        def mean_score(theta, x):
            return float(factor * ElementaryScore(theta, functional=functional, level=level or 0.5)(target, x))
        yield {
            "functional": functional,
            "level": level,
            "target": target.tolist(),
            "predictions": [x.tolist() for x in predictions],
            "thetas": thetas.tolist(),
            "curves": [[mean_score(theta, x) for theta in thetas] for x in predictions],
        }


def main():
    versions = {
        "python": platform.python_version(),
        "model-diagnostics": version("model-diagnostics"),
        "scikit-learn": sklearn.__version__,
        "scipy": scipy.__version__,
        "numpy": np.__version__,
    }
    document = {"made_with": versions, "decompositions": list(cases()), "diagrams": list(diagrams())}
    path = Path(__file__).with_name("decomposition.json")
    path.write_text(json.dumps(document, separators=(",", ":")).replace('{"title"', '\n{"title"') + "\n")
    print(len(document["decompositions"]), "decompositions and", len(document["diagrams"]), "diagrams")


if __name__ == "__main__":
    main()
