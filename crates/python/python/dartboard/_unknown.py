"""What is said of a keyword that a function does not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from . import _core


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
