"""The mathematics: pure functions of floats and arrays, all values in nats.

Each function names its source, a section of ``docs/theory.md`` or a statement of the paper
(*Distributional Machine Unlearning via Selective Data Removal*, arXiv 2507.15112).
"""

from __future__ import annotations

from unlearn_widgets.theory.apriori import certificate
from unlearn_widgets.theory.arguments import RULES
from unlearn_widgets.theory.certificates import posthoc_certificate
from unlearn_widgets.theory.frontier import (
    frontier_alpha,
    frontier_epsilon,
    frontier_mean,
    frontier_refit,
)
from unlearn_widgets.theory.gaussian import (
    expected_log_loss,
    gaussian_entropy,
    gaussian_kl,
    unbiased_divergence,
)
from unlearn_widgets.theory.noise import noise_floor, plugin_noise_floor
from unlearn_widgets.theory.rules import (
    distance_efficiency,
    folded_normal_cdf,
    folded_normal_ppf,
    kept_mean_factor,
    stop_point,
)
from unlearn_widgets.theory.targets import required_removals
from unlearn_widgets.theory.tradeoff import removal_tradeoff

__all__ = [
    "RULES",
    "certificate",
    "distance_efficiency",
    "expected_log_loss",
    "folded_normal_cdf",
    "folded_normal_ppf",
    "frontier_alpha",
    "frontier_epsilon",
    "frontier_mean",
    "frontier_refit",
    "gaussian_entropy",
    "gaussian_kl",
    "kept_mean_factor",
    "noise_floor",
    "plugin_noise_floor",
    "posthoc_certificate",
    "removal_tradeoff",
    "required_removals",
    "stop_point",
    "unbiased_divergence",
]
