"""Makes compat.json: what the loss functions, objectives and metrics of other libraries return.

    pip install -r golden/requirements.txt
    python golden/make_compat.py

Inputs are exact in both widths, so that one list serves f64 and f32. They include ties, kinks, probabilities of 0 and 1,
margins of 40 and weights that differ, because that is where libraries part ways.
"""

import json
import math
import os
import warnings
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["KERAS_BACKEND"] = "torch"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")

import catboost
import keras
import lightgbm
import numpy as np
import sklearn
import torch
import torch.nn.functional as F
import xgboost
from catboost.utils import eval_metric
from sklearn import metrics
from sklearn._loss import loss as sk_loss
from torch import nn

torch.set_num_threads(1)

TINY = 2.0**-34
TINIER = 2.0**-56

# Residuals: 0 (tie), 0.5, 1 and 1.5 (kinks), -1, -0.5, -40, 40.
REAL = {
    "target": [1, 2, 0, -3, 5, 0.5, 100, 4],
    "prediction": [1, 2.5, 1, -1.5, 4, 0, 60, 44],
    "weight": [1, 2, 0.5, 3, 1, 0.25, 1.5, 4],
}
EVENT_LOGIT = {
    "target": [1, 0, 1, 1, 0, 0, 1, 0, 1],
    "prediction": [0, 0.5, -2, 40, -40, 40, -40, 1, 1],
    "weight": [1, 2, 0.5, 3, 1, 0.25, 1.5, 4, 2],
}
SHARE_LOGIT = {**EVENT_LOGIT, "target": [1, 0, 1, 1, 0, 0, 1, 0.25, 0.5]}
EVENT_PROBABILITY = {
    "target": [1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0],
    "prediction": [0.5, 0.25, 0.875, 1, 0, 0, 1, TINY, TINY, TINIER, TINIER],
    "weight": [1, 2, 0.5, 3, 1, 0.25, 1.5, 4, 2, 1, 3],
}
EVENT_CLASS = {
    "target": [1, 0, 1, 1, 0, 0],
    "prediction": [1, 0, 0, 1, 1, 0],
    "weight": [1, 2, 0.5, 3, 1, 0.25],
}
COUNT_LOG = {
    "target": [0, 1, 2, 5, 3, 0, 1, 0],
    "prediction": [0.5, 0, -1, 1.75, -40, -40, 4, 6],
    "weight": [1, 2, 0.5, 3, 1, 0.25, 1.5, 4],
}
COUNT_MEAN = {
    "target": [0, 1, 2, 5, 3, 0, 1],
    "prediction": [0.5, 1, 4, 0.125, TINY, TINY, 8],
    "weight": [1, 2, 0.5, 3, 1, 0.25, 1.5],
}
POSITIVE_LOG = {
    "target": [1, 2, 0.5, 5, 3, 1, 2],
    "prediction": [0, 0.5, -1, 1.75, -10, 10, 40],
    "weight": [1, 2, 0.5, 3, 1, 0.25, 1.5],
}
POSITIVE_MEAN = {
    "target": [1, 2, 0.5, 5, 3, TINY],
    "prediction": [1, 4, 0.25, 0.125, 40, 0.5],
    "weight": [1, 2, 0.5, 3, 1, 0.25],
}
ABOVE_MINUS_ONE = {
    "target": [0, 1, 2, 5, 3, 0, 0.5],
    "prediction": [0.5, 1, 4, 0.125, 0, -0.5, 100],
    "weight": [1, 2, 0.5, 3, 1, 0.25, 1.5],
}
NOT_ZERO = {
    "target": [1, 2, 0.5, -3, 5, 0.125, 100],
    "prediction": [1, 2.5, 1, -1.5, 4, 0, 60],
    "weight": [1, 2, 0.5, 3, 1, 0.25, 1.5],
}
WITH_ZERO = {"target": [0, 1, 0], "prediction": [1, 1.5, 0], "weight": [1, 2, 0.5]}
CLASS_LOGIT = {
    "target": [0, 2, 0, 0, 1, 2, 1],
    "prediction": [[0, 0, 0], [1, 2, 0.5], [40, 0, -40], [-40, 0, 40], [0.5, -1, 3], [100, 0, 0], [-2, -1, -3]],
    "weight": [1, 2, 0.5, 3, 1, 0.25, 1.5],
}
SHARES = [[0.5, 0.25, 0.25], [0, 0, 1], [1, 0, 0], [0.25, 0.25, 0.5], [0, 0.5, 0.5], [0, 0, 1], [0.125, 0.75, 0.125]]
CLASS_PROBABILITY = {
    "target": [0, 2, 0, 0, 1, 2],
    "prediction": [
        [0.5, 0.25, 0.25], [0.125, 0.125, 0.75], [1, 0, 0], [0, 1, 0], [0.25, 0.5, 0.25], [0.5, 0.5 - TINY, TINY],
    ],
    "weight": [1, 2, 0.5, 3, 1, 0.25],
}  # fmt: skip
KINKED_SCORES = {
    "target": [0, 2, 0, 0, 1, 2, 1],
    "prediction": [[0, 0, 0], [1, 2, 0.5], [40, 0, -40], [-40, 0, 40], [0.5, -1, 3], [1, 0, 2], [-2, -1, -3]],
    "weight": [1, 2, 0.5, 3, 1, 0.25, 1.5],
}
CLASS_WEIGHT = [1, 2, 0.5]

HEADER = {
    "title": "What the loss functions, objectives and metrics of other libraries return",
    "loss": "Dartboard's spec of the loss that the function is about; the note says what differs",
    "target": "events 0 or 1 (a library that wants -1 and 1 got those), shares, class indices, or rows of shares",
    "prediction": "as Dartboard takes it; where a library wants another form, the note says how it was converted",
    "weight": "per row; class_weight per class; pos_weight of the positive rows is in the spec",
    "rows": "what the library returns unreduced; times the weight where rows_weighted is true; for metrics: the metric "
    "of each row alone, without weight",
    "gradient": "derivative by the prediction, of the reduced value (gradient_of: reduced) or of the row's own loss "
    "(row), times the weight in both cases",
    "hessian": "second derivative, or what the library uses in its place, of the row, times the weight; for rows of "
    "scores its diagonal",
    "reduction": "the library's name, or mean_by_weight: sum of weight times loss over sum of weights; objective: no value",
    "precision": "Keras rounds means and mixed terms to f32 even when asked for f64: its f64 cases hold to 1e-6; objectives "
    "of XGBoost and LightGBM are f32, recovered from trees to about 1e-6 (LightGBM's regression_l1, quantile and mape to 5 "
    "digits); null where a tree cannot show them",
    "numbers": "shortest decimal that reads back to the same number of dtype; inf, -inf and nan as strings",
}

cases = []


def number(x, dtype="f64"):
    x = np.float32(x) if dtype == "f32" else np.float64(x)
    if np.isnan(x):
        return "nan"
    if np.isinf(x):
        return "inf" if x > 0 else "-inf"
    x = float(str(x))
    return int(x) if x == int(x) and abs(x) < 1e15 and not (x == 0 and math.copysign(1, x) < 0) else x


def numbers(x, dtype="f64"):
    if x is None:
        return None
    if isinstance(x, torch.Tensor):
        x = x.detach().numpy()
    if np.ndim(x) == 0:
        return number(x, dtype)
    return [numbers(v, dtype) for v in x]


def add(library, version, function, loss, data, *, dtype="f64", weighted=True, reduction, value=None, rows=None,
        rows_weighted=False, gradient=None, gradient_of="row", hessian=None, note, class_weight=None,
        label_smoothing=0.0, ignore=None):  # fmt: skip
    cases.append({
        "library": library,
        "version": version,
        "function": function,
        "loss": loss,
        "dtype": dtype,
        "target": numbers(data["target"]),
        "prediction": numbers(data["prediction"]),
        "weight": numbers(data["weight"]) if weighted else None,
        "class_weight": numbers(class_weight),
        "label_smoothing": label_smoothing,
        "ignore": ignore,
        "reduction": reduction,
        "value": None if value is None else number(value, dtype),
        "rows": numbers(rows, dtype),
        "rows_weighted": rows_weighted,
        "gradient": numbers(gradient, dtype),
        "gradient_of": None if gradient is None else gradient_of,
        "hessian": numbers(hessian, dtype),
        "note": note,
    })  # fmt: skip


def signs(target):
    return [2 * y - 1 for y in target]


# --- PyTorch -----------------------------------------------------------------------------------------------------------

TORCH = torch.__version__.split("+")[0]
WIDTHS = {"f64": torch.float64, "f32": torch.float32}


def by_autograd(call, data, width, *, classes=False):
    """`call(prediction, target, weight)` and its derivative by the prediction."""
    p = torch.tensor(data["prediction"], dtype=width, requires_grad=True)
    y = torch.tensor(data["target"], dtype=torch.int64 if classes else width)
    w = torch.tensor(data["weight"], dtype=width) if "weight" in data else None
    value = call(p, y, w)
    gradient = torch.autograd.grad(value.sum(), p)[0] if value.requires_grad else None
    return value.detach(), gradient


def torch_case(function, loss, data, call, note, *, weighted=False, reductions=("mean", "sum"), classes=False, **more):
    """`function` and `call` have a hole for the reduction."""
    for dtype, width in WIDTHS.items():
        rows, _ = by_autograd(lambda p, y, w: call(p, y, w, "none"), data, width, classes=classes)
        for reduction in reductions if dtype == "f64" else reductions[:1]:
            value, gradient = by_autograd(lambda p, y, w: call(p, y, w, reduction), data, width, classes=classes)
            add("torch", TORCH, function.format(reduction), loss, data, dtype=dtype, weighted=weighted,
                reduction=reduction, value=value, rows=rows, rows_weighted=weighted, gradient=gradient,
                gradient_of="reduced", note=note, **more)  # fmt: skip


def class_weights(p):
    return torch.tensor(CLASS_WEIGHT, dtype=p.dtype)


def torch_cases():
    t = torch_case
    by_count = "mean divides by the number of rows, whatever the weights"
    t("MSELoss(reduction='{}')", "mse", REAL, lambda p, y, w, r: nn.MSELoss(reduction=r)(p, y), "no difference")
    t("F.mse_loss(weight, reduction='{}')", "mse", REAL, lambda p, y, w, r: F.mse_loss(p, y, weight=w, reduction=r),
      "mean divides by the sum of weights", weighted=True)  # fmt: skip
    t("L1Loss(reduction='{}')", "mae", REAL, lambda p, y, w, r: nn.L1Loss(reduction=r)(p, y), "gradient 0 at a tie")
    t("F.l1_loss(weight, reduction='{}')", "mae", REAL, lambda p, y, w, r: F.l1_loss(p, y, weight=w, reduction=r),
      "mean divides by the sum of weights; gradient 0 at a tie", weighted=True)  # fmt: skip
    for delta in (1.0, 1.5):
        t(f"HuberLoss(delta={delta}, reduction='{{}}')", f"huber(delta={delta:g})", REAL,
          lambda p, y, w, r, d=delta: nn.HuberLoss(delta=d, reduction=r)(p, y), "no difference")  # fmt: skip
    t("F.huber_loss(delta=1.5, weight, reduction='{}')", "huber(delta=1.5)", REAL,
      lambda p, y, w, r: F.huber_loss(p, y, delta=1.5, weight=w, reduction=r),
      by_count + " (mse_loss and l1_loss divide by their sum)", weighted=True)  # fmt: skip
    t("SmoothL1Loss(beta=0.5, reduction='{}')", "smooth_l1(beta=0.5)", REAL,
      lambda p, y, w, r: nn.SmoothL1Loss(beta=0.5, reduction=r)(p, y), "no difference")  # fmt: skip

    clamp = "logarithms clamped from below at -100; gradient (p - y) / max((1 - p) p, 1e-12), 1e-12 as f32"
    t("BCELoss(reduction='{}')", "bce", EVENT_PROBABILITY, lambda p, y, w, r: nn.BCELoss(reduction=r)(p, y), clamp)
    t("BCELoss(weight, reduction='{}')", "bce", EVENT_PROBABILITY,
      lambda p, y, w, r: nn.BCELoss(weight=w, reduction=r)(p, y), clamp + "; " + by_count, weighted=True)  # fmt: skip
    rounding = "value 0 at a margin of -40 and gradient 0 at a margin of 40, where the truth is 4.2e-18"
    t("BCEWithLogitsLoss(reduction='{}')", "bce_logits", SHARE_LOGIT,
      lambda p, y, w, r: nn.BCEWithLogitsLoss(reduction=r)(p, y), rounding)  # fmt: skip
    t("BCEWithLogitsLoss(weight, reduction='{}')", "bce_logits", SHARE_LOGIT,
      lambda p, y, w, r: nn.BCEWithLogitsLoss(weight=w, reduction=r)(p, y), by_count + "; " + rounding,
      weighted=True)  # fmt: skip
    t("BCEWithLogitsLoss(pos_weight=3, reduction='{}')", "bce_logits(pos_weight=3)", SHARE_LOGIT,
      lambda p, y, w, r: nn.BCEWithLogitsLoss(pos_weight=torch.tensor(3, dtype=p.dtype), reduction=r)(p, y),
      "pos_weight multiplies the term of y and does not enter the divisor; " + rounding)  # fmt: skip
    t("BCEWithLogitsLoss(weight, pos_weight=3, reduction='{}')", "bce_logits(pos_weight=3)", SHARE_LOGIT,
      lambda p, y, w, r: nn.BCEWithLogitsLoss(weight=w, pos_weight=torch.tensor(3, dtype=p.dtype), reduction=r)(p, y),
      "neither weight enters the divisor; " + rounding, weighted=True)  # fmt: skip

    shares = {**CLASS_LOGIT, "target": SHARES}

    def cross_entropy(what, data, note, *, weights=False, smoothing=0.0, ignore=None, soft=False):
        given = (["weight"] * weights + [f"label_smoothing={smoothing}"] * bool(smoothing)
                 + [f"ignore_index={ignore}"] * (ignore is not None) + ["reduction='{}'"])  # fmt: skip

        def call(p, y, w, r):
            return nn.CrossEntropyLoss(
                weight=class_weights(p) if weights else None, label_smoothing=smoothing, reduction=r,
                ignore_index=-100 if ignore is None else ignore,
            )(p, y)  # fmt: skip

        t(f"CrossEntropyLoss({', '.join(given)}) of {what}", "cce_logits", data, call, note, classes=not soft,
          class_weight=CLASS_WEIGHT if weights else None, label_smoothing=smoothing, ignore=ignore)  # fmt: skip

    by_class = "mean divides by the sum of the class weights of the targets"
    lse = "log-sum-exp minus score: 0 at a large margin, where the truth is 4e-18"
    cross_entropy("classes", CLASS_LOGIT, lse)
    cross_entropy("classes", CLASS_LOGIT, by_class, weights=True)
    cross_entropy("classes", CLASS_LOGIT, "targets (1 - e) onehot + e/K; mean divides by the number of rows",
                  smoothing=0.125)  # fmt: skip
    cross_entropy("classes", CLASS_LOGIT,
                  "(1 - e) w[y] (-log p[y]) + e/K sum_j w[j] (-log p[j]); " + by_class + ", without the smoothing",
                  weights=True, smoothing=0.125)  # fmt: skip
    cross_entropy("shares", shares, lse, soft=True)
    cross_entropy("shares", shares, "class weights multiply the terms; mean divides by the number of rows (for classes "
                  "it divides by their weights)", weights=True, soft=True)  # fmt: skip
    cross_entropy("shares", shares, "shares smoothed to (1 - e) share + e/K, then weighted; mean divides by the number "
                  "of rows", weights=True, smoothing=0.125, soft=True)  # fmt: skip
    cross_entropy("classes", CLASS_LOGIT, "rows of the ignored class are 0 and not counted", ignore=1)
    masked = {**CLASS_LOGIT, "target": [0, -100, 0, -100, 1, 2, 1]}
    cross_entropy("classes", masked, "rows of target -100 are 0 and not counted", ignore=-100)
    cross_entropy("classes", masked, "ignored rows are 0 and add nothing to the divisor, the sum of class weights",
                  weights=True, smoothing=0.125, ignore=-100)  # fmt: skip
    cross_entropy("classes", {**CLASS_LOGIT, "target": [-100] * 7}, "all rows ignored: mean 0/0, sum 0", ignore=-100)

    log_probabilities = {
        **CLASS_LOGIT,
        "prediction": [[-0.5, -1.5, -2], [-40, 0, -40], [0, -100, -1], [-3, -0.25, -2], [-1, -1, -1], [-8, -4, -2],
                       [-0.125, -3, -5]],
    }  # fmt: skip
    t("NLLLoss(reduction='{}')", "nll", log_probabilities, lambda p, y, w, r: nn.NLLLoss(reduction=r)(p, y),
      "no difference", classes=True)  # fmt: skip
    t("NLLLoss(weight, reduction='{}')", "nll", log_probabilities,
      lambda p, y, w, r: nn.NLLLoss(weight=class_weights(p), reduction=r)(p, y), by_class, classes=True,
      class_weight=CLASS_WEIGHT)  # fmt: skip

    distributions = {
        "target": SHARES[:6],
        "prediction": [[0.25, 0.5, 0.25], [0.25, 0.25, 0.5], [0.125, 0.125, 0.75], [0.5, 0.25, 0.25],
                       [0.5, 0.25, 0.25], [TINY, TINY, 1 - TINY / 2]],
    }  # fmt: skip
    distributions["prediction"][5][2] = 1
    converted = "called on the logarithm of the prediction; gradient by the probability; "
    kl = ("mean", "batchmean", "sum")

    def kl_div(p, y, w, r):
        return nn.KLDivLoss(reduction=r)(p.log(), y)

    t("KLDivLoss(reduction='{}')", "kl_div", distributions, kl_div, converted + "mean divides by rows times classes, "
      "batchmean by rows; rows are lists of terms", reductions=kl)  # fmt: skip
    t("KLDivLoss(reduction='{}')", "kl_div",
      {"target": [[0.5, 0.5, 0], [0.5, 0.5, 0]], "prediction": [[0.5, 0.5, 0], [0, 0.5, 0.5]]}, kl_div,
      converted + "a probability of 0 for a share of 0 gives 0 times infinity", reductions=kl)  # fmt: skip

    t("PoissonNLLLoss(log_input=True, reduction='{}')", "poisson", COUNT_LOG,
      lambda p, y, w, r: nn.PoissonNLLLoss(reduction=r)(p, y), "no difference")  # fmt: skip
    t("PoissonNLLLoss(log_input=True, full=True, reduction='{}')", "poisson", COUNT_LOG,
      lambda p, y, w, r: nn.PoissonNLLLoss(full=True, reduction=r)(p, y),
      "adds y log y - y + log(2 pi y)/2 (Stirling) where y > 1")  # fmt: skip
    t("PoissonNLLLoss(log_input=False, reduction='{}')", "poisson_deviance", COUNT_MEAN,
      lambda p, y, w, r: nn.PoissonNLLLoss(log_input=False, reduction=r)(p, y),
      "mu - y log(mu + 1e-8): half of the deviance, without its terms of the target")  # fmt: skip
    t("PoissonNLLLoss(log_input=False, full=True, reduction='{}')", "poisson_deviance", COUNT_MEAN,
      lambda p, y, w, r: nn.PoissonNLLLoss(log_input=False, full=True, reduction=r)(p, y),
      "mu - y log(mu + 1e-8), plus y log y - y + log(2 pi y)/2 (Stirling) where y > 1")  # fmt: skip

    gaussian = {
        "target": [1, 2, 0, -3, 5, 0.5],
        "prediction": [[1, 0], [2.5, 1], [1, -2], [-1.5, 0.5], [5, -20], [0.5009765625, -20]],
    }
    small = "called with variance exp(log variance), clamped from below at 1e-6; the gradient passes through the clamp"

    def gaussian_nll(full):
        return lambda p, y, w, r: nn.GaussianNLLLoss(full=full, reduction=r)(p[:, 0], y, p[:, 1].exp())

    t("GaussianNLLLoss(reduction='{}')", "gaussian_nll", gaussian, gaussian_nll(False), small)
    t("GaussianNLLLoss(full=True, reduction='{}')", "gaussian_nll", gaussian, gaussian_nll(True),
      small + "; adds log(2 pi)/2")  # fmt: skip

    t("SoftMarginLoss(reduction='{}')", "bce_logits", EVENT_LOGIT,
      lambda p, y, w, r: nn.SoftMarginLoss(reduction=r)(p, 2 * y - 1),
      "targets -1 and 1; log(1 + exp(-y z))")  # fmt: skip
    far = {"target": [1, 0, 1, 1], "prediction": [0.5, 100, -100, -800]}
    t("SoftMarginLoss(reduction='{}')", "bce_logits", far,
      lambda p, y, w, r: nn.SoftMarginLoss(reduction=r)(p, 2 * y - 1),
      "log1p(exp(-y z)) overflows to inf beyond a margin of -709 (f64) or -88 (f32), with gradient nan")  # fmt: skip
    margin = "sum over the other classes of max(0, 1 - z[y] + z[j]), divided by the number of classes"
    t("MultiMarginLoss(reduction='{}')", "multiclass_hinge", KINKED_SCORES,
      lambda p, y, w, r: nn.MultiMarginLoss(reduction=r)(p, y), margin, classes=True)  # fmt: skip
    t("MultiMarginLoss(weight, reduction='{}')", "multiclass_hinge", KINKED_SCORES,
      lambda p, y, w, r: nn.MultiMarginLoss(weight=class_weights(p), reduction=r)(p, y),
      margin + ", times the weight of the target's class; " + by_count, classes=True,
      class_weight=CLASS_WEIGHT)  # fmt: skip
    t("MultiMarginLoss(p=2, reduction='{}')", "multiclass_hinge", KINKED_SCORES,
      lambda p, y, w, r: nn.MultiMarginLoss(p=2, reduction=r)(p, y),
      "sum over the other classes of max(0, 1 - z[y] + z[j])^2, divided by the number of classes",
      classes=True)  # fmt: skip
    tags = {
        "target": [[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]],
        "prediction": [[0, 0.5, -2], [-40, 40, 1], [40, -40, 0.5], [-1, 3, 2]],
    }
    t("MultiLabelSoftMarginLoss(reduction='{}')", "multilabel_bce_logits", tags,
      lambda p, y, w, r: nn.MultiLabelSoftMarginLoss(reduction=r)(p, y), "a row is the mean over its labels; "
      "logarithms of sigmoids")  # fmt: skip
    t("MultiLabelSoftMarginLoss(weight, reduction='{}')", "multilabel_bce_logits", tags,
      lambda p, y, w, r: nn.MultiLabelSoftMarginLoss(weight=class_weights(p), reduction=r)(p, y),
      "a row is the mean over its labels of weight times loss, divided by their number",
      class_weight=CLASS_WEIGHT)  # fmt: skip


# --- Keras -------------------------------------------------------------------------------------------------------------

KERAS = f"{keras.__version__} (torch backend)"
KERAS_REDUCTIONS = ("sum_over_batch_size", "sum", "mean_with_sample_weight")


def keras_case(name, loss, data, note, *, classes=False, rowwise=False, label_smoothing=0.0, **options):
    shown = "".join(f"{k}={v}, " for k, v in options.items())
    if label_smoothing:
        options["label_smoothing"] = label_smoothing
        shown += f"label_smoothing={label_smoothing}, "

    def call(reduction, width):
        made = getattr(keras.losses, name)(reduction=reduction, dtype=width, **options)

        def evaluate(p, y, w):
            # One column: Keras averages the last axis before it weighs rows.
            return made(y, p, sample_weight=w) if rowwise else made(y[:, None], p[:, None], sample_weight=w)

        return evaluate

    for dtype, width in (("f64", "float64"), ("f32", "float32")):
        keras.config.set_floatx(width)
        rows, _ = by_autograd(call(None, width), data, WIDTHS[dtype], classes=classes)
        for reduction in KERAS_REDUCTIONS if dtype == "f32" else KERAS_REDUCTIONS[:1]:
            value, gradient = by_autograd(call(reduction, width), data, WIDTHS[dtype], classes=classes)
            add("keras", KERAS, f"{name}({shown}reduction='{reduction}')", loss, data, dtype=dtype, reduction=reduction,
                value=value, rows=rows, rows_weighted=True, gradient=gradient, gradient_of="reduced", note=note,
                label_smoothing=label_smoothing)  # fmt: skip


def keras_cases():
    k = keras_case
    k("MeanSquaredError", "mse", REAL, "sum_over_batch_size divides by the number of rows, whatever the weights")
    k("MeanAbsoluteError", "mae", REAL, "gradient 0 at a tie")
    percent = "100 |r| / max(|y|, 1e-7): percent; gradient 0 at a tie"
    k("MeanAbsolutePercentageError", "mape", NOT_ZERO, percent)
    k("MeanAbsolutePercentageError", "mape", WITH_ZERO, percent)
    k("MeanSquaredLogarithmicError", "msle", ABOVE_MINUS_ONE,
      "target and prediction raised to at least 1e-7 before the logarithm, gradient 0 below")  # fmt: skip
    k("Huber", "huber(delta=1)", REAL, "no difference", delta=1.0)
    k("Huber", "huber(delta=1.5)", REAL, "no difference", delta=1.5)
    k("LogCosh", "log_cosh", REAL, "r + softplus(-2 r) - log 2, rounded to f32 at every step")
    k("Poisson", "poisson_deviance", COUNT_MEAN,
      "mu - y log(mu + 1e-7): half of the deviance, without its terms of the target")  # fmt: skip
    distributions = {
        "target": SHARES[:6],
        "prediction": [[0.25, 0.5, 0.25], [0.25, 0.25, 0.5], [0.125, 0.125, 0.75], [0.5, 0.25, 0.25], [1, 0, 0],
                       [TINY, TINY, 1]],
        "weight": CLASS_PROBABILITY["weight"],
    }  # fmt: skip
    k("KLDivergence", "kl_div", distributions, "target and prediction clipped to [1e-7, 1], so that a share of 0 counts "
      "as 1e-7; gradient 0 where the prediction is clipped, half of it at a prediction of 1", rowwise=True)  # fmt: skip
    clip = "p clipped to [1e-7, 1 - 1e-7], in f32 1 - 1.19e-7; gradient 0 where clipped"
    k("BinaryCrossentropy", "bce", EVENT_PROBABILITY, clip)
    k("BinaryCrossentropy", "bce", EVENT_PROBABILITY, "targets (1 - e) y + e/2; " + clip, label_smoothing=0.125)
    k("BinaryCrossentropy", "bce_logits", SHARE_LOGIT, "value 0 at a margin of -40 and gradient 0 at a margin of 40, "
      "where the truth is 4.2e-18", from_logits=True)  # fmt: skip
    k("BinaryCrossentropy", "bce_logits", SHARE_LOGIT, "targets (1 - e) y + e/2", from_logits=True,
      label_smoothing=0.125)  # fmt: skip
    focal = "sigmoid, clipped to [1e-7, 1 - 1e-7] in the logarithm only; gradient of the logarithm 0 where clipped"
    k("BinaryFocalCrossentropy", "focal_logits(gamma=2, alpha=0.25)", EVENT_LOGIT, focal, apply_class_balancing=True,
      alpha=0.25, gamma=2.0, from_logits=True)  # fmt: skip
    k("BinaryFocalCrossentropy", "focal_logits(gamma=2, alpha=0.5)", EVENT_LOGIT,
      "without apply_class_balancing alpha is not used: twice the loss of alpha=0.5; " + focal, gamma=2.0,
      from_logits=True)  # fmt: skip
    soft = {**CLASS_LOGIT, "target": SHARES}
    k("CategoricalCrossentropy", "cce_logits", soft, "log-sum-exp minus score: 0 at a large margin, where the truth is "
      "4e-18", rowwise=True, from_logits=True)  # fmt: skip
    k("CategoricalCrossentropy", "cce_logits", soft, "shares smoothed to (1 - e) share + e/K", rowwise=True,
      from_logits=True, label_smoothing=0.125)  # fmt: skip
    k("SparseCategoricalCrossentropy", "cce_logits", CLASS_LOGIT, "log-sum-exp minus score: 0 at a large margin, where "
      "the truth is 4e-18", rowwise=True, classes=True, from_logits=True)  # fmt: skip
    share_rows = {**CLASS_PROBABILITY, "target": SHARES[:6]}
    normal = "rows divided by their sum, then clipped to [1e-7, 1 - 1e-7]; gradient 0 where clipped, and through the sum"
    k("CategoricalCrossentropy", "cce", share_rows, normal, rowwise=True)
    k("CategoricalCrossentropy", "cce", share_rows, "shares smoothed to (1 - e) share + e/K; " + normal, rowwise=True,
      label_smoothing=0.125)  # fmt: skip
    k("SparseCategoricalCrossentropy", "cce", CLASS_PROBABILITY, normal, rowwise=True, classes=True)
    k("SparseCategoricalCrossentropy", "cce",
      {"target": [0, 2], "prediction": [[1, 0.5, 0.5], [0.25, 0.25, 0.25]], "weight": [1, 2]},
      "rows that do not sum to 1: " + normal, rowwise=True, classes=True)  # fmt: skip
    kinks = {**EVENT_LOGIT, "prediction": [0, 0.5, -2, 40, -40, 40, -40, -1, 1]}
    k("Hinge", "hinge", kinks, "targets 0 and 1 mean -1 and 1, if the batch holds no others; half of the slope at the "
      "kink")  # fmt: skip
    k("SquaredHinge", "squared_hinge", kinks, "targets 0 and 1 mean -1 and 1, if the batch holds no others")
    one_hot = [[int(c == j) for j in range(3)] for c in KINKED_SCORES["target"]]
    k("CategoricalHinge", "multiclass_hinge", {**KINKED_SCORES, "target": one_hot},
      "max(0, 1 - z[y] + max((1 - onehot) z)): the target's own 0 takes part in the maximum, which matters where all "
      "other scores are negative; the gradient is shared by all that tie for the maximum", rowwise=True)  # fmt: skip


# --- scikit-learn ------------------------------------------------------------------------------------------------------

SKLEARN = sklearn.__version__


def sklearn_loss(made, name, loss, data, note):
    for dtype, width in (("f64", np.float64), ("f32", np.float32)):
        y, p, w = (np.array(data[k], dtype=width) for k in ("target", "prediction", "weight"))
        gradient, hessian = made.gradient_hessian(y, p, w)
        add("sklearn", SKLEARN, f"{name}(y, raw, sample_weight)", loss, data, dtype=dtype, reduction="mean_by_weight",
            value=made(y, p, w), rows=made.loss(y, p, w), rows_weighted=True, gradient=gradient, hessian=hessian,
            note=note)  # fmt: skip


def sklearn_metric(function, loss, data, note, call=None, *, shown="", dtypes=("f64",), helper=None, **options):
    """A metric by its name; `call(y, p, w)` where its arguments need a change; `helper`: target and prediction of a row
    of weight 0 for functions that misread a single row."""
    call = call or (lambda y, p, w: getattr(metrics, function)(y, p, sample_weight=w, **options))
    for dtype in dtypes:
        y = np.array(data["target"])
        p = np.array(data["prediction"], dtype=np.float64 if dtype == "f64" else np.float32)
        w = np.array(data["weight"], dtype=np.float64)
        if helper:
            rows = [call(np.append(v, helper[0](v)), np.append(q, helper[1]), np.array([1, 0])) for v, q in zip(y, p)]
        else:
            rows = [call(y[i : i + 1], p[i : i + 1], None) for i in range(len(y))]
        options_shown = shown + "".join(f", {k}={v}" for k, v in options.items())
        add("sklearn", SKLEARN, f"metrics.{function}(sample_weight{options_shown})", loss, data, dtype=dtype,
            reduction="mean_by_weight", value=call(y, p, w), rows=rows, note=note)  # fmt: skip


def sklearn_cases():
    s = sklearn_loss
    s(sk_loss.HalfSquaredError(), "HalfSquaredError", "mse", REAL, "half: r^2/2, gradient r, Hessian 1")
    s(sk_loss.AbsoluteError(), "AbsoluteError", "mae", REAL, "gradient -1 at a tie; Hessian 1 everywhere")
    for tau in (0.5, 0.75):
        s(sk_loss.PinballLoss(quantile=tau), f"PinballLoss(quantile={tau})", f"quantile(tau={tau})", REAL,
          "gradient -tau at a tie; Hessian 1 everywhere")  # fmt: skip
    for delta in (1.0, 1.5):
        s(sk_loss.HuberLoss(delta=delta), f"HuberLoss(delta={delta})", f"huber(delta={delta:g})", REAL,
          "Hessian 1 at |r| = delta")  # fmt: skip
    s(sk_loss.HalfPoissonLoss(), "HalfPoissonLoss", "poisson", COUNT_LOG, "no difference")
    s(sk_loss.HalfGammaLoss(), "HalfGammaLoss", "gamma", POSITIVE_LOG, "no difference")
    for power in (1.5, 1.25):
        s(sk_loss.HalfTweedieLoss(power=power), f"HalfTweedieLoss(power={power})", f"tweedie(power={power})", COUNT_LOG,
          "no difference")  # fmt: skip
    s(sk_loss.HalfBinomialLoss(), "HalfBinomialLoss", "bce_logits", SHARE_LOGIT,
      "loss() is 0 at a margin of 40, where the truth is 4.2e-18")  # fmt: skip
    s(sk_loss.HalfMultinomialLoss(n_classes=3), "HalfMultinomialLoss(n_classes=3)", "cce_logits", CLASS_LOGIT,
      "log-sum-exp minus score: 0 at a large margin, where the truth is 4e-18; Hessian p (1 - p), the diagonal")  # fmt: skip
    moderate = {**EVENT_LOGIT, "prediction": [0, 0.5, -2, 40, -40, 8, -8, 1, 1]}
    s(sk_loss.ExponentialLoss(), "ExponentialLoss", "exponential", moderate, "no difference")

    m = sklearn_metric
    both = ("f64", "f32")

    def log_loss(normalize):
        return lambda y, p, w: metrics.log_loss(y, p, sample_weight=w, labels=[0, 1], normalize=normalize)

    m("log_loss", "bce", EVENT_PROBABILITY, "p clipped to [eps, 1 - eps], eps that of dtype (2.2e-16, 1.2e-7)",
      log_loss(True), shown=", labels=[0, 1]", dtypes=both)  # fmt: skip
    m("log_loss", "cce", CLASS_PROBABILITY, "p clipped to [eps, 1 - eps], eps that of dtype (2.2e-16, 1.2e-7)",
      lambda y, p, w: metrics.log_loss(y, p, sample_weight=w, labels=[0, 1, 2]), shown=", labels=[0, 1, 2]",
      dtypes=both)  # fmt: skip
    total = len(cases)
    m("log_loss", "bce", EVENT_PROBABILITY, "sum of weight times loss; p clipped to [eps, 1 - eps], eps that of dtype",
      log_loss(False), shown=", labels=[0, 1], normalize=False")  # fmt: skip
    cases[total]["reduction"] = "sum"
    m("brier_score_loss", "brier", EVENT_PROBABILITY, "no difference for events (scale_by_half='auto' halves the "
      "two-class score)", lambda y, p, w: metrics.brier_score_loss(y, p, sample_weight=w, labels=[0, 1]),
      shown=", labels=[0, 1]")  # fmt: skip
    m("brier_score_loss", "brier", EVENT_PROBABILITY, "twice: the sum over both classes",
      lambda y, p, w: metrics.brier_score_loss(y, p, sample_weight=w, labels=[0, 1], scale_by_half=False),
      shown=", labels=[0, 1], scale_by_half=False")  # fmt: skip
    m("mean_squared_error", "mse", REAL, "no difference")
    m("mean_absolute_error", "mae", REAL, "no difference")
    m("mean_pinball_loss", "quantile(tau=0.75)", REAL, "no difference", alpha=0.75)
    m("mean_absolute_percentage_error", "mape", NOT_ZERO, "|r| / max(|y|, 2.2e-16), a fraction")
    m("mean_absolute_percentage_error", "mape", WITH_ZERO, "|r| / max(|y|, 2.2e-16), a fraction")
    m("mean_squared_log_error", "msle", ABOVE_MINUS_ONE, "no difference; refuses values of -1 or less")
    m("mean_poisson_deviance", "poisson_deviance", COUNT_MEAN, "no difference")
    m("mean_gamma_deviance", "gamma_deviance", POSITIVE_MEAN, "no difference")
    for power in (1.5, 1.25):
        m("mean_tweedie_deviance", f"tweedie_deviance(power={power})", COUNT_MEAN, "no difference", power=power)
    signed = {**EVENT_LOGIT, "prediction": [0, 0.5, -2, 40, -40, 40, -40, -1, 1]}
    m("hinge_loss", "hinge", signed, "targets -1 and 1; where all rows are of one class it takes them for -1",
      lambda y, p, w: metrics.hinge_loss(2 * y - 1, p, sample_weight=w), helper=(lambda y: 1 - y, 0.0))  # fmt: skip
    m("hinge_loss", "multiclass_hinge", KINKED_SCORES, "max(0, 1 - z[y] + the largest other score) (Crammer, Singer)",
      lambda y, p, w: metrics.hinge_loss(y, p, sample_weight=w, labels=[0, 1, 2]), shown=", labels=[0, 1, 2]")  # fmt: skip
    m("zero_one_loss", "zero_one", EVENT_CLASS, "the prediction is the predicted class itself")


# --- XGBoost -----------------------------------------------------------------------------------------------------------

XGBOOST = xgboost.__version__
XGBOOST_PLAIN = {
    "reg_lambda": 0, "reg_alpha": 0, "eta": 1, "min_child_weight": 0, "gamma": 0, "max_depth": 1, "tree_method": "hist",
    "nthread": 1, "verbosity": 0, "seed": 0,
}  # fmt: skip


def xgboost_data(target, prediction, weight=None):
    return xgboost.DMatrix(np.zeros((len(target), 1)), label=np.array(target, dtype=np.float32), weight=weight,
                           base_margin=np.array(prediction, dtype=np.float32), nthread=1)  # fmt: skip


def xgboost_leaf(objective, target, margin, weight, options, default_step=False):
    """Gradient and Hessian of one row: a tree of one leaf holds -G/H and H."""
    parameters = {**XGBOOST_PLAIN, "objective": objective, **options}
    if not default_step:
        parameters["max_delta_step"] = 0
    booster = xgboost.train(parameters, xgboost_data([target], [margin], [weight]), 1)
    trees = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]["model"]["trees"]
    hessian = [np.float64(tree["sum_hessian"][0]) for tree in trees]
    gradient = [-np.float64(tree["base_weights"][0]) * h for tree, h in zip(trees, hessian)]
    gradient = [0.0 if g == 0 else g for g in gradient]
    return (gradient, hessian) if np.ndim(margin) else (gradient[0], hessian[0])


def xgboost_objective(objective, loss, data, note, *, default_step=False, **options):
    leaves = [xgboost_leaf(objective, *row, options) for row in zip(data["target"], data["prediction"], data["weight"])]
    hessians = [h for _, h in leaves]
    if default_step:  # the step bounds the leaf, so the gradient comes from the tree without it
        hessians = [xgboost_leaf(objective, *row, options, True)[1]
                    for row in zip(data["target"], data["prediction"], data["weight"])]  # fmt: skip
    shown = "".join(f", {k}={v}" for k, v in options.items()) + ("" if default_step or objective != "count:poisson"
                                                                else ", max_delta_step=0")  # fmt: skip
    add("xgboost", XGBOOST, f"objective {objective}{shown}", loss, data, dtype="f32", reduction="objective",
        gradient=[g for g, _ in leaves], hessian=hessians, note=note)  # fmt: skip


def xgboost_metric(metric, objective, loss, data, note, *, margin=lambda p: p, **options):
    def value(target, prediction, weight):
        prediction = [margin(p) for p in prediction]
        set_ = xgboost_data(target, prediction, weight)
        parameters = {**XGBOOST_PLAIN, "objective": objective, "eval_metric": metric, "disable_default_eval_metric": 1,
                      **options}  # fmt: skip
        booster = xgboost.train(parameters, set_, 0)
        return float(booster.eval(set_).split(":")[-1])

    target, prediction, weight = data["target"], data["prediction"], data["weight"]
    shown = "".join(f", {k}={v}" for k, v in options.items())
    add("xgboost", XGBOOST, f"metric {metric} under {objective}{shown}", loss, data, dtype="f32",
        reduction="root_mean_by_weight" if metric in ("rmse", "rmsle") else "mean_by_weight",
        value=value(target, prediction, weight),
        rows=[value([y], [p], None) for y, p in zip(target, prediction)], note=note)  # fmt: skip


def xgboost_cases():
    o = xgboost_objective
    o("reg:squarederror", "mse", REAL, "gradient and Hessian of r^2/2")
    clamp = "sigmoid in f32; Hessian p (1 - p) raised to at least 1e-16, before the weight"
    o("binary:logistic", "bce_logits", SHARE_LOGIT, clamp)
    o("reg:logistic", "bce_logits", SHARE_LOGIT, clamp)
    o("binary:logistic", "bce_logits(pos_weight=3)", EVENT_LOGIT, clamp + "; scale_pos_weight multiplies the weight of "
      "rows with label 1", scale_pos_weight=3)  # fmt: skip
    o("count:poisson", "poisson", COUNT_LOG, "Hessian exp(z + max_delta_step), with a default step of 0.7",
      default_step=True)  # fmt: skip
    o("count:poisson", "poisson", COUNT_LOG, "no difference with max_delta_step=0")
    o("reg:gamma", "gamma", POSITIVE_LOG, "no difference")
    for power in (1.5, 1.25):
        o("reg:tweedie", f"tweedie(power={power})", COUNT_LOG, "no difference", tweedie_variance_power=power)
    for slope in (1.0, 2.0):
        o("reg:pseudohubererror", f"pseudo_huber(delta={slope:g})", REAL, "no difference", huber_slope=slope)
    o("reg:squaredlogerror", "msle", ABOVE_MINUS_ONE, "gradient and Hessian of half the loss, Hessian raised to at least "
      "1e-6; predictions raised to at least -1 + 1e-6")  # fmt: skip
    o("reg:absoluteerror", "mae", REAL, "gradient 0 at a tie; Hessian 1 everywhere; leaves are set to medians afterwards")
    o("reg:quantileerror", "quantile(tau=0.75)", REAL, "gradient 1 - tau at a tie; Hessian 1 everywhere; leaves are set to "
      "quantiles afterwards", quantile_alpha=0.75)  # fmt: skip
    kinks = {**EVENT_LOGIT, "prediction": [0, 0.5, -2, 40, -40, 40, -40, -1, 1]}
    o("binary:hinge", "hinge", kinks, "gradient -y and Hessian 1 where y z < 1; elsewhere gradient 0 and Hessian "
      "1.1754944e-38")  # fmt: skip
    o("multi:softprob", "cce_logits", CLASS_LOGIT, "Hessian 2 p (1 - p) raised to at least 1e-16", num_class=3)

    m = xgboost_metric
    m("rmse", "reg:squarederror", "mse", REAL, "square root of the mean")
    m("mae", "reg:squarederror", "mae", REAL, "no difference")
    m("mape", "reg:squarederror", "mape", NOT_ZERO, "no difference: a fraction")
    m("mape", "reg:squarederror", "mape", WITH_ZERO, "no guard: 1/0 is inf, 0/0 is nan")
    m("rmsle", "reg:squarederror", "msle", ABOVE_MINUS_ONE, "square root of the mean")
    for slope in (1.0, 2.0):
        m("mphe", "reg:pseudohubererror", f"pseudo_huber(delta={slope:g})", REAL, "no difference", huber_slope=slope)
    m("quantile", "reg:quantileerror", "quantile(tau=0.75)", REAL, "no difference", quantile_alpha=0.75)
    m("logloss", "binary:logistic", "bce_logits", SHARE_LOGIT,
      "sigmoid in f32, then -y log(max(p, 1e-16)) - (1 - y) log(max(1 - p, 1e-16)), in f32")  # fmt: skip
    m("logloss", "reg:squarederror", "bce", EVENT_PROBABILITY, "logarithms of max(p, 1e-16) and max(1 - p, 1e-16), in f32")
    m("error", "binary:logistic", "zero_one", EVENT_LOGIT, "predicts 1 where sigmoid(z) > 0.5, so a logit of 0 predicts 0")
    m("error", "reg:squarederror", "zero_one", EVENT_PROBABILITY, "predicts 1 where p > 0.5, so 0.5 predicts 0")
    m("poisson-nloglik", "count:poisson", "poisson", COUNT_LOG, "adds log(y!); means raised to at least 1e-16")
    m("gamma-nloglik", "reg:gamma", "gamma", POSITIVE_LOG, "no difference at these points")
    m("gamma-deviance", "reg:gamma", "gamma_deviance", POSITIVE_MEAN,
      "called on the logarithm of the prediction; 1e-6 added to target and mean", margin=math.log)  # fmt: skip
    m("tweedie-nloglik@1.5", "reg:tweedie", "tweedie(power=1.5)", COUNT_LOG, "no difference at these points",
      tweedie_variance_power=1.5)  # fmt: skip
    m("mlogloss", "multi:softprob", "cce_logits", CLASS_LOGIT, "softmax in f32, then log(max(p, 1e-16))", num_class=3)
    m("merror", "multi:softprob", "zero_one", CLASS_LOGIT, "the first of the largest scores wins", num_class=3)


# --- LightGBM ----------------------------------------------------------------------------------------------------------

LIGHTGBM = lightgbm.__version__
LIGHTGBM_PLAIN = {
    "boost_from_average": False, "learning_rate": 1.0, "lambda_l1": 0.0, "lambda_l2": 0.0, "min_data_in_leaf": 1,
    "min_data_in_bin": 1, "min_sum_hessian_in_leaf": 0.0, "num_leaves": 2, "feature_pre_filter": False,
    "max_delta_step": 0.0, "verbosity": -1, "num_threads": 1, "seed": 0, "deterministic": True,
}  # fmt: skip
COPIES = 20
LIGHTGBM_EPSILON = 1e-15  # added to the Hessian of a leaf
RENEWED = ("regression_l1", "quantile", "mape")


def lightgbm_booster(parameters, target, prediction, weight=None, split=None):
    split = np.zeros((len(target), 1)) if split is None else np.array(split, dtype=np.float64)[:, None]
    set_ = lightgbm.Dataset(split, label=np.array(target, dtype=np.float64), weight=weight, params=parameters,
                            init_score=np.array(prediction, dtype=np.float64).ravel(order="F"))  # fmt: skip
    return lightgbm.Booster(parameters, set_)


def lightgbm_trees(parameters, row, other):
    """The trees that split copies of `row` from copies of `other`, as dictionaries of their lists of numbers."""
    target, prediction, weight = ([a] * COPIES + [b] * COPIES for a, b in zip(row, other))
    booster = lightgbm_booster(parameters, target, prediction, weight, [0] * COPIES + [1] * COPIES)
    booster.update()
    for tree in booster.model_to_string().split("\nTree=")[1:]:
        fields = dict(line.split("=", 1) for line in tree.split("\n\n")[0].splitlines()[1:] if "=" in line)
        yield {k: [float(v) for v in fields.get(k, "").split()]
               for k in ("leaf_value", "leaf_weight", "internal_value", "split_gain")}  # fmt: skip


def lightgbm_derivatives(parameters, row, others):
    """Gradient and Hessian of one row by trees that split it from another row, whose weight is varied until its
    Hessian is of the same order, which a split needs. The others are (target, prediction, their slope), the slope being
    the largest or the least of the objective, or 0."""
    classes = parameters.get("num_class", 1)
    found = [None] * classes
    base = 4.0 if parameters["objective"] == "mape" else 1.0  # no row has a larger slope
    for exponent in sorted(range(-48, 28), key=abs):
        for target, prediction, slope in others:
            trees = lightgbm_trees(parameters, row, (target, prediction, base * 5.0**exponent))
            for k, tree in enumerate(trees):
                if found[k] is not None or len(tree["leaf_value"]) < 2:
                    continue
                h, h_other = tree["leaf_weight"]
                if parameters["objective"] in RENEWED:
                    # The leaf is replaced by a percentile; the value of the root (minus the sum of gradients over that
                    # of Hessians) and the gain still tell the gradient, to the six digits that they are written with.
                    total = -tree["internal_value"][0] * (h + h_other)
                    root = math.sqrt(tree["split_gain"][0] * h * h_other * (h + h_other))
                    g = total if slope == 0 else (total * h - slope * root) / (h + h_other)
                    found[k] = (float(f"{round(g / COPIES, 5):.5g}") + 0.0, h / COPIES)
                else:
                    g = -tree["leaf_value"][0] * (h + LIGHTGBM_EPSILON) / COPIES
                    found[k] = (g + 0.0, h / COPIES)
        if None not in found:
            break
    gradient, hessian = zip(*(pair or (math.nan, math.nan) for pair in found))
    return (gradient, hessian) if classes > 1 else (gradient[0], hessian[0])


def lightgbm_objective(objective, loss, data, others, note, **options):
    parameters = {**LIGHTGBM_PLAIN, "objective": objective, "metric": "None", **options}
    rows = list(zip(data["target"], data["prediction"], data["weight"]))
    found = [lightgbm_derivatives(parameters, row, others) for row in rows]
    shown = "".join(f", {k}={v}" for k, v in options.items())

    def gaps(values):  # what no split showed is null
        return [[None if math.isnan(x) else number(x, "f32") for x in v] if np.ndim(v) else
                None if math.isnan(v) else number(v, "f32") for v in values]  # fmt: skip

    add("lightgbm", LIGHTGBM, f"objective {objective}{shown}", loss, data, dtype="f32", reduction="objective", note=note)
    cases[-1].update(gradient=gaps([g for g, _ in found]), gradient_of="row", hessian=gaps([h for _, h in found]))


def lightgbm_metric(metric, objective, loss, data, note, *, reduction="mean_by_weight", margin=lambda p: p, **options):
    parameters = {**LIGHTGBM_PLAIN, "objective": objective, "metric": metric, **options}

    def value(target, prediction, weight):
        prediction = [margin(p) for p in prediction]
        return lightgbm_booster(parameters, target, prediction, weight).eval_train()[0][2]

    target, prediction, weight = data["target"], data["prediction"], data["weight"]
    shown = "".join(f", {k}={v}" for k, v in options.items())
    add("lightgbm", LIGHTGBM, f"metric {metric} under {objective}{shown}", loss, data, reduction=reduction,
        value=value(target, prediction, weight),
        # Some objectives refuse a single row, so a second one takes part with weight 0.
        rows=[value([y, 1], [p, np.ones_like(p)], [1, 0]) for y, p in zip(target, prediction)],
        note=note)  # fmt: skip


def lightgbm_cases():
    o = lightgbm_objective
    real = [(0, 1000, 1), (0, -1000, -1)]
    o("regression", "mse", REAL, real, "gradient and Hessian of r^2/2")
    o("regression_l1", "mae", REAL, real, "gradient 0 at a tie; Hessian 1 everywhere; leaves are set to medians "
      "afterwards")  # fmt: skip
    for delta in (1.0, 1.5):
        o("huber", f"huber(delta={delta:g})", REAL, real, "Hessian 1 everywhere; the parameter is called alpha", alpha=delta)
    o("fair", "fair(c=1)", REAL, [(0, 1, 1), (0, -1, -1)], "no difference", fair_c=1.0)
    o("fair", "fair(c=2)", REAL, [(0, 1, 1), (0, -1, -1)], "no difference", fair_c=2.0)
    o("quantile", "quantile(tau=0.75)", REAL, real, "gradient 1 - tau at a tie; Hessian 1 everywhere; leaves are set to "
      "quantiles afterwards", alpha=0.75)  # fmt: skip
    unit = [(0, 0, 0), *real]
    floor = "denominator max(1, |y|); gradient 0 at a tie; Hessian 1 everywhere; leaves are set to medians afterwards"
    for data in (NOT_ZERO, WITH_ZERO):
        o("mape", "mape", {**data, "weight": [1] * len(data["weight"])}, unit, floor)
    o("mape", "mape", NOT_ZERO, unit, "with weights the Hessian is declared constant although it is the weight, so that "
      "its sums over leaves are wrong: left out; otherwise as without weights")  # fmt: skip
    cases[-1]["hessian"] = None
    log = [(1, 1, 1), (1, -1, -1)]
    o("poisson", "poisson", COUNT_LOG, log, "Hessian exp(z) exp(poisson_max_delta_step), with a default step of 0.7")
    o("gamma", "gamma", POSITIVE_LOG, log, "no difference")
    for power in (1.5, 1.25):
        o("tweedie", f"tweedie(power={power})", COUNT_LOG, log, "no difference", tweedie_variance_power=power)
    logit = [(0, 0, 1), (1, 0, -1)]
    o("binary", "bce_logits", EVENT_LOGIT, logit, "no floor under the Hessian")
    o("binary", "bce_logits", SHARE_LOGIT, logit, "a target above 0 counts as 1")
    o("binary", "bce_logits(pos_weight=3)", EVENT_LOGIT, logit, "scale_pos_weight multiplies the rows of target 1",
      scale_pos_weight=3.0)  # fmt: skip
    o("cross_entropy", "bce_logits", SHARE_LOGIT, logit, "soft targets")
    scores = [(k, [0, 0, 0], 1) for k in range(3)] + [(0, [1, 2, 3], 1)]
    o("multiclass", "cce_logits", CLASS_LOGIT, scores, "Hessian K/(K - 1) p (1 - p), 1.5 p (1 - p) for three classes",
      num_class=3)  # fmt: skip

    m = lightgbm_metric
    m("l2", "regression", "mse", REAL, "no difference")
    m("rmse", "regression", "mse", REAL, "square root of the mean", reduction="root_mean_by_weight")
    m("l1", "regression", "mae", REAL, "no difference")
    m("huber", "huber", "huber(delta=1.5)", REAL, "no difference", alpha=1.5)
    m("fair", "fair", "fair(c=2)", REAL, "no difference", fair_c=2.0)
    m("quantile", "quantile", "quantile(tau=0.75)", REAL, "no difference", alpha=0.75)
    m("mape", "regression", "mape", NOT_ZERO, "denominator max(1, |y|), a fraction")
    m("mape", "regression", "mape", WITH_ZERO, "denominator max(1, |y|), a fraction")
    m("poisson", "poisson", "poisson", COUNT_LOG, "means raised to at least 1e-10, as f32")
    m("gamma", "gamma", "gamma", POSITIVE_LOG, "logarithm of the target in f32: about 1e-8 off")
    m("gamma_deviance", "gamma", "gamma_deviance", POSITIVE_MEAN,
      "called on the logarithm of the prediction; the weighted sum, not the mean; ratio y / (mu + 1e-9)",
      reduction="sum", margin=math.log)  # fmt: skip
    m("tweedie", "tweedie", "tweedie(power=1.5)", COUNT_LOG, "means raised to at least 1e-10, as f32",
      tweedie_variance_power=1.5)  # fmt: skip
    m("binary_logloss", "binary", "bce_logits", EVENT_LOGIT, "probability of the target raised to at least 1e-15, as f32")
    m("binary_logloss", "binary", "bce_logits", SHARE_LOGIT,
      "a target above 0 counts as 1; probability of the target raised to at least 1e-15, as f32")  # fmt: skip
    m("binary_error", "binary", "zero_one", EVENT_LOGIT, "predicts 1 where sigmoid(z) > 0.5, so a logit of 0 predicts 0")
    m("cross_entropy", "cross_entropy", "bce_logits", SHARE_LOGIT, "logarithms of max(p, 1e-12) and max(1 - p, 1e-12)")
    m("multi_logloss", "multiclass", "cce_logits", CLASS_LOGIT, "probability of the target raised to at least 1e-15, as f32",
      num_class=3)  # fmt: skip
    m("multi_error", "multiclass", "zero_one", CLASS_LOGIT, "a class that ties with the target's counts as an error",
      num_class=3)  # fmt: skip


# --- CatBoost ----------------------------------------------------------------------------------------------------------

CATBOOST = catboost.__version__


def catboost_metric(metric, loss, data, note, *, reduction="mean_by_weight", margin=lambda p: p):
    def value(target, prediction, weight):
        prediction = [margin(p) for p in prediction]
        return eval_metric(target, np.array(prediction, dtype=np.float64), metric, weight=weight, thread_count=1)[0]

    target, prediction, weight = data["target"], data["prediction"], data["weight"]
    rows = [value([y], [p], None) for y, p in zip(target, prediction)]
    add("catboost", CATBOOST, f"eval_metric('{metric}', weight)", loss, data, reduction=reduction,
        value=value(target, prediction, weight), rows=rows, note=note)  # fmt: skip


def catboost_cases():
    m = catboost_metric
    m("RMSE", "mse", REAL, "square root of the mean", reduction="root_mean_by_weight")
    m("MAE", "mae", REAL, "max(0, |r| - 1e-6): the default delta of Quantile")
    m("Quantile:alpha=0.75", "quantile(tau=0.75)", REAL, "with the default delta=1e-6 residuals are 1e-6 smaller")
    m("Quantile:alpha=0.75;delta=0", "quantile(tau=0.75)", REAL, "no difference with delta=0")
    m("Expectile:alpha=0.75", "expectile(tau=0.75)", REAL, "no difference")
    m("LogCosh", "log_cosh", REAL, "approximate exponential: up to 1e-4 off, -1.7e-6 at a tie")
    m("Huber:delta=1", "huber(delta=1)", REAL, "no difference")
    m("Huber:delta=1.5", "huber(delta=1.5)", REAL, "no difference")
    m("FairLoss:smoothness=2", "fair(c=2)", REAL, "no difference")
    m("MAPE", "mape", NOT_ZERO, "denominator max(1, |y|), a fraction")
    m("MAPE", "mape", WITH_ZERO, "denominator max(1, |y|), a fraction")
    m("SMAPE", "smape", REAL, "times 100")
    m("SMAPE", "smape", WITH_ZERO, "times 100; 0 where target and prediction are 0")
    m("MSLE", "msle", ABOVE_MINUS_ONE, "approximate logarithm: about 1e-7 off")
    m("Poisson", "poisson", COUNT_LOG, "no difference")
    m("Tweedie:variance_power=1.5", "tweedie(power=1.5)", COUNT_LOG, "no difference")
    m("Logloss", "bce_logits", EVENT_LOGIT, "0 at a margin of 40, where the truth is 4.2e-18")
    m("CrossEntropy", "bce_logits", SHARE_LOGIT, "0 at a margin of 40, where the truth is 4.2e-18")
    m("Focal:focal_alpha=0.25;focal_gamma=2", "focal_logits(gamma=2, alpha=0.25)", EVENT_LOGIT,
      "probability clipped to [1e-13, 1 - 1e-13]")  # fmt: skip
    inside = {"target": [1, 0, 1, 1, 0], "prediction": [0.5, 0.25, 0.875, TINY, TINY], "weight": [1, 2, 0.5, 3, 1]}
    m("BrierScore", "brier", inside, "called on the logit of the prediction", margin=lambda p: math.log(p / (1 - p)))
    m("HingeLoss", "hinge", {**EVENT_LOGIT, "prediction": [0, 0.5, -2, 40, -40, 40, -40, -1, 1]}, "no difference")
    m("ZeroOneLoss", "zero_one", EVENT_LOGIT, "a logit of 0 predicts 0")
    m("MultiClass", "cce_logits", CLASS_LOGIT, "0 at a large margin, where the truth is 4e-18")
    m("HingeLoss", "multiclass_hinge", KINKED_SCORES, "largest other score (Crammer, Singer)")


def main():
    torch_cases()
    keras_cases()
    sklearn_cases()
    xgboost_cases()
    lightgbm_cases()
    catboost_cases()
    header = {**HEADER, "versions": {m.__name__: m.__version__.split("+")[0] for m in
              (torch, keras, sklearn, xgboost, lightgbm, catboost, np)}}  # fmt: skip
    lines = [json.dumps(case, allow_nan=False) for case in cases]
    text = '{\n"header": ' + json.dumps(header, indent=0) + ',\n"cases": [\n' + ",\n".join(lines) + "\n]\n}\n"
    Path(__file__).with_name("compat.json").write_text(text)


if __name__ == "__main__":
    main()
