"""Rules side by side: the rows each needs for a target, and what each reaches at one budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from unlearn_widgets.charts.offline import OfflinePanels
from unlearn_widgets.charts.sheet import Sheet
from unlearn_widgets.charts.subject import Subject, subject_of
from unlearn_widgets.charts.themes import theme_of
from unlearn_widgets.charts.words import wrapped
from unlearn_widgets.validation import at_least, strict_keywords
from unlearn_widgets.validation import budget as rows_of_budget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.session import Session

_NOTE_WIDTH = 150


@strict_keywords
def rule_table(
    obj: UnlearningProblem | Session,
    *,
    budget: float | None = None,
    alpha: float | None = None,
    epsilon: float | None = None,
    rules: Iterable[Any] | None = None,
    theme: str = "light",
) -> alt.VConcatChart:
    """Compare rules for the same targets and at the same budget.

    Parameters
    ----------
    obj : UnlearningProblem or Session
        What to remove from.
    budget : int or float, optional
        Rows, or a share of the forget domain. Default: as many as the selection of a session
        holds, else what the best rule needs for `alpha`, else half of the forget domain.
    alpha : float, optional
        Removal to reach, in nats. Default: half-way between removing nothing and everything.
    epsilon : float, optional
        Preservation cost to keep to, in nats. Default: half of that of removing nothing.
    rules : list of str or selector, optional
        Which rules. Default: those of the session's plan, or the three named ones.
    theme : {"light", "dark"}
        Colours.

    Returns
    -------
    altair.VConcatChart
        Bars for the rows needed, numbers in nats, and a note for each target that a rule cannot
        reach. It shows itself, and saves .html pages, without a network.

    Raises
    ------
    TypeError
        If `obj` is neither a problem nor a session, or for an unknown keyword.
    ValueError
        For a budget or target out of range, an unknown rule or theme, or more than 12 rules.

    Notes
    -----
    Sections 2 and 3 of docs/theory.md. The rows needed are the first crossing on the actual
    ranking, see `UnlearningProblem.tradeoff`; what is predicted rests on the plug-in divergence.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> domains = uw.datasets.make_gaussians(50, 100, shift=2.0, dim=2, random_state=0)
    >>> chart = rule_table(uw.UnlearningProblem(domains.X, domains.forget), budget=20, alpha=1.2)
    >>> chart.to_dict()["title"]["text"]
    'Which rule, and how many rows'

    """
    colors = theme_of(theme)
    subject = subject_of(obj, rules, colors)
    outlook = subject.plan.outlook
    goals: dict[str, float] = {}
    for number, given, usual in (
        ("alpha", alpha, outlook.alpha_target),
        ("epsilon", epsilon, outlook.epsilon_target),
    ):
        if given is not None:
            goals[number] = float(at_least(number, given, 0.0))
        elif usual is not None:
            goals[number] = usual
    size = _size(subject, budget, goals)
    table = subject.plan.table(size, **goals, rules=[rule.name for rule in subject.rules])
    sheet = Sheet(subject, table, colors)
    parts = [
        sheet.labels(),
        *(sheet.needs(number, goal) for number, goal in goals.items()),
        sheet.reached(size),
    ]
    notes = wrapped(*sheet.notes(goals), width=_NOTE_WIDTH)
    panels: list[Any] = [alt.hconcat(*parts, spacing=26)]
    if notes:
        panels.append(sheet.footnotes(notes))
    return OfflinePanels(
        vconcat=panels,
        spacing=14,
        title=alt.TitleParams(
            "Which rule, and how many rows",
            subtitle=wrapped(
                f"{subject.facts}.",
                f"Measured with {subject.covariance}: the first budget at which the ranking of "
                "the rule meets the target; in brackets what is predicted.",
                outlook.prediction_reason,
                width=_NOTE_WIDTH,
            ),
        ),
        config=alt.Config(**colors.config()),
    )


def _size(subject: Subject, budget: float | None, goals: dict[str, float]) -> int:
    n_forget = subject.plan.outlook.n_forget
    if budget is not None:
        return rows_of_budget(budget, n_forget)
    if subject.effect is not None and subject.effect.n_removed_forget:
        return subject.effect.n_removed_forget
    needed = []
    if "alpha" in goals:
        found = [subject.plan.need(rule.name, alpha=goals["alpha"]).n for rule in subject.rules]
        needed = [n for n in found if n]
    return min(needed) if needed else rows_of_budget(0.5, n_forget)
