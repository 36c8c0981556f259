"""What sampling noise alone shows as removal or loss (docs/theory.md, section 3)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from unlearn_widgets.theory.frontier import unwrap
from unlearn_widgets.validation import Floats, at_least, strict_keywords


@strict_keywords
def noise_floor(n: npt.ArrayLike, dim: npt.ArrayLike) -> float | Floats:
    """Compute how far the mean of `n` rows of a Gaussian is expected to fall from its mean.

    Parameters
    ----------
    n : int or array-like
        Rows the mean is fitted to, at least 1.
    dim : int or array-like
        Dimension d, at least 1; broadcast against `n`.

    Returns
    -------
    float or ndarray
        d / (2 n), in nats.

    Raises
    ------
    ValueError
        When an argument is below 1 or NaN.

    Notes
    -----
    Population form, section 3 of docs/theory.md; for the plug-in values on screen see
    `plugin_noise_floor`.

    Examples
    --------
    >>> noise_floor(100, 10)
    0.05

    """
    rows, d = at_least("n", n, 1.0), at_least("dim", dim, 1.0)
    return unwrap(d / (2.0 * rows))


@strict_keywords
def plugin_noise_floor(
    n_forget: npt.ArrayLike,
    n_kept_forget: npt.ArrayLike,
    n_kept_retain: npt.ArrayLike,
    n_retain: npt.ArrayLike,
    dim: npt.ArrayLike,
) -> tuple[float | Floats, float | Floats]:
    """Part of the plug-in alpha and epsilon that is noise when rows are kept without looking.

    Parameters
    ----------
    n_forget, n_retain : int or array-like
        Rows of the two domains before removal, at least 1.
    n_kept_forget, n_kept_retain : int or array-like
        Rows of them that are kept, from 0 to all, at least 1 together.
    dim : int or array-like
        Dimension d, at least 1. All arguments are broadcast against each other.

    Returns
    -------
    alpha, epsilon : float or ndarray
        d/2 (1/N + (1 - 2w)/n_forget) and d/2 (1/N + (2w - 1)/n_retain), in nats, with N the rows
        kept and w the share of them in the forget domain.

    Raises
    ------
    ValueError
        When a count is out of range or no row is kept.

    Notes
    -----
    Section 3 of docs/theory.md: the edited mean shares rows with the two sample means, so this
    differs from the population form d / (2 N).

    Examples
    --------
    >>> alpha, epsilon = plugin_noise_floor(567, 173, 3955, 3955, 382)
    >>> round(alpha, 3), round(epsilon, 4)
    (0.355, 0.002)

    """
    n1, n2 = at_least("n_forget", n_forget, 1.0), at_least("n_retain", n_retain, 1.0)
    kept1 = _kept("n_kept_forget", n_kept_forget, "n_forget", n1)
    kept2 = _kept("n_kept_retain", n_kept_retain, "n_retain", n2)
    d = at_least("dim", dim, 1.0)
    total = kept1 + kept2
    if np.any(total < 1.0):
        message = "n_kept_forget, n_kept_retain: at least 1 row must be kept, got 0."
        raise ValueError(message)
    lean = 2.0 * kept1 / total - 1.0
    return unwrap(d / 2.0 * (1.0 / total - lean / n1)), unwrap(d / 2.0 * (1.0 / total + lean / n2))


def _kept(name: str, value: npt.ArrayLike, whole_name: str, whole: Floats) -> Floats:
    kept = at_least(name, value, 0.0)
    if np.any(kept > whole):
        message = f"{name}: cannot exceed {whole_name} = {float(np.min(whole)):g}, got {value!r}."
        raise ValueError(message)
    return kept
