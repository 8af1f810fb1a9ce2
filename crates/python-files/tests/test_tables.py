"""Tables and notebooks."""

from __future__ import annotations

import html.parser
import pickle

import dartboard as db
import dartboard_files
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from dartboard_files import Table

FRAME = {"y": [1.0, 2.0, 4.0, 8.0], "a": [1.5, 2.0, 3.0, 8.0], "<b>": [1.0, 2.5, 4.0, 5.0], "kind": ["x", "y", "x", "y"]}


@pytest.fixture
def report():
    return db.score(FRAME, truth="y", pred=["a", "<b>"], by="kind", worst=2, loss="mse,mae")


def test_columns_of_tables(report):
    assert report.scores.columns[:3] == ["model", "measure", "value"]
    assert report.scores["value"] == [0.3125, 0.375, 2.3125, 0.875]
    assert report.scores.shape == (4, 18) and len(report.scores) == 4
    assert report.segments.columns[0] == "kind" and report.segments["kind"] == ["x"] * 4 + ["y"] * 4
    assert report.worst.columns == [
        "model", "measure", "rank", "file", "row", "kind", "truth", "prediction", "weight", "loss", "share",
    ]  # fmt: skip
    assert [row["row"] for row in report.worst.rows()] == [3, 1, 4, 2]
    assert report.comparisons["first"] == ["a"] * 6 and len(report.comparisons) == 6


@pytest.mark.parametrize("name", ["scores", "segments", "worst", "comparisons"])
def test_tables_convert(report, name):
    table = getattr(report, name)
    columns = table.to_dict()
    assert dict(table) == columns and list(table) == table.columns
    for frame in (pl.DataFrame(table), table.to_polars(), pl.DataFrame(table.to_arrow())):
        assert frame.to_dict(as_series=False) == columns
    assert table.to_arrow().to_pydict() == pa.table(table).to_pydict() == columns
    pandas = table.to_pandas()
    assert isinstance(pandas, pd.DataFrame) and list(pandas.columns) == table.columns and len(pandas) == len(table)


def test_tables_without_rows():
    report = db.score(FRAME, truth="y", pred="a", loss="mse")
    for table in (report.segments, report.worst, report.comparisons):
        assert len(table) == 0 and table.columns
        assert repr(table) and table._repr_html_() and table.to_pandas().empty and table.to_arrow().num_rows == 0


def test_names_that_are_taken(tmp_path):
    frame = {"y": [1.0, 2.0], "p": [1.0, 3.0], "value": ["a", "b"], "row": [7, 8]}
    report = db.score(frame, truth="y", pred="p", by="value", key="row", worst=1, loss="mse")
    assert report.segments["by_value"] == ["a", "b"] and report.segments["value"] == [0.0, 1.0]
    assert report.worst["row"] == [2] and report.worst["key_row"] == ["8"]


class Balance(html.parser.HTMLParser):
    """Whether every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_notebooks(report):
    for shown in (report, report.scores, report.worst, db.choose(FRAME, truth="y"), db.compare(FRAME, truth="y", pred=["a", "<b>"])):
        page = shown._repr_html_()
        balance = Balance()
        balance.feed(page)
        assert balance.open == [] and "<table" in page
    assert "&lt;b&gt;" in report._repr_html_() and "<b>" not in report._repr_html_()
    assert "\x1b" not in str(report) and repr(report) == str(report).rstrip()


def test_long_tables_are_cut():
    table = Table({"n": range(1000), "text": ["x" * 100] * 1000, "nothing": [None] * 1000})
    shown = repr(table)
    assert shown.endswith("(940 more rows)") and "nothing" not in shown and "…" in shown
    assert len(shown.splitlines()) == 62 and "(940 more rows)" in table._repr_html_()
    with pytest.raises(ValueError, match="equally many rows"):
        Table({"a": [1], "b": []})


def test_reports_are_data(report):
    assert isinstance(report, dict) and isinstance(report, dartboard_files.Scores)
    assert type(pickle.loads(pickle.dumps(report))) is dict and pickle.loads(pickle.dumps(report)) == report
    assert report.settings["truth"] == "y" and "settings" in dir(report)
    with pytest.raises(AttributeError, match="it has version, settings"):
        report.nothing  # noqa: B018
