"""The compiled half of the package: losses, what goes around them and what is known about them."""

from collections.abc import Sequence
from typing import Any, Self, final

from numpy.typing import NDArray

__all__ = [
    "Figure",
    "Formula",
    "Loss",
    "__version__",
    "advise",
    "after_fork",
    "facts",
    "get_threads",
    "names",
    "set_threads",
    "why_unknown",
    "why_unknown_parameter",
]

__version__: str

@final
class Loss:
    """A loss with its parameters set."""

    def __new__(cls, spec: str, /) -> Self: ...
    @classmethod
    def with_parameters(cls, name: str, parameters: Sequence[float], /) -> Self: ...
    @property
    def name(self) -> str: ...
    @property
    def spec(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def is_strictly_convex(self) -> bool: ...
    @property
    def parameters(self) -> dict[str, float]: ...
    @property
    def card(self) -> dict[str, Any]: ...
    @property
    def formula(self) -> Formula: ...
    @property
    def curvatures(self) -> list[str]: ...
    def plot(self) -> Figure: ...
    def value(
        self,
        y: Any,
        p: Any,
        *,
        weight: Any = None,
        reduction: str = "mean",
        class_weight: Sequence[float] | NDArray[Any] | None = None,
        label_smoothing: float = 0.0,
        ignore: float | None = None,
        threads: int | None = None,
    ) -> Any: ...
    def _value(
        self,
        y: Any,
        p: Any,
        weight: Any,
        reduction: str,
        class_weight: Sequence[float] | NDArray[Any] | None,
        label_smoothing: float,
        ignore: float | None,
        threads: int | None,
        /,
    ) -> Any: ...
    def __call__(
        self,
        y: Any,
        p: Any,
        *,
        weight: Any = None,
        reduction: str = "mean",
        class_weight: Sequence[float] | NDArray[Any] | None = None,
        label_smoothing: float = 0.0,
        ignore: float | None = None,
        threads: int | None = None,
    ) -> Any: ...
    def gradient(
        self,
        y: Any,
        p: Any,
        *,
        weight: Any = None,
        reduction: str = "mean",
        class_weight: Sequence[float] | NDArray[Any] | None = None,
        label_smoothing: float = 0.0,
        ignore: float | None = None,
        out: NDArray[Any] | None = None,
        threads: int | None = None,
    ) -> NDArray[Any]: ...
    def value_and_gradient(
        self,
        y: Any,
        p: Any,
        *,
        weight: Any = None,
        reduction: str = "mean",
        class_weight: Sequence[float] | NDArray[Any] | None = None,
        label_smoothing: float = 0.0,
        ignore: float | None = None,
        out: NDArray[Any] | None = None,
        threads: int | None = None,
    ) -> tuple[Any, NDArray[Any]]: ...
    def hessian(
        self,
        y: Any,
        p: Any,
        *,
        weight: Any = None,
        reduction: str = "mean",
        class_weight: Sequence[float] | NDArray[Any] | None = None,
        label_smoothing: float = 0.0,
        ignore: float | None = None,
        curvature: str = "true",
        threads: int | None = None,
    ) -> NDArray[Any]: ...
    def derivatives(
        self,
        y: Any,
        p: Any,
        *,
        weight: Any = None,
        curvature: str = "true",
        library: str | None = None,
        function: str | None = None,
        threads: int | None = None,
    ) -> tuple[NDArray[Any], NDArray[Any]]: ...
    def functions(self, library: str, /) -> list[str]: ...
    def hessian_vector(self, y: Any, p: Any, vector: Any, /) -> NDArray[Any]: ...
    def best_constant(self, y: Any, *, weight: Any = None, classes: int | None = None) -> Any: ...
    def skill(self, y: Any, p: Any, *, weight: Any = None) -> float | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class Formula:
    """The formulas of a loss in the notations that people and programs read."""

    @property
    def value(self) -> str: ...
    @property
    def gradient(self) -> str: ...
    @property
    def hessian(self) -> str: ...
    @property
    def latex(self) -> str: ...
    @property
    def gradient_latex(self) -> str: ...
    @property
    def hessian_latex(self) -> str: ...
    def _repr_latex_(self) -> str: ...

@final
class Figure:
    """A drawing."""

    @property
    def svg(self) -> str: ...
    @property
    def description(self) -> str: ...
    def _repr_svg_(self) -> str: ...

def names() -> list[str]: ...
def facts() -> str: ...
def why_unknown(name: str, /) -> str | None: ...
def why_unknown_parameter(loss: str, name: str, /) -> str | None: ...
def advise(
    y: Any,
    names: Sequence[str] | None,
    p: Any,
    *,
    weight: Any,
    features: Sequence[tuple[str, Any]],
    goal: str | None,
    raw: bool,
    task: str | None,
    name: str,
    prediction_name: str,
) -> str: ...
def set_threads(threads: int) -> None: ...
def get_threads() -> int: ...
def after_fork() -> None: ...
