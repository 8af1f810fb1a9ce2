"""Medians and ratios of samples taken in rounds. Standard library only."""

import dataclasses
import statistics
from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class Spread:
    """The middle of some numbers and how far they reach."""

    median: float
    least: float
    largest: float

    def scaled(self, factor: float) -> "Spread":
        """The same in another unit."""
        return Spread(self.median * factor, self.least * factor, self.largest * factor)


def spread(numbers: Sequence[float]) -> Spread:
    """The spread of at least one number."""
    return Spread(statistics.median(numbers), min(numbers), max(numbers))


def ratios(times: Sequence[float], against: Sequence[float]) -> Spread:
    """The spread of the ratios of two series round by round.

    Both of a pair were measured within one round, so what slows the whole machine for a while leaves their ratio alone.
    """
    if len(times) != len(against):
        raise ValueError(f"series of {len(times)} and {len(against)} rounds cannot be paired")
    return spread([a / b for a, b in zip(times, against)])


def rotated(items: Sequence, by: int) -> list:
    """The items in turn from another start, so that nobody always runs after the same neighbour."""
    by %= max(len(items), 1)
    return [*items[by:], *items[:by]]


def repeats_for(seconds_per_call: float, sample_seconds: float, most: int = 1_000_000) -> int:
    """How many calls make a sample long enough for the clock."""
    return max(1, min(most, round(sample_seconds / max(seconds_per_call, 1e-9))))
