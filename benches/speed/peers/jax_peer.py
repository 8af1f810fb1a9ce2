"""JAX on the CPU: Optax's losses and formulas by hand, compiled, with fresh outputs and with a donated array to reuse."""

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from peers import formulas
from peers.cases import LOSSES, Case
from peers.contract import Answer, Contestant, Offer

OPTAX = {"mse": optax.squared_error, "huber": optax.huber_loss, "bce_logits": optax.sigmoid_binary_cross_entropy}
"""Functions of prediction and target that return a loss per row; those that Optax has."""


def versions() -> dict[str, str]:
    """The versions of what runs here."""
    return {"jax": jax.__version__, "optax": optax.__version__}


def offers(case: Case, inputs: dict[str, np.ndarray], threads: int) -> Iterator[Offer]:
    """The contestants for a case."""
    jax.clear_caches()
    family = case.dataset.family
    arrays = {name: jax.dlpack.from_dlpack(array) for name, array in inputs.items()}
    if family in LOSSES:
        yield from _pointwise(case, arrays["target"], arrays["prediction"])
    elif family == "cce_logits":
        yield from _rows(case, arrays["target"], arrays["scores"])
    elif family == "linear":
        yield Offer("jax, Optax", lambda: _linear(case, arrays), allocates=True)
    elif family == "sum":
        yield Offer("jax.numpy.sum", lambda: _plain(jnp.sum, [arrays["values"]], lambda total: Answer(float(total))))
    elif family == "grouped":

        def totals(values: jax.Array, groups: jax.Array) -> jax.Array:
            return jax.ops.segment_sum(values, groups, case.dataset.count)

        def answer(result: jax.Array) -> Answer:
            return Answer(None, {"totals": np.asarray(result)})

        yield Offer("jax segment_sum", lambda: _plain(totals, [arrays["values"], arrays["groups"]], answer), allocates=True)


def _plain(function: Callable, arguments: list, answer: Callable[[Any], Answer]) -> Contestant:
    compiled = jax.jit(function)
    return Contestant(
        lambda: jax.block_until_ready(compiled(*arguments)), answer, planned=lambda: _planned(compiled, *arguments)
    )


def _planned(compiled: Any, *arguments: Any) -> int:
    """The bytes of outputs and temporary arrays that XLA lays out for a call."""
    plan = compiled.lower(*arguments).compile().memory_analysis()
    return plan.output_size_in_bytes + plan.temp_size_in_bytes


def _donated(function: Callable, arguments: list, outputs: list, answer: Callable[[Any], Answer]) -> Contestant:
    """The arrays of the last call's result are given up for those of the next."""

    def step(arguments: list, old: list) -> tuple:
        return function(*arguments)

    compiled = jax.jit(step, donate_argnums=1, keep_unused=True)
    state = {"old": outputs}

    def call() -> tuple:
        mean, *arrays = jax.block_until_ready(compiled(arguments, state["old"]))
        state["old"] = arrays
        return mean, *arrays

    return Contestant(call, answer, planned=lambda: _planned(compiled, arguments, state["old"]))


def _pointwise(case: Case, y: jax.Array, p: jax.Array) -> Iterator[Offer]:
    family, names, rows = case.dataset.family, [part for part in case.parts if part != "value"], len(y)
    formula = formulas.OF[family]

    def answer(result: tuple, factor: int = 1) -> Answer:
        mean, *arrays = result
        return Answer(None if mean is None else float(mean), {n: factor * np.asarray(a) for n, a in zip(names, arrays)})

    def by_hand(y: jax.Array, p: jax.Array) -> tuple:
        parts = formula(jnp, y, p)
        return (parts["value"]().mean() if "value" in case.parts else None, *(parts[name]() for name in names))

    if family in OPTAX:
        row_losses = OPTAX[family]

        def mean(p: jax.Array, y: jax.Array) -> jax.Array:
            return row_losses(p, y).mean()

        def by_optax(y: jax.Array, p: jax.Array) -> tuple:
            if case.mode == "value":
                return (mean(p, y),)
            if case.mode == "gradient":
                return jax.value_and_grad(mean)(p, y)
            value = mean(p, y) if "value" in case.parts else None
            return (value, *jax.jvp(lambda p: jax.grad(mean)(p, y), (p,), (jnp.ones_like(p),)))

        yield Offer("jax, Optax", lambda: _plain(by_optax, [y, p], lambda result: answer(result, rows)), allocates=True)
    yield Offer("jax, by hand", lambda: _plain(by_hand, [y, p], answer), allocates=bool(names))
    if names:

        def donated() -> Contestant:
            return _donated(by_hand, [y, p], [jnp.zeros_like(p) for _ in names], answer)

        yield Offer("jax, by hand, donated arrays", donated)


def _rows(case: Case, target: jax.Array, scores: jax.Array) -> Iterator[Offer]:
    gradient = "gradient" in case.parts

    def answer(result: Any, factor: int = 1) -> Answer:
        mean, *arrays = result
        return Answer(float(mean), {"gradient": factor * np.asarray(arrays[0])} if gradient else {})

    def mean(scores: jax.Array, target: jax.Array) -> jax.Array:
        return optax.softmax_cross_entropy_with_integer_labels(scores, target).mean()

    def by_optax(target: jax.Array, scores: jax.Array) -> tuple:
        return jax.value_and_grad(mean)(scores, target) if gradient else (mean(scores, target),)

    def by_hand(target: jax.Array, scores: jax.Array) -> tuple:
        top = scores.max(axis=1, keepdims=True)
        shares = jnp.exp(scores - top)
        total = shares.sum(axis=1, keepdims=True)
        value = (jnp.log(total) + top - jnp.take_along_axis(scores, target[:, None], axis=1)).mean()
        if not gradient:
            return (value,)
        return value, shares / total - (jnp.arange(scores.shape[1]) == target[:, None])

    arguments = [target, scores]
    yield Offer("jax, Optax", lambda: _plain(by_optax, arguments, lambda r: answer(r, len(target))), allocates=True)
    yield Offer("jax, by hand", lambda: _plain(by_hand, arguments, answer), allocates=True)
    if gradient:
        yield Offer("jax, by hand, donated arrays", lambda: _donated(by_hand, arguments, [jnp.zeros_like(scores)], answer))


def _linear(case: Case, arrays: dict[str, jax.Array]) -> Contestant:
    gradient = "gradient" in case.parts

    def mean(hidden: jax.Array, weights: jax.Array, target: jax.Array) -> jax.Array:
        return optax.softmax_cross_entropy_with_integer_labels(hidden @ weights.T, target).mean()

    def answer(result: Any) -> Answer:
        if not gradient:
            return Answer(float(result))
        value, (d_hidden, d_weights) = result
        return Answer(float(value), {"d_hidden": np.asarray(d_hidden), "d_weights": np.asarray(d_weights)})

    function = jax.value_and_grad(mean, argnums=(0, 1)) if gradient else mean
    return _plain(function, [arrays["hidden"], arrays["weights"], arrays["target"]], answer)
