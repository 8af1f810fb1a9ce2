"""The package beside others: where it is absent, while it computes, when it is stopped."""

from __future__ import annotations

import inspect
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import dartboard as db
import dartboard_files
import pytest


def python(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


def test_absent():
    program = """if True:
        import dartboard as db
        assert db.mse([1.0], [2.0]) == 1.0 and callable(db.score)
        for call in (lambda: db.score("x.csv", truth="y", pred="p"), lambda: db.choose("x.csv", truth="y")):
            try:
                call()
            except ImportError as error:
                print(error)
    """
    done = python(program, PYTHONPATH="")
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("dartboard.score reads files and tables with the package dartboard-files, which is not installed: ")
    assert f"pip install dartboard-files=={db.__version__}" in first and "crates/python-files/run-tests build" in first
    assert second.startswith("dartboard.choose reads files")


def test_another_version(tmp_path: Path):
    (tmp_path / "dartboard_files").mkdir()
    (tmp_path / "dartboard_files" / "__init__.py").write_text('__version__ = "0.0.7"\n')
    program = "import dartboard as db; db.landscape('x.csv')"
    done = python(program, PYTHONPATH=str(tmp_path))
    assert f"ImportError: dartboard is {db.__version__} and dartboard-files 0.0.7; both must be of one version" in done.stderr


def test_one_version():
    assert db.__version__ == dartboard_files.__version__


def test_importing_is_cheap():
    # The query engine is read when a function is first asked for.
    program = "import sys, dartboard; print('dartboard_files' in sys.modules, 'polars' in sys.modules)"
    assert python(program).stdout == "False False\n"
    program = "import sys, dartboard_files; print([m for m in ('pandas', 'polars', 'pyarrow') if m in sys.modules])"
    assert python(program).stdout == "[]\n"


def test_functions_have_signatures():
    parameters = inspect.signature(db.score).parameters
    assert parameters["truth"].default is inspect.Parameter.empty and parameters["decompose"].default is False
    assert "Spread the share E of every label" in inspect.getdoc(db.score)
    assert {"score", "compare", "landscape", "curvature"} <= set(dir(db))


SLOW = """if True:
    import threading, time
    import dartboard as db
    print("begun", flush=True)
    {before}
    try:
        db.landscape("examples/digits_pixels.csv", truth="label", model="mlp:32", loss="cce", dirs="random", grid="301x301",
                     steps=1, seed=1{more})
    except KeyboardInterrupt as error:
        print("stopped", error, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_stops_a_run(cli, tmp_path):
    run = tmp_path / "run"
    program = SLOW.format(before="", more=f", output={str(run)!r}")
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "begun\n"
    # The points are on their way when their file is there.
    for _ in range(600):
        if (run / "points-1.bin").exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    text, _ = process.communicate(timeout=60)
    assert text == f"stopped the points so far are kept: dartboard landscape --resume {run}\n"


def test_other_threads_run_meanwhile(cli):
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        started = time.perf_counter()
        db.landscape("examples/digits_pixels.csv", truth="label", model="mlp:8", loss="cce", dirs="random", grid=31, steps=5)
        took = time.perf_counter() - started
    finally:
        done.set()
        thread.join()
    # Far fewer than its sleep allows, as the machine may be busy; with the lock held there would be hardly any.
    assert ticks > 20 * took


def test_calls_from_several_threads(cli):
    frame = {"y": [1.0, 2.0, 4.0], "p": [1.0, 2.0, 3.0]}
    found: list[float] = []
    threads = [
        threading.Thread(target=lambda: found.extend(db.score(frame, truth="y", pred="p", loss="mse").scores["value"]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1 / 3] * 8
