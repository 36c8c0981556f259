"""Example data: two domains, ready for `UnlearningProblem` and `explore`."""

from __future__ import annotations

from unlearn_widgets.datasets.domains import Domains
from unlearn_widgets.datasets.gaussians import make_gaussians
from unlearn_widgets.datasets.sms_spam import load_sms_spam

__all__ = ["Domains", "load_sms_spam", "make_gaussians"]
