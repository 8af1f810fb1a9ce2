"""PyTorch: eager with autograd, eager into kept arrays, and compiled, with autograd and with formulas by hand."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from peers import formulas, in_place
from peers.cases import LOSSES, QUANTILE, Case
from peers.contract import Answer, Buffers, Contestant, Offer, aligned

CHUNK = 256
"""Rows of scores that the chunked linear layer holds at a time."""


def _pinball(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    d = y - p
    return torch.maximum(QUANTILE * d, (QUANTILE - 1) * d).mean()


POINTWISE = {
    "mse": F.mse_loss,
    "mae": F.l1_loss,
    "huber": F.huber_loss,
    "quantile": _pinball,
    "bce_logits": F.binary_cross_entropy_with_logits,
    "bce": F.binary_cross_entropy,
    "poisson": F.poisson_nll_loss,
}
"""Functions of prediction and target that return the mean loss."""


def versions() -> dict[str, str]:
    """The versions of what runs here."""
    return {"torch": torch.__version__}


def no_compiler() -> str | None:
    """Why torch.compile cannot be used, if so."""
    if os.environ.get("CXX") or shutil.which("g++") or shutil.which("clang++"):
        return None
    return "torch.compile needs a C++ compiler, and there is no g++ or clang++"


def offers(case: Case, inputs: dict[str, np.ndarray], threads: int) -> Iterator[Offer]:
    """The contestants for a case."""
    torch.set_num_threads(threads)
    torch.compiler.reset()
    family = case.dataset.family
    if family in LOSSES:
        arrays = {name: torch.from_numpy(array) for name, array in inputs.items()}
        yield from _pointwise(case, arrays)
    elif family == "cce_logits":
        scores, target = torch.from_numpy(inputs["scores"]), torch.from_numpy(inputs["target"].astype(np.int64))
        yield from _differentiated(case, F.cross_entropy, [scores], target, ["gradient"], len(target))
        yield Offer("torch.compile, by hand, kept array", lambda: _rows_by_hand(case, scores, target))
    elif family == "linear":
        hidden, weights = torch.from_numpy(inputs["hidden"]), torch.from_numpy(inputs["weights"])
        target = torch.from_numpy(inputs["target"].astype(np.int64))

        def loss(hidden: torch.Tensor, weights: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
            return F.cross_entropy(hidden @ weights.T, target)

        yield from _differentiated(case, loss, [hidden, weights], target, ["d_hidden", "d_weights"], 1)
        yield Offer(f"torch, {CHUNK} rows at a time", lambda: _linear_in_chunks(case, hidden, weights, target), allocates=True)
    elif family == "sum":
        values = torch.from_numpy(inputs["values"])
        yield Offer("torch.sum", lambda: Contestant(lambda: torch.sum(values), lambda total: Answer(total.item())))
    elif family == "grouped":
        yield Offer("torch index_add_", lambda: _grouped(case, inputs))


def _compiled(function: Callable) -> Callable:
    reason = no_compiler()
    if reason:
        raise RuntimeError(reason)
    return torch.compile(function, dynamic=False)


def _pointwise(case: Case, arrays: dict[str, torch.Tensor]) -> Iterator[Offer]:
    y, p = arrays["target"], arrays["prediction"]
    loss, by_hand = POINTWISE[case.dataset.family], in_place.OF[case.dataset.family]
    if case.mode in ("value", "gradient"):
        yield from _differentiated(case, loss, [p], y, ["gradient"], len(y))
    else:
        yield Offer("torch", lambda: _twice_differentiated(case, loss, p, y), allocates=True)
    yield Offer("torch, out=", lambda: _pointwise_in_place(case, by_hand, y, p))
    if case.mode != "value":
        yield Offer("torch.compile, by hand, kept arrays", lambda: _pointwise_by_hand(case, y, p))


def _differentiated(
    case: Case, loss: Callable, variables: list[torch.Tensor], target: torch.Tensor, names: list[str], factor: int
) -> Iterator[Offer]:
    """The mean loss of the variables and, if asked for, its gradient by autograd, which `factor` makes comparable."""

    def offer(name: str, wrap: Callable, keep: bool) -> Offer:
        def build() -> Contestant:
            return _mean_and_gradients(wrap(loss), variables, target, names, factor, keep, "gradient" in case.parts)

        return Offer(name, build, allocates=True)

    yield offer("torch", lambda loss: loss, keep=False)
    if "gradient" in case.parts:
        yield offer("torch, kept .grad", lambda loss: loss, keep=True)
    yield offer("torch.compile", _compiled, keep=False)


def _mean_and_gradients(
    loss: Callable, variables: list[torch.Tensor], target: torch.Tensor, names: list[str], factor: int, keep: bool, gradient: bool
) -> Contestant:
    leaves = [variable.detach().requires_grad_(gradient) for variable in variables]

    def value() -> tuple:
        with torch.no_grad():
            return (loss(*leaves, target),)

    def backward() -> tuple:
        for leaf in leaves:
            if keep and leaf.grad is not None:
                leaf.grad.zero_()
        mean = loss(*leaves, target)
        mean.backward()
        return mean.detach(), *(leaf.grad if keep else _taken(leaf) for leaf in leaves)

    def answer(result: tuple) -> Answer:
        mean, *gradients = result
        return Answer(mean.item(), {name: factor * array.numpy() for name, array in zip(names, gradients)})

    def kept() -> int:
        return sum(leaf.grad.nbytes for leaf in leaves if leaf.grad is not None)

    return Contestant(backward if gradient else value, answer, kept)


def _taken(leaf: torch.Tensor) -> torch.Tensor:
    """The gradient of a variable, which is left without one, so that the next call makes a fresh array."""
    gradient, leaf.grad = leaf.grad, None
    return gradient


def _twice_differentiated(case: Case, loss: Callable, p: torch.Tensor, y: torch.Tensor) -> Contestant:
    rows = len(y)

    def call() -> tuple:
        leaf = p.detach().requires_grad_()
        mean = loss(leaf, y)
        (gradient,) = torch.autograd.grad(mean, leaf, create_graph=True)
        (hessian,) = torch.autograd.grad(gradient.sum(), leaf)
        return mean.detach(), gradient.detach(), hessian

    def answer(result: tuple) -> Answer:
        mean, gradient, hessian = result
        arrays = {"gradient": rows * gradient.numpy(), "hessian": rows * hessian.numpy()}
        return Answer(mean.item() if "value" in case.parts else None, arrays)

    return Contestant(call, answer)


def _pointwise_in_place(case: Case, formula: Callable, y: torch.Tensor, p: torch.Tensor) -> Contestant:
    out = Buffers(tuple(y.shape), y.numpy().dtype, torch.from_numpy)

    def call() -> torch.Tensor | None:
        with torch.no_grad():
            formula(torch, y, p, case.parts, out)
            return out["value"].mean() if "value" in case.parts else None

    return Contestant(call, lambda mean: _answer(case, mean, out), lambda: out.nbytes)


def _pointwise_by_hand(case: Case, y: torch.Tensor, p: torch.Tensor) -> Contestant:
    formula = formulas.OF[case.dataset.family]
    out = Buffers(tuple(y.shape), y.numpy().dtype, torch.from_numpy)

    def step(y: torch.Tensor, p: torch.Tensor, *arrays: torch.Tensor) -> torch.Tensor | None:
        rows = formula(torch, y, p)
        for array, part in zip(arrays, [part for part in case.parts if part != "value"]):
            array.copy_(rows[part]())
        return rows["value"]().mean() if "value" in case.parts else None

    arrays = [out[part] for part in case.parts if part != "value"]
    compiled = _compiled(step)

    def call() -> torch.Tensor | None:
        with torch.no_grad():
            return compiled(y, p, *arrays)

    return Contestant(call, lambda mean: _answer(case, mean, out), lambda: out.nbytes)


def _answer(case: Case, mean: torch.Tensor | None, out: Buffers) -> Answer:
    arrays = {part: out[part].numpy() for part in case.parts if part != "value"}
    return Answer(None if mean is None else mean.item(), arrays)


def _rows_by_hand(case: Case, scores: torch.Tensor, target: torch.Tensor) -> Contestant:
    classes = torch.arange(scores.shape[1])
    gradient = torch.from_numpy(aligned(tuple(scores.shape), np.float32)) if "gradient" in case.parts else None

    def step(scores: torch.Tensor, target: torch.Tensor, gradient: torch.Tensor | None) -> torch.Tensor:
        top = scores.amax(1, keepdim=True)
        shares = torch.exp(scores - top)
        total = shares.sum(1, keepdim=True)
        if gradient is not None:
            gradient.copy_(shares / total - (classes == target[:, None]).to(scores.dtype))
        return (torch.log(total) + top - scores.gather(1, target[:, None])).mean()

    compiled = _compiled(step)

    def call() -> torch.Tensor:
        with torch.no_grad():
            return compiled(scores, target, gradient)

    arrays: dict[str, Any] = {} if gradient is None else {"gradient": gradient.numpy()}
    return Contestant(call, lambda mean: Answer(mean.item(), arrays), lambda: 0 if gradient is None else gradient.nbytes)


def _linear_in_chunks(case: Case, hidden: torch.Tensor, weights: torch.Tensor, target: torch.Tensor) -> Contestant:
    rows, gradient = len(hidden), "gradient" in case.parts
    h, w = hidden.detach().requires_grad_(gradient), weights.detach().requires_grad_(gradient)

    def call() -> tuple:
        total = torch.zeros(())
        for start in range(0, rows, CHUNK):
            end = start + CHUNK
            with torch.set_grad_enabled(gradient):
                part = F.cross_entropy(h[start:end] @ w.T, target[start:end], reduction="sum") / rows
            if gradient:
                part.backward()
            total += part.detach()
        return total, *((_taken(h), _taken(w)) if gradient else ())

    def answer(result: tuple) -> Answer:
        mean, *gradients = result
        return Answer(mean.item(), {name: array.numpy() for name, array in zip(["d_hidden", "d_weights"], gradients)})

    return Contestant(call, answer)


def _grouped(case: Case, inputs: dict[str, np.ndarray]) -> Contestant:
    values, groups = torch.from_numpy(inputs["values"]), torch.from_numpy(inputs["groups"].astype(np.int64))
    totals = torch.zeros(case.dataset.count, dtype=torch.float64)

    def call() -> None:
        totals.zero_().index_add_(0, groups, values)

    return Contestant(call, lambda _: Answer(None, {"totals": totals.numpy()}), lambda: totals.nbytes)
