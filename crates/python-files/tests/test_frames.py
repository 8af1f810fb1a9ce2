"""Frames in memory: the numbers of the files that they hold, and their rows by number."""

from __future__ import annotations

import subprocess
import sys

import dartboard as db
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

FILE = "examples/house_prices.parquet"
KEYWORDS = {"truth": "price", "pred": ["p_linear", "p_lgbm_l2"], "by": "bldg_type", "worst": 4}


class OnlyStream:
    """An object that has the capsule and nothing else."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


FRAMES = {
    "polars": lambda: pl.read_parquet(FILE),
    "pieces": lambda: pl.concat([pl.read_parquet(FILE)[:100], pl.read_parquet(FILE)[100:]], rechunk=False),
    "pandas": lambda: pd.read_parquet(FILE),
    "pandas of Arrow": lambda: pd.read_parquet(FILE, dtype_backend="pyarrow"),
    "another index": lambda: pd.read_parquet(FILE).set_index(np.arange(879) * 3),
    "pyarrow": lambda: pa.table(pl.read_parquet(FILE)),
    "a stream": lambda: OnlyStream(pa.table(pl.read_parquet(FILE))),
    "lists": lambda: pl.read_parquet(FILE).to_dict(as_series=False),
    "arrays": lambda: {name: column.to_numpy() for name, column in pl.read_parquet(FILE).to_dict().items()},
    "columns of polars": lambda: pl.read_parquet(FILE).to_dict(),
}


def without_names(report):
    """What does not speak of where the rows are."""
    plain = dict(report)
    plain["settings"] = {**plain["settings"], "files": None}
    plain["read"] = {**plain["read"], "bytes": None}
    plain["worst"] = [
        {**worst, "rows": [{**row, "file": None} for row in worst["rows"]]} for worst in plain["worst"]
    ]
    return plain


@pytest.mark.parametrize("kind", FRAMES)
def test_frames_are_what_their_files_are(cli, kind):
    frame, file = FRAMES[kind](), db.score(FILE, **KEYWORDS)
    report = db.score(frame, **KEYWORDS)
    assert without_names(report) == without_names(file)
    assert set(report.worst["file"]) == {"the frame"}
    assert str(report).startswith("read    the frame: 879 rows")


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_threads_do_not_change_a_bit(cli, threads):
    random = np.random.default_rng(1)
    y = random.normal(size=100_000)
    frame = {"y": y, "p": y + random.normal(size=y.size), "group": random.integers(0, 3, y.size)}
    one = db.score(frame, truth="y", pred="p", by="group", threads=1)
    many = db.score(pl.DataFrame(frame), truth="y", pred="p", by="group", threads=threads)
    assert (one["overall"], one["segments"]) == (many["overall"], many["segments"])
    assert one.scores["value"][0] == db.mse(frame["y"], frame["p"])


def test_classes_weights_and_missing_values(cli):
    frame = pl.read_parquet("examples/digits.parquet")
    keywords = {"truth": "label", "pred": "p_lgbm_*", "class_weight": ["3=2"]}
    assert db.score(frame, **keywords)["overall"] == db.score("examples/digits.parquet", **keywords)["overall"]
    # Numbers, names and booleans with missing values, whatever holds them.
    columns = {"y": [1.0, None, 3.0, 4.0], "p": [1, 2, 4, 4], "kind": ["a", None, "b", "a"], "w": [True, True, True, False]}
    expected = db.score(pl.DataFrame(columns), truth="y", pred="p", weight="w", by="kind", loss="mse")
    assert expected["read"]["missing"] == 1 and expected["read"]["zero_weight"] == 1
    assert expected.scores["value"] == [0.5]
    masked = np.ma.MaskedArray([1.0, 7.0, 3.0, 4.0], [False, True, False, False])
    for frame in (
        pa.table(columns),
        pd.DataFrame(columns),
        pd.DataFrame(columns).convert_dtypes(),
        columns,
        {**columns, "y": pd.Series([1, None, 3, 4], dtype="Int64")},
        {**columns, "y": masked},
        {**columns, "kind": pd.Series(columns["kind"], dtype="category"), "p": np.array([1, 2, 4, 4], dtype=np.uint8)},
    ):
        report = db.score(frame, truth="y", pred="p", weight="w", by="kind", loss="mse")
        assert (report["overall"], report["segments"]) == (expected["overall"], expected["segments"])


def test_categories_dates_and_other_types(cli):
    frame = pl.DataFrame({"y": [1.0, 2.0], "p": [1.5, 2.5], "kind": ["a", "b"], "nothing": [None, None]}).with_columns(
        pl.col("kind").cast(pl.Categorical), day=pl.Series([0, 1]).cast(pl.Date), list=pl.Series([[1], [2, 3]])
    )
    report = db.score(frame, truth="y", pred="p", by=["kind", "day"], loss="mse")
    assert report.segments["kind"] == ["a", "b"] and report.segments["day"] == ["1970-01-01", "1970-01-02"]
    days = {"y": [1.0, 2.0], "p": [1.5, 2.5], "day": np.array(["1970-01-01", "1970-01-02"], dtype="datetime64[D]")}
    assert db.score(days, truth="y", pred="p", where="day > '1970-01-01'", loss="mse")["read"]["rows"] == 1


def test_truth_in_a_frame_of_its_own(cli):
    frame = pl.read_parquet(FILE)
    truth, rest = frame.select("id", "price").sample(fraction=1.0, shuffle=True, seed=1), frame.drop("price")
    report = db.score(rest, truth="price", pred="p_linear", truth_file=truth, on="id", worst=1)
    assert report["overall"] == db.score(FILE, truth="price", pred="p_linear")["overall"]
    assert report.worst["row"] == [None] and report.worst["id"] == ["1768"]
    with pytest.raises(ValueError, match="^the frame of truth_file: 1 key stands more than once"):
        db.score(rest, truth="price", pred="p_linear", truth_file=pl.concat([truth, truth[:1]]), on="id")


def test_other_commands_take_frames(cli):
    frame = pl.read_parquet(FILE)
    advice = db.choose(frame, truth="price", pred="p_linear")
    assert advice["advice"] == db.choose(FILE, truth="price", pred="p_linear")["advice"]
    # A frame has no name in a shell.
    assert "dartboard score" not in str(advice)
    keywords = {"truth": "price", "model": "linear", "features": "gr_liv_area", "grid": 5}
    ours, theirs = (db.landscape(data, **keywords) for data in (frame, FILE))
    assert ours["views"] == theirs["views"] and np.array_equal(ours[0].z, theirs[0].z)


def test_rows_written_from_frames(cli, tmp_path):
    frame = pl.read_parquet(FILE)
    db.score(frame, truth="price", pred="p_linear", output=tmp_path / "a.csv")
    db.score(FILE, truth="price", pred="p_linear", output=tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


def test_errors_name_the_row_of_the_frame():
    frame = {"y": [1.0, 2.0, 3.0], "p": [1.0, float("inf"), 3.0], "kind": ["a", "b", "c"]}
    with pytest.raises(ValueError, match=r"^row 2 of the frame: p is inf"):
        db.score(frame, truth="y", pred="p", loss="mse")
    with pytest.raises(ValueError, match=r"^--pred: column `kind` of the frame holds text, not numbers$"):
        db.score(frame, truth="y", pred="kind")
    with pytest.raises(ValueError, match=r"^--pred: no column `q`; columns: `y`, `p`, `kind`$"):
        db.score(frame, truth="y", pred="q")


@pytest.mark.parametrize(
    ("frame", "error", "text"),
    [
        ({}, ValueError, "the frame: it has no columns"),
        ({"y": [1.0], "p": [1.0, 2.0]}, ValueError, "the data: columns must have equally many rows: `y` 1, `p` 2"),
        ({"y": [[1.0]], "p": [1.0]}, ValueError, "the data: column `y` has the shape [1, 1]; a column has one dimension"),
        ({"y": [object()], "p": [1.0]}, TypeError, "the data: column `y` holds object"),
        ({"y": [1.0, "a"], "p": [1.0, 2.0]}, ValueError, "--truth: column `y` of the frame holds text"),
        ({1: [1.0]}, TypeError, "the data: names of columns are text, not 1"),
        ({"y": np.zeros(2, dtype=complex), "p": [1.0, 2.0]}, TypeError, "the data: column `y` holds complex128"),
        (pa.table([[1.0], [2.0]], names=["y", "y"]), ValueError, "the frame: the column name `y` stands 2 times"),
        (pl.DataFrame({"y": [], "p": []}), ValueError, "--pred: column `p` of the frame holds text"),
        (pl.DataFrame({"y": [1.0], "p": [1.0]}).clear(), ValueError, "the frame: there are no rows"),
        (pl.DataFrame({"y": [1.0]}).lazy(), TypeError, "the data is lazy: call its collect() first"),
        (pd.Series([1.0]), TypeError, "the data must be a path, a list of paths, a frame"),
        (7, TypeError, "the data must be a path, a list of paths, a frame"),
        ([], TypeError, "the data must be a path, a list of paths, a frame"),
    ],
)
def test_what_is_no_frame(frame, error, text):
    with pytest.raises(error) as caught:
        db.score(frame, truth="y", pred="p")
    assert str(caught.value).startswith(text)


def test_pandas_without_pyarrow(cli):
    program = """if True:
        import sys
        sys.modules["pyarrow"] = None
        import dartboard as db, pandas as pd
        frame = pd.read_csv("examples/house_prices.csv").assign(kind=pd.Series(["a", None, "b"] * 293, dtype="category"))
        report = db.score(frame, truth="price", pred="p_linear", by="kind", loss="mse")
        assert report.scores.to_pandas()["value"][0] == report.scores["value"][0]
        print(report.scores["value"][0], [row["kind"] for row in report.segments.rows()])
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    value = db.score(FILE, truth="price", pred="p_linear", loss="mse").scores["value"][0]
    assert done.stdout.split(" ", 1) == [repr(value), "[None, 'a', 'b']\n"]


def test_nothing_is_copied_to_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "there is no such folder"))
    assert db.score({"y": [1.0, 2.0], "p": [1.0, 4.0]}, truth="y", pred="p", loss="mse").scores["value"] == [2.0]
