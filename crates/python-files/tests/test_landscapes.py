"""Landscapes: the numbers of the folder that the command line writes."""

from __future__ import annotations

import dartboard as db
import numpy as np
import pytest

KEYWORDS = {"truth": "price", "model": "linear", "features": ["gr_liv_area"], "loss": ["mse", "mae"], "grid": "11x9"}
OPTIONS = "--data examples/houses.csv --truth price --model linear --features gr_liv_area --loss mse,mae --grid 11x9"


@pytest.fixture
def landscape(cli):
    return db.landscape("examples/houses.csv", **KEYWORDS)


def test_numbers_are_those_of_the_files(cli, landscape, tmp_path):
    printed = cli.output("landscape", *OPTIONS.split(), "--output", str(tmp_path / "run"), "--format", "json")
    assert landscape.to_json() == printed
    assert str(landscape) == cli.output("landscape", *OPTIONS.split())
    grid = np.load(tmp_path / "run" / "grid.npz")
    assert [surface.loss for surface in landscape.surfaces] == list(grid["losses"]) == ["mse", "mae"]
    for surface, suffix in zip(landscape.surfaces, ["", "_2"], strict=True):
        assert surface.z.shape == (9, 11)
        for name, array in (("x", surface.x), ("y", surface.y), ("values", surface.z), ("computed", surface.computed)):
            assert np.array_equal(array, grid[name + suffix]), name
    assert landscape["mae"] is landscape.surfaces[1] is landscape[1]
    assert landscape["model"] == "linear"
    with pytest.raises(KeyError):
        landscape["huber"]
    columns = landscape[0].to_dict()
    table = np.genfromtxt(tmp_path / "run" / "grid.csv", delimiter=",", names=True, dtype=None, encoding=None)
    assert np.array_equal(columns["value"], table["value"][:99]) and np.array_equal(columns["y"], table["y"][:99])


def test_pictures_are_those_of_the_folder(cli, landscape, tmp_path):
    cli.output("landscape", *OPTIONS.split(), "--output", str(tmp_path / "run"))
    for name, ours in (("landscape.svg", "a.svg"), ("landscape.png", "a.png"), ("index.html", "a.HTML")):
        landscape.save(tmp_path / ours)
        assert (tmp_path / ours).read_bytes() == (tmp_path / "run" / name).read_bytes()
    assert landscape.svg == (tmp_path / "run" / "landscape.svg").read_text(encoding="utf-8")
    assert landscape._repr_html_().startswith("<svg") and "<table" in landscape._repr_html_()
    with pytest.raises(ValueError, match="a figure is a file that ends in .svg, .png or .html"):
        landscape.save(tmp_path / "a.pdf")
    with pytest.raises(FileNotFoundError):
        landscape.save(tmp_path / "no" / "a.svg")


def test_the_lowest_point_and_the_path(landscape):
    surface = landscape["mse"]
    x, y, least = surface.minimum
    assert least == surface.z.min() == surface.z[list(surface.y).index(y), list(surface.x).index(x)]
    assert surface.path.columns == ["step", "x", "y", "loss", "in_plane"] and len(surface.path) > 1
    assert surface.path["step"][0] == 0
    assert surface.path["loss"][-1] == pytest.approx(landscape["views"][0]["fitted"]["loss"])
    assert repr(surface) == "Surface('mse', 11 x 9 points)"


def test_a_line(cli):
    line = db.landscape("examples/houses.csv", **{**KEYWORDS, "grid": 7, "dirs": "w0", "range": (-1000, 2000.5)})[0]
    assert line.y is None and line.z.shape == (7,) and line.path.columns == ["step", "x", "loss", "in_plane"]
    assert (line.x[0], line.x[-1]) == (-1000.0, 2000.5)
    assert len(line.minimum) == 2
    assert list(line.to_dict()) == ["x", "value", "computed"]


def test_models_of_files_and_folders(cli, tmp_path):
    data = "examples/digits_pixels.csv"
    keywords = {"truth": "label", "loss": "cce_logits", "to": "examples/digits_b.onnx", "grid": 5}
    landscape = db.landscape(data, model_files="examples/digits_a.onnx", output=tmp_path / "run", **keywords)
    options = f"examples/digits_a.onnx --data {data} --truth label --loss cce_logits --to examples/digits_b.onnx --grid 5"
    assert landscape.to_json() == cli.output("landscape", *options.split(), "--format", "json")
    grid = np.load(tmp_path / "run" / "grid.npz")
    assert np.array_equal(grid["values"], landscape[0].z)
    # The folder is one of the command line: a finished run is read again.
    resumed = cli.output("landscape", "--resume", str(tmp_path / "run"), "--format", "json")
    assert resumed == landscape.to_json() == db.landscape(resume=tmp_path / "run").to_json()
