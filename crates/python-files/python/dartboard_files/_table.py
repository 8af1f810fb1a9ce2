"""Small tables of results, which need no library and convert to those of others."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: Rows and columns' letters that are shown; all are there.
_ROWS = 60
_LETTERS = 48


class Table:
    """Columns of equal length, lists by their names, in which what is missing is None.

    As of a frame its length is that of its rows, and it iterates over the names of its columns. It shows itself as a table in notebooks and converts to pandas, polars and Arrow where those are installed.

    Examples
    --------
    >>> from dartboard_files import Table
    >>> table = Table({"model": ["a", "b"], "value": [0.5, 12.25]})
    >>> table
    model  value
    a        0.5
    b      12.25
    >>> len(table), table["value"]
    (2, [0.5, 12.25])
    """

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self._columns = {name: list(values) for name, values in columns.items()}
        lengths = {len(values) for values in self._columns.values()}
        if len(lengths) > 1:
            raise ValueError("the columns of a table have equally many rows")
        self._rows = lengths.pop() if lengths else 0

    @classmethod
    def of_rows(cls, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Table:
        """A table of these columns from a dict per row."""
        return cls({name: [row.get(name) for row in rows] for name in names})

    def __getitem__(self, name: str) -> list[Any]:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return self._rows

    def keys(self) -> list[str]:
        """The names of the columns, so that ``dict`` takes the table."""
        return list(self._columns)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._columns)

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return self._rows, len(self._columns)

    def rows(self) -> list[dict[str, Any]]:
        """A dict for each row."""
        return [{name: values[row] for name, values in self._columns.items()} for row in range(self._rows)]

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns, for whoever takes a dict of them."""
        return {name: list(values) for name, values in self._columns.items()}

    def to_pandas(self) -> Any:
        """The table as a ``pandas.DataFrame``."""
        import pandas

        return pandas.DataFrame(self.to_dict())

    def to_polars(self) -> Any:
        """The table as a ``polars.DataFrame``."""
        import polars

        return polars.DataFrame(self.to_dict(), strict=False)

    def to_arrow(self) -> Any:
        """The table as a ``pyarrow.Table``."""
        import pyarrow

        return pyarrow.table(self.to_dict())

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows for every library of Arrow's capsules, by way of pyarrow or polars, whichever is installed."""
        try:
            table = self.to_arrow()
        except ImportError:
            table = self.to_polars()
        return table.__arrow_c_stream__(requested_schema)

    def _shown(self) -> list[str]:
        """The columns that say something."""
        return [name for name, values in self._columns.items() if not values or any(value is not None for value in values)]

    def __repr__(self) -> str:
        names = self._shown()
        shown = min(self._rows, _ROWS)
        cells = [[_text(self._columns[name][row]) for row in range(shown)] for name in names]
        right = [_is_number(self._columns[name]) for name in names]
        widths = [max(len(name), *map(len, column), 0) if column else len(name) for name, column in zip(names, cells, strict=True)]

        def line(words: Sequence[str]) -> str:
            words = [w.rjust(n) if r else w.ljust(n) for w, n, r in zip(words, widths, right, strict=True)]
            return "  ".join(words).rstrip()

        lines = [line(names)] + [line([column[row] for column in cells]) for row in range(shown)]
        if self._rows > shown:
            lines.append(f"({self._rows - shown} more rows)")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        names = self._shown()
        right = [' style="text-align:right"' if _is_number(self._columns[name]) else ' style="text-align:left"' for name in names]
        head = "".join(f"<th{r}>{html.escape(name)}</th>" for name, r in zip(names, right, strict=True))
        rows = []
        for row in range(min(self._rows, _ROWS)):
            cells = (html.escape(_text(self._columns[name][row])) for name in names)
            rows.append("<tr>" + "".join(f"<td{r}>{cell}</td>" for cell, r in zip(cells, right, strict=True)) + "</tr>")
        more = f"<p>({self._rows - _ROWS} more rows)</p>" if self._rows > _ROWS else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{more}"


def _is_number(values: Sequence[Any]) -> bool:
    present = [value for value in values if value is not None]
    return bool(present) and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in present)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else str(value)
    if isinstance(value, list):
        value = " ".join(_text(item) for item in value)
    text = str(value)
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"
