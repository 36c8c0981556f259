"""From the numbers of an edit to everything that is said about it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unlearn_widgets.blas import single_thread
from unlearn_widgets.problem.effect import Effect, random_equivalent
from unlearn_widgets.statistics import FORGET, RETAIN
from unlearn_widgets.theory import frontier_alpha, plugin_noise_floor, posthoc_certificate

if TYPE_CHECKING:
    from unlearn_widgets.problem.live import LiveNumbers, LiveUpdate
    from unlearn_widgets.problem.rows import KeptSums, WhitenedRows
    from unlearn_widgets.problem.whitening import Whitening
    from unlearn_widgets.validation import Mask


@dataclass(frozen=True, slots=True)
class Claims:
    """What is certain about an edit, and how it compares with the best one."""

    alpha_certified: float | None = None
    epsilon_certified: float | None = None
    frontier_alpha: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Prediction:
    """How a problem turns a removal into an `Effect`.

    Attributes
    ----------
    mode : str
        "shared", "refit" or "known" covariance.
    rows : WhitenedRows
        The rows of both domains.
    whitening : Whitening
        Their coordinates.
    live : LiveUpdate
        How p^ is refitted.
    before : LiveNumbers
        The numbers with nothing removed.

    """

    mode: str
    rows: WhitenedRows
    whitening: Whitening
    live: LiveUpdate
    before: LiveNumbers

    def effect(self, kept: KeptSums, removed: Mask, delta: float) -> Effect:
        """Move `kept` to the removal in a (n,) mask and return its effect.

        Raises
        ------
        ValueError
            When no row would be kept.

        """
        kept.check(removed)
        with single_thread():
            kept.update(removed)
            now = self.live.numbers(kept)
        n1, n2 = self.rows.counts[FORGET], self.rows.counts[RETAIN]
        kept1, kept2 = kept.counts[FORGET], kept.counts[RETAIN]
        floor = plugin_noise_floor(n1, kept1, kept2, n2, self.rows.dim)
        claims = self._claims(now, delta)
        equivalent = None
        if kept2 == n2 and self.mode != "refit":
            equivalent = random_equivalent(now.alpha, self.live.divergence, n1, n2)
        return Effect(
            n_forget=n1,
            n_retain=n2,
            n_removed=n1 + n2 - kept1 - kept2,
            n_removed_forget=n1 - kept1,
            n_removed_retain=n2 - kept2,
            removed_fraction=(n1 - kept1) / n1,
            alpha=now.alpha,
            epsilon=now.epsilon,
            forget_log_loss=now.forget_log_loss,
            retain_log_loss=now.retain_log_loss,
            alpha_before=self.before.alpha,
            epsilon_before=self.before.epsilon,
            forget_log_loss_before=self.before.forget_log_loss,
            retain_log_loss_before=self.before.retain_log_loss,
            alpha_noise_floor=float(floor[0]),
            epsilon_noise_floor=float(floor[1]),
            alpha_certified=claims.alpha_certified,
            epsilon_certified=claims.epsilon_certified,
            certificate_reason=claims.reason,
            delta=delta,
            covariance=self.mode,
            shrinkage_used=self.whitening.shrinkage_used,
            dim_effective=self.rows.dim,
            precision=self.rows.precision,
            frontier_alpha=claims.frontier_alpha,
            random_equivalent=equivalent,
        )

    def _claims(self, now: LiveNumbers, delta: float) -> Claims:
        outside = "The domain means differ outside the span of the covariance: KL is infinite."
        if self.mode == "refit":
            reason = "No certificate is known when the covariance is refitted."
            if not self.whitening.means_in_span:
                reason = f"{outside} {reason}"
            elif math.isinf(now.alpha + now.epsilon):
                reason = f"A covariance that is compared is singular: KL is infinite. {reason}"
            return Claims(reason=reason)
        if self.whitening.shrinkage_used:
            name = self.whitening.shrinkage_used
            return Claims(reason=f"No certificate is known under {name} shrinkage.")
        frontier = frontier_alpha(now.epsilon, self.live.divergence)
        if not self.whitening.means_in_span:
            return Claims(frontier_alpha=frontier, reason=outside)
        alpha, epsilon = posthoc_certificate(
            now.distance_forget,
            now.distance_retain,
            n_forget=self.rows.counts[FORGET],
            n_retain=self.rows.counts[RETAIN],
            dim=self.rows.dim,
            delta=delta,
            covariance="known" if self.mode == "known" else "pooled",
        )
        return Claims(float(alpha), float(epsilon), frontier)
