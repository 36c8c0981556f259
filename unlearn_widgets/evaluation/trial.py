"""Measurements held against a target and a tolerance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.evaluation.spread import mean_known
from unlearn_widgets.frames import Frame

if TYPE_CHECKING:
    from unlearn_widgets.evaluation.result import RetrainCurve
    from unlearn_widgets.validation import Floats

# Forgetting raises it; everything else is to fall.
RISING = ("forget_log_loss",)
EVIDENCE = (
    *("rule", "fraction", "metric_mean", "metric_std", "retain_loss"),
    *("reaches_target", "tolerated"),
)


class Trial:
    """Measurements, a target and a tolerance.

    Parameters
    ----------
    result : RetrainCurve
        Measurements.
    metric, goal : str, float
        What is wanted.
    tolerated : float
        Increase of the retain log-loss, nats per row.

    """

    def __init__(self, result: RetrainCurve, metric: str, goal: float, tolerated: float) -> None:
        self.result, self.metric = result, metric
        self.goal, self.tolerated = goal, tolerated
        self.fractions: Floats = np.zeros(0)
        self.values: dict[str, Floats] = {}
        self.losses: dict[str, Floats] = {}
        for rule in result.design.rules:
            self.fractions, self.values[rule] = result.measured(rule, metric)
            losses = result.measured(rule, "retain_log_loss")[1]
            with np.errstate(invalid="ignore"):
                self.losses[rule] = losses - losses[:, :1]

    def reaches(self, values: Floats) -> Any:
        """Whether means of the metric are where they should be; NaN never is."""
        return values >= self.goal if self.metric in RISING else values <= self.goal

    def tolerable(self, losses: Floats) -> Any:
        """Whether increases of the retain log-loss are tolerated; any is, when inf is."""
        return (losses <= self.tolerated) | math.isinf(self.tolerated)

    def choose(self, splits: Any) -> tuple[str, int] | None:
        """Return rule and step with the smallest budget that does, by some of the splits."""
        best: tuple[float, float, str, int] | None = None
        for rule, values in self.values.items():
            means = mean_known(values[splits])
            losses = mean_known(self.losses[rule][splits])
            fits = np.flatnonzero(self.reaches(means) & self.tolerable(losses))
            if fits.size:
                step = int(fits[0])
                cost = losses[step] if math.isfinite(losses[step]) else math.inf
                entry = (float(self.fractions[step]), float(cost), rule, step)
                best = entry if best is None else min(best, entry)
        return None if best is None else best[2:]

    def left_out(self) -> tuple[float | None, float | None]:
        """Return metric and retain loss on splits that had no part in the choice."""
        splits = np.arange(len(self.result.design.splits))
        if len(splits) < 2:
            return None, None
        found = [(split, self.choose(np.delete(splits, split))) for split in splits.tolist()]
        pairs = [
            (self.values[chosen[0]][split, chosen[1]], self.losses[chosen[0]][split, chosen[1]])
            for split, chosen in found
            if chosen is not None
        ]
        if len(pairs) < len(splits):
            return None, None
        means = np.array(pairs).mean(axis=0)
        return known(means[0]), known(means[1])

    def evidence(self) -> Frame:
        """Return every rule and budget with what it reaches."""
        rows = []
        for rule, values in self.values.items():
            means, losses = mean_known(values), mean_known(self.losses[rule])
            reaches, tolerable = self.reaches(means), self.tolerable(losses)
            for step, fraction in enumerate(self.fractions.tolist()):
                finite = values[:, step][np.isfinite(values[:, step])]
                spread = float(finite.std(ddof=1)) if finite.size > 1 else math.nan
                numbers = (fraction, float(means[step]), spread, float(losses[step]))
                rows.append((rule, *numbers, bool(reaches[step]), bool(tolerable[step])))
        return Frame(dict(zip(EVIDENCE, map(list, zip(*rows, strict=True)), strict=True)))

    def wanted(self) -> str:
        """Say the target."""
        return f"at {'least' if self.metric in RISING else 'most'} {self.goal:g}"

    def numbers(self, chosen: tuple[str, int]) -> tuple[float | None, float | None]:
        """Return metric and retain loss of a choice, means over splits."""
        rule, step = chosen
        tables = self.values[rule], self.losses[rule]
        value, loss = (known(float(mean_known(table)[step])) for table in tables)
        return value, loss

    def praise(self, rule: str, step: int, rows: int) -> str:
        """Say what to do and what it brings."""
        value = mean_known(self.values[rule])[step]
        loss = mean_known(self.losses[rule])[step]
        outside = self.left_out()[0]
        honest = "" if outside is None else f"; {outside:.3g} on splits that had no part in it"
        return (
            f"Remove {rows} rows ({100 * self.fractions[step]:.1f} %) by {rule}: {self.metric} is "
            f"{value:.3g} (wanted: {self.wanted()}){honest}. The retain log-loss changes by "
            f"{loss:+.3g} nats per row (tolerated: {self.tolerated:g})."
        )

    def obstacle(self) -> str:
        """Say why nothing is recommended."""
        head = f"Nothing measured reaches {self.metric} {self.wanted()}"
        means = {rule: mean_known(values) for rule, values in self.values.items()}
        losses = {rule: mean_known(values) for rule, values in self.losses.items()}
        if all(np.isnan(values).all() for values in losses.values()):
            return (
                f"{head}: the retain log-loss is unknown, so no increase can be tolerated. Use an "
                "estimator with predict_proba, or max_retain_loss=math.inf."
            )
        rising = self.metric in RISING
        ends = [np.nanmax(m) if rising else np.nanmin(m) for m in means.values() if _some(m)]
        if not ends:
            return f"{head}: the metric was not measured ({self.result.status})."
        best = max(ends) if rising else min(ends)
        if not self.reaches(np.array([best]))[0]:
            return f"{head}: the best is {best:.3g}. Use another rule, or a target within reach."
        costs = [
            float(losses[rule][step])
            for rule, values in means.items()
            for step in np.flatnonzero(self.reaches(values))
            if not math.isnan(losses[rule][step])
        ]
        cheapest = min(costs, default=math.nan)
        return (
            f"{head} within the tolerated {self.tolerated:g} nats of retain log-loss: the least "
            f"that does costs {cheapest:.3g}. Tolerate more, or choose another target."
        )


def _some(values: Floats) -> bool:
    return not bool(np.isnan(values).all())


def known(value: float) -> float | None:
    """Return a number, or None for NaN."""
    return None if math.isnan(value) else float(value)
