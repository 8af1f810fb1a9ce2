"""Whatever holds numbers, as a NumPy array: the same memory where it can be, a copy where it cannot."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def read(values: Any, what: str) -> NDArray[Any]:
    """An array of numbers in C order and native byte order.

    Missing values (nulls of Arrow, pandas and polars, ``None``, masked elements) are errors that name the row, never NaN.
    `what` is what the values are to the reader of a message.
    """
    array = _to_numpy(values, what)
    kind = array.dtype.kind
    if kind == "O":
        _refuse_objects(array, what)
        array = _of_objects(array, what)
        kind = array.dtype.kind
    if kind not in "biuf" or array.dtype.itemsize > 8:
        raise TypeError(f"{what} must hold numbers of at most 64 bits, not {_name(array.dtype)}")
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if type(array) is not np.ndarray or not (array.flags.c_contiguous and array.flags.aligned):
        array = np.array(array, order="C", copy=True, subok=False)
    return array


def convert(array: NDArray[Any], to: str, what: str) -> NDArray[Any]:
    """The same numbers in single or double precision; those that it does not hold are errors."""
    converted = array.astype(to)
    if array.dtype.kind in "iu" and array.size:
        # Whole numbers up to this have a number of their own; beyond it only some have.
        exact = 2 ** (24 if to == "float32" else 53)
        if int(array.max()) > exact or int(array.min()) < -exact:
            wrong = np.flatnonzero(_is_changed(array.ravel(), converted.ravel()))
            if wrong.size:
                row = int(wrong[0])
                raise ValueError(f"row {row}: {what} is {array.ravel()[row]}, which {to} does not hold")
    return converted


def _is_changed(whole: NDArray[Any], converted: NDArray[Any]) -> NDArray[np.bool_]:
    """Which whole numbers are others after their conversion."""
    # The least number that is beyond the type: some round up to it, and it cannot be converted back.
    beyond = 2.0 ** np.iinfo(whole.dtype).bits / (2 if whole.dtype.kind == "i" else 1)
    over = converted.astype(np.float64) >= beyond
    back = np.where(over, 0, converted.astype(np.float64)).astype(whole.dtype)
    changed: NDArray[np.bool_] = over | (back != whole)
    return changed


def side_by_side(columns: list[NDArray[Any]], what: str) -> NDArray[Any]:
    """Columns as an array of rows; numbers that its type does not hold are errors."""
    if not columns:
        return np.empty((0, 0))
    to = np.result_type(*columns)
    if to.kind == "f":
        columns = [convert(column, str(to), what) if column.dtype.kind in "iu" else column for column in columns]
    return np.column_stack(columns)


def _to_numpy(values: Any, what: str) -> NDArray[Any]:
    if isinstance(values, np.ndarray):
        if isinstance(values, np.ma.MaskedArray):
            _refuse_missing(np.ma.getmaskarray(values), what)
            return np.asarray(values.data)
        return values
    module = type(values).__module__.partition(".")[0]
    if module == "pandas" and hasattr(values, "to_numpy"):
        return _from_pandas(values, what)
    if hasattr(values, "__arrow_c_stream__") or hasattr(values, "__arrow_c_array__"):
        from . import _arrow

        return _arrow.read(values, what)
    if hasattr(values, "__dlpack__"):
        return _from_dlpack(values, what)
    if isinstance(values, (str, bytes, dict, set)) or not (
        hasattr(values, "__array__") or hasattr(values, "__len__") or np.isscalar(values)
    ):
        raise TypeError(f"{what} must be an array of numbers, not {_name(type(values))}")
    return np.asarray(values)


def _from_pandas(values: Any, what: str) -> NDArray[Any]:
    if getattr(values, "ndim", 1) == 2:
        if len(set(values.dtypes)) == 1 and isinstance(values.dtypes.iloc[0], np.dtype):
            # A table of one type is its own memory.
            return np.asarray(values.to_numpy())
        return side_by_side([_from_pandas(values.iloc[:, place], what) for place in range(values.shape[1])], what)
    dtype = getattr(values, "dtype", None)
    if isinstance(dtype, np.dtype):
        return np.asarray(values.to_numpy())
    numbers = getattr(dtype, "numpy_dtype", np.dtype(object))
    if numbers.kind not in "biuf":
        raise TypeError(f"{what} must hold numbers, not {dtype}")
    _refuse_missing(np.asarray(values.isna()), what)
    return np.asarray(values.to_numpy(dtype=numbers))


def _from_dlpack(values: Any, what: str) -> NDArray[Any]:
    device = str(getattr(values, "device", "cpu"))
    if not device.lower().startswith(("cpu", "tfrt_cpu")):
        raise TypeError(f"{what} is on the device {device}, and the losses are computed on the CPU: move it there")
    if getattr(values, "requires_grad", False):
        raise TypeError(f"{what} requires a gradient: pass {what.removeprefix('the ')}.detach(), or use dartboard.torch")
    if hasattr(values, "resolve_neg"):
        # A tensor may hold the negatives of its memory, which the protocol does not say.
        values = values.resolve_neg()
    try:
        return np.from_dlpack(values)
    except (BufferError, RuntimeError, TypeError) as error:
        raise TypeError(f"{what} cannot be read: {error}") from error


def _refuse_missing(missing: NDArray[Any], what: str) -> None:
    rows = missing.any(axis=tuple(range(1, missing.ndim))) if missing.ndim > 1 else missing
    count = int(np.count_nonzero(rows))
    if count:
        also = "" if count == 1 else f" (and {count - 1} more)"
        raise ValueError(f"row {int(np.argmax(rows))}: {what} is missing{also}; leave such rows out")


def _is_missing(value: Any) -> bool:
    return value is None or value is np.ma.masked or type(value).__name__ == "NAType"


def _refuse_objects(array: NDArray[Any], what: str) -> None:
    flat = array.reshape(array.shape[0] if array.ndim else 1, -1 if array.size else 1)
    _refuse_missing(np.array([any(_is_missing(x) for x in row) for row in flat], dtype=bool), what)
    for row, numbers in enumerate(flat):
        for number in numbers:
            if not isinstance(number, (int, float, np.number, np.bool_)):
                raise TypeError(f"row {row}: {what} must be a number, not {_name(type(number))}")


def _of_objects(array: NDArray[Any], what: str) -> NDArray[Any]:
    """Numbers that are held as objects."""
    numbers = array.ravel().tolist()
    whole = all(isinstance(number, (int, np.integer)) for number in numbers)
    found = np.asarray(numbers, dtype=None if whole and numbers else np.float64).reshape(array.shape)
    if found.dtype.kind == "O":
        raise TypeError(f"{what} holds whole numbers of more than 64 bits")
    for row, (number, kept) in enumerate(zip(numbers, found.ravel().tolist(), strict=True)):
        if isinstance(number, (int, np.integer)) and number != kept:
            raise ValueError(f"row {row}: {what} is {number}, which {found.dtype} does not hold")
    return found


def _name(kind: Any) -> str:
    if isinstance(kind, np.dtype):
        return "text" if kind.kind in "US" else str(kind)
    return str(kind.__name__) if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
