"""What is known of a removal before a rule is chosen, and why something cannot be claimed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unlearn_widgets import theory
from unlearn_widgets.statistics import FORGET, RETAIN

if TYPE_CHECKING:
    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.validation import Floats

FRONTIER_POINTS = 121
# Below this the distance rule wastes more than half of what the likelihood ratio gains.
POOR_EFFICIENCY = 0.5


@dataclass(frozen=True)
class Stop:
    """Where the likelihood-ratio rule meets the retained domain.

    Attributes
    ----------
    removed : float
        Forget rows removed there, not rounded.
    beyond : bool
        Whether less than one forget row would be kept.

    """

    removed: float
    beyond: bool


@dataclass(frozen=True)
class Frontier:
    """Most removal alpha for each preservation epsilon, both (m,) in nats."""

    refit: str
    epsilon: Floats
    alpha: Floats


@dataclass(frozen=True)
class Outlook:
    """Facts about a problem that every rule shares.

    Attributes
    ----------
    n_forget, n_retain, dim : int
        Rows of both domains and the effective dimension.
    divergence : float
        Plug-in k in nats, on which predictions rest.
    divergence_unbiased : float
        Unbiased k in nats, on which a-priori certificates rest; NaN where none is known.
    delta : float
        Chance that a certificate fails.
    entropy_forget, entropy_retain : float
        Entropy of each domain in nats: its log-loss is this plus alpha or epsilon.
    alpha_before, epsilon_before : float
        With nothing removed, in nats.
    prediction_reason, certificate_reason, frontier_reason : str or None
        Why there is none, None where there is one.

    """

    n_forget: int
    n_retain: int
    dim: int
    divergence: float
    divergence_unbiased: float
    delta: float
    entropy_forget: float
    entropy_retain: float
    alpha_before: float
    epsilon_before: float
    prediction_reason: str | None
    certificate_reason: str | None

    @property
    def frontier_reason(self) -> str | None:
        """Why there is no frontier: what stands behind a prediction stands behind it too."""
        return self.prediction_reason

    @property
    def stop(self) -> Stop | None:
        """Where the likelihood-ratio rule should stop; None without a prediction."""
        if self.prediction_reason is not None or self.divergence == 0.0:
            return None
        removed = float(theory.stop_point(self.divergence)) * self.n_forget
        return Stop(removed, beyond=self.n_forget - removed < 1.0)

    @property
    def alpha_target(self) -> float | None:
        """Removal half-way between removing nothing and everything, the paper's criterion."""
        return _rounded(0.5 * (self.alpha_before + self.divergence))

    @property
    def epsilon_target(self) -> float | None:
        """Half of the preservation cost of removing nothing."""
        return _rounded(0.5 * self.epsilon_before)

    def frontiers(self) -> list[Frontier]:
        """Return the frontier of each refit, over the epsilons that removal can meet."""
        k = self.divergence
        if self.frontier_reason is not None or k == 0.0:
            return []
        reach = max(self.epsilon_before, 0.05 * k)
        roots = np.linspace(0.0, math.sqrt(reach), FRONTIER_POINTS)
        epsilon = np.square(roots)
        mean = Frontier("mean", epsilon, np.asarray(theory.frontier_alpha(epsilon, k)))
        singular = 0.5 * (math.sqrt(1.0 + 2.0 / k) - 1.0)
        steps = singular * (1.0 - np.square(np.linspace(1.0, 1e-3, 4 * FRONTIER_POINTS)))
        alpha, cost = (np.asarray(part) for part in theory.frontier_refit(steps, k))
        inside = cost <= reach
        return [mean, Frontier("covariance", cost[inside], alpha[inside])]

    def warning(self, label: str = "likelihood ratio") -> tuple[float, str] | None:
        """Return the efficiency of the distance rule and what it means, when it is poor."""
        if self.prediction_reason is not None or self.divergence == 0.0:
            return None
        efficiency = float(theory.distance_efficiency(self.dim, self.divergence))
        if efficiency >= POOR_EFFICIENCY:
            return None
        return efficiency, (
            f"{self.dim:,} dimensions are many against a divergence of {self.divergence:.3g} nats: "
            f"removal by distance is predicted to keep {efficiency:.0%} of the gain over random "
            f"removal, and the {label} all of it."
        )


def survey(problem: UnlearningProblem, delta: float) -> Outlook:
    """Collect what is known of a problem."""
    effect = problem.effect([], delta=delta)
    entropies = problem.entropies
    reason = _no_prediction(problem)
    unbiased = problem.divergence_unbiased
    certificate = reason
    if certificate is None and not unbiased > 0.0:
        certificate = (
            "The unbiased divergence is not above zero: too few rows for so many dimensions to "
            "certify anything in advance."
        )
        if math.isnan(unbiased):
            certificate = (
                "Too few rows for an unbiased divergence: nothing is certified in advance."
            )
    return Outlook(
        n_forget=problem.n_forget,
        n_retain=problem.n_retain,
        dim=problem.dim_effective,
        divergence=problem.divergence,
        divergence_unbiased=unbiased,
        delta=delta,
        entropy_forget=entropies[FORGET],
        entropy_retain=entropies[RETAIN],
        alpha_before=effect.alpha,
        epsilon_before=effect.epsilon,
        prediction_reason=reason,
        certificate_reason=certificate,
    )


def _no_prediction(problem: UnlearningProblem) -> str | None:
    if problem.covariance_mode == "refit":
        return (
            "Predictions, certificates and the frontier are proved for one covariance of both "
            "domains, not for a covariance that is refitted."
        )
    if problem.shrinkage_used:
        return (
            f"Predictions, certificates and the frontier are not proved for a covariance under "
            f"{problem.shrinkage_used} shrinkage."
        )
    if math.isinf(problem.divergence):
        return (
            "The domain means differ outside the span of the covariance: the divergence is "
            "infinite, and nothing can be predicted from it."
        )
    return None


def _rounded(value: float) -> float | None:
    return float(f"{value:.3g}") if math.isfinite(value) else None
