"""Advice on which loss suits data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from . import _core, _files


class Advice(dict[str, Any]):
    """What `choose` found, as plain data: what ``dartboard choose --format json`` prints of it.

    ``advice["losses"]`` are the losses that suit the data, the best first, each with its ``spec`` and reasons;
    ``advice["warnings"]`` and ``advice["would_change"]`` say what else to look at.
    """

    @property
    def best(self) -> _core.Loss:
        """The loss that suits the data best."""
        return _core.Loss(self["losses"][0]["spec"])

    def __repr__(self) -> str:
        losses = ", ".join(loss["spec"] for loss in self["losses"])
        return f"Advice(task={self['task']['task']!r}, losses={losses or 'none'})"


def choose(
    y: Any,
    p: Any = None,
    *,
    weight: Any = None,
    goal: str | None = None,
    task: str | None = None,
    raw: bool = False,
    features: Mapping[str, Any] | None = None,
    name: str = "y",
    **files: Any,
) -> Advice:
    """Which loss suits a target, predictions for rows the model has not seen, and a goal; with the evidence.

    Parameters
    ----------
    y : array
        The target: numbers, or names of classes (text or booleans).
    p : array, optional
        Predictions for the same rows: one number per row, or a row of numbers, one per class in increasing order.
    weight : array, optional
        How much each row counts: finite and at least 0.
    goal : str, optional
        ``"mean"``, ``"total"``, ``"median"``, ``"quantile=T"``, ``"expectile=T"``, ``"probability"`` or ``"class"``.
    task : str, optional
        ``"real"``, ``"positive"``, ``"zeros_and_positive"``, ``"count"``, ``"proportion"``, ``"binary"`` or ``"classes"``,
        where it is known.
    raw : bool, default False
        Whether predictions are on the raw scale: logits, logarithms of means, margins.
    features : mapping of str to array, optional
        Columns in which to look for structure that the model has missed.
    name : str, default "y"
        The name of the target in sentences, which also stands for its unit.
    **files
        With ``truth=``, the name of a column, `y` is a file or a frame and the advice that of ``dartboard_files.choose``,
        whose keywords these are.

    Returns
    -------
    Advice

    Raises
    ------
    ValueError
        Where columns do not fit together, hold numbers that are not finite, or the goal does not fit the task.

    Examples
    --------
    >>> import dartboard as db
    >>> y = [0.5 + i * 7 % 60 for i in range(60)]
    >>> advice = db.choose(y, goal="median", name="price")
    >>> advice.best
    Loss('mae')
    """
    import json

    if "truth" in files:
        arrays = {"weight": weight, "goal": goal, "task": task, "features": features}
        return _of_files(y, p, {**arrays, **files}, raw, name)
    if files:
        _refuse(next(iter(files)))
    if isinstance(y, (str, os.PathLike)):
        raise TypeError("choose takes truth=, the name of a column, where it is given a file")
    values = y
    names = None
    array = np.asarray(y)
    if array.dtype.kind in "US" or (array.dtype.kind == "O" and all(isinstance(x, str) for x in array.ravel())):
        distinct, values = np.unique(array.astype(str), return_inverse=True)
        names = [str(x) for x in distinct]
    elif array.dtype.kind == "b":
        names, values = ["false", "true"], array.astype(np.int64)
    return Advice(
        json.loads(
            _core.advise(
                values,
                names,
                p,
                weight=weight,
                features=list((features or {}).items()),
                goal=goal,
                raw=raw,
                task=task,
                name=name,
                prediction_name="p",
            )
        )
    )


def _of_files(data: Any, p: Any, keywords: dict[str, Any], raw: bool, name: str) -> Advice:
    """The advice for a file or a frame."""
    if p is not None:
        raise TypeError("choose takes columns of files by keywords: truth=, and pred= or logits=")
    if raw is not False:
        keywords["raw"] = raw
    if name != "y":
        keywords["name"] = name
    advice: Advice = _files.function("choose")(data, **keywords)
    return advice


def _refuse(keyword: str) -> NoReturn:
    import difflib
    import inspect

    known = [p.name for p in inspect.signature(choose).parameters.values() if p.kind is p.KEYWORD_ONLY]
    nearest = difflib.get_close_matches(keyword, known, n=1)
    also = f"did you mean '{nearest[0]}'?" if nearest else "of files it has more, with truth="
    raise TypeError(f"choose has no parameter '{keyword}'; {also}")
