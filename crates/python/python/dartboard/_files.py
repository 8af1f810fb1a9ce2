"""What is computed of files and tables, by the package `dartboard-files`, which holds the query engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import _core

#: Functions of that package that stand beside those of this one.
NAMES = ("compare", "curvature", "landscape", "score")


def function(name: str) -> Callable[..., Any]:
    """A function of that package; where it is absent or of another version, one that says so when it is called."""
    try:
        import dartboard_files
    except ModuleNotFoundError as error:
        if error.name != "dartboard_files":
            raise
        return _refusing(
            name,
            f"dartboard.{name} reads files and tables with the package dartboard-files, which is not installed: "
            f"pip install dartboard-files=={_core.__version__} (crates/python-files/run-tests build makes its wheel)",
        )
    if dartboard_files.__version__ != _core.__version__:
        return _refusing(
            name,
            f"dartboard is {_core.__version__} and dartboard-files {dartboard_files.__version__}; both must be of one version: "
            f"pip install dartboard-files=={_core.__version__}",
        )
    found: Callable[..., Any] = getattr(dartboard_files, name)
    return found


def _refusing(name: str, why: str) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise ImportError(why, name="dartboard_files")

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__doc__ = why
    return refuse
