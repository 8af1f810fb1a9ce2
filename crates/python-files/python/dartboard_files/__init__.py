"""Files and tables of predictions: scores, advice and loss landscapes, as the command line gives them.

The package `dartboard` offers these functions under its own name:

>>> import dartboard as db
>>> report = db.score({"price": [1.0, 2.0, 4.0], "p": [1.5, 2.0, 3.0]}, truth="price", pred="p", loss="mse,mae")
>>> report.scores["value"]
[0.4166..., 0.5]
"""

from __future__ import annotations

from . import _files
from ._commands import choose, compare, curvature, landscape, score
from ._report import Curvature, FileAdvice, Landscape, Report, Scores, Surface
from ._table import Table

__version__ = _files.__version__
__all__ = [
    "Curvature",
    "FileAdvice",
    "Landscape",
    "Report",
    "Scores",
    "Surface",
    "Table",
    "choose",
    "compare",
    "curvature",
    "landscape",
    "score",
]
