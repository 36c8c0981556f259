"""One data set with one model: curves of every rule over seeds, and where they are halved."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scripts.reproduction.rules import CONTENDERS, DISTANCE, EUCLIDEAN, RANDOM
from unlearn_widgets.evaluation.halving import RESAMPLES, crossing, crossing_interval

if TYPE_CHECKING:
    from unlearn_widgets.evaluation import RetrainCurve
    from unlearn_widgets.validation import Floats

RECALL = "recall of held-out forget rows"
REMOVAL = "removal divergence, half-way to full deletion"


class Interval(NamedTuple):
    """A number with the ends of its interval."""

    value: float
    low: float
    high: float


class Paper(NamedTuple):
    """The paper's shares, in per cent, to delete until the forget metric is halved."""

    random: int
    selective: int


@dataclass(frozen=True)
class Study:
    """What was measured.

    Attributes
    ----------
    name : str
        Data set and model, as the tables call it.
    n_forget, n_retain, dim : int
        Rows of the whole data set, and the dimensions its covariance spans.
    divergence : float
        Unbiased, in nats; the mean over samples where there are several.
    metric : str
        What falls while rows are removed.
    fractions : (steps,) ndarray
        Budgets.
    values : dict of str to (seeds, steps) ndarray
        The metric along each rule.
    alphas : dict of str to (seeds, steps) ndarray
        Plug-in removal divergence along each rule, nats.
    losses : dict of str to (seeds, steps) ndarray
        Forget log-loss of the retrained model, nats.
    closed_recalls, closed_losses : dict of str to (seeds, steps) ndarray
        Closed form of a linear classifier; NaN or nothing where there is none.
    paper : Paper or None
        What the paper reports for this kind of data.
    curve : RetrainCurve or None
        The whole measurement, where one object holds it.
    found : dict
        Intervals that were asked for, because resampling takes its time.

    """

    name: str
    n_forget: int
    n_retain: int
    dim: int
    divergence: float
    metric: str
    fractions: Floats
    values: dict[str, Floats]
    alphas: dict[str, Floats] = field(default_factory=dict)
    losses: dict[str, Floats] = field(default_factory=dict)
    closed_recalls: dict[str, Floats] = field(default_factory=dict)
    closed_losses: dict[str, Floats] = field(default_factory=dict)
    paper: Paper | None = None
    curve: RetrainCurve | None = None
    found: dict[tuple[str, ...], Interval] = field(default_factory=dict, init=False)

    @property
    def seeds(self) -> int:
        """How many samples or splits there are."""
        return len(next(iter(self.values.values())))

    def halved(self, rule: str) -> Interval:
        """Return the share to delete until the mean curve is half of what it was."""
        if (rule,) not in self.found:
            interval = crossing_interval(self.fractions, self.values[rule])
            self.found[(rule,)] = Interval(*interval)
        return self.found[(rule,)]

    def best(self) -> str:
        """Return the contender that halves the metric with the fewest deletions."""
        shares = {rule: self.halved(rule).value for rule in CONTENDERS if rule in self.values}
        return min(shares, key=lambda rule: (math.isnan(shares[rule]), shares[rule]))

    def selective(self) -> str:
        """Return which form of the paper's distance rule needs fewer deletions."""
        forms = [rule for rule in (DISTANCE, EUCLIDEAN) if rule in self.values]
        return min(forms, key=lambda rule: self.halved(rule).value)

    def saved(self, rule: str, other: str = RANDOM) -> Interval:
        """Return by how much smaller a share a rule needs than another one, on the same seeds."""
        if (rule, other) not in self.found:
            self.found[rule, other] = self._lead(rule, other)
        return self.found[rule, other]

    def _lead(self, rule: str, other: str) -> Interval:
        pair = self.values[other], self.values[rule]
        found = [_crossings(self.fractions, values.mean(axis=0)[None]) for values in pair]
        drawn = np.random.default_rng(0).integers(self.seeds, size=(RESAMPLES, self.seeds))
        ends = [_crossings(self.fractions, values[drawn].mean(axis=1)) for values in pair]
        low, high = np.quantile(ends[0] - ends[1], [0.025, 0.975])
        return Interval(float(found[0][0] - found[1][0]), float(low), float(high))

    def each(self, rule: str, seeds: int) -> Floats:
        """Return the share to delete on each of the first seeds alone."""
        return _crossings(self.fractions, self.values[rule][:seeds])

    def first(self, seeds: int) -> Study:
        """Return the study of the first seeds only."""
        return replace(self, values={rule: v[:seeds] for rule, v in self.values.items()})

    def step(self, share: float) -> int:
        """Return the position of a budget."""
        return int(np.argmin(np.abs(self.fractions - share)))


def _crossings(fractions: Floats, curves: Floats) -> Floats:
    """Return where each curve is halved; one that never is counts as full deletion."""
    found = np.array([crossing(fractions, curve, 0.5 * curve[0]) for curve in curves])
    return np.where(np.isnan(found), 1.0, found)
