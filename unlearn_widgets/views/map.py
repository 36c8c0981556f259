"""The map: points to brush."""

from __future__ import annotations

from typing import TYPE_CHECKING

import traitlets as t

from unlearn_widgets.validation import strict_keywords
from unlearn_widgets.views.base import MapView

if TYPE_CHECKING:
    from unlearn_widgets.session import Session


class ForgetMap(MapView):
    """Map of the rows of a session, on which rows are chosen by drawing.

    Parameters
    ----------
    session : Session
        What is shown.
    tool : {"pan", "lasso", "rectangle", "brush", "click"}, default "lasso"
        What dragging does.
    mode : {"replace", "add", "subtract", "intersect"}, default "replace"
        How a gesture combines with the rows chosen so far.
    color_by : str, default "domain"
        "domain", "score", "label:removal" or "label:domain" for what was decided by hand, or a
        column of the records.
    height : int, default 480
        Height in pixels.

    Raises
    ------
    TypeError
        For an unknown keyword, or a `session` that is no Session.
    ValueError
        For a value outside of those listed.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
    >>> uw.ForgetMap(uw.Session(problem), tool="brush")
    <ForgetMap of Session: 0 of 2 removed>
    """

    _view = t.Unicode("map", read_only=True).tag(sync=True)
    height = t.Int(480, min=160, max=4000).tag(sync=True, browser=True)

    @strict_keywords
    def __init__(
        self,
        session: Session,
        tool: str = "lasso",
        mode: str = "replace",
        color_by: str = "domain",
        height: int = 480,
    ) -> None:
        super().__init__(session, tool=tool, mode=mode, color_by=color_by, height=height)
