"""A function for every loss. Written by write_losses.py from the cards of the losses: not to be edited."""

from __future__ import annotations

from typing import Any, Never

from ._call import Kept as _Kept
from ._call import refuse as _refuse
from ._core import Loss

__all__ = [
    "bce",
    "bce_logits",
    "brier",
    "cauchy",
    "cce",
    "cce_logits",
    "cosine",
    "epsilon_insensitive",
    "expectile",
    "exponential",
    "fair",
    "focal_logits",
    "gamma",
    "gamma_deviance",
    "gaussian_nll",
    "geman_mcclure",
    "hinge",
    "huber",
    "kl_div",
    "kl_logits",
    "log_cosh",
    "mae",
    "mape",
    "modified_huber",
    "mse",
    "msle",
    "multiclass_hinge",
    "multilabel_bce",
    "multilabel_bce_logits",
    "negative_binomial",
    "nll",
    "perceptron",
    "poisson",
    "poisson_deviance",
    "pseudo_huber",
    "quantile",
    "rps",
    "sigmoid_margin",
    "smape",
    "smooth_l1",
    "smoothed_hinge",
    "squared_epsilon_insensitive",
    "squared_hinge",
    "squared_margin",
    "student_t",
    "tukey",
    "tweedie",
    "tweedie_deviance",
    "welsch",
    "zero_one",
]


_MSE = Loss("mse")


def mse(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Mean squared error.

    The square of the distance between prediction and target.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the squared unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        (z − y)²

    Also known as squared_error, mean_squared_error, l2.

    When: The default for quantities: when large errors hurt more than in proportion, and the mean is wanted.

    When not: Targets with outliers or gross errors: a single one can outweigh all other rows. Use mae or huber.

    References
    ----------
    * A. M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes (1805), appendix
    * T. Gneiting, Making and evaluating point forecasts, JASA 106 (2011): consistent for the mean

    Examples
    --------
    >>> import dartboard as db

    A house sold for 300 thousand, predicted at 280 thousand.

    >>> db.mse([300.0], [280.0])
    400.0

    The same house predicted at 100 thousand: ten times the error, a hundred times the loss.

    >>> db.mse([300.0], [100.0])
    40000.0
    """
    if unknown:
        _refuse("mse", unknown)
    return _MSE._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_MAE = Loss("mae")


def mae(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Mean absolute error.

    The distance between prediction and target.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        |z − y|

    Also known as absolute_error, mean_absolute_error, l1.

    When: Outliers are noise, every unit of error costs the same, or the median is wanted.

    When not: The mean or a total is wanted, or the optimiser needs curvature: its Hessian is 0 wherever it
    exists.

    References
    ----------
    * P.-S. Laplace, Mémoire sur la probabilité des causes par les évènements (1774)
    * T. Gneiting, Making and evaluating point forecasts, JASA 106 (2011): consistent for the median

    Examples
    --------
    >>> import dartboard as db

    A house sold for 300 thousand, predicted at 280 thousand.

    >>> db.mae([300.0], [280.0])
    20.0

    The same house predicted at 100 thousand: ten times the error, ten times the loss.

    >>> db.mae([300.0], [100.0])
    200.0
    """
    if unknown:
        _refuse("mae", unknown)
    return _MAE._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_HUBER = _Kept("huber")


def huber(
    y: Any,
    p: Any,
    *,
    delta: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Huber's loss.

    Half the squared error up to delta, delta times the distance (less a constant) beyond.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    delta : float, default 1.0
        The error beyond which the loss grows linearly, in the unit of the target; 1.345 standard deviations of
        the noise keep 95 % of the efficiency of the mean. Must be finite and above 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the squared unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        ½(z − y)²  if |z − y| ≤ δ,  δ(|z − y| − ½δ)  otherwise

    Also known as huber_loss.

    When: Mostly well-behaved errors with some outliers: the mean's efficiency without its sensitivity.

    When not: Without a thought for delta: the default 1 is one unit of the target, whatever that is.

    References
    ----------
    * P. J. Huber, Robust estimation of a location parameter, Ann. Math. Stat. 35 (1964)

    Examples
    --------
    >>> import dartboard as db

    An error of 20 thousand within delta = 50 thousand: half its square.

    >>> db.huber([300.0], [280.0], delta=50.0)
    200.0

    An error of 200 thousand beyond it: 50 · (200 − 25).

    >>> db.huber([300.0], [100.0], delta=50.0)
    8750.0
    """
    if unknown:
        _refuse("huber", unknown)
    try:
        loss = _HUBER[delta]
    except TypeError:
        loss = Loss.with_parameters("huber", (delta,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_SMOOTH_L1 = _Kept("smooth_l1")


def smooth_l1(
    y: Any,
    p: Any,
    *,
    beta: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Smooth absolute error.

    The squared error over 2·beta up to beta, the distance less beta/2 beyond: huber divided by beta.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    beta : float, default 1.0
        The error below which the loss is quadratic, in the unit of the target. Must be finite and above 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        (½(z − y)²)/β  if |z − y| < β,  |z − y| − ½β  otherwise

    Also known as smooth_l1_loss, smooth_mae.

    When: Absolute error is wanted, with a gradient that fades near zero: the boxes of object detectors.

    When not: Comparing values across different beta: the scale near zero changes with it. Use huber.

    References
    ----------
    * R. Girshick, Fast R-CNN, ICCV (2015)

    Examples
    --------
    >>> import dartboard as db

    An error of 0.5 within beta = 1: half its square.

    >>> db.smooth_l1([3.0], [2.5])
    0.125

    An error of 4 beyond it: the distance less one half.

    >>> db.smooth_l1([5.0], [9.0])
    3.5
    """
    if unknown:
        _refuse("smooth_l1", unknown)
    try:
        loss = _SMOOTH_L1[beta]
    except TypeError:
        loss = Loss.with_parameters("smooth_l1", (beta,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_PSEUDO_HUBER = _Kept("pseudo_huber")


def pseudo_huber(
    y: Any,
    p: Any,
    *,
    delta: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Pseudo-Huber loss.

    Like half the squared error for small errors and delta times the distance for large ones, smooth between.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    delta : float, default 1.0
        The error around which the loss turns from quadratic to linear, in the unit of the target. Must be
        finite and above 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the squared unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        δ(√((z − y)² + δ²) − δ)

    Also known as charbonnier, reg:pseudohubererror, mphe.

    When: As huber, where a second derivative is needed everywhere: boosting, Newton's method.

    When not: Far outliers with a method that divides by the curvature: it falls like the cube of the error.

    References
    ----------
    * P. Charbonnier and others, Deterministic edge-preserving regularization in computed imaging, IEEE TIP 6
      (1997)

    Examples
    --------
    >>> import dartboard as db

    An error of 0: nothing.

    >>> db.pseudo_huber([3.0], [3.0])
    0.0

    An error of 1 with delta = 1: √2 − 1.

    >>> db.pseudo_huber([3.0], [4.0])
    0.4142135623730951
    """
    if unknown:
        _refuse("pseudo_huber", unknown)
    try:
        loss = _PSEUDO_HUBER[delta]
    except TypeError:
        loss = Loss.with_parameters("pseudo_huber", (delta,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_LOG_COSH = Loss("log_cosh")


def log_cosh(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Log-cosh.

    The logarithm of the hyperbolic cosine of the error: squared error near zero, absolute error far out.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, on a scale of its own; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        ln(cosh(z − y))

    Also known as logcosh.

    When: A smooth robust loss without a parameter, on targets scaled to errors of about 1.

    When not: Targets in large units: errors are then all far out, and it is absolute error less ln 2.

    References
    ----------
    * P. Green, Bayesian reconstructions from emission tomography data, IEEE TMI 9 (1990)

    Examples
    --------
    >>> import dartboard as db

    An error of 1.

    >>> db.log_cosh([3.0], [4.0])
    0.4337808304830272

    An error of 100: the distance less ln 2.

    >>> db.log_cosh([0.0], [100.0])
    99.30685281944005
    """
    if unknown:
        _refuse("log_cosh", unknown)
    return _LOG_COSH._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_QUANTILE = _Kept("quantile")


def quantile(
    y: Any,
    p: Any,
    *,
    tau: float = 0.5,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Quantile (pinball) loss.

    Tau times the distance where the prediction is too low, 1 − tau times where it is too high.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    tau : float, default 0.5
        The level of the quantile: the share of targets that should lie below the prediction. Must be in (0, 1).
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        max(0, −τ(z − y)) + max(0, (1 − τ) (z − y))

    Also known as pinball, pinball_loss, quantile_loss, tick.

    When: The prediction is a quantile, or too low and too high cost differently: tau = under / (under + over).

    When not: Comparing forecasts of different levels: each level is a scale of its own.

    References
    ----------
    * R. Koenker, G. Bassett, Regression quantiles, Econometrica 46 (1978)

    Examples
    --------
    >>> import dartboard as db

    The 90 % quantile of tomorrow's sales, predicted 10 too low: dear.

    >>> db.quantile([100.0], [90.0], tau=0.9)
    9.0

    Predicted 10 too high: cheap.

    >>> db.quantile([100.0], [110.0], tau=0.9)
    0.9999999999999998
    """
    if unknown:
        _refuse("quantile", unknown)
    try:
        loss = _QUANTILE[tau]
    except TypeError:
        loss = Loss.with_parameters("quantile", (tau,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_EXPECTILE = _Kept("expectile")


def expectile(
    y: Any,
    p: Any,
    *,
    tau: float = 0.5,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Expectile loss.

    Tau times the squared error where the prediction is too low, 1 − tau times where it is too high.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    tau : float, default 0.5
        The level: above one half, too low costs more than too high. Must be in (0, 1).
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the squared unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        τ(z − y)²  if z − y < 0,  (z − y)²(1 − τ)  otherwise

    Also known as expectile_loss, asymmetric_squared_error, reg:expectileerror.

    When: Risk with attention to the size of the tail: expectiles above one half are coherent risk measures.

    When not: A level with a meaning in shares of rows is wanted: that is a quantile.

    References
    ----------
    * W. Newey, J. Powell, Asymmetric least squares estimation and testing, Econometrica 55 (1987)

    Examples
    --------
    >>> import dartboard as db

    Predicted 10 too low at tau = 0.75.

    >>> db.expectile([100.0], [90.0], tau=0.75)
    75.0

    Predicted 10 too high.

    >>> db.expectile([100.0], [110.0], tau=0.75)
    25.0
    """
    if unknown:
        _refuse("expectile", unknown)
    try:
        loss = _EXPECTILE[tau]
    except TypeError:
        loss = Loss.with_parameters("expectile", (tau,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_MSLE = Loss("msle")


def msle(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Mean squared logarithmic error.

    The square of the difference of ln(1 + prediction) and ln(1 + target).

    Parameters
    ----------
    y : array
        The target, finite and above -1.
    p : array
        The predicted quantity: finite and above -1.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        ln((1 + z)/(1 + y))²

    Also known as squared_log_error, mean_squared_log_error, mean_squared_logarithmic_error, reg:squaredlogerror.

    When: Counts and amounts over orders of magnitude, where a factor matters and not a difference.

    When not: The mean is wanted: it estimates the geometric mean of 1 + y, which is smaller. Not convex far
    above.

    References
    ----------
    * Elementary: squared error of ln(1 + y)

    Examples
    --------
    >>> import dartboard as db

    19 predicted for 9: a factor of 2 in 1 + y.

    >>> db.msle([9.0], [19.0])
    0.4804530139182014

    1999 predicted for 999: the same factor.

    >>> db.msle([999.0], [1999.0])
    0.4804530139182014
    """
    if unknown:
        _refuse("msle", unknown)
    return _MSLE._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_MAPE = Loss("mape")


def mape(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Mean absolute percentage error (as a share).

    The distance between prediction and target, divided by the size of the target.

    Parameters
    ----------
    y : array
        The target, finite and not 0.
    p : array
        The predicted quantity: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        |z − y|/|y|

    Also known as mean_absolute_percentage_error, absolute_percentage_error.

    When: A report must be in percent and all targets are well away from 0.

    When not: Targets near 0, which dominate it, and training: it favours predictions that are too low. Use mae or
    msle.

    References
    ----------
    * T. Gneiting, Making and evaluating point forecasts, JASA 106 (2011)

    Examples
    --------
    >>> import dartboard as db

    150 for 100: half too high.

    >>> db.mape([100.0], [150.0])
    0.5

    50 for 100: half too low costs the same.

    >>> db.mape([100.0], [50.0])
    0.5
    """
    if unknown:
        _refuse("mape", unknown)
    return _MAPE._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_SMAPE = Loss("smape")


def smape(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Symmetric mean absolute percentage error (as a share).

    The distance between prediction and target, divided by the mean of their sizes: from 0 to 2.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        (2 |z − y|)/(|z| + |y|)

    Also known as symmetric_mean_absolute_percentage_error.

    When: A contest or an old report asks for it.

    When not: Training, or a choice between models: no simple property of the target minimises it, and a target of
    0 costs 2 whatever is predicted.

    References
    ----------
    * R. Hyndman, A. Koehler, Another look at measures of forecast accuracy, Int. J. Forecasting 22 (2006)

    Examples
    --------
    >>> import dartboard as db

    150 for 100.

    >>> db.smape([100.0], [150.0])
    0.4

    50 for 100: too low costs more.

    >>> db.smape([100.0], [50.0])
    0.6666666666666666
    """
    if unknown:
        _refuse("smape", unknown)
    return _SMAPE._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_FAIR = _Kept("fair")


def fair(
    y: Any,
    p: Any,
    *,
    c: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Fair's loss.

    Half the squared error for small errors, bending slowly towards c times the distance.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    c : float, default 1.0
        The scale of the bend, in the unit of the target; 1.3998 standard deviations of the noise keep 95 % of
        the efficiency of the mean. Must be finite and above 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the squared unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        c(|z − y| − c ln(1 + |z − y|/c))

    Also known as fair_loss.

    When: A robust convex loss with a positive Hessian everywhere: boosting on errors with outliers.

    When not: Gross errors that should be ignored: its slope never falls. Use tukey.

    References
    ----------
    * R. C. Fair, On the robust estimation of econometric models, Ann. Econ. Soc. Meas. 3 (1974)

    Examples
    --------
    >>> import dartboard as db

    An error of 1 with c = 1: 1 − ln 2.

    >>> db.fair([0.0], [1.0])
    0.30685281944005466

    An error of 100.

    >>> db.fair([0.0], [100.0])
    95.38487948315874
    """
    if unknown:
        _refuse("fair", unknown)
    try:
        loss = _FAIR[c]
    except TypeError:
        loss = Loss.with_parameters("fair", (c,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_CAUCHY = _Kept("cauchy")


def cauchy(
    y: Any,
    p: Any,
    *,
    c: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Cauchy loss.

    Half the squared error for small errors, growing like a logarithm for large ones.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    c : float, default 1.0
        The error at which the pull is strongest, in the unit of the target; 2.3849 standard deviations of the
        noise keep 95 % of the efficiency of the mean. Must be finite and above 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the squared unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        ½c² ln(1 + (z − y)²/c²)

    Also known as cauchy_loss, lorentzian.

    When: Gross errors among good rows: registration, tracking, calibration of instruments.

    When not: No good starting point, or several groups in the data: it has a valley for each.

    References
    ----------
    * M. Black, P. Anandan, The robust estimation of multiple motions, CVIU 63 (1996)

    Examples
    --------
    >>> import dartboard as db

    An error of 1 with c = 1.

    >>> db.cauchy([0.0], [1.0])
    0.34657359027997264

    An error of 1000.

    >>> db.cauchy([0.0], [1000.0])
    6.907755778981887
    """
    if unknown:
        _refuse("cauchy", unknown)
    try:
        loss = _CAUCHY[c]
    except TypeError:
        loss = Loss.with_parameters("cauchy", (c,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_WELSCH = _Kept("welsch")


def welsch(
    y: Any,
    p: Any,
    *,
    c: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Welsch loss.

    Half the squared error for small errors, a constant for large ones, with a Gaussian between.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    c : float, default 1.0
        The scale beyond which rows are ignored, in the unit of the target; 2.9846 standard deviations of the
        noise keep 95 % of the efficiency of the mean. Must be finite and above 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the squared unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        ½c²(1 − exp(−(z − y)²/c²))

    Also known as welsch_loss, leclerc, correntropy.

    When: Rows with gross errors should not count at all, and the good ones are the majority.

    When not: No good starting point: far from the targets it is flat.

    References
    ----------
    * J. Dennis, R. Welsch, Techniques for nonlinear least squares and robust regression (1978)

    Examples
    --------
    >>> import dartboard as db

    An error of 1 with c = 1.

    >>> db.welsch([0.0], [1.0])
    0.31606027941427883

    An error of 1000 costs no more than one of 10.

    >>> db.welsch([0.0], [1000.0])
    0.5
    """
    if unknown:
        _refuse("welsch", unknown)
    try:
        loss = _WELSCH[c]
    except TypeError:
        loss = Loss.with_parameters("welsch", (c,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_GEMAN_MCCLURE = _Kept("geman_mcclure")


def geman_mcclure(
    y: Any,
    p: Any,
    *,
    c: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Geman–McClure loss.

    Half the squared error divided by one plus the squared ratio of error to c: at most half of c squared.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    c : float, default 1.0
        The scale beyond which rows are ignored, in the unit of the target. Must be finite and above 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the squared unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        (½c²)/(1 + c²/(z − y)²)

    Also known as geman_mcclure_loss.

    When: Rows with gross errors should hardly count: registration, reconstruction.

    When not: No good starting point: far from the targets it is flat.

    References
    ----------
    * S. Geman, D. McClure, Bayesian image analysis (1985)

    Examples
    --------
    >>> import dartboard as db

    An error of 1 with c = 1.

    >>> db.geman_mcclure([0.0], [1.0])
    0.25

    An error of 1000 costs no more than one of 10.

    >>> db.geman_mcclure([0.0], [1000.0])
    0.49999950000050003
    """
    if unknown:
        _refuse("geman_mcclure", unknown)
    try:
        loss = _GEMAN_MCCLURE[c]
    except TypeError:
        loss = Loss.with_parameters("geman_mcclure", (c,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_TUKEY = _Kept("tukey")


def tukey(
    y: Any,
    p: Any,
    *,
    c: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Tukey's biweight.

    Half the squared error for small errors, rising to c squared over six at c and constant beyond.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    c : float, default 1.0
        The error from which on rows are ignored, in the unit of the target; 4.6851 standard deviations of the
        noise keep 95 % of the efficiency of the mean. Must be finite and above 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the squared unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        ⅙(z − y)²((((z − y)²/c² − 3) (z − y)²)/c² + 3)  if |z − y| ≤ c,  ⅙c²  otherwise

    Also known as tukey_loss, biweight, bisquare.

    When: Gross errors are known to be there and must have no influence at all.

    When not: No good starting point: start from huber. Beyond c there is no gradient.

    References
    ----------
    * A. Beaton, J. Tukey, The fitting of power series, Technometrics 16 (1974)

    Examples
    --------
    >>> import dartboard as db

    An error of 1 at c = 1: the ceiling, a sixth.

    >>> db.tukey([0.0], [1.0])
    0.16666666666666666

    An error of 1000 costs the same.

    >>> db.tukey([0.0], [1000.0])
    0.16666666666666666
    """
    if unknown:
        _refuse("tukey", unknown)
    try:
        loss = _TUKEY[c]
    except TypeError:
        loss = Loss.with_parameters("tukey", (c,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_STUDENT_T = _Kept("student_t")


def student_t(
    y: Any,
    p: Any,
    *,
    nu: float = 4.0,
    sigma: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Student's t loss.

    The likelihood of errors with Student's t distribution, up to a constant: logarithmic for large errors.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    nu : float, default 4.0
        The degrees of freedom: the fewer, the heavier the tails. Must be finite and above 0.
    sigma : float, default 1.0
        The scale of the errors, in the unit of the target. Must be finite and above 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        ½(ν + 1) ln(1 + (z − y)²/(σ² ν))

    Also known as student_t_nll, t_loss.

    When: Heavy-tailed errors of known shape, and a likelihood is wanted.

    When not: Errors without outliers, or several groups in the data: it has a valley for each.

    References
    ----------
    * K. Lange, R. Little, J. Taylor, Robust statistical modeling using the t distribution, JASA 84 (1989)

    Examples
    --------
    >>> import dartboard as db

    An error of 2 with 4 degrees of freedom.

    >>> db.student_t([0.0], [2.0])
    1.7328679513998633

    An error of 200.

    >>> db.student_t([0.0], [200.0])
    23.02610091744129
    """
    if unknown:
        _refuse("student_t", unknown)
    try:
        loss = _STUDENT_T[nu, sigma]
    except TypeError:
        loss = Loss.with_parameters("student_t", (nu, sigma,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_EPSILON_INSENSITIVE = _Kept("epsilon_insensitive")


def epsilon_insensitive(
    y: Any,
    p: Any,
    *,
    epsilon: float = 0.1,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Epsilon-insensitive loss.

    The distance between prediction and target less epsilon, and nothing within epsilon.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    epsilon : float, default 0.1
        The tolerance, in the unit of the target; 0 is mae. Must be finite and at least 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        max(0, |z − y| − ε)

    Also known as eps_insensitive, svr, l1_epsilon_insensitive.

    When: Errors within a tolerance do not matter: support vector regression, quantised instruments.

    When not: All errors matter: use mae. The best constant is seldom unique.

    References
    ----------
    * V. Vapnik, The Nature of Statistical Learning Theory (1995), chapter 6

    Examples
    --------
    >>> import dartboard as db

    An error of 4 with a tolerance of 1.

    >>> db.epsilon_insensitive([0.0], [4.0], epsilon=1.0)
    3.0

    An error of 0.5 within it.

    >>> db.epsilon_insensitive([0.0], [0.5], epsilon=1.0)
    0.0
    """
    if unknown:
        _refuse("epsilon_insensitive", unknown)
    try:
        loss = _EPSILON_INSENSITIVE[epsilon]
    except TypeError:
        loss = Loss.with_parameters("epsilon_insensitive", (epsilon,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_SQUARED_EPSILON_INSENSITIVE = _Kept("squared_epsilon_insensitive")


def squared_epsilon_insensitive(
    y: Any,
    p: Any,
    *,
    epsilon: float = 0.1,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Squared epsilon-insensitive loss.

    The square of the distance between prediction and target beyond epsilon, and nothing within epsilon.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        The predicted quantity: finite.
    epsilon : float, default 0.1
        The tolerance, in the unit of the target; 0 is mse. Must be finite and at least 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in the squared unit of the target; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        max(0, |z − y| − ε)²

    Also known as squared_eps_insensitive, l2_epsilon_insensitive.

    When: Errors within a tolerance do not matter, and a continuous gradient is needed.

    When not: Targets with outliers: beyond the tolerance it is squared error.

    References
    ----------
    * V. Vapnik, The Nature of Statistical Learning Theory (1995), chapter 6

    Examples
    --------
    >>> import dartboard as db

    An error of 4 with a tolerance of 1.

    >>> db.squared_epsilon_insensitive([0.0], [4.0], epsilon=1.0)
    9.0

    An error of 0.5 within it.

    >>> db.squared_epsilon_insensitive([0.0], [0.5], epsilon=1.0)
    0.0
    """
    if unknown:
        _refuse("squared_epsilon_insensitive", unknown)
    try:
        loss = _SQUARED_EPSILON_INSENSITIVE[epsilon]
    except TypeError:
        loss = Loss.with_parameters("squared_epsilon_insensitive", (epsilon,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_POISSON = Loss("poisson")


def poisson(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Poisson loss (log-mean).

    The predicted mean less the target times the logarithm of that mean: Poisson likelihood up to a constant.

    Parameters
    ----------
    y : array
        The target, finite and at least 0.
    p : array
        The logarithm of the predicted mean: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        exp(z) − y z

    Also known as poisson_nll, poisson_nll_loss, poisson_loss, count:poisson.

    When: Training on counts and rates: the mean is e to the prediction, always positive.

    When not: Counts that vary more than their mean: negative_binomial. Scoring predicted means: poisson_deviance.

    References
    ----------
    * P. McCullagh, J. Nelder, Generalized Linear Models (1989), chapter 6

    Examples
    --------
    >>> import dartboard as db

    No event where one was expected: log-mean 0 is mean 1.

    >>> db.poisson([0.0], [0.0])
    1.0

    3 events at log-mean 1.

    >>> db.poisson([3.0], [1.0])
    -0.28171817154095474
    """
    if unknown:
        _refuse("poisson", unknown)
    return _POISSON._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_POISSON_DEVIANCE = Loss("poisson_deviance")


def poisson_deviance(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Poisson deviance.

    Twice the log-likelihood that the predicted mean of a count loses against the count itself.

    Parameters
    ----------
    y : array
        The target, finite and at least 0.
    p : array
        The predicted mean: finite and at least 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        2(y ln(y/μ) − y + μ)

    Also known as mean_poisson_deviance, half_poisson_deviance.

    When: Scoring predicted means of counts and rates.

    When not: The predictions are log-means: use poisson. Large amounts with relative errors: gamma_deviance.

    References
    ----------
    * P. McCullagh, J. Nelder, Generalized Linear Models (1989), chapter 6

    Examples
    --------
    >>> import dartboard as db

    2 expected, none happened.

    >>> db.poisson_deviance([0.0], [2.0])
    4.0

    2 expected, 5 happened.

    >>> db.poisson_deviance([5.0], [2.0])
    3.1629073187415506
    """
    if unknown:
        _refuse("poisson_deviance", unknown)
    return _POISSON_DEVIANCE._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_GAMMA = Loss("gamma")


def gamma(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Gamma loss (log-mean).

    The log-mean plus target over mean: the likelihood of a gamma-distributed amount up to a constant.

    Parameters
    ----------
    y : array
        The target, finite and above 0.
    p : array
        The logarithm of the predicted mean: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        y exp(−z) + z

    Also known as gamma_nll, reg:gamma.

    When: Training on positive amounts whose spread grows with their mean: claims, durations, prices.

    When not: Amounts that can be 0: tweedie. Scoring predicted means: gamma_deviance.

    References
    ----------
    * P. McCullagh, J. Nelder, Generalized Linear Models (1989), chapter 8

    Examples
    --------
    >>> import dartboard as db

    An amount of 2 at log-mean 0, mean 1.

    >>> db.gamma([2.0], [0.0])
    2.0

    The same at the right log-mean, ln 2.

    >>> db.gamma([2.0], [0.6931471805599453])
    1.6931471805599454
    """
    if unknown:
        _refuse("gamma", unknown)
    return _GAMMA._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_GAMMA_DEVIANCE = Loss("gamma_deviance")


def gamma_deviance(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Gamma deviance.

    Twice the log-likelihood that the predicted mean of a positive amount loses against the amount itself.

    Parameters
    ----------
    y : array
        The target, finite and above 0.
    p : array
        The predicted mean: finite and above 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        2(ln(μ/y) + y/μ − 1)

    Also known as mean_gamma_deviance, itakura_saito.

    When: Scoring predicted means of positive amounts when relative errors matter: claims, durations, prices.

    When not: Amounts that can be 0: tweedie_deviance. Predictions of 0 are not allowed.

    References
    ----------
    * P. McCullagh, J. Nelder, Generalized Linear Models (1989), chapter 8
    * F. Itakura, S. Saito, Analysis synthesis telephony based on the maximum likelihood method (1968)

    Examples
    --------
    >>> import dartboard as db

    2 predicted where 1 came: a factor of two too high.

    >>> db.gamma_deviance([1.0], [2.0])
    0.38629436111989063

    A factor of two too low costs more.

    >>> db.gamma_deviance([2.0], [1.0])
    0.6137056388801093
    """
    if unknown:
        _refuse("gamma_deviance", unknown)
    return _GAMMA_DEVIANCE._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_TWEEDIE = _Kept("tweedie")


def tweedie(
    y: Any,
    p: Any,
    *,
    power: float = 1.5,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Tweedie loss (log-mean).

    The likelihood of an amount that is a sum of a random number of gamma amounts, up to a constant.

    Parameters
    ----------
    y : array
        The target, finite and at least 0.
    p : array
        The logarithm of the predicted mean: finite.
    power : float, default 1.5
        The variance grows like the mean to this power: near 1 like counts, near 2 like amounts. Must be in (1,
        2).
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, on a scale of its own; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        (y exp(z(1 − power)))/(power − 1) + exp(z(2 − power))/(2 − power)

    Also known as tweedie_nll, reg:tweedie.

    When: Training on totals with many zeros: insurance claims, rainfall, sales of slow articles.

    When not: No zeros: gamma. Whole counts: poisson. Comparing different powers: each is a scale of its own.

    References
    ----------
    * B. Jørgensen, The Theory of Dispersion Models (1997), chapter 4

    Examples
    --------
    >>> import dartboard as db

    Nothing happened at mean 1.

    >>> db.tweedie([0.0], [0.0])
    2.0

    An amount of 3 at mean 1.

    >>> db.tweedie([3.0], [0.0])
    8.0
    """
    if unknown:
        _refuse("tweedie", unknown)
    try:
        loss = _TWEEDIE[power]
    except TypeError:
        loss = Loss.with_parameters("tweedie", (power,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_TWEEDIE_DEVIANCE = _Kept("tweedie_deviance")


def tweedie_deviance(
    y: Any,
    p: Any,
    *,
    power: float = 1.5,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Tweedie deviance.

    Twice the log-likelihood that the predicted mean loses against the target, for a variance of mean^power.

    Parameters
    ----------
    y : array
        The target, finite and at least 0.
    p : array
        The predicted mean: finite and above 0.
    power : float, default 1.5
        The variance grows like the mean to this power: 1 Poisson, 2 gamma (of both the limit of the formula), 3
        inverse Gaussian; a target of 0 loses infinitely from 2 on. Must be in [1, 3].
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, on a scale of its own; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        2(y^(2 − power)/((1 − power) (2 − power)) − (y μ^(1 − power))/(1 − power) + μ^(2 − power)/(2 − power))

    Also known as mean_tweedie_deviance.

    When: Scoring predicted means of totals with many zeros: insurance claims, rainfall.

    When not: Comparing different powers: each is a scale of its own.

    References
    ----------
    * B. Jørgensen, The Theory of Dispersion Models (1997), chapter 4

    Examples
    --------
    >>> import dartboard as db

    Nothing happened where a mean of 4 was predicted.

    >>> db.tweedie_deviance([0.0], [4.0])
    8.0

    9 came where 4 was predicted.

    >>> db.tweedie_deviance([9.0], [4.0])
    1.9999999999999998
    """
    if unknown:
        _refuse("tweedie_deviance", unknown)
    try:
        loss = _TWEEDIE_DEVIANCE[power]
    except TypeError:
        loss = Loss.with_parameters("tweedie_deviance", (power,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_NEGATIVE_BINOMIAL = _Kept("negative_binomial")


def negative_binomial(
    y: Any,
    p: Any,
    *,
    alpha: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Negative binomial loss (log-mean).

    The likelihood of a count whose variance exceeds its mean by alpha times the mean squared, up to a constant.

    Parameters
    ----------
    y : array
        The target, finite and at least 0.
    p : array
        The logarithm of the predicted mean: finite.
    alpha : float, default 1.0
        The overdispersion: the variance is mean + alpha · mean². Must be finite and above 0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        y ln(1 + exp(−z)/α) + ln(1 + α exp(z))/α

    Also known as neg_binomial, negative_binomial_nll, nb2.

    When: Counts that vary more than their mean: visits, claims, word counts, reads of genes.

    When not: The variance is about the mean: poisson.

    References
    ----------
    * J. Hilbe, Negative Binomial Regression (2011), NB2

    Examples
    --------
    >>> import dartboard as db

    3 events at mean 1.

    >>> db.negative_binomial([3.0], [0.0])
    2.772588722239781

    None at mean 1.

    >>> db.negative_binomial([0.0], [0.0])
    0.6931471805599453
    """
    if unknown:
        _refuse("negative_binomial", unknown)
    try:
        loss = _NEGATIVE_BINOMIAL[alpha]
    except TypeError:
        loss = Loss.with_parameters("negative_binomial", (alpha,))
    return loss._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_BCE = Loss("bce")


def bce(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Binary cross-entropy (probabilities).

    Minus the logarithm of the probability that was given to what happened.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted probability: in [0, 1].
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        −y ln(p) − (1 − y) ln(1 − p)

    Also known as binary_cross_entropy, binary_crossentropy, log_loss, logloss, binary_logloss.

    When: Scoring probabilities of an event: spam or not, fraud or not. It rewards honest probabilities only.

    When not: Logits are at hand: bce_logits is more accurate and never meets a probability rounded to 0 or 1.

    References
    ----------
    * I. J. Good, Rational decisions, J. R. Stat. Soc. B 14 (1952)
    * T. Gneiting, A. E. Raftery, Strictly proper scoring rules, JASA 102 (2007)

    Examples
    --------
    >>> import dartboard as db

    A spam mail that the model calls spam with 20 %.

    >>> db.bce([1.0], [0.2])
    1.6094379124341003

    The same mail called spam with 95 %.

    >>> db.bce([1.0], [0.95])
    0.05129329438755058
    """
    if unknown:
        _refuse("bce", unknown)
    return _BCE._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_BCE_LOGITS = Loss("bce_logits")


def bce_logits(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Binary cross-entropy (logits).

    Minus the logarithm of the probability that the logit's sigmoid gives to what happened.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted logit: a number, −∞ or +∞.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        y softplus(−z) + (1 − y) softplus(z)

    Also known as bce_with_logits, binary_cross_entropy_with_logits, sigmoid_binary_cross_entropy, logistic,
    binary:logistic.

    When: The default for two classes, in training and in scoring whenever the raw scores were kept.

    When not: The scores are probabilities already: use bce.

    References
    ----------
    * D. R. Cox, The regression analysis of binary sequences, J. R. Stat. Soc. B 20 (1958)

    Examples
    --------
    >>> import dartboard as db

    A spam mail with logit 3: called spam with 95 %.

    >>> db.bce_logits([1.0], [3.0])
    0.04858735157374206

    The same mail with logit −3.

    >>> db.bce_logits([1.0], [-3.0])
    3.048587351573742

    Very sure and right: 4.2 · 10⁻¹⁸, where a rounded probability gives 0.

    >>> db.bce_logits([1.0], [40.0])
    4.248354255291589e-18
    """
    if unknown:
        _refuse("bce_logits", unknown)
    return _BCE_LOGITS._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_BRIER = Loss("brier")


def brier(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Brier score.

    The square of the distance between the predicted probability and what happened, from 0 to 1.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted probability: in [0, 1].
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        (p − y)²

    Also known as brier_score, brier_score_loss, quadratic_score.

    When: Scoring probabilities where a single sure and wrong one must not decide everything; it splits neatly
    into calibration and resolution.

    When not: Rare events, where all probabilities are small: differences that matter hardly show. Use bce.

    References
    ----------
    * G. Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78 (1950)

    Examples
    --------
    >>> import dartboard as db

    Rain forecast with 80 %, and it rained.

    >>> db.brier([1.0], [0.8])
    0.03999999999999998

    The same forecast, and it stayed dry.

    >>> db.brier([0.0], [0.8])
    0.6400000000000001
    """
    if unknown:
        _refuse("brier", unknown)
    return _BRIER._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_FOCAL_LOGITS = _Kept("focal_logits")


def focal_logits(
    y: Any,
    p: Any,
    *,
    gamma: float = 2.0,
    alpha: float = 0.25,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Focal loss (logits).

    Binary cross-entropy, less by the power gamma of the probability given to the wrong answer.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted logit: a number, −∞ or +∞.
    gamma : float, default 2.0
        How much rows that are right are discounted; 0 is cross-entropy. Must be in [0, 8].
    alpha : float, default 0.25
        The weight of events; non-events weigh 1 − alpha. Must be in (0, 1).
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        y α σ(−z)^γ softplus(−z) + (1 − y) (1 − α) σ(z)^γ softplus(z)

    Also known as focal, focal_loss, sigmoid_focal_loss, binary_focal_crossentropy.

    When: Training a detector of rare events, when the many easy non-events drown the rest.

    When not: Scoring, or whenever the probabilities are used as such: it is not proper.

    References
    ----------
    * T.-Y. Lin and others, Focal loss for dense object detection, ICCV (2017)

    Examples
    --------
    >>> import dartboard as db

    An event at logit 2, probability 0.88: hardly counts.

    >>> db.focal_logits([1.0], [2.0])
    0.00045089070881009386

    An event at logit −2: counts.

    >>> db.focal_logits([1.0], [-2.0])
    0.4125195448553523
    """
    if unknown:
        _refuse("focal_logits", unknown)
    try:
        loss = _FOCAL_LOGITS[gamma, alpha]
    except TypeError:
        loss = Loss.with_parameters("focal_logits", (gamma, alpha,))
    return loss._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_HINGE = Loss("hinge")


def hinge(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Hinge loss.

    One less the margin, and nothing from a margin of 1 on; the margin is the score with the sign of the truth.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted score, whose sign says yes or no: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        y max(0, 1 − z) + (1 − y) max(0, z + 1)

    Also known as hinge_loss, binary:hinge, l1_hinge.

    When: Support vector machines: a boundary that depends on the hard rows only.

    When not: Probabilities are wanted: it knows only the more likely side. Use bce_logits.

    References
    ----------
    * C. Cortes, V. Vapnik, Support-vector networks, Machine Learning 20 (1995)

    Examples
    --------
    >>> import dartboard as db

    An event with score 0.3: right, but not by enough.

    >>> db.hinge([1.0], [0.3])
    0.7

    A non-event with score 2: wrong.

    >>> db.hinge([0.0], [2.0])
    3.0
    """
    if unknown:
        _refuse("hinge", unknown)
    return _HINGE._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_SQUARED_HINGE = Loss("squared_hinge")


def squared_hinge(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Squared hinge loss.

    The square of one less the margin, and nothing from a margin of 1 on.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted score, whose sign says yes or no: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        y max(0, 1 − z)² + (1 − y) max(0, z + 1)²

    Also known as squared_hinge_loss, l2_hinge.

    When: Linear support vector machines with a smooth objective.

    When not: Mislabelled rows: far on the wrong side they cost quadratically.

    References
    ----------
    * K. Crammer, Y. Singer, On the algorithmic implementation of multiclass kernel-based vector machines, JMLR 2
      (2001)

    Examples
    --------
    >>> import dartboard as db

    An event with score 0.3.

    >>> db.squared_hinge([1.0], [0.3])
    0.48999999999999994

    A non-event with score 2: wrong.

    >>> db.squared_hinge([0.0], [2.0])
    9.0
    """
    if unknown:
        _refuse("squared_hinge", unknown)
    return _SQUARED_HINGE._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_SQUARED_MARGIN = Loss("squared_margin")


def squared_margin(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Squared margin loss.

    The square of one less the margin, on both sides of 1.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted score, whose sign says yes or no: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        y(1 − z)² + (1 − y) (z + 1)²

    Also known as squared_margin_loss, l2_margin, l2_margin_loss.

    When: Classifiers fitted by least squares: a linear one is the solution of a linear system, and p = (1 +
    score)/2.

    When not: Easy rows with large scores: a margin of 3 costs as much as a margin of −1. Use squared_hinge.

    References
    ----------
    * J. Suykens, J. Vandewalle, Least squares support vector machine classifiers, Neural Processing Letters 9
      (1999)
    * T. Zhang, Statistical behavior and consistency of classification methods based on convex risk minimization,
      Ann. Stat. 32 (2004): the best score 2p − 1

    Examples
    --------
    >>> import dartboard as db

    An event with score 0.5: right, but not by enough.

    >>> db.squared_margin([1.0], [0.5])
    0.25

    An event with score 3: right by too much.

    >>> db.squared_margin([1.0], [3.0])
    4.0

    A non-event with score 2: wrong.

    >>> db.squared_margin([0.0], [2.0])
    9.0
    """
    if unknown:
        _refuse("squared_margin", unknown)
    return _SQUARED_MARGIN._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_SMOOTHED_HINGE = _Kept("smoothed_hinge")


def smoothed_hinge(
    y: Any,
    p: Any,
    *,
    gamma: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Smoothed hinge loss.

    Nothing from a margin of 1 on, a parabola on the way down to 1 − gamma, straight with slope −1 below.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted score, whose sign says yes or no: finite.
    gamma : float, default 1.0
        The width of the rounded corner, in units of the margin; towards 0 it is hinge. Must be finite and above
        0.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        y((½ max(0, 1 − z)²)/γ  if max(0, 1 − z) ≤ γ,  max(0, 1 − z) − ½γ  otherwise) + (1 − y) ((½ max(0, z +
            1)²)/γ  if max(0, z + 1) ≤ γ,  max(0, z + 1) − ½γ  otherwise)

    Also known as smoothed_l1_hinge, quadratic_hinge.

    When: As hinge, for methods that need a continuous gradient.

    When not: Probabilities are wanted: use bce_logits or modified_huber.

    References
    ----------
    * S. Shalev-Shwartz, T. Zhang, Stochastic dual coordinate ascent methods, JMLR 14 (2013)

    Examples
    --------
    >>> import dartboard as db

    An event with score 0.5: half way down the parabola.

    >>> db.smoothed_hinge([1.0], [0.5])
    0.125

    An event with score −2.

    >>> db.smoothed_hinge([1.0], [-2.0])
    2.5
    """
    if unknown:
        _refuse("smoothed_hinge", unknown)
    try:
        loss = _SMOOTHED_HINGE[gamma]
    except TypeError:
        loss = Loss.with_parameters("smoothed_hinge", (gamma,))
    return loss._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_MODIFIED_HUBER = Loss("modified_huber")


def modified_huber(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Modified Huber loss.

    The squared hinge loss from a margin of −1 on, −4 times the margin below.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted score, whose sign says yes or no: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        y(−4z  if z < −1,  max(0, 1 − z)²  otherwise) + (1 − y) (4z  if −z < −1,  max(0, z + 1)²  otherwise)

    Also known as modified_huber_loss.

    When: Linear classifiers on noisy labels that should still give probabilities: p = (1 + score)/2.

    When not: Calibration in the tails: scores beyond ±1 all mean a probability of 0 or 1.

    References
    ----------
    * T. Zhang, Solving large scale linear prediction problems using stochastic gradient descent, ICML (2004)

    Examples
    --------
    >>> import dartboard as db

    An event with score 0: undecided.

    >>> db.modified_huber([1.0], [0.0])
    1.0

    An event with score −3: far on the wrong side.

    >>> db.modified_huber([1.0], [-3.0])
    12.0
    """
    if unknown:
        _refuse("modified_huber", unknown)
    return _MODIFIED_HUBER._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_EXPONENTIAL = Loss("exponential")


def exponential(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Exponential loss.

    E to the power of minus the margin.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted score, whose sign says yes or no: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        y exp(−z) + (1 − y) exp(z)

    Also known as exponential_loss, exp_loss, adaboost.

    When: AdaBoost and its relatives on clean labels.

    When not: Noisy labels. Use bce_logits: the same probabilities, without the exponential growth.

    References
    ----------
    * J. Friedman, T. Hastie, R. Tibshirani, Additive logistic regression, Ann. Stat. 28 (2000)

    Examples
    --------
    >>> import dartboard as db

    An event with score 0: undecided.

    >>> db.exponential([1.0], [0.0])
    1.0

    An event with score −3.

    >>> db.exponential([1.0], [-3.0])
    20.085536923187668
    """
    if unknown:
        _refuse("exponential", unknown)
    return _EXPONENTIAL._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_PERCEPTRON = Loss("perceptron")


def perceptron(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Perceptron loss.

    Minus the margin where that is positive, and nothing on the right side.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted score, whose sign says yes or no: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        y max(0, −z) + (1 − y) max(0, z)

    Also known as perceptron_loss.

    When: Rosenblatt's perceptron, and comparisons with it.

    When not: Scoring models: the score 0 for every row is never beaten. Use hinge or bce_logits.

    References
    ----------
    * F. Rosenblatt, The perceptron, Psychological Review 65 (1958)

    Examples
    --------
    >>> import dartboard as db

    An event with score 0.3: right.

    >>> db.perceptron([1.0], [0.3])
    0.0

    A non-event with score 2: wrong.

    >>> db.perceptron([0.0], [2.0])
    2.0
    """
    if unknown:
        _refuse("perceptron", unknown)
    return _PERCEPTRON._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_SIGMOID_MARGIN = Loss("sigmoid_margin")


def sigmoid_margin(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Sigmoid loss of the margin.

    One less the hyperbolic tangent of the margin: from 2 on the wrong side to 0 on the right, 1 at a score of 0.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted score, whose sign says yes or no: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        2y σ(−2z) + 2(1 − y) σ(2z)

    Also known as sigmoid_margin_loss.

    When: Classifiers on labels of which some are wrong: no row costs more than 2, and the worst hardly pull.

    When not: No good starting point: badly wrong rows have next to no gradient. Start from bce_logits; use it too
    for probabilities.

    References
    ----------
    * L. Mason, J. Baxter, P. Bartlett, M. Frean, Boosting algorithms as gradient descent, NIPS 12 (1999)
    * A. Ghosh, N. Manwani, P. Sastry, Making risk minimization tolerant to label noise, Neurocomputing 160 (2015)

    Examples
    --------
    >>> import dartboard as db

    An event with score 0: undecided.

    >>> db.sigmoid_margin([1.0], [0.0])
    1.0

    An event with score 2: right.

    >>> db.sigmoid_margin([1.0], [2.0])
    0.03597241992418311

    A non-event with score 100: as wrong as can be.

    >>> db.sigmoid_margin([0.0], [100.0])
    2.0
    """
    if unknown:
        _refuse("sigmoid_margin", unknown)
    return _SIGMOID_MARGIN._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_ZERO_ONE = Loss("zero_one")


def zero_one(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Zero-one loss.

    One where the score says the wrong thing, else zero: its mean is the share of wrong answers.

    Parameters
    ----------
    y : array
        The event: 0, 1 or, for soft labels, a number between.
    p : array
        The predicted score, whose sign says yes or no: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a share of rows; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        y  if z ≤ 0,  1 − y  otherwise

    Also known as zero_one_loss, error_rate, misclassification.

    When: The decision at threshold 0 is all that counts, and both kinds of errors cost the same.

    When not: Training, imbalance, and comparing probabilities: it sees neither confidence nor rarity.

    References
    ----------
    * Elementary: the share of errors

    Examples
    --------
    >>> import dartboard as db

    An event with score 0.3: right.

    >>> db.zero_one([1.0], [0.3])
    0.0

    A non-event with score 2: wrong.

    >>> db.zero_one([0.0], [2.0])
    1.0
    """
    if unknown:
        _refuse("zero_one", unknown)
    return _ZERO_ONE._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_CCE = Loss("cce")


def cce(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Categorical cross-entropy (probabilities).

    Minus the logarithm of the probability that was given to the true class.

    Parameters
    ----------
    y : array
        The class of each row, an index from 0; or a share of each class, a row of them per row of `p`.
    p : array
        The predicted probability of each class, a row of them per target: in [0, 1].
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        −Σⱼ yⱼ ln(pⱼ)

    Also known as categorical_cross_entropy, categorical_crossentropy, sparse_categorical_crossentropy, mlogloss,
    multi_logloss.

    When: Scoring the probabilities of several classes of which one is true: digits, sentiment, language.

    When not: Logits are at hand: cce_logits is more accurate. Several labels can be true at once: that is one bce
    per label.

    References
    ----------
    * T. Gneiting, A. E. Raftery, Strictly proper scoring rules, JASA 102 (2007)

    Examples
    --------
    >>> import dartboard as db

    A digit recognised with the probabilities 0.1130, 0.0561, 0.7552, 0.0757; class 2 is right.

    >>> db.cce([2], [[0.113, 0.0561, 0.7552, 0.0757]])
    0.2807726641508461
    """
    if unknown:
        _refuse("cce", unknown)
    return _CCE._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_CCE_LOGITS = Loss("cce_logits")


def cce_logits(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Categorical cross-entropy (logits).

    Minus the logarithm of the probability that softmax of the scores gives to the true class.

    Parameters
    ----------
    y : array
        The class of each row, an index from 0; or a share of each class, a row of them per row of `p`.
    p : array
        The predicted logit of each class, a row of them per target: finite or −∞.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        ln(Σⱼ exp(zⱼ)) − Σⱼ yⱼ zⱼ

    Also known as cross_entropy, softmax_cross_entropy, softmax_ce, multiclass, multi:softprob.

    When: The default for several classes of which one is true, in training and in scoring.

    When not: The scores are probabilities already: use cce. Several labels can be true at once: one bce_logits
    per label.

    References
    ----------
    * J. S. Bridle, Probabilistic interpretation of feedforward classification network outputs (1990)

    Examples
    --------
    >>> import dartboard as db

    A digit recognised with the logits 1.2, 0.5, 3.1, 0.8 (softmax 0.1130, 0.0561, 0.7552, 0.0757);
    class 2 is right.

    >>> db.cce_logits([2], [[1.2, 0.5, 3.1, 0.8]])
    0.2807337696783262
    """
    if unknown:
        _refuse("cce_logits", unknown)
    return _CCE_LOGITS._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_NLL = Loss("nll")


def nll(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Negative log-likelihood (log-probabilities).

    Minus the log-probability that was given to the true class.

    Parameters
    ----------
    y : array
        The class of each row, an index from 0; or a share of each class, a row of them per row of `p`.
    p : array
        The logarithm of the predicted probability of each class, a row of them per target: at most 0, or −∞.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        −Σⱼ yⱼ zⱼ

    Also known as nll_loss, negative_log_likelihood.

    When: The model returns log-probabilities: log_softmax, language models, mixtures.

    When not: The scores are not normalised: use cce_logits, which normalises them.

    References
    ----------
    * T. Gneiting, A. E. Raftery, Strictly proper scoring rules, JASA 102 (2007)

    Examples
    --------
    >>> import dartboard as db

    Three classes with log-probabilities of 0.2, 0.7 and 0.1; class 1 is right.

    >>> db.nll([1], [[-1.6094379124341003, -0.35667494393873245, -2.3025850929940455]])
    0.35667494393873245
    """
    if unknown:
        _refuse("nll", unknown)
    return _NLL._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_KL_DIV = Loss("kl_div")


def kl_div(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Kullback–Leibler divergence (probabilities).

    The sum over classes of the true share times the logarithm of true share over predicted probability.

    Parameters
    ----------
    y : array
        The class of each row, an index from 0; or a share of each class, a row of them per row of `p`.
    p : array
        The predicted probability of each class, a row of them per target: in [0, 1].
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        Σⱼ yⱼ ln(yⱼ/pⱼ)

    Also known as kld, kl_divergence, kullback_leibler_divergence, relative_entropy.

    When: The truth is itself a distribution: a teacher model, several annotators, market shares.

    When not: One class is true: cce is the same number, and faster. Logits are at hand: kl_logits.

    References
    ----------
    * S. Kullback, R. Leibler, On information and sufficiency, Ann. Math. Stat. 22 (1951)

    Examples
    --------
    >>> import dartboard as db

    A single true class: the cross-entropy of its probability, 0.7.

    >>> db.kl_div([1], [[0.2, 0.7, 0.1]])
    0.35667494393873245
    """
    if unknown:
        _refuse("kl_div", unknown)
    return _KL_DIV._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_KL_LOGITS = Loss("kl_logits")


def kl_logits(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Kullback–Leibler divergence (logits).

    The Kullback–Leibler divergence of softmax of the scores from the true shares.

    Parameters
    ----------
    y : array
        The class of each row, an index from 0; or a share of each class, a row of them per row of `p`.
    p : array
        The predicted logit of each class, a row of them per target: finite or −∞.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        ln(Σⱼ exp(zⱼ)) − Σⱼ yⱼ zⱼ + Σⱼ yⱼ ln(yⱼ)

    Also known as kl_div_logits, distillation.

    When: Distillation: a student's scores learn a teacher's probabilities.

    When not: One class is true: cce_logits is the same number, and faster.

    References
    ----------
    * G. Hinton, O. Vinyals, J. Dean, Distilling the knowledge in a neural network (2015)

    Examples
    --------
    >>> import dartboard as db

    A single true class: its cross-entropy.

    >>> db.kl_logits([2], [[1.2, 0.5, 3.1, 0.8]])
    0.28073376967832625
    """
    if unknown:
        _refuse("kl_logits", unknown)
    return _KL_LOGITS._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_RPS = Loss("rps")


def rps(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Ranked probability score.

    The sum over ordered classes of the squared difference of predicted and true cumulative probability.

    Parameters
    ----------
    y : array
        The class of each row, an index from 0; or a share of each class, a row of them per row of `p`.
    p : array
        The predicted probability of each class, a row of them per target: in [0, 1].
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        Σⱼ (Pⱼ − Yⱼ)²

    Also known as ranked_probability_score.

    When: Ordered classes: grades, star ratings, rain classes, home win, draw and away win.

    When not: Classes without an order: use cce or brier.

    References
    ----------
    * E. Epstein, A scoring system for probability forecasts of ranked categories, J. Appl. Meteorology 8 (1969)

    Examples
    --------
    >>> import dartboard as db

    Most probability on the true middle class.

    >>> db.rps([1], [[0.2, 0.7, 0.1]])
    0.05000000000000002

    The same probabilities where the lowest class is true.

    >>> db.rps([0], [[0.2, 0.7, 0.1]])
    0.6500000000000001
    """
    if unknown:
        _refuse("rps", unknown)
    return _RPS._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_MULTICLASS_HINGE = Loss("multiclass_hinge")


def multiclass_hinge(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Multiclass hinge loss.

    One plus the largest score of another class less the score of the true class, and nothing below zero.

    Parameters
    ----------
    y : array
        The class of each row, an index from 0; or a share of each class, a row of them per row of `p`.
    p : array
        The predicted score of each class, a row of them per target: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        max(0, m − t + 1)

    Also known as crammer_singer, categorical_hinge, multiclass_hinge_loss.

    When: Multiclass support vector machines: only classes that come close to the true one matter.

    When not: Probabilities are wanted: use cce_logits.

    References
    ----------
    * K. Crammer, Y. Singer, On the algorithmic implementation of multiclass kernel-based vector machines, JMLR 2
      (2001)

    Examples
    --------
    >>> import dartboard as db

    Class 0 wins by 0.4 where a margin of 1 is asked for.

    >>> db.multiclass_hinge([0], [[0.9, 0.1, 0.5]])
    0.6
    """
    if unknown:
        _refuse("multiclass_hinge", unknown)
    return _MULTICLASS_HINGE._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_MULTILABEL_BCE = Loss("multilabel_bce")


def multilabel_bce(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Multilabel cross-entropy (probabilities).

    The mean over labels of the binary cross-entropy of each.

    Parameters
    ----------
    y : array
        For each of several labels whether it applies: 0, 1 or a number between; a row of them per row of `p`.
    p : array
        The predicted probability of each label, a row of them per target: in [0, 1].
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        Σⱼ (−yⱼ ln(pⱼ) − (1 − yⱼ) ln(1 − pⱼ))/K

    Also known as multi_label_bce.

    When: Several labels can be true of a row at once: tags, topics, findings.

    When not: Exactly one class is true: use cce. Logits are at hand: use multilabel_bce_logits.

    References
    ----------
    * I. J. Good, Rational decisions, J. R. Stat. Soc. B 14 (1952)

    Examples
    --------
    >>> import dartboard as db

    Three tags of which only the one in the middle applies.

    >>> db.multilabel_bce([[0.0, 1.0, 0.0]], [[0.1, 0.9, 0.2]])
    0.14462152754328747
    """
    if unknown:
        _refuse("multilabel_bce", unknown)
    return _MULTILABEL_BCE._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_MULTILABEL_BCE_LOGITS = Loss("multilabel_bce_logits")


def multilabel_bce_logits(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    class_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Multilabel cross-entropy (logits).

    The mean over labels of the binary cross-entropy of each.

    Parameters
    ----------
    y : array
        For each of several labels whether it applies: 0, 1 or a number between; a row of them per row of `p`.
    p : array
        The predicted logit of each label, a row of them per target: a number, −∞ or +∞.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    class_weight : sequence of float, optional
        A weight per class; of events that of 0 and that of 1.
    label_smoothing : float, default 0.0
        The share of every label that is spread evenly over all classes: at least 0 and below 1.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        Σⱼ (yⱼ softplus(−zⱼ) + (1 − yⱼ) softplus(zⱼ))/K

    Also known as multilabel_soft_margin, multi_label_soft_margin, multiclassova.

    When: Several labels can be true of a row at once: tags, topics, findings.

    When not: Exactly one class is true: use cce_logits.

    References
    ----------
    * I. J. Good, Rational decisions, J. R. Stat. Soc. B 14 (1952)

    Examples
    --------
    >>> import dartboard as db

    Three tags of which only the one in the middle applies.

    >>> db.multilabel_bce_logits([[0.0, 1.0, 0.0]], [[-2.0, 3.0, -1.0]])
    0.16292568337831248
    """
    if unknown:
        _refuse("multilabel_bce_logits", unknown)
    return _MULTILABEL_BCE_LOGITS._value(y, p, weight, reduction, class_weight, label_smoothing, ignore, threads)


_COSINE = Loss("cosine")


def cosine(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Cosine distance.

    One less the cosine of the angle between the target vector and the predicted one.

    Parameters
    ----------
    y : array
        The components of a vector, a row of them per row of `p`.
    p : array
        The predicted components, a row of them per target: finite.
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, a pure number; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        1 − Σⱼ yⱼ zⱼ/√(Σⱼ yⱼ² Σⱼ zⱼ²)

    Also known as cosine_embedding, cosine_embedding_loss, cosine_loss.

    When: Embeddings and other vectors of which only the direction matters.

    When not: The length matters too: use mse on each component. One of several classes is true: use cce.

    References
    ----------
    * G. Salton, A. Wong, C. S. Yang, A vector space model for automatic indexing, Comm. ACM 18 (1975)
    * K. Mardia, P. Jupp, Directional Statistics (2000): the mean direction

    Examples
    --------
    >>> import dartboard as db

    The target points along the first of two axes, the prediction along (3, 4).

    >>> db.cosine([[1.0, 0.0]], [[3.0, 4.0]])
    0.4

    A prediction of another length in the direction of the target, the second axis.

    >>> db.cosine([[0.0, 1.0]], [[0.0, 100.0]])
    0.0
    """
    if unknown:
        _refuse("cosine", unknown)
    return _COSINE._value(y, p, weight, reduction, None, 0.0, ignore, threads)


_GAUSSIAN_NLL = Loss("gaussian_nll")


def gaussian_nll(
    y: Any,
    p: Any,
    *,
    weight: Any = None,
    reduction: str = "mean",
    ignore: float | None = None,
    threads: int | None = None,
    **unknown: Never,
) -> Any:
    """Gaussian negative log-likelihood (mean and log-variance).

    Half the log-variance plus half the squared error in units of the predicted variance.

    Parameters
    ----------
    y : array
        The target, finite.
    p : array
        A row of predictions per target: mu (mean), s (logarithm of the variance).
    weight : array, optional
        How much each row counts: finite and at least 0.
    reduction : {"mean", "sum", "none"}, default "mean"
        The mean by weight, the sum of losses times weights, or the losses times weights, one per row.
    ignore : float, optional
        The target that marks rows to be left out; NaN marks NaN.
    threads : int, optional
        How many threads; 0 for all. The result is the same bits.

    Returns
    -------
    float or array
        The reduced loss, in nats; an array of them with ``reduction="none"``.

    Raises
    ------
    TypeError
        Where something is no array of numbers, or a keyword is not known.
    ValueError
        Where shapes do not fit, or a number lies outside of its domain (with its row).

    Notes
    -----
    The formula, from the code that computes it::

        ½(s + (μ − y)² exp(−½s)²)

    Also known as gaussian_nll_loss, heteroscedastic, rmse_with_uncertainty.

    When: The spread of the target depends on the row, and the prediction should say how sure it is.

    When not: Heavy tails: a single far outlier is explained by an enormous variance. Use student_t.

    References
    ----------
    * D. Nix, A. Weigend, Estimating the mean and variance of the target probability distribution, ICNN (1994)

    Examples
    --------
    >>> import dartboard as db

    An error of 2 with a predicted variance of 1.

    >>> db.gaussian_nll([0.0], [[2.0, 0.0]])
    2.0

    The same error with the variance that fits, 4.

    >>> db.gaussian_nll([0.0], [[2.0, 1.3862943611198906]])
    1.1931471805599454
    """
    if unknown:
        _refuse("gaussian_nll", unknown)
    return _GAUSSIAN_NLL._value(y, p, weight, reduction, None, 0.0, ignore, threads)
