"""What is measured: the data sets, and what is asked of each. Standard library only, as parent and workers share it."""

import dataclasses
from collections.abc import Iterator

LOSSES = ["mse", "mae", "huber", "quantile", "bce_logits", "bce", "poisson"]
SPECS = {"huber": "huber(delta=1)", "quantile": "quantile(tau=0.9)"}
QUANTILE = 0.9
"""The level of the quantile loss; the threshold of Huber's loss is 1."""

WITH_HESSIAN = ["mse", "bce_logits"]
PARTS = {
    "value": ("value",),
    "gradient": ("value", "gradient"),
    "hessian": ("value", "gradient", "hessian"),
    "boosting": ("gradient", "hessian"),
}
"""What a mode asks for; `value` is the mean, the others are arrays of each row's own loss."""

POINTWISE_ROWS = {"large": 10_000_000, "medium": 100_000, "call": 1_000}
CLASSES = {
    "large": [(100_000, 10), (10_000, 1_000), (1_024, 32_768), (512, 131_072)],
    "small": [(10_000, 10), (1_000, 1_000), (64, 32_768), (16, 131_072)],
}
LINEAR = {"large": (2_048, 512, 32_768), "small": (256, 64, 4_096)}
SUMS = {"large": (10_000_000, 1_000_000), "small": (100_000, 10_000)}

FAMILIES = [*LOSSES, "cce_logits", "linear", "sum", "grouped"]
SIZES = ["large", "medium", "small", "call"]


@dataclasses.dataclass(frozen=True)
class Dataset:
    """Arrays that one or more cases are run on.

    `count` is the number of classes (cce_logits, linear) or of groups (grouped), `width` that of the features (linear).
    """

    family: str
    precision: int
    rows: int
    count: int = 0
    width: int = 0

    @property
    def key(self) -> str:
        """A name for the folder that holds the arrays."""
        return "-".join(map(str, dataclasses.astuple(self)))

    @property
    def spec(self) -> str:
        """The loss as Dartboard reads it."""
        return SPECS.get(self.family, self.family)


@dataclasses.dataclass(frozen=True)
class Case:
    """One table: a data set and what is asked of it."""

    dataset: Dataset
    mode: str
    size: str

    @property
    def parts(self) -> tuple[str, ...]:
        """Which of value, gradient and hessian are asked for."""
        return PARTS[self.mode]

    @property
    def name(self) -> str:
        """How the case is called in tables."""
        d = self.dataset
        if d.family == "linear":
            what = f"linear + cross-entropy, {d.rows:,} x {d.width:,} -> {d.count:,}"
        elif d.family == "cce_logits":
            what = f"cce_logits, {d.rows:,} x {d.count:,}"
        elif d.family == "grouped":
            what = f"sums of {d.rows:,} values in {d.count:,} groups"
        elif d.family == "sum":
            what = f"sum of {d.rows:,} values"
        else:
            what = f"{d.spec}, {d.rows:,} rows"
        mode = {
            "value": "mean",
            "gradient": "mean and gradient",
            "hessian": "mean, gradient and Hessian",
            "boosting": "gradient and Hessian",
        }[self.mode]
        return f"{what}, f{d.precision}" + ("" if d.family in ("sum", "grouped") else f", {mode}")

    @property
    def unit(self) -> tuple[str, float]:
        """The unit that times are shown in, and how many of it a second of one call is."""
        d = self.dataset
        if self.size == "call":
            return "µs per call", 1e6
        if d.family == "linear":
            return "ms per call", 1e3
        if d.family == "cce_logits":
            return "ns per score", 1e9 / (d.rows * d.count)
        return "ns per row", 1e9 / d.rows

    @property
    def traffic(self) -> tuple[int, int]:
        """The least bytes that one call must read and write, were nothing in a cache; zeros where memory is no limit."""
        d, size = self.dataset, self.dataset.precision // 8
        if d.family == "linear":
            return 0, 0
        if d.family == "cce_logits":
            return d.rows * (d.count * size + 4), d.rows * d.count * size * ("gradient" in self.parts)
        if d.family == "sum":
            return d.rows * size, 0
        if d.family == "grouped":
            return d.rows * (size + 4), d.count * size
        return 2 * d.rows * size, d.rows * size * sum(part != "value" for part in self.parts)

    @property
    def streams(self) -> tuple[str, ...]:
        """The plain loops that move as many bytes in the most similar way."""
        reads, writes = self.traffic
        if self.size == "call" or reads == 0:
            return ()
        if writes == 0 or self.dataset.family == "grouped":
            return ("read one", "read two")
        if self.dataset.family == "cce_logits":
            return ("copy", "triad")
        return ("triad",)

    @property
    def tolerance(self) -> tuple[float, float]:
        """The largest error of the mean, relative to it, and of arrays, relative to their largest entry."""
        if self.dataset.precision == 64:
            return 1e-12, 1e-12
        return (2e-6, 1e-4) if self.dataset.family == "linear" else (2e-6, 2e-6)


def as_json(case: Case) -> dict:
    """The case as plain data, for a message to a worker."""
    return dataclasses.asdict(case)


def from_json(data: dict) -> Case:
    """The case that `as_json` wrote."""
    return Case(Dataset(**data["dataset"]), data["mode"], data["size"])


def all_cases() -> Iterator[Case]:
    """Every case, those on the same data set one after another."""
    for size, rows in POINTWISE_ROWS.items():
        for precision in (32, 64):
            for loss in LOSSES:
                modes = list(PARTS) if loss in WITH_HESSIAN else ["value", "gradient"]
                for mode in modes:
                    yield Case(Dataset(loss, precision, rows), mode, size)
    for size, shapes in CLASSES.items():
        for rows, classes in shapes:
            for mode in ("value", "gradient"):
                yield Case(Dataset("cce_logits", 32, rows, classes), mode, size)
    for size, (rows, width, classes) in LINEAR.items():
        for mode in ("value", "gradient"):
            yield Case(Dataset("linear", 32, rows, classes, width), mode, size)
    for size, (rows, groups) in SUMS.items():
        yield Case(Dataset("sum", 64, rows), "value", size)
        yield Case(Dataset("grouped", 64, rows, groups), "value", size)


def quick_cases() -> Iterator[Case]:
    """A small case of every kind."""
    pointwise = [("mse", 32, "gradient"), ("mse", 64, "gradient"), ("bce_logits", 32, "gradient"), ("bce_logits", 32, "boosting")]
    pointwise += [(loss, 32, "gradient") for loss in LOSSES if loss not in WITH_HESSIAN]
    for case in all_cases():
        d = case.dataset
        if d.family in LOSSES:
            chosen = case.size == "medium" and (d.family, d.precision, case.mode) in pointwise
            chosen = chosen or (case.size == "call" and (d.family, d.precision, case.mode) == ("mse", 32, "gradient"))
        elif d.family in ("cce_logits", "linear"):
            chosen = case.size == "small" and case.mode == "gradient" and d.count < 131_072
        else:
            chosen = case.size == "small"
        if chosen:
            yield case
