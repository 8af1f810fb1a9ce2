"""Makes elementary.json: reference values of the elementary functions, from mpmath.

    pip install mpmath==1.3.0
    python3 golden/make_elementary.py

Every function gets points for both formats: the ends of its domain, subnormal inputs and outputs, overflow, places where
a textbook formula cancels, and a fixed pseudo-random sprinkle.
"""

import json
import math
import platform
import random
import struct
from pathlib import Path

import mpmath
from mpmath import mp, mpf

mp.prec = 2400  # 1 + 2^-1074 must not be rounded

INF = math.inf


class Format:
    def __init__(self, name, code, integer, precision, least, largest):
        self.name, self.code, self.integer = name, code, integer
        self.precision, self.least, self.largest = precision, least, largest
        self.digits = struct.calcsize(code) * 2

    def bits(self, x):
        return format(struct.unpack(self.integer, struct.pack(self.code, x))[0], f"0{self.digits}x")

    def round_input(self, x):
        try:
            return struct.unpack(self.code, struct.pack(self.code, x))[0]
        except OverflowError:
            return math.copysign(INF, x)

    def nearest(self, exact):
        """The nearest number of the format, ties to even, subnormals and overflow included."""
        if exact == 0 or not mp.isfinite(exact):
            return float(exact)
        exponent = max(mpmath.mag(exact) - self.precision, self.least)
        rounded = mp.ldexp(mpmath.nint(mp.ldexp(exact, -exponent)), exponent)
        return math.copysign(INF, exact) if abs(rounded) > self.largest else float(rounded)


F64 = Format("f64", ">d", ">Q", 53, -1074, mpf(2) ** 1024 - mpf(2) ** 971)
F32 = Format("f32", ">f", ">I", 24, -149, mpf(2) ** 128 - mpf(2) ** 104)


def ln(x):
    return -mp.inf if x == 0 else mp.log(x)


def softplus(z):
    if mp.isinf(z):
        return mp.inf if z > 0 else mpf(0)
    return max(z, mpf(0)) + mp.log1p(mp.exp(-abs(z)))


def sigmoid(z):
    if mp.isinf(z):
        return mpf(1) if z > 0 else mpf(0)
    return 1 / (1 + mp.exp(-z)) if z >= 0 else mp.exp(z) / (1 + mp.exp(z))


def times0(a, b):
    return mpf(0) if a == 0 or b == 0 else a * b


FUNCTIONS = {
    "exp": mp.exp,
    "exp_m1": mp.expm1,
    "ln": ln,
    "ln_1p": lambda x: -mp.inf if x == -1 else mp.log1p(x),
    "softplus": softplus,
    "sigmoid": sigmoid,
    "logistic_loss": lambda y, z: times0(y, softplus(-z)) + times0(1 - y, softplus(z)),
    "logistic_residual": lambda y, z: -sigmoid(-z) if y == 1 else sigmoid(z) - y,
    "logistic_curvature": lambda z: sigmoid(z) * sigmoid(-z),
    "xlogy": lambda x, y: times0(x, ln(y)),
    "xlog1py": lambda x, y: times0(x, ln(1 + y)),
    "ln_sum": lambda a, b: ln(a + b),
    "cross_log": lambda y, p: -ln(p) if y == 1 else -ln(1 - p),
}


def exponents(f):
    """Arguments for exponentials and logistic functions."""
    wide = f is F64
    low, high = (-745.2, 709.79) if wide else (-103.98, 88.73)
    edge = [0.0, -0.0, INF, -INF, low, high, -708.4 if wide else -87.34, 1e300 if wide else 1e30, -1e300 if wide else -1e30]
    edge += [f.round_input(low) * (1 + k * 1e-4) for k in (-1, 1)] + [low * 0.98, low * 0.999, high * 0.999]
    near = [s * v for s in (1, -1) for v in (2.0**f.least, 1e-38, 1e-17, 1e-8, 3e-5, 0.01, 0.25, 0.3465735, 0.34657360)]
    near += [s * v for s in (1, -1) for v in (0.5, 0.6931471, 0.6931472, 1.0, 1.0397, 1.0398, 2.0, 5.5, 17.0, 20.0, 36.7, 40.0)]
    rng = random.Random(1)
    return edge + near + [rng.uniform(low, high) for _ in range(8)] + [rng.uniform(-2, 2) for _ in range(10)]


def positives(f):
    """Arguments for logarithms."""
    least, eps = 2.0**f.least, 2.0 ** (1 - f.precision)
    edge = [0.0, INF, least, 3 * least, 1e5 * least, 2.0 ** (f.least + f.precision - 1), float(f.largest), 1.0, 2.0, 0.5, 4.0]
    edge += [1 + eps, 1 - eps / 2, 1 + 5 * eps, 1 - 3 * eps, 1 + 1e-6, 1 - 1e-6, 1.01, 0.99]
    edge += [math.sqrt(0.5), math.sqrt(0.5) * (1 - eps), math.sqrt(0.5) * (1 + eps), math.sqrt(2), math.sqrt(2) * (1 + eps)]
    edge += [math.e, 10.0, 1e-10, 1e-17, 1e10, 1e30, 1e-30, 3.0, 1.1, 1.3, 0.8, 1 / 3]
    rng = random.Random(2)
    return edge + [math.exp(rng.uniform(-80, 80)) for _ in range(10)] + [rng.uniform(0.3, 2.5) for _ in range(15)]


def above_minus_one(f):
    least, eps = 2.0**f.least, 2.0 ** (1 - f.precision)
    tiny = [s * v for s in (1, -1) for v in (least, 1e-38, 1e-17, eps, eps / 2, eps * 0.75, eps / 4, 1e-8, 1e-4, 0.01, 0.2)]
    edge = [0.0, -0.0, -1.0, INF, float(f.largest), -1 + eps / 2, -1 + 1e-4, -0.5, -0.2928932, -0.2928933, 0.4142135, 0.4142136]
    edge += [1.0, 2.0, 1 / eps, 2 / eps - 1, 3 / eps, 1e10, 1e30, 0.5, 1e3]
    rng = random.Random(3)
    sprinkle = [rng.uniform(-0.9, 2) for _ in range(12)] + [math.exp(rng.uniform(-30, 30)) for _ in range(8)]
    return edge + tiny + sprinkle


def logistic(f):
    points = [(1.0, z) for z in (20.0, 40.0, INF, -100.0, 17.0, 1e-8)] + [(0.0, z) for z in (-40.0, -17.0, -INF, 20.0, 800.0)]
    points += [(0.9, -INF), (0.5, INF), (0.5, -INF), (0.5, 1e-8), (0.5, -1e-8), (0.5, 0.0), (0.5, -0.0), (1e-17, -40.0)]
    points += [(2.0**f.least, z) for z in (3.0, -3.0)] + [(1 - 2.0**-f.precision, z) for z in (3.0, -3.0, 36.0)]
    points += [(y, s * z) for y in (0.0, 1.0) for z in (0.5, 0.7, 3.0, 90.0, 700.0, 744.0) for s in (1, -1)]
    points += [(0.25, -1.0986123), (0.75, 1.0986123), (0.3, -0.8472979), (0.9, 2.1972246), (0.01, -4.59512)]
    rng = random.Random(4)
    return points + [(rng.random(), rng.uniform(-6, 6)) for _ in range(25)] + [(rng.random(), rng.uniform(-90, 90)) for _ in range(5)]


def pairs(ys, count):
    def make(f):
        rng = random.Random(5)
        others = ys(f)
        points = [(0.0, y) for y in others[:3]] + [(1.0, y) for y in others]
        return points + [(rng.uniform(-5, 5), rng.choice(others[3:])) for _ in range(count)]

    return make


def sums(f):
    eps = 2.0 ** (1 - f.precision)
    points = [(1.0, -p) for p in (0.0, 1e-17, 1e-9, 0.3, 0.5, 0.9, 1 - eps, 1.0)] + [(0.0, p) for p in (0.0, 2.0**f.least, 1e-30, 1.0)]
    points += [(2.0**f.least, 2.0**f.least), (0.7, 0.3), (0.3, 0.7 + eps / 2), (-0.5, 1.5 + eps), (1e10, -1e10 + 1.0), (eps / 8, 1.0)]
    rng = random.Random(6)
    return points + [(rng.uniform(0, 2), rng.uniform(0, 2)) for _ in range(20)] + [(1.0, rng.uniform(-1, 1)) for _ in range(20)]


def labels(f):
    eps = 2.0 ** (1 - f.precision)
    ps = [0.0, 1.0, 2.0**f.least, 1e-38, 1e-30, 1e-17, 1e-10, 1e-5, 0.1, 0.3, 0.5, 0.7, 0.999, 1 - eps / 2, 1 - eps]
    rng = random.Random(7)
    return [(y, p) for y in (0.0, 1.0) for p in ps + [rng.random() for _ in range(12)]]


POINTS = {
    "exp": exponents,
    "exp_m1": exponents,
    "ln": positives,
    "ln_1p": above_minus_one,
    "softplus": exponents,
    "sigmoid": exponents,
    "logistic_loss": logistic,
    "logistic_residual": logistic,
    "logistic_curvature": exponents,
    "xlogy": pairs(positives, 20),
    "xlog1py": pairs(lambda f: above_minus_one(f)[2:], 20),
    "ln_sum": sums,
    "cross_log": labels,
}


def row(f, function, arguments):
    exact = function(*map(mpf, arguments))
    nearest = f.nearest(exact)
    if mp.isfinite(exact) and abs(exact) > mpf(10) ** 5000:
        digits = "overflow"
    elif 0 < abs(exact) < mpf(10) ** -5000:
        digits = "underflow"
    else:
        digits = mp.nstr(exact, 25)
    rest = float(exact - mpf(nearest)) if math.isfinite(nearest) else 0.0
    return [*map(f.bits, arguments), digits, f.bits(nearest), f"{rest:.6e}"]


def main():
    functions = {}
    for name, function in FUNCTIONS.items():
        functions[name] = {}
        for f in (F64, F32):
            points = [p if isinstance(p, tuple) else (p,) for p in POINTS[name](f)]
            points = [tuple(map(f.round_input, p)) for p in points]
            unique = {tuple(map(f.bits, p)): p for p in points}
            functions[name][f.name] = [row(f, function, p) for p in unique.values()]
    header = {
        "title": "Reference values of the elementary functions",
        "made_with": f"mpmath {mpmath.__version__}, {mp.prec} bits, Python {platform.python_version()}",
        "made_by": "golden/make_elementary.py",
        "row": "argument bits (one or two), true value to 25 digits, bits of the nearest number, true value - nearest",
    }
    lines = ['{"header": ' + json.dumps(header) + ', "functions": {']
    for i, (name, formats) in enumerate(functions.items()):
        lines.append(f'"{name}": {{')
        for j, (key, rows) in enumerate(formats.items()):
            body = ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows)
            lines.append(f'"{key}": [\n{body}\n]' + ("," if j == 0 else ""))
        lines.append("}" + ("," if i + 1 < len(functions) else ""))
    lines.append("}}\n")
    Path(__file__).with_name("elementary.json").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
