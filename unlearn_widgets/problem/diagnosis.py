"""How far the Gaussian predictions of a problem can be trusted."""

from __future__ import annotations

import html
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.blas import single_thread
from unlearn_widgets.problem.evidence import gather
from unlearn_widgets.problem.verdict import Facts, judge, spread_divergence
from unlearn_widgets.statistics import FORGET, RETAIN

if TYPE_CHECKING:
    from unlearn_widgets.problem.domain_shape import DomainShape
    from unlearn_widgets.problem.rows import WhitenedRows
    from unlearn_widgets.problem.whitening import Whitening


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How far to trust the Gaussian predictions of a problem.

    Every statistic of the rows stands beside the same statistic of Gaussian rows (`..._gaussian`),
    drawn with the same counts, means and covariance. Values that are not known are None.

    Attributes
    ----------
    verdict : str
        "good": the numbers can be read as they stand. "indicative": removals and rules can be
        compared with each other, sizes in nats can be off by a factor. "do not rely": comparisons
        can mislead as well.
    reasons : tuple of str
        Sentences with the facts behind the verdict, most serious first.
    n_forget, n_retain : int
        Rows of the two domains. At most 1,000 of each are looked at, fewer in many dimensions.
    dim_effective : int
        Dimension of the span of the covariance.
    covariance, shrinkage_used : str, str or None
        As in `Effect`.
    divergence : float
        Plug-in k in nats, inf where the domains have no common span.
    divergence_unbiased : float or None
        Unbiased estimate of k in nats.
    noise_floor : float
        What the plug-in divergence of two samples of one Gaussian is on average, in nats.
    noise_share : float or None
        Share of the plug-in divergence, and so of the largest alpha, that is sampling noise.
    neighbor_divergence, neighbor_divergence_gaussian : float or None
        Nearest-neighbour estimate of KL(p1 || p2) in nats. Biased low in many dimensions, on both
        sides alike: compare one with the other, not with `divergence`.
    axis_divergence, axis_divergence_gaussian : float or None
        The same along the line through the means, where all of the shared-covariance k lies.
    spread_ratio : float or None
        Total variance of the forget rows over that of the retained rows, in whitened coordinates.
    spread_divergence : float
        What the difference of the two covariances is worth in nats, about.
    likelihood_ratio_shift, likelihood_ratio_shift_gaussian : float or None
        How far the forget mean comes towards the retained one when half of the forget rows are
        removed by the likelihood ratio, in standard deviations.
    distance_shift, distance_shift_gaussian : float or None
        The same for the distance rule. Negative: it does less than random removal.
    forget, retain : DomainShape
        Squared Mahalanobis distances of each domain: QQ pairs and Kolmogorov distances.

    Notes
    -----
    Section 6 of docs/theory.md, with the limits behind the verdict.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> domains = uw.datasets.make_gaussians(200, 400, shift=2.0, dim=3, random_state=1)
    >>> diagnosis = uw.UnlearningProblem(domains.X, domains.forget).diagnose()
    >>> diagnosis.verdict
    'good'

    """

    verdict: str
    reasons: tuple[str, ...]
    n_forget: int
    n_retain: int
    dim_effective: int
    covariance: str
    shrinkage_used: str | None
    divergence: float
    divergence_unbiased: float | None
    noise_floor: float
    noise_share: float | None
    neighbor_divergence: float | None
    neighbor_divergence_gaussian: float | None
    axis_divergence: float | None
    axis_divergence_gaussian: float | None
    spread_ratio: float | None
    spread_divergence: float
    likelihood_ratio_shift: float | None
    likelihood_ratio_shift_gaussian: float | None
    distance_shift: float | None
    distance_shift_gaussian: float | None
    forget: DomainShape
    retain: DomainShape

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name, as plain numbers, strings, lists, dicts and None.

        Examples
        --------
        >>> import unlearn_widgets as uw
        >>> domains = uw.datasets.make_gaussians(200, 400, shift=2.0, dim=3, random_state=1)
        >>> fields = uw.UnlearningProblem(domains.X, domains.forget).diagnose().to_dict()
        >>> fields["forget"]["law"], len(fields["forget"]["observed"])
        ('beta', 99)

        """
        fields = {name: _plain(value) for name, value in asdict(self).items()}
        for domain in ("forget", "retain"):
            fields[domain] = {name: _plain(value) for name, value in fields[domain].items()}
        return fields

    def __repr__(self) -> str:
        return "\n".join([self._title(), *(f"- {reason}" for reason in self.reasons)])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html.escape(reason)}</li>" for reason in self.reasons)
        return f"<p><strong>{html.escape(self._title())}</strong></p><ul>{items}</ul>"

    def _title(self) -> str:
        return f"Gaussian predictions: {self.verdict}"


def diagnose(
    rows: WhitenedRows,
    whitening: Whitening,
    mode: str,
    divergence: float,
    divergence_unbiased: float,
) -> Diagnosis:
    """Diagnose a problem; see `UnlearningProblem.diagnose`.

    Parameters
    ----------
    rows : WhitenedRows
        The rows of both domains.
    whitening : Whitening
        Their coordinates.
    mode : str
        "shared", "refit" or "known" covariance.
    divergence, divergence_unbiased : float
        Plug-in and unbiased k in nats, NaN where the latter is not known.

    """
    n_forget, n_retain = (rows.counts[code] for code in (FORGET, RETAIN))
    floor = (_refit_floor if mode == "refit" else _mean_floor)(n_forget, n_retain, rows.dim)
    unbiased = _known(divergence_unbiased)
    facts = Facts(
        n_forget=n_forget,
        n_retain=n_retain,
        dim_effective=rows.dim,
        covariance=mode,
        shrinkage_used=whitening.shrinkage_used,
        divergence=divergence,
        divergence_unbiased=unbiased,
        noise_floor=floor,
        noise_share=_noise_share(divergence, unbiased, floor),
    )
    with single_thread():
        evidence = gather(rows, whitening, mode)
    verdict, reasons = judge(facts, evidence)
    return Diagnosis(
        verdict=verdict,
        reasons=reasons,
        **asdict(facts),
        neighbor_divergence=_known(evidence.neighbors.rows),
        neighbor_divergence_gaussian=_known(evidence.neighbors.gaussian),
        axis_divergence=_known(evidence.axis_neighbors.rows),
        axis_divergence_gaussian=_known(evidence.axis_neighbors.gaussian),
        spread_ratio=_known(evidence.total_ratio),
        spread_divergence=spread_divergence(evidence),
        likelihood_ratio_shift=_known(evidence.likelihood_ratio.rows),
        likelihood_ratio_shift_gaussian=_known(evidence.likelihood_ratio.gaussian),
        distance_shift=_known(evidence.distance.rows),
        distance_shift_gaussian=_known(evidence.distance.gaussian),
        forget=evidence.forget,
        retain=evidence.retain,
    )


def _mean_floor(n_forget: int, n_retain: int, dim: int) -> float:
    return 0.5 * dim * (1.0 / n_forget + 1.0 / n_retain)


def _refit_floor(n_forget: int, n_retain: int, dim: int) -> float:
    """Mean of KL(p1 || p2) over maximum-likelihood fits to two samples of one Gaussian."""
    free = n_retain - 2 - dim
    if free <= 0 or n_forget <= dim:
        return math.inf
    from scipy.special import digamma

    def log_det(n: int) -> float:
        return float(digamma(0.5 * (n - 1 - np.arange(dim))).sum()) - dim * math.log(n)

    moments = (n_forget - 1) / n_forget + 1.0 / n_forget + 1.0 / n_retain
    inflated = dim * (moments * n_retain / free - 1.0)
    return 0.5 * (inflated + log_det(n_retain) - log_det(n_forget))


def _noise_share(divergence: float, unbiased: float | None, floor: float) -> float | None:
    if not 0.0 < divergence < math.inf:
        return None if divergence else 1.0
    signal = divergence - floor if unbiased is None else unbiased
    return min(1.0, max(0.0, 1.0 - signal / divergence))


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return None if isinstance(value, float) and math.isnan(value) else value
