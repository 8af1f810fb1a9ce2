"""Files: what the command line prints, to the last bit."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import dartboard as db
import pytest

HOUSES = "examples/house_prices.parquet"

# Keywords and the options that they stand for.
SCORES = [
    (HOUSES, {"truth": "price", "pred": ["p_linear", "p_lgbm_l2"]}, "--truth price --pred p_linear,p_lgbm_l2"),
    (
        "examples/house_prices.csv",
        {"truth": "price", "pred": "p_linear,p_lgbm_l2", "loss": "mse,huber(delta=2000)", "by": "bldg_type", "worst": 3},
        "--truth price --pred p_linear,p_lgbm_l2 --loss mse,huber(delta=2000) --by bldg_type --worst 3",
    ),
    (
        HOUSES,
        {"truth": "price", "pred": "p_linear", "loss": ["mae", "quantile(tau=0.9)"], "where": "year_built > 1990", "key": ["id"]},
        "--truth price --pred p_linear --loss mae,quantile(tau=0.9) --key id --where=year_built\xa0>\xa01990",
    ),
    (
        "examples/digits.parquet",
        {"truth": "label", "pred": "p_lgbm_*", "label_smoothing": 0.1, "threads": 1},
        "--truth label --pred p_lgbm_* --label-smoothing 0.1 --threads 1",
    ),
    (
        "examples/spam_mail.csv",
        {"truth": "label", "pred": "p_tfidf", "no_skill": True, "class_weight": {"1": 3, "0": 0.5}},
        "--truth label --pred p_tfidf --no-skill --class-weight 1=3 --class-weight 0=0.5",
    ),
]


def words(options: str) -> list[str]:
    # A space that is no end of a word is written as a hard one.
    return [word.replace("\xa0", " ") for word in options.split(" ")]


@pytest.mark.parametrize(("file", "keywords", "options"), SCORES)
def test_scores_are_those_of_the_command_line(cli, file, keywords, options):
    report = db.score(file, **keywords)
    assert report.to_json() == cli.output("score", file, *words(options), "--format", "json")
    assert str(report) == cli.output("score", file, *words(options))
    assert report == json.loads(report.to_json())
    assert report.overall == report["overall"]


def test_tables_of_scores_have_the_numbers_of_csv(cli):
    options = "--truth price --pred p_linear,p_lgbm_l2 --by bldg_type --decompose --format csv"
    report = db.score(HOUSES, truth="price", pred=["p_linear", "p_lgbm_l2"], by="bldg_type", decompose=True)
    lines = list(csv.DictReader(io.StringIO(cli.output("score", HOUSES, *words(options)))))
    names = [name for name in lines[0] if name != "scope"]
    assert sorted([*report.scores.columns, "bldg_type"]) == sorted(names) == sorted(report.segments.columns)
    rows = report.scores.rows() + report.segments.rows()
    assert len(rows) == len(lines)
    for row, line in zip(rows, lines, strict=True):
        for name in names:
            value = row.get(name)
            if isinstance(value, list):
                assert " ".join(repr(number) for number in value).replace(".0", "") == line[name].replace(".0", "")
            elif isinstance(value, bool):
                assert line[name] == str(value).lower()
            elif isinstance(value, (int, float)):
                assert float(line[name]) == value, name
            else:
                assert line[name] == (value or ""), name


def test_choice(cli):
    advice = db.choose(HOUSES, truth="price", pred="p_linear", goal="mean", features=["gr_liv_area"])
    options = words("--truth price --pred p_linear --goal mean --features gr_liv_area")
    assert advice.to_json() == cli.output("choose", HOUSES, *options, "--format", "json")
    assert str(advice) == cli.output("choose", HOUSES, *options)
    assert advice.best.spec == advice["advice"]["losses"][0]["spec"] == advice.losses["spec"][0]
    costs = db.choose("examples/spam_mail.csv", truth="label", pred="p_tfidf", cost={"fp": 10, "fn": 1})
    options = words("--truth label --pred p_tfidf --cost fp=10,fn=1 --format json")
    assert costs.to_json() == cli.output("choose", "examples/spam_mail.csv", *options)


def test_choice_on_arrays_stays():
    advice = db.choose([0.5 + i * 7 % 60 for i in range(60)], goal="median", name="price")
    assert advice.best.spec == "mae"


def test_curvature(cli):
    report = db.curvature("examples/houses.csv", truth="price", model="linear", features="gr_liv_area,lot_area", top=2)
    options = words("--data examples/houses.csv --truth price --model linear --features gr_liv_area,lot_area --top 2")
    assert report.to_json() == cli.output("curvature", *options, "--format", "json")
    assert str(report) == cli.output("curvature", *options)
    assert report.eigenvalues.columns == ["loss", "end", "rank", "value", "residual"]
    assert report.eigenvalues["value"][0] == report["losses"][0]["top"][0]["value"]


def test_several_files_globs_and_paths(cli, tmp_path):
    lines = Path("examples/house_prices.csv").read_text().splitlines()
    for place, rows in enumerate((lines[1:400], lines[400:])):
        (tmp_path / f"part-{place}.csv").write_text("\n".join([lines[0], *rows]) + "\n")
    whole = db.score(Path("examples/house_prices.csv"), truth="price", pred="p_linear")
    for files in ([tmp_path / "part-0.csv", str(tmp_path / "part-1.csv")], f"{tmp_path}/part-*.csv", tmp_path):
        parts = db.score(files, truth="price", pred="p_linear")
        assert parts["overall"] == whole["overall"]
        assert parts["read"]["files"] == 2


def test_rows_are_written(cli, tmp_path):
    written = [tmp_path / "by_python.csv", tmp_path / "by_program.csv"]
    report = db.score(HOUSES, truth="price", pred="p_linear", output=written[0])
    cli.output("score", HOUSES, *words("--truth price --pred p_linear --output"), str(written[1]))
    assert written[0].read_bytes() == written[1].read_bytes()
    assert f"Every row with its losses is in {written[0]}." in str(report)


def test_a_comparison(cli):
    table = db.compare(HOUSES, truth="price", pred=["p_linear", "p_lgbm_l2", "p_lgbm_l1"], loss="mae")
    options = words("--truth price --pred p_linear,p_lgbm_l2,p_lgbm_l1 --loss mae --format json")
    pairs = json.loads(cli.output("score", HOUSES, *options))["overall"]["comparisons"]
    assert len(table) == len(pairs) == 3
    for name in ("measure", "first", "second", "difference", "standard_error", "better", "verdict"):
        assert table[name] == [pair[name] for pair in pairs]
    assert list(zip(table["low"], table["high"], strict=True)) == [tuple(pair["interval"]) for pair in pairs]


def test_names_with_commas_are_names(tmp_path):
    file = tmp_path / "odd.csv"
    file.write_text('y,"p,1",p\n1,2,3\n2,3,4\n')
    report = db.score(file, truth="y", pred=["p,1", "p"], loss="mse")
    assert [model["name"] for model in report["settings"]["models"]] == ["p,1", "p"]
    assert report.scores["value"] == [1.0, 4.0]


def test_infinite_numbers_are_numbers(tmp_path):
    file = tmp_path / "sure.csv"
    file.write_text("y,p\n1,0\n0,0.5\n1,0.5\n")
    report = db.score(file, truth="y", pred="p", loss="bce", worst=1)
    assert report["overall"]["models"][0]["scores"][0]["value"] == "inf"
    assert report.scores["value"] == [float("inf")]
    assert report.worst["loss"] == [float("inf")] and report.worst["row"] == [1]
