"""Makes cosine.json: cosine distances with derivatives, by the formulas of a textbook in 1500 digits.

    pip install mpmath
    python3 golden/make_cosine.py

Each point is a target y, a prediction z and a vector v, given as doubles; value, gradient in z, diagonal of the Hessian
and product of the Hessian with v are rounded to 25 digits. 1500 digits hold 1e200 beside 1e-200, and their squares.
"""

import json
import math
import random
from pathlib import Path

from mpmath import mp, mpf, nstr, sqrt

mp.dps = 1500


def point(name, y, z, v):
    a, b, w = ([mpf(x) for x in vector] for vector in (y, z, v))
    dot = lambda p, q: sum(s * t for s, t in zip(p, q))
    square, length = dot(b, b), sqrt(dot(b, b))
    y_hat = [x / sqrt(dot(a, a)) for x in a]
    z_hat = [x / length for x in b]
    cosine = dot(y_hat, z_hat)
    gradient = [-(p - cosine * q) / length for p, q in zip(y_hat, z_hat)]
    hessian = [(2 * p * q + cosine - 3 * cosine * q * q) / square for p, q in zip(y_hat, z_hat)]
    of_y, of_z = dot(y_hat, w), dot(z_hat, w)
    product = [
        (p * of_z + q * of_y + cosine * x - 3 * cosine * q * of_z) / square for p, q, x in zip(y_hat, z_hat, w)
    ]
    # What exact cancellation leaves of 1500 digits.
    text = lambda x: nstr(x if abs(x) > mpf(10) ** -1000 else mpf(0), 25, min_fixed=0, max_fixed=0)
    return {
        "name": name,
        "y": y,
        "z": z,
        "v": v,
        "value": text(1 - cosine),
        "gradient": [text(x) for x in gradient],
        "hessian": [text(x) for x in hessian],
        "product": [text(x) for x in product],
    }


def points():
    numbers = random.Random(1)
    vector = lambda count: [numbers.gauss(0, 1) for _ in range(count)]
    scaled = lambda factor, x: [factor * c for c in x]
    for count in [1, 2, 3, 10]:
        for index in range(3):
            yield point(f"ordinary {count}.{index}", vector(count), vector(count), vector(count))
    for count in [2, 3, 10]:
        y, side = vector(count), vector(count)
        # At a right angle to y.
        along = sum(a * b for a, b in zip(y, side)) / sum(a * a for a in y)
        side = [b - along * a for a, b in zip(y, side)]
        side = scaled(math.hypot(*y) / math.hypot(*side), side)
        for angle in [1e-3, 1e-9, 1e-15]:
            near = [a + angle * b for a, b in zip(y, side)]
            yield point(f"angle {angle} of {count}", y, scaled(3.0, near), vector(count))
            yield point(f"angle {angle} to the opposite of {count}", y, scaled(-0.25, near), vector(count))
        yield point(f"same direction of {count}", y, scaled(8.0, y), vector(count))
        yield point(f"opposite of {count}", y, scaled(-0.5, y), vector(count))
        yield point(f"small beside large of {count}", y, [1.0] + scaled(1e-12, y[1:]), vector(count))
        for a, b in [(1e200, 1e200), (1e-200, 1e200), (1e-200, 1e-100), (1e-300, 1.0), (1e307, 1.0), (1.0, 1e140)]:
            yield point(f"scales {a}, {b} of {count}", scaled(a, y), scaled(b, near), vector(count))
            other = vector(count)
            yield point(f"scales {a}, {b} of {count}, apart", scaled(a, y), scaled(b, other), vector(count))
    tiny = 2.0**-52
    yield point("smallest angle", [1.0, 1 + tiny], [1 + tiny, 1 + 2 * tiny], [1.0, 2.0])
    yield point("tiny vector", [1e-8] * 3, [1.0] * 3, [1.0, 0.0, 0.0])
    yield point("right angle", [1.0, 1.0, 0.0], [1.0, -1.0, 0.0], [0.0, 1.0, 1.0])
    yield point("mixed", [1e200, 1.0, 1e-200], [1e-200, 1.0, 1e200], [1.0, 1.0, 1.0])
    yield point("zero target component", [0.0, 1.0, 0.0], [1e-9, 1.0, 0.0], [1.0, 0.0, 1.0])


def line(entry):
    return "  " + json.dumps(entry)


Path(__file__).with_name("cosine.json").write_text("[\n" + ",\n".join(line(p) for p in points()) + "\n]\n")
