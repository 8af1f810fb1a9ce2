"""Dartboard through the C interface of its benchmark library, and the plain loops over memory that it is held against."""

import ctypes
import os
from collections.abc import Callable, Iterator

import numpy as np

from peers.cases import LOSSES, Case
from peers.contract import Answer, Contestant, Offer, aligned, real

LIBRARY = "DARTBOARD_SPEED_LIBRARY"
"""The environment variable that names the library's file."""

POINTER, SIZE, INT = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
SIGNATURES = {
    "dartboard_loss": (POINTER, [ctypes.c_char_p]),
    "dartboard_pointwise": (INT, [POINTER, INT, SIZE, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER, INT, POINTER]),
    "dartboard_rows": (INT, [POINTER, INT, SIZE, SIZE, POINTER, POINTER, POINTER, INT, POINTER]),
    "dartboard_linear": (INT, [SIZE, SIZE, SIZE, POINTER, POINTER, POINTER, POINTER, POINTER, INT, POINTER]),
    "dartboard_stream": (INT, [INT, INT, POINTER, POINTER, POINTER, SIZE]),
    "dartboard_sum": (ctypes.c_double, [POINTER, SIZE]),
    "dartboard_grouped": (INT, [POINTER, POINTER, SIZE, SIZE, POINTER]),
}

# The number of the loop in the library, and how many arrays of equal length it moves.
STREAMS = {
    "read one": (0, 1),
    "read two": (1, 2),
    "copy": (2, 2),
    "triad": (3, 3),
}


def versions() -> dict[str, str]:
    """Loads the library."""
    _library()
    return {}


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(os.environ[LIBRARY])


def _function(library: ctypes.CDLL, name: str) -> Callable:
    function = getattr(library, name, None)
    if function is None:
        raise RuntimeError(f"the library has no function {name}")
    function.restype, function.argtypes = SIGNATURES[name]
    return function


def offers(case: Case, inputs: dict[str, np.ndarray], threads: int) -> Iterator[Offer]:
    """Dartboard's contestants for a case, and the loops over memory."""
    library, family = _library(), case.dataset.family
    if family in LOSSES:
        yield Offer("Dartboard", lambda: _pointwise(library, case, inputs, threads))
    elif family == "cce_logits":
        yield Offer("Dartboard", lambda: _rows(library, case, inputs, threads, in_place=False))
        if "gradient" in case.parts:
            yield Offer("Dartboard, in place", lambda: _rows(library, case, inputs, threads, in_place=True))
    elif family == "linear":
        yield Offer("Dartboard", lambda: _linear(library, case, inputs, threads))
    elif family == "sum":
        yield Offer("Dartboard", lambda: _sum(library, inputs["values"]))
    elif family == "grouped":
        yield Offer("Dartboard", lambda: _grouped(library, case, inputs))
    for name in case.streams:
        yield _stream(library, name, sum(case.traffic), threads)


def _address(array: np.ndarray | None) -> ctypes.c_void_p | None:
    return None if array is None else ctypes.c_void_p(array.ctypes.data)


def _checked(function: Callable[[], int]) -> Callable[[], None]:
    def call() -> None:
        status = function()
        if status != 0:
            raise RuntimeError(f"the library returned status {status}")

    return call


def _loss(library: ctypes.CDLL, spec: str) -> ctypes.c_void_p:
    loss = _function(library, "dartboard_loss")(spec.encode())
    if loss is None:
        raise RuntimeError(f"the library cannot read the loss '{spec}'")
    return ctypes.c_void_p(loss)


def _pointwise(library: ctypes.CDLL, case: Case, inputs: dict[str, np.ndarray], threads: int) -> Contestant:
    y, p = inputs["target"], inputs["prediction"]
    arrays = {part: aligned(y.shape, y.dtype) for part in case.parts if part != "value"}
    mean = ctypes.c_double()
    gradient, hessian = _address(arrays.get("gradient")), _address(arrays.get("hessian"))
    # The library sums the losses whether the mean is asked for or not.
    result = ctypes.byref(mean)
    loss, precision, rows = _loss(library, case.dataset.spec), case.dataset.precision, len(y)
    target, prediction = _address(y), _address(p)
    function = _function(library, "dartboard_pointwise")

    def run() -> int:
        return function(loss, precision, rows, target, prediction, None, None, gradient, hessian, threads, result)

    def answer(_: None) -> Answer:
        return Answer(mean.value if "value" in case.parts else None, arrays)

    return Contestant(_checked(run), answer, lambda: sum(array.nbytes for array in arrays.values()))


def _rows(library: ctypes.CDLL, case: Case, inputs: dict[str, np.ndarray], threads: int, in_place: bool) -> Contestant:
    d = case.dataset
    scores, target = inputs["scores"], inputs["target"]
    if in_place:
        # After the first call these are gradients, which take as long as scores; the answer is made from a fresh copy.
        own = aligned(scores.shape, scores.dtype)
        own[...] = scores
        scores = gradient = own
    else:
        gradient = aligned(scores.shape, scores.dtype) if "gradient" in case.parts else None
    loss, mean, function = _loss(library, d.spec), ctypes.c_double(), _function(library, "dartboard_rows")
    result, of, s, g = ctypes.byref(mean), _address(target), _address(scores), _address(gradient)
    call = _checked(lambda: function(loss, d.precision, d.rows, d.count, of, s, g, threads, result))

    def answer(_: None) -> Answer:
        if in_place:
            scores[...] = inputs["scores"]
            call()
        return Answer(mean.value, {} if gradient is None else {"gradient": gradient})

    return Contestant(call, answer, lambda: 0 if gradient is None or in_place else gradient.nbytes)


def _linear(library: ctypes.CDLL, case: Case, inputs: dict[str, np.ndarray], threads: int) -> Contestant:
    d, mean = case.dataset, ctypes.c_double()
    names = {"d_hidden": "hidden", "d_weights": "weights"} if "gradient" in case.parts else {}
    arrays = {name: aligned(inputs[of].shape, real(d.precision)) for name, of in names.items()}
    hidden, weights, target = (_address(inputs[name]) for name in ("hidden", "weights", "target"))
    d_hidden, d_weights = _address(arrays.get("d_hidden")), _address(arrays.get("d_weights"))
    result, function = ctypes.byref(mean), _function(library, "dartboard_linear")

    def run() -> int:
        return function(d.rows, d.width, d.count, hidden, weights, target, d_hidden, d_weights, threads, result)

    kept = sum(array.nbytes for array in arrays.values())
    return Contestant(_checked(run), lambda _: Answer(mean.value, arrays), lambda: kept)


def _sum(library: ctypes.CDLL, values: np.ndarray) -> Contestant:
    address, count, function = _address(values), len(values), _function(library, "dartboard_sum")
    return Contestant(lambda: function(address, count), lambda total: Answer(total))


def _grouped(library: ctypes.CDLL, case: Case, inputs: dict[str, np.ndarray]) -> Contestant:
    totals = aligned(case.dataset.count, real(64))
    values, groups, result = _address(inputs["values"]), _address(inputs["groups"]), _address(totals)
    rows, count, function = case.dataset.rows, case.dataset.count, _function(library, "dartboard_grouped")
    call = _checked(lambda: function(values, groups, rows, count, result))
    return Contestant(call, lambda _: Answer(None, {"totals": totals}), lambda: totals.nbytes)


def _stream(library: ctypes.CDLL, name: str, traffic: int, threads: int) -> Offer:
    """A plain loop over as many bytes as the case must move."""
    kind, moved = STREAMS[name]
    length = traffic // (8 * moved)

    def build() -> Contestant:
        a, b, out = arrays = [aligned(length, real(64)) for _ in range(3)]
        a[...], b[...], out[...] = 1.0, 2.0, 0.0
        function = _function(library, "dartboard_stream")
        addresses = list(map(_address, arrays))
        if function(kind, threads, *addresses, length) != 0:
            raise RuntimeError("the library has no such loop")
        # The call holds on to the arrays, of which the library knows only the addresses.
        return Contestant(lambda keep=arrays: function(kind, threads, *addresses, length), lambda _: Answer())

    return Offer(name, build, stream_bytes=8 * moved * length)
