"""The read-out: what the removal does, in numbers and in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import traitlets as t

from unlearn_widgets.validation import strict_keywords
from unlearn_widgets.views.base import View

if TYPE_CHECKING:
    from unlearn_widgets.session import Session


class RemovalReadout(View):
    """Counts, removal, preservation and predicted log-loss of the rows chosen in a session.

    Parameters
    ----------
    session : Session
        What is shown.

    Raises
    ------
    TypeError
        For an unknown keyword, or a `session` that is no Session.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> problem = uw.UnlearningProblem([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3])
    >>> uw.RemovalReadout(uw.Session(problem))
    <RemovalReadout of Session: 0 of 2 removed>
    """

    _view = t.Unicode("readout", read_only=True).tag(sync=True)

    @strict_keywords
    def __init__(self, session: Session) -> None:
        super().__init__(session)
