"""Removal against preservation: the frontier, and how far each rule gets along it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from unlearn_widgets.charts.offline import OfflineLayers
from unlearn_widgets.charts.plane import Plane, is_finite
from unlearn_widgets.charts.subject import Subject, subject_of
from unlearn_widgets.charts.themes import theme_of
from unlearn_widgets.charts.words import ALPHA, EPSILON, quantity, rows, wrapped
from unlearn_widgets.planning.curves import REFITS
from unlearn_widgets.validation import choice, strict_keywords

if TYPE_CHECKING:
    from collections.abc import Iterable

    from unlearn_widgets.problem import UnlearningProblem
    from unlearn_widgets.session import Session

_WIDTH, _HEIGHT = 560, 400
_SHARED_LINE = (
    "In prediction the named rules move along one line up to the stop point; they differ in how "
    "many rows that takes."
)


@strict_keywords
def frontier(
    obj: UnlearningProblem | Session,
    *,
    rules: Iterable[Any] | None = None,
    refit: str = "mean",
    theme: str = "light",
) -> alt.LayerChart:
    """Draw removal against preservation, with the frontier that no removal can pass.

    Parameters
    ----------
    obj : UnlearningProblem or Session
        A session adds its selection, with its certificate.
    rules : list of str or selector, optional
        Whose paths to draw. Default: those of the session's plan, or the three named ones.
    refit : {"mean", "covariance"}
        What the edited Gaussian refits in the frontier and in the predictions. Measured paths use
        the covariance of the problem.
    theme : {"light", "dark"}
        Colours.

    Returns
    -------
    altair.LayerChart
        Both axes in nats, on square-root scales, where the paths of the mean are straight lines.
        It shows itself, and saves .html pages, without a network.

    Raises
    ------
    TypeError
        If `obj` is neither a problem nor a session, or for an unknown keyword.
    ValueError
        For an unknown rule, refit or theme, or more than 12 rules.

    Notes
    -----
    Sections 1 and 2 of docs/theory.md. Infinite values are left out, and so is what has no proof
    for the problem; the subtitle says why.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> domains = uw.datasets.make_gaussians(50, 100, shift=2.0, dim=2, random_state=0)
    >>> chart = frontier(uw.UnlearningProblem(domains.X, domains.forget), theme="dark")
    >>> chart.to_dict()["title"]["text"]
    'Removal against preservation'

    """
    colors = theme_of(theme)
    refitted = choice("refit", refit, REFITS)
    subject = subject_of(obj, rules, colors)
    unwanted = {f"_predicted_{other}" for other in REFITS if other != refitted}
    data = [
        {
            name: value
            for name, value in row.items()
            if name[name.find("_predicted") :] not in unwanted and "log_loss" not in name
        }
        for row in subject.rows()
    ]
    plane = Plane(subject, data, refitted, colors)
    layers = [
        *plane.regions(),
        *plane.curves(),
        *plane.ends(),
        *plane.stop_point(),
        *plane.selection(),
    ]
    return OfflineLayers(
        layer=layers,
        datasets=plane.datasets(),
        width=_WIDTH,
        height=_HEIGHT,
        title=alt.TitleParams(
            "Removal against preservation", subtitle=_subtitle(subject, refitted)
        ),
        config=alt.Config(**colors.config()),
    )


def _subtitle(subject: Subject, refit: str) -> list[str]:
    outlook, effect = subject.plan.outlook, subject.effect
    measured = f"Measured with {subject.covariance}"
    predicted = f"predicted with the {refit} refitted"
    lines: list[str | None] = [
        f"{subject.facts}.",
        f"{measured}." if outlook.prediction_reason else f"{measured}; {predicted}.",
        outlook.prediction_reason or (_SHARED_LINE if refit == "mean" else None),
    ]
    if effect is not None:
        if effect.alpha_certified is not None and effect.epsilon_certified is not None:
            lines.append(
                f"Certified for the selection of {rows(effect.n_removed)} with "
                f"{100 * (1 - effect.delta):.6g} % confidence (mean part): "
                f"{ALPHA} at least {quantity(effect.alpha_certified)}, "
                f"{EPSILON} at most {quantity(effect.epsilon_certified)}."
            )
        elif outlook.prediction_reason is None:
            lines.append(effect.certificate_reason)
        if not is_finite(effect):
            lines.append("The numbers of the selection are infinite and not drawn.")
    return wrapped(*lines, width=130)
