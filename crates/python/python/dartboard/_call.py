"""What the functions of all losses share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from . import _core
from ._core import Loss


class Kept(dict[Any, Loss]):
    """The losses of a name by their parameters, each made once: to make one takes longer than a short call of it."""

    # A search over parameters is not to fill the memory.
    MOST = 256

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def __missing__(self, parameters: Any) -> Loss:
        loss = Loss.with_parameters(self.name, parameters if isinstance(parameters, tuple) else (parameters,))
        if len(self) < self.MOST:
            self[parameters] = loss
        return loss


def refuse(loss: str, unknown: Mapping[str, object]) -> NoReturn:
    """Raises a TypeError that names the nearest keyword, or the parameters that the loss has."""
    import difflib
    import inspect

    from . import _losses

    name = next(iter(unknown))
    signature = inspect.signature(getattr(_losses, loss))
    keywords = [p.name for p in signature.parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY]
    nearest = difflib.get_close_matches(name, keywords, n=1)
    if nearest:
        raise TypeError(f"{loss} has no parameter '{name}'; did you mean '{nearest[0]}'?")
    raise TypeError(_core.why_unknown_parameter(loss, name) or f"{loss} has no parameter '{name}'")
