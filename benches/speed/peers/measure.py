"""Runs cases: all contestants in turn within each round. Standard library only."""

import dataclasses
import pathlib
import shutil
import time
from collections.abc import Callable

from peers import stats
from peers.cases import Case, as_json
from peers.processes import Failed, Worker

PAUSE_SECONDS = 0.005
"""Between two samples, so that threads that wait for work in a loop come to rest."""


@dataclasses.dataclass
class Contestant:
    """One line of a table: who it is, the memory and the errors of its answer, and its samples, one per round."""

    name: str
    worker: Worker
    own: bool
    stream_bytes: int | None
    offer: str
    memory: int = 0
    errors: dict[str, float] = dataclasses.field(default_factory=dict)
    repeats: int = 1
    samples: list[dict[str, float]] = dataclasses.field(default_factory=list)

    def series(self, what: str) -> list[float]:
        """One figure of every sample."""
        return [sample[what] for sample in self.samples]

    def disagrees(self, case: Case) -> bool:
        """Whether an answer is further off than the case tolerates; NaN is."""
        mean, arrays = case.tolerance
        return any(not error <= (mean if name == "mean" else arrays) for name, error in self.errors.items())


@dataclasses.dataclass
class Outcome:
    """A case as it was measured."""

    case: Case
    contestants: list[Contestant]
    streams: list[Contestant]
    failures: dict[str, str]


@dataclasses.dataclass(frozen=True)
class Plan:
    """How to measure."""

    rounds: int
    sample_seconds: float
    wanted: Callable[[str], bool]
    scratch: pathlib.Path


def run_case(case: Case, maker: Worker, workers: list[Worker], plan: Plan) -> Outcome:
    """Measures one case with the workers that have contestants for it."""
    folder = _data(case, maker, plan.scratch)
    failures: dict[str, str] = {}
    contestants: list[Contestant] = []
    for worker in workers:
        contestants += _built(case, worker, folder, plan.wanted, failures)
    for contestant in list(contestants):
        _attempt(contestant, contestants, failures, lambda: _choose_repeats(contestant, plan.sample_seconds))
    for number in range(plan.rounds + 1):
        for contestant in stats.rotated(contestants, number):
            if contestant in contestants:
                _attempt(contestant, contestants, failures, lambda: _sample(contestant, counted=number > 0))
    runners = [c for c in contestants if c.stream_bytes is None]
    return Outcome(case, runners, [c for c in contestants if c.stream_bytes is not None], failures)


def _data(case: Case, maker: Worker, scratch: pathlib.Path) -> pathlib.Path:
    """The folder with the arrays of a case; those of the case before are given up."""
    folder = scratch / case.dataset.key
    if not folder.exists():
        for old in scratch.iterdir():
            shutil.rmtree(old)
        maker.ask("make", dataset=as_json(case)["dataset"], folder=str(folder))
    return folder


def _built(
    case: Case, worker: Worker, folder: pathlib.Path, wanted: Callable[[str], bool], failures: dict[str, str]
) -> list[Contestant]:
    """The contestants of a worker, ready to be timed."""
    built = []
    try:
        offers = worker.ask("case", case=as_json(case), folder=str(folder))
    except Failed as failure:
        failures[worker.library.name + worker.library.suffix] = str(failure)
        return []
    for offer in offers:
        name = offer["name"] + worker.library.suffix
        if (worker.library.tuned and not offer["allocates"]) or not (wanted(name) or offer["stream_bytes"]):
            continue
        contestant = Contestant(name, worker, worker.library.name == "dartboard", offer["stream_bytes"], offer["name"])
        try:
            facts = worker.ask("build", name=offer["name"])
        except Failed as failure:
            failures[name] = str(failure)
            continue
        contestant.memory, contestant.errors = facts["memory"], facts["errors"]
        built.append(contestant)
    return built


def _attempt(contestant: Contestant, field: list[Contestant], failures: dict[str, str], action: Callable[[], None]) -> None:
    """Does something with a contestant, which leaves the field if it fails."""
    try:
        action()
    except Failed as failure:
        failures[contestant.name] = str(failure)
        field.remove(contestant)


def _choose_repeats(contestant: Contestant, sample_seconds: float) -> None:
    seconds = contestant.worker.ask("run", name=contestant.offer, repeats=1)["wall"]
    # A single short call says little, as its code and data may not be in a cache yet.
    probe = stats.repeats_for(seconds, sample_seconds / 4)
    if probe > 1:
        seconds = contestant.worker.ask("run", name=contestant.offer, repeats=probe)["wall"]
    contestant.repeats = stats.repeats_for(seconds, sample_seconds)


def _sample(contestant: Contestant, counted: bool) -> None:
    time.sleep(PAUSE_SECONDS)
    sample = contestant.worker.ask("run", name=contestant.offer, repeats=contestant.repeats)
    if counted:
        contestant.samples.append(sample)
