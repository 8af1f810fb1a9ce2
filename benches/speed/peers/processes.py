"""Worker processes as the parent sees them. Standard library only."""

import contextlib
import dataclasses
import json
import os
import pathlib
import subprocess
import tempfile
import threading
from typing import Any

from peers import environment
from peers.cases import FAMILIES, LOSSES

PATIENCE_SECONDS = 1800
"""How long a worker may take over one message; compiling and slow machines included."""

LARGE = str(1 << 32)
TUNED_MALLOC = {
    "MALLOC_MMAP_THRESHOLD_": LARGE,
    "MALLOC_TRIM_THRESHOLD_": LARGE,
    "MALLOC_ARENA_MAX": "1",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""Makes the C library keep freed memory and ask for huge pages, so that fresh arrays cause no page faults."""


@dataclasses.dataclass(frozen=True)
class Library:
    """A library that takes part, the module that holds its contestants, and the families of cases that it has any for."""

    name: str
    module: str
    families: tuple[str, ...] = tuple(FAMILIES)
    tuned: bool = False

    @property
    def suffix(self) -> str:
        """What its contestants' names end with."""
        return ", tuned malloc" if self.tuned else ""


DARTBOARD = Library("dartboard", "dartboard_peer")
PEERS = [
    Library("numpy", "numpy_peer"),
    Library("numpy", "numpy_peer", tuned=True),
    Library("scikit-learn", "sklearn_peer", (*LOSSES, "cce_logits")),
    Library("torch", "torch_peer"),
    Library("torch", "torch_peer", tuned=True),
    Library("jax", "jax_peer"),
    Library("jax", "jax_peer", tuned=True),
    Library("pandas", "pandas_peer", ("grouped",)),
]


class Failed(Exception):
    """A worker could not do what it was asked to; the message says why."""


class Worker:
    """A process that holds one library."""

    def __init__(self, library: Library, interpreter: pathlib.Path, threads: int, cpus: list[int], extra: dict[str, str]):
        self.library = library
        self._errors = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [interpreter, "-m", "peers.worker", library.module, str(threads), ",".join(map(str, cpus))],
            cwd=environment.HERE,
            env=_variables(library, threads) | extra,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            bufsize=1,
        )

    def ask(self, operation: str, **arguments: Any) -> Any:
        """Has the worker do something and waits for the answer."""
        timer = threading.Timer(PATIENCE_SECONDS, self._process.kill)
        timer.start()
        try:
            print(json.dumps({"do": operation, **arguments}), file=self._process.stdin)
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        if not line:
            raise Failed(f"its process ended with status {self._process.wait()}: {self._last_words()}")
        reply = json.loads(line)
        if "error" in reply:
            raise Failed(reply["error"])
        return reply["result"]

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(BrokenPipeError):  # A message that a dead process did not take is still in the buffer.
            self._process.stdin.close()
        self._process.stdout.close()
        self._errors.close()

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def _variables(library: Library, threads: int) -> dict[str, str]:
    """The environment of a worker: as many threads in every library, no graphics card, compiled code in the cache."""
    number = str(threads)
    knobs = ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NPROC"]
    flags = f"--xla_cpu_multi_thread_eigen={'true' if threads > 1 else 'false'} intra_op_parallelism_threads={threads}"
    return (
        os.environ
        | dict.fromkeys(knobs, number)
        | {"XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu", "JAX_ENABLE_X64": "1", "CUDA_VISIBLE_DEVICES": ""}
        | {"TORCHINDUCTOR_COMPILE_THREADS": "1", "PYTHONWARNINGS": "ignore"}
        | (TUNED_MALLOC if library.tuned else {})
    )
