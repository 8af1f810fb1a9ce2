"""Every loss returns the bits that the library returns. `DARTBOARD_BITS` names the folder that `dartboard-bits` has filled."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

import dartboard as db

FOLDER = os.environ.get("DARTBOARD_BITS")
if FOLDER is None:
    pytest.skip("DARTBOARD_BITS does not say where the bits are", allow_module_level=True)
CASES = json.loads((Path(FOLDER) / "bits.json").read_text())
BYTES = (Path(FOLDER) / "bits.bin").read_bytes()


def array(place):
    if place is None:
        return None
    count = int(np.prod(place["shape"], dtype=int))
    return np.frombuffer(BYTES, place["type"], count, place["at"]).reshape(place["shape"])


def same(found, expected):
    """Bit for bit; a NaN is as good as another."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    both_nan = np.isnan(found) & np.isnan(expected)
    bits = np.uint32 if found.dtype == np.float32 else np.uint64
    assert np.all((found.view(bits) == expected.view(bits)) | both_nan)


def test_the_whole_catalogue_is_there():
    assert {case["loss"].split("(")[0] for case in CASES} == set(db.losses())


def name(case):
    kind = case["prediction"]["type"].strip("<")
    weighted = "" if case["weight"] is None else "-weighted"
    soft = "-soft" if len(case["target"]["shape"]) == 2 else ""
    return f"{case['loss']}-{kind}{weighted}{soft}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_bits(case):
    loss = db.loss(case["loss"])
    y, p, w = (array(case[key]) for key in ("target", "prediction", "weight"))
    for threads in (1, 2):
        around = {"weight": w, "threads": threads}
        same(loss.value(y, p, **around, reduction="none"), array(case["values"]))
        same(loss.gradient(y, p, **around, reduction="sum"), array(case["gradient"]))
        same(loss.hessian(y, p, **around, reduction="sum"), array(case["hessian"]))
        same(np.float64(loss.value(y, p, **around)), array(case["mean"]))
    # The function of the same name, and value and gradient together, are no other numbers.
    function = getattr(db, loss.name)
    assert function(y, p, weight=w, **loss.parameters) == loss.value(y, p, weight=w)
    value, gradient = loss.value_and_gradient(y, p, weight=w, reduction="none")
    if loss.name != "cce_logits":
        same(value, array(case["values"]))
        same(gradient, array(case["gradient"]))
    value, gradient = loss.value_and_gradient(y, p, weight=w, reduction="sum")
    same(gradient, array(case["gradient"]))
    assert value == loss.value(y, p, weight=w, reduction="sum")
