"""Makes libraries.json: what PyTorch, scikit-learn and XGBoost return at the points of values.json.

    pip install -r golden/requirements.txt
    python golden/make_libraries.py

Every number is converted to the convention of values.json by an exact factor or an exact term, so that what remains
between the two is the library's error.
"""

import json
import math
import os
import warnings
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["CUDA_VISIBLE_DEVICES"] = ""
warnings.filterwarnings("ignore")

import numpy as np
import sklearn
import torch
import torch.nn.functional as F
import xgboost
from mpmath import mp, mpf
from scipy import special
from sklearn import metrics
from sklearn._loss import loss as sk_loss
from sklearn.linear_model import _sgd_fast as sgd

torch.set_num_threads(1)
mp.dps = 60
np.seterr(all="ignore")
HERE = Path(__file__).parent

HEADER = {
    "title": "What PyTorch, scikit-learn and XGBoost return at the points of values.json",
    "format": "points: id -> library -> width -> [value, d1, d2], by the conventions of values.json; null where the library "
    "does not offer it; inf, -inf and nan as strings; for rows of scores d1 and d2 are lists, d2 the diagonal",
    "f32": "inputs are rounded to f32 first; f32_exact lists the points whose inputs and parameters are f32 numbers, where "
    "the whole difference is the library's",
    "at_kink": "points at a kink, where a library is free to return another slope or curvature",
    "composed": "PyTorch: kl_prob and ce_prob are kl_div and nll_loss of log(p), kl_logits is kl_div of log_softmax(z); "
    "derivatives by automatic differentiation, d2 by a second pass. XGBoost: bce_prob is logloss of an identity objective; "
    "derivatives from a tree of one leaf, which holds -d1/d2 and d2; d2 null where it is a stand-in",
    "scaled": "converted by a factor: " + "; ".join([
        "scikit-learn's HalfSquaredError is half of squared_error (half_squared_error is its own)",
        "rmse and rmsle of XGBoost are squared",
        "gradients of reg:squarederror and reg:squaredlogerror are doubled",
        "PyTorch's poisson_nll_loss(log_input=False) has half the gradient of the deviance (its value lacks the terms of the "
        "target: null)",
        "poisson-nloglik of XGBoost less log(y!)",
    ]),
}  # fmt: skip


def number(x, width):
    if x is None:
        return None
    if np.ndim(x):
        return [number(v, width) for v in x]
    x = np.float32(x) if width == "f32" else np.float64(x)
    if np.isnan(x):
        return "nan"
    return ("inf" if x > 0 else "-inf") if np.isinf(x) else float(str(x))


# --- PyTorch: loss -> a function of (y, p, parameters) -----------------------------------------------------------------


def one_class(z, y):
    return z[None], torch.tensor([int(y)])


def soft(y, p):
    return torch.tensor(y, dtype=p.dtype)


TORCH = {
    "squared_error": lambda y, p: F.mse_loss(p, y),
    "brier": lambda y, p: F.mse_loss(p, y),
    "absolute_error": lambda y, p: F.l1_loss(p, y),
    "huber": lambda y, p, delta: F.huber_loss(p, y, delta=delta),
    "smooth_l1": lambda y, p, beta: F.smooth_l1_loss(p, y, beta=beta),
    "poisson_log": lambda y, p: F.poisson_nll_loss(p, y, log_input=True, full=False),
    "poisson_deviance": lambda y, p: 2 * F.poisson_nll_loss(p, y, log_input=False, full=False),
    "bce_prob": lambda y, p: F.binary_cross_entropy(p, y),
    "bce_logits": lambda y, p: F.binary_cross_entropy_with_logits(p, y),
    "bce_logits_weighted": lambda y, p, pos_weight: F.binary_cross_entropy_with_logits(
        p, y, pos_weight=torch.tensor(pos_weight, dtype=p.dtype)
    ),
    "logistic_margin": lambda y, p: F.soft_margin_loss(p, y),
    "softmax_ce": lambda y, p, label_smoothing: F.cross_entropy(*one_class(p, y), label_smoothing=label_smoothing),
    "kl_logits": lambda y, p: F.kl_div(F.log_softmax(p, 0), soft(y, p), reduction="sum"),
    "kl_prob": lambda y, p: F.kl_div(p.log(), soft(y, p), reduction="sum"),
    "ce_prob": lambda y, p: F.nll_loss(*one_class(p.log(), y)),
}
TORCH_WITHOUT_VALUE = {"poisson_deviance"}
ROWWISE = {"softmax_ce", "kl_logits", "kl_prob", "ce_prob"}


def of_torch(point, width):
    loss = TORCH.get(point["loss"])
    if loss is None:
        return None
    dtype = torch.float64 if width == "f64" else torch.float32
    p = torch.tensor(point["p"], dtype=dtype, requires_grad=True)
    y = point["y"] if point["loss"] in ROWWISE else torch.tensor(float(point["y"]), dtype=dtype)
    try:
        value = loss(y, p, **point["params"])
    except RuntimeError:  # refuses the probability
        return None
    d1 = torch.autograd.grad(value, p, create_graph=True)[0] if value.requires_grad else torch.zeros_like(p)
    d2 = second(d1, p)
    value = None if point["loss"] in TORCH_WITHOUT_VALUE else value.item()
    return [value, d1.tolist(), d2]


def second(d1, p):
    if not d1.requires_grad:
        return torch.zeros_like(p).tolist()
    try:
        if not p.ndim:
            d2 = torch.autograd.grad(d1, p, allow_unused=True)[0]
            return 0.0 if d2 is None else d2.item()
        diagonal = []
        for i in range(len(p)):
            row = torch.autograd.grad(d1[i], p, retain_graph=True, allow_unused=True)[0]
            diagonal.append(0.0 if row is None else row[i].item())
        return diagonal
    except (NotImplementedError, RuntimeError):  # no second derivative
        return None


# --- scikit-learn ------------------------------------------------------------------------------------------------------


def by_class(made, y, z, factor=1.0):
    y, z = np.array([y], dtype=np.float64), np.array([z], dtype=np.float64)
    gradient, hessian = made.gradient_hessian(y, z)
    return [factor * made.loss(y, z)[0], factor * gradient[0], factor * hessian[0]]


def true_slope(made, y, z):
    """Value and gradient only: the Hessian of these is a stand-in of 1."""
    return by_class(made, y, z)[:2] + [None]


def by_sgd(made, y, p):
    return [made.py_loss(float(p), float(y)), made.py_dloss(float(p), float(y)), None]


def by_metric(metric, y, p, **options):
    try:
        return [metric([y], [p], **options), None, None]
    except ValueError:  # refuses the values
        return None


def log_loss(y, p):
    return by_metric(metrics.log_loss, y, p, labels=[0, 1]) if y in (0, 1) else None


def ce_prob(y, p):
    return by_metric(metrics.log_loss, y, p, labels=list(range(len(p))))


def hinge(y, p):
    # A batch of one class is taken to be of class -1, so both classes take part, the other with weight 0.
    return [metrics.hinge_loss([y, -y], [p, 0.0], sample_weight=[1, 0]), sgd.Hinge(1.0).py_dloss(float(p), float(y)), None]


def brier(y, p):
    return by_metric(metrics.brier_score_loss, y, p, labels=[0, 1]) if y in (0, 1) else None


def softmax_ce(y, p, label_smoothing):
    return None if label_smoothing else by_class(sk_loss.HalfMultinomialLoss(n_classes=len(p)), y, p)


SKLEARN = {
    "squared_error": lambda y, p: by_class(sk_loss.HalfSquaredError(), y, p, 2.0),
    "half_squared_error": lambda y, p: by_class(sk_loss.HalfSquaredError(), y, p),
    "absolute_error": lambda y, p: true_slope(sk_loss.AbsoluteError(), y, p),
    "huber": lambda y, p, delta: by_class(sk_loss.HuberLoss(delta=delta), y, p),
    "quantile": lambda y, p, tau: true_slope(sk_loss.PinballLoss(quantile=tau), y, p),
    "epsilon_insensitive": lambda y, p, epsilon: by_sgd(sgd.EpsilonInsensitive(epsilon), y, p),
    "squared_epsilon_insensitive": lambda y, p, epsilon: by_sgd(sgd.SquaredEpsilonInsensitive(epsilon), y, p),
    "poisson_log": lambda y, p: by_class(sk_loss.HalfPoissonLoss(), y, p),
    "poisson_deviance": lambda y, p: by_metric(metrics.mean_poisson_deviance, y, p),
    "gamma_log": lambda y, p: by_class(sk_loss.HalfGammaLoss(), y, p),
    "gamma_deviance": lambda y, p: by_metric(metrics.mean_gamma_deviance, y, p),
    "tweedie_log": lambda y, p, power: by_class(sk_loss.HalfTweedieLoss(power=power), y, p),
    "tweedie_deviance": lambda y, p, power: by_metric(metrics.mean_tweedie_deviance, y, p, power=power),
    "msle": lambda y, p: by_metric(metrics.mean_squared_log_error, y, p),
    "mape": lambda y, p: by_metric(metrics.mean_absolute_percentage_error, y, p),
    "bce_prob": log_loss,
    "brier": brier,
    "bce_logits": lambda y, p: by_class(sk_loss.HalfBinomialLoss(), y, p),
    "logistic_margin": lambda y, p: by_class(sk_loss.HalfBinomialLoss(), (y + 1) / 2, p),
    "hinge": hinge,
    "squared_hinge": lambda y, p: by_sgd(sgd.SquaredHinge(1.0), y, p),
    "modified_huber": lambda y, p: by_sgd(sgd.ModifiedHuber(), y, p),
    "perceptron": lambda y, p: by_sgd(sgd.Hinge(0.0), y, p),
    "exponential": lambda y, p: by_class(sk_loss.ExponentialLoss(), (y + 1) / 2, p),
    "softmax_ce": softmax_ce,
    "ce_prob": ce_prob,
}


def of_sklearn(point):
    return SKLEARN[point["loss"]](point["y"], point["p"], **point["params"]) if point["loss"] in SKLEARN else None


# --- XGBoost: loss -> (objective, metric, parameters, value from metric, factor of gradient, Hessian is the true one) ---


def same(value, _):
    return value


def squared(value, _):
    return value * value


def without_constant(value, y):
    return value - special.gammaln(y + 1)


XGBOOST = {
    "squared_error": ("reg:squarederror", "rmse", {}, squared, 2.0, True),
    "half_squared_error": ("reg:squarederror", None, {}, None, 1.0, True),
    "absolute_error": ("reg:absoluteerror", "mae", {}, same, 1.0, False),
    "pseudo_huber": ("reg:pseudohubererror", "mphe", {"delta": "huber_slope"}, same, 1.0, True),
    "quantile": ("reg:quantileerror", "quantile", {"tau": "quantile_alpha"}, same, 1.0, False),
    "poisson_log": ("count:poisson", "poisson-nloglik", {}, without_constant, 1.0, True),
    "gamma_log": ("reg:gamma", "gamma-nloglik", {}, same, 1.0, True),
    "tweedie_log": ("reg:tweedie", "tweedie-nloglik@{}", {"power": "tweedie_variance_power"}, same, 1.0, True),
    "msle": ("reg:squaredlogerror", "rmsle", {}, squared, 2.0, True),
    "mape": ("reg:squarederror", "mape", {}, same, None, False),
    "bce_prob": ("reg:squarederror", "logloss", {}, same, None, False),
    "bce_logits": ("binary:logistic", "logloss", {}, same, 1.0, True),
    "bce_logits_weighted": ("binary:logistic", None, {"pos_weight": "scale_pos_weight"}, None, 1.0, True),
    "logistic_margin": ("binary:logistic", "logloss", {}, same, 1.0, True),
    "softmax_ce": ("multi:softprob", "mlogloss", {}, same, 1.0, False),
}
PLAIN = {
    "reg_lambda": 0, "reg_alpha": 0, "eta": 1, "min_child_weight": 0, "gamma": 0, "max_depth": 1, "tree_method": "hist",
    "max_delta_step": 0, "nthread": 1, "verbosity": 0, "seed": 0,
}  # fmt: skip


def of_xgboost(point):
    if point["loss"] not in XGBOOST or point["params"].get("label_smoothing"):
        return None
    objective, metric, names, convert, factor, true_hessian = XGBOOST[point["loss"]]
    y, p = np.float32(point["y"]), np.array([point["p"]], dtype=np.float32)
    y = (y + 1) / 2 if point["loss"] == "logistic_margin" else y
    if not (np.isfinite(y) and np.isfinite(p).all()):
        return None
    if point["loss"] == "bce_logits_weighted" and y not in (0, 1):
        return None
    parameters = {**PLAIN, "objective": objective, "disable_default_eval_metric": 1}
    parameters.update({names[k]: v for k, v in point["params"].items() if k in names})
    if objective == "multi:softprob":
        parameters["num_class"] = p.size
    if metric:
        parameters["eval_metric"] = metric.format(point["params"].get("power"))
    data = xgboost.DMatrix(np.zeros((1, 1)), label=[y], base_margin=p, nthread=1)
    value, d1, d2 = None, None, None
    try:
        if metric:
            text = xgboost.train(parameters, data, 0).eval(data).split(":")[-1]
            value = convert(float(text), float(y))
        if factor:
            booster = xgboost.train(parameters, data, 1)
            trees = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]["model"]["trees"]
            d2 = [factor * t["sum_hessian"][0] for t in trees]
            # A leaf holds -G/H; where H is 0 or not a number it says nothing about G.
            d1 = [-t["base_weights"][0] * h if h > 0 else None for t, h in zip(trees, d2)]
            d1 = [None if g is None else g + 0.0 for g in d1]
            if not p.ndim or p.size == 1:
                d1, d2 = d1[0], d2[0]
            d1 = None if d1 is not None and np.ndim(d1) and None in d1 else d1
    except xgboost.core.XGBoostError:  # refuses the target
        return None
    return [value, d1, d2 if true_hessian else None]


# --- points ------------------------------------------------------------------------------------------------------------


def flat(x):
    return x if isinstance(x, list) else [x]


def f32_exact(point):
    inputs = [float(v) for v in flat(point["y"]) + flat(point["p"]) + list(point["params"].values())]
    return all(math.isfinite(np.float32(v)) and float(np.float32(v)) == v for v in inputs)


def at_kink(point):
    """At a kink of the value or of the slope."""
    loss, y, p, parameters = point["loss"], point["y"], point["p"], point["params"]
    if isinstance(p, list):
        return False
    y, p = mpf(y), mpf(p)
    r = abs(p - y)
    if loss in ("absolute_error", "quantile", "expectile", "mape", "smape"):
        return r == 0 or (loss == "smape" and p == 0)
    if loss in ("huber", "smooth_l1"):
        return r == mpf(parameters.get("delta", parameters.get("beta")))
    if loss.endswith("epsilon_insensitive"):
        return r == mpf(parameters["epsilon"])
    if loss == "tukey":
        return r == mpf(parameters["c"])
    if loss in ("hinge", "squared_hinge", "modified_huber"):
        return y * p == 1 or (loss == "modified_huber" and y * p == -1)
    return loss == "perceptron" and p == 0


def main():
    points = json.loads((HERE / "values.json").read_text())["points"]
    lines = []
    for point in points:
        found = {
            "torch": {width: of_torch(point, width) for width in ("f64", "f32")},
            "sklearn": {"f64": of_sklearn(point)},
            "xgboost": {"f32": of_xgboost(point)},
        }
        found = {
            library: {w: [number(x, w) for x in triple] for w, triple in widths.items() if triple is not None}
            for library, widths in found.items()
        }
        found = {library: widths for library, widths in found.items() if widths}
        if found:
            lines.append(f"{json.dumps(point['id'])}: {json.dumps(found, allow_nan=False)}")
    head = {
        "header": HEADER,
        "versions": {m.__name__: m.__version__.split("+")[0] for m in (torch, sklearn, xgboost, np)},
        "f32_exact": [p["id"] for p in points if f32_exact(p)],
        "at_kink": [p["id"] for p in points if at_kink(p)],
    }
    text = "".join(f"{json.dumps(k)}: {json.dumps(v)},\n" for k, v in head.items())
    (HERE / "libraries.json").write_text("{\n" + text + '"points": {\n' + ",\n".join(lines) + "\n}\n}\n")


if __name__ == "__main__":
    main()
