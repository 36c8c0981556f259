"""Two Gaussian domains whose divergence is known."""

from __future__ import annotations

import numpy as np

from unlearn_widgets.datasets.domains import Domains
from unlearn_widgets.randomness import RandomState, generator
from unlearn_widgets.validation import at_least, count, strict_keywords


@strict_keywords
def make_gaussians(
    n_forget: int = 500,
    n_retain: int = 1000,
    shift: float = 2.0,
    dim: int = 2,
    random_state: RandomState = None,
) -> Domains:
    """Draw two spherical Gaussian domains of unit variance.

    The retained domain has mean zero, the forget domain the mean (shift, 0, ..., 0): the means lie
    `shift` standard deviations apart along the first axis. The divergence is KL(p1||p2) =
    shift**2 / 2 nats, in any dimension.

    Parameters
    ----------
    n_forget : int, at least 2
        Rows of the forget domain; they come first.
    n_retain : int, at least 2
        Rows of the retained domain; they follow.
    shift : float
        Distance of the two means in standard deviations.
    dim : int, at least 1
        Number of columns.
    random_state : int, numpy Generator, numpy RandomState or None
        Seed; None draws anew at each call.

    Returns
    -------
    Domains
        X is (n_forget + n_retain, dim) float64, records have the columns "id" and "domain".

    Raises
    ------
    ValueError
        If a count is too small or `shift` is not a finite non-negative number.

    Notes
    -----
    Section 1 of docs/theory.md.

    Examples
    --------
    >>> domains = make_gaussians(1000, 3000, shift=2.0, dim=3, random_state=0)
    >>> domains.X.shape
    (4000, 3)
    >>> domains.description
    'Two Gaussian domains in 3 dimensions, ...: divergence 2 nats. Made up.'

    """
    n_forget, n_retain = count("n_forget", n_forget, 2), count("n_retain", n_retain, 2)
    distance, dim = float(at_least("shift", shift, 0.0, finite=True)), count("dim", dim, 1)
    n = n_forget + n_retain
    X = generator(random_state).standard_normal((n, dim))
    X[:n_forget, 0] += distance
    width = len(str(n - 1))
    return Domains(
        X=X,
        forget=np.arange(n_forget),
        retain=np.arange(n_forget, n),
        records={
            "id": [f"row-{row:0{width}d}" for row in range(n)],
            "domain": ["forget"] * n_forget + ["retain"] * n_retain,
        },
        description=(
            f"Two Gaussian domains in {dim} dimensions, unit variance, means {distance:g} standard "
            f"deviations apart along the first axis: divergence {distance**2 / 2:g} nats. Made up."
        ),
    )
