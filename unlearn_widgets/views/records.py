"""The table of the records chosen for removal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import traitlets as t

from unlearn_widgets.validation import strict_keywords
from unlearn_widgets.views.base import View
from unlearn_widgets.wire.messages import MAX_PAGE

if TYPE_CHECKING:
    from unlearn_widgets.session import Session


class RecordTable(View):
    """The records of the rows chosen in a session, fetched page by page.

    Parameters
    ----------
    session : Session
        What is shown.
    page_size : int, default 50
        Records on a page, 1 to 200.

    Raises
    ------
    TypeError
        For an unknown keyword, or a `session` that is no Session.
    ValueError
        For a page size outside of 1..200.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
    >>> uw.RecordTable(uw.Session(problem), page_size=20).page_size
    20
    """

    _view = t.Unicode("records", read_only=True).tag(sync=True)
    page_size = t.Int(50, min=1, max=MAX_PAGE).tag(sync=True, browser=True)

    @strict_keywords
    def __init__(self, session: Session, page_size: int = 50) -> None:
        super().__init__(session, page_size=page_size)
