"""From keywords to the command line: every option is defined there, and only there."""

from __future__ import annotations

import functools
import json
import numbers
import os
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from . import _files, _frames

#: What a keyword may be given. Text is what one types on the command line, a sequence is taken name by name, a tuple of numbers
#: is a range, a mapping holds numbers by their names.
Value = str | os.PathLike[str] | float | Iterable[Any] | Mapping[str, float]


@functools.cache
def command(name: str) -> dict[str, Any]:
    """The facts of a command."""
    text = _files.options(name)
    if text is None:
        raise ValueError(f"there is no command {name!r}")
    facts: dict[str, Any] = json.loads(text)
    return facts


def keyword(option: Mapping[str, Any]) -> str:
    """What an option is called in Python."""
    return str(option["name"]).replace("-", "_")


def data_option(name: str) -> dict[str, Any]:
    """The option that names the rows: ``--data``, or the files that stand on the command line by themselves."""
    options: list[dict[str, Any]] = command(name)["options"]
    named = next((option for option in options if option["name"] == "data"), None)
    return named or next(option for option in options if option["positional"])


def keywords(name: str) -> dict[str, dict[str, Any]]:
    """The options of a command by their keywords, but for the one that names the rows."""
    data = data_option(name)["name"]
    return {keyword(option): option for option in command(name)["options"] if option["name"] != data}


def refuse(name: str, unknown: Mapping[str, object], called: str) -> NoReturn:
    """Raises a TypeError that names the nearest keyword."""
    import difflib

    wrong = next(iter(unknown))
    known = keywords(name)
    for option in known.values():
        if wrong in (alias.replace("-", "_") for alias in option["aliases"]):
            raise TypeError(f"{called} has no parameter '{wrong}'; it is called '{keyword(option)}'")
    nearest = difflib.get_close_matches(wrong, known, n=1)
    also = f"; did you mean '{nearest[0]}'?" if nearest else f"; it has {', '.join(sorted(known))}"
    raise TypeError(f"{called} has no parameter '{wrong}'{also}")


def run(name: str, data: Any, given: Mapping[str, Any]) -> _files.Outcome:
    """Runs a command with these keywords."""
    words = ["dartboard", name]
    alone: list[str] = []
    frames: list[tuple[str, Any]] = []

    def add(option: Mapping[str, Any], values: list[str]) -> None:
        if option["positional"]:
            alone.extend(values)
        else:
            words.extend(f"--{option['name']}={value}" for value in values)

    if data is not None:
        add(data_option(name), _tables(data, "the data", "the frame", frames))
    options = keywords(name)
    for key, value in given.items():
        option = options[key]
        if value is None or value is False:
            continue
        if option["value"] is None:
            if value is not True:
                raise TypeError(f"{key} is True or False, not {value!r}")
            words.append(f"--{option['name']}")
        elif option["value"] == "FILE" and option["several"]:
            add(option, _tables(value, key, f"the frame of {key}", frames))
        else:
            add(option, _values(key, option, value))
    return _files.run([*words, "--", *alone] if alone else words, frames)


def _tables(data: Any, what: str, name: str, frames: list[tuple[str, Any]]) -> list[str]:
    """The names of files, or that of a frame."""
    if isinstance(data, (str, os.PathLike)):
        return [_path(data)]
    if isinstance(data, (list, tuple)) and data and all(isinstance(file, (str, os.PathLike)) for file in data):
        return [_path(file) for file in data]
    frames.append((name, _frames.read(data, what)))
    return [name]


def _path(path: str | os.PathLike[str]) -> str:
    text = os.fspath(path)
    if isinstance(text, bytes):
        raise TypeError(f"a path must be text, not {text!r}")
    return text


def _values(key: str, option: Mapping[str, Any], value: Any) -> list[str]:
    """The values of an option as words, each to be taken as it is."""
    if isinstance(value, str):
        # As typed; several are separated as on the command line.
        return value.split(option["delimiter"]) if option["several"] and option["delimiter"] else [value]
    if isinstance(value, Mapping):
        words = [f"{name}={_word(key, number)}" for name, number in value.items()]
    elif _is_range(option, value):
        words = [":".join(_word(key, end) for end in value)]
    elif isinstance(value, Iterable) and not isinstance(value, (bytes, os.PathLike)):
        words = [
            ":".join(_word(key, end) for end in item) if _is_range(option, item) else _word(key, item) for item in value
        ]
        if not words:
            raise ValueError(f"{key} is empty; leave it out, or name something")
    else:
        words = [_word(key, value)]
    return words if option["several"] else [",".join(words)]


def _is_range(option: Mapping[str, Any], value: Any) -> bool:
    """Whether these are the ends of something that is written FROM:TO."""
    of_ends = ":" in (option["value"] or "")
    return of_ends and isinstance(value, (tuple, list)) and all(isinstance(end, numbers.Real) for end in value)


def _word(key: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        return _path(value)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        if hasattr(value, "spec"):
            # A loss of the package `dartboard`.
            return str(value.spec)
        raise TypeError(f"{key} cannot be {value!r}: text and numbers are understood")
    # Numbers of NumPy too are written with all digits.
    return str(int(value)) if isinstance(value, numbers.Integral) else repr(float(value))
