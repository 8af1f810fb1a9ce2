"""Losses as functions of PyTorch, for tensors on the CPU: one pass over their own memory for value and gradient.

>>> import dartboard as db
>>> # huber = db.torch.loss("huber(delta=1.5)")
>>> # huber(prediction, target).backward()
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ._core import Loss as _Loss

__all__ = ["Loss", "loss"]


class Loss(torch.nn.Module):
    """A loss as a module. Arguments are in PyTorch's order: predictions first.

    Gradients may be differentiated once more, by products with the Hessian, but for losses of predictions of several
    meanings. Tensors that are not on the CPU are refused.
    """

    def __init__(self, loss: str | _Loss, reduction: str = "mean") -> None:
        super().__init__()
        self.loss = loss if isinstance(loss, _Loss) else _Loss(loss)
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(f"there is no reduction named '{reduction}'; it is one of mean, sum, none")
        self.reduction = reduction

    def forward(
        self, prediction: torch.Tensor, target: torch.Tensor, weight: torch.Tensor | None = None
    ) -> torch.Tensor:
        """The loss of predictions: reduced, or one per row."""
        if not isinstance(prediction, torch.Tensor):
            raise TypeError(f"the prediction must be a tensor, not {type(prediction).__name__}; without tensors call dartboard.Loss")
        if not prediction.is_floating_point():
            raise TypeError(f"the prediction must be of a floating-point type, not {prediction.dtype}")
        for what, tensor in (("prediction", prediction), ("target", target), ("weight", weight)):
            if isinstance(tensor, torch.Tensor) and tensor.device.type != "cpu":
                raise TypeError(
                    f"the {what} is on the device {tensor.device}, and the losses are computed on the CPU: "
                    f"pass {what}.cpu(), or use a loss of PyTorch there"
                )
            if what != "prediction" and isinstance(tensor, torch.Tensor) and tensor.requires_grad:
                raise TypeError(f"the {what} requires a gradient, which is not computed: pass {what}.detach()")
        value: torch.Tensor = _Value.apply(prediction, target, weight, self.loss, self.reduction)
        return value

    def extra_repr(self) -> str:
        """What a model prints of it."""
        return f"{self.loss.spec!r}, reduction={self.reduction!r}"


def loss(spec: str | _Loss, *, reduction: str = "mean") -> Loss:
    """A loss as a module of PyTorch.

    Parameters
    ----------
    spec : str or dartboard.Loss
        A loss.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum, or the losses of the rows.

    Returns
    -------
    Loss
        A module of predictions, targets and, optionally, weights.

    Raises
    ------
    TypeError
        When it is called with tensors that are not on the CPU, or with targets or weights that require a gradient.

    Examples
    --------
    >>> import torch, dartboard as db
    >>> z = torch.tensor([0.0, 2.0], requires_grad=True)
    >>> db.torch.loss("bce_logits")(z, torch.tensor([1.0, 1.0])).backward()
    >>> z.grad
    tensor([-0.2500, -0.0596])
    """
    return Loss(spec, reduction)


def _array(values: Any) -> Any:
    return values.detach() if isinstance(values, torch.Tensor) else values


def _save(ctx: Any, *values: Any) -> None:
    """Keeps tensors as PyTorch wants them kept, so that it notices when they are changed in place meanwhile."""
    ctx.plain = [None if isinstance(value, torch.Tensor) else value for value in values]
    ctx.save_for_backward(*(value if isinstance(value, torch.Tensor) else None for value in values))


def _saved(ctx: Any) -> list[Any]:
    return [plain if saved is None else saved for plain, saved in zip(ctx.plain, ctx.saved_tensors, strict=True)]


class _Value(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, prediction: Any, target: Any, weight: Any, loss: _Loss, reduction: str) -> torch.Tensor:
        y, p, w = _array(target), _array(prediction), _array(weight)
        ctx.loss, ctx.reduction = loss, reduction
        if not prediction.requires_grad:
            return torch.as_tensor(loss.value(y, p, weight=w, reduction=reduction), dtype=prediction.dtype)
        value, gradient = loss.value_and_gradient(y, p, weight=w, reduction=reduction)
        _save(ctx, prediction, target, weight)
        ctx.gradient = torch.from_numpy(gradient).to(prediction.dtype)
        return torch.as_tensor(value, dtype=prediction.dtype)

    @staticmethod
    def backward(ctx: Any, *outer: torch.Tensor) -> tuple[Any, ...]:
        prediction, target, weight = _saved(ctx)
        factor = outer[0]
        # The gradient is handed on, not copied: it is found anew if it is asked for once more.
        gradient, ctx.gradient = ctx.gradient, None
        if gradient is None:
            y, p, w = _array(target), _array(prediction), _array(weight)
            # The same call as before, for the same bits.
            _, found = ctx.loss.value_and_gradient(y, p, weight=w, reduction=ctx.reduction)
            gradient = torch.from_numpy(found).to(prediction.dtype)
        if factor.dim() and factor.dim() < gradient.dim():
            factor = factor.unsqueeze(-1)
        if torch.is_grad_enabled():
            gradient = _Gradient.apply(prediction, gradient, target, weight, ctx.loss, ctx.reduction) * factor
        elif factor.dim() or factor.item() != 1:
            gradient.mul_(factor)
        return gradient, None, None, None, None


class _Gradient(torch.autograd.Function):
    """The gradient that is known, as a function of the prediction."""

    @staticmethod
    def forward(
        ctx: Any, prediction: Any, gradient: torch.Tensor, target: Any, weight: Any, loss: _Loss, reduction: str
    ) -> torch.Tensor:
        ctx.loss, ctx.reduction = loss, reduction
        _save(ctx, prediction, target, weight)
        return gradient.view_as(gradient)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *outer: torch.Tensor) -> tuple[Any, ...]:
        prediction, target, weight = _saved(ctx)
        y, p, w = _array(target), _array(prediction), _array(weight)
        family = ctx.loss.family
        if family == "pointwise":
            hessian = ctx.loss.hessian(y, p, weight=w, reduction=ctx.reduction)
            product = torch.from_numpy(hessian).to(prediction.dtype) * outer[0]
        elif family == "rowwise":
            rows = np.asarray(1.0 if w is None else w, dtype=np.float64)
            divisor = (rows.sum() if w is not None else len(p)) if ctx.reduction == "mean" else 1.0
            products = ctx.loss.hessian_vector(y, p, outer[0].contiguous()) * (rows / divisor).reshape(-1, 1)
            product = torch.from_numpy(products).to(prediction.dtype)
        else:
            raise NotImplementedError(f"second derivatives of {ctx.loss.name} across its predictions are not known")
        return product, None, None, None, None, None
