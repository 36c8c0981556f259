"""The whitened coordinates of `UnlearningProblem`, for selectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unlearn_widgets.problem.whitening import Whitening, fit_pooled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from unlearn_widgets.statistics import Codes, DomainSummary


def whiten(X: NDArray[Any], codes: Codes, domains: dict[int, DomainSummary]) -> Whitening:
    """Whiten by the pooled within-domain covariance, shrunk only when rows are too few.

    Raises
    ------
    ValueError
        With fewer than 3 rows, or when no column varies inside a domain.

    """
    n = sum(domain.n for domain in domains.values())
    if n < 3:
        raise ValueError(
            f"X: a pooled covariance of two domains needs at least 3 rows, got n_samples = {n}. "
            f"Pass more rows, or use a rule that needs no covariance."
        )
    return fit_pooled(X, codes, domains, "auto")
