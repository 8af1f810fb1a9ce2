"""Tables in memory: what their libraries hand over by Arrow's C stream, or their columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def read(data: Any, what: str) -> Any:
    """An object with ``__arrow_c_stream__``, or a list of columns: name, what it holds, values, where they are missing."""
    if _is_pandas(data):
        # Its index says where rows came from; it is no column.
        plain = data.reset_index(drop=True)
        if not all(isinstance(name, str) for name in plain.columns):
            plain = plain.set_axis([str(name) for name in plain.columns], axis=1)
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            names = [str(name) for name in plain.columns]
            return [_of_pandas(name, plain.iloc[:, place], what) for place, name in enumerate(names)]
        return plain
    if hasattr(data, "__arrow_c_stream__") and not _is_series(data):
        return _with_typed_columns(data)
    if isinstance(data, Mapping):
        return _of_mapping(data, what)
    if hasattr(data, "collect") and hasattr(data, "collect_schema"):
        raise TypeError(f"{what} is lazy: call its collect() first")
    kind = type(data)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    raise TypeError(
        f"{what} must be a path, a list of paths, a frame (polars, pandas, pyarrow, DuckDB) or a dict of arrays, not {name}"
    )


def _is_pandas(data: Any) -> bool:
    return type(data).__module__.partition(".")[0] == "pandas" and hasattr(data, "reset_index") and hasattr(data, "columns")


def _is_series(data: Any) -> bool:
    # One column of pandas or polars has a stream too, whose rows are no rows of a table.
    return type(data).__name__ == "Series"


def _with_typed_columns(data: Any) -> Any:
    """The same where columns of nothing are of text: polars hands over columns without a type in a way that is not understood."""
    if type(data).__module__.partition(".")[0] == "polars":
        import polars

        if polars.Null in data.dtypes:
            return data.with_columns(polars.col(polars.Null).cast(polars.String))
    return data


Column = tuple[str, str, Any, NDArray[np.uint8] | None]


def _of_mapping(data: Mapping[Any, Any], what: str) -> list[Column]:
    columns = []
    for name, values in data.items():
        if not isinstance(name, str):
            raise TypeError(f"{what}: names of columns are text, not {name!r}")
        if type(values).__module__.partition(".")[0] == "pandas" and hasattr(values, "isna"):
            columns.append(_of_pandas(name, values, what))
            continue
        if hasattr(values, "__arrow_c_array__") or hasattr(values, "__arrow_c_stream__"):
            values = values.to_pylist() if hasattr(values, "to_pylist") else values.to_list()
        array = np.asarray(values)
        if array.ndim != 1:
            raise ValueError(f"{what}: column `{name}` has the shape {list(array.shape)}; a column has one dimension")
        missing = None
        if isinstance(values, np.ma.MaskedArray):
            missing = np.ma.getmaskarray(values)
        elif array.dtype.kind == "O":
            missing = np.array([value is None for value in array], dtype=bool)
        columns.append(_column(name, array, missing, what))
    lengths = {len(column[2]) for column in columns}
    if len(lengths) > 1:
        sizes = ", ".join(f"`{column[0]}` {len(column[2])}" for column in columns)
        raise ValueError(f"{what}: columns must have equally many rows: {sizes}")
    return columns


def _of_pandas(name: str, values: Any, what: str) -> Column:
    missing = np.asarray(values.isna(), dtype=bool)
    kind = getattr(values.dtype, "numpy_dtype", values.dtype)
    if isinstance(kind, np.dtype) and kind.kind in "biuf" and not isinstance(values.dtype, np.dtype):
        array = values.to_numpy(dtype=kind, na_value=0)
    elif isinstance(values.dtype, np.dtype) and values.dtype.kind != "O":
        array = values.to_numpy()
    else:
        array = values.astype(object).to_numpy()
    return _column(name, array, missing, what)


#: How arrays are handed over, by kind and bytes of a value.
_NUMBERS = {"f2": "float32", "f4": "float32", "f8": "float64", "f16": "float64"}


def _column(name: str, array: NDArray[Any], missing: NDArray[np.bool_] | None, what: str) -> Column:
    mask = None
    if missing is not None and missing.any():
        mask = np.ascontiguousarray(missing, dtype=np.uint8)
    kind = array.dtype.kind
    if kind == "O":
        present = [value for value in array if value is not None] if mask is None else list(array[mask == 0])
        if not present or all(isinstance(value, str) for value in present):
            texts = [None if (mask is not None and mask[row]) or value is None else value for row, value in enumerate(array)]
            return name, "text", texts, None
        numbers = np.asarray(present)
        if numbers.dtype.kind not in "biuf":
            strange = next(value for value in present if not isinstance(value, str))
            raise TypeError(f"{what}: column `{name}` holds {type(strange).__name__} beside or instead of numbers and text")
        whole = np.zeros(len(array), dtype=numbers.dtype)
        whole[np.ones(len(array), dtype=bool) if mask is None else mask == 0] = numbers
        array, kind = whole, numbers.dtype.kind
    if kind == "b":
        return name, "bool", np.ascontiguousarray(array).view(np.uint8), mask
    if kind == "i":
        return name, "int64", np.ascontiguousarray(array, dtype=np.int64), mask
    if kind == "u":
        return name, "uint64", np.ascontiguousarray(array, dtype=np.uint64), mask
    if kind == "f":
        to = _NUMBERS[f"f{array.dtype.itemsize}"]
        return name, to, np.ascontiguousarray(array, dtype=to), mask
    if kind == "U":
        return name, "text", [str(value) for value in array], None
    if kind == "M":
        moments = array.astype("datetime64[us]")
        return name, "microseconds", moments.view(np.int64), np.ascontiguousarray(np.isnat(moments), dtype=np.uint8)
    raise TypeError(f"{what}: column `{name}` holds {array.dtype}, neither numbers nor text")
