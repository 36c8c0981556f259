"""From what the rows show to a verdict with reasons (docs/theory.md, section 6).

Every limit is on the size of an effect. The noise of a statistic is added to its limit, so that
few rows do not condemn a problem and many rows do not condemn it for a trifle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from unlearn_widgets.problem.domain_shape import VANISHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unlearn_widgets.problem.evidence import Evidence

VERDICTS = ("good", "indicative", "do not rely")

# Standard deviations of a statistic that are no finding.
NOISE = 3.0


class Limits(NamedTuple):
    """Where "indicative" and "do not rely" begin."""

    indicative: float
    do_not_rely: float


# Rows in the smaller domain, at least.
ROWS = Limits(20, 8)
# Share of the plug-in divergence that is noise.
NOISE_SHARE = Limits(0.5, 0.8)
# Divergence along the line through the means, as a multiple of that of Gaussians: more, or less.
AXIS_MORE, AXIS_LESS = Limits(1.25, 2.0), Limits(0.75, 0.5)
# Divergence in all dimensions beyond that of Gaussians, in units of k. Lenient: nearest neighbours
# exaggerate where rows fill fewer dimensions than they have.
WHOLE = Limits(0.5, 9.0)
# What the difference of the covariances is worth, in units of k.
COVARIANCES = Limits(0.25, 9.0)
# Ratio of the total variances of the domains, either way.
TOTAL_VARIANCE = 1.5
# What the likelihood ratio does when half is removed, as a multiple of what it does to Gaussians.
RULE_MORE, RULE_LESS = Limits(1.25, 2.0), Limits(0.75, 0.5)
# What the distance rule does then, in standard deviations more or less than to Gaussians.
DISTANCE_RULE = 0.2
# Kolmogorov distance of squared distances, of positions along the line through the means, and of
# the law under a known covariance; with n rows KOLMOGOROV_NOISE / sqrt(n) is added.
KOLMOGOROV, KOLMOGOROV_AXIS, KOLMOGOROV_KNOWN, KOLMOGOROV_NOISE = 0.05, 0.03, 0.15, 1.2
# Squared distance of the farthest 5 % of the rows over that of Gaussian rows, either way.
TAIL = 1.25
# Median squared distance over that of Gaussian rows: below, a few rows make up the covariance.
MEDIAN = 1.0 / 3.0
# Mean squared distance under a known covariance, either way.
KNOWN_SPREAD = 3.0
# Share of the forget rows that coincide with their neighbours.
TIED = 0.05


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a problem without looking at its rows again."""

    n_forget: int
    n_retain: int
    dim_effective: int
    covariance: str
    shrinkage_used: str | None
    divergence: float
    divergence_unbiased: float | None
    noise_floor: float
    noise_share: float | None


class Finding(NamedTuple):
    """A reason: how bad (1 indicative, 2 do not rely), and in words."""

    level: int
    text: str


def judge(facts: Facts, evidence: Evidence) -> tuple[str, tuple[str, ...]]:
    """Return the verdict and its reasons, most serious first."""
    found = [*_plain(facts), *_along_the_axis(facts, evidence), *_one_covariance(facts, evidence)]
    found += [*_shapes(facts, evidence), *_everywhere(facts, evidence)]
    found.sort(key=lambda finding: -finding.level)
    if not found:
        return VERDICTS[0], tuple(_nothing_found(facts, evidence))
    return VERDICTS[found[0].level], tuple(finding.text for finding in found)


def _plain(facts: Facts) -> Iterator[Finding]:
    n, d = facts.n_forget + facts.n_retain, facts.dim_effective
    if math.isinf(facts.divergence):
        yield Finding(
            2,
            "The plug-in divergence is infinite: the domains, or the Gaussians fitted to them, "
            "have no common span, so alpha compares nothing. Use more rows, fewer dimensions or "
            "shrinkage='ledoit-wolf'.",
        )
    few = min(facts.n_forget, facts.n_retain)
    if few < ROWS.indicative:
        yield Finding(
            2 if few < ROWS.do_not_rely else 1,
            f"The smaller domain has {few} rows: too few to see whether it is Gaussian, and its "
            "mean is uncertain.",
        )
    if facts.shrinkage_used:
        yield Finding(
            1,
            f"The covariance was shrunk ({facts.shrinkage_used}): divergences depend on how much, "
            "and no bound on them is known.",
        )
    elif facts.covariance == "shared" and n - 2 <= d + 1:
        yield Finding(
            2,
            f"{n} rows span {d} dimensions: a covariance of so few rows fits any rows, Gaussian or "
            "not. Use shrinkage='auto', more rows or fewer dimensions.",
        )
    if facts.divergence == 0.0:
        yield Finding(2, "The domain means coincide (k = 0): alpha cannot tell the domains apart.")
    elif facts.noise_share is not None and facts.noise_share > NOISE_SHARE.indicative:
        unbiased = facts.divergence_unbiased
        best = "" if unbiased is None else f", the unbiased estimate is {unbiased:.3g}"
        yield Finding(
            2 if facts.noise_share > NOISE_SHARE.do_not_rely else 1,
            f"{100 * facts.noise_share:.0f} % of the plug-in divergence of "
            f"{facts.divergence:.3g} nats is sampling noise ({n:,} rows, effective dimension "
            f"{d:,}){best}: so is that part of alpha.",
        )


def _along_the_axis(facts: Facts, evidence: Evidence) -> Iterator[Finding]:
    axis = evidence.axis_neighbors
    if math.isfinite(facts.divergence) and math.isfinite(axis.excess):
        near = axis.gaussian if 0.0 < axis.gaussian < facts.divergence else facts.divergence
        level = _level(near + axis.excess, near, axis.noise, AXIS_MORE, AXIS_LESS)
        if level:
            yield Finding(
                level,
                "Along the line through the means, which alone moves alpha and epsilon, nearest "
                f"neighbours see a divergence of {axis.rows:.3g} nats, and {axis.gaussian:.3g} on "
                "Gaussian rows: alpha and epsilon in nats are off by about that factor.",
            )
    rule = evidence.likelihood_ratio
    if math.isfinite(rule.excess) and rule.gaussian > 0.0:
        level = _level(rule.rows, rule.gaussian, rule.noise, RULE_MORE, RULE_LESS)
        if level:
            yield Finding(
                level,
                "Removing half of the forget rows by the likelihood ratio moves their mean "
                f"{rule.rows / rule.gaussian:.2g} times as far as it moves that of Gaussian rows: "
                "predictions for this rule are off by as much.",
            )
    rule = evidence.distance
    if abs(rule.excess) > DISTANCE_RULE + NOISE * rule.noise:
        against = "does less than random removal" if rule.rows < 0.0 else "differs"
        yield Finding(
            1,
            f"The distance rule {against}: removing half of the forget rows by it moves their "
            f"mean {rule.rows:.2g} standard deviations towards the retained mean, and "
            f"{rule.gaussian:.2g} for Gaussian rows. Do not use predictions for this rule.",
        )


def _one_covariance(facts: Facts, evidence: Evidence) -> Iterator[Finding]:
    # Identical rows have a reason of their own.
    if facts.covariance == "refit" or not VANISHING < evidence.total_ratio < math.inf:
        return
    ratio, k = evidence.total_ratio, facts.divergence
    sizes = 1.0 / evidence.forget.n_rows + 1.0 / evidence.retain.n_rows
    doubt = NOISE * math.sqrt(2.0 / facts.dim_effective * sizes)
    level = int(abs(math.log(ratio)) > math.log(TOTAL_VARIANCE) + doubt)
    for part, scale in ((evidence.covariances, 0.25), (evidence.direction, 1.0)):
        worth, noise = scale * part.excess, scale * NOISE * part.noise
        if worth > COVARIANCES.indicative * k + noise:
            level = max(level, 2 if worth > COVARIANCES.do_not_rely * k + noise else 1)
    if level:
        yield Finding(
            level,
            f"The covariances of the domains differ: the forget rows have {ratio:.2g} times the "
            "total variance of the retained rows, and the difference is worth about "
            f"{spread_divergence(evidence):.2g} nats beside k = {k:.3g}. alpha and epsilon see the "
            "means only.",
        )


def _shapes(facts: Facts, evidence: Evidence) -> Iterator[Finding]:
    for name, shape in (("forget", evidence.forget), ("retained", evidence.retain)):
        doubt = KOLMOGOROV_NOISE / math.sqrt(shape.n_rows)
        if math.isnan(shape.kolmogorov_own):
            yield Finding(2, f"All {name} rows are identical: no Gaussian looks like that.")
            continue
        far = abs(_log(shape.tail_ratio)) > math.log(TAIL) + NOISE * shape.tail_noise
        if shape.kolmogorov_own > KOLMOGOROV + doubt or far:
            few = shape.median_ratio < MEDIAN and shape.kolmogorov_own > 2.0 * (KOLMOGOROV + doubt)
            heavy = shape.median_ratio < 1.0 < shape.tail_ratio
            yield Finding(
                2 if few else 1,
                f"The {name} rows are not Gaussian{' but have heavy tails' if heavy else ''}: the "
                f"median of their squared distances to the mean is {shape.median_ratio:.2g} times, "
                f"the 95 % quantile {shape.tail_ratio:.2g} times that of Gaussian rows with the "
                f"same covariance (Kolmogorov distance {shape.kolmogorov_own:.2f})"
                + (
                    ". A few rows make up the covariance, and with it every number." if few else "."
                ),
            )
        elif shape.kolmogorov_axis > KOLMOGOROV_AXIS + doubt:
            yield Finding(
                1,
                f"The {name} rows are not Gaussian along the line through the means, which alone "
                "moves alpha and epsilon: they may form clusters there (Kolmogorov distance "
                f"{shape.kolmogorov_axis:.2f}).",
            )
        elif facts.covariance == "known" and shape.kolmogorov > KOLMOGOROV_KNOWN + doubt:
            off = abs(_log(shape.spread)) > math.log(KNOWN_SPREAD)
            yield Finding(
                2 if off else 1,
                f"The known covariance does not fit the {name} rows: their mean squared distance "
                f"to the mean is {shape.spread:.2g} times what it says, so nats are off likewise.",
            )


def _everywhere(facts: Facts, evidence: Evidence) -> Iterator[Finding]:
    if evidence.tied > TIED:
        yield Finding(
            1,
            f"{100 * evidence.tied:.0f} % of the forget rows coincide with others: repeated rows "
            "have no density, and the Gaussian counts each as evidence of its own.",
        )
    whole, k = evidence.neighbors, facts.divergence
    if not math.isfinite(k) or not abs(whole.excess) > WHOLE.indicative * k + NOISE * whole.noise:
        return
    kind = "" if facts.covariance == "refit" else " with one covariance"
    yield Finding(
        2 if abs(whole.excess) > WHOLE.do_not_rely * k + NOISE * whole.noise else 1,
        f"Nearest neighbours, which assume no Gaussian, see a divergence of {whole.rows:.3g} nats "
        f"in all dimensions, and {whole.gaussian:.3g} on as many Gaussian rows{kind} "
        f"(plug-in {k:.3g}): the domains differ in more than the Gaussians can say.",
    )


def _nothing_found(facts: Facts, evidence: Evidence) -> Iterator[str]:
    worst = max(evidence.forget.kolmogorov_own, evidence.retain.kolmogorov_own)
    yield (
        "Distances to the domain means are spread like those of Gaussian rows (Kolmogorov distance "
        f"at most {worst:.2f})."
    )
    if facts.covariance != "refit":
        yield (
            "The domains have about the same covariance (total variances "
            f"{evidence.total_ratio:.2f} to 1)."
        )
    axis = evidence.axis_neighbors
    if math.isfinite(axis.excess):
        yield (
            f"Nearest neighbours see {axis.rows:.3g} nats along the line through the means, and "
            f"{axis.gaussian:.3g} on Gaussian rows."
        )
    if facts.noise_share is not None:
        yield f"{100 * facts.noise_share:.0f} % of the plug-in divergence is sampling noise."


def spread_divergence(evidence: Evidence) -> float:
    """Return what the difference of the covariances is worth, in nats.

    The second-order term |C1 - C2|^2 / 4 of the Gaussian divergence, or the divergence in the one
    direction that differs most if that is more; less what Gaussian rows with one covariance show.
    """
    return max(0.0, 0.25 * evidence.covariances.excess, evidence.direction.excess)


def _level(value: float, reference: float, noise: float, more: Limits, less: Limits) -> int:
    doubt = NOISE * noise
    for level, high, low in ((2, more[1], less[1]), (1, more[0], less[0])):
        if value > high * reference + doubt or value < low * reference - doubt:
            return level
    return 0


def _log(ratio: float) -> float:
    """Logarithm of a ratio that can be zero or infinite."""
    return math.log(ratio) if ratio > 0.0 else -math.inf
