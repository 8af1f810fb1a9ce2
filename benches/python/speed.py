"""How long calls of the Python package take, beside NumPy and, where it is installed, PyTorch.

    python benches/python/speed.py [--rows 1000000] [--rounds 31] [--threads 1]

What is compared takes turns, so that a slow moment of the machine meets all; medians are printed. One thread each unless
``--threads`` says otherwise (NumPy has one at any rate), and arrays in single precision. NumPy is written well: stable formulas, results into arrays that are there already.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

import dartboard as db

try:
    import torch
except ImportError:
    torch = None


def medians(contestants: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median time of each, in seconds, all taking turns."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for name, run in contestants.items():
        run()
    for _ in range(rounds):
        for name, run in contestants.items():
            started = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - started)
    return {name: statistics.median(seen) for name, seen in times.items()}


def value_and_gradient(rows: int, rounds: int) -> None:
    """Value and gradient of the mean loss of many rows."""
    random = np.random.default_rng(1)
    z = random.normal(size=rows).astype(np.float32)
    quantity = (z + random.normal(size=rows)).astype(np.float32)
    event = (random.uniform(size=rows) < 0.5).astype(np.float32)
    logits = random.normal(size=(rows // 10, 10)).astype(np.float32)
    index = random.integers(0, 10, rows // 10).astype(np.int64)
    r, a, b = np.empty_like(z), np.empty_like(z), np.empty_like(z)

    def numpy_mse() -> object:
        np.subtract(z, quantity, out=r)
        np.multiply(r, r, out=a)
        value = a.mean(dtype=np.float64)
        np.multiply(r, np.float32(2 / rows), out=r)
        return value, r

    def numpy_huber() -> object:
        # With c = clip(r, −1, 1): the loss is c·(r − c/2), the gradient c.
        np.subtract(z, quantity, out=r)
        np.clip(r, -1, 1, out=a)
        np.multiply(a, np.float32(-0.5), out=b)
        np.add(b, r, out=b)
        np.multiply(a, b, out=b)
        value = b.mean(dtype=np.float64)
        np.multiply(a, np.float32(1 / rows), out=a)
        return value, a

    def numpy_logistic() -> object:
        # softplus(z) − y·z, and σ(z) − y, from one exponential of −|z|.
        np.abs(z, out=a)
        np.negative(a, out=a)
        np.exp(a, out=a)
        np.log1p(a, out=b)
        np.maximum(z, 0, out=r)
        np.add(b, r, out=b)
        np.multiply(event, z, out=r)
        np.subtract(b, r, out=b)
        value = b.mean(dtype=np.float64)
        np.add(a, 1, out=b)
        np.divide(1, b, out=b)
        np.multiply(a, b, out=a)
        np.copyto(a, b, where=z >= 0)
        np.subtract(a, event, out=a)
        np.multiply(a, np.float32(1 / rows), out=a)
        return value, a

    probabilities = np.empty_like(logits)

    def numpy_softmax() -> object:
        p = probabilities
        largest = logits.max(axis=1, keepdims=True)
        np.subtract(logits, largest, out=p)
        own = p[np.arange(len(p)), index]
        np.exp(p, out=p)
        total = p.sum(axis=1, keepdims=True)
        value = (np.log(total[:, 0]) - own).mean(dtype=np.float64)
        np.divide(p, total, out=p)
        p[np.arange(len(p)), index] -= 1
        np.multiply(p, np.float32(1 / len(p)), out=p)
        return value, p

    cases = {
        "mse": (quantity, z, numpy_mse),
        "huber": (quantity, z, numpy_huber),
        "bce_logits": (event, z, numpy_logistic),
        "cce_logits": (index, logits, numpy_softmax),
    }
    for name, (y, p, by_numpy) in cases.items():
        loss = db.loss(name)
        out = np.empty_like(p)
        contestants: dict[str, Callable[[], object]] = {
            "dartboard": lambda loss=loss, y=y, p=p, out=out: loss.value_and_gradient(y, p, out=out),
            "dartboard, new array": lambda loss=loss, y=y, p=p: loss.value_and_gradient(y, p),
            "numpy": by_numpy,
        }
        if torch is not None:
            functional = torch.nn.functional
            function = {
                "mse": functional.mse_loss,
                "huber": functional.huber_loss,
                "bce_logits": functional.binary_cross_entropy_with_logits,
                "cce_logits": functional.cross_entropy,
            }[name]
            target, prediction = torch.from_numpy(y), torch.from_numpy(p).requires_grad_()
            ours = db.torch.loss(name)

            def by_torch(function=function, prediction=prediction, target=target) -> object:
                prediction.grad = None
                value = function(prediction, target)
                value.backward()
                return value

            contestants["torch"] = by_torch
            contestants["dartboard.torch"] = lambda ours=ours, f=by_torch: f(ours)
        # They agree before they are timed.
        expected, slope = by_numpy()
        value, gradient = loss.value_and_gradient(y, p)
        assert np.isclose(value, expected, rtol=1e-5), (name, value, expected)
        assert np.allclose(gradient, slope, rtol=1e-3, atol=1e-6 / len(p)), name
        found = medians(contestants, rounds)
        line = ", ".join(f"{who} {seconds * 1e3:.2f} ms ({seconds / found['dartboard']:.1f}×)" for who, seconds in found.items())
        print(f"value and gradient, {name}, {p.shape}: {line}")


def overhead(rounds: int) -> None:
    """The time of a call on one element."""
    y, p = np.array([1.0]), np.array([1.5])
    loss = db.loss("huber")
    calls = 2000

    def many(call: Callable[[], object]) -> Callable[[], object]:
        def run() -> None:
            for _ in range(calls):
                call()

        return run

    found = medians(
        {
            "nothing": many(lambda: None),
            "db.mse(y, p)": many(lambda: db.mse(y, p)),
            "db.huber(y, p, delta=1.5)": many(lambda: db.huber(y, p, delta=1.5)),
            "loss.value(y, p)": many(lambda: loss.value(y, p)),
            "loss.value_and_gradient(y, p)": many(lambda: loss.value_and_gradient(y, p)),
            "numpy: np.add(y, p)": many(lambda: np.add(y, p)),
        },
        rounds,
    )
    nothing = found.pop("nothing")
    for name, seconds in found.items():
        print(f"one element, {name}: {(seconds - nothing) / calls * 1e6:.2f} µs")


def imports(rounds: int) -> None:
    """What the import takes beyond that of NumPy."""
    code = "import time, numpy; t = time.perf_counter(); import dartboard; print(time.perf_counter() - t)"
    times = [float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) for _ in range(rounds)]
    print(f"import dartboard, after NumPy: {statistics.median(times) * 1e3:.1f} ms")


def main() -> None:
    """Prints all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    if torch is not None:
        torch.set_num_threads(arguments.threads)
    db.set_threads(arguments.threads)
    print(f"NumPy {np.__version__}, PyTorch {torch.__version__ if torch else 'none'}, {arguments.threads} thread(s)")
    overhead(arguments.rounds)
    value_and_gradient(arguments.rows, arguments.rounds)
    imports(9)


if __name__ == "__main__":
    main()
