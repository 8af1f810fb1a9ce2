"""pandas: sums by group."""

from collections.abc import Iterator

import numpy as np
import pandas

from peers.cases import Case
from peers.contract import Answer, Contestant, Offer


def versions() -> dict[str, str]:
    """The versions of what runs here."""
    return {"pandas": pandas.__version__}


def offers(case: Case, inputs: dict[str, np.ndarray], threads: int) -> Iterator[Offer]:
    """The contestants for a case."""
    if case.dataset.family == "grouped":
        yield Offer("pandas groupby", lambda: _grouped(case, inputs), allocates=True)


def _grouped(case: Case, inputs: dict[str, np.ndarray]) -> Contestant:
    values, groups = pandas.Series(inputs["values"], copy=False), inputs["groups"]

    def answer(sums: pandas.Series) -> Answer:
        return Answer(None, {"totals": sums.reindex(np.arange(case.dataset.count), fill_value=0.0).to_numpy()})

    return Contestant(lambda: values.groupby(groups, sort=False).sum(), answer)
