"""scikit-learn: the compiled losses that its own models train with, into arrays that are kept, and its metrics."""

from collections.abc import Iterator

import numpy as np
import sklearn
from sklearn import metrics
from sklearn import _loss as losses

from peers.cases import QUANTILE, Case
from peers.contract import Answer, Buffers, Contestant, Offer, aligned

# The loss and how often it goes into ours.
POINTWISE = {
    "mse": lambda: (losses.HalfSquaredError(), 2.0),
    "mae": lambda: (losses.AbsoluteError(), 1.0),
    "huber": lambda: (losses.HuberLoss(delta=1.0), 1.0),
    "quantile": lambda: (losses.PinballLoss(quantile=QUANTILE), 1.0),
    "bce_logits": lambda: (losses.HalfBinomialLoss(), 1.0),
    "poisson": lambda: (losses.HalfPoissonLoss(), 1.0),
}
METRICS = {
    "mse": metrics.mean_squared_error,
    "mae": metrics.mean_absolute_error,
    "quantile": lambda y, p: metrics.mean_pinball_loss(y, p, alpha=QUANTILE),
    "bce": metrics.log_loss,
}


def versions() -> dict[str, str]:
    """The versions of what runs here."""
    return {"scikit-learn": sklearn.__version__}


def offers(case: Case, inputs: dict[str, np.ndarray], threads: int) -> Iterator[Offer]:
    """The contestants for a case."""
    family = case.dataset.family
    if family in POINTWISE:
        yield Offer("scikit-learn _loss", lambda: _pointwise(case, inputs, threads))
    if family in METRICS and case.mode == "value":
        yield Offer("scikit-learn metrics", lambda: _metric(METRICS[family], inputs))
    if family == "cce_logits":
        yield Offer("scikit-learn _loss", lambda: _rows(case, inputs, threads))


def _pointwise(case: Case, inputs: dict[str, np.ndarray], threads: int) -> Contestant:
    y, p = inputs["target"], inputs["prediction"]
    loss, factor = POINTWISE[case.dataset.family]()
    out = Buffers(y.shape, y.dtype)

    def value() -> np.floating:
        return loss.loss(y, p, loss_out=out["value"], n_threads=threads).mean()

    def gradient() -> np.floating:
        loss.loss_gradient(y, p, loss_out=out["value"], gradient_out=out["gradient"], n_threads=threads)
        return out["value"].mean()

    def boosting() -> None:
        loss.gradient_hessian(y, p, gradient_out=out["gradient"], hessian_out=out["hessian"], n_threads=threads)

    def hessian() -> np.floating:
        boosting()
        return value()

    def answer(mean: np.floating | None) -> Answer:
        arrays = {part: factor * out[part].astype(np.float64) for part in case.parts if part != "value"}
        return Answer(None if mean is None else factor * float(mean), arrays)

    call = {"value": value, "gradient": gradient, "hessian": hessian, "boosting": boosting}[case.mode]
    return Contestant(call, answer, lambda: out.nbytes)


def _metric(metric, inputs: dict[str, np.ndarray]) -> Contestant:
    y, p = inputs["target"], inputs["prediction"]
    return Contestant(lambda: metric(y, p), lambda mean: Answer(float(mean)))


def _rows(case: Case, inputs: dict[str, np.ndarray], threads: int) -> Contestant:
    scores = inputs["scores"]
    target = inputs["target"].astype(scores.dtype)
    loss = losses.HalfMultinomialLoss(n_classes=case.dataset.count)
    of_rows = aligned(len(target), scores.dtype)
    gradient = aligned(scores.shape, scores.dtype) if "gradient" in case.parts else None

    def call() -> np.floating:
        if gradient is None:
            loss.loss(target, scores, loss_out=of_rows, n_threads=threads)
        else:
            loss.loss_gradient(target, scores, loss_out=of_rows, gradient_out=gradient, n_threads=threads)
        return of_rows.mean()

    arrays = {} if gradient is None else {"gradient": gradient}
    return Contestant(
        call, lambda mean: Answer(float(mean), arrays), lambda: of_rows.nbytes + (0 if gradient is None else gradient.nbytes)
    )
