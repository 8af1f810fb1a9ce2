"""What commands found, as plain data that shows itself in notebooks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import _files
from ._table import Table

if TYPE_CHECKING:
    import dartboard


#: How tables stand in notebooks, whatever their theme.
_STYLE = (
    "<style>.dartboard th,.dartboard td{text-align:left;vertical-align:top}"
    ".dartboard .number{text-align:right;font-variant-numeric:tabular-nums}"
    ".dartboard .quiet{opacity:.75}.dartboard h3{margin:1em 0 .3em;font-size:1em}"
    ".dartboard dl{margin:0 0 .8em}.dartboard dl div{display:grid;grid-template-columns:7.5em 1fr}"
    ".dartboard dt{opacity:.75;font-weight:normal;white-space:nowrap}.dartboard dd{margin:0}"
    ".dartboard .scroll{overflow-x:auto}.dartboard pre{white-space:pre-wrap}</style>"
)


class Report(dict[str, Any]):
    """What a command found: what ``--format json`` prints of it, with its keys as attributes too.

    ``str`` and ``print`` give the tables of the terminal; in a notebook it shows itself.
    """

    def __init__(self, outcome: _files.Outcome) -> None:
        import json

        super().__init__(json.loads(outcome.json()))
        self._outcome = outcome

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}; it has {', '.join(self)}") from None

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self]

    def __str__(self) -> str:
        return self._outcome.text()

    def __repr__(self) -> str:
        return self._outcome.text().rstrip()

    def _repr_html_(self) -> str:
        return f'{_STYLE}<div class="dartboard">{self._outcome.html()}</div>'

    def to_json(self) -> str:
        """The report as ``--format json`` prints it, to the letter."""
        return self._outcome.json()

    def __reduce__(self) -> Any:
        # What is sent to another process, or kept in a file, is the data.
        return dict, (dict(self),)


def _number(value: Any) -> Any:
    """A number of a report. JSON has none that is not finite, so reports write them as text."""
    return float(value) if value in ("inf", "-inf", "nan") else value


class Scores(Report):
    """Scores of predictions.

    Attributes
    ----------
    scores : Table
        A row per model and measure, over all rows: what ``--format csv`` prints of them.
    segments : Table
        The same for each segment, with the columns of ``by`` in front; without rows where there is no ``by``.
    worst : Table
        The rows that lose most, with their numbers (from 1), keys, truth, prediction, loss and share.
    comparisons : Table
        The models compared pair by pair.

    The lists that the tables are made of stand under the keys of the same names.
    """

    @property
    def scores(self) -> Table:
        """A row per model and measure, over all rows."""
        return Table.of_rows(_SCORE, [row for row in self._scores(self["overall"])])

    @property
    def segments(self) -> Table:
        """A row per segment, model and measure."""
        by = self._by(_SCORE)
        rows = []
        for group in self["segments"]:
            segment = dict(zip(by, group["segment"], strict=True))
            rows += [{**segment, **row} for row in self._scores(group)]
        return Table.of_rows([*by, *_SCORE], rows)

    @property
    def worst(self) -> Table:
        """The rows that lose most, for each model by the first loss."""
        keys: list[str] = next((worst["key_columns"] for worst in self["worst"]), [])
        named = [f"key_{name}" if name in _WORST else name for name in keys]
        rows = []
        for worst in self["worst"]:
            for rank, row in enumerate(worst["rows"], 1):
                numbers = {name: _number(row[name]) for name in ("truth", "prediction", "weight", "loss", "share")}
                about = {"model": worst["model"], "measure": worst["measure"], "rank": rank}
                rows.append({**about, **row, **numbers, **dict(zip(named, row["key"], strict=True))})
        return Table.of_rows([*_WORST[:5], *named, *_WORST[5:]], rows)

    @property
    def comparisons(self) -> Table:
        """The models compared pair by pair, over all rows and in each segment."""
        by = self._by(_COMPARISON)
        rows = []
        for group in [self["overall"], *self["segments"]]:
            segment = dict(zip(by, group["segment"], strict=False))
            for pair in group["comparisons"]:
                low, high = pair["interval"] or (None, None)
                difference, error = _number(pair["difference"]), _number(pair["standard_error"])
                numbers = {"difference": difference, "standard_error": error, "low": low, "high": high}
                rows.append({**segment, **pair, **numbers})
        return Table.of_rows([*by, *_COMPARISON], rows)

    def _by(self, taken: Iterable[str]) -> list[str]:
        return [f"by_{name}" if name in taken else name for name in self["settings"]["by"]]

    def _scores(self, group: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        measures = {measure["spec"]: measure for measure in self["measures"]}
        for model in group["models"]:
            for score in model["scores"]:
                constant = score["reference"] or {}
                parts = score["decomposition"] or {}
                measure = measures[score["measure"]]
                row = {
                    "model": model["model"],
                    "measure": score["measure"],
                    "value": score["value"],
                    "unit": measure["unit"],
                    "skill": score["skill"],
                    "rows": group["rows"],
                    "weight": group["weight"],
                    "mean_truth": group["mean_truth"],
                    "sum": score["sum"],
                    "infinite_rows": score["infinite"],
                    "constant": constant.get("name"),
                    "constant_prediction": constant.get("prediction"),
                    "constant_value": constant.get("value"),
                    "total_ratio": model["total_ratio"],
                    "larger_is_better": measure["larger_is_better"],
                    **parts,
                }
                prediction = row["constant_prediction"]
                row["constant_prediction"] = prediction and [_number(number) for number in prediction]
                texts = ("model", "measure", "unit", "constant", "constant_prediction")
                yield {name: value if name in texts else _number(value) for name, value in row.items()}


#: The columns of scores, those that one looks at first in front; the names are those of ``--format csv``.
_SCORE = [
    "model",
    "measure",
    "value",
    "unit",
    "skill",
    "rows",
    "weight",
    "mean_truth",
    "sum",
    "infinite_rows",
    "constant",
    "constant_prediction",
    "constant_value",
    "total_ratio",
    "larger_is_better",
    "miscalibration",
    "discrimination",
    "uncertainty",
]
_WORST = ["model", "measure", "rank", "file", "row", "truth", "prediction", "weight", "loss", "share"]
_COMPARISON = ["measure", "first", "second", "difference", "standard_error", "low", "high", "better", "verdict"]


class FileAdvice(Report):
    """Advice on which loss suits columns.

    Attributes
    ----------
    losses : Table
        The losses that suit, the best first.
    best : dartboard.Loss
        The first of them.
    """

    @property
    def losses(self) -> Table:
        """The losses that suit, the best first."""
        losses = self["advice"]["losses"]
        names = [name for name in (losses[0] if losses else {}) if name != "reasons"]
        return Table.of_rows(names, losses)

    @property
    def best(self) -> dartboard.Loss:
        """The loss that suits the data best."""
        from dartboard import loss

        return loss(self["advice"]["losses"][0]["spec"])


class Curvature(Report):
    """The curvature of the loss of a model.

    Attributes
    ----------
    eigenvalues : Table
        The ends of the spectrum of the Hessian, for each loss.
    """

    @property
    def eigenvalues(self) -> Table:
        """The ends of the spectrum of the Hessian, for each loss."""
        rows = [
            {"loss": of["loss"], "end": end, "rank": rank, **pair}
            for of in self["losses"]
            for end, pairs in (("largest", of["top"]), ("smallest", of["lowest"]))
            for rank, pair in enumerate(pairs, 1)
        ]
        return Table.of_rows(["loss", "end", "rank", "value", "residual"], rows)


class Surface:
    """A loss on a line or a plane through the weights of a model.

    Attributes
    ----------
    loss : str
        The spec of the loss.
    x : array
        The numbers of the first axis.
    y : array or None
        Those of the second; None on a line.
    z : array
        The mean losses: ``z[i, j]`` is that at ``y[i]`` and ``x[j]``; on a line ``z[j]``.
    computed : array of bool
        Which of them were computed; with a tolerance others are interpolated.
    path : Table
        The way of the fit, or of checkpoints, projected: ``step``, ``x``, ``y``, its own ``loss``, and ``in_plane``, the loss
        that the surface has there.
    minimum : tuple or None
        The place and the loss of the lowest point: ``(x, y, loss)``, on a line ``(x, loss)``.
    """

    def __init__(self, numbers: Mapping[str, Any]) -> None:
        def array(name: str) -> NDArray[np.float64]:
            return np.frombuffer(numbers[name], dtype="<f8").astype(np.float64)

        self.loss: str = numbers["loss"]
        self.x = array("x")
        y = array("y")
        self.y = y if y.size else None
        shape = (y.size, self.x.size) if y.size else (self.x.size,)
        self.z = array("values").reshape(shape)
        self.computed = np.frombuffer(numbers["computed"], dtype=np.uint8).astype(bool).reshape(shape)
        path = numbers["path"]
        columns: dict[str, list[Any]] = {"step": [step for step, *_ in path], "x": [place[0] for _, place, *_ in path]}
        if self.y is not None:
            columns["y"] = [place[1] for _, place, *_ in path]
        columns["loss"] = [loss for *_, loss, _ in path]
        columns["in_plane"] = [shown for *_, shown in path]
        self.path = Table(columns)
        self.minimum: tuple[float, ...] | None = None
        if numbers["minimum"] is not None:
            place, loss = numbers["minimum"]
            self.minimum = (*(place if self.y is not None else place[:1]), loss)

    def to_dict(self) -> dict[str, Any]:
        """A column for each number of a point, as the file ``grid.csv`` of the command line has them."""
        if self.y is None:
            return {"x": self.x, "value": self.z, "computed": self.computed}
        y, x = np.meshgrid(self.y, self.x, indexing="ij")
        return {"x": x.ravel(), "y": y.ravel(), "value": self.z.ravel(), "computed": self.computed.ravel()}

    def __repr__(self) -> str:
        size = " x ".join(str(n) for n in reversed(self.z.shape))
        return f"Surface({self.loss!r}, {size} points)"


class Landscape(Report):
    """Loss landscapes of a model.

    Attributes
    ----------
    surfaces : list of Surface
        The losses as numbers, a surface for each. ``landscape[0]`` and ``landscape["mse"]`` pick one.
    svg : str or None
        The picture; None where no loss is finite.
    """

    def __init__(self, outcome: _files.Outcome) -> None:
        super().__init__(outcome)
        self._surfaces = [Surface(numbers) for numbers in outcome.surfaces()]

    @property
    def surfaces(self) -> list[Surface]:
        """The losses as numbers, a surface for each."""
        return self._surfaces

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int):
            return self._surfaces[key]
        if key not in self:
            for surface in self._surfaces:
                if surface.loss == key:
                    return surface
        return super().__getitem__(key)

    @property
    def svg(self) -> str | None:
        """The picture; None where no loss is finite."""
        drawn = self._outcome.picture("svg")
        return None if drawn is None else drawn.decode("utf-8")

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the picture into a file that ends in ``.svg`` or ``.png``, or the page to explore it into one in ``.html``.

        Raises
        ------
        ValueError
            Where the name ends in something else, or no loss is finite, so that there is nothing to be seen.
        OSError
            Where the system refuses the file.
        """
        path = Path(path)
        ending = path.suffix.lower().removeprefix(".")
        if ending not in ("svg", "png", "html"):
            raise ValueError(f"{path}: a figure is a file that ends in .svg, .png or .html")
        drawn = self._outcome.picture(ending)
        if drawn is None:
            raise ValueError(f"{path}: no loss is finite, so there is nothing to be seen")
        path.write_bytes(drawn)

    def _repr_html_(self) -> str:
        return (self.svg or "") + super()._repr_html_()
