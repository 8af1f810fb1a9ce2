"""Writes python/dartboard_files/_commands.py: a function for every command, from the command line's own definition.

`crates/python-files/run-tests write` runs it; with ``--check`` it fails where the file is not current.
"""

from __future__ import annotations

import importlib.util
import sys
import textwrap
import types
from pathlib import Path
from typing import Any

# The installed package, without the functions that are to be written.
_found = importlib.util.find_spec("dartboard_files")
if _found is None or _found.submodule_search_locations is None:
    raise SystemExit("the package is not installed: run crates/python-files/run-tests write")
_package = types.ModuleType("dartboard_files")
_package.__path__ = list(_found.submodule_search_locations)
sys.modules["dartboard_files"] = _package

from dartboard_files import _arguments as arguments  # noqa: E402

TARGET = Path(__file__).parent / "python" / "dartboard_files" / "_commands.py"

HEAD = '''\
"""The commands as functions. Written by write_commands.py from the options of the command line: not to be edited."""

from __future__ import annotations

from typing import Any, Never

from ._arguments import Value, refuse, run
from ._report import Curvature, FileAdvice, Landscape, Scores
from ._table import Table

__all__ = ["choose", "compare", "curvature", "landscape", "score"]
'''

# Functions: the command that is run, what comes back, and what it does where that is not what the command does.
FUNCTIONS = {
    "score": ("score", "Scores", None),
    "compare": (
        "score",
        "Table",
        "Compare models pair by pair on the same rows: the mean difference of each loss, its interval, and which is better.",
    ),
    "choose": ("choose", "FileAdvice", None),
    "landscape": ("landscape", "Landscape", None),
    "curvature": ("curvature", "Curvature", None),
}

DATA = (
    "Rows: a path, a glob, a directory, or a list of paths; a frame of polars, pandas, pyarrow or DuckDB, or any other object "
    "with ``__arrow_c_stream__``; or a dict of arrays."
)

WIDTH = 108


def sentence(text: str) -> str:
    text = " ".join(text.split())
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?")) else text + "."


def wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def kind(option: dict[str, Any]) -> str:
    if option["value"] is None:
        return "bool, default False"
    what = "{" + ", ".join(f'"{choice}"' for choice in option["choices"]) + "}" if option["choices"] else option["value"]
    if option["several"] or option["delimiter"]:
        what += ", or several"
    if option["default"] is not None:
        return f"{what}, default {option['default']}"
    return what if option["required"] else f"{what}, optional"


def signature(options: dict[str, dict[str, Any]]) -> str:
    lines = []
    for name, option in options.items():
        if option["value"] is None:
            lines.append(f"    {name}: bool = False,")
        elif option["required"]:
            lines.append(f"    {name}: Value,")
        else:
            lines.append(f"    {name}: Value | None = None,")
    return "\n".join(lines)


def function(name: str) -> str:
    command, result, about = FUNCTIONS[name]
    facts = arguments.command(command)
    options = arguments.keywords(command)
    needs_data = arguments.data_option(command)["required"]
    doc = [*textwrap.wrap(about or sentence(facts["about"]), WIDTH), ""]
    doc += [f"As ``dartboard {command}`` does; a string is what one types there, a sequence is taken name by name.", ""]
    doc += ["Parameters", "----------", f"data : path, frame or dict{'' if needs_data else ', optional'}", *wrapped(DATA)]
    for key, option in options.items():
        doc += [f"{key} : {kind(option)}", *wrapped(sentence(option["help"]))]
    doc += ["", "Returns", "-------", result, "", "Raises", "------", "TypeError"]
    doc += ["    Where a keyword is not known (with the nearest), or one is missing.", "ValueError"]
    doc += ["    Where options or the data are at fault, with the text of the command line.", "OSError"]
    doc += ["    Where the system refuses a file."]
    text = textwrap.indent("\n".join(doc), "    ", lambda line: line.strip() != "").lstrip()
    given = "\n".join(f'        "{key}": {key},' for key in options)
    if name == "compare":
        back = """\
    report = Scores(run("score", data, given))
    if len(report["settings"]["models"]) < 2:
        raise ValueError("compare takes the predictions of at least two models, as in pred=['p_a', 'p_b']")
    return report.comparisons"""
    else:
        back = f'    return {result}(run("{command}", data, given))'
    return f'''

def {name}(
    data: Any{"" if needs_data else " = None"},
    *,
{signature(options)}
    **unknown: Never,
) -> {result}:
    """{text}
    """
    if unknown:
        refuse("{command}", unknown, "{name}")
    given = {{
{given}
    }}
{back}
'''


def text() -> str:
    return HEAD + "".join(function(name) for name in FUNCTIONS)


def main() -> None:
    """Writes the file, or checks it."""
    wanted = text()
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") != wanted:
            raise SystemExit(f"{TARGET} is not what the command line says: run python {Path(__file__).name}")
    else:
        TARGET.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    main()
