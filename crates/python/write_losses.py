"""Writes python/dartboard/_losses.py: a function for every loss of the catalogue, from the cards of the installed module.

`crates/python/run-tests write` runs it; with ``--check`` it fails where the file is not current.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
TARGET = HERE / "python" / "dartboard" / "_losses.py"

HEAD = '''\
"""A function for every loss. Written by write_losses.py from the cards of the losses: not to be edited."""

from __future__ import annotations

from typing import Any, Never

from ._call import Kept as _Kept
from ._call import refuse as _refuse
from ._core import Loss

__all__ = [
{names}
]
'''

TARGETS = {
    "quantity": "The target, {domain}.",
    "event": "The event: 0, 1 or, for soft labels, a number between.",
    "class": "The class of each row, an index from 0; or a share of each class, a row of them per row of `p`.",
    "labels": "For each of several labels whether it applies: 0, 1 or a number between; a row of them per row of `p`.",
    "vector": "The components of a vector, a row of them per row of `p`.",
}

PREDICTIONS = {
    "value": "The predicted {thing}",
    "mean": "The predicted mean",
    "probability": "The predicted probability",
    "log_mean": "The logarithm of the predicted mean",
    "logit": "The predicted logit",
    "log_probability": "The logarithm of the predicted probability",
    "score": "The predicted score, whose sign says yes or no",
}

# The keywords that stand around a loss, in the order of the signature: type, default, description.
WEIGHT = ("weight", "Any", "None", "array, optional", "How much each row counts: finite and at least 0.")
REDUCTION = (
    "reduction",
    "str",
    '"mean"',
    '{"mean", "sum", "none"}',
    "The mean by weight, the sum of losses times weights, or the losses times weights, one per row.",
)
CLASS_WEIGHT = (
    "class_weight",
    "Any",
    "None",
    "sequence of float, optional",
    "A weight per class; of events that of 0 and that of 1.",
)
SMOOTHING = (
    "label_smoothing",
    "float",
    "0.0",
    "float",
    "The share of every label that is spread evenly over all classes: at least 0 and below 1.",
)
IGNORE = ("ignore", "float | None", "None", "float, optional", "The target that marks rows to be left out; NaN marks NaN.")
THREADS = ("threads", "int | None", "None", "int, optional", "How many threads; 0 for all. The result is the same bits.")


def keywords(facts: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """The keywords of a loss."""
    own = [
        (p["name"], "float", repr(p["default"]), "float", f"{sentence(p['meaning'])} Must be {p['domain']['text']}.")
        for p in facts["parameters"]
    ]
    labels = [CLASS_WEIGHT, SMOOTHING] if facts["target"] in ("event", "class", "labels") else []
    return [*own, WEIGHT, REDUCTION, *labels, IGNORE, THREADS]


def sentence(text: str) -> str:
    text = text[0].upper() + text[1:]
    return text if text.endswith(".") else text + "."


def prediction(facts: dict[str, Any]) -> str:
    if facts["prediction"] == "parameters":
        columns = ", ".join(f"{p['symbol']} ({p['meaning']})" for p in facts["prediction_parameters"])
        return f"A row of predictions per target: {columns}."
    thing = {"vector": "vector", "class": "score of each class"}.get(facts["target"], "quantity")
    text = PREDICTIONS[facts["prediction"]].format(thing=thing)
    if facts["target"] == "class":
        text = text.replace(", whose sign says yes or no", "") + " of each class, a row of them per target"
    elif facts["target"] in ("labels", "vector"):
        text += " of each " + ("label" if facts["target"] == "labels" else "component") + ", a row of them per target"
        text = text.replace("vector of each component", "components")
    return f"{text}: {facts['prediction_domain']['text']}."


def example(core: Any, facts: dict[str, Any], case: dict[str, Any]) -> list[str]:
    loss = core.Loss(case["spec"])
    y: Any = [case["target"]]
    p: Any = case["prediction"]
    if facts["family"] == "rowwise":
        size = len(p)
        y = [int(case["target"])]
        if facts["target"] in ("labels", "vector"):
            y = [[float(place == y[0]) for place in range(size)]]
        p = [p]
    elif facts["family"] == "joint":
        p = [p]
    value = loss.value(np.array(y, dtype=float), np.array(p, dtype=float))
    story = textwrap.wrap(case["story"], 100)
    arguments = "".join(f", {name}={number!r}" for name, number in loss.parameters.items() if f"{name}=" in case["spec"])
    return [*story, "", f">>> db.{facts['name']}({y!r}, {p!r}{arguments})", repr(value), ""]


def docstring(core: Any, facts: dict[str, Any]) -> str:
    lines = [sentence(facts["title"]), "", *textwrap.wrap(facts["summary"], 110), ""]
    lines += ["Parameters", "----------"]
    lines += ["y : array", "    " + sentence(TARGETS[facts["target"]].format(domain=facts["target_domain"]["text"]))]
    lines += ["p : array", *textwrap.wrap(prediction(facts), 108, initial_indent="    ", subsequent_indent="    ")]
    for name, _, default, kind, text in keywords(facts):
        shown = "" if default == "None" else f", default {default}"
        lines += [f"{name} : {kind}{shown}"]
        lines += textwrap.wrap(text, 108, initial_indent="    ", subsequent_indent="    ")
    lines += ["", "Returns", "-------", "float or array", "    " + unit(facts), ""]
    lines += ["Raises", "------", "TypeError", "    Where something is no array of numbers, or a keyword is not known."]
    lines += ["ValueError", "    Where shapes do not fit, or a number lies outside of its domain (with its row).", ""]
    lines += ["Notes", "-----", "The formula, from the code that computes it::", ""]
    lines += textwrap.wrap(facts["value"]["unicode"], 106, initial_indent="    ", subsequent_indent="        ")
    if facts["aliases"]:
        lines += ["", *textwrap.wrap(f"Also known as {', '.join(facts['aliases'])}.", 110)]
    for title, text in (("When", facts["when"]), ("When not", facts["when_not"])):
        lines += ["", *textwrap.wrap(f"{title}: {text}", 110)]
    lines += ["", "References", "----------"]
    for reference in facts["references"]:
        lines += textwrap.wrap(f"* {reference}", 110, subsequent_indent="  ")
    lines += ["", "Examples", "--------", ">>> import dartboard as db", ""]
    for case in facts["examples"]:
        lines += example(core, facts, case)
    return "\n".join(lines).rstrip()


UNITS = {
    "target": "in the unit of the target",
    "target_squared": "in the squared unit of the target",
    "nats": "in nats",
    "share": "a share of rows",
    "number": "a pure number",
    "own_scale": "on a scale of its own",
}


def unit(facts: dict[str, Any]) -> str:
    return f"The reduced loss, {UNITS[facts['unit']]}; an array of them with ``reduction=\"none\"``."


def function(core: Any, facts: dict[str, Any]) -> str:
    name = facts["name"]
    parameters = facts["parameters"]
    signature = ",\n".join(f"    {n}: {kind} = {default}" for n, kind, default, _, _ in keywords(facts))
    labels = ["class_weight", "label_smoothing"] if CLASS_WEIGHT in keywords(facts) else ["None", "0.0"]
    # By position: half the time of a call of one element would be keywords.
    around = ", ".join(["weight", "reduction", *labels, "ignore", "threads"])
    doc = textwrap.indent(docstring(core, facts), "    ", lambda line: line.strip() != "").lstrip()
    constant = f"_{name.upper()}"
    kept, found, loss = f'{constant} = Loss("{name}")', "", constant
    if parameters:
        values = ", ".join(p["name"] for p in parameters)
        kept, loss = f'{constant} = _Kept("{name}")', "loss"
        # What is no number has no place in a dictionary either; the loss says what is wrong with it.
        found = f'''    try:
        loss = {constant}[{values}]
    except TypeError:
        loss = Loss.with_parameters("{name}", ({values},))
'''
    return f'''

{kept}


def {name}(
    y: Any,
    p: Any,
    *,
{signature},
    **unknown: Never,
) -> Any:
    """{doc}
    """
    if unknown:
        _refuse("{name}", unknown)
{found}    return {loss}._value(y, p, {around})
'''


def text(core: Any) -> str:
    catalogue = json.loads(core.facts())
    names = "\n".join(f'    "{facts["name"]}",' for facts in sorted(catalogue, key=lambda facts: facts["name"]))
    body = "".join(function(core, facts) for facts in catalogue)
    return HEAD.format(names=names) + body


def load_core() -> Any:
    """The compiled module, without the functions that are to be written."""
    for file in (Path(folder) / "dartboard" / "_core.abi3.so" for folder in sys.path):
        if file.is_file():
            spec = importlib.util.spec_from_file_location("dartboard._core", file)
            assert spec and spec.loader
            core = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(core)
            return core
    raise SystemExit("the package is not installed: run crates/python/run-tests write")


def main() -> None:
    """Writes the file, or checks it."""
    wanted = text(load_core())
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") != wanted:
            raise SystemExit(f"{TARGET} is not what the cards say: run python {Path(__file__).name}")
    else:
        TARGET.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    main()
