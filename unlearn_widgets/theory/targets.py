"""The smallest removal that meets a target, in prediction or in certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from unlearn_widgets.theory.apriori import certificate
from unlearn_widgets.theory.arguments import counts, dimension, finite_divergence, rule_name
from unlearn_widgets.theory.tradeoff import removal_tradeoff
from unlearn_widgets.validation import at_least, probability, strict_keywords

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unlearn_widgets.validation import Floats, Mask, Positions

# A target that was read off a curve is met at that point, whatever its last digit.
SLACK = 1e-12
SCANNED_AT_ONCE = 2048


@overload
def required_removals(
    rule: str,
    *,
    n_forget: int,
    n_retain: int,
    divergence: float,
    dim: int = ...,
    alpha: float | None = ...,
    epsilon: float | None = ...,
    delta: float | None = ...,
    return_reason: Literal[False] = ...,
) -> int | None: ...
@overload
def required_removals(
    rule: str,
    *,
    n_forget: int,
    n_retain: int,
    divergence: float,
    dim: int = ...,
    alpha: float | None = ...,
    epsilon: float | None = ...,
    delta: float | None = ...,
    return_reason: Literal[True],
) -> tuple[int | None, str | None]: ...
@strict_keywords
def required_removals(
    rule: str,
    *,
    n_forget: int,
    n_retain: int,
    divergence: float,
    dim: int = 1,
    alpha: float | None = None,
    epsilon: float | None = None,
    delta: float | None = None,
    return_reason: bool = False,
) -> int | tuple[int | None, str | None] | None:
    """Smallest number of removals with which a rule meets the targets.

    Parameters
    ----------
    rule : {"random", "distance", "likelihood_ratio"}
        Which rows are removed first.
    n_forget, n_retain : int
        Rows of the two domains before removal, at least 1.
    divergence : float
        k = KL(p1 || p2), in nats, finite and at least 0.
    dim : int
        Dimension d, at least 1.
    alpha : float, optional
        Removal to reach at least, in nats.
    epsilon : float, optional
        Preservation cost to keep to at most, in nats. At least one target must be given.
    delta : float, optional
        Ask the a-priori certificate at this risk, in (0, 1), instead of the population prediction.
    return_reason : bool
        Return why nothing meets the targets as well.

    Returns
    -------
    int or None
        The first number of removed rows, from 0 up, that meets all targets; None when none does.
        With `return_reason` a pair of this and one sentence, or None where it is met.

    Raises
    ------
    ValueError
        For an unknown rule, an argument out of range, or no target.

    Notes
    -----
    Sections 2 and 3 of docs/theory.md, mean refit. Scanned to the first crossing, since
    certificates and the curve of the likelihood ratio are not monotone.

    Examples
    --------
    >>> domains = dict(n_forget=1000, n_retain=1000, divergence=2.0)
    >>> required_removals("random", alpha=1.0, **domains)
    586
    >>> required_removals("likelihood_ratio", alpha=1.0, **domains)
    330
    >>> required_removals("random", alpha=3.0, return_reason=True, **domains)[1]
    'alpha >= 3 is out of reach: random removal gets to 2, with 1,000 of 1,000 rows removed.'

    """
    name = rule_name(rule)
    counts(n_forget, n_retain, 0)
    k, d = float(finite_divergence(divergence)), int(dimension(dim))
    targets = _Targets(
        None if alpha is None else float(at_least("alpha", alpha, 0.0)),
        None if epsilon is None else float(at_least("epsilon", epsilon, 0.0)),
    )
    if targets.alpha is None and targets.epsilon is None:
        message = "alpha, epsilon: give at least one target, got None for both."
        raise ValueError(message)
    risk = None if delta is None else probability("delta", delta)
    search = _Search(name, int(n_forget), int(n_retain), k, d, risk)
    found, reason = search.first(targets)
    return (found, reason) if return_reason else found


@dataclass(frozen=True)
class _Targets:
    alpha: float | None
    epsilon: float | None

    def met(self, alpha: Floats, epsilon: Floats) -> Mask:
        """Whether both targets are met, up to rounding."""
        good = np.ones(np.shape(alpha), dtype=np.bool_)
        if self.alpha is not None:
            good &= alpha >= self.alpha * (1.0 - SLACK)
        if self.epsilon is not None:
            good &= epsilon <= self.epsilon * (1.0 + SLACK)
        return good


@dataclass(frozen=True)
class _Search:
    rule: str
    n_forget: int
    n_retain: int
    divergence: float
    dim: int
    delta: float | None

    def first(self, targets: _Targets) -> tuple[int | None, str | None]:
        if self.delta is None and self.rule != "likelihood_ratio":
            return self._bisect(targets)
        best = _Best()
        for removed in self._pieces():
            alpha, epsilon = self._numbers(removed)
            met = targets.met(alpha, epsilon)
            if met.any():
                return int(removed[np.argmax(met)]), None
            best.see(removed, alpha, epsilon)
        return None, self._reason(targets, best)

    def _bisect(self, targets: _Targets) -> tuple[int | None, str | None]:
        """Both numbers are monotone: removing more never undoes a target."""
        low, high = -1, self.n_forget
        last = self._numbers(np.array([high]))
        if not targets.met(*last)[0]:
            best = _Best()
            best.see(np.array([high]), *last)
            return None, self._reason(targets, best)
        while high - low > 1:
            middle = (low + high) // 2
            if targets.met(*self._numbers(np.array([middle])))[0]:
                high = middle
            else:
                low = middle
        return high, None

    def _pieces(self) -> Iterator[Positions]:
        for start in range(0, self.n_forget + 1, SCANNED_AT_ONCE):
            yield np.arange(start, min(start + SCANNED_AT_ONCE, self.n_forget + 1))

    def _numbers(self, removed: Positions) -> tuple[Floats, Floats]:
        setting: dict[str, Any] = {
            "n_forget": self.n_forget,
            "n_retain": self.n_retain,
            "n_removed": removed,
            "divergence": self.divergence,
            "dim": self.dim,
        }
        if self.delta is None:
            alpha, epsilon = removal_tradeoff(self.rule, **setting)
        else:
            alpha, epsilon = certificate(self.rule, **setting, delta=self.delta)
        return np.asarray(alpha), np.asarray(epsilon)

    def _reason(self, targets: _Targets, best: _Best) -> str:
        words = {"random": "random removal", "distance": "removal by distance"}
        rule = words.get(self.rule, "removal by likelihood ratio")
        verb = "gets to" if self.delta is None else "is certified to reach"
        if targets.alpha is not None and best.alpha < targets.alpha * (1.0 - SLACK):
            return (
                f"alpha >= {targets.alpha:g} is out of reach: {rule} {verb} {best.alpha:.6g}, with "
                f"{best.alpha_at:,} of {self.n_forget:,} rows removed."
            )
        if targets.epsilon is not None and best.epsilon > targets.epsilon * (1.0 + SLACK):
            down = "gets down to" if self.delta is None else "is certified to stay below"
            return (
                f"epsilon <= {targets.epsilon:g} is out of reach: {rule} {down} "
                f"{best.epsilon:.6g}, with {best.epsilon_at:,} of {self.n_forget:,} rows removed."
            )
        return (
            f"alpha >= {targets.alpha:g} and epsilon <= {targets.epsilon:g} are each in reach of "
            f"{rule}, but with no number of rows both at once: epsilon <= {targets.epsilon:g} "
            "forbids the budgets that alpha needs."
        )


@dataclass
class _Best:
    """The largest alpha and the smallest epsilon seen so far."""

    alpha: float = -np.inf
    alpha_at: int = 0
    epsilon: float = np.inf
    epsilon_at: int = 0

    def see(self, removed: Positions, alpha: Floats, epsilon: Floats) -> None:
        high, low = int(np.argmax(alpha)), int(np.argmin(epsilon))
        if alpha[high] > self.alpha:
            self.alpha, self.alpha_at = float(alpha[high]), int(removed[high])
        if epsilon[low] < self.epsilon:
            self.epsilon, self.epsilon_at = float(epsilon[low]), int(removed[low])
