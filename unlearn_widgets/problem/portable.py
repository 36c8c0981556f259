"""What another program needs to compute the effect of any removal by itself.

With a shared or known covariance an edit acts through its mean alone (docs/theory.md, section 4),
so the whitened rows and a few constants suffice. ``js/src/core/gaussian.ts`` is that program; the
cases in ``tests/protocol/gaussian.json`` are read by both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unlearn_widgets.statistics import FORGET
from unlearn_widgets.theory.certificates import certificate_scale
from unlearn_widgets.validation import probability, strict_keywords

if TYPE_CHECKING:
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Floats

# So many numbers, and the file that carries them stays within a few megabytes.
MOST_NUMBERS = 5_000 * 64


def why_not_portable(problem: UnlearningProblem) -> str | None:
    """Tell in one sentence why the rows of a problem are not carried along; None when they are.

    A projection to fewer dimensions would be smaller, but its numbers would be other ones: the
    distances that alpha and epsilon measure need every whitened coordinate.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> X = [[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]]
    >>> why_not_portable(uw.UnlearningProblem(X, [0, 1, 2]))
    >>> why_not_portable(uw.UnlearningProblem(X, [0, 1, 2], covariance="refit"))
    'The covariance is refitted at every change, which needs Python.'

    """
    if problem.covariance_mode == "refit":
        return "The covariance is refitted at every change, which needs Python."
    n, dim = problem.n_rows, problem.dim_effective
    if n * dim > MOST_NUMBERS:
        return (
            f"{n:,} rows in {dim:,} dimensions are too many to carry along: exact numbers need "
            f"every dimension of every row, and {MOST_NUMBERS:,} numbers is the most."
        )
    return None


@strict_keywords
def portable(problem: UnlearningProblem, delta: float = 0.05) -> tuple[dict[str, Any], Floats]:
    """Return the constants and the whitened rows of a problem.

    Parameters
    ----------
    problem : UnlearningProblem
        One with a shared or a known covariance.
    delta : float, default 0.05
        Chance that a certificate fails.

    Returns
    -------
    constants : dict
        Counts, the whitened mean of the forget domain (that of the retained one is zero), entropy
        and divergence in nats, and the scale of the post-hoc certificate or the reason why there
        is none. Numbers are Python numbers and may be infinite.
    rows : (n, dim_effective) float64 ndarray
        All rows in the order of X.

    Raises
    ------
    ValueError
        For a problem whose rows are not carried along, see `why_not_portable`.

    Notes
    -----
    Sections 1, 3 and 4 of docs/theory.md.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> problem = uw.UnlearningProblem([[2.0], [3.0], [4.0], [-1.0], [0.0], [1.0]], [0, 1, 2])
    >>> constants, rows = portable(problem)
    >>> constants["target"], constants["divergence"], rows[:3, 0].tolist()
    ([3.0], 4.5, [2.0, 3.0, 4.0])

    """
    risk = probability("delta", delta)
    reason = why_not_portable(problem)
    if reason is not None:
        message = f"problem: {reason}"
        raise ValueError(message)
    whitening = problem._whitening  # noqa: SLF001 - a problem shows its facts, not its coordinates
    before = problem.effect([], delta=risk)
    n1, n2, dim = problem.n_forget, problem.n_retain, problem.dim_effective
    scale = None
    if before.certificate_reason is None:
        known = "known" if problem.covariance_mode == "known" else "pooled"
        scale = dict(
            zip(
                ("low", "high", "radius"),
                certificate_scale(n1, n2, dim, risk, covariance=known),
                strict=True,
            )
        )
    constants = {
        "n_forget": n1,
        "n_retain": n2,
        "dim": dim,
        "target": whitening.mean_forget.tolist(),
        "in_span": whitening.means_in_span,
        "entropy": problem.entropies[FORGET],
        "divergence": problem.divergence,
        "delta": risk,
        "certificate": scale,
        "certificate_reason": before.certificate_reason,
        "has_frontier": before.frontier_alpha is not None,
        "covariance": problem.covariance_mode,
        "shrinkage_used": problem.shrinkage_used,
        "precision": problem.precision,
    }
    return constants, problem._rows.values.astype("float64")  # noqa: SLF001 - as above
