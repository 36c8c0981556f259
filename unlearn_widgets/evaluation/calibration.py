"""How the predictions of a curve compare with what was measured."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from unlearn_widgets.evaluation.bands import DOMAINS, change_band, closed_form
from unlearn_widgets.evaluation.spread import mean_known
from unlearn_widgets.frames import Frame
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from collections.abc import Callable

    from unlearn_widgets.evaluation.result import RetrainCurve
    from unlearn_widgets.validation import Floats

# From which Spearman correlation on a word is used.
WORDS = ((0.9, "closely"), (0.7, "mostly"), (0.4, "loosely"))
# Means over splits that differ by less are a tie between rules.
TIE = 1e-12
FEWEST = 3
LIMITS = (
    "The prediction is about the density of rows under one Gaussian, the measurement about labels "
    "given rows: nothing makes them agree in nats, and only measuring tells whether in order."
)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Predictions against measurements.

    Attributes
    ----------
    correlation : float or None
        Spearman correlation, over rules and budgets, of predicted alpha with measured forgetting
        (1 - forget recall), means over splits; None for fewer than 3 removals or no variation.
    n_removals : int
        Different removals it is over: none and all count once.
    agreement : float or None
        Share of pairs of rules at one budget for which the larger alpha forgets more. Budgets alone
        cannot raise it, as they raise the correlation.
    n_pairs : int
        Pairs that differ in both.
    closed_form_agreement : float or None
        Share of such pairs for which the rule with the smaller closed-form recall forgets more;
        None where the model does not tell the domains apart by the rows of the problem.
    forget_inside, forget_below, forget_above : int
        Removals whose measured change of forget log-loss lies in, below and above its band.
    retain_inside, retain_below, retain_above : int
        The same for the retained domain.
    not_comparable : int
        Changes that have no finite value, such as those of a model that knows one class.
    recall_error, log_loss_error : float or None
        Mean absolute difference, over removals, of measured forget recall and forget log-loss
        (nats) from the closed form of a linear classifier; None likewise, or when nothing is
        finite.
    table : Frame
        rule, fraction, domain, measured_change, low, high, place ("inside", "below", "above",
        "not comparable").
    text : str
        All of it in words.

    """

    correlation: float | None
    n_removals: int
    agreement: float | None
    n_pairs: int
    closed_form_agreement: float | None
    forget_inside: int
    forget_below: int
    forget_above: int
    retain_inside: int
    retain_below: int
    retain_above: int
    not_comparable: int
    recall_error: float | None
    log_loss_error: float | None
    table: Frame
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return "".join(f"<p>{html.escape(line)}</p>" for line in self.text.splitlines())


@strict_keywords
def calibration(result: RetrainCurve) -> Calibration:
    """Compare the predictions of a curve with its measurements.

    Parameters
    ----------
    result : RetrainCurve
        Complete or partial.

    Returns
    -------
    Calibration
        Numbers, a table and a text.

    Raises
    ------
    TypeError
        When `result` is no `RetrainCurve`.
    ValueError
        When it holds no measurement.

    Notes
    -----
    Section 7 of docs/theory.md. The band of a change of log-loss reaches from the plug-in change of
    alpha or epsilon less what noise alone shows to the plug-in change, lowest to highest over
    splits. It is about the density of rows under one Gaussian; the measured log-loss is about
    labels given rows. Nothing forces them to agree, least of all in nats: that is what is measured.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> from unlearn_widgets.evaluation import retrain_curve
    >>> domains = uw.datasets.make_gaussians(60, 120, shift=2.0, dim=2, random_state=0)
    >>> problem = uw.UnlearningProblem(domains.X, domains.forget)
    >>> result = retrain_curve(
    ...     problem, selectors=["random"], budgets=[0.5, 0.8], random_state=0, progress=False
    ... )
    >>> calibration(result)
    Predicted alpha orders 5 removals closely as measured forgetting does: Spearman ...

    """
    if not hasattr(result, "usable_cells"):
        raise TypeError(f"result: must be what retrain_curve returns, got {type(result).__name__}.")
    points = _points(result, lambda rule: result.predicted(rule, "alpha")[1])
    if not points:
        raise ValueError(
            f"result: holds no measured forget recall ({result.status}). Continue it with "
            "retrain_curve(..., resume=result)."
        )
    alpha, forgotten = (np.array(column) for column in zip(*points.values(), strict=True))
    correlation = _spearman(alpha, forgotten)
    agreement, pairs = _agreement(points)
    closed = _points(result, lambda rule: -closed_form(result, rule, "forget_recall"))
    closed_agreement = _agreement(closed)[0]
    table = _table(result)
    counts = {
        f"{domain}_{place}": sum(
            row["domain"] == domain and row["place"] == place for row in table.rows()
        )
        for domain in DOMAINS
        for place in ("inside", "below", "above")
    }
    lost = sum(row["place"] == "not comparable" for row in table.rows())
    recall_error = _closed_form_error(result, "forget_recall")
    loss_error = _closed_form_error(result, "forget_log_loss")
    lines = [
        _order_words(correlation, len(points)),
        _agreement_words(agreement, pairs),
        *(_place_words(domain, counts) for domain in DOMAINS),
        _lost_words(lost),
        _error_words(recall_error, loss_error, closed_agreement),
        LIMITS,
    ]
    return Calibration(
        correlation=correlation,
        n_removals=len(points),
        agreement=agreement,
        n_pairs=pairs,
        closed_form_agreement=closed_agreement,
        not_comparable=lost,
        recall_error=recall_error,
        log_loss_error=loss_error,
        table=table,
        text="\n".join(line for line in lines if line),
        **counts,
    )


def _points(
    result: RetrainCurve, predicted: Callable[[str], Floats]
) -> dict[tuple[str, int], tuple[float, float]]:
    """Return predicted and measured forgetting by rule and step; shared removals once."""
    points: dict[tuple[str, int], tuple[float, float]] = {}
    for rule in result.design.rules:
        alpha = mean_known(predicted(rule))
        recall = mean_known(result.measured(rule, "forget_recall")[1])
        last = len(recall) - 1
        for step in np.flatnonzero(np.isfinite(alpha) & np.isfinite(recall)).tolist():
            name = "" if step in (0, last) else rule
            points.setdefault((name, step), (float(alpha[step]), 1.0 - float(recall[step])))
    return points


def _spearman(first: Any, second: Any) -> float | None:
    if len(first) < FEWEST or np.ptp(first) == 0.0 or np.ptp(second) == 0.0:
        return None
    from scipy.stats import rankdata

    ranks = [rankdata(values) for values in (first, second)]
    return float(np.corrcoef(*ranks)[0, 1])


def _agreement(points: dict[tuple[str, int], tuple[float, float]]) -> tuple[float | None, int]:
    by_step: dict[int, list[tuple[float, float]]] = {}
    for (_, step), point in points.items():
        by_step.setdefault(step, []).append(point)
    signs = [
        (a[0] - b[0]) * (a[1] - b[1])
        for same in by_step.values()
        for a, b in combinations(same, 2)
        if min(abs(a[0] - b[0]), abs(a[1] - b[1])) > TIE
    ]
    if not signs:
        return None, 0
    return sum(sign > 0 for sign in signs) / len(signs), len(signs)


def _table(result: RetrainCurve) -> Frame:
    names = ("rule", "fraction", "domain", "measured_change", "low", "high", "place")
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for rule in result.design.rules:
        for domain in DOMAINS:
            band = change_band(result, rule, domain)
            # The first budget is 0, where nothing changes.
            rows = zip(band.fraction, band.mean(), band.low, band.high, strict=True)
            for fraction, change, low, high in list(rows)[1:]:
                values = (float(fraction), domain, float(change), float(low), float(high))
                row = (rule, *values, _place(change, low, high))
                for name, value in zip(names, row, strict=True):
                    columns[name].append(value)
    return Frame(columns)


def _place(change: float, low: float, high: float) -> str:
    if not (math.isfinite(change) and math.isfinite(low) and math.isfinite(high)):
        return "not comparable"
    return "below" if change < low else "above" if change > high else "inside"


def _closed_form_error(result: RetrainCurve, metric: str) -> float | None:
    differences = []
    for rule in result.design.rules:
        measured = mean_known(result.measured(rule, metric)[1])
        predicted = mean_known(closed_form(result, rule, metric))
        both = np.isfinite(measured) & np.isfinite(predicted)
        differences += np.abs(measured[both] - predicted[both]).tolist()
    return float(np.mean(differences)) if differences else None


def _order_words(correlation: float | None, n: int) -> str:
    if correlation is None:
        return f"{n} removals measured: too few, or too alike, to compare their order."
    how = next((word for least, word in WORDS if correlation >= least), "not")
    return (
        f"Predicted alpha orders {n} removals {how} as measured forgetting does: Spearman "
        f"{correlation:.2f}."
    )


def _agreement_words(agreement: float | None, pairs: int) -> str:
    if agreement is None:
        return ""
    return (
        f"At equal budgets the rule with the larger alpha forgets more in {100 * agreement:.0f} % "
        f"of {pairs} pairs."
    )


def _place_words(domain: str, counts: dict[str, int]) -> str:
    inside, below, above = (counts[f"{domain}_{place}"] for place in ("inside", "below", "above"))
    total = inside + below + above
    if not total:
        return ""
    return (
        f"The measured change of {domain} log-loss lies inside the predicted band in {inside} of "
        f"{total} removals, below it in {below}, above it in {above}."
    )


def _lost_words(lost: int) -> str:
    if not lost:
        return ""
    return f"{lost} changes are infinite or unknown and count in neither."


def _error_words(recall: float | None, loss: float | None, agreement: float | None) -> str:
    if recall is None:
        return ""
    also = "" if loss is None else f", forget log-loss by {loss:.2f} nats"
    order = "" if agreement is None else f"; it names the better rule in {100 * agreement:.0f} %"
    return (
        f"The closed form of a linear classifier misses forget recall by {recall:.2f}{also}, on "
        f"average{order}{'' if agreement is None else ' of the pairs'}."
    )
