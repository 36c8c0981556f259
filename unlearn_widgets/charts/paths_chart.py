"""The numbers against the rows removed, one curve for each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from unlearn_widgets.charts.marks import marked
from unlearn_widgets.charts.number_panel import Number, NumberPanel
from unlearn_widgets.charts.offline import OfflinePanels
from unlearn_widgets.charts.subject import Subject, subject_of
from unlearn_widgets.charts.themes import theme_of
from unlearn_widgets.charts.words import ALPHA, EPSILON, rows, wrapped
from unlearn_widgets.validation import strict_keywords

if TYPE_CHECKING:
    from collections.abc import Iterable

    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.session import Session

    Row = dict[str, Any]


@strict_keywords
def removal_paths(
    obj: UnlearningProblem | Session,
    *,
    rules: Iterable[Any] | None = None,
    theme: str = "light",
) -> alt.VConcatChart:
    """Draw removal, preservation and both log-losses against the number of rows removed.

    Parameters
    ----------
    obj : UnlearningProblem or Session
        A session adds its selection.
    rules : list of str or selector, optional
        Whose curves to draw. Default: those of the session's plan, or the three named ones.
    theme : {"light", "dark"}
        Colours.

    Returns
    -------
    altair.VConcatChart
        Four panels in nats. It shows itself, and saves .html pages, without a network.

    Raises
    ------
    TypeError
        If `obj` is neither a problem nor a session, or for an unknown keyword.
    ValueError
        For an unknown rule or theme, or more than 12 rules.

    Notes
    -----
    Sections 2 and 3 of docs/theory.md. Measured curves are those of `UnlearningProblem.tradeoff`;
    predictions rest on the plug-in divergence, certificates on the unbiased one. Infinite values
    are left out, and so is what has no proof for the problem; the subtitle says why.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> domains = uw.datasets.make_gaussians(50, 100, shift=2.0, dim=2, random_state=0)
    >>> chart = removal_paths(uw.UnlearningProblem(domains.X, domains.forget))
    >>> chart.to_dict()["title"]["text"]
    'What removing rows does'

    """
    colors = theme_of(theme)
    subject = subject_of(obj, rules, colors)
    data = [
        {name: value for name, value in row.items() if not name.endswith("_covariance")}
        for row in subject.rows()
    ]
    forget, retain = subject.names["forget"], subject.names["retain"]
    numbers = [
        Number(
            "alpha", ALPHA, f"removal {ALPHA} (nats)", "alpha_predicted_mean",
            "alpha_certified", "alpha_floor", "at least",
        ),
        Number(
            "epsilon", EPSILON, f"preservation cost {EPSILON} (nats)", "epsilon_predicted_mean",
            "epsilon_certified", "epsilon_floor", "at most",
        ),
        Number(
            "forget_log_loss", "log-loss", f"log-loss on {forget} (nats per row)",
            "forget_log_loss_predicted",
        ),
        Number(
            "retain_log_loss", "log-loss", f"log-loss on {retain} (nats per row)",
            "retain_log_loss_predicted",
        ),
    ]  # fmt: skip
    panels = [NumberPanel(subject, data, number, colors).chart() for number in numbers]
    return OfflinePanels(
        vconcat=[alt.hconcat(*panels[:2], spacing=34), alt.hconcat(*panels[2:], spacing=34)],
        spacing=26,
        datasets=_datasets(subject, data),
        title=alt.TitleParams("What removing rows does", subtitle=_subtitle(subject)),
        config=alt.Config(**colors.config()),
    )


def _datasets(subject: Subject, data: list[Row]) -> dict[str, list[Row]]:
    """Return what several layers draw; rules differ in what is known of them."""
    first = subject.rules[0].label
    floor = ("n_removed", "alpha_floor", "epsilon_floor")
    return {
        "curves": data,
        "markers": marked(subject, data),
        "floor": [{name: row[name] for name in floor} for row in data if row["rule"] == first],
    }


def _subtitle(subject: Subject) -> list[str]:
    outlook, effect = subject.plan.outlook, subject.effect
    certified = None
    if outlook.certificate_reason is None:
        certified = (
            f"Certified with {100 * (1 - outlook.delta):.6g} % confidence before any row is looked "
            f"at (mean part): {ALPHA} at least, {EPSILON} at most."
        )
    elif outlook.certificate_reason != outlook.prediction_reason:
        certified = outlook.certificate_reason
    selected = None
    if effect is not None:
        selected = f"The large dot is the selection of {rows(effect.n_removed)}."
    names = {rule.name for rule in subject.rules}
    stop = outlook.stop if "likelihood_ratio" in names else None
    beyond = "The stop point of the likelihood ratio lies beyond the last row."
    warning = outlook.warning() if "distance" in names else None
    return wrapped(
        f"{subject.facts}. Measured with {subject.covariance}.",
        outlook.prediction_reason,
        certified,
        beyond if stop is not None and stop.beyond else None,
        warning[1] if warning else None,
        selected,
        width=145,
    )
