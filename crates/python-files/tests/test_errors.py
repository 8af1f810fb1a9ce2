"""What is refused is refused with the text of the command line."""

from __future__ import annotations

import os

import dartboard as db
import pytest

HOUSES = "examples/house_prices.csv"

# The function, its data and keywords; the words of the command line; the kind of error.
REFUSED = [
    ("score", "examples/hous.csv", {"truth": "y", "pred": "p"}, "examples/hous.csv --truth y --pred p", FileNotFoundError),
    ("score", "examples/*.nothing", {"truth": "y", "pred": "p"}, "examples/*.nothing --truth y --pred p", FileNotFoundError),
    ("score", "s3://a/b.csv", {"truth": "y", "pred": "p"}, "s3://a/b.csv --truth y --pred p", ValueError),
    ("score", HOUSES, {"truth": "prise", "pred": "p_linear"}, f"{HOUSES} --truth prise --pred p_linear", ValueError),
    ("score", HOUSES, {"truth": "price", "pred": "q_*"}, f"{HOUSES} --truth price --pred q_*", ValueError),
    ("score", HOUSES, {"truth": "price", "pred": ""}, f"{HOUSES} --truth price --pred=", ValueError),
    ("score", HOUSES, {"truth": "price"}, f"{HOUSES} --truth price", TypeError),
    (
        "score",
        HOUSES,
        {"truth": "price", "pred": "p_linear", "logits": "p_linear"},
        f"{HOUSES} --truth price --pred p_linear --logits p_linear",
        TypeError,
    ),
    (
        "score",
        HOUSES,
        {"truth": "price", "pred": "p_linear", "loss": "hubber"},
        f"{HOUSES} --truth price --pred p_linear --loss hubber",
        ValueError,
    ),
    (
        "score",
        HOUSES,
        {"truth": "price", "pred": "p_linear", "loss": "huber(delta=-1)"},
        f"{HOUSES} --truth price --pred p_linear --loss huber(delta=-1)",
        ValueError,
    ),
    (
        "score",
        HOUSES,
        {"truth": "price", "pred": "p_linear", "label_smoothing": 1.5},
        f"{HOUSES} --truth price --pred p_linear --label-smoothing 1.5",
        ValueError,
    ),
    (
        "score",
        HOUSES,
        {"truth": "price", "pred": "p_linear", "where": "yearbuilt > 1990"},
        f"{HOUSES} --truth price --pred p_linear --where=yearbuilt\xa0>\xa01990",
        ValueError,
    ),
    (
        "score",
        HOUSES,
        {"truth": "price", "pred": "p_linear", "invalid": "drop"},
        f"{HOUSES} --truth price --pred p_linear --invalid drop",
        ValueError,
    ),
    (
        "score",
        HOUSES,
        {"truth": "price", "pred": "p_linear", "truth_file": HOUSES},
        f"{HOUSES} --truth price --pred p_linear --truth-file {HOUSES}",
        TypeError,
    ),
    (
        "score",
        HOUSES,
        {"truth": "price", "pred": "p_linear", "output": "rows.txt"},
        f"{HOUSES} --truth price --pred p_linear --output rows.txt",
        ValueError,
    ),
    (
        "score",
        HOUSES,
        {"truth": "price", "pred": "p_linear", "threads": 0},
        f"{HOUSES} --truth price --pred p_linear --threads 0",
        ValueError,
    ),
    ("choose", HOUSES, {"truth": "price", "goal": "men"}, f"{HOUSES} --truth price --goal men", ValueError),
    ("choose", HOUSES, {"truth": "neighborhood", "pred": "p_linear"}, f"{HOUSES} --truth neighborhood --pred p_linear", ValueError),
    ("landscape", HOUSES, {"truth": "price"}, f"--data {HOUSES} --truth price", ValueError),
    ("landscape", HOUSES, {"truth": "price", "model": "liner"}, f"--data {HOUSES} --truth price --model liner", ValueError),
    (
        "landscape",
        HOUSES,
        {"truth": "price", "model_files": "no.onnx"},
        f"--data {HOUSES} --truth price no.onnx",
        FileNotFoundError,
    ),
    (
        "landscape",
        HOUSES,
        {"truth": "price", "model_files": ["no.safetensors"]},
        f"--data {HOUSES} --truth price no.safetensors",
        FileNotFoundError,
    ),
    (
        "landscape",
        HOUSES,
        {"truth": "price", "model": "linear", "range": [(1, -1)]},
        f"--data {HOUSES} --truth price --model linear --range=1:-1",
        ValueError,
    ),
    ("landscape", None, {"truth": "price", "model": "linear"}, "--truth price --model linear", TypeError),
]


@pytest.mark.parametrize(("name", "data", "keywords", "options", "kind"), REFUSED)
def test_the_text_is_that_of_the_command_line(cli, name, data, keywords, options, kind):
    said = cli.error(name, *(word.replace("\xa0", " ") for word in options.split(" ")))
    with pytest.raises(kind) as caught:
        getattr(db, name)(data, **keywords)
    text = str(caught.value)
    assert said.startswith(text), (said, text)
    rest = said.removeprefix(text).strip()
    assert not rest or rest.startswith(("Usage: ", "For more information, try '--help'.")), rest


@pytest.mark.skipif(os.geteuid() == 0, reason="the system refuses nothing to its superuser")
def test_what_the_system_refuses(tmp_path):
    file = tmp_path / "secret.csv"
    file.write_text("y,p\n1,1\n")
    file.chmod(0)
    with pytest.raises(PermissionError):
        db.score(file, truth="y", pred="p")


def test_broken_files(cli, tmp_path):
    broken = {
        "empty.csv": b"",
        "cut.parquet": b"PAR1 and no more",
        "ragged.csv": b"y,p\n1,2\n1,2,3\n",
        "text.csv": b"y,p\n1,2\n1,abc\n",
        "picture.csv": b"\x89PNG\r\n\x1a\n0000000000000000",
        "invalid.csv": b"y,p\n3,2\n4,inf\n",
    }
    for name, content in broken.items():
        file = tmp_path / name
        file.write_bytes(content)
        said = cli.error("score", str(file), "--truth", "y", "--pred", "p")
        with pytest.raises(ValueError) as caught:
            db.score(file, truth="y", pred="p")
        assert said == f"{caught.value}\n"
        assert str(file) in str(caught.value)


def test_keywords_that_do_not_exist():
    for name, keyword, also in [
        ("score", "label_smooting", "did you mean 'label_smoothing'?"),
        ("compare", "thread", "did you mean 'threads'?"),
        ("landscape", "dir", "did you mean 'dirs'?"),
        ("score", "raw", "it is called 'logits'"),
        ("score", "format", "did you mean 'input_format'?"),
        ("score", "zzz", "it has allow_duplicates, allow_missing, by"),
    ]:
        with pytest.raises(TypeError) as caught:
            getattr(db, name)({}, **{"truth": "y", keyword: "x"})
        assert str(caught.value).startswith(f"{name} has no parameter '{keyword}'; {also}")
    with pytest.raises(TypeError, match="choose has no parameter 'gaol'; did you mean 'goal'?"):
        db.choose({}, truth="y", gaol="mean")
    with pytest.raises(TypeError, match="choose has no parameter 'gaol'; did you mean 'goal'?"):
        db.choose([1.0], gaol="mean")
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'truth'"):
        db.score({})


def test_values_that_no_option_takes():
    for keywords, error, text in [
        ({"decompose": 3}, TypeError, "decompose is True or False, not 3"),
        ({"weight": True}, TypeError, "weight cannot be True: text and numbers are understood"),
        ({"pred": [None]}, TypeError, "pred cannot be None"),
        ({"pred": []}, ValueError, "pred is empty; leave it out, or name something"),
        ({"weight": b"w"}, TypeError, "weight cannot be b'w'"),
    ]:
        with pytest.raises(error) as caught:
            db.score({"y": [1.0], "p": [1.0]}, **{"truth": "y", "pred": "p", **keywords})
        assert str(caught.value).startswith(text)
    with pytest.raises(ValueError, match="compare takes the predictions of at least two models"):
        db.compare({"y": [1.0, 2.0], "p": [1.0, 3.0]}, truth="y", pred="p")
    with pytest.raises(TypeError, match="choose takes columns of files by keywords"):
        db.choose({"y": [1.0]}, [1.0], truth="y")
    with pytest.raises(TypeError, match="choose takes truth="):
        db.choose("examples/houses.csv")


def test_losses_are_taken_too():
    frame = {"y": [1.0, 2.0], "p": [1.0, 4.0]}
    losses = [db.loss("huber(delta=1.5)"), "mse"]
    assert db.score(frame, truth="y", pred="p", loss=losses).scores["measure"] == ["huber(delta=1.5)", "mse"]
