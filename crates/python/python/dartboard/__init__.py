"""Loss functions, each written once: values, gradients and Hessians of arrays, right to the last digit.

Every loss is a function of a target `y` and a prediction `p`, in this order:

>>> import dartboard as db
>>> db.mse([1.0, 2.0], [1.5, 2.0])
0.125
>>> db.huber([1.0, 2.0], [1.5, 9.0], delta=1.5, reduction="none")
array([0.125, 9.375])

and an object that knows its derivatives:

>>> huber = db.loss("huber(delta=1.5)")
>>> value, gradient = huber.value_and_gradient([1.0, 2.0], [1.5, 9.0])
>>> value, gradient
(4.75, array([0.25, 0.75]))
>>> print(huber.formula)
½(z − y)²  if |z − y| ≤ δ,  δ(|z − y| − ½δ)  otherwise

Arrays may come from NumPy, pandas, polars, Arrow, PyTorch or lists; those in single precision stay so.
"""

from __future__ import annotations

import os as _os
from typing import TYPE_CHECKING, Any

from . import _core, _files
from ._choose import Advice, choose
from ._core import Figure, Formula, Loss, get_threads, set_threads
from ._losses import *
from ._losses import __all__ as _names

if TYPE_CHECKING:
    from dartboard_files import compare as compare
    from dartboard_files import curvature as curvature
    from dartboard_files import landscape as landscape
    from dartboard_files import score as score

    from . import catboost as catboost
    from . import lightgbm as lightgbm
    from . import sklearn as sklearn
    from . import torch as torch
    from . import xgboost as xgboost

__version__ = _core.__version__
__all__ = [  # noqa: PLE0604
    "Advice",
    "Figure",
    "Formula",
    "Loss",
    "choose",
    "get_threads",
    "loss",
    "losses",
    "set_threads",
    *_names,
]

# A process that was forked has none of the threads that had been started.
if hasattr(_os, "register_at_fork"):
    _os.register_at_fork(after_in_child=_core.after_fork)


def loss(spec: str | Loss, /) -> Loss:
    """The loss of a spec: a name, with parameters in parentheses where they are not the defaults.

    Parameters
    ----------
    spec : str or Loss
        What one types on the command line: ``"mse"``, ``"huber(delta=1.5)"``; names of other libraries are understood where
        they mean the same number.

    Returns
    -------
    Loss

    Raises
    ------
    ValueError
        Where there is no such loss or parameter (with the nearest name), or a parameter lies outside of its domain.

    Examples
    --------
    >>> import dartboard as db
    >>> db.loss("huber(delta=1.5)").parameters
    {'delta': 1.5}
    >>> db.loss("torch.nn.SmoothL1Loss(beta=0.5)")
    Loss('smooth_l1(beta=0.5)')
    >>> db.loss("hubber")
    Traceback (most recent call last):
    ...
    ValueError: there is no loss named 'hubber'; did you mean 'huber'?
    """
    return spec if isinstance(spec, Loss) else Loss(spec)


def losses() -> list[str]:
    """The names of all losses.

    Examples
    --------
    >>> import dartboard as db
    >>> db.losses()[:3]
    ['mse', 'mae', 'huber']
    """
    return _core.names()


_MODULES = ("catboost", "lightgbm", "sklearn", "torch", "xgboost")

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        # What belongs to another library is imported when it is first asked for.
        if name in _MODULES:
            import importlib

            return importlib.import_module(f"{__name__}.{name}")
        if name in _files.NAMES:
            return _files.function(name)
        if not name.startswith("_"):
            why = _core.why_unknown(name)
            if why is None:
                # Another name of a loss: its short one is the name of the function.
                return globals()[Loss(name).name]
            raise AttributeError(f"module 'dartboard' has no attribute {name!r}: {why}")
        raise AttributeError(f"module 'dartboard' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return [*__all__, *_MODULES, *_files.NAMES, "__version__"]
