"""The compiled part."""

from typing import Any, final

__all__ = ["Outcome", "__version__", "options", "run"]

__version__: str

@final
class Outcome:
    """What a command found."""

    def json(self) -> str:
        """The report as JSON, as ``--format json`` prints it."""

    def text(self) -> str:
        """The report as the terminal shows it, without colours."""

    def html(self) -> str:
        """The report as a piece of HTML."""

    def picture(self, ending: str) -> bytes | None:
        """A picture of a landscape, by the ending of its file; None where there is none."""

    def surfaces(self) -> list[dict[str, Any]]:
        """The losses of a landscape as numbers: a dict for each, with little-endian doubles."""

def options(name: str) -> str | None:
    """What there is to know of a command and its options, as JSON; None where there is no such command."""

def run(arguments: list[str], frames: list[tuple[str, Any]]) -> Outcome:
    """Runs a command line, whose first word is the name of the program."""
