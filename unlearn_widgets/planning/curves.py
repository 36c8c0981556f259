"""The curves of one rule over the budgets of a plan.

Three kinds of number, never mixed: *measured* on the rows in the order of the ranking, *predicted*
for the population from the plug-in divergence (docs/theory.md, section 2), and *certified* before
any row is looked at, if the divergence were known (section 3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets import theory
from unlearn_widgets.problem.path import NUMBERS
from unlearn_widgets.problem.ranking import RULES

if TYPE_CHECKING:
    from unlearn_widgets.planning.outlook import Outlook
    from unlearn_widgets.problem.path import RemovalPath
    from unlearn_widgets.validation import Floats, Positions

REFITS = ("mean", "covariance")


@dataclass(frozen=True)
class RuleCurves:
    """What a rule does at each budget of a plan.

    Attributes
    ----------
    rule : str
        Name of the rule.
    order : (n_forget,) int64 ndarray
        The forget rows, first to remove first.
    budgets : (m,) int64 ndarray
        Rows removed, ascending from 0 to n_forget.
    measured : dict of str to (m,) ndarray
        alpha, epsilon, forget_log_loss and retain_log_loss of the rows, in nats.
    floors : pair of (m,) ndarray
        Noise floors of alpha and epsilon, in nats.
    predicted : dict of str to pair of (m,) ndarray
        Population prediction of alpha and epsilon, in nats, by what is refitted: "mean",
        "covariance". Empty for a rule, or a covariance, for which none is known.
    certified : pair of (m,) ndarray or None
        A-priori bounds, in nats: alpha at least, epsilon at most.

    """

    rule: str
    order: Positions
    budgets: Positions
    measured: dict[str, Floats]
    floors: tuple[Floats, Floats]
    predicted: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    certified: tuple[Floats, Floats] | None = None

    def series(self) -> dict[str, Floats]:
        """Return every curve by name, as it travels to the browser and into charts."""
        pairs = {"floor": self.floors}
        pairs |= {f"predicted_{refit}": pair for refit, pair in self.predicted.items()}
        if self.certified is not None:
            pairs["certified"] = self.certified
        curves = {"budget": self.budgets.astype(float), **self.measured}
        for kind, (alpha, epsilon) in pairs.items():
            curves |= {f"alpha_{kind}": alpha, f"epsilon_{kind}": epsilon}
        return curves


def trace(rule: str, path: RemovalPath, budgets: Positions, outlook: Outlook) -> RuleCurves:
    """Compute the curves of a rule, leaving out what has no proof."""
    counts: dict[str, Any] = {"n_forget": outlook.n_forget, "n_retain": outlook.n_retain}
    floors = theory.plugin_noise_floor(
        outlook.n_forget,
        outlook.n_forget - budgets,
        outlook.n_retain,
        outlook.n_retain,
        outlook.dim,
    )
    predicted = {}
    certified = None
    if rule in RULES and outlook.prediction_reason is None:
        predicted = {
            refit: _pair(
                theory.removal_tradeoff(
                    rule,
                    **counts,
                    n_removed=budgets,
                    divergence=outlook.divergence,
                    dim=outlook.dim,
                    refit=refit,
                )
            )
            for refit in REFITS
        }
    if rule in RULES and outlook.certificate_reason is None:
        certified = _pair(
            theory.certificate(
                rule,
                **counts,
                n_removed=budgets,
                divergence=outlook.divergence_unbiased,
                dim=outlook.dim,
                delta=outlook.delta,
            )
        )
    measured = path.at(budgets)
    return RuleCurves(
        rule=rule,
        order=path.order,
        budgets=budgets,
        measured={name: measured[name] for name in NUMBERS},
        floors=_pair(floors),
        predicted=predicted,
        certified=certified,
    )


def _pair(values: tuple[Any, Any]) -> tuple[Floats, Floats]:
    alpha, epsilon = values
    return np.asarray(alpha), np.asarray(epsilon)
