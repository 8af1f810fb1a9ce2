"""Tables of what was measured, for the terminal and as Markdown, and the raw numbers. Standard library only."""

import dataclasses

from peers import stats
from peers.measure import Contestant, Outcome

BASE = "Dartboard"
INTERRUPTED = 1.1
"""A sample on one thread was interrupted if the wall clock went on by more than this times the processor time."""


@dataclasses.dataclass
class Table:
    """A headline, columns (text to the left, figures to the right), rows, and remarks below."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    remarks: list[str]

    def text(self) -> str:
        """For a terminal."""
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows)]
        lines = [self.title, self._line(self.columns, widths), "-" * (sum(widths) + 2 * len(widths) - 2)]
        lines += [self._line(row, widths) for row in self.rows]
        return "\n".join([*lines, *self.remarks])

    def markdown(self) -> str:
        """For a file."""
        marks = ["---"] + ["---:"] * (len(self.columns) - 1)
        lines = ["| " + " | ".join(row) + " |" for row in [self.columns, marks, *self.rows]]
        remarks = [f"- {remark}" for remark in self.remarks]
        return "\n".join([f"## {self.title}", "", *lines, "", *remarks]).rstrip() + "\n"

    @staticmethod
    def _line(cells: list[str], widths: list[int]) -> str:
        first, *others = (cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(cells, widths)))
        return "  ".join([first, *others]).rstrip()


def table(outcome: Outcome, clock: str, threads: int) -> Table:
    """One case as a table."""
    case = outcome.case
    unit, per_second = case.unit
    base = next((c for c in outcome.contestants if c.name == BASE), None)
    stream = fastest_stream(outcome, clock)
    columns = ["", f"{unit}: median", "min", "max", "of stream", f"time / {BASE}'s (min to max)", "faults/call", "MB", "error: mean", "arrays"]
    rows = [_row(c, outcome, clock, per_second, base, stream) for c in outcome.contestants]
    return Table(case.name, columns, rows, _remarks(outcome, clock, threads, stream))


def fastest_stream(outcome: Outcome, clock: str) -> Contestant | None:
    """The plain loop with the highest median rate."""
    return max(outcome.streams, key=lambda s: s.stream_bytes / stats.spread(s.series(clock)).median, default=None)


def _row(
    c: Contestant, outcome: Outcome, clock: str, per_second: float, base: Contestant | None, stream: Contestant | None
) -> list[str]:
    times = c.series(clock)
    spread = stats.spread(times).scaled(per_second)
    share = ratio = "–"
    if stream:
        # How much longer a call takes than a stream of the same number of bytes, round by round.
        slower = stats.ratios(times, stream.series(clock)).scaled(stream.stream_bytes / sum(outcome.case.traffic))
        share = f"{100 / slower.median:.0f} %"
    if base:
        against = stats.ratios(times, base.series(clock))
        ratio = f"{figure(against.median)} ({figure(against.least)} to {figure(against.largest)})"
    arrays = [error for name, error in c.errors.items() if name != "mean"]
    return [
        c.name + (" DISAGREES" if c.disagrees(outcome.case) else ""),
        *(figure(number) for number in (spread.median, spread.least, spread.largest)),
        share,
        ratio if c is not base else "1",
        figure(stats.spread(c.series("faults")).median) if any(c.series("faults")) else "0",
        figure(c.memory / 1e6) if c.memory >= 1e6 else "<1",
        f"{c.errors['mean']:.0e}" if "mean" in c.errors else "–",
        f"{max(arrays, key=lambda error: (error != error, error)):.0e}" if arrays else "–",
    ]


def _remarks(outcome: Outcome, clock: str, threads: int, stream: Contestant | None) -> list[str]:
    remarks = []
    if outcome.streams:
        rates = ", ".join(f"{s.name} {_rates(s, clock)}" for s in outcome.streams)
        remarks.append(f"streams of as many bytes in the same rounds, GB/s (min to max): {rates}; shares are of {stream.name}")
    samples = [sample for c in outcome.contestants for sample in c.samples]
    if threads == 1 and samples:
        interrupted = sum(sample["wall"] > INTERRUPTED * sample["cpu"] for sample in samples)
        remarks.append(f"{interrupted} of {len(samples)} samples were interrupted for more than a tenth of their time")
    remarks += [f"{name}: not measured: {reason}" for name, reason in outcome.failures.items()]
    return remarks


def _rates(stream: Contestant, clock: str) -> str:
    rates = stats.spread([stream.stream_bytes / seconds / 1e9 for seconds in stream.series(clock)])
    return f"{figure(rates.median)} ({figure(rates.least)} to {figure(rates.largest)})"


def figure(number: float) -> str:
    """A number with three digits, more only where they stand before the point."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.{0 if number == 0 else 1 if number >= 10 else 2 if number >= 1 else 3}f}"


def disagreements(outcomes: list[Outcome]) -> list[str]:
    """Every answer that is further off than its case tolerates."""
    return [
        f"{outcome.case.name}: {c.name}: " + ", ".join(f"{name} off by {error:.1e}" for name, error in c.errors.items())
        for outcome in outcomes
        for c in outcome.contestants
        if c.disagrees(outcome.case)
    ]


def summary(outcomes: list[Outcome]) -> list[str]:
    """How the answers compared, in sentences."""
    answers = sum(len(outcome.contestants) for outcome in outcomes)
    wrong = disagreements(outcomes)
    return [f"{len(wrong)} of {answers} answers were further off than their case tolerates" + (":" if wrong else "."), *wrong]


def markdown(title: str, facts: dict[str, str], tables: list[Table], closing: list[str]) -> str:
    """The whole record as a Markdown file."""
    head = "\n".join(f"- {name}: {fact}" for name, fact in facts.items())
    answers, *wrong = closing
    end = "\n".join([answers, "", *(f"- {line}" for line in wrong)]).rstrip()
    note = "What the columns mean and what favours whom stands in [METHODOLOGY.md](../METHODOLOGY.md)."
    return "\n".join([f"# {title}", "", head, "", note, "", *(t.markdown() for t in tables), "## Answers", "", end, ""])


def raw(outcomes: list[Outcome]) -> list[dict]:
    """The samples, with what is needed to read them."""
    return [
        {
            "case": outcome.case.name,
            **dataclasses.asdict(outcome.case),
            "traffic_bytes": outcome.case.traffic,
            "failures": outcome.failures,
            "contestants": [_raw(c) for c in outcome.contestants],
            "streams": [_raw(c) for c in outcome.streams],
        }
        for outcome in outcomes
    ]


def _raw(c: Contestant) -> dict:
    record = {"name": c.name, "calls_per_sample": c.repeats, "samples": c.samples}
    if c.stream_bytes is not None:
        return record | {"bytes": c.stream_bytes}
    # JSON has no NaN.
    return record | {"memory_bytes": c.memory, "errors": {n: e if e == e else None for n, e in c.errors.items()}}
