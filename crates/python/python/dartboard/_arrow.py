"""Arrays of the Arrow C data interface (https://arrow.apache.org/docs/format/CDataInterface.html), without Arrow's library.

Any object with ``__arrow_c_array__`` or ``__arrow_c_stream__`` will do: those of pyarrow, polars, DuckDB, nanoarrow.
"""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._arrays import side_by_side


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


class _Stream(ctypes.Structure):
    pass


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))),
    ("private_data", ctypes.c_void_p),
]
_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Stream))),
    ("private_data", ctypes.c_void_p),
]

# The formats of numbers; a boolean is a bit.
_NUMBERS = {"c": "i1", "C": "u1", "s": "i2", "S": "u2", "i": "i4", "I": "u4", "l": "i8", "L": "u8"}
_NUMBERS |= {"e": "f2", "f": "f4", "g": "f8", "b": "bits"}


class _Owned:
    """A chunk that is released when nothing looks at its memory any more."""

    def __init__(self) -> None:
        self.array = _Array()

    def __del__(self) -> None:
        if self.array.release:
            self.array.release(ctypes.byref(self.array))


def read(values: Any, what: str) -> NDArray[Any]:
    """The numbers of an Arrow array, or of the columns of an Arrow table side by side."""
    if hasattr(values, "__arrow_c_stream__"):
        chunks, schema, keep = _chunks_of_stream(values.__arrow_c_stream__(), what)
    else:
        capsules = values.__arrow_c_array__()
        keep = capsules
        schema = ctypes.cast(_pointer(capsules[0], b"arrow_schema"), ctypes.POINTER(_Schema)).contents
        chunk = ctypes.cast(_pointer(capsules[1], b"arrow_array"), ctypes.POINTER(_Array)).contents
        # The memory moves to us, and the capsule is left empty.
        owned = _Owned()
        ctypes.pointer(owned.array)[0] = chunk
        chunk.release = type(chunk.release)()
        chunks = [owned]
    arrays = []
    first_row = 0
    for owned in chunks:
        rows = _Rows(owned.array.offset, owned.array.offset + owned.array.length, first_row, 1)
        arrays.append(_numbers(owned.array, schema, owned, what, rows))
        first_row += owned.array.length
    del keep
    if len(arrays) == 1:
        return arrays[0]
    return np.concatenate(arrays) if arrays else np.empty(0)


def _pointer(capsule: Any, name: bytes) -> int:
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype = ctypes.c_void_p
    get.argtypes = [ctypes.py_object, ctypes.c_char_p]
    address: int = get(capsule, name)
    return address


def _chunks_of_stream(capsule: Any, what: str) -> tuple[list[_Owned], _Schema, Any]:
    stream = ctypes.cast(_pointer(capsule, b"arrow_array_stream"), ctypes.POINTER(_Stream))

    def check(code: int) -> None:
        if code != 0:
            text = stream.contents.get_last_error(stream) or b""
            raise ValueError(f"{what} cannot be read: {text.decode('utf-8', 'replace') or f'error {code}'}")

    schema = _OwnedSchema()
    check(stream.contents.get_schema(stream, ctypes.byref(schema.schema)))
    chunks = []
    while True:
        owned = _Owned()
        check(stream.contents.get_next(stream, ctypes.byref(owned.array)))
        if not owned.array.release:
            break
        chunks.append(owned)
    return chunks, schema.schema, (capsule, schema)


class _OwnedSchema:
    def __init__(self) -> None:
        self.schema = _Schema()

    def __del__(self) -> None:
        if self.schema.release:
            self.schema.release(ctypes.byref(self.schema))


class _Rows(NamedTuple):
    """Which elements of an array are looked at, and which rows they are."""

    start: int
    end: int
    first_row: int
    per_row: int

    def row(self, element: int) -> int:
        return self.first_row + element // self.per_row


def _numbers(array: _Array, schema: _Schema, owner: _Owned, what: str, rows: _Rows) -> NDArray[Any]:
    """The elements from `rows.start` to `rows.end`, counted as buffers count them."""
    kind = (schema.format or b"").decode()
    count = rows.end - rows.start
    if kind == "n" and count:
        raise ValueError(f"row {rows.first_row}: {what} is missing; leave such rows out")
    if kind != "n" and array.n_buffers:
        _refuse_nulls(array, owner, what, rows)
    if kind == "+s":
        columns = []
        for place in range(array.n_children):
            child = array.children[place].contents
            within = rows._replace(start=child.offset + rows.start, end=child.offset + rows.end)
            columns.append(_numbers(child, schema.children[place].contents, owner, what, within))
        return side_by_side(columns, what) if columns else np.empty((count, 0))
    if kind.startswith("+w:"):
        width = int(kind[3:])
        child = array.children[0].contents
        start, end = (child.offset + width * element for element in rows[:2])
        within = _Rows(start, end, rows.first_row, rows.per_row * max(width, 1))
        return _numbers(child, schema.children[0].contents, owner, what, within).reshape(count, width)
    if kind not in _NUMBERS or schema.dictionary:
        raise TypeError(f"{what} must hold numbers, not values of the Arrow format {kind!r}")
    dtype = _NUMBERS[kind]
    if count == 0:
        return np.empty(0, dtype="?" if dtype == "bits" else dtype)
    if dtype == "bits":
        bits = np.unpackbits(_buffer(array, 1, (rows.end + 7) // 8, owner), bitorder="little", count=rows.end)
        return bits[rows.start :].astype(bool)
    size = np.dtype(dtype).itemsize
    return _buffer(array, 1, rows.end * size, owner).view(dtype)[rows.start :]


class _Memory:
    """Memory of a chunk, for NumPy to look at: whoever holds the view holds the chunk."""

    def __init__(self, address: int, size: int, owner: _Owned) -> None:
        self.owner = owner
        self.__array_interface__ = {"version": 3, "shape": (size,), "typestr": "|u1", "data": (address, True)}


def _buffer(array: _Array, place: int, size: int, owner: _Owned) -> NDArray[np.uint8]:
    return np.asarray(_Memory(array.buffers[place], size, owner))


def _refuse_nulls(array: _Array, owner: _Owned, what: str, rows: _Rows) -> None:
    if array.null_count == 0 or not array.buffers[0]:
        return
    bits = _buffer(array, 0, (rows.end + 7) // 8, owner)
    elements = np.flatnonzero(np.unpackbits(bits, bitorder="little", count=rows.end)[rows.start :] == 0)
    missing = np.unique(elements // rows.per_row)
    if missing.size:
        also = "" if missing.size == 1 else f" (and {missing.size - 1} more)"
        raise ValueError(f"row {rows.row(int(elements[0]))}: {what} is missing{also}; leave such rows out")
