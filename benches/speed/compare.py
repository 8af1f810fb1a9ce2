#!/usr/bin/env python3
"""Times losses of whole arrays on Dartboard and on the numerical libraries of Python, side by side.

    python3 benches/speed/compare.py [--quick] [--case TEXT] [--size SIZE] [--threads N] [--record NAME]

Makes a Python environment with the pinned peers outside of the clone, builds Dartboard's library, and runs all contestants
of a case in turn within each round, on the same arrays and with as many threads. METHODOLOGY.md says what is measured.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import sys
import tempfile
import time

from peers import cases, environment, machine, measure, report
from peers.processes import DARTBOARD, PEERS, Failed, Library, Worker

RECORD = environment.HERE / "record"
ROOM_BYTES = 3_000_000_000
"""What the arrays of the largest case and the answers to hold others against take."""


def arguments() -> argparse.Namespace:
    """What is asked for on the command line."""
    names = sorted({library.name for library in PEERS})
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small cases, 3 rounds, nothing compiled by torch, no tuned malloc: two minutes or so")
    parser.add_argument("--case", action="append", choices=cases.FAMILIES, help="only this loss or sum; may be repeated")
    parser.add_argument("--size", action="append", choices=cases.SIZES, help="only this size; may be repeated")
    parser.add_argument("--mode", action="append", choices=list(cases.PARTS), help="only this; may be repeated")
    parser.add_argument("--precision", type=int, choices=(32, 64), help="only this type of numbers")
    parser.add_argument("--peer", action="append", choices=names, help="only this library; may be repeated")
    parser.add_argument("--only", default="", metavar="TEXT", help="only cases with this text in their title")
    parser.add_argument("--without", action="append", default=[], metavar="TEXT", help="no contestants with this in their name")
    parser.add_argument("--rounds", type=int, help="rounds that count (default 7, quick 3)")
    parser.add_argument("--sample", type=float, metavar="SECONDS", help="least length of a sample (default 0.02, quick 0.005)")
    parser.add_argument("--threads", type=int, default=1, help="threads of every library (default 1)")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="the clock of the tables; both are recorded")
    parser.add_argument("--environment", type=pathlib.Path, default=environment.default_folder(), help="of the peers")
    parser.add_argument("--library", type=pathlib.Path, help="Dartboard's library, instead of building it")
    parser.add_argument("--list", action="store_true", help="only list the cases")
    parser.add_argument("--record", metavar="NAME", help="write record/NAME.md and record/NAME.json")
    chosen = parser.parse_args()
    if chosen.record and not re.fullmatch(r"[\w.-]+", chosen.record):
        parser.error("--record takes a name of letters, digits, dots, dashes and underscores")
    if chosen.threads > 1 and chosen.clock == "cpu":
        parser.error("--clock cpu adds up the time of all threads, which says nothing with more than one")
    if not 1 <= chosen.threads <= len(os.sched_getaffinity(0)):
        parser.error(f"--threads must be from 1 to {len(os.sched_getaffinity(0))}, the processors at hand")
    chosen.rounds = chosen.rounds or (3 if chosen.quick else 7)
    chosen.sample = chosen.sample or (0.005 if chosen.quick else 0.02)
    if chosen.quick:
        chosen.without += ["torch.compile", "tuned malloc"]
    return chosen


def selected(chosen: argparse.Namespace) -> list[cases.Case]:
    """The cases that were asked for."""
    everything = cases.quick_cases() if chosen.quick else cases.all_cases()

    def asked(case: cases.Case) -> bool:
        return (
            (not chosen.case or case.dataset.family in chosen.case)
            and (not chosen.size or case.size in chosen.size)
            and (not chosen.mode or case.mode in chosen.mode)
            and chosen.precision in (None, case.dataset.precision)
            and chosen.only in case.name
        )

    return [case for case in everything if asked(case)]


class Team:
    """The workers: started when first needed, and anew when one has died."""

    def __init__(self, interpreter: pathlib.Path, library: pathlib.Path | None, chosen: argparse.Namespace):
        self._interpreter, self._threads = interpreter, chosen.threads
        self._cpus = sorted(os.sched_getaffinity(0))[-chosen.threads :]
        self._extra = {"TORCHINDUCTOR_CACHE_DIR": str(chosen.environment / "inductor")}
        self._extra |= {"DARTBOARD_SPEED_LIBRARY": str(library)} if library else {}
        self._libraries = [DARTBOARD] if library else []
        self._libraries += [
            peer
            for peer in PEERS
            if (not chosen.peer or peer.name in chosen.peer) and not any(text in peer.suffix for text in chosen.without)
        ]
        self._workers: dict[Library, Worker] = {}
        self.versions: dict[str, str] = {}
        self.absent: dict[str, str] = {}

    def of(self, case: cases.Case) -> list[Worker]:
        """Those who have contestants for a case."""
        return [worker for library in self._libraries if case.dataset.family in library.families and (worker := self._get(library))]

    def maker(self) -> Worker:
        """The worker that makes the arrays, which takes no part."""
        maker = Library("maker", "numpy_peer")
        if maker not in self._workers:
            self._workers[maker] = self._start(maker)
        return self._workers[maker]

    def close(self) -> None:
        """Ends all workers."""
        for worker in self._workers.values():
            worker.close()

    def _get(self, library: Library) -> Worker | None:
        if library.name in self.absent:
            return None
        worker = self._workers.get(library)
        if worker is None or not worker.alive:
            if worker:
                worker.close()
            worker = self._workers[library] = self._start(library)
            try:
                self.versions |= worker.ask("versions")
            except Failed as failure:
                self.absent[library.name] = str(failure)
                return None
        return worker

    def _start(self, library: Library) -> Worker:
        return Worker(library, self._interpreter, self._threads, self._cpus, self._extra)


def asked_for(chosen: argparse.Namespace) -> list[str]:
    """The command line without folders, which are of no interest to others."""
    private = [str(folder) for folder in (chosen.environment, chosen.library) if folder]
    return [word for word in sys.argv[1:] if word not in ("--environment", "--library") and word not in private]


def scratch_folder() -> str:
    """Where arrays are shared: in memory if there is room."""
    shared = pathlib.Path("/dev/shm")
    return str(shared) if shared.is_dir() and shutil.disk_usage(shared).free > ROOM_BYTES else tempfile.gettempdir()


def own_library(chosen: argparse.Namespace) -> tuple[pathlib.Path | None, str]:
    """Dartboard's library, or why there is none."""
    try:
        library = chosen.library or environment.library()
    except environment.Unavailable as reason:
        return None, str(reason)
    return (library.resolve(), "") if library.exists() else (None, f"{library} does not exist")


def main() -> int:
    """Measures; 1 if Dartboard could not take part or an answer of its was off."""
    chosen = arguments()
    wanted = selected(chosen)
    if chosen.list or not wanted:
        print("\n".join(f"{case.size:7} {case.name}" for case in wanted) or "no case is left; --list shows them all")
        return 0 if wanted else 2
    try:
        interpreter, missing = environment.python(chosen.environment)
    except environment.Unavailable as reason:
        raise SystemExit(str(reason))
    library, reason = own_library(chosen)
    started = {"date": machine.now(), "load at the start": machine.load()}

    team = Team(interpreter, library, chosen)
    team.absent |= missing | ({} if library else {"dartboard": reason})
    outcomes: list[measure.Outcome] = []
    tables: list[report.Table] = []
    beginning = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="dartboard-speed-", dir=scratch_folder()) as scratch:

            def takes_part(name: str) -> bool:
                return not any(text in name for text in chosen.without)

            plan = measure.Plan(chosen.rounds, chosen.sample, takes_part, pathlib.Path(scratch))
            for number, case in enumerate(wanted, 1):
                environment.say(f"case {number} of {len(wanted)}: {case.name}")
                outcome = measure.run_case(case, team.maker(), team.of(case), plan)
                outcomes.append(outcome)
                tables.append(report.table(outcome, chosen.clock, chosen.threads))
                print("\n" + tables[-1].text(), flush=True)
    finally:
        team.close()
    closing = report.summary(outcomes) + [f"{name} took no part: {why}" for name, why in team.absent.items()]
    print("\n" + "\n".join(closing))
    if chosen.record:
        write_record(chosen, started | {"minutes": f"{(time.monotonic() - beginning) / 60:.0f}"}, team, outcomes, tables, closing)
    failed = any(name.startswith(report.BASE) for outcome in outcomes for name in outcome.failures)
    wrong = any(c.own and c.disagrees(outcome.case) for outcome in outcomes for c in outcome.contestants)
    return int(failed or wrong or library is None)


def write_record(
    chosen: argparse.Namespace,
    started: dict[str, str],
    team: Team,
    outcomes: list[measure.Outcome],
    tables: list[report.Table],
    closing: list[str],
) -> None:
    """Writes the tables and the raw numbers."""
    facts = started | {
        "load at the end": machine.load(),
        "command": shlex.join(["python3", "benches/speed/compare.py", *asked_for(chosen)]),
        "commit": machine.commit(environment.HERE),
        "library": "given with --library, not known to be of this commit" if chosen.library else "built from this commit",
        **machine.facts(),
        "threads": str(chosen.threads),
        "rounds": str(chosen.rounds),
        "clock": chosen.clock,
        "versions": ", ".join(f"{name} {version}" for name, version in sorted(team.versions.items())),
    }
    RECORD.mkdir(exist_ok=True)
    (RECORD / f"{chosen.record}.md").write_text(report.markdown(chosen.record, facts, tables, closing))
    (RECORD / f"{chosen.record}.json").write_text(json.dumps({"facts": facts, "cases": report.raw(outcomes)}, indent=1) + "\n")
    environment.say(f"wrote benches/speed/record/{chosen.record}.md and .json")


if __name__ == "__main__":
    # Asked to end, it ends its workers and removes what it shares with them.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
