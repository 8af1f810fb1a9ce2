"""Makes overlap.json: reference values of the set-overlap losses and their derivatives, from mpmath.

    pip install mpmath==1.3.0
    python3 golden/make_overlap.py

Values are 1 - (TP + s)/(TP + alpha FP + beta FN + s) as it is defined, with 2500 bits. Derivatives are central
differences of that, and nothing else: the loss is a quotient of functions that are linear in each prediction, so that steps
of 2^-600 leave far more than the 25 digits that are written down.
"""

import json
import platform
import random
from pathlib import Path

import mpmath
from mpmath import mp, mpf

mp.prec = 2500
STEP = mpf(2) ** -600


def loss(case, predictions):
    alpha, beta, smooth = (mpf(case[name]) for name in ("alpha", "beta", "smooth"))
    rows = list(zip(map(mpf, case["weight"]), map(mpf, case["target"]), predictions))
    tp = mp.fsum(w * y * p for w, y, p in rows)
    fp = mp.fsum(w * (1 - y) * p for w, y, p in rows)
    fn = mp.fsum(w * y * (1 - p) for w, y, p in rows)
    return 1 - (tp + smooth) / (tp + alpha * fp + beta * fn + smooth)


def moved(predictions, row, by):
    return [p + by if i == row else p for i, p in enumerate(predictions)]


def gradient(case, predictions):
    def of(row):
        return (loss(case, moved(predictions, row, STEP)) - loss(case, moved(predictions, row, -STEP))) / (2 * STEP)

    return [of(row) for row in range(len(predictions))]


def hessian_vector(case, predictions, vector):
    def at(sign):
        return gradient(case, [p + sign * STEP * mpf(v) for p, v in zip(predictions, vector)])

    return [(up - down) / (2 * STEP) for up, down in zip(at(1), at(-1))]


def described(name, target, prediction, weight=None, alpha=0.5, beta=0.5, smooth=0.0, seed=1):
    rng = random.Random(seed)
    count = len(target)
    vector = [round(rng.uniform(-1, 1), 3) for _ in range(count)]
    case = {"name": name, "alpha": alpha, "beta": beta, "smooth": smooth, "target": target, "prediction": prediction}
    case |= {"weight": weight or [1.0] * count, "vector": vector}
    predictions = list(map(mpf, prediction))
    axes = [[float(i == row) for i in range(count)] for row in range(count)]
    digits = lambda numbers: [mp.nstr(x, 25) for x in numbers]
    # Differences of a Hessian that is 0 leave what rounding leaves.
    clean = lambda numbers: [x if abs(x) > mpf(2) ** -500 else mpf(0) for x in numbers]
    case["value"] = mp.nstr(loss(case, predictions), 25)
    case["gradient"] = digits(clean(gradient(case, predictions)))
    case["hessian"] = digits(clean(hessian_vector(case, predictions, axes[row])[row] for row in range(count)))
    case["product"] = digits(clean(hessian_vector(case, predictions, vector)))
    return case


def cases():
    mask, guess = [1.0, 1.0, 1.0, 0.0, 0.0], [0.9, 0.5, 0.25, 0.3, 0.05]
    for name, alpha, beta in [("dice", 0.5, 0.5), ("jaccard", 1.0, 1.0), ("tversky", 0.3, 0.7), ("salehi", 0.7, 0.3)]:
        yield described(name, mask, guess, alpha=alpha, beta=beta)
        yield described(f"{name}, smooth", mask, guess, alpha=alpha, beta=beta, smooth=1.0)
    yield described("weights", mask, guess, weight=[0.1, 3.0, 0.0, 7.5, 1e-3], alpha=0.3, beta=0.7)
    yield described("only false positives count", mask, guess, alpha=1.0, beta=0.0)
    yield described("only false negatives count", mask, guess, alpha=0.0, beta=1.0)
    yield described("far apart", mask, guess, alpha=1e-20, beta=1e20)
    yield described("far apart, the other way", mask, guess, alpha=1e20, beta=1e-20)
    yield described("beta above 1", mask, guess, alpha=0.1, beta=2.5)
    yield described("all background, smooth", [0.0] * 4, [0.1, 1e-9, 0.0, 0.7], smooth=1e-7)
    yield described("nothing predicted", mask, [0.0] * 5)
    yield described("next to perfect", mask, [1.0 - 2.0**-53, 1.0, 1.0, 2.0**-60, 0.0])
    yield described("tiny predictions", mask, [1e-30, 1e-25, 0.0, 1e-28, 3e-40])
    yield described("weights of all sizes", mask, guess, weight=[1e-30, 1e-10, 1.0, 1e-30, 1e-12])
    rng = random.Random(7)
    for count in (2, 6, 9):
        rows = lambda: [rng.random() for _ in range(count)]
        for alpha, beta, smooth in [(0.5, 0.5, 0.0), (0.3, 0.7, 0.25), (1.0, 1.0, 1e-6)]:
            yield described("soft", rows(), rows(), weight=rows(), alpha=alpha, beta=beta, smooth=smooth, seed=count)
    # The slope of the last row changes its sign at y = T/2D, which is the root of y² + 2.5y = 1: as near as a number gets.
    yield described("next to where the slope changes sign", [1.0, 0.0, 0.35078105935821213], [1.0, 0.5, 0.0])


if __name__ == "__main__":
    header = {"made with": f"mpmath {mpmath.__version__}, Python {platform.python_version()}, by make_overlap.py"}
    lines = ",\n".join(json.dumps(case) for case in cases())
    path = Path(__file__).parent / "overlap.json"
    path.write_text("{\n" + json.dumps(header)[1:-1] + ',\n"cases": [\n' + lines + "\n]}\n")
