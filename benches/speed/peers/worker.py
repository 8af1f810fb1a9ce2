"""A process that holds one library and does what the parent asks: python3 -m peers.worker MODULE THREADS CPUS

Messages are lines of JSON on standard input, replies on what was standard output; whatever else is printed goes to
standard error. Only one worker is asked at a time, so they never compete.
"""

import ctypes
import gc
import importlib
import json
import os
import pathlib
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

WARM_UP_CALLS = 2


class Worker:
    """The library, the arrays it works on and the contestants that were built."""

    def __init__(self, module: str, threads: int):
        from peers import reference

        self._reference = reference
        self._threads = threads
        self._library = importlib.import_module(f"peers.{module}")
        self._folder = pathlib.Path()
        self._inputs: dict[str, Any] = {}
        self._offers: dict[str, Any] = {}
        self._built: dict[str, Any] = {}

    def versions(self) -> dict[str, str]:
        """The versions of the libraries."""
        return self._library.versions()

    def make(self, dataset: dict, folder: str) -> None:
        """Writes the arrays of a data set."""
        from peers.cases import Dataset

        self._reference.make(Dataset(**dataset), pathlib.Path(folder))

    def case(self, case: dict, folder: str) -> list[dict]:
        """Turns to another case; the contestants that can take part."""
        from peers.cases import from_json

        self._built, self._offers = {}, {}
        gc.collect()
        if pathlib.Path(folder) != self._folder:
            self._inputs = {}
            self._folder = pathlib.Path(folder)
            self._inputs = self._reference.load(self._folder)
        self._case = from_json(case)
        offers = list(self._library.offers(self._case, self._inputs, self._threads))
        self._offers = {offer.name: offer for offer in offers}
        return [{"name": o.name, "allocates": o.allocates, "stream_bytes": o.stream_bytes} for o in offers]

    def build(self, name: str) -> dict:
        """Makes a contestant ready, compiles and warms it; how far its answer is off and the memory it needs."""
        contestant = self._built[name] = self._offers[name].build()
        result = contestant.call()
        errors: dict[str, float] = {}
        if self._offers[name].stream_bytes is None:
            errors = self._reference.errors(self._case, contestant.answer(result), self._folder)
        del result
        for _ in range(WARM_UP_CALLS):
            contestant.call()
        memory = max(_peak_of(contestant.call) + contestant.kept(), contestant.planned())
        return {"errors": errors, "memory": memory}

    def run(self, name: str, repeats: int) -> dict:
        """Times calls one after another; everything is per call."""
        call = self._built[name].call
        gc.collect()
        gc.disable()
        before, cpu, wall = resource.getrusage(resource.RUSAGE_SELF), time.process_time(), time.perf_counter()
        for _ in range(repeats):
            call()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        after = resource.getrusage(resource.RUSAGE_SELF)
        gc.enable()
        return {
            "wall": wall / repeats,
            "cpu": cpu / repeats,
            "faults": (after.ru_minflt - before.ru_minflt) / repeats,
        }


def _peak_of(call: Callable[[], Any]) -> int:
    """The bytes that a call needs at its peak beyond what is there before it."""
    gc.collect()
    # What malloc holds from earlier calls would hide what this one needs.
    getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)(0)
    try:
        # Sets the peak back to what is resident now.
        pathlib.Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    before = _status("VmHWM")
    result = call()
    peak = _status("VmHWM") - before
    del result
    return peak


def _status(field: str) -> int:
    """A figure of this process's status, in bytes."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return 1024 * int(line.split()[1])
    raise RuntimeError(f"the kernel does not say {field}")


def main() -> None:
    """Serves until the parent hangs up."""
    module, threads, cpus = sys.argv[1:4]
    os.sched_setaffinity(0, [int(cpu) for cpu in cpus.split(",")])
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    worker: Worker | None = None
    for line in sys.stdin:
        message = json.loads(line)
        operation = message.pop("do")
        try:
            worker = worker or Worker(module, int(threads))
            reply = {"result": getattr(worker, operation)(**message)}
        except Exception as error:  # Whatever a library raises is something to report, and no reason to end.
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies)


if __name__ == "__main__":
    main()
