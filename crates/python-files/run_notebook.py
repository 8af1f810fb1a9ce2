"""Runs the notebook of the examples; what its cells say must be what is stored. With ``--write`` it is stored anew."""

from __future__ import annotations

import difflib
import re
import sys
from pathlib import Path
from typing import Any

import nbclient
import nbformat

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "examples" / "introduction.ipynb"


def lines(notebook: Any) -> list[str]:
    """All that the cells say: texts, tables and pictures."""
    said = []
    for cell in notebook.cells:
        said.append(f"[{cell.id}]")
        for output in cell.get("outputs", []):
            parts = output.get("data", {"text": output.get("text", "")})
            for kind in sorted(parts):
                # What a part of a page is called among others differs from run to run.
                text = re.sub(r"\bid=\"[^\"]*\"", "id", str(parts[kind]))
                said += [kind, *text.splitlines()]
    return said


def main() -> None:
    """Runs it in the repository's folder."""
    stored = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    found = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    nbclient.NotebookClient(found, timeout=600, resources={"metadata": {"path": str(ROOT)}}).execute()
    if "--write" in sys.argv[1:]:
        for cell in found.cells:
            # When it ran is nothing to keep.
            cell.metadata.pop("execution", None)
        nbformat.write(found, NOTEBOOK)  # type: ignore[no-untyped-call]
        return
    difference = list(difflib.unified_diff(lines(stored), lines(found), "stored", "found", lineterm="", n=1))
    if difference:
        print(*difference[:60], sep="\n")
        raise SystemExit(f"{NOTEBOOK.name} does not say what is stored: run it with --write, and look at it")
    print(f"{NOTEBOOK.name}: {len(found.cells)} cells say what is stored")


if __name__ == "__main__":
    main()
