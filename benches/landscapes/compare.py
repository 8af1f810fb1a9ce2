#!/usr/bin/env python3
"""Times landscapes of models on Dartboard and on onnxruntime, side by side.

    python3 benches/landscapes/compare.py [--rounds N] [--python PATH] [--program PATH] [--record NAME]

1,000 digits of 8 × 8 pixels from 0 to 1, models with the same weights and directions. Dartboard computes them as built-in models (`f32`,
`f64`) and as ONNX files on rten; onnxruntime takes the weights as inputs of one session, its loss in NumPy. All work in turn
within each round, each in a process of its own that is bound to one processor, or to two for two threads, after a round that
is not counted. A grid of 51 × 51 places for built-in models, of 15 × 15 for the others; losses are compared first.

Times on one thread are those of the processor for a whole request, the setup of a surface and all, over its places: who else
uses the machine matters less. What two threads gain is by the wall clock, of the computation alone, and depends on
how many processors they were given: it is said.

Without --python an environment with requirements.txt is made in the user's cache folder; without --program the example
`landscape_turns` is built.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "benches" / "speed"))
from peers import machine, stats  # noqa: E402

MODELS = {
    "mlp-64": "perceptron 64–64–10, relu",
    "mlp-64-tanh": "perceptron 64–64–10, tanh",
    "mlp-256-128": "perceptron 64–256–128–10, relu",
    "softmax": "softmax, 64 features",
    "softmax-wide": "softmax, 1,024 features",
    "logistic": "logistic, 64 features",
    "logistic-wide": "logistic, 1,024 features",
}
BUILT_IN, OTHERS = 51, 15


def interpreter():
    """The Python with the peer, made if need be."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    folder = cache / "dartboard" / "landscapes-python"
    python, stamp, wanted = folder / "bin" / "python", folder / "made", (HERE / "requirements.txt").read_text()
    if not (stamp.exists() and stamp.read_text() == wanted):
        print(f"making a Python environment in {folder}", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    return python


def program():
    """Dartboard's side, built optimised."""
    if not shutil.which("cargo"):
        raise SystemExit("there is no cargo; install a Rust toolchain")
    command = ["cargo", "build", "--release", "--package", "dartboard-landscapes", "--example", "landscape_turns"]
    subprocess.run(command, cwd=ROOT, check=True)
    described = subprocess.run(["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=ROOT, capture_output=True, check=True)
    return pathlib.Path(json.loads(described.stdout)["target_directory"]) / "release" / "examples" / "landscape_turns"


class Worker:
    """A process that answers requests, bound to so many processors."""

    def __init__(self, command, threads):
        cpus = sorted(os.sched_getaffinity(0))[-threads:]
        variables = os.environ | {"OMP_NUM_THREADS": str(threads), "RTEN_NUM_THREADS": "1"}
        bind = lambda: os.sched_setaffinity(0, cpus)
        self.threads = threads
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=variables, preexec_fn=bind
        )

    def line(self):
        """What it says next."""
        text = self.process.stdout.readline()
        if not text:
            raise SystemExit(f"a process ended: {self.process.args[0]}")
        return text.strip()

    def processor_time(self):
        """Seconds of all its threads: Linux's clock of another process, as clock_getcpuclockid makes it."""
        return time.clock_gettime(~self.process.pid << 3 | 2)

    def ask(self, model, engine, side):
        """Microseconds per place by the processor and by the wall clock, the losses at two places, and what else it says."""
        before = self.processor_time()
        self.process.stdin.write(f"{model} {engine} {self.threads} {side}\n")
        self.process.stdin.flush()
        wall, middle, corner, *rest = map(float, self.line().split())
        busy = self.processor_time() - before
        return [busy / side**2 * 1e6, wall / side**2 * 1e6, middle, corner, *(other / side**2 * 1e6 for other in rest)]


def measure(workers, models, rounds):
    """For each model and contestant the samples of the rounds that count."""
    samples = {model: {} for model in models}
    for turn in range(rounds + 1):
        for model in models:
            contestants = [("f32, 1 thread", 1, "f32"), ("f64, 1 thread", 1, "f64"), ("rten, 1 thread", 1, "rten"), ("onnxruntime, 1 thread", 0, "onnxruntime")]
            contestants += [(f"{engine}, 2 threads", 2, engine) for engine in ("f32", "rten") if 2 in workers]
            losses = {}
            for name, worker, engine in stats.rotated(contestants, turn):
                side = BUILT_IN if engine in ("f32", "f64") else OTHERS
                busy, wall, *values = workers[worker].ask(model, engine, side)
                losses[name] = values[:2]
                if turn:
                    of = samples[model].setdefault(name, {"processor": [], "wall": []})
                    of["processor"].append(busy)
                    of["wall"].append(wall)
                    if len(values) > 2:
                        of.setdefault("session, wall", []).append(values[2])
            reference = losses["f64, 1 thread"]
            for name, found in losses.items():
                if any(abs(a - b) > 1e-5 * abs(b) for a, b in zip(found, reference)):
                    raise SystemExit(f"{model}: {name} has the losses {found}, f64 {reference}")
    return samples


def tables(samples):
    """As Markdown."""
    lines = []
    for model, series in samples.items():
        lines += [f"## {MODELS[model]}", "", "|  | processor µs per place: median | min | max | time / onnxruntime's (min to max) |", "| --- | ---: | ---: | ---: | ---: |"]
        for name in [name for name in series if "1 thread" in name]:
            times = series[name]["processor"]
            of, against = stats.spread(times), stats.ratios(times, series["onnxruntime, 1 thread"]["processor"])
            ratio = f"{against.median:.3f} ({against.least:.3f} to {against.largest:.3f})"
            lines.append(f"| {name} | {of.median:.1f} | {of.least:.1f} | {of.largest:.1f} | {ratio} |")
        peer = series["onnxruntime, 1 thread"]
        share = stats.ratios(peer["session, wall"], peer["wall"]).median
        lines += ["", f"- of onnxruntime's time {share:.0%} are in its session, the rest makes weights and the loss"]
        for engine in ("f32", "rten"):
            if f"{engine}, 2 threads" in series:
                one, two = (series[f"{engine}, {threads}"]["wall"] for threads in ("1 thread", "2 threads"))
                gain = stats.ratios(one, two)
                work = stats.ratios(*(series[f"{engine}, {threads}"]["processor"] for threads in ("2 threads", "1 thread")))
                given = stats.ratios(series[f"{engine}, 2 threads"]["processor"], two)
                lines.append(
                    f"- {engine}: two threads are {gain.median:.2f} times as fast as one ({gain.least:.2f} to {gain.largest:.2f}) and work {work.median:.2f} times as long; they were given {given.median:.2f} processors"
                )
        lines.append("")
    return lines


def main():
    """Measures, prints and perhaps records."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="rounds that count (default 9)")
    parser.add_argument("--model", action="append", choices=MODELS, help="only this one; may be repeated")
    parser.add_argument("--python", type=pathlib.Path, help="an interpreter with requirements.txt, instead of making one")
    parser.add_argument("--program", type=pathlib.Path, help="the example landscape_turns, instead of building it")
    parser.add_argument("--record", metavar="NAME", help="write record/NAME.md and record/NAME.json")
    chosen = parser.parse_args()
    rows, started, load = ROOT / "examples" / "digits_pixels.csv", machine.now(), machine.load()
    with tempfile.TemporaryDirectory() as folder:
        binary, workers = chosen.program or program(), {}
        for threads in range(1, min(2, len(os.sched_getaffinity(0))) + 1):
            workers[threads] = Worker([binary, rows, folder], threads)
            while workers[threads].line():
                pass
        workers[0] = Worker([chosen.python or interpreter(), HERE / "peer.py", rows, folder, 1], 1)
        version = workers[0].line()
        samples = measure(workers, chosen.model or list(MODELS), chosen.rounds)
    head = {"date": started, "load at the start": load, "load at the end": machine.load(), "commit": machine.commit(ROOT)}
    head |= machine.facts() | {"rounds": chosen.rounds, "onnxruntime": version}
    text = "\n".join([*(f"- {name}: {fact}" for name, fact in head.items()), "", *tables(samples)])
    print(text)
    if chosen.record:
        record = HERE / "record"
        record.mkdir(exist_ok=True)
        (record / f"{chosen.record}.md").write_text(f"# {chosen.record}\n\n{text}")
        (record / f"{chosen.record}.json").write_text(json.dumps({"machine": head, "microseconds per place": samples}, indent=1) + "\n")


main()
