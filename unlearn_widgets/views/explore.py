"""From embeddings to a workbench in one call."""

from __future__ import annotations

import inspect
from typing import Any

from unlearn_widgets.problem import UnlearningProblem
from unlearn_widgets.session import Session
from unlearn_widgets.validation import reject_unknown
from unlearn_widgets.views.workbench import Workbench


def explore(X: Any, forget: Any, records: Any = None, **kw: Any) -> Workbench:
    """Build problem, session and workbench, and return the workbench.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Embeddings.
    forget : (n,) bool mask or positions
        The sample of the unwanted domain.
    records : dataframe or mapping of str to columns of shape (n,), optional
        What the rows stand for.
    **kw : object
        Keywords of `UnlearningProblem`, `Session` and `Workbench`.

    Returns
    -------
    Workbench
        Its ``session`` holds everything else.

    Raises
    ------
    TypeError
        For a keyword that none of the three takes.
    ValueError
        For data that does not fit, see `UnlearningProblem` and `Session`.

    Examples
    --------
    >>> import unlearn_widgets as uw
    >>> bench = uw.explore([[0.0], [1.0], [2.0], [4.0]], forget=[2, 3], title="Four rows")
    >>> bench.session.select([3])
    >>> bench
    <Workbench of Session: 1 of 2 removed>
    """
    taken = ("X", "forget", "records", "problem", "session")
    keywords = {
        owner: [name for name in inspect.signature(owner).parameters if name not in taken]
        for owner in (UnlearningProblem, Session, Workbench)
    }
    known = {"X", "forget", "records"}.union(*keywords.values())
    reject_unknown(kw, sorted(known), "explore")
    given = {
        owner: {name: kw[name] for name in names if name in kw} for owner, names in keywords.items()
    }
    problem = UnlearningProblem(X, forget, **given[UnlearningProblem])
    session = Session(problem, records, **given[Session])
    return Workbench(session, **given[Workbench])
