"""The mathematics: pure functions of floats and arrays, all values in nats.

Each function names its source, a section of ``docs/theory.md`` or a statement of the paper
(*Distributional Machine Unlearning via Selective Data Removal*, arXiv 2507.15112).
"""

from __future__ import annotations

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

__all__ = [
    "expected_log_loss",
    "frontier_alpha",
    "frontier_epsilon",
    "frontier_mean",
    "frontier_refit",
    "gaussian_entropy",
    "gaussian_kl",
    "noise_floor",
    "plugin_noise_floor",
    "posthoc_certificate",
    "unbiased_divergence",
]
