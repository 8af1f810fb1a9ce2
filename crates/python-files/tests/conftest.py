"""What tests share: the command line, which they hold the package to."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
#: The program, built from the same sources.
PROGRAM = os.environ["DARTBOARD"]


class CommandLine:
    """The program, run in the repository."""

    def output(self, *words: str) -> str:
        """What it prints."""
        done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False, cwd=Path.cwd())
        assert done.returncode == 0, done.stderr
        return done.stdout

    def error(self, *words: str) -> str:
        """What it says where it refuses."""
        done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False, cwd=Path.cwd())
        assert done.returncode in (1, 2), done.stdout
        assert done.stderr.startswith("error: ")
        return done.stderr.removeprefix("error: ")


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The program; paths are those of the repository."""
    monkeypatch.chdir(ROOT)
    return CommandLine()
