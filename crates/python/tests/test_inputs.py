"""Arrays from everywhere: the same numbers, the same memory where that can be, nothing missing passed over."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import dartboard as db
from dartboard import _arrays

Y = [1.0, 2.0, 3.0, 4.0]
P = [1.5, 2.0, 1.0, 9.0]
EXPECTED = 7.3125 + 0.0


class OnlyArrow:
    """Nothing but the Arrow capsule protocol."""

    def __init__(self, array, stream):
        self.array, self.stream = array, stream

    def __getattr__(self, name):
        if name == ("__arrow_c_stream__" if self.stream else "__arrow_c_array__"):
            return getattr(self.array, name)
        raise AttributeError(name)


class OnlyDlpack:
    """Nothing but DLPack."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **keywords):
        return self.array.__dlpack__(**keywords)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


MAKERS = {
    "list": list,
    "tuple": tuple,
    "range-like": lambda x: np.array(x).tolist(),
    "numpy": np.array,
    "numpy f32": lambda x: np.array(x, dtype=np.float32),
    "numpy f16": lambda x: np.array(x, dtype=np.float16),
    "numpy big-endian": lambda x: np.array(x, dtype=">f8"),
    "numpy strided": lambda x: np.repeat(np.array(x), 2)[::2],
    "numpy reversed": lambda x: np.array(x[::-1])[::-1],
    "numpy read-only": lambda x: np.frombuffer(np.array(x).tobytes()),
    "numpy unaligned": lambda x: np.frombuffer(b"\0" + np.array(x).tobytes(), dtype=np.float64, offset=1),
    "numpy subclass": lambda x: np.array(x).view(np.recarray),
    "masked, nothing masked": lambda x: np.ma.MaskedArray(x),
    "pandas": lambda x: pd.Series(x, index=[7, 5, 3, 1]),
    "pandas f32": lambda x: pd.Series(x, dtype="float32"),
    "pandas nullable": lambda x: pd.Series(x, dtype="Float64"),
    "pandas arrow": lambda x: pd.Series(x, dtype=pd.ArrowDtype(pa.float64())),
    "polars": pl.Series,
    "polars f32": lambda x: pl.Series(x, dtype=pl.Float32),
    "polars chunks": lambda x: pl.concat([pl.Series(x[:1]), pl.Series(x[1:])], rechunk=False),
    "pyarrow": pa.array,
    "pyarrow sliced": lambda x: pa.array([9.0, None, *x, 9.0])[2:-1],
    "pyarrow chunks": lambda x: pa.chunked_array([x[:3], [], x[3:]]),
    "arrow array": lambda x: OnlyArrow(pa.array(x), False),
    "arrow stream": lambda x: OnlyArrow(pa.chunked_array([x[:1], x[1:]]), True),
    "dlpack": lambda x: OnlyDlpack(np.array(x)),
    "memory view": lambda x: memoryview(np.array(x)),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_the_same_number(make):
    expected = np.mean((np.array(P) - np.array(Y)) ** 2)
    assert db.mse(make(Y), make(P)) == expected
    assert db.mse(make(Y), P, weight=make([1.0, 1.0, 1.0, 1.0])) == expected


@pytest.mark.parametrize("kind", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"])
def test_whole_numbers(kind):
    y = np.array([0, 1, 1, 0], dtype=kind)
    p = np.array([0.1, 0.7, 0.9, 0.2])
    expected = db.bce(y.astype(float), p)
    assert db.bce(y, p) == db.bce(pl.Series(y), p) == db.bce(pa.array(y), p) == db.bce(pd.Series(y), p) == expected
    assert db.bce(OnlyArrow(pa.array(y)[1:], False), p[1:]) == db.bce(y[1:], p[1:])


@pytest.mark.parametrize(
    "make",
    [
        np.array,
        lambda x: pd.Series(x, dtype="float64"),
        lambda x: pl.Series(x, dtype=pl.Float64),
        lambda x: pa.array(x, pa.float64()),
        lambda x: OnlyDlpack(np.array(x)),
    ],
    ids=["numpy", "pandas", "polars", "pyarrow", "dlpack"],
)
def test_nothing_is_copied(make):
    source = make([1.0, 2.0, 3.0])
    first, second = _arrays.read(source, "it"), _arrays.read(source, "it")
    assert first.ctypes.data == second.ctypes.data
    assert first.dtype == np.float64


NULLS = {
    "None": [1.0, None, 3.0, None],
    "pandas": pd.Series([1.0, None, 3.0, None], dtype="Float64"),
    "pandas arrow": pd.Series([1.0, None, 3.0, None], dtype=pd.ArrowDtype(pa.float64())),
    "polars": pl.Series([1.0, None, 3.0, None]),
    "polars chunks": pl.concat([pl.Series([1.0]), pl.Series([None, 3.0, None])], rechunk=False),
    "pyarrow": pa.array([1, None, 3, None]),
    "pyarrow sliced": pa.array([None, 1.0, None, 3.0, None])[1:],
    "masked": np.ma.MaskedArray([1.0, 2.0, 3.0, 4.0], [False, True, False, True]),
}


@pytest.mark.parametrize("values", NULLS.values(), ids=NULLS)
def test_missing_values_are_named(values):
    text = r"row 1: the prediction is missing \(and 1 more\); leave such rows out"
    with pytest.raises(ValueError, match=text):
        db.mse(Y, values)
    with pytest.raises(ValueError, match="row 1: the weight is missing"):
        db.mse(Y, P, weight=values)


def test_tables_of_scores():
    z = np.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]])
    expected = db.cce([2, 0], z, reduction="none")
    columns = {"a": z[:, 0], "b": z[:, 1], "c": z[:, 2]}
    for table in (
        pd.DataFrame(columns),
        pd.DataFrame(columns).astype("Float64"),
        pl.DataFrame(columns),
        pa.table(columns),
        pa.RecordBatch.from_pydict(columns),
        pa.FixedSizeListArray.from_arrays(z.ravel(), 3),
        z.tolist(),
        np.asfortranarray(z),
    ):
        assert np.array_equal(db.cce([2, 0], table, reduction="none"), expected), type(table)
    with pytest.raises(ValueError, match="row 1: the prediction is missing"):
        db.cce([2, 0], pl.DataFrame({**columns, "a": [0.1, None]}))


def test_memory_outlives_its_owner():
    import gc

    array = _arrays.read(pa.array(np.arange(100_000.0)), "it")
    chunks = _arrays.read(OnlyArrow(pa.chunked_array([np.arange(5.0)]), True), "it")
    gc.collect()
    junk = [np.full(100_000, -1.0) for _ in range(20)]
    assert array.sum() == np.arange(100_000.0).sum() and chunks.sum() == 10 and len(junk) == 20


def test_views_of_others_cannot_be_written():
    assert not _arrays.read(pa.array([1.0]), "it").flags.writeable
