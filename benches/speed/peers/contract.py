"""What a library's module offers to the worker.

Each such module has `versions()`, which imports the library and names its versions, and `offers(case, inputs, threads)`,
which lists its contestants for a case; one that cannot take part is left out.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

CACHE_LINE = 64


@dataclasses.dataclass
class Answer:
    """What a contestant computed, scaled to the mean and to each row's own loss; None for what was not asked for.

    `arrays` are named like those of the reference: gradient and hessian, d_hidden and d_weights, totals.
    """

    mean: float | None = None
    arrays: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Contestant:
    """Something to time: `call` is what is timed, and `answer` makes of its result what can be compared.

    `kept` says how many bytes of outputs and scratch space stay between calls, to be counted as memory that it needs.
    `planned` is what the library itself says that a call needs, outputs included, where it holds on to memory in a way
    that the kernel cannot tell.
    """

    call: Callable[[], Any]
    answer: Callable[[Any], Answer]
    kept: Callable[[], int] = lambda: 0
    planned: Callable[[], int] = lambda: 0


@dataclasses.dataclass
class Offer:
    """A contestant before it is built. `allocates`: its calls ask malloc for large arrays, so that a tuned malloc matters.

    `stream_bytes` marks a plain loop over memory, and says how many bytes it moves.
    """

    name: str
    build: Callable[[], Contestant]
    allocates: bool = False
    stream_bytes: int | None = None


def aligned(shape: int | tuple[int, ...], dtype: Any) -> np.ndarray:
    """An array that starts at a cache line, which lets every library use it where it lies."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape)) * dtype.itemsize
    raw = np.empty(size + CACHE_LINE, np.uint8)
    start = -raw.ctypes.data % CACHE_LINE
    return raw[start : start + size].view(dtype).reshape(shape)


class Buffers:
    """Arrays that are made when first used and kept between calls, by name."""

    def __init__(self, shape: int | tuple[int, ...], dtype: Any, wrap: Callable[[np.ndarray], Any] = lambda array: array):
        self._shape, self._dtype, self._wrap = shape, dtype, wrap
        self._arrays: dict[str, Any] = {}
        self.nbytes = 0

    def __getitem__(self, name: str) -> Any:
        if name not in self._arrays:
            array = aligned(self._shape, self._dtype)
            self.nbytes += array.nbytes
            self._arrays[name] = self._wrap(array)
        return self._arrays[name]


def real(precision: int) -> type:
    """The floating-point type of a precision in bits."""
    return np.float32 if precision == 32 else np.float64
