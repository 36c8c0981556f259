"""The workbench: map, read-out and records side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import traitlets as t

from unlearn_widgets.validation import strict_keywords
from unlearn_widgets.views.base import MapView, require_session

if TYPE_CHECKING:
    from unlearn_widgets.session import Session


class Workbench(MapView):
    """Map, read-out and records of a session in one view.

    Parameters
    ----------
    session : Session
        What is shown.
    title : str, optional
        Shown above it. Default: the title of the session.
    tool : {"pan", "lasso", "rectangle", "brush", "click"}, default "lasso"
        What dragging on the map does.
    mode : {"replace", "add", "subtract", "intersect"}, default "replace"
        How a gesture combines with the rows chosen so far.
    color_by : str, default "domain"
        "domain", "score" or a column of the records.

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
    >>> uw.Workbench(uw.Session(problem, title="Messages")).title
    'Messages'
    """

    _view = t.Unicode("workbench", read_only=True).tag(sync=True)
    title = t.Unicode().tag(sync=True, browser=True)

    @strict_keywords
    def __init__(
        self,
        session: Session,
        title: str | None = None,
        tool: str = "lasso",
        mode: str = "replace",
        color_by: str = "domain",
    ) -> None:
        shown = require_session(type(self), session).title if title is None else title
        super().__init__(session, title=shown, tool=tool, mode=mode, color_by=color_by)
